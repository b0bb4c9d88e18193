"""Sums over neighbors, of many sites at once, and what all such sums are made of.

A Gaussian of any grid is the exponential of a matrix product: with q the sum of the
squared distances r of a term, p the sum of the distances and n their number,
−η Σ(r − r_shift)² = −η q + 2 η r_shift p − n η r_shift².
"""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from xnet_lite.arrays import Array, Ints

#: values held at a time: their arrays fit a processor's cache
NUMBERS_AT_ONCE = 100_000


class Workspace:
    """Memory that is cut into arrays and cut anew for the next chunk.

    Fresh memory costs more than the sums: the system clears each page of it.
    """

    def __init__(self, size: int) -> None:
        self._memory, self._used = np.empty(size), 0

    def clear(self) -> None:
        """Take all arrays back."""
        self._used = 0

    def array(self, *shape: int) -> Array:
        """Return an array that is not initialised."""
        size = math.prod(shape)
        start, self._used = self._used, self._used + size
        if self._used > len(self._memory):
            return np.empty(shape)
        return self._memory[start : self._used].reshape(shape)


def radial_sums(
    offsets: Ints, distances: Array, strength: Array, eta: Array, r_shift: Array
) -> Array:
    """Return Σ_j strength_cj exp(−η (r_j − r_shift)²) for every site, channel and η.

    Parameters
    ----------
    offsets : ndarray (n_sites + 1,)
        Where the rows of each site begin.
    distances : ndarray (n_rows,)
        Å.
    strength : ndarray (n_channels, n_rows)
        What each row counts.
    eta, r_shift : ndarray (n,)
        Å⁻², Å.

    Returns
    -------
    ndarray (n_sites, n_channels, n)
    """
    sums = np.zeros((len(offsets) - 1, len(strength), len(eta)))
    if not sums.size:
        return sums
    n_rows, at_once = len(distances), max(1, NUMBERS_AT_ONCE // len(eta))
    work = Workspace(at_once * len(eta))
    for start in range(0, n_rows, at_once):
        work.clear()
        stop = min(start + at_once, n_rows)
        r = distances[start:stop]
        values = gaussians(np.stack([r * r, r, np.ones_like(r)]), eta, r_shift, work)
        weights = np.ascontiguousarray(strength[:, start:stop])
        low = int(np.searchsorted(offsets, start, side="right")) - 1
        high = int(np.searchsorted(offsets, stop, side="left"))
        edges = np.clip(offsets[low : high + 1], start, stop) - start
        for site, (a, b) in enumerate(runs(edges), start=low):
            sums[site] += weights[:, a:b] @ values[:, a:b].T
    return sums


def chunks(sizes: Ints, limit: int) -> Iterator[tuple[int, int]]:
    """Return runs of sites whose sizes sum to about the limit, one site at least."""
    block = np.cumsum(sizes) // limit
    starts = np.flatnonzero(np.diff(block, prepend=-1))
    ends = [*starts[1:].tolist(), len(sizes)]
    return zip(starts.tolist(), ends, strict=True)


def runs(edges: Ints) -> Iterator[tuple[int, int]]:
    """Return start and end of each run."""
    return pairwise(edges.tolist())


def gaussians(basis: Array, eta: Array, r_shift: Array, work: Workspace) -> Array:
    """Return exp(−η Σ(r − r_shift)²), (n, n_terms).

    Parameters
    ----------
    basis : ndarray (3, n_terms)
        q, p and n of the formula above.
    eta, r_shift : ndarray (n,)
        Å⁻², Å.
    work : Workspace
        Where the result lies.
    """
    shifted = 2 * eta * r_shift
    factors = np.stack([-eta, shifted, -shifted * r_shift / 2], axis=1)
    values = work.array(len(eta), basis.shape[1])
    np.matmul(factors, basis, out=values)
    return np.exp(values, out=values)
