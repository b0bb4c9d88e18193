"""Where the edge is: the steepest point of an absorption curve."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, within

FWHM_PER_SIGMA = 2 * np.sqrt(2 * np.log(2))
# eV: what is compared before and behind a step, and how far from the largest step the
# steepest point may lie; the pre-edge peak of a chromate stands 15 eV before its step
SIDE, REACH = 30.0, 25.0
ENOUGH = 10.0  # eV that a side should have; with less, a step counts in proportion
# a point is a glitch if it leaves the line between its neighbors by so many times what
# they differ by from theirs, and these two by no more than this share of it
GLITCH, RETURNS = 4.0, 0.2
_FAR = 8.0  # sigma; ndtr is 0 or 1 there
_TRIALS = 64  # energies tried at once


def find_e0(
    energy: ArrayLike,
    mu: ArrayLike,
    *,
    fwhm: float = 1.0,
    between: tuple[float, float] | None = None,
) -> float:
    """Return the energy of the steepest rise of a slightly smoothed spectrum.

    The curve, linear between its points, is smoothed by a Gaussian g of the given
    width; its derivative is then exactly Σ_i s_i ∫_i g(E − E') dE' over the
    segments i of slope s_i, whatever the grid. Its largest value over the grid and
    the midpoints is refined to the maximum between them. Single points that jump out
    of the curve are passed over, and only rises within 25 eV of the largest lasting
    step count, so that no glitch is taken for an edge.

    Parameters
    ----------
    energy : array (n_energies,)
        eV, increasing.
    mu : array (n_energies,)
        Absorption, any unit.
    fwhm : float
        Full width of the smoothing, eV.
    between : (float, float), optional
        Where the edge is looked for, eV, in a scan that shows several.

    Returns
    -------
    float
        e0, eV.

    Raises
    ------
    InputError
        If the curve never rises, has fewer than two points, or its energies do not
        increase.

    Source
    ------
    The usual operational definition of e0 as the maximum of dμ/dE.

    Differs
    -------
    Smoothed and refined, so that it depends little on noise and not on the grid;
    the plain argmax of the gradient can only return a grid point. Time and memory
    grow as the number of points.

    Example
    -------
    >>> energy = np.linspace(0.0, 20.0, 81)
    >>> round(find_e0(energy, np.arctan(energy - 10.1)), 3)
    10.1
    """
    energy, mu = floats("energy", energy), floats("mu", mu)
    _check(energy, mu, fwhm)
    mu = without_glitches(mu)
    sigma = fwhm / FWHM_PER_SIGMA
    trial = _trials(energy, sigma / 10)
    steepness = _derivative(energy, mu, sigma, trial)
    low, high = _around_largest_step(energy, mu, between)
    inside = (trial >= low) & (trial <= high)
    if not (inside & (steepness > 0)).any() and between is None:
        inside[:] = True
    steepness = np.where(inside, steepness, -np.inf)
    best = int(np.argmax(steepness))
    if not steepness[best] > 0:
        raise InputError("mu never rises, so it has no edge: give e0 yourself")
    bounds = trial[max(best - 1, 0)], trial[min(best + 1, len(trial) - 1)]
    refined = scipy.optimize.minimize_scalar(
        lambda at: -float(_derivative(energy, mu, sigma, np.array([at]))[0]),
        bounds=bounds,
        method="bounded",
    )
    return float(refined.x)


def without_glitches(mu: Array) -> Array:
    """Return a curve whose lonely points stand where their neighbors have them.

    Parameters
    ----------
    mu : array (n_energies,)
        Absorption.

    Returns
    -------
    ndarray (n_energies,)

    Example
    -------
    >>> without_glitches(np.array([0.0, 0.1, 9.0, 0.1, 0.0])).tolist()
    [0.0, 0.1, 0.1, 0.1, 0.0]
    """
    if len(mu) < 5:
        return mu
    between = (mu[1:-3] + mu[3:-1]) / 2
    jump = np.abs(mu[2:-2] - between)
    calm = np.maximum(np.abs(mu[1:-3] - mu[:-4]), np.abs(mu[4:] - mu[3:-1]))
    returns = np.abs(mu[3:-1] - mu[1:-3]) < RETURNS * jump
    mended = mu.copy()
    mended[2:-2] = np.where(returns & (jump > GLITCH * calm), between, mu[2:-2])
    return mended


def step_at(energy: Array, mu: Array) -> Array:
    """Return how much higher a curve is behind each of its points than before it.

    Parameters
    ----------
    energy, mu : array (n_energies,)
        eV, increasing; absorption.

    Returns
    -------
    ndarray (n_energies,)
        Mean of the 30 eV behind less mean of the 30 eV before, or of what there is of
        them; smaller in the last 10 eV, 0 at both ends.

    Example
    -------
    >>> step_at(np.arange(0.0, 80.0, 20.0), np.array([0.0, 0.0, 1.0, 1.0])).round(2)
    array([0.  , 0.67, 0.67, 0.  ])
    """
    area = np.concatenate([[0.0], np.cumsum(np.diff(energy) * (mu[1:] + mu[:-1]) / 2)])
    before = np.maximum(energy - SIDE, energy[0])
    behind = np.minimum(energy + SIDE, energy[-1])
    left = (area - np.interp(before, energy, area))[1:-1] / (energy - before)[1:-1]
    right = (np.interp(behind, energy, area) - area)[1:-1] / (behind - energy)[1:-1]
    # the mean of a few points at an end says little, a glitch would be much of it
    sides = np.minimum(energy - before, behind - energy)[1:-1]
    return np.pad((right - left) * np.minimum(sides / ENOUGH, 1), 1)


def _check(energy: Array, mu: Array, fwhm: float) -> None:
    """Refuse arrays that can have no edge."""
    if energy.size < 2 or energy.ndim != 1 or energy.shape != mu.shape:
        said = f"energy of shape {energy.shape} and mu of shape {mu.shape} have no edge"
        raise InputError(f"{said}, give two arrays of one length, at least 2")
    if not np.isfinite(mu).all():
        raise InputError("mu holds what is not finite, correct or remove it")
    if not (np.diff(energy) > 0).all():
        raise InputError("energy does not increase, sort the points and remove doubles")
    within("(0, inf)", fwhm=fwhm)


def _trials(energy: Array, apart: float) -> Array:
    """The energies and the midpoints; where they are dense, some of them."""
    trial = np.sort(np.concatenate([energy, (energy[1:] + energy[:-1]) / 2]))
    if np.diff(trial).min() >= apart:
        return trial
    _, first = np.unique(np.floor((trial - trial[0]) / apart), return_index=True)
    return trial[np.append(first, len(trial) - 1)]


def _derivative(energy: Array, mu: Array, sigma: float, at: Array) -> Array:
    """Slope of the smoothed curve at increasing energies, a few of them at a time."""
    slopes = np.diff(mu) / np.diff(energy)
    found = np.empty(len(at))
    for start in range(0, len(at), _TRIALS):
        some = at[start : start + _TRIALS]
        reach = some[0] - _FAR * sigma, some[-1] + _FAR * sigma
        first, last = np.searchsorted(energy, reach)
        first, last = max(first - 1, 0), min(last + 1, len(energy))
        steps = scipy.special.ndtr((energy[first:last] - some[:, None]) / sigma)
        found[start : start + _TRIALS] = (
            np.diff(steps, axis=1) @ slopes[first : last - 1]
        )
    return found


def _around_largest_step(
    energy: Array, mu: Array, between: tuple[float, float] | None
) -> tuple[float, float]:
    """Where the steepest point may lie: near the largest lasting step."""
    low, high = between or (-np.inf, np.inf)
    inside = (energy >= low) & (energy <= high)
    if not inside.any():
        raise InputError(
            f"no energy lies within {low:.1f} to {high:.1f} eV, where the edge is "
            f"looked for: the scan covers {energy[0]:.1f} to {energy[-1]:.1f} eV"
        )
    centre = energy[np.argmax(np.where(inside, step_at(energy, mu), -np.inf))]
    return max(low, centre - REACH), min(high, centre + REACH)
