"""All metrics of one set of predictions together: the numbers of one table row."""

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.metrics import pointwise
from xnet_lite.metrics.peaks import peak_parity


def summarise(
    spectra_pred: ArrayLike,
    spectra: ArrayLike,
    *,
    energy: ArrayLike | None = None,
    mean_spectrum: ArrayLike | None = None,
    spectra_std: ArrayLike | None = None,
) -> dict[str, float]:
    """Return every metric of one set of predictions: the numbers of one table row.

    Parameters
    ----------
    spectra_pred, spectra : array (n_sites, n_energies)
    energy : array (n_energies,), optional
        eV; adds `peak_energy_error` (median) and `peak_hit_rate` (over all peaks).
    mean_spectrum : array (n_energies,), optional
        Mean of the training spectra; adds `eta`.
    spectra_std : array (n_sites, n_energies), optional
        Adds `coverage_2_median`, `coverage_2_all` and `std_error_r`, the correlation
        of the mean standard deviation with the mean absolute error over spectra.

    Returns
    -------
    dict of float
        `a_median, a_q25, a_q75, a_iqr, a_mean, a_p90` (metric A, percent), `a_skew`
        (its skewness over spectra), `b_median, b_iqr` (metric B, percent), `mse, r2,
        spearman` (medians) and the above.

    Raises
    ------
    InputError
        If the shapes of the spectra differ.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, Table I: median, quartiles and skewness of Δμ.
    Differs: the paper does not say which skewness; ours is the third central moment
    over the standard deviation cubed, NaN where all errors are equal.

    Example
    -------
    >>> summarise([[1.1, 0.9]], [[1.0, 1.0001]])["a_median"].__round__(2)
    10.0
    """
    pred, true = pointwise.pair(spectra_pred, spectra)
    a = pointwise.relative_spectral_error(pred, true)
    b = pointwise.median_relative_error(pred, true)
    a_q25, a_q75 = np.percentile(a, [25, 75])
    row = {
        "a_median": np.median(a),
        "a_q25": a_q25,
        "a_q75": a_q75,
        "a_iqr": a_q75 - a_q25,
        "a_skew": _skewness(a),
        "a_mean": a.mean(),
        "a_p90": np.percentile(a, 90),
        "b_median": np.median(b),
        "b_iqr": np.subtract(*np.percentile(b, [75, 25])),
        "mse": np.median(pointwise.mse(pred, true)),
        "r2": np.median(pointwise.r2(pred, true)),
        "spearman": np.median(pointwise.spearman(pred, true)),
    }
    if energy is not None:
        parity = peak_parity(pred, true, energy)
        row["peak_energy_error"] = parity.median_error
        row["peak_hit_rate"] = parity.hit_rate
    if mean_spectrum is not None:
        row["eta"] = pointwise.eta(pred, true, mean_spectrum)
    if spectra_std is not None:
        row |= _band_summary(pred, np.asarray(spectra_std, dtype=float), true)
    return {name: float(value) for name, value in row.items()}


def _skewness(values: Array) -> float:
    """Third central moment over the standard deviation cubed."""
    off = values - values.mean()
    spread = np.sqrt((off**2).mean())
    # equal values differ by their rounding alone
    if spread <= 1e-12 * np.abs(values).max():
        return np.nan
    return float(((off / spread) ** 3).mean())


def _band_summary(pred: Array, std: Array, true: Array) -> dict[str, float]:
    """Both coverages at two standard deviations, and whether doubt tracks error."""
    share = pointwise.coverage(pred, std, true, 2.0)
    doubt, error = std.mean(-1), np.abs(pred - true).mean(-1)
    varies = len(error) > 1 and np.ptp(doubt) > 0 and np.ptp(error) > 0
    r = np.corrcoef(doubt, error)[0, 1] if varies else np.nan
    return {
        "coverage_2_median": share.median,
        "coverage_2_all": share.all_points,
        "std_error_r": float(r),
    }
