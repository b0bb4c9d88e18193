"""Self-energy of the photoelectron in an electron gas: Hedin-Lundqvist plasmon pole."""

from functools import lru_cache

import numpy as np
from scipy.interpolate import RegularGridInterpolator

from xnet_lite.arrays import Array, ComplexArray

N_RS, N_ENERGY = 121, 80
RS_RANGE = (0.05, 20.0)
ENERGY_MAX = 6.0  # Ha above the Fermi level
N_Q = 600


def hedin_lundqvist(p: Array, r_s: float) -> ComplexArray:
    """Return the on-shell self-energy Σ(p) of the homogeneous electron gas, Ha.

    Σ = Σ_DiracHara + (1/π)∫dq ω_p²/(2 ω_q p q) {ln|(x₂+ω_q)/(x₀+ω_q)| +
    ln|(x₀-ω_q)/(x₁-ω_q)|}, x₁,₂ = ∓pq - q²/2, x₀ = clip((p²-k_F²)/2, x₁, x₂); the
    imaginary part is -π times the same prefactor where x₁ < ω_q < x₀.

    Parameters
    ----------
    p : ndarray, shape (n,)
        Momenta, bohr⁻¹, above zero.
    r_s : float
        Radius of the sphere that holds one electron, bohr.

    Returns
    -------
    ndarray of complex, shape (n,)
        Ha; the imaginary part is a loss (negative or zero).

    Notes
    -----
    Source: B. I. Lundqvist, Phys. kondens. Materie 6, 193 (1967); L. Hedin,
    B. I. Lundqvist, J. Phys. C 4, 2064 (1971).
    Differs: one plasmon pole with dispersion ω_q² = ω_p² + k_F²q²/3 + q⁴/4.

    Examples
    --------
    >>> k_fermi = (9 * np.pi / 4) ** (1 / 3) / 2.0
    >>> float(np.round(hedin_lundqvist(np.array([k_fermi]), 2.0).real[0], 3))
    -0.369
    """
    p = np.asarray(p, float)[:, None]
    k_fermi = (9 * np.pi / 4) ** (1 / 3) / r_s
    plasmon2 = 3 / r_s**3
    # u in (0, 1), q = t/(1 - t): dense near zero, reaching to infinity
    t = (np.arange(N_Q) + 0.5) / N_Q
    q = 2 * k_fermi * t**2 / (1 - t)
    dq = 2 * k_fermi * (2 * t * (1 - t) + t**2) / (1 - t) ** 2 / N_Q
    omega = np.sqrt(plasmon2 + k_fermi**2 * q**2 / 3 + q**4 / 4)
    low, high = -p * q - q**2 / 2, p * q - q**2 / 2
    x0 = np.clip((p**2 - k_fermi**2) / 2, low, high)
    weight = plasmon2 / (2 * omega * p * q) / np.pi * dq
    real = np.log(np.abs((high + omega) / (x0 + omega)))
    real = real + np.log(np.abs((x0 - omega) / (low - omega)))
    loss = -np.pi * ((low < omega) & (omega < x0))
    correlation: ComplexArray = (weight * (real + 1j * loss)).sum(axis=1)
    return _dirac_hara(p[:, 0], k_fermi) + correlation


def _dirac_hara(p: Array, k_fermi: float) -> Array:
    """Exchange part, Ha."""
    ratio = np.abs((p + k_fermi) / np.where(p == k_fermi, 1e-12, p - k_fermi))
    curve: Array = (k_fermi**2 - p**2) / (2 * p * k_fermi) * np.log(ratio)
    return -(k_fermi / np.pi) * (1 + curve)


@lru_cache(maxsize=1)
def _table() -> RegularGridInterpolator:
    """Σ(r_s, E - E_F) - Σ(r_s, 0) on ln r_s and the square root of the energy."""
    log_rs = np.linspace(np.log(RS_RANGE[0]), np.log(RS_RANGE[1]), N_RS)
    root = np.linspace(0, np.sqrt(ENERGY_MAX), N_ENERGY)
    rows = []
    for r_s in np.exp(log_rs):
        k_fermi = (9 * np.pi / 4) ** (1 / 3) / r_s
        rows.append(hedin_lundqvist(np.sqrt(k_fermi**2 + 2 * root**2), r_s))
    values = np.array(rows)
    return RegularGridInterpolator((log_rs, root), values - values[:, :1])


def self_energy_shift(density: Array, energy: Array) -> ComplexArray:
    """Return ΔΣ = Σ(E) - Σ(E_F) for each density and each energy.

    Parameters
    ----------
    density : ndarray, shape (...,)
        Electrons per bohr³.
    energy : ndarray, shape (n_energies,)
        Energy above the Fermi level, Ha; below it the shift is zero.

    Returns
    -------
    ndarray of complex, shape (n_energies, ...)
        Ha.
    """
    r_s = (3 / (4 * np.pi * np.maximum(density, 1e-12))) ** (1 / 3)
    log_rs = np.log(np.clip(r_s, *RS_RANGE))
    root = np.sqrt(np.clip(energy, 0, ENERGY_MAX))
    shape = (len(root), *log_rs.shape)
    points = np.broadcast_arrays(log_rs[None], root.reshape(-1, *[1] * log_rs.ndim))
    shift: ComplexArray = _table()(np.stack([a.ravel() for a in points], axis=1))
    return shift.reshape(shape)
