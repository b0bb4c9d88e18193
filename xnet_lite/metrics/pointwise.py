"""Errors point by point along the energy axis: the two of the papers and company."""

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, within


class Coverage(NamedTuple):
    """Share of points inside the band: median over spectra, and over all points."""

    median: float
    all_points: float


def pair(spectra_pred: ArrayLike, spectra: ArrayLike) -> tuple[Array, Array]:
    """Both as float64 of one shape, or an InputError."""
    pred = floats("predicted spectra", spectra_pred)
    true = floats("spectra", spectra)
    if pred.shape != true.shape:
        said = f"predicted spectra have shape {pred.shape}, the true ones {true.shape}"
        raise InputError(f"{said}: give both on one energy grid, one row per site")
    if not (pred.ndim and pred.size):
        raise InputError(f"spectra of shape {true.shape} hold none: give one or more")
    for name, one in (("predicted spectra", pred), ("spectra", true)):
        if not np.isfinite(one).all():
            raise InputError(f"{name} hold values that are not finite: leave those out")
    return pred, true


def rows(spectra_pred: ArrayLike, spectra: ArrayLike) -> tuple[Array, Array]:
    """Both as (n_sites, n_energies): one spectrum becomes one row."""
    pred, true = pair(spectra_pred, spectra)
    return np.atleast_2d(pred), np.atleast_2d(true)


def relative_spectral_error(spectra_pred: ArrayLike, spectra: ArrayLike) -> Array:
    """Return the relative spectral error of the papers' tables, metric A, in percent.

    100 * sum_E |pred - true| / sum_E |true|, one number per spectrum.

    Parameters
    ----------
    spectra_pred, spectra : array (..., n_energies)
        Predicted and true spectra, any common unit.

    Returns
    -------
    array (...)
        Percent.

    Raises
    ------
    InputError
        If the shapes differ.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, the Δμ of its tables.
    Differs: the paper calls it a median percentage error and prints no formula; this is
    the reading that weighs all energies alike, `median_relative_error` is the other.

    Example
    -------
    >>> float(relative_spectral_error([1.1, 0.9], [1.0, 1.0]).round(6))
    10.0
    """
    pred, true = pair(spectra_pred, spectra)
    size = np.abs(true).sum(-1)
    if not size.all():
        raise InputError(
            "a spectrum is zero throughout, so no share of it: leave it out"
        )
    return 100 * np.abs(pred - true).sum(-1) / size


def median_relative_error(spectra_pred: ArrayLike, spectra: ArrayLike) -> Array:
    """Return the median over energies of the pointwise error, metric B, in percent.

    median_E (100 * |pred - true| / |true|), one number per spectrum; points where the
    truth is exactly zero have no relative error and are left out. Takes and raises what
    `relative_spectral_error` does.

    Example
    -------
    >>> float(median_relative_error([1.0, 1.02, 2.0], [1.0, 1.0, 1.0]).round(6))
    2.0
    """
    pred, true = pair(spectra_pred, spectra)
    if not true.any(-1).all():
        raise InputError(
            "a spectrum is zero throughout, so no share of it: leave it out"
        )
    size = np.where(true == 0, np.nan, np.abs(true))
    return np.nanmedian(100 * np.abs(pred - true) / size, axis=-1)


def mse(spectra_pred: ArrayLike, spectra: ArrayLike) -> Array:
    """Return the mean squared error over energies, one number per spectrum.

    Example
    -------
    >>> float(mse([1.0, 3.0], [1.0, 1.0]))
    2.0
    """
    pred, true = pair(spectra_pred, spectra)
    return ((pred - true) ** 2).mean(-1)


def r2(spectra_pred: ArrayLike, spectra: ArrayLike) -> Array:
    """Return the coefficient of determination over energies, one per spectrum.

    1 - sum_E (pred - true)^2 / sum_E (true - mean_E true)^2

    Example
    -------
    >>> float(r2([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]))
    1.0
    """
    pred, true = pair(spectra_pred, spectra)
    spread = ((true - true.mean(-1, keepdims=True)) ** 2).sum(-1)
    _refuse_flat(spread)
    return 1 - ((pred - true) ** 2).sum(-1) / spread


def spearman(spectra_pred: ArrayLike, spectra: ArrayLike) -> Array:
    """Return Spearman's rank correlation over energies, one per spectrum.

    Ranks see only the order of the intensities: any increasing change of the scale
    leaves it at 1.

    Example
    -------
    >>> float(spearman([1.0, 10.0, 100.0], [1.0, 2.0, 3.0]))
    1.0
    """
    ranks = [scipy.stats.rankdata(a, axis=-1) for a in pair(spectra_pred, spectra)]
    pred, true = (r - r.mean(-1, keepdims=True) for r in ranks)
    _refuse_flat((true**2).sum(-1))
    return (pred * true).sum(-1) / np.sqrt((pred**2).sum(-1) * (true**2).sum(-1))


def eta(spectra_pred: ArrayLike, spectra: ArrayLike, mean_spectrum: ArrayLike) -> float:
    """Return how many times better than the mean spectrum the predictions are.

    median MSE of the mean spectrum / median MSE of the model: 1 is no better than the
    mean spectrum of the training set, more is better.

    Parameters
    ----------
    spectra_pred, spectra : array (n_sites, n_energies)
    mean_spectrum : array (n_energies,)
        Mean over the *training* spectra.

    Source: S. R. Kharel et al. (OmniXAS), arXiv:2409.19552 (2024).
    Differs: nothing.

    Example
    -------
    >>> eta([[1.0, 1.1]], [[1.0, 1.0]], [1.0, 1.2]).__round__(6)
    4.0
    """
    pred, true = pair(spectra_pred, spectra)
    baseline = np.broadcast_to(np.asarray(mean_spectrum, dtype=float), true.shape)
    wrong = float(np.median(mse(pred, true)))
    return float(np.median(mse(baseline, true))) / wrong if wrong else np.inf


def coverage(
    spectra_pred: ArrayLike, spectra_std: ArrayLike, spectra: ArrayLike, k: float = 2.0
) -> Coverage:
    """Return the share of points within k standard deviations of the prediction.

    Parameters
    ----------
    spectra_pred, spectra_std, spectra : array (n_sites, n_energies)
    k : float
        Half width of the band in standard deviations.

    Returns
    -------
    Coverage
        `median` over spectra and `all_points`, both 0 to 1. A band that is right for
        Gaussian errors holds 0.954 of all points at k = 2.

    Source: T. David et al., Digital Discovery 2 (2023) 1461, doi:10.1039/d3dd00101f;
    S. Verma et al., Chem. Commun. 59 (2023) 7100 (all points).
    Differs: nothing; the two are named apart.

    Example
    -------
    >>> coverage([[0.0, 0.0]], [[1.0, 1.0]], [[1.0, 3.0]])
    Coverage(median=0.5, all_points=0.5)
    """
    within("[0, inf)", k=k)
    pred, true = pair(spectra_pred, spectra)
    std, _ = pair(spectra_std, spectra)
    inside = np.abs(pred - true) <= k * std
    return Coverage(float(np.median(inside.mean(-1))), float(inside.mean()))


def _refuse_flat(spread: Array) -> None:
    """Refuse true spectra of one value throughout: nothing varies to be explained."""
    if not spread.all():
        raise InputError("a spectrum is the same at all energies: leave it out")
