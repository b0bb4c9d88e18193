"""How the width of a spectrum grows with energy."""

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import within


def arctangent_width(
    energy_rel: ArrayLike,
    *,
    gamma_hole: float,
    gamma_max: float,
    e_width: float,
    e_centre: float,
    e_fermi: float = 0.0,
) -> Array:
    """Return the width that final states gain with energy, in the arctangent model.

    Γ(E) = Γ_hole + Γ_max (½ + arctan(π/3 · Γ_max/E_w · (e − 1/e²)) / π) with
    e = (E − E_f)/E_c for E > E_f, and Γ_hole below.

    Parameters
    ----------
    energy_rel : array (n_energies,)
        Energy from the edge, eV.
    gamma_hole : float
        Width of the core hole, fwhm, eV.
    gamma_max : float
        What the final state adds far above the edge, eV.
    e_width, e_centre : float
        E_w and E_c: how slowly it comes, and where half of it is there, eV.
    e_fermi : float
        E_f on the same scale as energy_rel, eV.

    Returns
    -------
    ndarray (n_energies,)
        Full width at half maximum, eV.

    Raises
    ------
    InputError
        For e_width or e_centre that are not positive.

    Source
    ------
    Rankine, Madkhali, Penfold, J. Phys. Chem. A 124 (2020) 4263,
    doi:10.1021/acs.jpca.0c03723, eq. 2; the model is that of the FDMNES code.

    Differs
    -------
    Nothing above E_f. Below it, where nothing absorbs, the paper goes on with the same
    formula, which is Γ_hole just below E_f and rises away from it: from 1.25 eV to
    1.50, 2.21 and 4.89 eV at 5, 10 and 30 eV below, with the paper's values. Here it
    is Γ_hole.

    Example
    -------
    >>> width = arctangent_width(
    ...     [-5.0, 30.0], gamma_hole=2, gamma_max=15, e_width=30, e_centre=30
    ... )
    >>> width.tolist()
    [2.0, 9.5]
    """
    within("(0, inf)", e_width=e_width, e_centre=e_centre)
    above = np.asarray(energy_rel, dtype=float) - e_fermi
    e = np.where(above > 0, above, 1.0) / e_centre
    with np.errstate(over="ignore", divide="ignore"):  # 1/e² → ∞ just above E_f
        bend = np.arctan(np.pi / 3 * gamma_max / e_width * (e - 1 / e**2))
    width = gamma_hole + gamma_max * (0.5 + bend / np.pi)
    return np.where(above > 0, width, gamma_hole)
