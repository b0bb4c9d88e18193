"""Each muffin tin by itself: scattering amplitudes and the absorber's dipole radial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import cumulative_simpson, simpson
from scipy.interpolate import CubicSpline
from scipy.special import spherical_jn, spherical_yn

from xnet_lite.arrays import Array, ComplexArray, Ints
from xnet_lite.scattering.atom import SPEED_OF_LIGHT
from xnet_lite.scattering.potential import N_AT_RADIUS, STEP

H12 = STEP**2 / 12


@dataclass(frozen=True)
class Spheres:
    """Potentials ready for the radial equation.

    Attributes
    ----------
    r : ndarray, shape (n_kinds, n_r)
        Radial grids, bohr; the muffin-tin radius is point 250.
    potential : ndarray, shape (n_kinds, n_r)
        Potential at the Fermi level, Ha.
    shift : ndarray of complex, shape (n_energies, n_kinds, n_r), or None
        What the self-energy adds above the Fermi level, Ha.
    energy : ndarray of complex, shape (n_energies,)
        Photoelectron energy E + iη from the vacuum, Ha.
    interstitial : float
        Potential between the spheres, Ha.
    """

    r: Array
    potential: Array
    shift: ComplexArray | None
    energy: ComplexArray
    interstitial: float

    @property
    def wave_number(self) -> ComplexArray:
        """k between the spheres, bohr⁻¹, Im k > 0, shape (n_energies,)."""
        k: ComplexArray = np.sqrt(2 * (self.energy - self.interstitial) + 0j)
        return k

    def take(self, kinds: Ints) -> Spheres:
        """Return the spheres of some kinds only."""
        shift = None if self.shift is None else self.shift[:, kinds]
        return Spheres(
            self.r[kinds], self.potential[kinds], shift, self.energy, self.interstitial
        )


def scattering_amplitudes(spheres: Spheres, l_max: int) -> ComplexArray:
    """Return w_l = i e^{iδ} sin δ of every kind of site at every energy.

    w = -(L j - k j′)/(L h - k h′) with L the logarithmic derivative at the
    muffin-tin radius; a sphere that takes nothing away has |w + ½| = ½.

    Parameters
    ----------
    spheres : Spheres
    l_max : int
        Highest angular momentum.

    Returns
    -------
    ndarray of complex, shape (n_kinds, n_energies, l_max + 1)
    """
    radius = spheres.r[:, N_AT_RADIUS]
    k = spheres.wave_number
    rows = []
    for ell in range(l_max + 1):
        f = _equation(spheres, ell)
        slope = _derivative(_outward(f, ell), f)
        log_derivative = (slope + 0.5 * _alpha(spheres)[0] - 0.5) / radius
        rows.append(_match(log_derivative, k[:, None], radius, ell))
    return np.stack(rows, axis=-1).swapaxes(0, 1)


def dipole_radial(
    spheres: Spheres, core: Array
) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """Return the absorber's p-wave amplitude and its two dipole integrals.

    M₁ = ∫φ r³R dr with R = j + w h outside; A = 2∫φ r³H ∫₀^r φ r′³R with H the
    solution that joins h. An atom alone absorbs μ₀ = -Im(-2ik A).

    Parameters
    ----------
    spheres : Spheres
        Row 0 is the absorber.
    core : ndarray, shape (n_r,)
        Radial 1s function on the absorber's grid.

    Returns
    -------
    amplitude, m1, a : ndarray of complex, each of shape (n_energies,)
    """
    one = spheres.take(np.array([0]))
    r = one.r[0]
    w, regular, irregular = (x[..., 0] for x in radial_solutions(one, 1))
    inside = slice(0, N_AT_RADIUS + 1)
    weight = (core * r**4)[inside, None]  # φ r³ dr = φ r⁴ dx
    inner = weight * regular[inside]
    real = cumulative_simpson(inner.real, dx=STEP, axis=0, initial=0)
    imag = cumulative_simpson(inner.imag, dx=STEP, axis=0, initial=0)
    grown = real + 1j * imag
    a = 2 * simpson(weight * irregular[inside] * grown, dx=STEP, axis=0)
    return w, grown[-1], a


def radial_solutions(
    spheres: Spheres, ell: int
) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """Return the amplitude, and the solutions R and H inside every sphere.

    At the muffin-tin radius R = j + w h and H = h.

    Parameters
    ----------
    spheres : Spheres
    ell : int
        Angular momentum.

    Returns
    -------
    w : ndarray of complex, shape (n_energies, n_kinds)
    regular, irregular : ndarray of complex, shape (n_r, n_energies, n_kinds)
        To point `N_AT_RADIUS`, on `spheres.r`; nothing is meant beyond it.
    """
    radius, k = spheres.r[:, N_AT_RADIUS], spheres.wave_number[:, None]
    f = _equation(spheres, ell)
    alpha, mass = _alpha(spheres)
    slope, y = _integrate_all(f, ell)
    w = _match((slope + 0.5 * alpha - 0.5) / radius, k, radius, ell)
    j, h, _, dh = _bessel(ell, k * radius)
    to_radial = np.sqrt(mass / spheres.r).T[:, None]  # R = √(M/r) y
    regular = y * to_radial
    regular *= (j + w * h) / regular[N_AT_RADIUS]
    slope_h = radius * k * dh / h + 0.5 - 0.5 * alpha
    start = h / to_radial[N_AT_RADIUS]
    irregular = _inward(f, start, slope_h * start) * to_radial
    return w, regular, irregular


def _alpha(spheres: Spheres) -> tuple[Array, Array]:
    """d ln M/dx at the muffin-tin radius (n_kinds,) and M (n_kinds, n_r)."""
    mass = 1 - spheres.potential / (2 * SPEED_OF_LIGHT**2)
    x = np.arange(mass.shape[1]) * STEP
    alpha = CubicSpline(x, np.log(mass), axis=1)(x[N_AT_RADIUS], 1)
    return alpha, mass


def _equation(spheres: Spheres, ell: int) -> ComplexArray:
    """f of y″ = f y in x = ln r, shape (n_r, n_energies, n_kinds).

    f = (l+½)² + 2r²M(V - E) - (α + α′)/2 + α²/4, α = d ln M/dx.
    """
    r, v = spheres.r, spheres.potential
    mass = 1 - v / (2 * SPEED_OF_LIGHT**2)
    x = np.arange(r.shape[1]) * STEP
    spline = CubicSpline(x, np.log(mass), axis=1)
    alpha, slope = spline(x, 1), spline(x, 2)
    inertia = (2 * r**2 * mass).T[:, None]  # (n_r, 1, n_kinds)
    static: Array = (ell + 0.5) ** 2 - (alpha + slope) / 2 + alpha**2 / 4
    f = (static + 2 * r**2 * mass * v).T[:, None] - inertia * spheres.energy[:, None]
    if spheres.shift is not None:
        f += inertia * spheres.shift.transpose(2, 0, 1)
    return f


def _outward(f: ComplexArray, ell: int) -> ComplexArray:
    """Numerov from the nucleus; the last three points, (3, n_energies, n_kinds)."""
    damp = 1 - H12 * f[: N_AT_RADIUS + 2]
    factor = 12 / damp - 10  # w₊ = factor w - w₋ with w = damp y
    before = damp[0] * 1e-20
    now = damp[1] * (1e-20 * np.exp((ell + 0.5) * STEP))
    for i in range(1, N_AT_RADIUS):
        before, now = now, factor[i] * now - before
    after = factor[N_AT_RADIUS] * now - before
    last: ComplexArray = np.stack([before, now, after]) / damp[-3:]
    return last


def _integrate_all(f: ComplexArray, ell: int) -> tuple[ComplexArray, ComplexArray]:
    """Numerov outward: y′/y at the radius and y at every point."""
    damp = 1 - H12 * f
    factor = 12 / damp - 10
    w = np.empty_like(f)
    w[0], w[1] = damp[0] * 1e-20, damp[1] * (1e-20 * np.exp((ell + 0.5) * STEP))
    for i in range(1, len(f) - 1):
        w[i + 1] = factor[i] * w[i] - w[i - 1]
    y = w / damp
    return _derivative(y[N_AT_RADIUS - 1 : N_AT_RADIUS + 2], f), y


def _inward(f: ComplexArray, value: ComplexArray, slope: ComplexArray) -> ComplexArray:
    """Numerov from the radius inward with value and slope there, shaped as `f`."""
    n = N_AT_RADIUS
    y = np.zeros_like(f)
    plus, minus = f[n + 1] * STEP**2, f[n - 1] * STEP**2
    # two equations for y₊ and y₋: Numerov's step and the derivative of _derivative
    total = (2 + 10 * H12 * f[n]) * value
    a, b, c, d = 1 - plus / 12, 1 - minus / 12, 1 - plus / 6, -(1 - minus / 6)
    determinant = a * d - b * c
    y[n + 1] = (total * d - b * 2 * STEP * slope) / determinant
    y[n - 1] = (a * 2 * STEP * slope - c * total) / determinant
    y[n] = value
    damp = 1 - H12 * f
    factor = 12 / damp - 10
    w, after = damp[n - 1] * y[n - 1], damp[n] * y[n]
    for i in range(n - 1, 0, -1):
        w, after = factor[i] * w - after, w
        y[i - 1] = w / damp[i - 1]
    return y


def _derivative(y: ComplexArray, f: ComplexArray) -> ComplexArray:
    """y′/y at the muffin-tin radius from the three points about it."""
    minus, plus = f[N_AT_RADIUS - 1] * STEP**2, f[N_AT_RADIUS + 1] * STEP**2
    step = (1 - plus / 6) * y[2] - (1 - minus / 6) * y[0]
    slope: ComplexArray = step / (2 * STEP * y[1])
    return slope


def free_waves(ell: int, z: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
    """Return j_l and h_l⁽¹⁾ of any complex argument, shaped as it."""
    j = spherical_jn(ell, z)
    return j, j + 1j * spherical_yn(ell, z)


def _bessel(ell: int, z: ComplexArray) -> tuple[ComplexArray, ...]:
    """j, h = h⁽¹⁾ and their derivatives with respect to z."""
    j, dj = spherical_jn(ell, z), spherical_jn(ell, z, derivative=True)
    y, dy = spherical_yn(ell, z), spherical_yn(ell, z, derivative=True)
    return j, j + 1j * y, dj, dj + 1j * dy


def _match(
    log_derivative: ComplexArray, k: ComplexArray, radius: Array, ell: int
) -> ComplexArray:
    """Scattering amplitude of a sphere, shape (n_energies, n_kinds)."""
    j, h, dj, dh = _bessel(ell, k * radius)
    top = log_derivative * j - k * dj
    amplitude: ComplexArray = -top / (log_derivative * h - k * dh)
    return amplitude
