"""Spectra of many origins share one zero, one scale and one grid."""

import numpy as np
import pytest

from tests.datasets.own import E0, REL, absorption
from xnet_lite.datasets.footing import Candidate, on_one_footing
from xnet_lite.errors import InputError
from xnet_lite.spectra import Spectrum


def scan(name="a", rel=REL, zero=E0, given=None, mu=None):
    """A scan of an iron edge."""
    mu = absorption(rel) if mu is None else mu
    return Candidate(name, Spectrum(rel + zero, mu), "Fe", given)


def notes(footing):
    """What was assumed, as one text."""
    return "; ".join(footing.notes)


def test_the_grid_is_that_of_the_embedded_sets_where_all_cover_it():
    found = on_one_footing([scan()])
    assert np.array_equal(found.energy, np.linspace(-15.0, 60.0, 226))


def test_a_shorter_scan_shortens_the_grid_and_is_named():
    short = scan("short", np.linspace(-12.1, 41.2, 160))
    found = on_one_footing([scan(), short])
    assert found.energy[[0, -1]] == pytest.approx([-12, 41])
    assert "short begins there, short ends there" in notes(found)


def test_a_scan_that_covers_too_little_is_left_out():
    found = on_one_footing([scan(), scan("b", np.linspace(-20, 20, 100))])
    assert [one.name for one in found.scans] == ["a"]
    assert "87 points from -20.0 to 20.0 eV" in found.skipped["b"]


def test_every_spectrum_has_a_mean_of_one_above_15_ev():
    found = on_one_footing([scan(mu=7 * absorption())])
    assert found.spectra[:, found.energy > 15].mean() == pytest.approx(1)


def test_a_slope_below_a_raw_scan_is_taken_off():
    rel = np.linspace(-150, 500, 1301)
    raw = 3 + 0.004 * rel + 2 * absorption(rel)
    plain = on_one_footing([scan(rel=rel, mu=raw)])
    ideal = absorption(plain.energy)
    ideal /= ideal[plain.energy > 15].mean()
    before = plain.energy < -5
    assert np.abs(plain.spectra[0] - ideal)[before].max() < 0.06
    assert "from 1 of 1 spectra" in notes(plain)


def test_shifts_between_compounds_stay_unless_each_edge_is_found():
    shifted = [scan("a"), scan("b", zero=E0 + 3.0)]
    kept, taken = on_one_footing(shifted), on_one_footing(shifted, e0="found")
    assert np.abs(kept.spectra[0] - kept.spectra[1]).max() > 0.3
    assert np.abs(taken.spectra[0] - taken.spectra[1]).max() < 0.02


def test_edges_far_from_the_tabulated_one_are_counted_from_their_middle():
    found = on_one_footing([scan(zero=E0 - 75.0)])
    assert found.scans[0].zero == pytest.approx(E0 - 75, abs=1)
    assert "7112 eV" in notes(found)


def test_a_given_edge_comes_before_all_others():
    found = on_one_footing([scan(given=E0 + 1.0)], e0=7100.0)
    assert found.scans[0].e0 == E0 + 1


def test_an_edge_of_another_element_is_left_out():
    found = on_one_footing([scan(), scan("b"), scan("cu", zero=8979.0)])
    assert "is it another element" in found.skipped["cu"]


def test_energies_from_the_edge_are_taken_as_they_are():
    found = on_one_footing([scan(zero=0.0)])
    assert found.scans[0].zero == E0
    assert "count their energies from the edge as they come" in notes(found)


def test_a_spectrum_that_never_rises_is_left_out():
    assert on_one_footing([scan(mu=-REL)]).skipped


def test_a_spectrum_below_zero_is_left_out():
    found = on_one_footing([scan(mu=absorption() - 5)])
    assert "not positive" in found.skipped["a"]


@pytest.mark.parametrize("grid", [(0, 10, 1), (0, 60, -1), (50, 60, 5), "x", (1, 2)])
def test_a_grid_that_cannot_be_is_refused(grid):
    with pytest.raises(InputError, match="first, last, step"):
        on_one_footing([scan()], grid=grid)
