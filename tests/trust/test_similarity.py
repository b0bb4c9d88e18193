"""Known sites: which is near, how far, and where the domain ends."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from xnet_lite.errors import InputError
from xnet_lite.models import MeanSpectrum
from xnet_lite.predictor import Predictor
from xnet_lite.targets import EnergyGrid
from xnet_lite.trust import KnownSites

RNG = np.random.default_rng(13)
X = RNG.random((60, 5))


def predictor(x=X, **meta):
    made = Predictor(targets=EnergyGrid(), model=MeanSpectrum())
    return made.fit(x, np.ones((len(x), 3)), np.arange(3.0), meta=meta)


def test_the_nearest_known_site_of_a_training_site_is_itself_at_distance_zero():
    nearest = KnownSites.of(predictor()).nearest(X)
    np.testing.assert_array_equal(nearest.indices[:, 0], np.arange(60))
    np.testing.assert_allclose(nearest.distances[:, 0], 0, atol=1e-12)
    assert nearest.indices.shape == (60, 5)


def test_distances_are_euclidean_in_scaled_features_per_feature():
    made = predictor()
    new = RNG.random((7, 5))
    nearest = KnownSites.of(made).nearest(new, 3)
    want = np.sort(cdist(made.scale(new), made.scale(X)) / np.sqrt(5))[:, :3]
    np.testing.assert_allclose(nearest.distances, want)


def test_the_threshold_is_the_percentile_of_distances_to_the_nearest_other():
    made = predictor()
    between = cdist(made.scale(X), made.scale(X)) / np.sqrt(5)
    np.fill_diagonal(between, np.inf)
    known = KnownSites.of(made, percentile=90)
    assert known.threshold == pytest.approx(np.percentile(between.min(1), 90))


def test_sites_like_the_training_ones_are_inside_and_strange_ones_are_warned_of():
    known = KnownSites.of(predictor())
    inside, outside = known.warnings(np.stack([X[0], X[0] + 50]))
    assert inside == ""
    assert outside.startswith("out of domain: the nearest known site is at distance")


def test_names_are_those_of_the_training_set():
    known = KnownSites.of(predictor(names=[f"complex {i}" for i in range(60)]))
    assert known.nearest(X[:1], 1).names == [["complex 0"]]
    assert KnownSites.of(predictor()).nearest(X[2:3], 1).names == [["site 2"]]


def test_asking_for_more_than_are_known_gives_all():
    assert KnownSites.of(predictor()).nearest(X[:2], 1000).indices.shape == (2, 60)


def test_it_works_on_a_loaded_predictor(tmp_path):
    made = predictor(names=[f"n{i}" for i in range(60)])
    made.save(tmp_path)
    known, loaded = (KnownSites.of(p) for p in (made, Predictor.load(tmp_path)))
    assert loaded.threshold == known.threshold
    assert loaded.names == known.names


@pytest.mark.parametrize("percentile", [0, 101])
def test_a_percentile_out_of_range_is_refused(percentile):
    with pytest.raises(InputError, match=f"percentile is {percentile}"):
        KnownSites.of(predictor(), percentile)


def test_asking_for_no_neighbors_is_refused():
    with pytest.raises(InputError, match="n is 0: give a whole number >= 1"):
        KnownSites.of(predictor()).nearest(X, 0)
