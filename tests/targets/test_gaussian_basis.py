"""Gaussians as targets."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.targets import GaussianBasis

ENERGY = np.linspace(-10.0, 50.0, 61)
SPECTRUM = 0.5 + np.arctan(ENERGY / 2) / np.pi + np.exp(-((ENERGY - 6) ** 2) / 18)


def test_a_target_of_one_is_a_gaussian_of_area_one_at_its_center():
    target = GaussianBasis([1.0, 3.0], stride=2).fit([SPECTRUM], ENERGY)
    bell = target.inverse_transform(np.eye(62)[31 + 15])  # second width, center 15
    assert bell.sum() == pytest.approx(1.0)  # one eV a step
    closed = np.exp(-((ENERGY - ENERGY[30]) ** 2) / 18) / np.sqrt(18 * np.pi)
    np.testing.assert_allclose(bell, closed, atol=1e-9)


def test_the_coefficients_are_those_of_ridge_regression():
    target = GaussianBasis([1.0, 3.0], stride=3, ridge=0.1).fit([SPECTRUM], ENERGY)
    basis = target.inverse_transform(np.eye(target.n_targets))
    normal = basis @ basis.T + 0.1 * np.eye(target.n_targets)
    known = np.linalg.solve(normal, basis @ SPECTRUM)
    np.testing.assert_allclose(target.transform(SPECTRUM), known, atol=1e-10)


def test_a_stronger_ridge_keeps_coefficients_smaller_and_loses_more():
    sizes, errors = [], []
    for ridge in (0.0, 1e-4, 1e-2, 1.0):
        target = GaussianBasis([1.0, 4.0], stride=1, ridge=ridge)
        sizes.append(np.linalg.norm(target.fit_transform([SPECTRUM], ENERGY)))
        errors.append(target.reconstruction_error(SPECTRUM))
    assert (np.diff(sizes) < 0).all()
    assert (np.diff(errors) > 0).all()


def test_a_gaussian_alone_costs_more_the_narrower_it_is():
    target = GaussianBasis([1.0, 3.0], stride=1).fit([SPECTRUM], ENERGY)
    change = target.inverse_transform(0.1 * np.eye(122))
    norms = np.linalg.norm(change, axis=1)[[30, 61 + 30]]
    # a Gaussian of area 1 and standard deviation w has the norm (4 π w²)^(−1/4)
    np.testing.assert_allclose(
        norms, 0.1 / (4 * np.pi * np.array([1, 9])) ** 0.25, 1e-3
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"widths": [1.0, 0.0]}, r"widths=\[1.0, 0.0\] must all be above 0"),
        ({"widths": []}, r"widths=\[\] must"),
        ({"stride": 0}, "stride is 0: give a whole number >= 1"),
        ({"ridge": -1.0}, "ridge is -1.0: give a number >= 0"),
    ],
)
def test_settings_that_give_no_basis_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        GaussianBasis(**settings).fit([SPECTRUM], ENERGY)


def test_one_energy_is_refused():
    with pytest.raises(InputError, match="one energy holds no Gaussian"):
        GaussianBasis().fit([[1.0]], [0.0])
