"""The neighborhood itself as a vector: which atoms, and all distances between them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.descriptors import base
from xnet_lite.descriptors.base import NeighborSums
from xnet_lite.errors import InputError, within
from xnet_lite.structures import NeighborBatch, Site, stack_neighbors

#: Å; lengths that differ by less are equal
TOLERANCE = 1e-6


@dataclass(frozen=True)
class NeighborGraph(NeighborSums):
    """The absorber and its nearest neighbors as a graph: elements and all distances.

    With N = `n_neighbors`, the vector has n = (N + 1)(N + 2)/2 numbers:

    | [0]                   Z_0, atomic number of the absorber
    | [1 … N]               Z_j of neighbors j = 1 … N
    | [N + 1 … 2N]          r_0j, from the absorber, Å
    | [2N + 1 … n − 1]      r_jk for j < k, Å: r_12, r_13 … r_1N, r_23 … r_(N−1)N

    so a reader of n features finds N = (√(8 n + 1) − 3)/2, and the last part is the
    upper triangle of a matrix row by row, as `numpy.triu_indices(N, 1)` counts. Where
    there is no neighbor j, Z_j and every length that has j are 0, and all later ones
    are missing too: Z_j > 0 tells who is there. A periodic image is a neighbor like
    any other.

    Neighbors go by distance, then Z, then by their distances to the others, lengths
    within 1e-6 Å being equal. What is still equal then is alike by symmetry and its
    order is arbitrary: that moves no number by more than about 1e-6 Å, unless all
    distances together cannot tell two unlike places apart, which is rare.
    The order jumps where two distances cross, and an atom jumps in and out at the
    cutoff, so a network that reads this must not depend on the order of neighbors, and
    should fade them by distance.

    Parameters
    ----------
    cutoff : float
        Å, inclusive.
    n_neighbors : int
        Most neighbors kept; where more are within the cutoff, the farthest are left
        out.

    Raises
    ------
    InputError
        For an argument that is not positive, or an atom on the absorber.

    Source: equals are ordered by refinement and individualisation, B. D. McKay and
    A. Piperno, J. Symb. Comput. 60 (2014) 94, doi:10.1016/j.jsc.2013.09.003.
    Differs: the first of equals is taken instead of a search over all of them.

    Example
    -------
    >>> from ase import Atoms
    >>> from xnet_lite.structures import Site
    >>> site = Site(Atoms("FeOH", [[0, 0, 0], [2, 0, 0], [2, 1.5, 0]]), 0)
    >>> NeighborGraph(n_neighbors=3).describe(site).tolist()
    [26.0, 8.0, 1.0, 0.0, 2.0, 2.5, 0.0, 1.5, 0.0, 0.0]
    """

    cutoff: float = 5.0
    n_neighbors: int = 32

    def __post_init__(self) -> None:
        """Check the arguments."""
        within("(0, inf)", cutoff=self.cutoff)
        within("[1, inf)", whole=True, n_neighbors=self.n_neighbors)
        n_features = (self.n_neighbors + 1.0) * (self.n_neighbors + 2.0) / 2
        base.check_length(n_features, "give a smaller n_neighbors")

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """What each number is; 0 is the absorber."""
        numbered = [str(j) for j in range(1, self.n_neighbors + 1)]
        first, second = self._pairs
        return [
            *(f"Z of {j}" for j in ["0", *numbered]),
            *(f"r 0 to {j}, Å" for j in numbered),
            *(
                f"r {j + 1} to {k + 1}, Å"
                for j, k in zip(first.tolist(), second.tolist(), strict=True)
            ),
        ]

    @cached_property
    def _pairs(self) -> tuple[Ints, Ints]:
        """Places of both ends of each r_jk, from 0."""
        first, second = np.triu_indices(self.n_neighbors, 1)
        return first, second

    def atoms(self, site: Site) -> Ints:
        """Return which atom of the site each neighbor is, (at most n_neighbors,)."""
        return stack_neighbors([site], self.cutoff).indices[self._kept(site)]

    def gradient(self, site: Site) -> Array:
        """Return how each number changes as each atom moves.

        Lengths alone do; nothing is told of neighbors that change their order.

        Parameters
        ----------
        site : Site
            A molecule or a crystal; images of an atom move with it.

        Returns
        -------
        ndarray (n_features, n_atoms, 3)
            Dimensionless.

        Example
        -------
        >>> from ase import Atoms
        >>> site = Site(Atoms("FeO", [[0, 0, 0], [0, 0, 2.0]]), 0)
        >>> NeighborGraph(n_neighbors=1).gradient(site)[2].tolist()
        [[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]]
        """
        around, rows = stack_neighbors([site], self.cutoff), self._kept(site)
        n, places = self.n_neighbors, around.vectors[rows]
        moved = np.concatenate([[site.absorber_index], around.indices[rows]])
        first, second = self._pairs
        there = second < len(rows)
        left = np.concatenate([np.zeros(len(rows), int), first[there] + 1])
        right = np.concatenate([np.arange(len(rows)) + 1, second[there] + 1])
        ends = np.vstack([np.zeros(3), places])
        along = ends[right] - ends[left]
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        of_pairs = 2 * n + 1 + np.flatnonzero(there)
        lines = np.concatenate([n + 1 + np.arange(len(rows)), of_pairs])
        found = np.zeros((self.n_features, len(site.atoms), 3))
        np.add.at(found, (lines, moved[right]), along)
        np.add.at(found, (lines, moved[left]), -along)
        return found

    def _kept(self, site: Site) -> Ints:
        """Rows of the neighbors of a site, in the order of the vector."""
        batch = stack_neighbors([site], self.cutoff)
        return _ordered(batch, self.n_neighbors)[: self.n_neighbors]

    def _batch(self, batch: NeighborBatch) -> Array:
        """Vectors of the sites of one batch, (n_sites, n_features)."""
        if batch.distances.size and not batch.distances.min() > 0:
            raise InputError("an atom sits on the absorber, remove one of the two")
        shape = len(batch), self.n_neighbors
        rank = np.arange(len(batch.numbers)) - batch.offsets[batch.site_index]
        kept = rank < self.n_neighbors
        rows = _ordered(batch, self.n_neighbors)[kept]
        places = batch.site_index[kept], rank[kept]
        numbers, radii, ends = np.zeros(shape), np.zeros(shape), np.zeros((*shape, 3))
        numbers[places] = batch.numbers[rows]
        radii[places] = batch.distances[rows]
        ends[places] = batch.vectors[rows]
        first, second = self._pairs
        between = ends[:, first] - ends[:, second]
        lengths = np.sqrt(np.einsum("spx,spx->sp", between, between))
        lengths[numbers[:, second] == 0] = 0.0  # the later of two is missing first
        return np.hstack([batch.absorber_numbers[:, None], numbers, radii, lengths])


def _ordered(batch: NeighborBatch, n_kept: int) -> Ints:
    """Rows of the batch, each site's in the order of the vector, (n_rows,)."""
    starts = np.zeros(len(batch.numbers), dtype=bool)
    starts[batch.offsets[:-1][batch.counts > 0]] = True
    starts[1:] |= np.diff(batch.distances) > TOLERANCE
    shells = np.cumsum(starts)
    order = np.lexsort((batch.numbers, shells))
    changes = (np.diff(shells) > 0) | (np.diff(batch.numbers[order]) > 0)
    colors = np.concatenate([[0], np.cumsum(changes)])[: len(order)]
    tied = np.flatnonzero(np.diff(colors) == 0)
    for i in np.unique(batch.site_index[tied]):
        start, stop = batch.offsets[i : i + 2]
        # equals of the last one kept compete with it
        last = colors[min(start + n_kept, stop) - 1]
        rows = slice(start, start + np.searchsorted(colors[start:stop], last, "right"))
        settled = _settled(colors[rows], batch.vectors[order[rows]])
        order[rows] = order[rows][settled]
    return order


