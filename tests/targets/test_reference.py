"""Values of the parent code beside ours, and by how much and why they differ.

Origin: black-box values of NewcastleRSE/XANESNET 121f79fd (2026-04-27), single
precision, for data/fe/xanes_test. Its Fourier transform is the real part of that of
[spectrum, reversed spectrum], and its own way back from it misses by up to 0.068; its
Gaussians have the widths, stride and ridge that are our defaults, on a grid whose every
step is the first one of the file.
"""

import numpy as np
import pytest

from xnet_lite.spectra import read_spectrum
from xnet_lite.targets import TDCT, GaussianBasis

STEP = 0.330078125  # eV: energies in the files are rounded
FREQUENCIES = [0, 1, 2, 10, 100, 225]
GAUSSIANS = [40, 150, 280, 400]
POINTS = [40, 70, 110, 200]
# file: Fourier transform, Gaussian coefficients, spectrum from these, at the above
VALUES = {
    "ACOMUA": (
        [
            163.2815857,
            -36.78226471,
            -45.8810463,
            14.73733902,
            -0.1050120071,
            -9.536743164e-06,
        ],
        [0.106676646, 0.0247033909, 0.100692019, 0.0985347256],
        [0.138048157, 0.199683726, 0.586219728, 0.386081576],
    ),
    "ARADOO": (
        [
            158.3905945,
            -45.7419548,
            -61.95220184,
            -1.266558409,
            -0.008949920535,
            -9.536743164e-06,
        ],
        [0.0495677516, 0.00800081808, 0.160809949, 0.126802608],
        [0.0416751653, 0.0839692429, 0.924484313, 0.281008482],
    ),
}
every = pytest.mark.parametrize("name", VALUES)


def _spectrum(folder, name):
    """One spectrum of the parent's test set, (226,)."""
    files = folder / "data" / "fe" / "xanes_test"
    return read_spectrum(next(files.glob(f"{name}*"))).mu


def _gaussians(mu):
    return GaussianBasis().fit([mu], STEP * np.arange(len(mu)))


@every
def test_the_parents_mirrored_fourier_transform_is_our_cosine_transform(mirror, name):
    mu = _spectrum(mirror("NewcastleRSE/XANESNET"), name)
    n, k = len(mu), np.arange(len(mu))
    cosines = TDCT(n_components=n).fit_transform([mu], STEP * k)[0]
    # our norm out, the parent's phase in: it keeps the real part alone
    scale = np.where(k > 0, np.sqrt(2 * n), np.sqrt(4 * n))
    parent = scale * cosines * np.cos(np.pi * k / (2 * n))
    np.testing.assert_allclose(
        parent[FREQUENCIES], VALUES[name][0], atol=1e-6 * np.abs(parent).max()
    )


@every
def test_the_gaussians_give_the_spectrum_that_the_parents_give(mirror, name):
    mu = _spectrum(mirror("NewcastleRSE/XANESNET"), name)
    target = _gaussians(mu)
    back = target.inverse_transform(target.transform(mu))
    np.testing.assert_allclose(back[POINTS], VALUES[name][2], atol=1e-6)


@every
def test_the_coefficients_differ_from_the_parents_by_its_single_precision(mirror, name):
    mu = _spectrum(mirror("NewcastleRSE/XANESNET"), name)
    coefficients = _gaussians(mu).transform(mu)
    # its normal equations have condition number 1844, and seven digits to spend
    np.testing.assert_allclose(coefficients[GAUSSIANS], VALUES[name][1], atol=5e-5)
