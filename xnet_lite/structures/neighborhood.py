"""Who sits around an absorber: of one site, of many at once, as a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from ase import Atoms

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import within
from xnet_lite.faces import Face
from xnet_lite.structures.images import reachable_atoms
from xnet_lite.structures.site import Site


@dataclass(frozen=True, eq=False, repr=False)
class Neighbors(Face):
    """The atoms around one absorber, nearest first.

    Attributes
    ----------
    indices : ndarray (n_neighbors,)
        Atom of the site each one is (or is a periodic image of).
    distances : ndarray (n_neighbors,)
        From the absorber, Å, ascending.
    vectors : ndarray (n_neighbors, 3)
        From the absorber, Å.
    numbers : ndarray (n_neighbors,)
        Atomic numbers.
    """

    indices: Ints
    distances: Array
    vectors: Array
    numbers: Ints

    def __len__(self) -> int:
        return len(self.distances)


@dataclass(frozen=True, eq=False, repr=False)
class NeighborBatch(Face):
    """The atoms around many absorbers, in one run of arrays.

    Those of site i are rows `offsets[i]` to `offsets[i + 1]`, nearest first.

    Attributes
    ----------
    offsets : ndarray (n_sites + 1,)
        Where each site begins.
    indices, distances, vectors, numbers : ndarray (n_rows, …)
        As in `Neighbors`; Å.
    absorber_numbers : ndarray (n_sites,)
        Atomic number of each absorber.
    """

    offsets: Ints
    indices: Ints
    distances: Array
    vectors: Array
    numbers: Ints
    absorber_numbers: Ints

    def __len__(self) -> int:
        return len(self.absorber_numbers)

    @cached_property
    def counts(self) -> Ints:
        """Neighbors of each site, (n_sites,)."""
        return np.diff(self.offsets)

    @cached_property
    def site_index(self) -> Ints:
        """Site of each row, (n_rows,)."""
        return np.repeat(np.arange(len(self)), self.counts)

    def of_site(self, i: int) -> Neighbors:
        """Return the neighbors of site i."""
        rows = slice(self.offsets[i], self.offsets[i + 1])
        return Neighbors(
            self.indices[rows],
            self.distances[rows],
            self.vectors[rows],
            self.numbers[rows],
        )


_NONE = np.zeros(0, dtype=np.int64)
_EMPTY = NeighborBatch(
    np.zeros(1, dtype=np.int64), _NONE, np.zeros(0), np.zeros((0, 3)), _NONE, _NONE
)


def neighbors(site: Site, cutoff: float) -> Neighbors:
    """Return the atoms within `cutoff` of the absorber, nearest first.

    The absorber itself is left out, its periodic images are not.

    Parameters
    ----------
    site, cutoff
        As in `stack_neighbors`.

    Returns
    -------
    Neighbors
        Of equally near atoms the earlier in the file comes first.

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("FeOO", [[0, 0, 0], [2.1, 0, 0], [0, 2, 0]]), 0)
    >>> neighbors(site, 6.0).distances.tolist()
    [2.0, 2.1]
    """
    return stack_neighbors([site], cutoff).of_site(0)


def stack_neighbors(sites: Sequence[Site], cutoff: float) -> NeighborBatch:
    """Return the neighbors of every site in one batch of arrays.

    Molecules are taken together in one vectorised pass; a periodic site is first
    expanded into the images that can reach the cutoff.

    Parameters
    ----------
    sites : sequence of Site
        Any mixture of molecules and crystals.
    cutoff : float
        Å, inclusive.

    Returns
    -------
    NeighborBatch
        Rows sorted by site, then by distance, then by place in the file.

    Raises
    ------
    InputError
        For a cutoff that is not positive.

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("FeO", [[0, 0, 0], [2.0, 0, 0]]), 0)
    >>> stack_neighbors([site, site], 6.0).offsets.tolist()
    [0, 1, 2]
    """
    within("(0, inf)", cutoff=cutoff)
    n_sites = len(sites)
    own = np.array([site.absorber_index for site in sites], dtype=np.int64)
    parts = [reachable_atoms(site, cutoff) for site in sites]
    n_rows = np.array([len(numbers) for _, numbers, _ in parts], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(n_rows)])
    if not n_sites:
        return _EMPTY
    positions = np.concatenate([part[0] for part in parts])
    numbers = np.concatenate([part[1] for part in parts])
    center = starts[:-1] + own  # images come after the atoms of the cell itself
    vectors = positions - np.repeat(positions[center], n_rows, axis=0)
    squares = np.einsum("ij,ij->i", vectors, vectors)
    keep = squares <= cutoff * cutoff
    keep[center] = False
    rows = np.flatnonzero(keep)
    site_of = np.repeat(np.arange(n_sites), n_rows)[rows]
    distances = np.sqrt(squares[rows])
    order = np.lexsort((distances, site_of))
    rows, site_of = rows[order], site_of[order]
    counts = np.bincount(site_of, minlength=n_sites)
    return NeighborBatch(
        offsets=np.concatenate([[0], np.cumsum(counts)]),
        indices=_atom_indices(parts, starts, n_rows, rows, site_of),
        distances=distances[order],
        vectors=vectors[rows],
        numbers=numbers[rows].astype(np.int64),
        absorber_numbers=numbers[center].astype(np.int64),
    )


def cluster(site: Site, radius: float) -> Site:
    """Cut the atoms within `radius` of the absorber out as a molecule.

    Parameters
    ----------
    site : Site
        Periodic or not.
    radius : float
        Å, inclusive.

    Returns
    -------
    Site
        Not periodic; the absorber is atom 0 and stays where it was, the others
        follow by distance; `atoms.arrays["parent_index"]` tells which atom of the
        input each one is.

    Raises
    ------
    InputError
        For a radius that is not positive.

    Example
    -------
    >>> from ase.build import bulk
    >>> len(cluster(Site(bulk("Cu", a=3.6), 0), 2.6).atoms)
    13
    """
    around = neighbors(site, radius)
    center = site.atoms.positions[site.absorber_index]
    atoms = Atoms(
        numbers=[site.atoms.numbers[site.absorber_index], *around.numbers],
        positions=np.vstack([center, center + around.vectors]),
    )
    atoms.set_array("parent_index", np.r_[site.absorber_index, around.indices])
    return Site(atoms, 0, site.edge, site.name, site.notes)


def _atom_indices(
    parts: Sequence[tuple[Array, Ints, Ints | None]],
    starts: Ints,
    n_rows: Ints,
    rows: Ints,
    site_of: Ints,
) -> Ints:
    """Atom of its site that each kept row is, or is an image of."""
    if all(origin is None for _, _, origin in parts):
        return rows - starts[site_of]
    origins = [
        np.arange(n) if part[2] is None else part[2]
        for part, n in zip(parts, n_rows, strict=True)
    ]
    return np.concatenate(origins)[rows]
