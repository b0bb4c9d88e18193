"""Splits: reproducible, disjoint, and blind to no group."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from xnet_lite.datasets import XASDataset, folds, split
from xnet_lite.datasets.splits import LINKAGE_DISTANCE, feature_clusters
from xnet_lite.errors import InputError

SEEDS = range(5)


@pytest.fixture
def grouped():
    """200 sites of 40 compounds of uneven size, features in tight clumps."""
    rng = np.random.default_rng(0)
    compound = np.sort(rng.integers(0, 40, 200))
    center = rng.random((40, 6)) ** 2
    features = center[compound] + 1e-4 * rng.random((200, 6))
    return XASDataset(
        "grouped",
        np.arange(3.0),
        rng.random((200, 3)),
        features=features,
        labels={"compound": np.array([f"c{i}" for i in compound])},
    )


def test_a_random_test_set_is_the_head_of_the_seeded_permutation(grouped):
    expected = np.random.default_rng(7).permutation(200)[:50]
    assert np.array_equal(split(grouped, 50, seed=7)[1], expected)


@pytest.mark.parametrize("by", ["random", "compound", "cluster"])
@pytest.mark.parametrize("seed", SEEDS)
def test_train_and_test_share_nothing_and_miss_nothing(grouped, by, seed):
    train, test = split(grouped, 50, by=by, seed=seed)
    assert sorted([*train, *test]) == list(range(200))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_split_by_compound_shares_no_compound(grouped, seed):
    train, test = split(grouped, 50, by="compound", seed=seed)
    assert not set(grouped.groups[train]) & set(grouped.groups[test])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_grouped_test_set_comes_near_the_wish_and_never_above(grouped, seed):
    largest = max(np.unique(grouped.groups, return_counts=True)[1])
    n_test = len(split(grouped, 50, by="compound", seed=seed)[1])
    assert 50 - largest < n_test <= 50


@pytest.mark.parametrize("seed", SEEDS)
def test_a_split_by_cluster_leaves_no_near_twin_across(grouped, seed):
    root = np.sqrt(grouped.features)
    space = (root - root.mean(0)) / root.std(0)
    train, test = split(grouped, 50, by="cluster", seed=seed)
    assert cdist(space[train], space[test]).min() >= LINKAGE_DISTANCE


def test_another_seed_gives_another_grouped_split(grouped):
    tests = {tuple(split(grouped, 50, by="compound", seed=s)[1]) for s in SEEDS}
    assert len(tests) == len(SEEDS)


def test_a_chain_of_neighbors_is_one_cluster():
    # sqrt gives 0 … 5 and a far point, so single linkage joins the six in a chain
    features = np.array([0.0, 1.0, 4.0, 9.0, 16.0, 25.0, 400.0])[:, None] ** 1.0
    std = np.sqrt(features).std()
    clusters = feature_clusters(features, distance=1.001 / std)
    assert len(set(clusters[:6])) == 1
    assert clusters[6] != clusters[0]


def test_a_column_that_does_not_vary_changes_no_cluster():
    features = np.random.default_rng(3).random((30, 4))
    padded = np.hstack([features, np.full((30, 1), 1e-50)])
    assert np.array_equal(feature_clusters(padded), feature_clusters(features))


def test_a_fraction_means_so_many_of_all(grouped):
    assert len(split(grouped, fraction=0.25)[1]) == 50


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "Give either n_test or fraction"),
        ({"n_test": 3, "fraction": 0.5}, "Give either n_test or fraction"),
        ({"n_test": 0}, "0 of 200 sites cannot be held out"),
        ({"n_test": 200}, "200 of 200 sites cannot be held out"),
        ({"fraction": 1.5}, "fraction is 1.5: give a number > 0 and < 1"),
        ({"n_test": 5, "by": "colour"}, "by 'colour' is not one of"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(grouped, arguments, message):
    with pytest.raises(InputError, match=message):
        split(grouped, **arguments)


def test_groups_all_larger_than_the_test_set_are_refused():
    two = XASDataset(
        "two", np.arange(3.0), np.ones((6, 3)), labels={"compound": np.arange(6) // 3}
    )
    with pytest.raises(InputError, match=r"smallest group \(3 samples\)"):
        split(two, 2, by="compound")


def test_clusters_without_features_are_refused():
    bare = XASDataset("bare", np.arange(3.0), np.ones((4, 3)))
    with pytest.raises(InputError, match="no features to cluster by"):
        split(bare, 2, by="cluster")


# --- folds ------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["random", "compound", "cluster"])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_site_tests_once_a_repeat(grouped, by, seed):
    parts = folds(grouped, 5, n_repeats=2, by=by, seed=seed)
    assert len(parts) == 10
    for repeat in (parts[:5], parts[5:]):
        tested = np.concatenate([test for _, test in repeat])
        assert sorted(tested) == list(range(200))


def test_what_does_not_test_trains(grouped):
    for train, test in folds(grouped, 4):
        assert sorted([*train, *test]) == list(range(200))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_compound_lies_in_two_folds(grouped, seed):
    for train, test in folds(grouped, 7, seed=seed):
        assert not set(grouped.groups[train]) & set(grouped.groups[test])


@pytest.mark.parametrize("seed", SEEDS)
def test_no_cluster_lies_in_two_folds(grouped, seed):
    labels = feature_clusters(grouped.features)
    for train, test in folds(grouped, 7, by="cluster", seed=seed):
        assert not set(labels[train]) & set(labels[test])


def test_folds_of_single_sites_differ_by_one_site(grouped):
    sizes = {len(test) for _, test in folds(grouped, 7, by="random")}
    assert sizes == {28, 29}


@pytest.mark.parametrize("seed", SEEDS)
def test_folds_of_compounds_differ_by_less_than_a_compound(grouped, seed):
    largest = max(np.unique(grouped.groups, return_counts=True)[1])
    sizes = [len(test) for _, test in folds(grouped, 5, seed=seed)]
    assert max(sizes) - min(sizes) < largest


def test_repeats_part_the_sites_differently(grouped):
    parts = folds(grouped, 2, n_repeats=3)
    tests = {frozenset(map(tuple, (parts[i][1], parts[i + 1][1]))) for i in (0, 2, 4)}
    assert len(tests) == 3


def test_the_same_seed_gives_the_same_folds(grouped):
    once, again = folds(grouped, 3, seed=4), folds(grouped, 3, seed=4)
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(once, again))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_folds": 1}, "n_folds is 1"),
        ({"n_repeats": 0}, "n_repeats is 0"),
        ({"n_folds": 40}, "40 folds cannot be made of 39 groups"),
        ({"by": "colour"}, "by 'colour' is not one of"),
    ],
)
def test_folds_that_make_no_sense_are_refused(grouped, arguments, message):
    with pytest.raises(InputError, match=message):
        folds(grouped, **arguments)
