"""Whether a band keeps its promise: how often it holds the truth, how wide it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.faces import Face
from xnet_lite.metrics.pointwise import coverage, pair, relative_spectral_error
from xnet_lite.tables import Table

#: half widths that are told, and what a Gaussian holds within them
WIDTHS = (1, 2, 3)
#: points of a reliability diagram
N_LEVELS = 19


@dataclass(frozen=True, repr=False)
class BandScores(Face):
    """How good a band is, by every measure, over (n_sites, n_energies).

    Attributes
    ----------
    a_median : float
        Error of its mean, percent.
    coverage_all, coverage_median : tuple of float
        Share of points within 1, 2 and 3σ: of all, and the median over spectra.
    sigma_error_r, sigma_error_rho : float
        Pearson's and Spearman's correlation, over sites, of the mean σ with the mean
        absolute error; NaN where one of them does not vary.
    point_r : float
        Pearson's over all points, of σ with the absolute error.
    crps : float
        Continuous ranked probability score of a Gaussian, mean; unit of the spectra.
    sharpness : float
        Mean σ; unit of the spectra.
    equal : float
        σ of a band of equal width for all sites and energies that would hold as many
        points within 2σ: a band that knows anything is narrower.
    """

    a_median: float
    coverage_all: tuple[float, ...]
    coverage_median: tuple[float, ...]
    sigma_error_r: float
    sigma_error_rho: float
    point_r: float
    crps: float
    sharpness: float
    equal: float

    def row(self) -> dict[str, float]:
        """Return the numbers of one line of a benchmark."""
        alls = {f"coverage_{k}_all": c for k, c in zip(WIDTHS, self.coverage_all)}
        return {
            "a_median": self.a_median,
            **alls,
            "coverage_2_median": self.coverage_median[1],
            "sigma_error_r": self.sigma_error_r,
            "crps": self.crps,
            "sharpness": self.sharpness,
        }

    def table(self) -> Table:
        """Return what the band promises beside what was found."""
        rows = [
            {
                "within": f"±{k}σ",
                "promised / %": 100 * (2 * scipy.stats.norm.cdf(k) - 1),
                "all points / %": 100 * found,
                "median spectrum / %": 100 * middle,
            }
            for k, found, middle in zip(
                WIDTHS, self.coverage_all, self.coverage_median, strict=True
            )
        ]
        return Table(rows)

    def _facts(self) -> Mapping[str, object]:
        return {
            "error": f"{self.a_median:.2f} %",
            "within ±2σ": f"{self.coverage_all[1]:.1%}",
            "r": self.sigma_error_r,
            "CRPS": f"{self.crps:.4f}",
            "mean σ": f"{self.sharpness:.4f}",
        }


def band_scores(
    spectra_pred: ArrayLike, spectra_std: ArrayLike, spectra: ArrayLike
) -> BandScores:
    """Return every measure of a band.

    Parameters
    ----------
    spectra_pred, spectra_std, spectra : array (n_sites, n_energies)

    Raises
    ------
    InputError
        If shapes differ.

    Example
    -------
    >>> band_scores([[0.0, 0.0]], [[1.0, 1.0]], [[0.5, -2.5]]).coverage_all
    (0.5, 0.5, 1.0)
    """
    pred, true = pair(spectra_pred, spectra)
    std, _ = pair(spectra_std, spectra)
    shares = [coverage(pred, std, true, k) for k in WIDTHS]
    wrong, inside = np.abs(pred - true), shares[1].all_points
    by_site = std.mean(-1), wrong.mean(-1)
    return BandScores(
        a_median=float(np.median(relative_spectral_error(pred, true))),
        coverage_all=tuple(one.all_points for one in shares),
        coverage_median=tuple(one.median for one in shares),
        sigma_error_r=_correlation(*by_site),
        sigma_error_rho=_correlation(*map(scipy.stats.rankdata, by_site)),
        point_r=_correlation(std.ravel(), wrong.ravel()),
        crps=float(crps(pred, std, true).mean()),
        sharpness=float(std.mean()),
        equal=float(np.quantile(wrong, inside)) / 2,
    )


def crps(spectra_pred: ArrayLike, spectra_std: ArrayLike, spectra: ArrayLike) -> Array:
    """Return the continuous ranked probability score of a Gaussian, one a spectrum.

    mean_E σ (z (2 Φ(z) - 1) + 2 φ(z) - 1/√π) with z = (true - pred) / σ; the absolute
    error where σ is 0. Less is better: it asks for a band that is right and narrow.

    Source: T. Gneiting, A. E. Raftery, J. Am. Stat. Assoc. 102 (2007) 359, section 4.2.
    Differs: the sign, and the mean over energies.

    Example
    -------
    >>> crps([[0.0]], [[1.0]], [[0.0]]).round(4)
    array([0.2337])
    """
    pred, true = pair(spectra_pred, spectra)
    std, wrong = np.asarray(spectra_std, dtype=float), np.abs(pred - true)
    z = wrong / np.where(std > 0, std, 1.0)
    gauss = (
        z * (2 * scipy.stats.norm.cdf(z) - 1)
        + 2 * scipy.stats.norm.pdf(z)
        - 1 / np.sqrt(np.pi)
    )
    return np.asarray(np.where(std > 0, std * gauss, wrong).mean(-1))


def reliability(
    spectra_pred: ArrayLike,
    spectra_std: ArrayLike,
    spectra: ArrayLike,
    n_levels: int = N_LEVELS,
) -> tuple[Array, Array]:
    """Return promised and found shares of points in central intervals of a Gaussian.

    Returns
    -------
    promised, found : array (n_levels,)
        0 to 1, without the ends. A band that keeps its promise has found = promised.

    Example
    -------
    >>> promised, found = reliability([[0.0]], [[1.0]], [[0.7]], 3)
    >>> promised.tolist(), found.tolist()
    ([0.25, 0.5, 0.75], [0.0, 0.0, 1.0])
    """
    pred, true = pair(spectra_pred, spectra)
    std, wrong = np.asarray(spectra_std, dtype=float), np.abs(pred - true)
    promised = np.arange(1, n_levels + 1) / (n_levels + 1)
    widths = np.sqrt(2) * scipy.special.erfinv(promised)
    return promised, np.array([(wrong <= k * std).mean() for k in widths])


def _correlation(a: Array, b: Array) -> float:
    """Pearson's, NaN where it has no meaning."""
    if len(a) < 2 or not np.ptp(a) or not np.ptp(b):
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
