"""The level between the spheres of a crystal: potential and density averaged there."""

import numpy as np
import scipy
from ase.units import Bohr

from xnet_lite.arrays import Array, Ints
from xnet_lite.scattering.atom import free_atom, xc_potential
from xnet_lite.scattering.potential import ATOM_CUT, MuffinTins

SAMPLE_RADIUS = 4.0  # Å about the absorber
N_POINTS_LOG2 = 11


def interstitial_average(
    muffin_tins: MuffinTins, numbers: Ints, positions: Array, overlap: float
) -> tuple[float, float]:
    """Average the overlapped potential outside the touching spheres.

    Quasi-random points in a ball about the absorber; those inside a touching sphere
    are dropped, the free atoms are summed at the others.

    Parameters
    ----------
    muffin_tins : MuffinTins
    numbers : ndarray of int, shape (n_all,)
        Nuclear charges, in the order that made `muffin_tins`.
    positions : ndarray, shape (n_all, 3)
        Å; row 0 is the absorber.
    overlap : float
        The factor that is contained in the radii, undone here.

    Returns
    -------
    potential : float
        Mean of Coulomb and exchange-correlation potential, Ha.
    r_s : float
        Electron radius of the mean density, bohr.
    """
    reach = SAMPLE_RADIUS / Bohr
    cube = scipy.stats.qmc.Sobol(3, scramble=False).random_base2(N_POINTS_LOG2)
    points = (2 * cube - 1) * reach
    points = points[(points**2).sum(axis=1) < reach**2]
    xyz = (np.asarray(positions) - positions[0]) / Bohr
    distances = np.linalg.norm(points[:, None] - xyz, axis=2)
    radii = muffin_tins.radius[muffin_tins.kind] / overlap
    outside = (distances[:, : len(radii)] > radii).all(axis=1)
    if not outside.any():  # spheres fill the ball: take the point farthest from all
        outside = np.arange(len(points)) == np.argmax(distances.min(axis=1))
    distances = distances[outside]
    coulomb, density = np.zeros(len(distances)), np.zeros(len(distances))
    for z in np.unique(numbers):
        free = free_atom(int(z))
        near = distances[:, np.asarray(numbers) == z]
        for total, table in ((coulomb, free.coulomb), (density, free.density)):
            values = np.where(near < ATOM_CUT, np.interp(near, free.r, table), 0)
            total += values.sum(axis=1)
    level = float(np.mean(coulomb + xc_potential(density)))
    return level, float((3 / (4 * np.pi * density.mean())) ** (1 / 3))
