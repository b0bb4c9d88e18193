"""Frequencies as targets."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.targets import Fourier

SPECTRA = np.random.default_rng(4).normal(size=(50, 31))
ENERGY = np.linspace(-10.0, 50.0, 31)
EDGE = 0.5 + np.arctan(ENERGY / 2) / np.pi


def test_the_targets_are_real_and_imaginary_parts_of_the_transform():
    targets = Fourier(n_components=31, detrend=False).fit_transform(SPECTRA, ENERGY)
    known = np.fft.rfft(SPECTRA, norm="ortho")
    np.testing.assert_allclose(targets[:, 0], known[:, 0].real, atol=1e-12)
    np.testing.assert_allclose(targets[:, 1::2], np.sqrt(2) * known[:, 1:].real)
    np.testing.assert_allclose(targets[:, 2::2], np.sqrt(2) * known[:, 1:].imag)


def test_the_highest_frequency_of_an_even_period_has_one_part():
    targets = Fourier(n_components=30, detrend=False)
    last = targets.fit_transform(SPECTRA[:, 1:], ENERGY[1:])[:, -1]
    known = np.fft.rfft(SPECTRA[:, 1:], norm="ortho")[:, -1]
    np.testing.assert_allclose(last, known.real, atol=1e-12)


def test_without_a_rise_an_error_of_a_target_costs_as_much_in_the_spectrum():
    target = Fourier(n_components=12, detrend=False).fit(SPECTRA, ENERGY)
    change = target.inverse_transform(0.1 * np.eye(12))
    np.testing.assert_allclose(np.linalg.norm(change, axis=1), 0.1, rtol=1e-12)


def test_the_first_target_is_the_rise_between_the_ends():
    line = 2.0 + 0.3 * (ENERGY - ENERGY.mean())
    targets = Fourier(n_components=8).fit_transform([line], ENERGY)[0]
    assert targets[0] == pytest.approx(0.3 * np.linalg.norm(ENERGY - ENERGY.mean()))
    assert targets[1] == pytest.approx(2.0 * np.sqrt(30))
    np.testing.assert_allclose(targets[2:], 0.0, atol=1e-12)


def test_an_edge_needs_fewer_targets_once_its_rise_is_taken_out():
    plain, detrended = (
        Fourier(n_components=13, detrend=d).fit([EDGE], ENERGY) for d in (False, True)
    )
    errors = plain.reconstruction_error(EDGE), detrended.reconstruction_error(EDGE)
    assert errors[1] < 0.5 * errors[0]


def test_energies_rounded_in_a_file_still_count_as_even():
    rounded = (np.arange(31) / 3).round(2)
    error = Fourier(n_components=31).fit(SPECTRA, rounded).reconstruction_error(SPECTRA)
    assert error.max() < 1e-9


def test_an_uneven_grid_is_refused_with_the_remedy():
    with pytest.raises(InputError, match=r"not evenly spaced.*resample"):
        Fourier(n_components=3).fit(SPECTRA, np.linspace(0.0, 7.0, 31) ** 2)


@pytest.mark.parametrize("count", [0, -2, 32])
def test_more_components_than_energies_are_refused(count):
    with pytest.raises(InputError, match=f"n_components={count} is not between 1 and"):
        Fourier(n_components=count).fit(SPECTRA, ENERGY)
