"""The same predictions by every metric in print: what a paper's number is in ours."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.metrics.peaks import PEAK_WINDOW, peak_parity
from xnet_lite.metrics.pointwise import rows
from xnet_lite.metrics.summary import summarise
from xnet_lite.texts import beside

#: metric -> its score, unit, formula, where it is used
WORDS: dict[str, dict[str, str]] = json.loads(
    beside(__package__, "metrics_in_print.json")
)


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
    mean = None if mean_spectrum is None else np.atleast_2d(mean_spectrum)
    value = _scores(pred, true, energy, mean)
    smooth: dict[str, float] = {}
    if broaden is not None:
        mean = None if mean is None else _broadened(broaden, mean)
        after = _broadened(broaden, pred), _broadened(broaden, true)
        smooth = _scores(*after, energy, mean)
    return [
        Translation(
            metric,
            words["unit"],
            words["formula"].format(window=PEAK_WINDOW),
            words["used_in"],
            value[words["score"]],
            smooth.get(words["score"], np.nan),
        )
        for metric, words in WORDS.items()
        if words["score"] in value
    ]


def _scores(
    pred: Array, true: Array, energy: ArrayLike | None, mean: Array | None
) -> dict[str, float]:
    """Every score that the data allow."""
    scores = summarise(pred, true, mean_spectrum=mean)
    scores["pearson"] = float(_pearson(pred, true).mean())
    if energy is not None:
        parity = peak_parity(pred, true, energy)
        for name in ("mean_error", "median_error", "r2", "intensity_error", "hit_rate"):
            scores[f"peak {name}"] = getattr(parity, name)
    return scores


def _pearson(pred: Array, true: Array) -> Array:
    """Correlation over energies, one per spectrum."""
    pred, true = (mu - mu.mean(-1, keepdims=True) for mu in (pred, true))
    return (pred * true).sum(-1) / np.sqrt((pred**2).sum(-1) * (true**2).sum(-1))


def _broadened(broaden: Callable[[Array], Array], spectra: Array) -> Array:
    """Spectra after broadening, or an InputError where it left the grid."""
    smooth = np.asarray(broaden(spectra), dtype=float)
    if smooth.shape != spectra.shape:
        said = f"broaden made spectra of shape {smooth.shape} from {spectra.shape}"
        raise InputError(f"{said}: give one that stays on the energy grid")
    return smooth
