"""Where the edge is: the steepest point of an absorption curve."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import ndtr

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError

FWHM_PER_SIGMA = 2 * np.sqrt(2 * np.log(2))


def find_e0(energy: ArrayLike, mu: ArrayLike, *, fwhm: float = 1.0) -> float:
    """Return the energy of the steepest rise of a slightly smoothed spectrum.

    The curve, linear between its points, is smoothed by a Gaussian g of the given
    width; its derivative is then exactly Σ_i s_i ∫_i g(E − E') dE' over the
    segments i of slope s_i, whatever the grid. Its largest value over the grid and
    the midpoints is refined to the maximum between them.

    Parameters
    ----------
    energy : array (n_energies,)
        eV, increasing.
    mu : array (n_energies,)
        Absorption, any unit.
    fwhm : float
        Full width of the smoothing, eV.

    Returns
    -------
    float
        e0, eV.

    Raises
    ------
    InputError
        If the curve never rises, or has fewer than two points.

    Source
    ------
    The usual operational definition of e0 as the maximum of dμ/dE.

    Differs
    -------
    Smoothed and refined, so that it depends little on noise and not on the grid;
    the plain argmax of the gradient can only return a grid point.

    Example
    -------
    >>> energy = np.linspace(0.0, 20.0, 81)
    >>> round(find_e0(energy, np.arctan(energy - 10.1)), 3)
    10.1
    """
    energy, mu = np.asarray(energy, dtype=float), np.asarray(mu, dtype=float)
    if energy.size < 2 or energy.shape != mu.shape:
        raise InputError(
            f"energy of shape {energy.shape} and mu of shape {mu.shape} have no edge, "
            "give two arrays of one length, at least 2"
        )
    slopes = np.diff(mu) / np.diff(energy)
    sigma = fwhm / FWHM_PER_SIGMA

    def derivative(at: Array) -> Array:
        steps = ndtr((energy - np.atleast_1d(at)[:, None]) / sigma)
        return np.diff(steps, axis=1) @ slopes

    trial = np.sort(np.concatenate([energy, (energy[1:] + energy[:-1]) / 2]))
    steepness = derivative(trial)
    best = int(np.argmax(steepness))
    if not steepness[best] > 0:
        raise InputError("mu never rises, so it has no edge: give e0 yourself")
    bounds = trial[max(best - 1, 0)], trial[min(best + 1, len(trial) - 1)]
    refined = minimize_scalar(
        lambda at: -float(derivative(at)[0]), bounds=bounds, method="bounded"
    )
    return float(refined.x)
