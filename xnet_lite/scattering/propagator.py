"""The free propagator between two sites, g_LL′, in real spherical harmonics."""

from functools import lru_cache

import numpy as np
import torch
from scipy.special import sph_harm_y

from xnet_lite.arrays import Array


def real_harmonics(directions: Array, l_max: int) -> Array:
    """Return real spherical harmonics, l slow and m = -l … l fast.

    Parameters
    ----------
    directions : ndarray, shape (n, 3)
        Vectors of any length above zero.
    l_max : int

    Returns
    -------
    ndarray, shape (n, (l_max + 1)²)
        Orthonormal over the sphere; l = 1 stands in the order y, z, x.
    """
    x, y, z = np.asarray(directions, float).T
    theta, phi = np.arctan2(np.hypot(x, y), z), np.arctan2(y, x)
    columns = []
    for ell in range(l_max + 1):
        half = [sph_harm_y(ell, m, theta, phi) for m in range(ell + 1)]
        signed = [(-1) ** m * np.sqrt(2) * half[m] for m in range(1, ell + 1)]
        columns += [v.imag for v in signed[::-1]] + [half[0].real]
        columns += [v.real for v in signed]
    return np.stack(columns, axis=1)


@lru_cache(maxsize=16)
def gaunt(l_left: int, l_right: int) -> Array:
    """Return ∫ Y_L Y_L′ Y_L″ over the sphere for all L″ up to l_left + l_right.

    Returns
    -------
    ndarray, shape ((l_left+1)², (l_right+1)², (l_left+l_right+1)²)
        Exact: Gauss-Legendre in cos θ, uniform in φ.
    """
    degree = 2 * (l_left + l_right)
    node, weight = np.polynomial.legendre.leggauss(degree // 2 + 1)
    phi = 2 * np.pi * np.arange(degree + 1) / (degree + 1)
    cos, angle = (a.ravel() for a in np.meshgrid(node, phi, indexing="ij"))
    sin = np.sqrt(1 - cos**2)
    points = np.stack([sin * np.cos(angle), sin * np.sin(angle), cos], axis=1)
    w = np.repeat(weight, len(phi)) * 2 * np.pi / len(phi)
    y = real_harmonics(points, l_left + l_right)
    left, right = y[:, : (l_left + 1) ** 2], y[:, : (l_right + 1) ** 2]
    result: Array = np.einsum("pa,pb,pc,p->abc", left, right, y, w, optimize=True)
    result[np.abs(result) < 1e-12] = 0
    return result


def angular_factors(vectors: Array, l_left: int, l_right: int) -> Array:
    """Return D of g_LL′(R) = Σ_l″ h_l″(kR) D_l″,LL′(R̂): real, energy-free.

    D = 4π i^{l-l′-l″} Σ_m″ Y_L″(R̂) C_LL′L″ with R = R_right - R_left.

    Parameters
    ----------
    vectors : ndarray, shape (n_pairs, 3)
        R, any unit.
    l_left, l_right : int
        Highest angular momenta at the two ends.

    Returns
    -------
    ndarray, shape (n_pairs, l_left + l_right + 1, (l_left+1)², (l_right+1)²)

    Notes
    -----
    Source: A. L. Ankudinov et al., Phys. Rev. B 58, 7565 (1998), section II.
    Differs: real harmonics, so that D is real and g_ji = g_ijᵀ.
    """
    top = l_left + l_right
    harmonics = real_harmonics(vectors, top)
    coupling = gaunt(l_left, l_right)
    l_of = np.repeat(np.arange(top + 1), 2 * np.arange(top + 1) + 1)
    left = l_of[: coupling.shape[0]][:, None]
    right = l_of[: coupling.shape[1]][None, :]
    result = np.empty((len(harmonics), top + 1, *coupling.shape[:2]))
    for ell in range(top + 1):
        # l - l′ - l″ is even wherever C is not zero, so the power of i is ±1
        sign = np.where((left - right - ell) % 4 == 0, 1.0, -1.0)
        part = coupling[:, :, l_of == ell] * (4 * np.pi * sign)[:, :, None]
        result[:, ell] = np.einsum("pc,abc->pab", harmonics[:, l_of == ell], part)
    return result


def hankel(z: torch.Tensor, l_max: int) -> torch.Tensor:
    """Return h⁽¹⁾_l(z) for l = 0 … l_max, by upward recurrence.

    Parameters
    ----------
    z : Tensor of complex, shape (...,)
    l_max : int

    Returns
    -------
    Tensor of complex, shape (..., l_max + 1)
    """
    wave = torch.exp(1j * z) / z
    values = [-1j * wave, -(1 + 1j / z) * wave]
    for ell in range(1, l_max):
        values.append((2 * ell + 1) / z * values[ell] - values[ell - 1])
    return torch.stack(values[: l_max + 1], dim=-1)
