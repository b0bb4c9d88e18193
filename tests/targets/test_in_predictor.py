"""Every target at work: what a predictor learns, and what one reads a spectrum by."""

import numpy as np
import pytest

from tests.network import small
from xnet_lite import targets as kinds
from xnet_lite.models import KernelRidge
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.training import TrainConfig

TARGETS = [
    kinds.CDF(),
    kinds.CDF(area=False),
    kinds.EnergyGrid(),
    kinds.Fourier(n_components=20),
    kinds.GaussianBasis([2.0, 6.0]),
    kinds.PCATargets(n_components=5),
    kinds.PiecewisePolynomials([4, 8]),
    kinds.TDCT(n_components=20),
]
every = pytest.mark.parametrize("targets", TARGETS, ids=lambda t: type(t).__name__)

RNG = np.random.default_rng(2)
ENERGY = np.linspace(-10.0, 50.0, 61)
X = RNG.random((80, 3))
EDGE = 0.5 + np.arctan(ENERGY / 2) / np.pi
MU = EDGE + (0.3 + X[:, :1]) * np.exp(
    -(((ENERGY - 4 - 6 * X[:, 1:2]) / (3 + X[:, 2:])) ** 2)
)


@every
@pytest.mark.parametrize("model", [KernelRidge(), small], ids=["kernel", "network"])
def test_a_loaded_predictor_with_this_target_predicts_the_same(
    tmp_path, targets, model
):
    config = TrainConfig(epochs=2, batch_size=16)
    predictor = Predictor(targets=targets, model=model, config=config)
    predictor.fit(X, MU, ENERGY).save(tmp_path)
    loaded = Predictor.load(tmp_path)
    np.testing.assert_array_equal(loaded.predict(X), predictor.predict(X))
    assert loaded.targets_.config() == targets.config()


@every
def test_a_predictor_with_this_target_learns_a_smooth_map(targets):
    predictor = Predictor(targets=targets, model=KernelRidge())
    predictor.fit(X[:60], MU[:60], ENERGY)
    # the mean spectrum has eta 1
    assert predictor.score(X[60:], MU[60:])["eta"] > 4


@every
def test_what_made_a_spectrum_can_be_read_from_its_targets(targets):
    features = targets.fit(MU[:60], ENERGY).transform(MU)
    reader = Predictor(
        targets=kinds.EnergyGrid(), model=KernelRidge(), scaler=FeatureScaler(power=1.0)
    )
    reader.fit(features[:60], X[:60], np.arange(3.0))
    missed = reader.predict(features[60:]) - X[60:]
    known = X[60:] - X[:60].mean(axis=0)
    assert np.mean(missed**2) < 0.3 * np.mean(known**2)
