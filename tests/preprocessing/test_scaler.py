"""The scaler learns from training features only, and survives empty columns."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.models import MLP
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler, RelevanceScaler
from xnet_lite.training import TrainConfig

RNG = np.random.default_rng(4)
X = RNG.random((50, 6)) * np.logspace(-3, 3, 6)


def test_training_features_get_mean_zero_and_deviation_one():
    scaled = FeatureScaler(floor=1e-9).fit_transform(X)
    np.testing.assert_allclose(scaled.mean(0), 0, atol=1e-9)
    np.testing.assert_allclose(scaled.std(0), 1, rtol=1e-9)


def test_the_root_is_taken_before_standardising_and_keeps_the_sign():
    scaler = FeatureScaler().fit([[-4.0], [4.0]])
    np.testing.assert_allclose(scaler.transform([[9.0]]), [[3 / 2]])


def test_a_column_that_is_nearly_nothing_does_not_become_noise():
    x = np.column_stack([RNG.random(50), 1e-50 * RNG.random(50), np.zeros(50)])
    scaled = FeatureScaler().fit_transform(x)
    assert np.abs(scaled[:, 1:]).max() < 1e-9


def test_features_that_never_vary_are_left_at_zero():
    assert (FeatureScaler().fit_transform(np.full((4, 2), 7.0)) == 0).all()


def test_transforming_other_features_does_not_change_what_was_learnt():
    scaler = FeatureScaler().fit(X)
    before = scaler.mean_.copy()
    scaler.transform(100 * X)
    np.testing.assert_array_equal(scaler.mean_, before)


def test_a_scaler_built_from_its_state_scales_the_same():
    scaler = FeatureScaler(power=0.25, floor=0.1).fit(X)
    again = FeatureScaler.from_state(*scaler.state())
    np.testing.assert_array_equal(again.transform(X), scaler.transform(X))


@pytest.mark.parametrize("options", [{"power": 0}, {"floor": 0}, {"power": 1.5}])
def test_a_power_or_floor_out_of_range_is_refused(options):
    with pytest.raises(InputError, match="give a number > 0 and <= 1"):
        FeatureScaler(**options)


def test_without_standardising_features_are_left_as_they_are():
    scaler = FeatureScaler(power=1.0, standardise=False).fit(X)
    np.testing.assert_array_equal(scaler.transform(X), X)
    again = FeatureScaler.from_state(*scaler.state())
    np.testing.assert_array_equal(again.transform(X), X)


@pytest.mark.parametrize(
    "scaler",
    [
        FeatureScaler(),
        FeatureScaler(power=0.25),
        FeatureScaler(power=1.0),
        FeatureScaler(power=1.0, standardise=False),
        FeatureScaler(floor=1.0),
        RelevanceScaler(steps=5),
    ],
)
def test_scaled_features_come_back_as_they_were(scaler):
    signed = np.column_stack([X * RNG.choice([-1, 1], X.shape), np.full(50, 7.0)])
    scaler.fit(signed, X[:, :2])
    other = 3 * signed + 1
    back = scaler.inverse_transform(scaler.transform(other))
    # a small root beside a large mean loses digits: 1e-16 of the mean, times 1/power
    np.testing.assert_allclose(back, other, rtol=1e-9, atol=1e-9)


def test_relevance_makes_large_what_the_targets_follow():
    x = RNG.random((120, 4))
    scaler = RelevanceScaler().fit(x, np.sin(6 * x[:, 2:3]))
    assert scaler.relevance_.argmax() == 2
    assert scaler.relevance_[2] > 5 * np.delete(scaler.relevance_, 2).max()
    assert (scaler.relevance_**2).mean() == pytest.approx(1)


def test_relevance_multiplies_standardised_features():
    x = RNG.random((60, 3))
    scaler = RelevanceScaler(steps=5).fit(x, x[:, :1])
    plain = FeatureScaler().fit(x)
    np.testing.assert_allclose(
        scaler.transform(x), plain.transform(x) * scaler.relevance_
    )


def test_a_predictor_gives_its_scaler_the_targets_and_saves_what_it_learnt(tmp_path):
    x = RNG.random((40, 4))
    mu = 1 + x[:, :1] * np.sin(np.arange(12.0))
    predictor = Predictor(
        model=lambda n, m: MLP(n, m, hidden=[8]),
        config=TrainConfig(epochs=2),
        scaler=RelevanceScaler(steps=5),
    )
    predictor.fit(x, mu, np.arange(12.0)).save(tmp_path)
    again = Predictor.load(tmp_path)
    np.testing.assert_array_equal(again.scale(x), predictor.scale(x))


def test_relevance_without_targets_is_refused():
    with pytest.raises(InputError, match="relevance needs targets"):
        RelevanceScaler().fit(X)
