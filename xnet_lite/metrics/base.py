"""What every metric shares: pairs of arrays on one grid."""

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError


def pair(spectra_pred: ArrayLike, spectra: ArrayLike) -> tuple[Array, Array]:
    """Both as float64 of one shape, or an InputError."""
    pred = np.asarray(spectra_pred, dtype=float)
    true = np.asarray(spectra, dtype=float)
    if pred.shape != true.shape:
        raise InputError(
            f"predicted spectra have shape {pred.shape}, the true ones {true.shape}: "
            "give both on one energy grid, one row per site"
        )
    return pred, true


def rows(spectra_pred: ArrayLike, spectra: ArrayLike) -> tuple[Array, Array]:
    """Both as (n_sites, n_energies): one spectrum becomes one row."""
    pred, true = pair(spectra_pred, spectra)
    return np.atleast_2d(pred), np.atleast_2d(true)