def _settled(colors: Ints, places: Array) -> Ints:
    """Order of atoms by color, then by what surrounds them, (n,)."""
    lengths = np.linalg.norm(places[:, None] - places, axis=-1)
    links = _levels(lengths)
    colors = _refined(colors, links)
    while colors.max() + 1 < len(colors):
        tied = np.bincount(colors)[colors] > 1
        first = np.flatnonzero(tied)[np.argmin(colors[tied])]
        colors = 2 * colors + 1
        colors[first] -= 1
        colors = _refined(colors, links)
    return np.argsort(colors)


def _refined(colors: Ints, links: Ints) -> Ints:
    """Colors told apart as far as links and colors of the others can, 0 to n − 1."""
    n_before = 0
    while True:
        seen = np.sort(colors + links * (colors.max() + 1), axis=1)
        keys = np.vstack([seen.T[::-1], colors])  # the last is the first to sort by
        order = np.lexsort(keys)
        changes = (np.diff(keys[:, order]) != 0).any(axis=0)
        colors = np.empty_like(colors)
        colors[order] = np.concatenate([[0], np.cumsum(changes)])
        n_colors = colors.max() + 1
        if n_colors in (n_before, len(colors)):
            return colors
        n_before = n_colors


def _levels(lengths: Array) -> Ints:
    """Rank of each length, the same for equal ones."""
    flat = lengths.ravel()
    order = np.argsort(flat)
    levels = np.empty(len(flat), dtype=np.int64)
    levels[order] = np.cumsum(np.diff(flat[order], prepend=0.0) > TOLERANCE)
    return levels.reshape(lengths.shape)
