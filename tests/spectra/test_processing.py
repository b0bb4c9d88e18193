"""Normalise, align, resample: what they must leave and what they must undo."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.spectra import (
    Spectrum,
    align,
    find_e0,
    normalise,
    resample,
    unit_mean,
)

LONG = np.arange(6900.0, 7900.0)
SHORT = np.linspace(7097.0, 7172.0, 226)
E0 = 7112.0


def step(energy, e0=E0):
    """A smooth edge of height 1 with two oscillations behind it."""
    rel = np.asarray(energy) - e0
    wave = 0.2 * np.exp(-np.abs(rel) / 20) * np.sin(rel / 4) * (rel > 0)
    return 0.5 + 0.5 * np.tanh(rel / 2) + wave


def test_normalise_takes_scale_and_line_off():
    raw = Spectrum(LONG, 2.5 * step(LONG) + 4 - 0.001 * (LONG - E0), e0=E0)
    done = normalise(raw)
    assert done.meta["edge_step"] == pytest.approx(2.5, rel=1e-3)  # rest of the wave
    np.testing.assert_allclose(done.mu, step(LONG), atol=1e-3)


def test_normalise_of_a_normalised_spectrum_changes_nothing():
    once = normalise(Spectrum(LONG, 7 * step(LONG) + 3, e0=E0))
    np.testing.assert_allclose(normalise(once).mu, once.mu, atol=1e-12)


def test_flattening_takes_the_bend_behind_the_edge_off():
    bend = np.where(LONG > E0, -3e-4 * (LONG - E0) + 1e-7 * (LONG - E0) ** 2, 0)
    done = normalise(Spectrum(LONG, step(LONG) + bend, e0=E0), flatten=True)
    np.testing.assert_allclose(done.mu, step(LONG), atol=1e-3)


def test_a_short_computed_spectrum_keeps_its_shape():
    done = normalise(Spectrum(SHORT, 0.01 * step(SHORT), e0=E0))
    # constants before and behind: a scale only, by the mean of the last 40 eV
    np.testing.assert_allclose(done.mu, step(SHORT), atol=0.03)


def test_ranges_and_degrees_can_be_given():
    raw = Spectrum(SHORT, 3 * step(SHORT) + 1, e0=E0)
    done = normalise(raw, pre=(-15, -10), post=(50, 60), degrees=(0, 0))
    assert done.mu[-1] == pytest.approx(1, abs=0.02)  # rest of the wave
    assert done.mu[0] == pytest.approx(0, abs=1e-4)  # foot of the edge


def test_normalise_finds_e0_when_nobody_gives_it():
    raw = Spectrum(LONG, step(LONG))
    assert normalise(raw).e0 == pytest.approx(find_e0(LONG, raw.mu))


def test_a_range_without_points_is_refused_with_what_there_is():
    raw = Spectrum(SHORT, step(SHORT), e0=E0)
    with pytest.raises(InputError, match=r"pre-edge range -99.0 to -50.0 eV holds 0 "):
        normalise(raw, pre=(-99, -50))


def test_a_falling_edge_is_refused():
    raw = Spectrum(LONG, -step(LONG), e0=E0)
    with pytest.raises(InputError, match=r"edge step .* not positive, check e0"):
        normalise(raw)


def test_align_moves_e0_onto_a_number_and_says_by_how_much():
    moved = align(Spectrum(SHORT, step(SHORT), e0=E0), 7120.0)
    assert (moved.e0, moved.meta["energy_shift"]) == (7120.0, 8.0)
    np.testing.assert_allclose(moved.energy, SHORT + 8)
    assert align(moved, E0).meta["energy_shift"] == pytest.approx(0)


@pytest.mark.parametrize("shift", [-7.3, 0.0, 4.05])
def test_align_finds_the_shift_of_a_scaled_copy_on_another_grid(shift):
    reference = Spectrum(SHORT, step(SHORT), e0=E0)
    grid = np.arange(7080.0, 7190.0, 0.4)
    copy = Spectrum(grid + shift, 3 * step(grid), e0=E0 + shift + 2)  # e0 misjudged
    found = align(copy, reference)
    # both sampled at 0.3 and 0.4 eV
    assert found.meta["energy_shift"] == pytest.approx(-shift, abs=0.02)


def test_align_refuses_spectra_that_never_overlap():
    far = Spectrum(SHORT + 500, step(SHORT), e0=E0)
    with pytest.raises(InputError, match="never overlap"):
        align(far, Spectrum(SHORT, step(SHORT), e0=E0))


def test_resample_is_exact_on_straight_pieces_and_keeps_the_rest():
    spectrum = Spectrum([0.0, 1.0, 4.0], [0.0, 2.0, 5.0], 1.0, "Fe", "K", {"a": 1})
    new = resample(spectrum, [0.5, 2.0, 4.0])
    assert new.mu.tolist() == [1.0, 3.0, 5.0]
    assert (new.e0, new.absorber, new.meta) == (1.0, "Fe", {"a": 1})


def test_resample_refuses_to_leave_the_range_unless_asked():
    spectrum = Spectrum([0.0, 1.0], [2.0, 3.0])
    with pytest.raises(InputError, match=r"1 of 2 new energies, 1.50 eV first"):
        resample(spectrum, [0.5, 1.5])
    assert resample(spectrum, [-1.0, 1.5], extrapolate=True).mu.tolist() == [2.0, 3.0]


def test_spectra_that_fit_best_where_the_search_ends_are_not_aligned():
    far = Spectrum(LONG, step(LONG, E0 + 40), e0=E0)
    with pytest.raises(InputError, match="fit best at the end of what is tried, 15 eV"):
        align(Spectrum(LONG, step(LONG), e0=E0), far)


@pytest.mark.parametrize("degrees", [(-1, 1), (1, -2)])
def test_a_negative_degree_is_refused(degrees):
    raw = Spectrum(LONG, np.arctan(LONG - LONG.mean()), e0=LONG.mean())
    with pytest.raises(InputError, match=r"degrees is -[12]: give a whole number"):
        normalise(raw, degrees=degrees)


def test_a_grid_that_ends_too_soon_has_no_mean_to_divide_by():
    with pytest.raises(InputError, match=r"end at 12 eV .* nothing lies above 15 eV"):
        unit_mean(np.arange(-5.0, 13.0), np.ones(18))
