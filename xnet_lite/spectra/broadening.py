"""Convolutions that do not depend on the grid.

The curve is taken as linear between its points, and every integral is done in closed
form segment by segment, so a coarse or uneven grid costs no accuracy.
"""

from collections.abc import Callable

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, within
from xnet_lite.spectra.edge import FWHM_PER_SIGMA
from xnet_lite.spectra.widths import arctangent_width

_TINY = 1e-300
#: the arctangent of 2020; the lifetime, which is in every set, is left out of it
ARCTANGENT = {
    "gamma_hole": 0.01,
    "gamma_max": 15.0,
    "e_width": 30.0,
    "e_centre": 30.0,
    "e_fermi": -5.0,
}
#: eV
PADDING = 100.0


def convolve_lorentzian(
    energy: ArrayLike,
    mu: ArrayLike,
    fwhm: ArrayLike,
    e_cut: float | None = None,
    *,
    energy_out: ArrayLike | None = None,
) -> Array:
    """Return the spectrum with every source energy smeared into a Lorentzian.

    μ'(E) = ∫ μ(E') L(E − E'; Γ(E')) dE', L(u; Γ) = (Γ/2π) / (u² + Γ²/4), with μ and
    Γ linear between the points, both constant past the last one (to infinity), and
    μ zero below the first one and below `e_cut`. The integral is exact.

    Parameters
    ----------
    energy : array (n_energies,)
        eV, increasing, any spacing.
    mu : array (..., n_energies)
        Absorption; any number of spectra that share the grid.
    fwhm : float or array (n_energies,)
        Γ, full width at half maximum, eV, of the *source* energy.
    e_cut : float, optional
        Nothing is absorbed below, eV: the states there are occupied.
    energy_out : array (n_out,), optional
        Where to evaluate, eV; `energy` when omitted.

    Returns
    -------
    ndarray (..., n_out)
        In the unit of mu.

    Raises
    ------
    InputError
        For a width that is not positive, or an array of another length.

    Differs
    -------
    The usual sum over grid points loses area on a grid coarser than the width and
    depends on where the padding ends; this neither sums nor pads.

    Example
    -------
    >>> energy = np.array([0.0, 1e-6, 50.0])
    >>> step = convolve_lorentzian(energy, [0.0, 1.0, 1.0], 2.0, energy_out=[0.0, 1.0])
    >>> step.round(4).tolist()
    [0.5, 0.75]
    """
    energy, mu = _grid(energy, mu)
    out = energy if energy_out is None else floats("energy_out", energy_out)
    half = _half_widths(fwhm, energy)
    nodes, take = _source_nodes(energy, e_cut)
    weights = _lorentzian_weights(nodes, take @ half, out) @ take
    return mu @ weights.T


def convolve_gaussian(
    energy: ArrayLike,
    mu: ArrayLike,
    fwhm: float,
    *,
    energy_out: ArrayLike | None = None,
) -> Array:
    """Return the spectrum smeared by a Gaussian, as an instrument does.

    μ'(E) = ∫ μ(E') g(E − E') dE' with μ linear between the points and constant
    outside them on both sides; the integral is exact.

    Parameters
    ----------
    energy, mu, energy_out
        As in `convolve_lorentzian`, and so is what is returned.
    fwhm : float
        Full width at half maximum, eV.

    Raises
    ------
    InputError
        For a width that is not positive.

    Example
    -------
    >>> convolve_gaussian([0.0, 10.0], [1.0, 3.0], 1.0, energy_out=[5.0]).round(6)
    array([2.])
    """
    energy, mu = _grid(energy, mu)
    out = energy if energy_out is None else floats("energy_out", energy_out)
    within("(0, inf)", fwhm=fwhm)
    sigma = fwhm / FWHM_PER_SIGMA
    u = (energy - out[:, None]) / sigma  # (n_out, n_energies)
    below = scipy.special.ndtr(u)
    density = np.exp(-0.5 * u * u) / np.sqrt(2 * np.pi)
    zeroth, first = np.diff(below, axis=1), -np.diff(density, axis=1)
    weights = _linear_weights(u, zeroth, first)
    weights[:, 0] += below[:, 0]
    weights[:, -1] += scipy.special.ndtr(-u[:, -1])
    return mu @ weights.T


