"""A computed spectrum, experiment-like, beside a scan on the same footing."""

from dataclasses import replace

import numpy as np
import pytest

from tests.datasets.own import E0, absorption
from xnet_lite.errors import InputError
from xnet_lite.jobs import compare
from xnet_lite.spectra import Spectrum

GRID = np.linspace(-15.0, 60.0, 226)
FAR = np.linspace(-160.0, 400.0, 1121)


def computed(**facts):
    """A spectrum as the engine gives it."""
    return Spectrum(GRID + E0, absorption(GRID), E0, "Fe", **facts)


def measured(shift=0.0, scale=1.0, rel=FAR, absorber="", zero=E0):
    """The same, measured: on a sloping background, on another scale."""
    mu = 3 - 0.002 * rel + scale * absorption(rel)
    return Spectrum(rel + zero + shift, mu, absorber=absorber)


def test_a_scan_of_the_same_spectrum_on_a_slope_agrees_but_for_the_slope():
    assert compare(computed(), measured()).errors["raw"] < 6


@pytest.mark.parametrize("scale", [0.1, 30.0])
def test_the_scale_of_the_scan_counts_not(scale):
    plain = Spectrum(FAR + E0, scale * absorption(FAR))
    assert compare(computed(), plain).errors["raw"] < 4


def test_what_is_broadened_as_the_scan_was_agrees_better():
    raw = computed()
    scan = compare(raw, fwhm=4.0).like
    found = compare(raw, scan, fwhm=4.0)
    assert found.errors["experiment-like"] == pytest.approx(0, abs=1e-9)
    assert found.errors["raw"] > 1


def test_the_arctangent_broadens_what_is_far_above_the_edge_most():
    peaks = [np.exp(-((GRID - at) ** 2)) for at in (0.0, 50.0)]
    wave = Spectrum(GRID + E0, 1 + sum(peaks), E0, "Fe")
    lost = wave.mu - compare(wave, arctangent=True).like.mu
    near, far = (lost[np.argmax(peak)] for peak in peaks)
    assert far > 5 * near > 0


def test_nothing_is_shifted_unless_asked():
    found = compare(computed(), Spectrum(FAR + E0 + 2.0, absorption(FAR)))
    assert found.shift == 0
    assert "2.0 eV from the computed one; nothing is shifted" in " ".join(found.notes)


def test_a_shifted_scan_is_aligned_when_asked():
    plain = Spectrum(FAR + E0 + 3.0, absorption(FAR))
    found = compare(computed(), plain, aligned=True)
    assert found.shift == pytest.approx(-3.0, abs=0.1)
    assert found.errors["raw"] < 4 < compare(computed(), plain).errors["raw"]


def test_the_zero_of_energy_and_its_doubt_are_said():
    said = compare(computed(), fwhm=1.0).notes
    assert any("e0 = 7112.0 eV" in one and "±0.5 eV" in one for one in said)


def test_the_scan_is_drawn_on_the_scale_of_the_spectrum_where_it_has_values():
    short = measured(scale=20.0, rel=np.linspace(-10.0, 40.0, 101))
    found = compare(computed(), short)
    there = np.isfinite(found.scan)
    above = there & (GRID > 15)
    assert GRID[there][[0, -1]] == pytest.approx([-10, 40])
    assert found.scan[above].mean() == pytest.approx(found.raw.mu[above].mean())
    assert len(found.curves()["scan"]) == there.sum()


def test_the_json_has_none_where_the_scan_has_no_value():
    found = compare(computed(), measured(rel=np.linspace(-10.0, 40.0, 101)))
    assert found.as_dict()["scan"][0] is None


def test_energies_from_the_edge_are_understood():
    found = compare(computed(), measured(zero=0.0))
    assert "counted from the edge" in " ".join(found.notes)
    assert found.errors["raw"] < 6


@pytest.mark.parametrize(
    ("scan", "options", "said"),
    [
        (measured(absorber="Cu"), {}, "is of Cu"),
        (measured(zero=8979.0), {}, "shares 0 energies"),
        (measured(rel=np.linspace(-15, 15, 61)), {}, "0 of them 15 eV above"),
        (None, {"fwhm": 0.0}, "fwhm is 0.0"),
        (None, {"fwhm": float("nan")}, "fwhm is nan"),
        (None, {"fwhm": 1e9}, "<= 50"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(scan, options, said):
    with pytest.raises(InputError, match=said):
        compare(computed(), scan, **options)


def test_the_band_of_the_broadened_curve_is_no_narrower_than_broadened_members_spread():
    draw = np.random.default_rng(0)
    waves = np.sin(GRID[None, :] / 3 + draw.uniform(0, 6, (40, 1)))
    members = absorption(GRID) + 0.1 * waves * draw.normal(size=(40, 1))
    raw = Spectrum(GRID + E0, members.mean(0), E0, "Fe")
    found = compare(raw, std=members.std(0), fwhm=4.0, arctangent=True)
    each = [replace(raw, mu=mu) for mu in members]
    broadened = [compare(one, fwhm=4.0, arctangent=True).like.mu for one in each]
    spread = np.std(broadened, axis=0)
    assert (found.like_std >= spread - 1e-12).all()
    assert found.like_std.max() < 1.2 * members.std(0).max()
    assert "no less wide" in " ".join(found.notes)


def test_without_a_spread_the_broadened_curve_has_no_band():
    assert "experiment-like-std" not in compare(computed(), fwhm=1.0).columns()
