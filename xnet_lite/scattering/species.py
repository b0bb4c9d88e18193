"""The species of a structure: one place for each element, which stands for all."""

from dataclasses import dataclass

import numpy as np
from ase.units import Bohr

from xnet_lite.arrays import Array, Ints
from xnet_lite.scattering.potential import ATOM_CUT, Place
from xnet_lite.structures import Site, cluster

REACH = (ATOM_CUT + 4.0) * Bohr  # Å: what can overlap into a sphere
NEAREST, SAME, N_COMPARED = 12, 1e-3, 8


@dataclass(frozen=True, eq=False)
class Species:
    """An element in a structure, as its atom nearest to the absorber has it.

    Attributes
    ----------
    z : int
        Nuclear charge.
    share : float
        Part of all atoms, from the formula.
    place : Place
        That atom and all that overlap into it.
    rows : ndarray of int, shape (n_neighbors,)
        Which species each neighbor is.
    vectors : ndarray, shape (n_neighbors, 3)
        To each neighbor, bohr.
    """

    z: int
    share: float
    place: Place
    rows: Ints
    vectors: Array


def species_of(site: Site) -> list[Species]:
    """Return the species of a structure, that of the absorber first.

    Parameters
    ----------
    site : Site
        Molecule or crystal.

    Returns
    -------
    list of Species
        Places in promoted configuration, without a core hole.

    Example
    -------
    >>> from ase.build import bulk
    >>> rocksalt = bulk("NiO", "rocksalt", a=4.18)
    >>> [(one.z, one.share) for one in species_of(Site(rocksalt, 0))]
    [(28, 0.5), (8, 0.5)]
    """
    numbers = site.atoms.numbers
    absorber = int(numbers[site.absorber_index])
    charges = [absorber, *(int(z) for z in np.unique(numbers) if z != absorber)]
    found = []
    for z in charges:
        atom = site.absorber_index if z == absorber else _nearest(site, z)
        around = cluster(Site(site.atoms, atom), REACH).atoms
        vectors = (around.positions[1:] - around.positions[0]) / Bohr
        neighbors = [(int(n), 0.0, True) for n in around.numbers[1:]]
        distances = np.linalg.norm(vectors, axis=1)
        place = Place((z, 0.0, True), distances, neighbors)
        rows = np.array([charges.index(n) for n, *_ in neighbors], int)
        share = float(np.mean(numbers == z))
        found.append(Species(z, share, place, rows, vectors))
    return found


def _nearest(site: Site, z: int) -> int:
    """Atom of element `z` nearest to the absorber; of several, that of least shells."""
    atoms = site.atoms
    like = np.flatnonzero(atoms.numbers == z)
    away = atoms.get_distances(site.absorber_index, like, mic=bool(atoms.pbc.any()))
    tied = like[away < away.min() + SAME][:N_COMPARED]
    if len(tied) == 1:
        return int(tied[0])
    shells = [_shell(Site(atoms, int(i))) for i in tied]
    return int(tied[min(range(len(tied)), key=shells.__getitem__)])


def _shell(site: Site) -> tuple[float, ...]:
    """Distances of the nearest neighbors, to compare places."""
    around = cluster(site, REACH).atoms.positions
    away = np.linalg.norm(around[1 : NEAREST + 1] - around[0], axis=1)
    return tuple(np.round(away, 2).tolist())
