"""A band: mean and standard deviation, wherever they come from."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.metrics import coverage
from xnet_lite.models import KernelRidge
from xnet_lite.models.band import Band

RNG = np.random.default_rng(6)
MEMBERS = RNG.normal(size=(7, 5, 4))


def test_members_give_their_mean_and_the_deviation_of_a_sample():
    band = Band.of_members(MEMBERS)
    np.testing.assert_array_equal(band.mean, MEMBERS.mean(0))
    np.testing.assert_array_equal(band.std, MEMBERS.std(0, ddof=1))


def test_a_band_says_how_it_was_made():
    assert Band.of_members(MEMBERS).how == "7 members"


def test_an_interval_is_the_mean_and_k_deviations_to_both_sides():
    low, high = Band.of_members(MEMBERS).interval(3.0)
    np.testing.assert_allclose((low + high) / 2, MEMBERS.mean(0))
    np.testing.assert_allclose((high - low) / 6, MEMBERS.std(0, ddof=1))


def test_low_and_high_lie_two_deviations_from_the_mean():
    band = Band.of_members(MEMBERS)
    for end, expected in zip((band.low, band.high), band.interval(2.0), strict=True):
        np.testing.assert_array_equal(end, expected)


def test_a_band_holds_what_the_coverage_counts():
    band, truth = Band.of_members(MEMBERS), RNG.normal(size=(5, 4))
    counted = coverage(band.mean, band.std, truth, k=1.0).all_points
    assert band.holds(truth, k=1.0).mean() == counted


def test_the_band_of_one_site_is_that_row():
    band = Band.of_members(MEMBERS)[2]
    np.testing.assert_array_equal(band.std, MEMBERS[:, 2].std(0, ddof=1))
    assert band.how == "7 members"


def test_a_single_member_makes_no_band():
    with pytest.raises(InputError, match="a single model and has no spread"):
        Band.of_members(MEMBERS[:1])


def test_a_model_that_cannot_tell_says_how_to_get_one_that_can():
    model = KernelRidge().fit(np.eye(4), np.eye(4))
    assert not model.has_band
    with pytest.raises(InputError, match=r"train it with xnet_lite\.trust\.bootstrap"):
        model.predict_band(np.eye(4))


@pytest.mark.parametrize("std", [[0.1], [0.1, -0.1]])
def test_what_makes_no_band_is_refused(std):
    with pytest.raises(InputError, match="give arrays of one shape, std not negative"):
        Band([1.0, 2.0], std)
