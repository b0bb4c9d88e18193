"""A calibrated band holds 95 % of what it did not learn from, where σ was wrong."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.models.band import Band
from xnet_lite.models.calibration import Calibration

ENERGY = np.linspace(0, 1, 30)


def world(n_sites, seed, factor=3.0):
    """A band that is too narrow, worse so far from what is known, and the truth."""
    rng = np.random.default_rng(seed)
    distance = rng.uniform(0.1, 1, n_sites)
    spread = np.exp(0.4 * rng.normal(size=(n_sites, 1))) * (0.02 + 0.05 * ENERGY)
    sigma = factor * spread * np.sqrt(distance)[:, None]
    mean = rng.normal(size=(n_sites, 30))
    truth = mean + sigma * rng.normal(size=mean.shape)
    return Band(mean, spread, "made up"), truth, distance, sigma


def taught(**options):
    band, truth, distance, _ = world(600, 0)
    return Calibration().fit(band, truth, distance, **options)


def test_two_sigma_hold_95_percent_of_new_sites_at_any_distance():
    band, truth, distance, _ = world(600, 1)
    inside = taught().transform(band, distance).holds(truth)
    for some in (distance < 0.4, distance > 0.7):
        # 200 sites of 30 points each: standard error 0.003; the form is not the world's
        assert inside[some].mean() == pytest.approx(0.9545, abs=0.02)


def test_the_width_it_finds_is_that_of_the_errors():
    band, _, distance, sigma = world(600, 1)
    ratio = taught().transform(band, distance).std / sigma
    assert np.median(np.abs(np.log(ratio))) < 0.1


def test_the_mean_stays_and_the_band_says_what_was_done():
    band, _, distance, _ = world(9, 1)
    wider = taught().transform(band, distance)
    np.testing.assert_array_equal(wider.mean, band.mean)
    assert wider.how == "made up, calibrated on 600 unseen sites"


def test_one_site_is_calibrated_as_among_others():
    band, _, distance, _ = world(9, 1)
    whole = taught().transform(band, distance)
    alone = taught().transform(band[4], distance[4])
    np.testing.assert_allclose(alone.std, whole.std[4])


def test_without_distances_it_learns_from_the_spread_alone():
    band, truth, _, _ = world(600, 0)
    learnt = Calibration().fit(band, truth)
    new, true, _, _ = world(600, 1)
    assert learnt.transform(new).holds(true).mean() == pytest.approx(0.9545, abs=0.02)


def test_each_of_two_hints_widens_the_band_as_it_foretells_errors():
    band, truth, distance, sigma = world(600, 0)
    hard = np.exp(np.random.default_rng(5).normal(size=600))
    truth = band.mean + (truth - band.mean) * hard[:, None]
    hints = np.stack([distance, 7 * hard], axis=1)  # in any unit
    learnt = Calibration().fit(band, truth, hints)
    assert learnt.n_hints == 2
    ratio = learnt.transform(band, hints).std / (sigma * hard[:, None])
    assert np.median(np.abs(np.log(ratio))) < 0.1


@pytest.mark.parametrize(("near", "n_hints"), [(0.05, 1), (0.0, 0)])
def test_files_with_one_number_for_the_distance_are_read(near, n_hints):
    settings, arrays = taught().state()
    arrays |= {"near": np.array([near]), "weights": np.array([0.5, 1.0, 0.3])}
    again = Calibration.from_state(settings, arrays)
    band, _, distance, _ = world(9, 1)
    hints = distance if n_hints else None
    size = np.sqrt((again.transform(band, hints).std ** 2).mean(1))
    spread = np.sqrt((band.std**2).mean(1))
    told = np.exp(0.5) * spread * ((distance + near) ** 0.3 if n_hints else 1)
    np.testing.assert_allclose(size, told, rtol=1e-5)


def test_smaller_errors_make_a_narrower_band_in_proportion():
    band, _, distance, _ = world(50, 1)
    whole, half = taught(), taught(shrink=np.full(600, 0.5))
    ratio = half.transform(band, distance).std / whole.transform(band, distance).std
    np.testing.assert_allclose(ratio, 0.5, rtol=0.02)


def test_what_is_kept_makes_it_again():
    learnt = taught()
    again = Calibration.from_state(*learnt.state())
    band, _, distance, _ = world(9, 1)
    np.testing.assert_array_equal(
        again.transform(band, distance).std, learnt.transform(band, distance).std
    )


def test_members_that_agree_to_the_last_digit_are_no_certainty():
    band, truth, distance, _ = world(600, 0)
    sure = Band(band.mean, np.where(np.arange(600)[:, None] < 9, 0, band.std))
    wide = Calibration().fit(sure, truth, distance).transform(sure, distance).std
    assert np.isfinite(wide).all()
    assert (wide > 0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b, t, d: (b[:9], t[:9], d[:9]), "9 unseen sites are too few"),
        (lambda b, t, d: (b, t * np.nan, d), "not finite"),
    ],
)
def test_what_teaches_nothing_is_refused(change, message):
    band, truth, distance, _ = world(60, 0)
    with pytest.raises(InputError, match=message):
        Calibration().fit(*change(band, truth, distance))


def test_a_calibration_with_hints_asks_for_them():
    with pytest.raises(InputError, match=r"0 hints of each site, and .* with 1"):
        taught().transform(world(9, 1)[0])


def test_a_band_of_other_energies_is_refused():
    with pytest.raises(InputError, match="2 energies"):
        taught().transform(Band(np.ones((3, 2)), np.ones((3, 2))), np.ones(3))
