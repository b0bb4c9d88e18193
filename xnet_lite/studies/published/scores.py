"""The columns of the papers' tables for one set of predictions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from xnet_lite.metrics import peak_parity, summarise
from xnet_lite.spectra import arctangent_width, convolve_lorentzian

Array = np.ndarray

#: eV; the papers print no window, their largest ΔE of 5.33 eV lies inside this one
PEAK_WINDOW = 6.0
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
#: name of a column -> key of `metrics.summarise`
COLUMNS = {
    "median": "a_median",
    "upper_quartile": "a_q75",
    "lower_quartile": "a_q25",
    "iqr": "a_iqr",
    "skewness": "a_skew",
    "median_pointwise": "b_median",
}


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


def columns(
    spectra_pred: Array, spectra: Array, energy: Array
) -> dict[str, float | None]:
    """Return the columns of all tables for some predictions.

    Parameters
    ----------
    spectra_pred, spectra : array (n_sites, n_energies)
    energy : array (n_energies,)
        eV.

    Returns
    -------
    dict of str to float or None
        `median, upper_quartile, lower_quartile, iqr, skewness` of metric A and
        `median_pointwise` of metric B, percent; `peak_mean, peak_max, peak_std` of
        peaks matched within `PEAK_WINDOW`, eV, and their `peak_r2`; `hit_rate`, the
        share of true peaks that were predicted, and `real_rate`, that of predicted
        peaks that are true. None for what is no number.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, Tables I and II.
    Differs: see `metrics.summarise` and `metrics.peak_parity`; the window is wider than
    theirs by default, so that an error as large as the paper's largest can occur. The
    paper has no `real_rate`: without it noise, which has a peak everywhere, hits all.

    Example
    -------
    >>> energy = np.linspace(0, 10, 101)
    >>> true, pred = (np.exp(-((energy - center) ** 2))[None] for center in (4, 5))
    >>> columns(pred, true, energy)["peak_mean"]
    1.0
    """
    summary = summarise(spectra_pred, spectra)
    parity = peak_parity(spectra_pred, spectra, energy, window=PEAK_WINDOW)
    turned = peak_parity(spectra, spectra_pred, energy, window=PEAK_WINDOW)
    found = {name: summary[key] for name, key in COLUMNS.items()} | {
        "peak_mean": parity.mean_error,
        "peak_max": parity.max_error,
        "peak_std": parity.std,
        "peak_r2": parity.r2,
        "hit_rate": parity.hit_rate,
        "real_rate": turned.hit_rate,
    }
    return {
        name: float(value) if np.isfinite(value) else None
        for name, value in found.items()
    }
