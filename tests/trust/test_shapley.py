"""Shapley values add up, see what is there, and leave the random stream alone."""

import numpy as np
import pytest
from ase import Atoms

pytest.importorskip("shap", reason="needs the extra explain")
from tests.network import small
from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError
from xnet_lite.models.baselines import Ridge
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig
from xnet_lite.trust import attribution as by
from xnet_lite.trust import bootstrap, shapley
from xnet_lite.trust.shapley import radial, spread

ENERGY = np.linspace(-10.0, 60.0, 15)
RNG = np.random.default_rng(4)
X = RNG.normal(size=(300, 3))
#: the first feature makes low energies, the second high ones, the third nothing
SLOPES = np.stack([1.0 * (ENERGY < 20), 2.0 * (ENERGY > 20), 0 * ENERGY])
DATA = XASDataset("line", ENERGY, 20 + X @ SLOPES, features=X)
SOME = ENERGY[[0, 2, 12]]
FEW = TrainConfig(epochs=60, learning_rate=1e-2)


@pytest.fixture(scope="module")
def vote():
    return bootstrap(Predictor(None, EnergyGrid(), small, FEW), DATA, n_members=2)


@pytest.fixture(scope="module")
def found(vote):
    return shapley(vote, X[:8], X[100:], energy=SOME, n_samples=1000)


def test_values_add_up_to_the_prediction_less_that_of_the_background(vote, found):
    gain = vote.predict(X[:8]) - vote.predict(X[100:]).mean(axis=0)
    gain = gain[:, np.isin(ENERGY, SOME)]
    # 1000 draws of the background know its mean to 3 % of what varies, at 5 sigma
    close = {"atol": 0.16 * gain.std()}
    np.testing.assert_allclose(found.values.sum(axis=1), gain, **close)


def test_of_a_line_each_value_is_the_slope_times_what_the_feature_is_off(found):
    off = X[:8] - X[100:].mean(axis=0)
    expected = off[:, :, None] * SLOPES[:, np.isin(ENERGY, SOME)]
    # the network is no exact line
    assert np.corrcoef(found.values.ravel(), expected.ravel())[0, 1] > 0.98


def test_each_window_names_the_feature_that_makes_it(found):
    assert found.size((-10, 0)).mean(axis=0).argmax() == 0
    assert found.size((25, 60)).mean(axis=0).argmax() == 1
    with pytest.raises(InputError, match="no energy lies from 90 to 99 eV"):
        found.size((90, 99))


def test_the_same_seed_gives_the_same_and_no_draw_of_others_is_moved(vote):
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    pair = [
        shapley(vote, X[:2], X[100:], energy=SOME, n_samples=20, seed=3)
        for _ in range(2)
    ]
    assert np.random.random() == expected  # noqa: NPY002
    np.testing.assert_array_equal(pair[0].values, pair[1].values)


def test_a_single_neighbor_is_spread_as_a_bell_around_its_distance():
    places = [[0, 0, 0], [0, 0, 2.0]]
    site = Site(Atoms("FeO", places), 0)
    out = MultipleScattering(r_fms=4.0).take_out(site)
    shares = by.path_shares(out, site, ENERGY, events=2)
    names = WACSF(elements=("O",)).feature_names
    where = np.unique(radial(names)[0][np.isfinite(radial(names)[0])])
    bell = spread(shares, site, names)
    assert abs(where[bell.argmax()] - 2.0) < 0.2
    assert bell.max() <= out.double_amplitudes[0]


def test_what_it_cannot_take_apart_is_refused(vote):
    ridge = Predictor(None, EnergyGrid(), Ridge()).fit(DATA)
    with pytest.raises(InputError, match="Ridge is no network"):
        shapley(ridge, X[:2], X)
    with pytest.raises(InputError, match="no energy 3 eV"):
        shapley(vote, X[:2], X, energy=[3.0])
    with pytest.raises(InputError, match="no feature is a G2"):
        radial(["G1"])
