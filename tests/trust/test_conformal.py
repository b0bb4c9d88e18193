"""Intervals hold what they promise, with siblings, few sites and a wrong scale."""

import numpy as np
import pytest

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.models import NearestNeighbor, Ridge
from xnet_lite.models.band import Band
from xnet_lite.predictor import Predictor
from xnet_lite.targets import EnergyGrid
from xnet_lite.trust import Conformal, Unseen, cross_conformal, jackknife_plus
from xnet_lite.trust.conformal import PER, SCALES

N_E = 6


def drawn(n_groups, rng, n_sites=4):
    """Groups of siblings with noise in common, as wide as their σ says, or so."""
    sizes = rng.integers(1, n_sites + 1, n_groups)
    groups = np.repeat(np.arange(n_groups), sizes)
    sigma = np.exp(0.7 * rng.normal(size=n_groups))[groups, None] * np.linspace(
        0.5, 2, N_E
    )
    shared = rng.standard_t(4, size=(n_groups, N_E))[groups]
    noise = sigma * (0.8 * shared + 0.6 * rng.normal(size=sigma.shape))
    band = Band(0 * sigma, sigma * np.exp(0.3 * rng.normal(size=sigma.shape)))
    rows = np.arange(len(groups))
    return Unseen(band, noise, sigma[:, 0], rows, 0 * rows + 5, groups)


def share_inside(per, scale, level=0.9, n_groups=40, repeats=150):
    """How often a new site is held, over worlds drawn anew; one site a new group."""
    rng, inside = np.random.default_rng(7), []
    for _ in range(repeats):
        learnt = Conformal(per, scale).fit(drawn(n_groups, rng))
        new = drawn(8, rng)
        new = new[np.unique(new.groups, return_index=True)[1]]
        held = learnt.interval(new.band, new.distance, level).holds(new.truth)
        inside.append(held.mean() if per == "energy" else held.all(1).mean())
    return np.mean(inside)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("per", PER)
def test_ninety_percent_intervals_hold_ninety_percent(per, scale):
    assert share_inside(per, scale) == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize("n_groups", [5, 9, 12])
def test_the_promise_is_kept_with_few_groups(n_groups):
    # 150 worlds of 8 groups: standard error 0.01, the guarantee is a lower bound
    assert share_inside("energy", "std", 0.8, n_groups) > 0.8 - 0.03


def test_what_so_few_witnesses_cannot_promise_is_infinite():
    unseen = drawn(8, np.random.default_rng(0))
    learnt = Conformal().fit(unseen)
    assert np.isfinite(learnt.interval(unseen.band, level=8 / 9).low).all()
    assert np.isinf(learnt.interval(unseen.band, level=8 / 9 + 1e-6).high).all()


def test_a_compound_with_many_siblings_is_one_witness():
    truth = np.array([[1.0]] + [[9.0]] * 50 + [[2.0], [3.0]])
    groups = np.array([0] + [1] * 50 + [2, 3])
    ones = np.ones(53)
    unseen = Unseen(Band(0 * truth, 1 + 0 * truth), truth, ones, ones, ones, groups)
    half = Conformal().fit(unseen).interval(Band([[0.0]], [[1.0]]), level=0.6).high
    assert half.item() == 3.0  # three of the four groups are at or below


def test_a_scale_that_knows_keeps_the_promise_where_it_is_difficult():
    rng = np.random.default_rng(5)
    unseen, new = drawn(400, rng), drawn(400, rng)
    hard = new.distance > np.quantile(new.distance, 0.7)
    one_width, scaled = (
        Conformal("energy", scale).fit(unseen).interval(new.band).holds(new.truth)
        for scale in ("none", "std")
    )
    assert one_width[hard].mean() < 0.8
    assert scaled[hard].mean() == pytest.approx(0.9, abs=0.05)


def test_intervals_of_whole_spectra_are_wider():
    unseen = drawn(200, np.random.default_rng(1))
    one, all_ = (Conformal(per).fit(unseen).interval(unseen.band) for per in PER)
    assert (all_.width > one.width).mean() > 0.95


def noisy(n, rng):
    """Features, and spectra that are straight lines of them with noise."""
    x = rng.normal(size=(n, 3))
    y = x @ np.ones((3, N_E)) + rng.normal(size=(n, N_E))
    return XASDataset("noisy", np.arange(float(N_E)), y, features=x)


def test_intervals_of_folds_hold_what_they_promise_of_any_model():
    rng = np.random.default_rng(2)
    for model in (Ridge(), NearestNeighbor()):
        data, new = noisy(120, rng), noisy(400, rng)
        plain = Predictor(targets=EnergyGrid(), model=model)
        found = cross_conformal(plain, data, new.features, 0.9)
        assert found.holds(new.spectra).mean() == pytest.approx(0.9, abs=0.05)


class Means(Predictor):
    """A bootstrap of straight lines, member by member, without any training."""

    def __init__(self, data, rows):
        self.features_, self.members_ = data.features, rows
        self.lines = [
            np.linalg.lstsq(data.features[r], data.spectra[r])[0] for r in rows
        ]

    def predict_members(self, inputs):
        return np.stack([inputs @ line for line in self.lines])


def test_leave_one_out_after_a_bootstrap_holds_what_it_promises():
    rng = np.random.default_rng(4)
    data, new = noisy(120, rng), noisy(400, rng)
    model = Means(data, rng.integers(120, size=(30, 120)))
    found = jackknife_plus(model, data.spectra, new.features, 0.9)
    assert found.holds(new.spectra).mean() == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize("word", ["per", "scale"])
def test_an_unknown_word_is_refused(word):
    with pytest.raises(InputError, match=f"{word} 'x' is not one of"):
        Conformal(**{word: "x"})


def test_distances_that_are_the_scale_must_be_given():
    unseen = drawn(20, np.random.default_rng(0))
    with pytest.raises(InputError, match="scaled by distances"):
        Conformal(scale="distance").fit(unseen).interval(unseen.band)
