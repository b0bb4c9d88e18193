"""The same predictions by every metric in print: what a paper's number is in ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.errors import InputError
from xnet_lite.metrics.base import Array, rows
from xnet_lite.metrics.peaks import PEAK_WINDOW, peak_parity
from xnet_lite.metrics.pointwise import (
    eta,
    median_relative_error,
    mse,
    r2,
    relative_spectral_error,
    spearman,
)

_NOBODY = "none of these papers: reported here beside the others"
#: metric -> unit, formula, where it is used
WORDS = {
    "relative spectral error (A)": (
        "%",
        "100 Σ|pred − true| / Σ|true| over energies, median over spectra",
        "Rankine 2022, Table I; Penfold 2024, Tables 1 to 4: Δμ, no formula printed",
    ),
    "median relative error (B)": (
        "%",
        "median over energies of 100 |pred − true| / |true|, median over spectra",
        'Rankine 2022: its words "median percentage error", read point by point',
    ),
    "mean squared error": (
        "μ²",
        "mean over energies of (pred − true)², median over spectra",
        "Rankine 2020, Fig. 2; David 2023, Fig. 4 (there of features)",
    ),
    "Pearson correlation": (
        "",
        "of pred and true over energies, mean over spectra",
        "Rankine 2020, text below Fig. 1",
    ),
    "R²": (
        "",
        "1 − Σ(pred − true)² / Σ(true − mean true)² over energies, median over spectra",
        _NOBODY,
    ),
    "Spearman correlation": (
        "",
        "Pearson's of the ranks over energies, median over spectra",
        _NOBODY,
    ),
    "eta": (
        "",
        "median squared error of the mean training spectrum / that of the model",
        "Kharel 2024 (OmniXAS)",
    ),
    "peak energy error, mean": (
        "eV",
        f"mean of |ΔE| over peaks matched within {PEAK_WINDOW:g} eV",
        "Rankine 2022, Table II",
    ),
    "peak energy error, median": (
        "eV",
        f"median of |ΔE| over peaks matched within {PEAK_WINDOW:g} eV",
        "Rankine 2020, Fig. 3c",
    ),
    "R² of peak energies": (
        "",
        "1 − ΣΔE² / Σ(E − mean E)² over matched peaks",
        "Rankine 2020, Fig. 3a; Rankine 2022, Table II",
    ),
    "peak intensity error, median": (
        "μ",
        "median of |Δμ| between matched peaks",
        "Rankine 2020, Fig. 3d",
    ),
    "peak hit rate": (
        "",
        f"share of true peaks with a predicted one within {PEAK_WINDOW:g} eV",
        "Rankine 2020 and 2022, text",
    ),
}


@dataclass(frozen=True)
class Translation:
    """One metric in print, and what the predictions score by it.

    Attributes
    ----------
    metric, unit, formula, used_in : str
        Its name, its unit ("" for a plain number), its formula in words and the paper.
    value, broadened : float
        As predicted, and after broadening predictions and truth alike (NaN where
        nothing broadens).

    Example
    -------
    >>> Translation("eta", "", "a ratio", "a paper", 3.0, 4.0).value
    3.0
    """

    metric: str
    unit: str
    formula: str
    used_in: str
    value: float
    broadened: float


def translate(
    spectra_pred: ArrayLike,
    spectra: ArrayLike,
    *,
    broaden: Callable[[Array], Array] | None = None,
    energy: ArrayLike | None = None,
    mean_spectrum: ArrayLike | None = None,
) -> list[Translation]:
    """Return what the same predictions score by every metric that papers print.

    Parameters
    ----------
    spectra_pred, spectra : array (n_sites, n_energies)
    broaden : callable, optional
        From spectra (n_sites, n_energies) to spectra of the same shape: predictions,
        truth and mean spectrum go through it, as the papers broaden before they score.
    energy : array (n_energies,), optional
        eV; adds the metrics of peaks.
    mean_spectrum : array (n_energies,), optional
        Mean of the training spectra; adds `eta`.

    Returns
    -------
    list of Translation
        A row each, in the order of `WORDS`.

    Raises
    ------
    InputError
        If shapes differ, or `broaden` changes one.

    Source: C. D. Rankine et al., J. Phys. Chem. A 124 (2020) 4263,
    doi:10.1021/acs.jpca.0c03723; C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156
    (2022) 164102, doi:10.1063/5.0087255; T. J. Penfold et al., Mach. Learn.: Sci.
    Technol. 5 (2024) 021001, doi:10.1088/2632-2153/ad5074; S. R. Kharel et al.,
    arXiv:2409.19552 (2024).
    Differs: the papers of 2022 and 2024 print no formula of their percent error: A and
    B are two readings of it. Windows of peaks as in `peak_parity`.

    Example
    -------
    >>> first = translate([[1.1, 2.2]], [[1.0, 2.0]], broaden=lambda mu: mu + 1.0)[0]
    >>> round(first.value, 6), round(first.broadened, 6)
    (10.0, 6.0)
    """
    pred, true = rows(spectra_pred, spectra)
    mean = None if mean_spectrum is None else _row(mean_spectrum)
    value = _scores(pred, true, energy, mean)
    smooth: dict[str, float] = {}
    if broaden is not None:
        mean = None if mean is None else _broadened(broaden, mean)
        after = _broadened(broaden, pred), _broadened(broaden, true)
        smooth = _scores(*after, energy, mean)
    return [
        Translation(metric, *words, value[metric], smooth.get(metric, np.nan))
        for metric, words in WORDS.items()
        if metric in value
    ]


def _scores(
    pred: Array, true: Array, energy: ArrayLike | None, mean: Array | None
) -> dict[str, float]:
    """Every metric that the data allow, by its name in `WORDS`."""
    scores = {
        "relative spectral error (A)": np.median(relative_spectral_error(pred, true)),
        "median relative error (B)": np.median(median_relative_error(pred, true)),
        "mean squared error": np.median(mse(pred, true)),
        "Pearson correlation": _pearson(pred, true).mean(),
        "R²": np.median(r2(pred, true)),
        "Spearman correlation": np.median(spearman(pred, true)),
    }
    if mean is not None:
        scores["eta"] = eta(pred, true, mean[0])
    if energy is not None:
        parity = peak_parity(pred, true, energy)
        scores |= {
            "peak energy error, mean": parity.mean_error,
            "peak energy error, median": parity.median_error,
            "R² of peak energies": parity.r2,
            "peak intensity error, median": parity.intensity_error,
            "peak hit rate": parity.hit_rate,
        }
    return {metric: float(score) for metric, score in scores.items()}


def _row(mean_spectrum: ArrayLike) -> Array:
    """One spectrum as (1, n_energies)."""
    return np.atleast_2d(np.asarray(mean_spectrum, dtype=float))


def _pearson(pred: Array, true: Array) -> Array:
    """Correlation over energies, one per spectrum."""
    pred, true = (mu - mu.mean(-1, keepdims=True) for mu in (pred, true))
    return (pred * true).sum(-1) / np.sqrt((pred**2).sum(-1) * (true**2).sum(-1))


def _broadened(broaden: Callable[[Array], Array], spectra: Array) -> Array:
    """Spectra after broadening, or an InputError where it left the grid."""
    smooth = np.asarray(broaden(spectra), dtype=float)
    if smooth.shape != spectra.shape:
        raise InputError(
            f"broaden made spectra of shape {smooth.shape} from {spectra.shape}: give "
            "one that stays on the energy grid"
        )
    return smooth
