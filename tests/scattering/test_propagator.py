import numpy as np
import torch
from scipy.special import spherical_jn, spherical_yn

from xnet_lite.scattering.propagator import (
    angular_factors,
    gaunt,
    hankel,
    real_harmonics,
)

RNG = np.random.default_rng(7)


def outgoing(k, r, l_max):
    """h_l(kr) Y_L(r) of each L at points r."""
    length = np.linalg.norm(r, axis=1)
    y = real_harmonics(r, l_max)
    ell = np.repeat(np.arange(l_max + 1), 2 * np.arange(l_max + 1) + 1)
    z = k * length[:, None]
    return (spherical_jn(ell, z) + 1j * spherical_yn(ell, z)) * y


def regular(k, r, l_max):
    length = np.linalg.norm(r, axis=1)
    ell = np.repeat(np.arange(l_max + 1), 2 * np.arange(l_max + 1) + 1)
    return spherical_jn(ell, k * length[:, None]) * real_harmonics(r, l_max)


def test_real_harmonics_are_orthonormal():
    overlap = gaunt(3, 3)[:, :, 0] * np.sqrt(4 * np.pi)  # Y_00 is a constant
    np.testing.assert_allclose(overlap, np.eye(16), atol=1e-12)


def test_first_order_harmonics_stand_in_the_order_y_z_x():
    vectors = RNG.normal(size=(5, 3))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    expected = np.sqrt(3 / (4 * np.pi)) * unit[:, [1, 2, 0]]
    np.testing.assert_allclose(real_harmonics(vectors, 1)[:, 1:], expected, atol=1e-12)


def test_a_wave_from_one_site_is_rebuilt_around_the_other():
    k, shift = 0.8, np.array([[1.0, -2.0, 4.0]])
    near = 0.3 * RNG.normal(size=(4, 3))  # points close to the second site
    d = angular_factors(shift, 1, 12)[0]
    h = hankel(torch.tensor(k * np.linalg.norm(shift)) + 0j, d.shape[0] - 1).numpy()
    g = np.einsum("l,lab->ab", h, d)
    rebuilt = regular(k, near, 12) @ g.T
    np.testing.assert_allclose(rebuilt, outgoing(k, near + shift, 1), atol=1e-8)


def test_the_propagator_back_is_the_transpose():
    shift = np.array([[1.0, -2.0, 4.0]])
    there, back = angular_factors(shift, 3, 2)[0], angular_factors(-shift, 2, 3)[0]
    np.testing.assert_allclose(there, back.transpose(0, 2, 1), atol=1e-10)


def test_hankel_functions_agree_with_scipy_at_complex_argument():
    z = np.array([1.2 + 0.3j, 8.0 + 0.1j, 20.0])
    expected = np.stack(
        [spherical_jn(n, z) + 1j * spherical_yn(n, z) for n in range(7)], axis=-1
    )
    np.testing.assert_allclose(hankel(torch.tensor(z), 6).numpy(), expected, rtol=1e-10)
