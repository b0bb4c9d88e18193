"""The Fermi level: states filled along a contour until no electron is left."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from ase.units import Hartree
from scipy.interpolate import CubicSpline

from xnet_lite.arrays import Array, ComplexArray

GreenFunction = Callable[[ComplexArray], ComplexArray]
HEIGHT, STEP = 0.2, 0.1  # Ha: how far above the real axis, and in which steps
N_UP, N_DOWN = 4, 6
LOWEST = 0.003  # Ha: no nearer to the real axis
CLOSE = 0.3 / Hartree  # two trial levels so near are interpolated between
FARTHEST = 6.0 / Hartree  # of a trial level from the last
N_PASSES = 8


@dataclass(frozen=True, eq=False)
class Filled:
    """A Fermi level (Ha), the electrons missing there, and the density up to it."""

    fermi: float
    missing: float
    density: Array


class Contour:
    """Electron density filled from `start` to any Fermi level.

    Up from the real axis, along it at `HEIGHT`, and down to the Fermi level: the Green
    function is smooth up there, and an integral does not depend on its way.

    Parameters
    ----------
    green : callable
        Energies (n,) -> 4π G(r, r), shape (n, n_species, n_points).
    start, top : float
        Ha; levels from `start` to a little above `top` can be asked for.
    """

    def __init__(self, green: GreenFunction, start: float, top: float) -> None:
        self.green = green
        node, weight = np.polynomial.legendre.leggauss(N_UP)
        height = HEIGHT * (node + 1) / 2
        line = np.linspace(start, top, int(np.ceil((top - start) / STEP)) + 1)
        values = green(np.concatenate([start + 1j * height, line + 1j * HEIGHT]))
        self._up = 0.5j * HEIGHT * np.tensordot(weight, values[:N_UP], axes=1)
        self._along = CubicSpline(line, values[N_UP:]).antiderivative()

    def density(self, fermi: Array) -> Array:
        """Return the densities filled to some levels, (n_levels, n_species, n_points).

        Parameters
        ----------
        fermi : ndarray, shape (n_levels,)
            Ha.
        """
        node, weight = np.polynomial.legendre.leggauss(N_DOWN)
        t = (node + 1) / 2  # dense near the real axis, at height t²
        height = np.maximum(HEIGHT * t**2, LOWEST)
        values = self.green((fermi[:, None] + 1j * height).ravel())
        values = values.reshape(len(fermi), N_DOWN, *values.shape[1:])
        down = -1j * np.einsum("t,et...->e...", weight * HEIGHT * t, values)
        # 2 spins, 1/π of the Green function, 1/4π of an average over directions
        filled: Array = (self._up + self._along(fermi) + down).imag / (-2 * np.pi**2)
        return filled


def fill(
    green: GreenFunction, weights: Array, electrons: float, start: float, guess: float
) -> Filled:
    """Find the level to which states hold a number of electrons.

    Parameters
    ----------
    green : callable
        As `Contour` takes it.
    weights : ndarray, shape (n_species, n_points)
        What the density is multiplied with to count electrons of the whole.
    electrons : float
        To be held by the states above `start`.
    start : float
        Where the contour begins, Ha.
    guess : float
        Fermi level expected, Ha.

    Returns
    -------
    Filled
        Linear between two trial levels at most `CLOSE` apart.
    """
    contour = Contour(green, start, guess + FARTHEST)
    trials: list[Filled] = []
    center = guess
    for _ in range(N_PASSES):
        pair = center + np.array([-0.5, 0.5]) * CLOSE
        densities = contour.density(pair)
        held = np.einsum("sp,esp->e", weights, densities)
        trials += map(Filled, pair.tolist(), (electrons - held).tolist(), densities)
        below = [one for one in trials if one.missing > 0]
        above = [one for one in trials if one.missing <= 0]
        if below and above:
            low, high = max(below, key=_level), min(above, key=_level)
            if high.fermi - low.fermi < 1.01 * CLOSE:
                return _between(low, high)
            center = _between(low, high).fermi
        else:
            slope = max((held[1] - held[0]) / CLOSE, 1e-3)
            step = (electrons - held.mean()) / slope
            center += float(np.clip(step, -FARTHEST, FARTHEST))
        center = float(np.clip(center, start + CLOSE, guess + FARTHEST))
    return min(trials, key=lambda one: abs(one.missing))


def _level(one: Filled) -> float:
    return one.fermi


def _between(low: Filled, high: Filled) -> Filled:
    """Where no electron is missing, by a straight line."""
    share = low.missing / (low.missing - high.missing)
    fermi = low.fermi + share * (high.fermi - low.fermi)
    return Filled(fermi, 0.0, low.density + share * (high.density - low.density))
