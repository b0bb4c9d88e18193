"""How far spectra are from a target, and which numbers that leaves open."""

from __future__ import annotations

from collections.abc import Sequence

import emcee
import numpy as np
from scipy.optimize import minimize

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.inverse.surrogate import Surrogate, design
from xnet_lite.spectra import Spectrum, convolve_gaussian

#: of the sampler; steps, those dropped at the beginning, and how many are kept
N_WALKERS, N_STEPS, N_BURN, N_KEPT = 32, 1000, 300, 2000
#: points that are tried for the best fit, and the best of them that are improved
N_TRIED, N_STARTS = 512, 4
#: energies that target and computed spectra must share
FEWEST = 20
#: what a correlation is zero below
LOW = 0.05
#: Gaussian widths at which surrogates are broadened in advance, eV apart
WIDTHS_APART = 0.25
#: eV between energies at which broadened surrogates are kept
STEP = 0.1
#: of the largest: shapes of spectra that are smaller count for nothing
NOTHING = 1e-7


class Lines:
    """Spectra, broadened in advance by Gaussians of several widths."""

    def __init__(
        self, energy_rel: Array, rows: Array, fwhm: Sequence[float] | Array
    ) -> None:
        low, high = fwhm
        self.widths = np.linspace(low, high, 2 + int((high - low) / WIDTHS_APART))
        self.energy_rel = energy_rel
        self.grid = np.arange(energy_rel[0], energy_rel[-1] + STEP / 2, STEP)
        self.rows = np.array([self.broadened(rows, width) for width in self.widths])

    def broadened(self, rows: Array, width: float) -> Array:
        """Rows on the fine grid, after a Gaussian."""
        if width > 0:
            options = {"energy_out": self.grid}
            return convolve_gaussian(self.energy_rel, rows, width, **options)
        return np.array([np.interp(self.grid, self.energy_rel, row) for row in rows])

    def __call__(self, weights: Array, shift: float, width: float, at: Array) -> Array:
        """A sum of the rows, shifted and broadened, at some energies."""
        place = np.interp(width, self.widths, np.arange(len(self.widths)))
        i = min(int(place), len(self.widths) - 2)
        near, far = weights @ self.rows[i], weights @ self.rows[i + 1]
        curve = near + (place - i) * (far - near)
        return np.interp(at - shift, self.grid, curve)

    def back(self, slope: Array, shift: float, width: float, at: Array) -> Array:
        """How what has a slope with the curve changes with the weights."""
        place = np.interp(width, self.widths, np.arange(len(self.widths)))
        i = min(int(place), len(self.widths) - 2)
        where = np.interp(at - shift, self.grid, np.arange(len(self.grid)))
        left = np.minimum(where.astype(int), len(self.grid) - 2)
        of_grid = np.zeros(len(self.grid))
        np.add.at(of_grid, left, slope * (left + 1 - where))
        np.add.at(of_grid, left + 1, slope * (where - left))
        near, far = self.rows[i] @ of_grid, self.rows[i + 1] @ of_grid
        return np.asarray(near + (place - i) * (far - near))


class Misfit:
    """A target, and how far a spectrum is from it at the best scale and background."""

    def __init__(
        self,
        target: Spectrum,
        energy_rel: Array,
        shift: tuple[float, float],
        background: int,
    ) -> None:
        if target.e0 is None:
            raise InputError("the target has no e0: give it one, find_e0 looks for it")
        there = target.energy - target.e0
        first, last = energy_rel[0] + shift[1], energy_rel[-1] + shift[0]
        inside = (there >= first) & (there <= last)
        if inside.sum() < FEWEST:
            raise InputError(
                f"target and computed spectra share {inside.sum()} energies whatever "
                f"the shift is: give at least {FEWEST}, or a narrower shift"
            )
        self.energy, self.mu = there[inside], target.mu[inside]
        scaled = np.linspace(-1, 1, len(self.energy))
        self.n_factors = 1 + background
        self.basis = np.linalg.qr(scaled[:, None] ** np.arange(background))[0]
        self._bare = self._without_background(self.mu)

    def fitted(self, curve: Array) -> Array:
        """The curve on the scale of the target, with its background."""
        bare = self._without_background(curve)
        return np.asarray(self.scale(curve) * bare + (self.mu - self._bare))

    def scale(self, curve: Array) -> float:
        """What the curve is multiplied by."""
        bare = self._without_background(curve)
        return max(float(bare @ self._bare) / max(float(bare @ bare), 1e-30), 0.0)

    def __call__(self, curve: Array) -> float:
        """Sum of squares that is left."""
        bare = self._without_background(curve)
        told = max(float(bare @ self._bare), 0.0) ** 2 / max(float(bare @ bare), 1e-30)
        return float(self._bare @ self._bare) - told

    def slope(self, curve: Array) -> Array:
        """How the sum of squares changes with the curve."""
        bare, scale = self._without_background(curve), self.scale(curve)
        return np.asarray(2 * scale * (scale * bare - self._bare))

    def _without_background(self, curve: Array) -> Array:
        """What no background can be."""
        return np.asarray(curve - self.basis @ (self.basis.T @ curve))


