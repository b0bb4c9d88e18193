"""Δ-learning: a perfect low level comes back, each form is what its formula says."""

import numpy as np
import pytest

from tests.network import small
from tests.small import ENERGY, waves
from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.errors import InputError
from xnet_lite.models import KernelRidge, MeanSpectrum
from xnet_lite.predictor import Predictor
from xnet_lite.strategies import DeltaPredictor
from xnet_lite.strategies.delta import FORMS, RATIO_FLOOR, alignment, moved
from xnet_lite.targets import EnergyGrid, PCATargets
from xnet_lite.training import TrainConfig
from xnet_lite.trust import bootstrap

RNG = np.random.default_rng(7)
X, NEW = RNG.random((30, 3)), RNG.random((10, 3))
LOW, LOW_NEW = waves(X) + 1, waves(NEW) + 1


def dear(features):
    """A level that differs from the low one by what the third feature says."""
    return waves(features) + 1 + 0.3 * features[:, 2:] * np.exp(-((ENERGY / 9) ** 2))


HIGH, HIGH_NEW = dear(X), dear(NEW)


def kernel(targets=None):
    return Predictor(targets=targets or EnergyGrid(), model=KernelRidge())


def taught(form="subtract", high=HIGH, low=LOW, **options):
    return DeltaPredictor(kernel(), form, **options).fit(X, high, ENERGY, low=low)


@pytest.mark.parametrize("form", ["subtract", "both", "ratio"])
def test_a_perfect_low_level_comes_back_as_it_is(form):
    known = taught(form, high=LOW)
    assert (known.shift_, known.slope_) == (0.0, 1.0)
    np.testing.assert_allclose(known.predict(NEW, LOW_NEW), LOW_NEW, rtol=1e-12)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_does_better_than_the_low_level_and_than_no_low_level(form):
    direct = kernel().fit(X, HIGH, ENERGY).predict(NEW)
    found = taught(form).predict(NEW, LOW_NEW)
    error = np.abs(found - HIGH_NEW).mean()
    assert error < np.abs(LOW_NEW - HIGH_NEW).mean()
    assert error < np.abs(direct - HIGH_NEW).mean()


def test_subtraction_without_alignment_is_equation_19():
    by_hand = kernel().fit(X, HIGH - LOW, ENERGY).predict(NEW) + LOW_NEW
    found = taught(align=False).predict(NEW, LOW_NEW)
    np.testing.assert_array_equal(found, by_hand)


def test_a_shift_and_a_slope_that_all_sites_share_are_found_and_not_left_to_a_model():
    grid = np.linspace(-10, 40, 501)
    low = waves(X, grid)
    shift, slope = alignment(low, 0.7 * moved(low, grid, 1.2, 1.0) + 5, grid)
    assert shift == pytest.approx(1.2)
    assert slope == pytest.approx(0.7, rel=1e-12)


def test_what_alignment_leaves_is_uncorrelated_with_the_low_level():
    high = HIGH - 0.4 * LOW
    shift, slope = alignment(LOW, high, ENERGY)
    base = moved(LOW, ENERGY, shift, slope)
    left = (high - base) - (high - base).mean(0)
    assert (left * (base - base.mean(0))).sum() == pytest.approx(0, abs=1e-10)


def test_one_site_alone_or_sites_all_alike_move_nothing():
    assert alignment(LOW[:1], HIGH[:1], ENERGY) == (0.0, 1.0)
    assert alignment(LOW[[0, 0]], HIGH[[0, 0]], ENERGY) == (0.0, 1.0)


def test_a_ratio_is_guarded_where_the_low_level_is_zero():
    low, low_new = LOW.copy(), LOW_NEW.copy()
    low[:, :5] = low_new[:, :5] = 0.0
    known = taught("ratio", low=low, align=False)
    assert known.floor_ == pytest.approx(RATIO_FLOOR * np.abs(low).mean())
    found = known.predict(NEW, low_new)
    assert np.isfinite(found).all()
    # there it is the model alone, times the floor, that says what is
    assert np.abs(found[:, :5] - HIGH_NEW[:, :5]).max() < np.ptp(HIGH)


