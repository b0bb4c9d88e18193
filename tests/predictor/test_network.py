"""A network as a regressor: scale of the targets, members, held-out groups."""

import numpy as np
import pytest

from tests.network import small
from xnet_lite.errors import InputError
from xnet_lite.models import MLP
from xnet_lite.predictor import Network
from xnet_lite.training import TrainConfig

RNG = np.random.default_rng(6)
X, Y = RNG.normal(size=(40, 3)), RNG.normal(size=(40, 2))


def network(**options):
    return Network(small, TrainConfig(**({"epochs": 3, "batch_size": 8} | options)))


def test_the_unit_of_the_targets_does_not_change_what_is_learnt():
    plain = network().fit(X, Y)
    scaled = network().fit(X, 1000 * Y + 5)
    np.testing.assert_allclose(
        scaled.predict(X), 1000 * plain.predict(X) + 5, rtol=1e-3, atol=1e-2
    )


def test_targets_are_learnt_as_they_are_where_that_is_asked():
    raw = network(standardise_targets=False).fit(X, Y)
    assert raw.target_scale_ == 1
    assert (raw.target_mean_ == 0).all()


def test_members_vote_and_their_mean_is_the_prediction():
    rows = RNG.integers(0, 40, (3, 40))
    fitted = network().fit(X, Y, members=rows)
    assert fitted.n_members == 3
    members = fitted.predict_members(X)
    assert members.shape == (3, 40, 2)
    np.testing.assert_allclose(fitted.predict(X), members.mean(0))


@pytest.mark.parametrize("rows", [None, RNG.integers(0, 40, (3, 40))])
def test_a_network_built_from_its_state_predicts_the_same(rows):
    fitted = network().fit(X, Y, members=rows)
    settings, arrays = fitted.state()
    again = Network.from_state(settings, arrays, {"MLP": MLP})
    np.testing.assert_array_equal(again.predict_members(X), fitted.predict_members(X))


def test_groups_are_never_cut_by_the_held_out_part():
    groups = np.repeat(np.arange(10), 4)
    held = network(patience=2, validation=0.3)._held_out(40, groups)
    assert set(groups[held]).isdisjoint(groups[np.setdiff1d(np.arange(40), held)])
    assert len(held) == 12


def test_members_learn_from_no_held_out_row():
    members = RNG.integers(0, 40, (4, 40))
    held = np.arange(10)
    rows = network()._rows(40, held, members)
    assert rows.shape[0] == 4
    assert rows.min() >= 10


def test_an_order_is_given_no_held_out_row():
    seen = []

    def _told(epoch, rng, rows):
        seen.append(rows)
        return rows

    one = network(patience=2, validation=0.3)
    one.fit(X, Y, groups=np.arange(40) // 4, order=_told)
    held = one._held_out(40, np.arange(40) // 4)
    assert sorted([*seen[0], *held]) == list(range(40))


def test_early_stopping_keeps_the_best_epoch_of_the_held_out_part():
    fitted = network(epochs=60, patience=5, learning_rate=0.02).fit(X, Y)
    history = fitted.history_
    assert len(history) < 60
    assert history.best_epoch == history.validation.argmin()


def test_one_group_cannot_be_split_into_two_parts():
    with pytest.raises(InputError, match="1 groups are too few to hold some out"):
        network(patience=2).fit(X, Y, groups=np.zeros(40))


def test_an_unknown_model_class_is_named_and_the_remedy_told():
    settings, arrays = network().fit(X, Y).state()
    with pytest.raises(InputError, match=r"'MLP'.*classes=\[MLP\]"):
        Network.from_state(settings, arrays, {})
