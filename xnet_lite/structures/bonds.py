"""Which atoms a drawing joins."""

import numpy as np
import scipy
from ase.data import covalent_radii

from xnet_lite.arrays import Array, Ints

# a bond is drawn below this times the sum of covalent radii; two metals need more than
# being near, or the iron of an oxide would hang together without oxygen
BOND_SLACK, METAL_BOND_SLACK = 1.25, 1.1
NONMETALS = [1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 33, 34, 35, 52, 53]


def bonded_pairs(positions: Array, numbers: Ints) -> Ints:
    """Return the pairs of atoms between which a bond is drawn.

    Parameters
    ----------
    positions : array, (n_atoms, 3)
        Å.
    numbers : array, (n_atoms,)
        Atomic numbers.

    Returns
    -------
    array of int, (n_bonds, 2)
        Closer than 1.25 times the sum of covalent radii (two metals: 1.1 times); for
        the eye only.

    Example
    -------
    >>> bonded_pairs(np.array([[0.0, 0, 0], [2.0, 0, 0]]), np.array([26, 8])).tolist()
    [[0, 1]]
    """
    radii = covalent_radii[numbers]
    # not all distances: large structures have many
    tree = scipy.spatial.cKDTree(positions)
    reach = 2 * BOND_SLACK * max(radii, default=1.0)
    pairs = tree.query_pairs(reach, output_type="ndarray")
    i, j = pairs[np.lexsort(pairs.T[::-1])].T
    distances = np.linalg.norm(positions[i] - positions[j], axis=-1)
    metal = ~np.isin(numbers, NONMETALS)
    slack = np.where(metal[i] & metal[j], METAL_BOND_SLACK, BOND_SLACK)
    near = distances < slack * (radii[i] + radii[j])
    return np.stack([i[near], j[near]], axis=1)
