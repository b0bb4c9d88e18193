"""A network that says how sure it is."""

import numpy as np
import pytest
import torch

from xnet_lite.errors import InputError
from xnet_lite.models import MLP, SpreadMLP
from xnet_lite.predictor import Network, Predictor
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig

RNG = np.random.default_rng(5)
#: noise of a known size: as large as the first feature says
X = RNG.uniform(0.2, 1.0, (4000, 2))
NOISE = np.column_stack([X[:, 0], 0.3 * np.ones(len(X))])
Y = np.column_stack([X[:, 1], X[:, 1] ** 2]) + NOISE * RNG.normal(size=X.shape)
CONFIG = TrainConfig(epochs=12, batch_size=64, learning_rate=3e-3)
OLD, NEW = slice(0, 3000), slice(3000, 4000)


def small(n_features, n_targets):
    """A small one."""
    return SpreadMLP(n_features, n_targets, hidden=[32], n_waves=0, weight=1.0)


@pytest.fixture(scope="module")
def network():
    """A trained one."""
    return Network(small, CONFIG).fit(X[OLD], Y[OLD])


def test_the_spread_is_that_of_the_noise_site_by_site(network):
    band = network.predict_band(X[NEW])
    assert np.corrcoef(band.std[:, 0], NOISE[NEW, 0])[0, 1] > 0.95
    assert np.median(np.abs(band.std / NOISE[NEW] - 1)) < 0.15


def test_two_standard_deviations_hold_what_a_gaussian_says(network):
    held = network.predict_band(X[NEW]).holds(Y[NEW]).mean()
    assert held == pytest.approx(0.954, abs=0.02)


def test_the_likelihood_leaves_the_mean_alone():
    model = small(2, 2)
    grown = []
    for weight in (1e-3, 10.0):
        model.weight = weight
        model.zero_grad()
        model.loss(torch.ones(4, 2), torch.zeros(4, 2)).backward()
        grown.append(model.out.weight.grad.clone())
    np.testing.assert_allclose(*grown, rtol=1e-5)


def test_members_that_tell_a_spread_make_a_mixture():
    rows = np.stack([RNG.permutation(3000)[:500] for _ in range(2)])
    vote = Network(small, CONFIG).fit(X[OLD], Y[OLD], members=rows)
    told, band = vote.predict_members(X[NEW]), vote.predict_band(X[NEW])
    apart = told.var(0)
    own = band.std**2 - apart
    assert (own > 0).all()
    assert np.median(own) > np.median(apart)


def test_a_saved_one_says_the_same_of_its_spread(tmp_path):
    energy = np.arange(2.0)
    one = Predictor(targets=EnergyGrid(), model=small, config=CONFIG)
    one.fit(X[:300], Y[:300], energy).save(tmp_path)
    band = one.predict_band(X[NEW])
    again = Predictor.load(tmp_path).predict_band(X[NEW])
    np.testing.assert_array_equal(band.std, again.std)
    assert 0.8 < band.holds(Y[NEW]).mean() < 1


def test_a_network_that_tells_no_spread_has_no_band():
    one = Network(MLP, TrainConfig(epochs=1)).fit(X[:9], Y[:9])
    assert not one.has_band
    with pytest.raises(InputError, match="single model"):
        one.predict_band(X[:2])
