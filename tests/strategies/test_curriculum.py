"""Orders open the set as they say, take equal steps, and warm starts have a control."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from ase import Atoms

from tests.small import ENERGY, waves
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import MLP
from xnet_lite.predictor import Predictor
from xnet_lite.strategies import Curriculum, Pace, SelfPaced, grown, learnt
from xnet_lite.strategies.curriculum import (
    coordination,
    out_of_fold,
    path_length,
    scaled,
    to_mean,
)
from xnet_lite.structures import Site
from xnet_lite.training import TrainConfig

RNG = np.random.default_rng(8)
X = RNG.random((40, 3))
DATA = XASDataset("waves", ENERGY, waves(X), features=X)
CONFIG = TrainConfig(epochs=8, batch_size=10)
NETWORK = Predictor(model=partial(MLP, hidden=[16], n_waves=0), config=CONFIG)
HARD = RNG.random(40)


def opened(order, epoch):
    """Which rows an epoch learns from."""
    return set(order(epoch, np.random.default_rng(0), np.arange(40)).tolist())


def test_the_easiest_come_first_and_all_at_the_end():
    order = Curriculum(HARD, 10, Pace(0.25, 0.5))
    assert opened(order, 0) == set(np.argsort(HARD)[:10].tolist())
    sizes = [len(opened(order, epoch)) for epoch in range(10)]
    assert sizes == sorted(sizes)
    assert sizes[5:] == [40] * 5


def test_turned_round_the_hardest_come_first():
    order = Curriculum(HARD, 10, Pace(0.25, 0.5), hardest_first=True)
    assert opened(order, 0) == set(np.argsort(-HARD)[:10].tolist())


def test_every_epoch_takes_as_many_rows_each_about_equally_often():
    order = Curriculum(HARD, 10, Pace(0.3, 0.5))
    for epoch in range(10):
        rows = order(epoch, np.random.default_rng(1), np.arange(40))
        counts = np.bincount(rows)[np.unique(rows)]
        assert len(rows) == 40
        assert np.ptp(counts) <= 1


def test_of_rows_that_are_left_the_easiest_are_taken():
    left = np.arange(20, 40)
    rows = Curriculum(HARD, 10, Pace(0.25))(0, np.random.default_rng(0), left)
    assert set(rows) == set(left[np.argsort(HARD[left])[:5]])


def test_equals_come_by_the_chance_of_the_seed():
    first = [opened(Curriculum(np.ones(40), 10, seed=seed), 0) for seed in (0, 0, 1)]
    assert first[0] == first[1] != first[2]


@pytest.mark.parametrize("way", ["out-of-fold error", "anti distance to mean"])
def test_an_order_changes_the_weights_and_not_the_number_of_steps(way):
    plain, ordered = (learnt(NETWORK, DATA, one) for one in ("shuffled", way))
    rates = [one.regressor_.history_.learning_rate for one in (plain, ordered)]
    np.testing.assert_array_equal(*rates)
    assert not np.allclose(plain.predict(X), ordered.predict(X))


def test_self_paced_takes_the_sites_that_the_network_learnt_best():
    one = NETWORK.fresh([0])
    paced = SelfPaced(one, DATA, CONFIG.epochs, Pace(0.25, 1.0))
    seen = []

    def noting(epoch, rng, rows):
        seen.append(set(paced(epoch, rng, rows).tolist()))
        return list(seen[-1])[:10] * 4

    def watch(report, model):
        paced.watch(report, model)
        losses.append(paced.hardness.copy())

    losses = []
    one.fit(DATA, order=noting, watch=watch)
    for rows, loss in zip(seen[1:], losses[:-1], strict=True):
        assert rows == set(np.argsort(loss)[: len(rows)].tolist())


def test_the_loss_that_paces_is_that_of_the_targets_that_are_learnt():
    one = NETWORK.fresh([0])
    paced = SelfPaced(one, DATA, CONFIG.epochs)
    one.fit(DATA, order=paced, watch=paced.watch)
    y = one.targets_.transform(DATA.spectra)
    scale = (y - y.mean(0)).std()
    wrong = (one.targets_.transform(one.predict(X)) - y) / scale
    np.testing.assert_allclose(paced.hardness, (wrong**2).mean(1), rtol=1e-3)


def test_ratings_are_what_they_say():
    mean = np.tile(DATA.spectra.mean(0), (40, 1))
    np.testing.assert_allclose(
        to_mean(DATA), relative_spectral_error(mean, DATA.spectra)
    )
    near, far = (
        Site(Atoms("FeO2", [[0, 0, 0], [2, 0, 0], [0, r, 0]]), 0) for r in (2, 4)
    )
    beyond = Site(Atoms("FeO2", [[0, 0, 0], [2, 0, 0], [0, 9, 0]]), 0)
    three = XASDataset("three", ENERGY, np.ones((3, 30)), sites=[near, far, beyond])
    np.testing.assert_allclose(path_length(three), [2, 3, 2])
    known = replace(three, labels={"coordination_number": [2, 1, 1]})
    np.testing.assert_array_equal(coordination(known), [2, 1, 1])


def test_a_site_is_rated_by_a_model_that_knows_no_twin_of_it():
    twice = np.repeat(np.arange(20), 2)
    noise = 1 + RNG.random((20, len(ENERGY)))[twice]
    twins = XASDataset("twins", ENERGY, noise, features=X[twice])
    parted = out_of_fold(replace(twins, labels={"compound": twice}))
    # by chance most sites meet their twin, whose spectrum is known by heart
    assert np.median(parted) > 10 > np.median(out_of_fold(twins))


def test_a_warm_start_goes_on_from_the_stage_before():
    still = replace(CONFIG, learning_rate=1e-12, weight_decay=0.0)
    one = NETWORK.fresh([0])
    one.config = still
    first, last = grown(one, DATA, (20, 40), warm=True)
    x = scaled(DATA, DATA)
    np.testing.assert_allclose(first.predict(x), last.predict(x), atol=1e-6)
    _, cold = grown(one, DATA, (20, 40), warm=False)
    assert not np.allclose(first.predict(x), cold.predict(x), atol=1e-3)


def test_the_cold_control_takes_as_many_steps_as_all_warm_stages():
    warm = grown(NETWORK, DATA, (10, 20, 40), warm=True)
    cold = grown(NETWORK, DATA, (10, 20, 40), warm=False)
    a_pass = np.array([1, 2, 4])  # batches of ten
    steps = np.cumsum([len(one.regressor_.history_) for one in warm] * a_pass)
    taken = [len(one.regressor_.history_) for one in cold] * a_pass
    np.testing.assert_array_equal(taken, steps)


def test_what_makes_no_curriculum_is_refused():
    with pytest.raises(InputError, match="way is 'by heart': give one of shuffled"):
        learnt(NETWORK, DATA, "by heart")
    with pytest.raises(InputError, match="no label 'coordination_number'"):
        learnt(NETWORK, DATA, "coordination number")
    with pytest.raises(InputError, match="has no structures"):
        learnt(NETWORK, DATA, "path length")
    with pytest.raises(InputError, match="hardness of 3 sites, and row 39"):
        opened(Curriculum([1.0, 2.0, 3.0], 5), 0)
    with pytest.raises(InputError, match="give one number a site"):
        Curriculum([[1.0]], 5)
    with pytest.raises(InputError, match="give growing numbers from 2 to 40"):
        grown(NETWORK, DATA, (10, 50), warm=True)
    with pytest.raises(InputError, match="first is 0"):
        Pace(0)
