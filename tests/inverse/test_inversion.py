"""A scan held against known spectra: what is found, and when nothing is promised."""

from dataclasses import replace

import numpy as np
import pytest

from xnet_lite.datasets import load
from xnet_lite.errors import InputError
from xnet_lite.inverse import KnownSpectra, Shell, invert
from xnet_lite.inverse.known import MEASURES
from xnet_lite.spectra import Spectrum, broadener, convolve_gaussian

E0 = 8979.0
BEHIND = np.linspace(60.25, 400.0, 600)


@pytest.fixture(scope="module")
def copper():
    return load("tm-complexes-k-cu")


def scan_of(data, row, *, shift=0.0, fwhm=0.0, noise=0.001, scale=0.7, seed=0):
    """One of the set as a beamline would measure it: lossy, scaled, on a slope."""
    mu = broadener(data.energy)(data.spectra[row])
    if fwhm:
        mu = convolve_gaussian(data.energy, mu, fwhm)
    before = np.linspace(-150.0, -15.5, 150)
    energy = np.concatenate([before, data.energy, BEHIND])
    mu = np.concatenate([0 * before + mu[0], mu, np.full(len(BEHIND), 1.0)])
    mu = scale * mu + noise * np.random.default_rng(seed).normal(size=len(mu))
    return Spectrum(E0 + energy + shift, mu + 2 - 1e-3 * energy, absorber="Cu")


def without(data, row):
    """A set without the compound of a row."""
    return data[data.groups != data.groups[row]]


@pytest.fixture(scope="module")
def found(copper):
    return invert(scan_of(copper, 7, shift=1.3, fwhm=1.5), KnownSpectra(copper))


def test_a_known_compound_is_found_whatever_was_done_to_its_spectrum(copper, found):
    assert found.sites[0] == copper.sites[7]
    assert found.word == "known"
    assert {k: int(v[7]) for k, v in found.matched.ranks.items()} == dict.fromkeys(
        MEASURES, 1
    )


def test_shift_and_width_are_those_that_were_put_in(found):
    assert found.matched.shifts[found.rows[0]] == pytest.approx(-1.3, abs=0.2)
    assert found.matched.gaussian == pytest.approx(1.5, abs=0.5)


def test_distances_of_compounds_left_out_are_right_as_often_as_the_band_says(copper):
    rows = np.random.default_rng(1).choice(len(copper), 12, replace=False)
    inside, errors = [], []
    for row in rows:
        one = invert(
            scan_of(copper, row, shift=0.5, fwhm=1.0),
            KnownSpectra(without(copper, row)),
        )
        off = abs(one.answer.distance - Shell.of(copper.sites[row]).distance)
        errors.append(off)
        if one.band is not None:
            inside.append(off <= one.band)
    assert np.median(errors) < 0.06
    assert np.mean(inside) > 0.6  # 90 % promised; three sigma of 12 are 26 %


def test_what_is_no_spectrum_of_a_complex_is_far(copper):
    scan = scan_of(copper, 7)
    mu = scan.mu + np.exp(-((scan.energy - E0 - 30) ** 2) / 20)
    one = invert(replace(scan, mu=mu), KnownSpectra(copper))
    assert one.word == "far"
    assert one.band is None
    assert "nothing is promised" in one.sentence


def test_noise_is_seen_and_doubted(copper):
    one = invert(scan_of(copper, 7, noise=0.05), KnownSpectra(copper))
    assert one.readied.noise == pytest.approx(0.05 / 0.7, rel=0.25)
    assert any(note.startswith("doubtful: noise") for note in one.notes)


def test_an_edge_step_that_hangs_on_its_ranges_is_doubted(copper):
    scan = scan_of(copper, 7)
    bent = scan.mu + 0.4 * np.maximum((scan.energy - E0) / 400, 0) ** 3
    notes = invert(replace(scan, mu=bent), KnownSpectra(copper)).notes
    assert any("look at the lines" in note for note in notes)


def test_ranges_that_are_given_are_those_that_are_used(copper):
    one = invert(
        scan_of(copper, 7), KnownSpectra(copper), pre=(-120, -60), post=(80, 300)
    )
    assert one.readied.ranges == {"pre": (-120, -60), "post": (80, 300)}


def test_an_element_that_is_not_named_is_told_by_its_edge(copper):
    one = invert(replace(scan_of(copper, 7), absorber=""))
    assert one.known.absorber == "Cu"
    assert any(note.startswith("no element named") for note in one.notes)


def test_shares_of_the_nearest_are_shares(found):
    for name, shares in found.answer.shares.items():
        assert all(0 <= share <= 1 + 1e-9 for share in shares.values())
        if name != "elements":
            assert sum(shares.values()) == pytest.approx(1)


def test_models_are_asked_for_a_second_opinion(copper):
    found, true = {}, {row: Shell.of(copper.sites[row]) for row in (7, 100, 300)}
    for row in true:
        left = KnownSpectra(without(copper, row))
        found[row] = invert(scan_of(copper, row, shift=0.5, fwhm=1.0), left)
    off = [found[row].second.distance - one.distance for row, one in true.items()]
    assert np.median(np.abs(off)) < 0.11
    one = found[7]
    assert set(one.second.chances) == {"number", "geometry", "oxidation state"}
    for chances in one.second.chances.values():
        assert sum(chances.values()) == pytest.approx(1)
        assert list(chances.values()) == sorted(chances.values(), reverse=True)
    first = [next(iter(one.second.chances["number"])) for one in found.values()]
    assert sum(k == str(s.number) for k, s in zip(first, true.values())) >= 2
    assert f"{one.second.distance:.2f} Å" in one.second_told


def test_a_handful_of_known_spectra_teaches_no_model(copper):
    one = invert(scan_of(copper, 7), KnownSpectra(copper[:20]))
    assert one.second is None
    assert one.second_told == ""
    assert one.as_dict()["second_opinion"] is None


def test_a_scan_of_another_element_is_refused(copper):
    with pytest.raises(InputError, match="the scan is of Fe, known spectra of Cu"):
        KnownSpectra(copper).match(replace(scan_of(copper, 7), absorber="Fe"))


@pytest.mark.parametrize("ends", [(-150, 20), (-2, 400)])
def test_a_scan_that_is_too_short_is_refused(copper, ends):
    scan = scan_of(copper, 7)
    inside = (scan.energy >= E0 + ends[0]) & (scan.energy <= E0 + ends[1])
    short = replace(scan, energy=scan.energy[inside], mu=scan.mu[inside])
    with pytest.raises(InputError, match=f"covers {ends[0]} to {ends[1]} eV"):
        KnownSpectra(copper).match(short)


def test_a_set_without_structures_or_of_two_elements_is_refused(copper):
    with pytest.raises(InputError, match="has no structures"):
        KnownSpectra(replace(copper, sites=None))
    with pytest.raises(InputError, match="give the sites of one element"):
        KnownSpectra(load("tm-complexes-k")[::20])
