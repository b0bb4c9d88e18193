"""What happens to a told structure when the spectrum is not quite what it should be.

A change takes energies and spectra and returns spectra on the same energies; any
function that does so can stand beside those here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import find_peaks
from sklearn.metrics import roc_auc_score

from xnet_lite.arrays import Array, floats
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError, within
from xnet_lite.inverse.geometry import distance_parity, refined_peaks
from xnet_lite.inverse.reverse import Reverse
from xnet_lite.metrics import relative_spectral_error, spearman
from xnet_lite.spectra.broadening import convolve_gaussian

#: from (energy, spectra) to spectra
Change: TypeAlias = Callable[[Array, Array], Array]
#: eV in which pre-edge peaks of 3d metals stand, from the tabulated edge
PRE_EDGE = (-10.0, 0.0)
#: a resonance stands out by this share of its spectrum's range
RESONANCE = 0.01
#: share of sites whose error is called large
WORST = 0.25
#: of random changes that a training set is multiplied by: eV, and eV at most
SHIFT, BROADENING = 2.0, 3.0
#: eV, the least broadening of a copy
SHARPEST = 0.05
_TINY = 1e-12


def shifted(energy: Array, spectra: Array, by: float) -> Array:
    """Return spectra moved to higher energies, eV; ends are held.

    Example
    -------
    >>> shifted(np.arange(4.0), np.array([[0.0, 1.0, 2.0, 3.0]]), 1.0).tolist()
    [[0.0, 0.0, 1.0, 2.0]]
    """
    return _moved(energy, spectra, np.tile(energy - by, (len(spectra), 1)))


def broadened(energy: Array, spectra: Array, fwhm: float) -> Array:
    """Return spectra as seen through a Gaussian of this full width, eV."""
    return convolve_gaussian(energy, spectra, fwhm)


def stretched(energy: Array, spectra: Array, by: float) -> Array:
    """Return spectra whose second resonance above the edge stands farther out, eV.

    All up to the first resonance stays, what is between is stretched, what is beyond
    moves along. A spectrum with a single resonance stays as it is.

    Source: T. David et al., Digital Discovery 2 (2023) 1461, doi:10.1039/d3dd00101f,
    Fig. 6.
    Differs: nothing that is printed.
    """
    came_from = np.tile(energy, (len(spectra), 1))
    for row, (first, second) in enumerate(resonances(energy, spectra)):
        if np.isfinite(second):
            now, then = [first, second + by, energy[-1] + by], [first, second]
            now, then = [energy[0], *now], [energy[0], *then, energy[-1]]
            came_from[row] = np.interp(energy, now, then)
    return _moved(energy, spectra, came_from)


def pre_edge_scaled(energy: Array, spectra: Array, factor: float) -> Array:
    """Return spectra with pre-edge peaks this much as high above their line."""
    ends = [int(np.abs(energy - end).argmin()) for end in PRE_EDGE]
    share = np.clip((energy - energy[ends[0]]) / np.ptp(energy[ends]), 0, 1)
    first, last = spectra[:, ends[:1]], spectra[:, ends[1:]]
    # a concave rise is no peak: what lies above the line between both ends is
    above = np.maximum(spectra - (first + share * (last - first)), 0)
    inside = (energy > energy[ends[0]]) & (energy < energy[ends[1]])
    return spectra - (1 - factor) * np.where(inside, above, 0)


def noisy(energy: Array, spectra: Array, sigma: float, seed: int = 0) -> Array:
    """Return spectra with normal noise of this standard deviation."""
    return spectra + np.random.default_rng(seed).normal(0, sigma, spectra.shape)


def self_absorbed(energy: Array, spectra: Array, strength: float) -> Array:
    """Return spectra as a thick sample fluoresces: (1 + s) μ / (1 + s μ).

    Example
    -------
    >>> self_absorbed(np.arange(2.0), np.array([[1.0, 2.0]]), 1.0).round(3).tolist()
    [[1.0, 1.333]]
    """
    return (1 + strength) * spectra / (1 + strength * spectra)


def tilted(energy: Array, spectra: Array, slope: float) -> Array:
    """Return spectra normalised by a wrong line: this share more at the end."""
    return spectra * (1 + slope * np.clip(energy / energy[-1], 0, 1))


#: what an experiment may do to a spectrum, as the paper of 2023 has it and beyond
CHANGES: dict[str, Change] = {
    "shifted 1 eV": partial(shifted, by=1.0),
    "shifted 2 eV": partial(shifted, by=2.0),
    "broadened 0.5 eV": partial(broadened, fwhm=0.5),
    "broadened 1 eV": partial(broadened, fwhm=1.0),
    "broadened 3 eV": partial(broadened, fwhm=3.0),
    "stretched 2 eV": partial(stretched, by=2.0),
    "no pre-edge peaks": partial(pre_edge_scaled, factor=0.0),
    "noise 1 %": partial(noisy, sigma=0.01),
    "self-absorbed": partial(self_absorbed, strength=0.3),
    "tilted 5 %": partial(tilted, slope=0.05),
}


def resonances(energy: Array, spectra: Array) -> Array:
    """Return the first two peaks above the edge, (n_spectra, 2) eV; NaN if absent.

    Example
    -------
    >>> energy = np.linspace(0, 40, 401)
    >>> mu = 1 + np.exp(-((energy - 10) ** 2)) + np.exp(-((energy - 25) ** 2) / 4)
    >>> resonances(energy, mu[None]).round(1).tolist()
    [[10.0, 25.0]]
    """
    found = np.full((len(spectra), 2), np.nan)
    for row, mu in enumerate(spectra):
        tops = find_peaks(mu, prominence=RESONANCE * np.ptp(mu))[0]
        tops = tops[(energy[tops] > 0) & (mu[tops] > mu.mean())][:2]
        found[row, : len(tops)] = energy[tops]
    return found


def sensitivity(
    reverse: Reverse, energy: Array, spectra: Array, change: Change
) -> Array:
    """Return by how much told curves change with the spectrum, percent, (n_sites,).

    100 Σ|g' − g| / Σ|g|. Proposed as a sign of confidence in 2023: what is told badly
    is said to be told unsteadily.

    Source: T. David et al., Digital Discovery 2 (2023) 1461, section 3.
    Differs: there peaks are looked at by eye.
    """
    before = reverse.predict(spectra)
    after = reverse.predict(
        change(floats("energy", energy), floats("spectra", spectra))
    )
    return np.asarray(relative_spectral_error(after, before))


def response(
    reverse: Reverse, energy: Array, spectra: Array, change: Change
) -> dict[str, float]:
    """Return what a change does to told first-shell peaks.

    Returns
    -------
    dict
        "moved": median of |ΔR|, Å; "height": median of |Δh| / h, percent, both of
        matched peaks; "kept": share of peaks that still are there.
    """
    r = reverse.descriptor.distances
    before = reverse.predict(spectra)[:, : len(r)]
    after = reverse.predict(change(energy, spectra))[:, : len(r)]
    found = distance_parity(after, before, r)
    both = np.isfinite(found.true + found.told)
    rows = found.site[both].astype(int)
    heights = [
        np.array([np.interp(place, r, curves[row]) for place, row in zip(places, rows)])
        for curves, places in ((before, found.true[both]), (after, found.told[both]))
    ]
    grown = np.abs(heights[1] / np.maximum(heights[0], _TINY) - 1)
    return {
        "moved": float(np.median(found.errors)) if both.any() else np.nan,
        "height": float(100 * np.median(grown)) if both.any() else np.nan,
        "kept": found.hit_rate,
    }


def stretch_slope(
    reverse: Reverse, energy: Array, spectra: Array, by: float = 2.0
) -> float:
    """Return the median of d ln R / d ln ΔE: −½ by Natoli's rule, ΔE R² = const.

    ΔE is how far the first two resonances are apart, R the distance that is told for
    the highest first-shell peak.
    """
    r = reverse.descriptor.distances
    gaps = np.diff(resonances(energy, spectra), axis=1)[:, 0]
    curves = [
        reverse.predict(one)[:, : len(r)]
        for one in (spectra, stretched(energy, spectra, by))
    ]
    before, after = (np.array([_highest(g, r) for g in one]) for one in curves)
    slope = np.log(after / before) / np.log((gaps + by) / gaps)
    return float(np.nanmedian(slope))


def confidence(signs: Mapping[str, Array], error: ArrayLike) -> list[dict[str, object]]:
    """Return how well each sign tells which sites are wrong.

    Parameters
    ----------
    signs : mapping of str to array (n_sites,)
        Larger where the model should be trusted less.
    error : array (n_sites,)

    Returns
    -------
    list of dict
        "sign", "spearman" with the error, and "auroc": how likely a site of the worst
        quarter has more of the sign than one of the others; 0.5 is chance.

    Raises
    ------
    InputError
        If a sign is of other sites.

    Example
    -------
    >>> confidence({"perfect": np.arange(8.0)}, np.arange(8.0))
    [{'sign': 'perfect', 'spearman': 1.0, 'auroc': 1.0}]
    """
    wrong = np.asarray(error, dtype=float)
    large = wrong > np.quantile(wrong, 1 - WORST)
    rows: list[dict[str, object]] = []
    for name, sign in signs.items():
        if np.shape(sign) != wrong.shape:
            said = f"{name!r} has shape {np.shape(sign)}, errors {wrong.shape}"
            raise InputError(f"{said}: give one number a site")
        row = {"sign": name, "spearman": float(spearman(sign, wrong))}
        rows.append(row | {"auroc": float(roc_auc_score(large, sign))})
    return rows


def augmented(
    dataset: XASDataset,
    n_copies: int = 3,
    seed: int = 0,
    *,
    shift: float = SHIFT,
    broadening: float = BROADENING,
    scale: float = 0.0,
) -> XASDataset:
    """Return the dataset and copies with spectra that an experiment might have seen.

    Structures, features and labels are those of the original.

    Parameters
    ----------
    dataset : XASDataset
    n_copies : int
    seed : int
    shift, broadening : float
        By how much a copy is shifted, either way, and broadened at most, by chance, eV.
    scale : float
        By which share it is higher or lower at most.
    """
    within("[1, inf)", whole=True, n_copies=n_copies)
    within("[0, inf)", shift=shift, scale=scale)
    within(f"[{SHARPEST}, inf)", broadening=broadening)
    rng = np.random.default_rng(seed)
    rows = np.tile(np.arange(len(dataset)), n_copies + 1)
    spectra = dataset.spectra[rows].copy()
    for row in range(len(dataset), len(rows)):
        one = shifted(dataset.energy, spectra[[row]], rng.uniform(-shift, shift))
        fwhm = rng.uniform(SHARPEST, broadening)
        spectra[row] = broadened(dataset.energy, one, fwhm)[0]
    heights = rng.uniform(1 - scale, 1 + scale, len(rows))
    heights[: len(dataset)] = 1.0
    spectra *= heights[:, None]
    return replace(dataset[rows], spectra=spectra)


def _moved(energy: Array, spectra: Array, came_from: Array) -> Array:
    """Spectra whose value at each energy is the one of another energy."""
    pairs = zip(came_from, spectra, strict=True)
    return np.array([np.interp(x, energy, mu) for x, mu in pairs])


def _highest(curve: Array, r: Array) -> float:
    """Where the highest peak of the first shell is, Å; NaN without one."""
    tops = refined_peaks(curve, r)
    tops = tops[(tops > 1.0) & (tops < 3.0)]
    return float(tops[np.interp(tops, r, curve).argmax()]) if len(tops) else np.nan
