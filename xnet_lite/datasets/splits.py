"""Which samples train and which test: one split, or folds that take turns."""

import numpy as np
import scipy

from xnet_lite.arrays import Array, Ints, Labels
from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.errors import InputError, hinted, one_of, within

# Single-linkage distance in the space of `feature_clusters`: on the public V set it
# joins near-twins and leaves 884 clusters of 1439 samples.
LINKAGE_DISTANCE = 1.5
# Columns that do not vary (some G2 are 1e-50 throughout) must not divide by 0.
STD_FLOOR = 1e-8
_BLOCK = 512


@hinted
def split(
    dataset: XASDataset,
    n_test: int | None = None,
    *,
    fraction: float | None = None,
    by: str = "random",
    seed: int = 0,
) -> tuple[Ints, Ints]:
    """Choose which sites train and which test.

    Parameters
    ----------
    dataset : XASDataset
        What to split.
    n_test : int, optional
        Sites to hold out; give this or `fraction`.
    fraction : float, optional
        Share to hold out, between 0 and 1.
    by : {"random", "compound", "cluster"} or str
        Site by site; whole compounds (`dataset.groups`); whole clusters of nearly equal
        features (single linkage, see `feature_clusters`); or all that share a label of
        the set, such as "prototype".
    seed : int
        Seed of the choice.

    Returns
    -------
    train, test : ndarray of int
        Indices into `dataset`; a grouped test set holds at most `n_test` sites.

    Raises
    ------
    InputError
        When the count is not between 1 and n_sites - 1, `by` is unknown, or a
        cluster split is asked of a set without features.

    Example
    -------
    >>> ten = XASDataset("ten", np.arange(3.0), np.ones((10, 3)))
    >>> [len(part) for part in split(ten, 3, seed=1)]
    [7, 3]
    """
    within("[0, inf)", whole=True, seed=seed)
    count = _test_count(len(dataset), n_test, fraction)
    if by == "random":
        return random_split(len(dataset), count, seed)
    return grouped_split(group_labels(dataset, by), count, seed)


@hinted
def folds(
    dataset: XASDataset,
    n_folds: int = 5,
    *,
    n_repeats: int = 1,
    by: str = "compound",
    seed: int = 0,
) -> list[tuple[Ints, Ints]]:
    """Part the sites into folds, each of which tests while the others train.

    Groups go in random order, the largest first, each into the fold that is smallest so
    far: folds differ by one site where every site is its own group, and by no more than
    the largest group otherwise.

    Parameters
    ----------
    dataset : XASDataset
        What to part.
    n_folds : int
        Parts, 2 or more.
    n_repeats : int
        How often to part all sites anew; every site tests once a repeat.
    by : {"random", "compound", "cluster"} or str
        What stays together, as in `split`.
    seed : int
        Seed of the order.

    Returns
    -------
    list of (train, test)
        Index arrays into `dataset`, sorted; n_repeats * n_folds pairs,
        repeat by repeat.

    Raises
    ------
    InputError
        When there are fewer than 2 folds, more folds than groups or no repeat, `by` is
        unknown, or clusters are asked of a set without features.

    Example
    -------
    >>> labels = {"compound": np.array(["a", "a", "b", "c"])}
    >>> four = XASDataset("four", np.arange(3.0), np.ones((4, 3)), labels=labels)
    >>> sorted(test.tolist() for _, test in folds(four, 2))
    [[0, 1], [2, 3]]
    """
    within("[0, inf)", whole=True, seed=seed)
    labels = group_labels(dataset, by)
    _, membership, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    within("[2, inf)", whole=True, n_folds=n_folds)
    within("[1, inf)", whole=True, n_repeats=n_repeats)
    if n_folds > len(sizes):
        raise InputError(
            f"{n_folds} folds cannot be made of {len(sizes)} groups: give fewer folds"
        )
    parts: list[tuple[Ints, Ints]] = []
    for repeat in range(n_repeats):
        rng = np.random.default_rng([seed, repeat])
        fold = _dealt(sizes, n_folds, rng)[membership]
        parts += [
            (np.flatnonzero(fold != i), np.flatnonzero(fold == i))
            for i in range(n_folds)
        ]
    return parts


def _dealt(sizes: Ints, n_folds: int, rng: np.random.Generator) -> Ints:
    """Return the fold of each group, (n_groups,): large groups first, where room is."""
    order = rng.permutation(len(sizes))
    fold_of, filled = np.empty(len(sizes), dtype=int), np.zeros(n_folds, dtype=int)
    for group in order[np.argsort(-sizes[order], kind="stable")]:
        fold_of[group] = filled.argmin()
        filled[fold_of[group]] += sizes[group]
    return fold_of