def test_a_correction_of_one_shape_needs_one_principal_component():
    one = DeltaPredictor(kernel(PCATargets(1)), "subtract", align=False)
    one.fit(X, HIGH, ENERGY, low=LOW)
    left = one.predict(NEW, LOW_NEW) - taught(align=False).predict(NEW, LOW_NEW)
    assert np.abs(left).max() < 1e-9


def test_a_dataset_brings_its_own_low_level():
    words = {"features": X, "spectra_low": LOW}
    data = XASDataset("both levels", ENERGY, HIGH, **words)
    known = DeltaPredictor(kernel()).fit(data[:20])
    given = DeltaPredictor(kernel()).fit(X[:20], HIGH[:20], ENERGY, low=LOW[:20])
    np.testing.assert_array_equal(
        known.predict(data[20:]), given.predict(X[20:], LOW[20:])
    )
    assert known.score(data[20:])["a_median"] < 5


def test_the_predictor_that_is_given_learns_nothing():
    mine = kernel()
    DeltaPredictor(mine).fit(X, HIGH, ENERGY, low=LOW)
    with pytest.raises(InputError, match="has learnt nothing yet"):
        mine.predict(NEW)


def vote(form):
    config = TrainConfig(epochs=2, batch_size=8)
    within = Predictor(targets=EnergyGrid(), model=small, config=config)
    return bootstrap(
        DeltaPredictor(within, form), X, HIGH, ENERGY, n_members=3, low=LOW
    )


@pytest.mark.parametrize("form", FORMS)
def test_the_band_is_the_spread_of_what_the_members_predict(form):
    known = vote(form)
    band, members = (
        known.predict_band(NEW, LOW_NEW),
        known.predict_members(NEW, LOW_NEW),
    )
    np.testing.assert_allclose(band.mean, members.mean(0))
    np.testing.assert_allclose(band.std, members.std(0, ddof=1), rtol=1e-6)
    assert "coverage_2_all" in known.score(NEW, HIGH_NEW, LOW_NEW)


@pytest.mark.parametrize("form", FORMS)
def test_one_that_was_saved_predicts_the_same(form, tmp_path):
    known = taught(form)
    known.save(tmp_path)
    back = DeltaPredictor.load(tmp_path)
    assert (back.form, back.align) == (form, True)
    np.testing.assert_array_equal(
        back.predict(NEW, LOW_NEW), known.predict(NEW, LOW_NEW)
    )


def test_a_predictor_without_a_low_level_is_not_read_as_one_that_has(tmp_path):
    kernel().fit(X, HIGH, ENERGY).save(tmp_path)
    with pytest.raises(InputError, match=r"read it with Predictor\.load"):
        DeltaPredictor.load(tmp_path)


@pytest.mark.parametrize(
    ("low", "message"),
    [
        (None, "needs the low level of every site"),
        (LOW[:, 1:], "expected \\(30, 30\\)"),
        (np.where(X[:, :1] == X[4, 0], np.nan, LOW), "of site 4 is not finite"),
    ],
)
def test_a_low_level_that_is_not_there_is_told(low, message):
    with pytest.raises(InputError, match=message):
        taught(low=low)


def test_a_form_that_does_not_exist_and_a_graph_with_spectra_are_refused():
    with pytest.raises(InputError, match="form 'product' is not one of"):
        DeltaPredictor(kernel(), "product")
    with pytest.raises(InputError, match="a graph has no place for it"):
        DeltaPredictor(Predictor(NeighborGraph()), "both")


def test_its_face_says_how_the_low_level_was_moved():
    assert "low level moved by" not in repr(DeltaPredictor(kernel()))
    known = DeltaPredictor(Predictor(model=MeanSpectrum()), "subtract")
    assert "+0.0 eV" in repr(known.fit(X, LOW, ENERGY, low=LOW))
