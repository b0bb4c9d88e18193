"""Where sites are to a network that reads structures."""

from functools import partial

import numpy as np
import pytest
from scipy.spatial import KDTree

from xnet_lite.datasets import load
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.jobs.recipes import recipe
from xnet_lite.predictor import Predictor
from xnet_lite.predictor.places import Places, nearest, weights
from xnet_lite.structures import Site
from xnet_lite.trust import KnownSites, deep_ensemble

SMALL = {"n_channels": 8, "n_messages": 4, "hidden": [12]}


@pytest.fixture(scope="module")
def data():
    """Some iron sites."""
    return load("tm-complexes-k-fe")[:40]


@pytest.fixture(scope="module")
def taught(data):
    """Two small graph networks that learnt from them."""
    one = recipe("GNN").predictor(epochs=2, hyperparameters=SMALL)
    one.descriptor = NeighborGraph(n_neighbors=8)
    return deep_ensemble(one, data, n_members=2)


def test_the_nearest_are_those_of_a_tree():
    rng = np.random.default_rng(0)
    known, places = rng.random((1200, 5)), rng.random((700, 5))
    away, rows = nearest(places, known, 4)
    distances, indices = KDTree(known).query(places, 4)
    np.testing.assert_allclose(away, distances)
    np.testing.assert_array_equal(rows, indices)


def test_there_are_no_more_neighbors_than_known_places():
    assert nearest(np.zeros((2, 1)), np.ones((3, 1)), 9)[0].shape == (2, 3)


def test_those_of_a_group_of_ones_own_are_far():
    rng = np.random.default_rng(0)
    known, groups = rng.random((600, 3)), rng.integers(0, 150, 600)
    away, rows = nearest(known, known, 3, (groups, groups))
    assert (groups[rows] != groups[:, None]).all()
    assert np.isfinite(away).all()
    alone = nearest(known[:1], known[groups != groups[0]], 3)[0]
    np.testing.assert_allclose(away[:1], alone)


def test_what_is_far_from_all_is_told_by_their_mean():
    near, far = weights([[0.05, 0.06], [5.0, 6.0]], middle=0.2)
    assert near.sum() > 0.9
    assert far.sum() < 0.01


def test_errors_nearby_are_those_of_the_nearest_that_were_not_learnt(taught):
    rows, error = np.arange(0, 40, 2), np.linspace(1, 9, 20)
    taught.unseen_ = {"rows": rows, "error": error, "std": error}
    places = taught.known_places
    told = taught.errors_nearby(places[rows])
    np.testing.assert_allclose(told, error, rtol=0.05)
    without = taught.errors_nearby(places[rows], (np.arange(40)[rows], np.arange(40)))
    assert np.abs(np.log(without / error)).max() > 0.2
    far = taught.errors_nearby(places[:1] + 100)
    assert far == pytest.approx(np.exp(np.log(error).mean()), rel=1e-3)
    hints = taught.hints(taught.features_[rows])
    np.testing.assert_allclose(hints[:, 1], told, rtol=1e-3)
    taught.unseen_ = {}


def test_directions_that_do_not_vary_are_left_out():
    units = np.random.default_rng(0).random((20, 2)) @ np.ones((2, 6))
    assert Places().fit(units).known_.shape == (20, 1)


def test_two_known_sites_are_root_two_apart_on_average(taught):
    away = taught.known_places[:, None] - taught.known_places
    square = (away**2).sum(-1).sum() / len(away) ** 2
    assert np.sqrt(square) == pytest.approx(np.sqrt(2), abs=1e-6)


def test_known_sites_are_where_they_were_learnt(taught, data):
    np.testing.assert_allclose(taught.place(data), taught.known_places, atol=1e-5)
    assert taught.distance(data).max() < 1e-4


def test_a_site_stays_where_it_is_when_neighbors_change_places(taught, data):
    """Two neighbors at nearly one distance swap in the vector, not in the molecule."""
    atoms = data.sites[0].atoms.copy()
    around = np.argsort(np.linalg.norm(atoms.positions - atoms.positions[0], axis=1))
    first, second = around[1:3]
    pair = []
    for sign in (1, -1):
        moved = atoms.copy()
        for atom, step in ((first, sign), (second, -sign)):
            away = atoms.positions[atom] - atoms.positions[0]
            length = 1.9 + 1e-4 * step
            moved.positions[atom] = atoms.positions[0] + length * away / np.linalg.norm(
                away
            )
        pair.append(Site(moved, 0))
    features = taught.scale(pair)
    assert np.abs(features[0] - features[1]).max() > 0.1  # rows changed places
    one, other = taught.place(pair)
    assert np.linalg.norm(one - other) < 1e-2


def test_files_hold_places_and_one_trial_row(taught, data, tmp_path):
    taught.save(tmp_path)
    again = Predictor.load(tmp_path)
    assert len(again.features_) == 1
    assert again.n_known == len(data)
    np.testing.assert_allclose(again.distance(data), taught.distance(data), atol=1e-6)
    assert KnownSites.of(again).threshold == pytest.approx(
        KnownSites.of(taught).threshold
    )


def test_weights_of_half_precision_come_back_as_they_were(taught, data, tmp_path):
    before = taught.predict(data)
    size = partial(_size, tmp_path)
    whole = size(taught, "whole")
    taught.regressor_.round_weights()
    after = taught.predict(data)
    assert 0 < np.abs(after - before).max() < 1e-2
    assert size(taught, "half") < whole
    np.testing.assert_array_equal(
        Predictor.load(tmp_path / "half").predict(data), after
    )


def _size(folder, predictor, name):
    predictor.save(folder / name)
    return (folder / name / "model.safetensors").stat().st_size
