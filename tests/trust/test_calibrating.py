"""A vote learns how wrong it is from sites it did not see, and keeps what it learnt."""

import numpy as np
import pytest

from tests.network import small
from tests.small import waves
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.models import ARDKernelRidge
from xnet_lite.predictor import Predictor, fine_tune
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig
from xnet_lite.trust import (
    bootstrap,
    calibrate,
    cross_calibrated,
    deep_ensemble,
    held_out,
    left_out,
    mc_dropout,
    unseen_of_bag,
)

RNG = np.random.default_rng(3)
ENERGY = np.linspace(-10, 40, 12)
CONFIG = TrainConfig(epochs=4, batch_size=16, learning_rate=1e-2)


def noisy(n_groups):
    """Waves of three features with noise; three siblings a compound."""
    x = np.repeat(RNG.random((n_groups, 3)), 3, axis=0)
    x += 0.01 * RNG.normal(size=x.shape)
    mu = waves(x, ENERGY)
    mu += 0.1 * np.repeat(RNG.normal(size=(n_groups, 12)), 3, axis=0)
    labels = {"compound": np.repeat(np.arange(n_groups), 3)}
    return XASDataset("noisy", ENERGY, mu, features=x, labels=labels)


DATA, NEW = noisy(60), noisy(60)


def untaught(model=small):
    return Predictor(targets=EnergyGrid(), model=model, config=CONFIG)


@pytest.fixture(scope="module")
def vote():
    """A calibrated vote, and what taught it."""
    model = bootstrap(untaught(), DATA, n_members=8)
    unseen = unseen_of_bag(model, DATA.spectra, DATA.groups)
    return calibrate(model, unseen), unseen


def test_the_band_holds_95_percent_of_new_compounds(vote):
    model, _ = vote
    inside = model.predict_band(NEW).holds(NEW.spectra).mean()
    raw = model.predict_band(NEW, calibrated=False).holds(NEW.spectra).mean()
    assert raw < 0.9
    # 60 compounds whose siblings err alike
    assert inside == pytest.approx(0.9545, abs=0.03)


def test_a_band_says_whether_it_is_calibrated(vote):
    model, unseen = vote
    how = model.predict_band(NEW).how
    assert how == f"8 members, calibrated on {len(unseen)} unseen sites"
    raw = model.predict_band(NEW, calibrated=False)
    assert raw.how == "8 members, not calibrated"


def test_a_saved_predictor_gives_the_same_band(vote, tmp_path):
    model, _ = vote
    model.save(tmp_path)
    again, before = Predictor.load(tmp_path).predict_band(NEW), model.predict_band(NEW)
    np.testing.assert_array_equal(again.std, before.std)
    assert again.how == before.how


def test_a_network_that_goes_on_learning_forgets_its_calibration(vote):
    model, _ = vote
    tuned = fine_tune(model, NEW.features, NEW.spectra, config=CONFIG)
    assert tuned.predict_band(NEW).how == "8 members, not calibrated"


def test_fitting_again_forgets_the_calibration():
    model = bootstrap(untaught(), DATA, n_members=3)
    calibrate(model, held_out(model, NEW)).fit(DATA)
    assert model.calibration_ is None


def test_distances_are_to_other_compounds(vote):
    model, unseen = vote
    place = model.place(DATA)
    for i in (0, 7, 50):
        row = unseen.rows[i]
        others = DATA.groups != DATA.groups[row]
        nearest = np.linalg.norm(place[others] - place[row], axis=1).min()
        assert unseen.distance[i] == pytest.approx(nearest)


def test_the_judge_has_not_seen_what_it_judges(vote):
    _, unseen = vote
    band = cross_calibrated(unseen, 8)
    assert band.holds(unseen.truth).mean() == pytest.approx(0.9545, abs=0.04)


def test_every_site_is_left_out_once_with_its_kind():
    unseen = left_out(untaught(), DATA, n_members=2, n_folds=3)
    assert sorted(unseen.rows) == list(range(len(DATA)))
    np.testing.assert_array_equal(unseen.truth, DATA.spectra[unseen.rows])
    # a sibling at 0.01 is left out too
    assert np.median(unseen.distance) > 0.05


def test_two_sets_of_unseen_sites_are_one_after_the_other(vote):
    _, unseen = vote
    both = unseen + unseen[:5]
    assert len(both) == len(unseen) + 5
    np.testing.assert_array_equal(both.band.std[-5:], unseen.band.std[:5])


def test_a_deep_ensemble_has_one_set_and_many_first_weights():
    model = deep_ensemble(untaught(), DATA, n_members=3)
    assert (model.members_ == np.arange(len(DATA))).all()
    assert (model.predict_std(NEW) > 0).all()
    with pytest.raises(InputError, match="left out by two members"):
        unseen_of_bag(model, DATA.spectra)


def test_passes_with_more_units_silenced_differ_more():
    model = untaught().fit(DATA)
    few, many = (mc_dropout(model, NEW, 20, p).std.mean() for p in (0.02, 0.3))
    assert 0 < few < many


def test_passes_leave_the_network_as_it_was():
    model = untaught().fit(DATA)
    before = model.predict(NEW)
    first, again = (mc_dropout(model, NEW, 5, 0.3, seed=1).std for _ in range(2))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(model.predict(NEW), before)


@pytest.mark.parametrize(
    ("model", "message"),
    [(small, "silences no units"), (ARDKernelRidge(steps=2), "is no network")],
)
def test_what_has_no_dropout_is_refused(model, message):
    with pytest.raises(InputError, match=message):
        mc_dropout(untaught(model).fit(DATA), NEW)


def test_a_gaussian_process_is_scaled_by_its_left_out_rows():
    # one site a compound: siblings would answer for the row that is left out
    band = untaught(ARDKernelRidge(steps=20)).fit(DATA[::3]).predict_band(NEW)
    assert band.how == "Gaussian process, not calibrated"
    assert band.holds(NEW.spectra).mean() == pytest.approx(0.95, abs=0.06)


def test_a_smaller_bootstrap_disagrees_more():
    small_, whole = (
        bootstrap(untaught(), DATA, n_members=6, size=size).predict_std(NEW).mean()
        for size in (0.2, 1.0)
    )
    assert small_ > whole
