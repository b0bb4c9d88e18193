"""What the engine is called with: checked, with a sentence where it cannot be."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xnet_lite.errors import InputError
from xnet_lite.scattering.settings import PRESETS, Preset

DEFAULT_ENERGIES = np.arange(-15.0, 60.01, 0.25)


def checked_preset(preset: str | Preset) -> Preset:
    """A preset by name, or as it is."""
    if isinstance(preset, Preset):
        return preset
    if preset not in PRESETS:
        raise InputError(f"preset {preset!r} is unknown: choose from {sorted(PRESETS)}")
    return PRESETS[preset]


def checked_positive(name: str, value: float) -> float:
    """A length above zero."""
    if not value > 0:
        raise InputError(f"{name} is {value}: give a length above 0 Å")
    return float(value)


def checked_unit_vector(direction: ArrayLike | None) -> NDArray | None:
    """A direction of length one."""
    if direction is None:
        return None
    vector = np.asarray(direction, float)
    if vector.shape != (3,) or not np.linalg.norm(vector) > 0:
        raise InputError(f"polarisation {direction} is not a direction: give 3 numbers")
    return vector / np.linalg.norm(vector)


def checked_energies(energies: ArrayLike | None) -> NDArray:
    """Output grid, eV from the tabulated edge."""
    grid = DEFAULT_ENERGIES if energies is None else np.asarray(energies, float)
    if grid.ndim != 1 or len(grid) < 2 or not (np.diff(grid) > 0).all():
        raise InputError("energies must be a list of two or more increasing values")
    if grid[-1] > 200:
        raise InputError(f"energies reach {grid[-1]} eV: stay below 200 eV")
    return grid
