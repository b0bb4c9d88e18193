"""The bootstrap resamples, its members differ, and its band covers what it should."""

import numpy as np
import pytest
import torch

from tests.network import small
from tests.small import waves
from xnet_lite.errors import InputError
from xnet_lite.metrics import coverage
from xnet_lite.models import MLP, MeanSpectrum
from xnet_lite.predictor import Predictor
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig
from xnet_lite.trust import bootstrap, out_of_bag, resample

RNG = np.random.default_rng(12)
ENERGY = np.linspace(-10, 40, 12)
X = RNG.random((40, 3))
MU = waves(X, ENERGY)


def ensemble(n_members=4, seed=0, groups=None, **config):
    config = TrainConfig(**({"epochs": 3, "batch_size": 8} | config))
    return bootstrap(
        Predictor(targets=EnergyGrid(), model=small, config=config),
        X,
        MU,
        ENERGY,
        n_members=n_members,
        seed=seed,
        groups=groups,
    )


def test_every_member_misses_a_share_of_one_over_e_of_the_sites():
    rows = resample(1000, 20, seed=1)
    assert rows.shape == (20, 1000)
    missed = [1 - len(np.unique(row)) / 1000 for row in rows]
    # 20 draws of a share with a standard deviation of 0.01
    assert np.mean(missed) == pytest.approx(np.exp(-1), abs=0.01)


def test_every_site_is_drawn_once_on_average():
    counts = np.bincount(resample(50, 400).ravel(), minlength=50) / 400
    assert np.abs(counts - 1).max() < 0.25  # standard deviation 0.05


def test_members_draw_different_rows_and_a_seed_repeats_them():
    rows = resample(100, 3, seed=5)
    assert (rows[0] != rows[1]).any()
    np.testing.assert_array_equal(rows, resample(100, 3, seed=5))
    assert (rows != resample(100, 3, seed=6)).any()


def test_groups_are_drawn_whole_save_for_the_last():
    groups = np.repeat(np.arange(20), 5)
    for row in resample(100, 10, groups=groups):
        counts = np.bincount(row, minlength=100).reshape(20, 5)
        assert (counts == counts[:, :1]).all()  # 100 is a whole number of groups


def test_out_of_bag_sites_are_of_compounds_that_the_member_never_saw():
    groups = RNG.integers(0, 12, 90)
    for row in resample(90, 10, groups=groups):
        whole = row[: len(row) - np.bincount(groups).max()]  # all but the cut group
        absent = np.setdiff1d(np.arange(90), row)
        assert not set(groups[whole]) & set(groups[absent])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_members": 1}, "n_members is 1: give a whole number >= 2"),
        ({"groups": np.zeros(9)}, "give one for each site"),
        ({"groups": np.zeros(10)}, "all sites are of one group"),
    ],
)
def test_what_cannot_be_resampled_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        resample(10, **arguments)


def test_members_start_from_different_weights():
    stack = ensemble(learning_rate=1e-12).regressor_.model_
    weights = [m.hidden[0].weight for m in stack.members()]
    for i, weight in enumerate(weights):
        for other in weights[:i]:
            assert not torch.isclose(weight, other).any(1).all()


def test_each_member_learns_the_rows_that_were_drawn_for_it():
    # one site of 40 stands out: members that drew it know it, the others do not
    spectra = np.ones((40, 12))
    spectra[7] = 20
    config = TrainConfig(epochs=200, batch_size=8, learning_rate=1e-2)

    def build(n_features, n_targets):
        # the mean square cannot overlook one site of 40, the mean of the roots can
        return MLP(n_features, n_targets, hidden=[64], loss="mse")

    predictor = Predictor(targets=EnergyGrid(), model=build, config=config)
    bootstrap(predictor, X, spectra, ENERGY, n_members=8)
    drew = np.array([7 in row for row in predictor.members_])
    level = predictor.predict_members(X[7:8]).mean((1, 2))
    assert 0 < drew.sum() < 8
    assert level[drew].min() > level[~drew].max() + 3


def test_the_prediction_is_the_mean_of_the_members_and_the_band_their_spread():
    predictor = ensemble()
    members = predictor.predict_members(X)
    assert members.shape == (4, 40, 12)
    np.testing.assert_allclose(predictor.predict(X), members.mean(0))
    np.testing.assert_allclose(predictor.predict_std(X), members.std(0, ddof=1))


def test_the_same_seed_gives_the_same_ensemble():
    first, again = ensemble().predict_members(X), ensemble().predict_members(X)
    np.testing.assert_array_equal(first, again)


def test_early_stopping_holds_out_groups_that_no_member_learns_from():
    groups = np.repeat(np.arange(10), 4)
    predictor = ensemble(groups=groups, patience=2, epochs=30)
    assert predictor.regressor_.history_.validation.shape[1] == 4


def test_out_of_bag_predictions_come_from_members_that_never_saw_the_site():
    predictor = ensemble(n_members=8)
    mean, std = out_of_bag(predictor, X)
    spectra = predictor.predict_members(X)
    unseen = [i for i, row in enumerate(predictor.members_) if 5 not in row]
    assert len(unseen) >= 2
    np.testing.assert_allclose(mean[5], spectra[unseen, 5].mean(0))
    np.testing.assert_allclose(std[5], spectra[unseen, 5].std(0, ddof=1))


def test_sites_that_all_members_saw_have_no_out_of_bag_prediction():
    predictor = ensemble(n_members=2)
    mean, std = out_of_bag(predictor, X)
    seen = [i for i in range(40) if any(i in row for row in predictor.members_)]
    assert np.isnan(mean[seen]).all()
    assert np.isnan(std[seen]).all()


def test_a_predictor_without_members_has_no_bag():
    single = Predictor(targets=EnergyGrid(), model=MeanSpectrum()).fit(X, MU, ENERGY)
    with pytest.raises(InputError, match="bootstrap it"):
        out_of_bag(single, X)


def test_the_bag_is_of_the_training_sites_only():
    with pytest.raises(InputError, match="3 sites are not the 40"):
        out_of_bag(ensemble(), X[:3])


def test_the_band_covers_a_noisy_mean_as_often_as_statistics_says():
    # members of a bootstrap of means spread by σ/√n around the mean: an ensemble of
    # constants, whose band must cover the true mean in 95 % of repetitions
    rng = np.random.default_rng(0)
    n, repeats = 30, 400
    samples = rng.normal(size=(repeats, n))
    rows = resample(n, 200)
    members = samples[:, rows].mean(2).T[:, :, None]  # (n_members, repeats, 1)
    share = coverage(
        members.mean(0), members.std(0, ddof=1), np.zeros((repeats, 1))
    ).all_points
    # the bootstrap is short by √((n-1)/n); 400 repetitions: standard error 0.011
    assert share == pytest.approx(0.945, abs=0.035)
