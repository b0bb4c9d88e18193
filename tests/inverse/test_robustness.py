"""What spectra go through, and what told structures make of it."""

import numpy as np
import pytest

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.inverse import G2, Reverse
from xnet_lite.inverse import robustness as lab
from xnet_lite.models import ARDKernelRidge

ENERGY = np.linspace(-15.0, 60.0, 226)
R = G2.distances
RNG = np.random.default_rng(5)
PLACES = RNG.uniform(1.8, 2.6, 150)


def two_resonances(place):
    """A step with two resonances that obey Natoli's rule: ΔE R² is constant."""
    gap = 80 / np.asarray(place)[..., None] ** 2
    step = 1 / (1 + np.exp(-ENERGY / 2))
    return step + sum(
        0.8 * np.exp(-(((ENERGY - 8 - at) / 3) ** 2)) for at in (0 * gap, gap)
    )


def curves(places):
    """What has to be told of one neighbor each."""
    return np.exp(-48 * (R - np.asarray(places)[:, None]) ** 2)


DATA = XASDataset("one", ENERGY, two_resonances(PLACES), features=curves(PLACES))


@pytest.fixture(scope="module")
def reader():
    """A kernel that knows Natoli's rule by heart."""
    return Reverse(model=ARDKernelRidge()).fit(DATA[:120])


def test_a_shift_moves_a_resonance_by_just_as_much():
    moved = lab.resonances(ENERGY, lab.shifted(ENERGY, DATA.spectra[:9], 2.0))
    before = lab.resonances(ENERGY, DATA.spectra[:9])
    np.testing.assert_allclose(moved - before, 2.0, atol=0.34)


def test_a_stretch_leaves_the_first_resonance_and_moves_the_second():
    before = lab.resonances(ENERGY, DATA.spectra[:9])
    after = lab.resonances(ENERGY, lab.stretched(ENERGY, DATA.spectra[:9], 3.0))
    np.testing.assert_allclose(after - before, [[0.0, 3.0]] * 9, atol=0.34)
    kept = before[0, 0] > ENERGY
    one = lab.stretched(ENERGY, DATA.spectra[:1], 3.0)
    np.testing.assert_allclose(one[0, kept], DATA.spectra[0, kept])


def test_a_spectrum_of_one_resonance_is_not_stretched():
    flat = 1 / (1 + np.exp(-ENERGY[None] / 2))
    np.testing.assert_array_equal(lab.stretched(ENERGY, flat, 3.0), flat)


def test_a_pre_edge_peak_is_taken_away_and_nothing_else():
    bump = 0.1 * np.exp(-(((ENERGY + 5) / 1.0) ** 2))
    clean = np.maximum(ENERGY, 0)[None] / 60
    bare = lab.pre_edge_scaled(ENERGY, clean + bump, 0.0)
    np.testing.assert_allclose(bare, clean, atol=1e-6)
    same = lab.pre_edge_scaled(ENERGY, clean + bump, 1.0)
    np.testing.assert_allclose(same, clean + bump)


def test_broadening_keeps_the_area_and_lowers_the_top():
    wide = lab.broadened(ENERGY, DATA.spectra[:3], 3.0)
    np.testing.assert_allclose(wide.sum(1), DATA.spectra[:3].sum(1), rtol=2e-3)
    assert (wide.max(1) < DATA.spectra[:3].max(1)).all()


def test_self_absorption_dampens_and_no_strength_changes_nothing():
    thick = lab.self_absorbed(ENERGY, DATA.spectra[:3], 0.5)
    assert (np.ptp(thick, axis=1) < np.ptp(DATA.spectra[:3], axis=1)).all()
    thin = lab.self_absorbed(ENERGY, DATA.spectra[:3], 0.0)
    np.testing.assert_allclose(thin, DATA.spectra[:3])


def test_noise_has_the_size_that_was_asked_for_and_repeats():
    one = lab.noisy(ENERGY, DATA.spectra, 0.02) - DATA.spectra
    assert one.std() == pytest.approx(0.02, rel=0.02)
    np.testing.assert_array_equal(
        one, lab.noisy(ENERGY, DATA.spectra, 0.02) - DATA.spectra
    )


def test_no_change_moves_nothing(reader):
    new = DATA[120:]
    found = lab.response(reader, ENERGY, new.spectra, lambda _, mu: mu)
    assert found == {"moved": 0.0, "height": 0.0, "kept": 1.0}
    assert not lab.sensitivity(reader, ENERGY, new.spectra, lambda _, mu: mu).any()


def test_a_reader_of_two_resonances_finds_the_rule_by_which_they_were_made(reader):
    slope = lab.stretch_slope(reader, ENERGY, DATA[120:].spectra, 1.0)
    assert slope == pytest.approx(-0.5, abs=0.08)


def test_a_sign_that_is_the_error_is_perfect_and_chance_is_not():
    error = RNG.random(400)
    rows = lab.confidence({"error": error, "chance": RNG.random(400)}, error)
    assert rows[0]["auroc"] == 1.0
    assert rows[0]["spearman"] == pytest.approx(1.0)
    assert rows[1]["auroc"] == pytest.approx(0.5, abs=0.1)


def test_a_sign_of_other_sites_is_refused():
    with pytest.raises(InputError, match="one number a site"):
        lab.confidence({"short": np.ones(3)}, np.ones(4))


def test_copies_stay_with_their_compound_and_are_seen_otherwise():
    more = lab.augmented(DATA[:10], n_copies=2, seed=1)
    assert len(more) == 30
    np.testing.assert_array_equal(more.spectra[:10], DATA.spectra[:10])
    np.testing.assert_array_equal(more.features[10:20], DATA.features[:10])
    assert (np.abs(more.spectra[10:20] - DATA.spectra[:10]).max(1) > 0.01).all()


def test_who_was_taught_with_shifted_spectra_reads_them_better():
    taught = Reverse(model=ARDKernelRidge()).fit(lab.augmented(DATA[:60], seed=0))
    plain = Reverse(model=ARDKernelRidge()).fit(DATA[:60])
    seen = lab.shifted(ENERGY, DATA[120:].spectra, 1.5)
    off = [
        np.abs(one.predict(seen) - DATA[120:].features).mean()
        for one in (plain, taught)
    ]
    assert off[1] < 0.7 * off[0]