def broadener(energy: Array) -> Callable[[Array], Array]:
    """Return what broadens spectra on a grid by the arctangent of the 2020 paper.

    Parameters
    ----------
    energy : array (n_energies,)
        Energy from the edge, eV.

    Returns
    -------
    callable
        From spectra (n_sites, n_energies) to spectra of the same shape.

    Source: C. D. Rankine, M. M. M. Madkhali and T. J. Penfold, J. Phys. Chem. A 124
    (2020) 4263, doi:10.1021/acs.jpca.0c03723, eq. 2 and the values below it.
    Differs: Γ_hole is left out, every set has it; the paper of 2022 has values of its
    own for each element in its Table S1, outside the article.

    Example
    -------
    >>> smooth = broadener(np.linspace(-15, 60, 226))
    >>> smooth(np.ones((1, 226))).shape
    (1, 226)
    """
    # what lies before the first point goes on as it is, or the first point would fall
    longer = np.concatenate([[energy[0] - PADDING], energy])
    width = arctangent_width(longer, **ARCTANGENT)

    def smooth(spectra: Array) -> Array:
        padded = np.concatenate([spectra[..., :1], spectra], axis=-1)
        return convolve_lorentzian(longer, padded, width, energy_out=energy)

    return smooth


def _grid(energy: ArrayLike, mu: ArrayLike) -> tuple[Array, Array]:
    """Both as arrays that fit together."""
    energy, mu = floats("energy", energy), floats("mu", mu)
    if energy.ndim != 1 or mu.shape[-1:] != energy.shape or not len(energy):
        raise InputError(
            f"energy has shape {energy.shape} and mu {mu.shape}, "
            "give mu with as many values in its last axis as there are energies"
        )
    if not (np.diff(energy) > 0).all():
        raise InputError("energy does not increase, sort the points and remove doubles")
    return energy, mu


def _half_widths(fwhm: ArrayLike, energy: Array) -> Array:
    """Half widths at the grid points, all positive."""
    widths = floats("fwhm", fwhm)
    if widths.ndim and widths.shape != energy.shape:
        said = f"fwhm has shape {widths.shape}, give one width or {len(energy)}"
        raise InputError(f"{said}, one for each energy")
    if not ((widths > 0) & (widths < np.inf)).all():
        raise InputError(f"fwhm {widths.min()} eV is not positive, give a width > 0")
    return np.broadcast_to(widths / 2, energy.shape)


def _source_nodes(energy: Array, e_cut: float | None) -> tuple[Array, Array]:
    """Nodes above the cut, and the matrix that interpolates to them from the grid."""
    if e_cut is None or e_cut <= energy[0]:
        return energy, np.eye(len(energy))
    # a point that rounding leaves a hair above the cut would make an empty segment
    above = energy > e_cut + 1e-9 * np.ptp(energy)
    nodes = np.concatenate([[e_cut], energy[above]])
    take = np.vstack([np.zeros(len(energy)), np.eye(len(energy))[above]])
    i = min(int(np.searchsorted(energy, e_cut, side="right")), len(energy) - 1)
    part = min((e_cut - energy[i - 1]) / (energy[i] - energy[i - 1]), 1.0)
    take[0, i - 1 : i + 1] = 1 - part, part
    return nodes, take


def _lorentzian_weights(nodes: Array, half: Array, out: Array) -> Array:
    """What each node contributes to each output energy, (n_out, n_nodes).

    Along a segment the half width is p + q u, u = E' − E, so L(u) is
    (p + q u) / (u² + (p + q u)²) / π: both ∫ L and ∫ u L are a logarithm and an
    arctangent, with s = 1 + q².
    """
    u = nodes - out[:, None]  # (n_out, n_nodes)
    tail = 0.5 - np.arctan(u[:, -1] / half[-1]) / np.pi
    q = np.diff(half) / np.diff(nodes)
    s = 1 + q * q
    p = half[:-1] - q * u[:, :-1]
    p = np.where(np.abs(p) < _TINY, _TINY, p)
    log = np.diff(np.log(u * u + half * half), axis=1) / 2
    arc = np.arctan((s * u[:, 1:] + p * q) / p) - np.arctan((s * u[:, :-1] + p * q) / p)
    zeroth = (q * log + arc) / s / np.pi
    step = np.diff(u, axis=1)
    first = (q * step + p * (1 - 2 * q * q / s) * log - 2 * q * p * arc / s) / s / np.pi
    weights = _linear_weights(u, zeroth, first)
    weights[:, -1] += tail
    return weights


def _linear_weights(u: Array, zeroth: Array, first: Array) -> Array:
    """Weights of nodes u from ∫ k and ∫ u k over each segment, μ linear in between."""
    upper = (first - u[:, :-1] * zeroth) / np.diff(u, axis=1)
    weights = np.zeros_like(u)
    weights[:, :-1] += zeroth - upper
    weights[:, 1:] += upper
    return weights
