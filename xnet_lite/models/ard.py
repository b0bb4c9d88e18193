"""Kernel ridge regression that learns how much each feature matters."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from xnet_lite.arrays import Array
from xnet_lite.errors import within
from xnet_lite.models.band import Band
from xnet_lite.models.base import Regressor, check_kernel, checked_pair, checked_rows

#: noise that the search starts from, in units of the kernel's diagonal
FIRST_NOISE = 1e-3
#: share of the steps taken at the full rate before it falls linearly
FULL_RATE_SHARE = 0.5
_SQRT3 = math.sqrt(3)


class ARDKernelRidge(Regressor):
    """Kernel ridge with one learnt length for every feature.

    k(r) = ((1 + √3 r) exp(-√3 r) + exp(-r)) / 2, the mean of a Matérn-3/2 and a
    Laplace (Matérn-1/2) kernel, with r = |s * (x - x')| and scales s of the features.
    Scales and noise follow the gradient of the closed-form leave-one-out error, row i
    left out being wrong by (C y)_i / C_ii with C = (K + noise I)^-1, of random rows.

    Parameters
    ----------
    steps : int
        Steps of Adam.
    rows : int
        Random training rows a step.
    rate : float
        Rate of Adam on the logarithms of scales and noise.
    seed : int
        Of the choice of rows.

    Raises
    ------
    InputError
        If a number is not positive.

    Source: automatic relevance determination, C. E. Rasmussen and C. K. I. Williams,
    Gaussian Processes for Machine Learning (MIT Press, 2006), sections 5.1 and 5.4.2.
    Differs: the objective is the mean over rows of the root mean square error over
    targets, not the predictive probability.

    Example
    -------
    >>> x = np.random.default_rng(0).normal(size=(60, 2))
    >>> model = ARDKernelRidge(steps=30).fit(x, x[:, :1])
    >>> bool(model.scales_[0] > model.scales_[1])  # the second feature says nothing
    True
    """

    scales_: Array
    noise_: float
    features_: Array
    dual_: Array
    mean_: Array

    def __init__(
        self, steps: int = 40, rows: int = 600, rate: float = 0.05, seed: int = 0
    ) -> None:
        within("[1, inf)", whole=True, steps=steps, rows=rows)
        within("(0, inf)", rate=rate)
        within("[0, inf)", whole=True, seed=seed)
        self.steps, self.rows, self.rate, self.seed = steps, rows, rate, seed

    def fit(self, features: ArrayLike, targets: ArrayLike) -> ARDKernelRidge:
        """Learn the scales, then solve on all rows."""
        self.features_, y = checked_pair(features, targets)
        check_kernel(len(y))
        self.mean_ = y.mean(0)
        self.scales_, self.noise_ = self._search(self.features_, y - self.mean_)
        noisy = torch.as_tensor(self._noisy_kernel())
        right = torch.as_tensor(y - self.mean_)
        dual = torch.cholesky_solve(right, torch.linalg.cholesky(noisy)).numpy()
        # as it will lie in memory when loaded, so that products sum in one order
        self.dual_ = np.ascontiguousarray(dual)
        self.spread_ = self._spread()
        return self

    def predict(self, features: ArrayLike) -> Array:
        """Return K(features, training) @ dual + mean, (n_sites, n_targets)."""
        rows = checked_rows(self, features)
        return self._kernel_to_known(rows) @ self.dual_ + self.mean_

    def predict_variance(self, features: ArrayLike) -> Array:
        """Return the posterior variance of the Gaussian process, (n_sites,).

        1 - k^T (K + noise I)^-1 k: 0 at a known row without noise, 1 far from all; in
        units of the variance of the targets that the kernel explains.
        """
        near = torch.as_tensor(self._kernel_to_known(features).T)
        factor = torch.linalg.cholesky(torch.as_tensor(self._noisy_kernel()))
        part = torch.linalg.solve_triangular(factor, near, upper=False)
        return np.clip(1 - (part**2).sum(0).numpy(), 0, 1)

    @property
    def has_band(self) -> bool:
        """Whether it can tell how sure it is: a Gaussian process can."""
        return True

    def predict_band(self, features: ArrayLike) -> Band:
        """Return targets and their standard deviation, (n_sites, n_targets) each.

        The posterior's, √(v(x) + noise) for every target, times the root mean square
        of what rows left out are wrong by in units of theirs.

        Source: C. E. Rasmussen and C. K. I. Williams, Gaussian Processes for Machine
        Learning (MIT Press, 2006), eq. 2.26 and section 5.4.2.
        Differs: the scale of each target is that of left-out rows, not of a likelihood.
        """
        x = np.asarray(features, dtype=float)
        # a file of 0.1.0 has no spread yet
        spread = self.spread_ if hasattr(self, "spread_") else self._spread()
        own = np.sqrt(self.predict_variance(x) + self.noise_)
        return Band(self.predict(x), own[:, None] * spread, "Gaussian process")

    def _spread(self) -> Array:
        """How wrong left-out rows are, in units of their posterior, (n_targets,)."""
        errors, variances = self.leave_one_out()
        return np.sqrt((errors**2 / (variances + self.noise_)[:, None]).mean(0))

    def leave_one_out(self) -> tuple[Array, Array]:
        """Return each training row's error and variance were it left out.

        Returns
        -------
        errors : array (n_sites, n_targets)
            Target minus prediction.
        variances : array (n_sites,)
            1 / C_ii - noise, on the scale of `predict_variance`.
        """
        inverse = np.linalg.inv(self._noisy_kernel())
        diagonal = np.diagonal(inverse)
        return self.dual_ / diagonal[:, None], 1 / diagonal - self.noise_

    def _search(self, x: Array, y: Array) -> tuple[Array, float]:
        """Scales (n_features,) and noise that make the leave-one-out error small."""
        known, right = torch.as_tensor(x), torch.as_tensor(y / max(y.std(), 1e-300))
        typical = math.sqrt(x.shape[1])
        log_scales = torch.full((x.shape[1],), -math.log(typical)).double()
        log_noise = torch.tensor(math.log(FIRST_NOISE)).double()
        # one shared length beside the scales: it lets all of them move at once
        log_length = torch.zeros(()).double()
        free = [p.requires_grad_() for p in (log_scales, log_length, log_noise)]
        optimiser = torch.optim.Adam(free, lr=self.rate)
        rng = np.random.default_rng(self.seed)
        for step in range(self.steps):
            left = (1 - step / self.steps) / (1 - FULL_RATE_SHARE)
            optimiser.param_groups[0]["lr"] = self.rate * min(1.0, left)
            some = torch.as_tensor(rng.permutation(len(x))[: self.rows])
            scales = torch.exp(log_scales - log_length)
            kernel = _kernel(*[known[some] * scales] * 2)
            error = _leave_one_out_error(kernel, right[some], torch.exp(log_noise))
            optimiser.zero_grad()
            error.backward()
            optimiser.step()
        with torch.no_grad():
            scales = torch.exp(log_scales - log_length)
            return scales.numpy(), math.exp(log_noise.item())

    def _kernel_to_known(self, features: ArrayLike) -> Array:
        """K between these rows and the training rows."""
        rows = np.asarray(features, dtype=float) * self.scales_
        known = torch.as_tensor(self.features_ * self.scales_)
        return _kernel(torch.as_tensor(rows), known).numpy()

    def _noisy_kernel(self) -> Array:
        """K + noise I of the training rows."""
        kernel = self._kernel_to_known(self.features_)
        np.fill_diagonal(kernel, 1 + self.noise_)
        return kernel


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    """Mean of Matérn-3/2 and Laplace of the distances between rows."""
    squared = (a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * a @ b.T
    # the floor keeps the slope of the root finite where two rows agree
    r = torch.sqrt(squared.clamp_min(1e-12))
    return ((1 + _SQRT3 * r) * torch.exp(-_SQRT3 * r) + torch.exp(-r)) / 2


def _leave_one_out_error(kernel: Tensor, right: Tensor, noise: Tensor) -> Tensor:
    """Mean over rows of the root mean square error of each row left out."""
    noisy = kernel + noise * torch.eye(len(kernel), dtype=kernel.dtype)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(noisy))
    left_out = (inverse @ right) / inverse.diagonal()[:, None]
    return torch.sqrt((left_out**2).mean(1) + 1e-12).mean()