class Posterior:
    """What numbers of a geometry, a shift and a width may be, on a surrogate.

    Attributes
    ----------
    best : array (n_numbers,)
        Of the best fit.
    correlated_over : float
        Points over which its misfit hangs together.
    """

    def __init__(
        self,
        misfit: Misfit,
        surrogate: Surrogate,
        ranges: Array,
        energy_rel: Array,
        seed: int,
    ) -> None:
        self.misfit, self.surrogate = misfit, surrogate
        self.bounds = np.vstack([surrogate.bounds, ranges])
        # few shapes make up all spectra: fewer rows to add at every step
        u, size, shapes = np.linalg.svd(surrogate.coefficients, full_matrices=False)
        kept = size > NOTHING * size[0]
        self._weights = u[:, kept] * size[kept]
        rows = np.vstack([surrogate.mean, shapes[kept]])
        self.lines = Lines(energy_rel, rows, ranges[1])
        self.n_counted = float(len(misfit.mu))
        self.best = self._best(seed)
        left = misfit.mu - misfit.fitted(self.curve(self.best))
        self.correlated_over = correlation(left)
        self.n_counted = len(left) / self.correlated_over

    def curve(self, numbers: Array) -> Array:
        """The surrogate's spectrum at the energies of the target."""
        terms = self.surrogate.terms(numbers[None, :-2])[0] @ self._weights
        shift, width = numbers[-2:]
        return self.lines(np.append(1.0, terms), shift, width, self.misfit.energy)

    def log_of(self, left: float) -> float:
        """Logarithm of the likelihood of what is left, its size integrated out."""
        n_free = self.n_counted - self.misfit.n_factors
        return -0.5 * n_free * float(np.log(max(left, 1e-30)))

    def __call__(self, numbers: Array) -> float:
        """Logarithm of the posterior, but for a constant."""
        low, high = self.bounds.T
        if (numbers < low).any() or (numbers > high).any():
            return -np.inf
        return self.log_of(self.misfit(self.curve(numbers)))

    def _best(self, seed: int) -> Array:
        """Numbers of the best fit: from the best of many drawn by chance."""
        points = design(self.bounds, N_TRIED, seed)
        left = [self.misfit(self.curve(one)) for one in points]
        starts = points[np.argsort(left)[:N_STARTS]]
        tried = [
            minimize(
                lambda one: np.log(self.misfit(self.curve(one))),
                start,
                method="Nelder-Mead",
                bounds=[tuple(one) for one in self.bounds],
                options={"xatol": 1e-5, "fatol": 1e-6, "maxiter": 2000},
            )
            for start in starts
        ]
        return np.asarray(min(tried, key=lambda one: one.fun).x)

    def sampled(self, seed: int) -> Array:
        """Numbers drawn from it, (N_KEPT, n_numbers)."""
        draw = np.random.RandomState(seed)
        low, high = self.bounds.T
        size = 0.02 * (high - low)
        start = self.best + size * draw.normal(size=(N_WALKERS, len(low)))
        start = np.clip(start, low + 0.01 * size, high - 0.01 * size)
        sampler = emcee.EnsembleSampler(N_WALKERS, len(low), self)
        sampler.random_state = draw.get_state()
        sampler.run_mcmc(start, N_STEPS, skip_initial_state_check=True)
        chain = sampler.get_chain(discard=N_BURN, flat=True)
        return np.asarray(chain[draw.permutation(len(chain))[:N_KEPT]])

    def agreement(self, samples: Array, energy_rel: Array, computed: Array) -> float:
        """Effective share of samples when they are weighed by computed spectra."""
        logs = []
        for numbers, mu in zip(samples, computed, strict=True):
            fine = self.lines.broadened(mu[None], numbers[-1])[0]
            curve = np.interp(self.misfit.energy - numbers[-2], self.lines.grid, fine)
            logs.append(self.log_of(self.misfit(curve)) - self(numbers))
        weights = np.exp(np.array(logs) - max(logs))
        return float(weights.sum() ** 2 / (len(weights) * (weights**2).sum()))


def correlation(residual: Array) -> float:
    """Return over how many points a misfit hangs together: 1 for noise.

    1 + 2 Σ_k ρ_k, ρ the correlation of the residual with itself k points on, summed
    until it first falls below 0.05.

    Example
    -------
    >>> rng = np.random.default_rng(0)
    >>> noise = rng.normal(size=400)
    >>> round(correlation(noise)), round(correlation(np.repeat(noise, 10)))
    (1, 10)
    """
    apart = residual - residual.mean()
    n = len(apart)
    whole = np.correlate(apart, apart, "full")[n - 1 :]
    rho = whole[1 : n // 4] / max(whole[0], 1e-30)
    ends = np.flatnonzero(rho < LOW)
    until = ends[0] if len(ends) else len(rho)
    return float(1 + 2 * rho[:until].sum())
