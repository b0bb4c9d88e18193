"""Cosines as targets."""

import numpy as np
import pytest
from scipy.fft import dct

from xnet_lite.errors import InputError
from xnet_lite.targets import TDCT

SPECTRA = np.random.default_rng(4).normal(size=(50, 30))
ENERGY = np.linspace(-10.0, 48.0, 30)


def test_on_an_even_grid_it_is_the_orthonormal_cosine_transform():
    targets = TDCT(n_components=12).fit_transform(SPECTRA, ENERGY)
    known = dct(SPECTRA, norm="ortho")[:, :12]
    np.testing.assert_allclose(targets, known, atol=1e-12)


def test_an_error_of_a_target_costs_as_much_in_the_spectrum():
    target = TDCT(n_components=12).fit(SPECTRA, ENERGY)
    change = target.inverse_transform(0.1 * np.eye(12))
    np.testing.assert_allclose(np.linalg.norm(change, axis=1), 0.1, rtol=1e-12)


def test_an_error_of_a_target_reaches_both_ends_of_the_spectrum():
    target = TDCT(n_components=12).fit(SPECTRA, ENERGY)
    change = target.inverse_transform(0.1 * np.eye(12))
    assert (np.abs(change[:, [0, -1]]) > 0.01).all()


def test_on_an_uneven_grid_the_same_function_has_nearly_the_same_targets():
    def spectrum(energy):
        return np.arctan(energy / 3) + np.exp(-((energy - 8) ** 2) / 40)

    even = np.linspace(-10.0, 48.0, 400)
    uneven = -10 + 58 * np.linspace(0.0, 1.0, 400) ** 1.3
    ours, theirs = (
        TDCT(n_components=8).fit_transform(spectrum(e)[None], e) for e in (even, uneven)
    )
    # half steps at the ends differ: the cosines are stretched by less than 1 %
    np.testing.assert_allclose(theirs, ours, atol=0.01 * np.abs(ours).max())


def test_cosines_that_an_uneven_grid_cannot_tell_apart_are_refused():
    energy = np.concatenate(
        [np.linspace(0.0, 1.0, 25), [20.0, 40.0, 60.0, 80.0, 100.0]]
    )
    with pytest.raises(InputError, match="alike on this uneven grid: ask for fewer"):
        TDCT(n_components=30).fit(SPECTRA, energy)


@pytest.mark.parametrize("count", [0, -2, 31])
def test_more_components_than_energies_are_refused(count):
    with pytest.raises(InputError, match=f"n_components={count} is not between 1 and"):
        TDCT(n_components=count).fit(SPECTRA, ENERGY)


def test_one_energy_is_refused():
    with pytest.raises(InputError, match="number of energies"):
        TDCT(n_components=1).fit([[1.0]], [0.0])
