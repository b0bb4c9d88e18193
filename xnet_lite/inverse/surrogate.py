"""Spectra as smooth functions of a few numbers: what stands in for a slow engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.stats import qmc

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face

#: ends of the lengths (in half boxes) and of the ridge that are tried, and where from
LENGTHS, RIDGES, STARTS = (0.1, 10.0), (1e-10, 0.1), (0.5, 1.0, 2.0)


def design(bounds: Array, n: int, seed: int = 0) -> Array:
    """Return points that fill a box evenly, (n, n_numbers): a Sobol sequence.

    Parameters
    ----------
    bounds : array (n_numbers, 2)
    n : int
    seed : int
        Of its scrambling; the first of n + m points are those of n.

    Example
    -------
    >>> design(np.array([[0.0, 1.0]]), 2).shape
    (2, 1)
    """
    within("[1, 4096]", whole=True, n=n)
    sampler = qmc.Sobol(len(bounds), seed=seed)
    points = sampler.random_base2(int(np.ceil(np.log2(max(n, 2)))))[:n]
    return np.asarray(qmc.scale(points, *bounds.T))


@dataclass(frozen=True, eq=False, repr=False)
class Surrogate(Face):
    """Spectra between some that were computed, by a Gaussian kernel.

    | μ(x) = mean + Σ_i k(x, x_i) c_i, c = (K + ridge)⁻¹ (μ_i − mean)
    | k(x, x') = exp(−½ Σ_d (x_d − x'_d)² / length_d²), x scaled to −1 … 1 in the box

    Lengths and ridge are those by which spectra that are left out, one at a time, come
    out best.

    Attributes
    ----------
    bounds : array (n_numbers, 2)
    values : array (n, n_numbers)
        Where spectra were computed.
    mean, coefficients : array (n_energies,) and (n, n_energies)
    lengths : array (n_numbers,)
    rms : float
        Of spectra left out, in their unit (root of mean squares).
    error : float
        The same as a share of what spectra differ by: 0 is exact, 1 no better than the
        mean.
    """

    bounds: Array
    values: Array
    mean: Array
    coefficients: Array
    lengths: Array
    rms: float
    error: float

    @classmethod
    def fitted(cls, bounds: Array, values: Array, spectra: Array) -> Surrogate:
        """Return the one that leaves out best.

        Parameters
        ----------
        bounds : array (n_numbers, 2)
        values : array (n, n_numbers)
        spectra : array (n, n_energies)

        Raises
        ------
        InputError
            For fewer than four spectra.
        """
        if len(values) < 4:
            raise InputError(f"{len(values)} spectra make no surrogate: give 4 or more")
        mean = spectra.mean(axis=0)
        apart, x = spectra - mean, _scaled(bounds, values)
        # what counts of many energies are the few ways in which spectra differ
        u, size, _ = np.linalg.svd(apart, full_matrices=False)
        short = u * size

        def left_out(logs: Array) -> float:
            inverse = np.linalg.inv(_kernel(x, x, np.exp(logs)))
            left = (inverse @ short) / np.diag(inverse)[:, None]
            return float(np.log(np.sqrt(np.mean(left**2) + 1e-30)))

        ends = [tuple(np.log(LENGTHS))] * x.shape[1] + [tuple(np.log(RIDGES))]
        found = [
            minimize(
                left_out,
                [np.log(start)] * x.shape[1] + [np.log(1e-6)],
                method="Nelder-Mead",
                bounds=ends,
            )
            for start in STARTS
        ]
        best = np.exp(min(found, key=lambda one: one.fun).x)
        inverse = np.linalg.inv(_kernel(x, x, best))
        left = (inverse @ apart) / np.diag(inverse)[:, None]
        rms = float(np.sqrt(np.mean(left**2)))
        spread = max(float(np.sqrt(np.mean(apart**2))), 1e-12)
        return cls(bounds, values, mean, inverse @ apart, best[:-1], rms, rms / spread)

    def terms(self, values: Array) -> Array:
        """Return the kernel (n, n_computed) between numbers and what was computed."""
        x = _scaled(self.bounds, np.atleast_2d(values))
        return _kernel(x, _scaled(self.bounds, self.values), self.lengths)

    def __call__(self, values: Array) -> Array:
        """Return spectra (n, n_energies) at numbers (n, n_numbers)."""
        return np.asarray(self.mean + self.terms(values) @ self.coefficients)

    def _facts(self) -> dict[str, object]:
        left_out = f"{100 * self.error:.2g} % of what spectra differ by"
        return {"computed": len(self.values), "off, left out": left_out}


def _scaled(bounds: Array, values: Array) -> Array:
    """Numbers in their box, -1 to 1."""
    low, high = bounds.T
    return np.asarray(2 * (values - low) / (high - low) - 1)


def _kernel(x: Array, y: Array, lengths: Array) -> Array:
    """Gaussian kernel; a last length too many is the ridge on the diagonal."""
    n = x.shape[1]
    apart = (x[:, None] - y[None]) / lengths[:n]
    kernel = np.exp(-0.5 * (apart**2).sum(axis=-1))
    if len(lengths) > n:
        kernel[np.diag_indices(len(x))] += lengths[n]
    return np.asarray(kernel)
