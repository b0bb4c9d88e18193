"""Scattering paths through neighbors, of many sites at once.

A path leaves the absorber and goes from atom to atom, none of them twice. It is built
leg by leg: every path that ends on an atom takes each leg that begins there, shortest
first, until it is as long as allowed; so no path is made that will not count. A path is
never shorter than the way to its last atom, nor one over both atoms of a leg than the
way to the first of them and the leg itself: that bounds what has to be listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.descriptors.sums.sums import chunks, runs
from xnet_lite.errors import InputError
from xnet_lite.structures import NeighborBatch

#: pairs of neighbors, and paths of one length in atoms, that are held at a time
PAIRS_AT_ONCE = 40_000
PATHS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Legs:
    """Ordered pairs of neighbors, sorted by the atom they leave, then by length.

    Attributes
    ----------
    first, second : ndarray (n_legs,)
        Atoms, as rows of the batch.
    lengths : ndarray (n_legs,)
        Å.
    directions : ndarray (n_legs, 3)
        Of length 1.
    starts : ndarray (n_rows + 1,)
        First leg of each row of the batch.
    keys : ndarray (n_legs,)
        Row times `scale` plus length, ascending.
    scale : float
    """

    first: Ints
    second: Ints
    lengths: Array
    directions: Array
    starts: Ints
    keys: Array
    scale: float


@dataclass(frozen=True)
class PathRules:
    """Which paths count, and how much by their length.

    Attributes
    ----------
    cutoff : float
        Å, of f_c.
    beyond : {"zero", "xanesnet"}
        f_c of a longer path: zero, or the cosine that rises again.
    paths : {"all", "xanesnet"}
        Every order of the atoms, or only the order of the file.
    limit : float
        Length of the longest path that is looked for, Å.
    """

    cutoff: float
    beyond: str
    paths: str
    limit: float

    def fade(self, lengths: Array) -> Array:
        """f_c of the length of a path."""
        scaled = lengths * (np.pi / self.cutoff)
        if self.beyond == "zero":
            np.minimum(scaled, np.pi, out=scaled)
        np.cos(scaled, out=scaled)
        scaled += 1.0
        scaled *= 0.5
        return scaled


@dataclass(frozen=True)
class Paths:
    """Paths over equally many atoms, those of one site in one run.

    Attributes
    ----------
    sites : slice
        The sites of the batch that they belong to.
    edges : ndarray (n_sites + 1,)
        Where each of those sites begins.
    atoms : tuple of ndarray (n_paths,)
        First to last atom, as rows of the batch.
    legs : ndarray (n_paths,)
        Last leg.
    lengths : ndarray (n_paths,)
        Sum of all legs, Å.
    strength : ndarray (n_channels, n_paths)
        Product of what the atoms count.
    cosines : tuple of ndarray (n_paths,)
        Of the angle at each atom but the last, between the legs that meet there: −1
        where the path goes straight on.
    """

    sites: slice
    edges: Ints
    atoms: tuple[Ints, ...]
    legs: Ints
    lengths: Array
    strength: Array
    cosines: tuple[Array, ...]

    def part(self, rows: slice) -> Paths:
        """Return a run of the paths."""
        return Paths(
            self.sites,
            np.clip(self.edges, rows.start, rows.stop) - rows.start,
            tuple(values[rows] for values in self.atoms),
            self.legs[rows],
            self.lengths[rows],
            self.strength[:, rows],
            tuple(values[rows] for values in self.cosines),
        )


def walk(
    batch: NeighborBatch, strength: Array, n_atoms: int, rules: PathRules
) -> Iterator[Paths]:
    """Return all paths over two to n_atoms neighbors, some thousands at a time.

    Parameters
    ----------
    batch : NeighborBatch
        Of n_rows neighbors.
    strength : ndarray (n_channels, n_rows)
        What each neighbor counts.
    n_atoms : int
        Most neighbors of a path.
    rules : PathRules

    Raises
    ------
    InputError
        If two atoms are at the same place.
    """
    if n_atoms < 2:
        return
    for low, high in chunks(batch.counts**2, PAIRS_AT_ONCE) if len(batch) else ():
        legs = find_legs(batch, low, high, rules.limit, rules.paths == "xanesnet")
        if not len(legs.lengths):
            continue
        rows = batch.offsets[low : high + 1]
        j, k = legs.first, legs.second
        there = batch.vectors / -batch.distances[:, None]
        paths = Paths(
            slice(low, high),
            legs.starts[rows],
            (j, k),
            np.arange(len(j)),
            batch.distances[j] + legs.lengths,
            strength[:, j] * strength[:, k],
            (np.einsum("ij,ij->i", there[j], legs.directions),),
        )
        yield from _walk_on(paths, legs, strength, n_atoms, rules.limit)


def _walk_on(
    paths: Paths, legs: Legs, strength: Array, n_atoms: int, limit: float
) -> Iterator[Paths]:
    """The paths, then those with one more atom, and so on."""
    yield paths
    if len(paths.atoms) == n_atoms or not len(paths.lengths):
        return
    last = paths.atoms[-1]
    left = np.minimum(limit - paths.lengths, limit)
    n_legs = np.searchsorted(legs.keys, last * legs.scale + left) - legs.starts[last]
    for a, b in chunks(n_legs, PATHS_AT_ONCE):
        longer = _longer(paths.part(slice(a, b)), n_legs[a:b], legs, strength)
        yield from _walk_on(longer, legs, strength, n_atoms, limit)


def _longer(paths: Paths, n_legs: Ints, legs: Legs, strength: Array) -> Paths:
    """The paths with one more leg: of each the first n_legs that begin at its end."""
    parent = np.repeat(np.arange(len(n_legs)), n_legs)
    shift = legs.starts[paths.atoms[-1]] - (np.cumsum(n_legs) - n_legs)
    leg = np.arange(len(parent)) + shift[parent]
    atom = legs.second[leg]
    new = np.ones(len(parent), dtype=bool)
    for passed in paths.atoms[:-1]:
        new &= passed[parent] != atom
    parent, leg, atom = parent[new], leg[new], atom[new]
    before, after = legs.directions[paths.legs[parent]], legs.directions[leg]
    return Paths(
        paths.sites,
        np.searchsorted(parent, paths.edges),
        (*(passed[parent] for passed in paths.atoms), atom),
        leg,
        paths.lengths[parent] + legs.lengths[leg],
        paths.strength[:, parent] * strength[:, atom],
        (
            *(cosine[parent] for cosine in paths.cosines),
            -np.einsum("ij,ij->i", before, after),
        ),
    )


def find_legs(
    batch: NeighborBatch, low: int, high: int, limit: float, in_file_order: bool
) -> Legs:
    """Return the legs of sites low to high that a path of at most limit, Å, can take.

    Raises
    ------
    InputError
        If two atoms are at the same place.
    """
    start, stop = batch.offsets[low], batch.offsets[high]
    squares = np.concatenate(
        [_squares(batch.vectors[a:b]) for a, b in runs(batch.offsets[low : high + 1])]
    )
    counts = batch.counts[low:high]
    width = np.repeat(counts, counts)  # legs of a row, were none left out
    left = np.maximum(limit - batch.distances[start:stop], 0.0)
    flat = np.flatnonzero(squares < np.repeat(left**2, width))
    row_start = np.cumsum(width) - width
    in_row = np.diff(np.searchsorted(flat, np.append(row_start, len(squares))))
    first = np.repeat(np.arange(start, stop), in_row)
    second = flat + np.repeat(
        np.repeat(batch.offsets[low:high], counts) - row_start, in_row
    )
    if in_file_order:
        ahead = batch.indices[first] < batch.indices[second]
        first, second = first[ahead], second[ahead]
    lengths, directions = _directions(batch, first, second)
    scale = 2.0 * limit
    keys = first * scale + lengths
    order = np.argsort(keys)
    starts = np.searchsorted(first, np.arange(len(batch.distances) + 1))
    ends = second[order], lengths[order], directions[order]
    return Legs(first, *ends, starts, keys[order], scale)


def _squares(vectors: Array) -> Array:
    """Squared distances of all ordered pairs, an atom far from itself, (n²,)."""
    own = np.einsum("ij,ij->i", vectors, vectors)
    squares: Array = own[:, None] + own - 2 * (vectors @ vectors.T)
    np.fill_diagonal(squares, np.inf)
    return squares.ravel()


def _directions(batch: NeighborBatch, first: Ints, second: Ints) -> tuple[Array, Array]:
    """Lengths and directions from the first atoms to the second."""
    vectors = batch.vectors[second] - batch.vectors[first]
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    if not (lengths.min(initial=1.0) > 0 and batch.distances.min(initial=1.0) > 0):
        raise InputError("two atoms sit on the same place, remove one of the two")
    return lengths, vectors / lengths[:, None]
