"""Going on from a trained network: what stays, what moves, what is refused."""

import numpy as np
import pytest
import torch

from tests.small import ENERGY, waves
from xnet_lite.errors import InputError
from xnet_lite.models import MLP, KernelRidge
from xnet_lite.predictor import Predictor, fine_tune
from xnet_lite.training import TrainConfig
from xnet_lite.trust import bootstrap

RNG = np.random.default_rng(5)
X = RNG.random((60, 4))
MU = waves(X)
#: the same law, another height: another element
OTHER = 0.5 + 1.3 * MU
QUICK = TrainConfig(epochs=3, batch_size=8)


def small(n_features, n_targets):
    return MLP(n_features, n_targets, n_waves=3, hidden=[16, 16])


@pytest.fixture(scope="module")
def source():
    config = TrainConfig(epochs=60, batch_size=8, learning_rate=3e-3)
    return Predictor(model=small, config=config).fit(X, MU, ENERGY)


def weights(predictor):
    return {n: w.clone() for n, w in predictor.regressor_.model_.state_dict().items()}


def test_with_a_rate_of_nearly_nothing_the_source_comes_back(source):
    still = TrainConfig(epochs=1, learning_rate=1e-12, weight_decay=0)
    tuned = fine_tune(source, X[:9], MU[:9], config=still)
    np.testing.assert_allclose(tuned.predict(X), source.predict(X), atol=1e-6)


def test_the_source_is_left_as_it_was(source):
    before, features = weights(source), source.features_
    fine_tune(source, X[:9], OTHER[:9], config=QUICK)
    assert source.features_ is features
    for name, value in weights(source).items():
        assert torch.equal(value, before[name])


def test_frozen_layers_stay_and_the_others_move(source):
    tuned = fine_tune(
        source, X[:9], OTHER[:9], frozen=["waves", "hidden.0"], config=QUICK
    )
    before, after = weights(source), weights(tuned)
    for name in before:
        still = name.startswith(("waves", "hidden.0"))
        assert torch.equal(before[name], after[name]) == still, name


def test_a_new_head_learns_spectra_unlike_those_of_the_source(source):
    config = TrainConfig(epochs=200, batch_size=4, learning_rate=3e-3)
    few = X[:12], OTHER[:12]
    tuned = fine_tune(
        source, *few, frozen=["waves", "hidden"], new_head=True, config=config
    )
    cold = Predictor(model=small, config=config).fit(*few, ENERGY)
    wrong = {
        name: np.abs(one.predict(X[12:]) - OTHER[12:]).mean()
        for name, one in (("tuned", tuned), ("cold", cold))
    }
    assert wrong["tuned"] < wrong["cold"]


def test_an_ensemble_goes_on_member_by_member():
    recipe = Predictor(model=small, config=QUICK)
    voters = bootstrap(recipe, X, MU, ENERGY, n_members=3)
    still = TrainConfig(epochs=1, learning_rate=1e-12, weight_decay=0)
    tuned = fine_tune(voters, X[:9], MU[:9], config=still)
    np.testing.assert_allclose(
        tuned.predict_members(X), voters.predict_members(X), atol=1e-6
    )


def test_frozen_layers_of_an_ensemble_stay_too():
    voters = bootstrap(Predictor(model=small, config=QUICK), X, MU, ENERGY, n_members=2)
    tuned = fine_tune(voters, X[:9], OTHER[:9], frozen=["hidden"], config=QUICK)
    before, after = weights(voters), weights(tuned)
    name = next(n for n in before if "hidden.1.weight" in n)
    assert torch.equal(before[name], after[name])
    head = next(n for n in before if "out.weight" in n)
    assert not torch.equal(before[head], after[head])


def test_what_energies_and_spectra_are_counted_in_stays():
    meta = {"units": "edge step", "energy_reference": "e0", "dataset": "iron"}
    known = Predictor(model=small, config=QUICK).fit(X, MU, ENERGY, meta=meta)
    tuned = fine_tune(known, X[:9], MU[:9], config=QUICK)
    assert tuned.meta_ == {
        "n_sites": 9,
        "units": "edge step",
        "energy_reference": "e0",
    }


def test_a_tuned_predictor_is_saved_and_loaded(source, tmp_path):
    tuned = fine_tune(source, X[:9], OTHER[:9], frozen=["waves"], config=QUICK)
    tuned.save(tmp_path)
    again = Predictor.load(tmp_path)
    np.testing.assert_array_equal(again.predict(X), tuned.predict(X))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"frozen": ["head"]}, "has no layer 'head' to freeze: it has hidden, out"),
        ({"frozen": ["waves", "hidden", "out"]}, "leaves nothing to learn"),
    ],
)
def test_layers_that_cannot_be_frozen_are_refused(source, options, message):
    with pytest.raises(InputError, match=message):
        fine_tune(source, X[:9], MU[:9], config=QUICK, **options)


def test_a_baseline_cannot_be_gone_on_from():
    baseline = Predictor(model=KernelRidge()).fit(X, MU, ENERGY)
    with pytest.raises(InputError, match="no trained network to go on from"):
        fine_tune(baseline, X, MU)


def test_other_features_are_refused(source):
    with pytest.raises(InputError, match=r"3 features a site, .* learnt from 4"):
        fine_tune(source, X[:9, :3], MU[:9])


def test_a_new_head_is_as_wide_as_few_sites_allow(source, tmp_path):
    tuned = fine_tune(source, X[:5], OTHER[:5], new_head=True, config=QUICK)
    assert tuned.regressor_.model_.n_targets == 5
    tuned.save(tmp_path)
    assert Predictor.load(tmp_path).predict(X[:2]).shape == (2, 30)
