"""Where known sites are to a network that reads structures, and who is near whom."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Ints
from xnet_lite.saving import Kept

#: directions kept of what a last layer reads: further ones hold a hundredth of it
N_AXES = 64
#: known sites that tell of a new one, and what is added to their distances: a known
#: site decides by itself
N_NEAR, NEAR = 8, 0.01
#: how near a site stands that is as all are on the mean: of what is far, it tells more
#: than those that are nearest
MIDDLE = 0.2
# rows whose distances are measured at once
_BLOCK = 512


class Places(Kept):
    """Sites by what the last layer of a network reads of them.

    Rows of distances in their order put two like sites far apart where two neighbors
    change places. Here sites are near each other that the network takes for alike, in
    the directions in which known ones differ most, scaled so that two known ones that
    are drawn by chance differ by √2.

    Parameters
    ----------
    n_axes : int
        Most directions kept.

    Example
    -------
    >>> units = np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0]])
    >>> places = Places().fit(units)
    >>> places.transform(units).shape, places.known_.std().round(6).item()
    ((3, 1), 1.0)
    """

    known_: Array
    mean_: Array
    axes_: Array

    def __init__(self, n_axes: int = N_AXES) -> None:
        self.n_axes = n_axes

    def fit(self, units: ArrayLike) -> Places:
        """Learn from what is read of known sites, (n_known, n_units)."""
        from sklearn.decomposition import PCA  # takes long to load

        rows = np.asarray(units, dtype=float)
        self.mean_ = rows.mean(0)
        found = PCA(svd_solver="full").fit(rows)
        there = found.explained_variance_ > 1e-12 * found.explained_variance_[0]
        axes = found.components_[there][: self.n_axes]
        away = (rows - self.mean_) @ axes.T
        self.axes_ = axes / (float(np.sqrt((away**2).sum(1).mean())) or 1.0)
        self.known_ = self.transform(rows)
        return self

    def transform(self, units: ArrayLike) -> Array:
        """Return where sites are, (n_sites, at most n_axes)."""
        return (np.asarray(units, dtype=float) - self.mean_) @ self.axes_.T


def nearest(
    places: Array,
    known: Array,
    count: int = 1,
    groups: tuple[ArrayLike, ArrayLike] | None = None,
) -> tuple[Array, Ints]:
    """Return the nearest known places of some, nearest first.

    Parameters
    ----------
    places : array (n_sites, n_axes)
    known : array (n_known, n_axes)
    count : int
        At most this many.
    groups : pair of array (n_sites,) and (n_known,), optional
        What belongs together: those of a site's own group are infinitely far.

    Returns
    -------
    distances, indices : array (n_sites, count)

    Example
    -------
    >>> nearest(np.array([[0.2]]), np.array([[3.0], [1.0], [0.0]]), 2)[1]
    array([[2, 1]])
    """
    count = min(count, len(known))
    found = []
    for start in range(0, len(places), _BLOCK):
        some = slice(start, start + _BLOCK)
        away = scipy.spatial.distance.cdist(places[some], known)
        if groups is not None:
            own, others = map(np.asarray, groups)
            away[own[some, None] == others[None]] = np.inf
        rows = np.argpartition(away, count - 1, axis=1)[:, :count]
        order = np.lexsort((rows, np.take_along_axis(away, rows, 1)), axis=1)
        rows = np.take_along_axis(rows, order, 1)
        found.append((np.take_along_axis(away, rows, 1), rows))
    distances, indices = (np.concatenate(one) for one in zip(*found, strict=True))
    return distances, indices


def weights(distances: ArrayLike, middle: float = np.inf) -> Array:
    """Return how much each of the nearest tells of a site, (n_sites, count).

    They sum to 1, less what a further one would have at the distance `middle`.

    Parameters
    ----------
    distances : array (n_sites, count)
    middle : float

    Example
    -------
    >>> weights([[0.0, 0.09]]).round(2)
    array([[0.99, 0.01]])
    >>> weights([[0.39]], middle=0.19).round(2)
    array([[0.2]])
    """
    share = 1 / (np.asarray(distances) + NEAR) ** 2
    whole = share.sum(axis=1, keepdims=True) + 1 / (middle + NEAR) ** 2
    return np.asarray(share / whole)