def group_labels(dataset: XASDataset, by: str) -> Labels:
    """Return what stays together when a set is parted.

    Parameters
    ----------
    dataset : XASDataset
    by : {"random", "compound", "cluster"} or str
        As in `split`.

    Returns
    -------
    ndarray, shape (n_sites,)
        A label for each site; sites of one label are never parted.

    Raises
    ------
    InputError
        When `by` is unknown, or clusters are asked of a set without features.

    Example
    -------
    >>> three = XASDataset("three", np.arange(3.0), np.ones((3, 3)))
    >>> group_labels(three, "random")
    array([0, 1, 2])
    """
    one_of("by", by, ("random", "compound", "cluster", *dataset.labels))
    if by == "random":
        return np.arange(len(dataset))
    if by == "compound":
        return dataset.groups
    if by != "cluster":
        return dataset.labels[by]
    if dataset.features is None:
        said = f"{dataset.name!r} has no features to cluster by; use by='compound'"
        raise InputError(f"{said}, or set features=descriptor.transform(sites) first.")
    return feature_clusters(dataset.features)


def _test_count(n_sites: int, n_test: int | None, fraction: float | None) -> int:
    """Return the number of sites to hold out."""
    if (n_test is None) == (fraction is None):
        raise InputError("Give either n_test or fraction, not both and not neither.")
    within("(0, 1)", optional=True, fraction=fraction)
    count = round((fraction or 0.0) * n_sites) if n_test is None else int(n_test)
    if not 0 < count < n_sites:
        said = f"{count} of {n_sites} sites cannot be held out"
        raise InputError(f"{said}; choose between 1 and {n_sites - 1}.")
    return count


def random_split(n_sites: int, n_test: int, seed: int) -> tuple[Ints, Ints]:
    """Draw `n_test` samples by chance.

    Parameters
    ----------
    n_sites, n_test : int
        How many samples there are, and how many to hold out.
    seed : int
        Seed; the test set is `default_rng(seed).permutation(n_sites)[:n_test]`.

    Returns
    -------
    train, test : ndarray of int, shapes (n_sites - n_test,), (n_test,)
    """
    order = np.random.default_rng(seed).permutation(n_sites)
    return order[n_test:], order[:n_test]


def grouped_split(groups: Labels, n_test: int, seed: int) -> tuple[Ints, Ints]:
    """Draw whole groups by chance until `n_test` samples are held out.

    Groups come in random order; one that would exceed `n_test` is passed over.
    The test set therefore holds at most `n_test` samples, and fewer only when no
    remaining group is small enough.

    Parameters
    ----------
    groups : ndarray, shape (n_sites,)
        Label of each sample; equal labels stay on one side.
    n_test : int
        Samples to hold out.
    seed : int
        Seed of the order.

    Returns
    -------
    train, test : ndarray of int
        Indices, each sorted.

    Raises
    ------
    InputError
        When every group is larger than `n_test`.
    """
    _, membership, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    held_out = np.zeros(len(sizes), dtype=bool)
    room = n_test
    for group in np.random.default_rng(seed).permutation(len(sizes)):
        if sizes[group] <= room:
            held_out[group] = True
            room -= int(sizes[group])
    if not held_out.any():
        raise InputError(
            f"n_test = {n_test} is smaller than the smallest group "
            f"({sizes.min()} samples); hold out more."
        )
    is_test = held_out[membership]
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)


def feature_clusters(features: Array, distance: float = LINKAGE_DISTANCE) -> Ints:
    """Join samples whose features nearly agree, by single linkage.

    The space is z = (√|x| - mean)/std, column by column; two samples nearer than
    `distance` in it belong together, and so do their chains.

    Parameters
    ----------
    features : ndarray, shape (n_sites, n_features)
        Any descriptor.
    distance : float
        Euclidean linkage distance, dimensionless.

    Returns
    -------
    ndarray of int, shape (n_sites,)
        Cluster of each sample.

    Example
    -------
    >>> feature_clusters(np.array([[0.0], [1e-9], [9.0]]), distance=0.5)
    array([0, 0, 1], dtype=int32)
    """
    root = np.sqrt(np.abs(features))
    scaled = (root - root.mean(0)) / np.maximum(root.std(0), STD_FLOOR)
    rows, columns = [], []
    for start in range(0, len(scaled), _BLOCK):
        # (block, n_sites - start): the upper triangle is enough
        near = (
            scipy.spatial.distance.cdist(scaled[start : start + _BLOCK], scaled[start:])
            < distance
        )
        i, j = np.nonzero(near)
        rows.append(i + start)
        columns.append(j + start)
    i, j = np.concatenate(rows), np.concatenate(columns)
    shape = (len(scaled), len(scaled))
    graph = scipy.sparse.coo_array((np.ones(len(i), dtype=bool), (i, j)), shape=shape)
    labels: Ints = scipy.sparse.csgraph.connected_components(graph, directed=False)[1]
    return labels
