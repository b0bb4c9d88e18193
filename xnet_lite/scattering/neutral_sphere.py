"""The potential of one sphere by itself, cut where it is neutral."""

import numpy as np
from scipy.integrate import cumulative_simpson

from xnet_lite.arrays import Array, Ints
from xnet_lite.scattering.potential import STEP


def neutral_sphere_potential(r: Array, density: Array, z: Ints) -> Array:
    """Return the Coulomb potential of a nucleus and the electrons that make it neutral.

    V(r) = (Q(r) - Z)/r + 4π∫_r^R ρ r′dr′ within the radius R where Q(R) = Z, zero
    beyond: no sphere sees the charge of another.

    Parameters
    ----------
    r : ndarray, shape (n_species, n_points)
        Logarithmic grids of step `STEP`, bohr.
    density : ndarray, shape (n_species, n_points)
        Electrons per bohr³.
    z : ndarray of int, shape (n_species,)
        Nuclear charges.

    Returns
    -------
    ndarray, shape (n_species, n_points)
        Ha.

    Notes
    -----
    Source: J. G. Norman, Mol. Phys. 31, 1191 (1976).
    Differs: nothing.
    """
    start = density[:, :1] * r[:, :1] ** 3 / 3
    charge = 4 * np.pi * (start + _integral(density * r**3))
    outer = 4 * np.pi * _integral(density * r**2)
    index = np.arange(r.shape[1])
    # the integral from r to R is what it is to R less what it is to r
    where = [np.interp(one, row, index) for one, row in zip(z, charge)]
    whole = np.array([np.interp(at, index, row) for at, row in zip(where, outer)])
    potential: Array = (charge - z[:, None]) / r + whole[:, None] - outer
    potential[index > np.array(where)[:, None]] = 0
    return potential


def _integral(values: Array) -> Array:
    """Running integral over x = ln r."""
    total: Array = cumulative_simpson(values, dx=STEP, axis=1, initial=0)
    return total
