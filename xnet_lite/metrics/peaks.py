"""Errors of the peaks: how far each is from its partner, and how many have one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment
from scipy.signal import find_peaks

from xnet_lite.metrics.base import Array, pair, rows

#: a peak counts when it stands out by this share of its spectrum's range
PEAK_PROMINENCE = 0.02
#: a predicted peak can be the true one when it lies this close, eV
PEAK_WINDOW = 2.0


def match_peaks(
    mu_pred: ArrayLike,
    mu: ArrayLike,
    energy: ArrayLike,
    *,
    prominence: float = PEAK_PROMINENCE,
    window: float = PEAK_WINDOW,
) -> tuple[Array, Array]:
    """Return each true peak's energy and that of the predicted peak it is matched to.

    Peaks stand out by `prominence` times the range of their spectrum; each predicted
    one is used once, pairs are chosen for the least total distance within `window`.

    Parameters
    ----------
    mu_pred, mu : array (n_energies,)
    energy : array (n_energies,)
        eV.
    prominence : float
        Share of the spectrum's range.
    window : float
        eV; a true peak with no partner this close is a miss.

    Returns
    -------
    tuple of array (n_peaks,)
        Energies of the true peaks and of their partners, NaN for a miss, eV.

    Example
    -------
    >>> x = np.linspace(0, 10, 101)
    >>> match_peaks(np.exp(-((x - 5) ** 2)), np.exp(-((x - 4) ** 2)), x)
    (array([4.]), array([5.]))
    """
    grid = np.asarray(energy, dtype=float)
    pred, true = (grid[_peaks(a, prominence)] for a in pair(mu_pred, mu))
    gaps = np.abs(true[:, None] - pred[None, :])
    # a pair outside the window costs more than all pairs inside it together
    which, whom = linear_sum_assignment(
        np.where(gaps <= window, gaps, window * (1 + len(true)))
    )
    partner = np.full(len(true), np.nan)
    kept = gaps[which, whom] <= window
    partner[which[kept]] = pred[whom[kept]]
    return true, partner


def peak_energy_error(
    spectra_pred: ArrayLike, spectra: ArrayLike, energy: ArrayLike, **options: float
) -> Array:
    """Return the mean distance of matched peaks, eV, one number per spectrum.

    NaN where no peak is matched. `options` are those of `match_peaks`.
    """
    pairs = [
        match_peaks(p, t, energy, **options)
        for p, t in zip(*rows(spectra_pred, spectra), strict=True)
    ]
    return np.array([_mean_or_nan(np.abs(t - p)) for t, p in pairs])


def peak_hit_rate(
    spectra_pred: ArrayLike, spectra: ArrayLike, energy: ArrayLike, **options: float
) -> Array:
    """Return the share of true peaks found within the window, one per spectrum.

    NaN where the true spectrum has no peak. `options` are those of `match_peaks`.
    """
    pairs = [
        match_peaks(p, t, energy, **options)
        for p, t in zip(*rows(spectra_pred, spectra), strict=True)
    ]
    return np.array([_mean_or_nan(np.isfinite(p) * 1.0) for _, p in pairs])


def _peaks(mu: Array, prominence: float) -> NDArray[np.intp]:
    """Indices of the peaks that stand out."""
    return find_peaks(mu, prominence=max(prominence * np.ptp(mu), 1e-12))[0]


def _mean_or_nan(values: Array) -> float:
    """Mean over what is not NaN, or NaN without a warning."""
    kept = values[np.isfinite(values)]
    return float(kept.mean()) if len(kept) else np.nan
