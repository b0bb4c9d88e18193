"""A spectrum refuses arrays that are none, and knows where its edge is."""

import tracemalloc

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.spectra import Spectrum, find_e0, normalise
from xnet_lite.spectra.spectrum import edge_energy

ENERGY = np.linspace(7080.0, 7180.0, 301)


def edge(energy, e0, width=2.0):
    """An arctangent step at e0."""
    return 0.5 + np.arctan((np.asarray(energy) - e0) / width) / np.pi


def test_energy_rel_counts_from_e0_or_from_the_steepest_point():
    spectrum = Spectrum([1.0, 2.0, 4.0], [0.0, 0.5, 1.0], e0=2.0)
    assert spectrum.energy_rel.tolist() == [-1.0, 0.0, 2.0]
    found = Spectrum(ENERGY, edge(ENERGY, 7112.3)).energy_rel
    np.testing.assert_allclose(found, ENERGY - 7112.3, atol=1e-3)  # of the minimiser


def test_a_spectrum_does_not_change_with_the_arrays_it_was_made_from():
    mu = np.zeros(3)
    spectrum = Spectrum([1, 2, 3], mu)
    mu[:] = 1
    assert spectrum.mu.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("energy", "mu", "sentence"),
    [
        ([1, 2, 3], [1, 2], "give two arrays of one length"),
        ([[1, 2]], [[1, 2]], "give two arrays of one length"),
        ([1], [1], "a spectrum of 1 points, give at least 2"),
        ([1, 2], [0, np.nan], r"point 1 \(energy 2.0, mu nan\) is not finite"),
        ([1, 3, 2], [0, 0, 0], r"does not increase from point 1 \(3.0 eV\)"),
        ([1, 1], [0, 0], "sort the points and remove doubles"),
    ],
)
def test_arrays_that_are_no_spectrum_are_refused(energy, mu, sentence):
    with pytest.raises(InputError, match=sentence):
        Spectrum(energy, mu)


def test_e0_must_be_a_number():
    with pytest.raises(InputError, match="e0 is nan, give a finite energy"):
        Spectrum([1, 2], [0, 1], e0=float("nan"))


@pytest.mark.parametrize("e0", [7105.0, 7112.1, 7123.456])
def test_find_e0_returns_the_middle_of_an_arctangent_between_grid_points(e0):
    # the grid's straight pieces move the steepest point by a fraction of their length
    assert find_e0(ENERGY, edge(ENERGY, e0)) == pytest.approx(e0, abs=0.05)


def test_find_e0_depends_little_on_an_uneven_grid():
    rng = np.random.default_rng(0)
    energy = np.sort(rng.uniform(7080, 7180, 400))
    # pieces of some 0.25 eV, the longest 1.5 eV
    assert find_e0(energy, edge(energy, 7112.3)) == pytest.approx(7112.3, abs=0.3)


def test_find_e0_moves_with_the_spectrum_and_not_with_its_scale():
    mu = edge(ENERGY, 7112.3)
    first = find_e0(ENERGY, mu)
    assert find_e0(ENERGY + 5, 40 * mu - 3) == pytest.approx(first + 5, abs=1e-5)


def test_find_e0_is_not_led_astray_by_noise():
    noise = np.random.default_rng(0).normal(0, 0.01, ENERGY.size)
    # noise of 1 % of the step, smoothed over 3 points, against a slope of 16 % per eV
    assert find_e0(ENERGY, edge(ENERGY, 7112.3) + noise) == pytest.approx(7112.3, abs=1)


def test_a_curve_that_never_rises_has_no_edge():
    with pytest.raises(InputError, match="mu never rises, so it has no edge"):
        find_e0(ENERGY, -ENERGY)


LONG = np.arange(6900.0, 7700.0, 0.8)


@pytest.mark.parametrize("where", [7000.0, 7180.0, 7400.0, 7650.0])
@pytest.mark.parametrize("height", [-3.0, -0.5, 0.6, 4.0])
@pytest.mark.parametrize("n_points", [1, 2, 4])
def test_find_e0_is_not_led_astray_by_a_glitch(where, height, n_points):
    mu = edge(LONG, 7112.3)
    at = int(np.searchsorted(LONG, where))
    mu[at : at + n_points] += height
    assert find_e0(LONG, mu) == pytest.approx(7112.3, abs=0.5)


def test_find_e0_finds_each_of_two_edges_where_it_is_told_to_look():
    mu = edge(LONG, 7112.3) + 1.5 * edge(LONG, 7500.0, 1.0)
    assert find_e0(LONG, mu) == pytest.approx(7500.0, abs=0.5)
    assert find_e0(LONG, mu, between=(7062, 7162)) == pytest.approx(7112.3, abs=0.5)
    with pytest.raises(InputError, match=r"no energy lies within 100.0 to 200.0 eV"):
        find_e0(LONG, mu, between=(100, 200))


def test_the_edge_of_a_known_element_is_looked_for_where_the_tables_have_it():
    mu = edge(LONG, 7112.3) + 1.5 * edge(LONG, 7500.0, 1.0)
    iron = Spectrum(LONG, mu, absorber="Fe", edge="K")
    assert edge_energy(iron) == pytest.approx(7112.3, abs=0.5)
    assert normalise(iron).e0 == pytest.approx(7112.3, abs=0.5)
    # energies that count from the edge are beyond the tables
    moved = Spectrum(LONG - 7112, mu, absorber="Fe", edge="K")
    assert edge_energy(moved) == pytest.approx(388.0, abs=0.5)


def test_an_edge_with_a_sharp_peak_before_it_keeps_its_steepest_point():
    peak = 0.9 * np.exp(-(((ENERGY - 7100) / 0.8) ** 2))
    steepest = 7100 - 0.8 / np.sqrt(2)
    found = find_e0(ENERGY, edge(ENERGY, 7112.3) + peak)
    assert found == pytest.approx(steepest, abs=0.2)  # smoothing moves it a little


def test_find_e0_of_many_points_needs_memory_for_few():
    energy = np.linspace(6900, 7700, 40_000)
    mu = edge(energy, 7112.3, 1.5)
    tracemalloc.start()
    found = find_e0(energy, mu)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == pytest.approx(7112.3, abs=0.01)
    assert peak < 20e6  # bytes; a row of all points for each would need 24e9


@pytest.mark.parametrize("energy", [ENERGY[::-1], np.r_[ENERGY[:9], ENERGY[8:]]])
def test_energies_that_do_not_increase_have_no_edge(energy):
    with pytest.raises(InputError, match="energy does not increase, sort the points"):
        find_e0(energy, np.arange(len(energy), dtype=float))
