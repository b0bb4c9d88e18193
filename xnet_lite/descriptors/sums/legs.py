"""Legs of scattering paths: ordered pairs of neighbors, of many sites at once.

A path over both atoms of a leg is never shorter than the way to the first atom and the
leg itself, which bounds what has to be listed.
"""

from dataclasses import dataclass

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.descriptors.sums.sums import runs
from xnet_lite.errors import InputError
from xnet_lite.structures import NeighborBatch


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
