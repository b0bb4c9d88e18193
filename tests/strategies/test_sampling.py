"""Ways to choose do what they say, repeat with their seed, see what is known alone."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from tests.small import ENERGY, waves
from xnet_lite.datasets import XASDataset, split
from xnet_lite.errors import InputError
from xnet_lite.models import NearestNeighbor
from xnet_lite.models.band import Band
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.strategies import (
    WAYS,
    Curve,
    Protocol,
    View,
    compared,
    divided,
    sampled,
    sampling,
)
from xnet_lite.targets import EnergyGrid

RNG = np.random.default_rng(3)
X = RNG.random((60, 3))
DATA = XASDataset("waves", ENERGY, waves(X), features=X)
NEAREST = Predictor(targets=EnergyGrid(), model=NearestNeighbor())


class Wide:
    """A stand-in for a predictor with a band: as wide as the first feature."""

    def predict_band(self, features):
        std = np.tile(features[:, :1], len(ENERGY))
        return Band(np.zeros_like(std), std)


#: quick, with bands that anyone can foretell
QUICK = Protocol((8, 14, 20), NEAREST, lambda data, seed: Wide(), n_test=15)


def view(space=X, known=(0, 1, 2, 3, 4, 5, 6, 7), protocol=QUICK, seed=0):
    pool = XASDataset("pool", ENERGY, waves(space), features=space)
    return View(pool, space, np.array(known), protocol, seed)


@pytest.mark.parametrize("name", WAYS)
def test_a_way_takes_as_many_free_sites_as_asked_and_none_twice(name):
    rows = WAYS[name](view(), 9)
    assert len(set(rows.tolist())) == 9
    assert not np.isin(rows, view().known).any()


@pytest.mark.parametrize("name", WAYS)
def test_a_way_can_take_all_that_is_left(name):
    few = view(known=range(50))
    np.testing.assert_array_equal(np.sort(WAYS[name](few, 10)), few.free)


@pytest.mark.parametrize("name", WAYS)
def test_the_same_seed_picks_the_same_sites(name):
    one, again = (sampled(DATA, QUICK, WAYS[name], seed=4) for _ in range(2))
    np.testing.assert_array_equal(one.chosen, again.chosen)
    np.testing.assert_array_equal(one.errors, again.errors)


@pytest.mark.parametrize("name", WAYS)
def test_spectra_of_sites_that_are_not_known_change_no_choice(name):
    train, _ = split(DATA, QUICK.n_test, seed=2)
    chosen = sampled(DATA, QUICK, WAYS[name], seed=2).chosen
    never = np.setdiff1d(train, chosen)
    spectra = DATA.spectra.copy()
    spectra[never] += 5 * RNG.random(spectra[never].shape)
    other = sampled(replace(DATA, spectra=spectra), QUICK, WAYS[name], seed=2)
    np.testing.assert_array_equal(other.chosen, chosen)


def test_ways_of_one_seed_share_their_start_and_their_test_sites():
    curves = [sampled(DATA, QUICK, WAYS[name]) for name in ("random", "similarity")]
    np.testing.assert_array_equal(curves[0].chosen[:8], curves[1].chosen[:8])
    np.testing.assert_array_equal(curves[0].errors[0], curves[1].errors[0])
    assert (
        sampled(DATA, QUICK, WAYS["random"], 1).chosen[:8] != curves[0].chosen[:8]
    ).any()


def test_farthest_points_cover_the_pool_and_similar_ones_do_not():
    def farthest_left(name, seed=0):
        known = np.append(view().known, WAYS[name](view(seed=seed), 12))
        return cdist(X, X[known]).min(1).max()

    drawn = [farthest_left("random", seed) for seed in range(50)]
    # greedy choice is within twice of the best cover; of random draws none is as good
    assert farthest_left("farthest point") < min(drawn)
    assert farthest_left("similarity") > np.median(drawn)


def test_farthest_points_take_an_outlier_first():
    space = X.copy()
    space[40] = 9.0
    assert WAYS["farthest point"](view(space), 3)[0] == 40
    assert 40 not in WAYS["similarity"](view(space), 40)


def determinant(space, rows):
    x = np.column_stack([space, np.ones(len(space))])
    small = sampling.RIDGE * (x**2).mean() * np.eye(x.shape[1])
    return np.linalg.det(x[list(rows)].T @ x[list(rows)] + small)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("n", [1, 3])
def test_d_optimal_is_what_brute_force_finds_in_a_small_pool(seed, n):
    space = np.random.default_rng(seed).normal(size=(11, 2))
    small = view(space, known=[0, 1], seed=seed)
    found = WAYS["D-optimal"](small, n)
    every = combinations(small.free.tolist(), n)
    best = max(determinant(space, [0, 1, *rows]) for rows in every)
    assert determinant(space, [0, 1, *found]) == pytest.approx(best, rel=1e-9)


def test_clusters_are_filled_evenly():
    space = np.repeat([[0.0, 0.0], [50.0, 0.0], [0.0, 50.0]], [40, 10, 10], axis=0)
    space = space + RNG.normal(size=space.shape)
    sampling_of_three = view(space, known=range(6))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampling, "N_CLUSTERS", 3)
        rows = np.append(range(6), WAYS["cluster-balanced"](sampling_of_three, 12))
    counts = np.histogram(rows, [0, 40, 50, 60])[0]
    np.testing.assert_array_equal(counts, [6, 6, 6])


def test_the_widest_bands_are_taken_alone_and_by_cluster():
    free = view().free
    widest = free[np.argsort(-X[free, 0])[:6]]
    assert set(WAYS["uncertainty"](view(), 6)) == set(widest)
    pair = np.repeat([[0.0, 0.0, 0.0], [30.0, 0.0, 0.0]], 30, axis=0) + X
    # all of the wide ones are in one cluster: one of each is taken
    rows = WAYS["hybrid"](view(pair, known=[0, 30]), 2)
    assert sorted(rows // 30) == [0, 1]


def test_the_most_disputed_site_of_each_cluster_is_taken(monkeypatch):
    pair = np.repeat([[0.0, 0.0, 0.0], [30.0, 0.0, 0.0]], 30, axis=0) + X
    one = view(pair, known=[0, 30])
    quarrel = np.arange(len(one.free), dtype=float)
    monkeypatch.setattr(View, "disagreement", lambda self: quarrel)
    assert sorted(divided(one, 2).tolist()) == [29, 59]


def test_a_committee_disagrees_far_from_what_it_knows():
    space = X.copy()
    space[50:] += 4
    found = WAYS["committee"](view(space), 10)
    assert np.isin(found, np.arange(50, 60)).all()


def test_the_error_to_expect_is_large_where_known_ones_are_large():
    # spectra are all alike but where the first feature is large: there they are noise
    spectra = np.ones((60, len(ENERGY)))
    noisy = X[:, 0] > 0.5
    spectra[noisy] += RNG.normal(size=spectra[noisy].shape)
    pool = XASDataset("half noise", ENERGY, spectra, features=X)
    half = View(pool, FeatureScaler().fit_transform(X), np.arange(40), QUICK)
    expected = half.expected_error()
    inside = noisy[half.free]
    assert np.median(expected[inside]) > 3 * np.median(expected[~inside])


def test_area_is_the_mean_over_the_logarithm_of_the_size():
    flat = Curve(
        np.array([10, 20, 80]), np.full((3, 4), 7.0), np.ones(3), np.arange(80)
    )
    assert flat.area("a_median") == pytest.approx(7.0)
    falling = Curve(
        np.array([10, 100]), np.array([[4.0], [2.0]]), np.ones(2), np.arange(100)
    )
    assert falling.area("a_mean") == pytest.approx(3.0)
    assert falling.area("mse") == 1.0


def made(*levels):
    """Curves of one error a size, one for every level."""
    sizes = np.array([10, 20, 40])
    return [
        Curve(sizes, level * np.array([[4.0], [2.0], [1.0]]), np.ones(3), np.arange(40))
        for level in levels
    ]


def test_a_comparison_tells_the_share_of_labels_and_how_sure_a_difference_is():
    curves = {"random": made(1, 1.1, 0.9), "half": made(0.5, 0.56, 0.44)}
    curves |= {"worse": made(1.9, 2.3, 2.0)}
    rows = {row["way"]: row for row in compared(curves, "a_median")}
    assert rows["half"]["area / random"] == pytest.approx(0.5)
    assert rows["half"]["labels needed"] == pytest.approx(0.5)  # at 20 of 40 sites
    assert rows["half"]["p"] < 0.01
    assert rows["random"]["labels needed"] == pytest.approx(1)
    assert np.isnan(rows["random"]["p"])
    assert np.isnan(rows["worse"]["labels needed"])


def test_a_reference_that_falls_and_rises_needs_all_of_its_own_labels():
    sizes = np.array([10, 20, 40])
    errors = np.array([[4.0], [1.0], [2.0]])
    rising = [Curve(sizes, errors, np.ones(3), np.arange(40))] * 2
    (row,) = compared({"random": rising}, "a_median")
    assert row["labels needed"] == pytest.approx(1)


def test_a_curve_comes_back_from_a_record():
    curve = sampled(DATA, QUICK, WAYS["random"])
    back = Curve.of(curve.as_dict())
    for name, value in vars(curve).items():
        np.testing.assert_array_equal(getattr(back, name), value)


def test_what_cannot_be_sampled_is_refused():
    with pytest.raises(InputError, match="give growing numbers of known sites"):
        Protocol((20, 10))
    with pytest.raises(InputError, match="cannot be chosen of a pool of 45"):
        sampled(DATA, replace(QUICK, sizes=(8, 50)), WAYS["random"])
    with pytest.raises(InputError, match="describe it first"):
        sampled(XASDataset("bare", ENERGY, waves(X)), QUICK, WAYS["random"])
    with pytest.raises(InputError, match="chose sites that are known"):
        sampled(DATA, QUICK, lambda view, n: view.known[:n])
    with pytest.raises(InputError, match="'random' is not among half"):
        compared({"half": made(1)})
    with pytest.raises(InputError, match="'half' has 1 seeds, 'random' 2"):
        compared({"random": made(1, 2), "half": made(1)})


def test_a_protocol_and_a_curve_say_what_they_are():
    assert "known sites 8, 14, 20" in repr(QUICK)
    assert "8 sites" in repr(sampled(DATA, QUICK, WAYS["random"]))
