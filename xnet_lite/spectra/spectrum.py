"""What a spectrum is: absorption on a grid of energies, and what it is of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite import sketch
from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, shortened
from xnet_lite.faces import Face
from xnet_lite.spectra.absorbers import check_absorber, where_edge_is
from xnet_lite.spectra.edge import find_e0


@dataclass(frozen=True, eq=False, repr=False)
class Spectrum(Face):
    """An absorption spectrum.

    Parameters
    ----------
    energy : array (n_energies,)
        Absolute photon energy, eV, strictly increasing.
    mu : array (n_energies,)
        Absorption; arbitrary unit, or edge step 1 after `normalise`.
    e0 : float or None
        Edge energy, eV; None when nobody has said it.
    absorber : str
        Absorbing element, "" when unknown.
    edge : str
        Edge, "K" or "L1" …, "" when unknown.
    meta : mapping
        Anything else that is known: origin, temperature, settings.

    Raises
    ------
    InputError
        For arrays of unequal length, fewer than two points, numbers that are not
        finite, or energies that do not increase.

    Example
    -------
    >>> Spectrum([7110.0, 7112.0, 7114.0], [0.0, 0.5, 1.0], e0=7112.0).energy_rel
    array([-2.,  0.,  2.])
    """

    energy: Array
    mu: Array
    e0: float | None = None
    absorber: str = ""
    edge: str = "K"
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        energy, mu = _real(self.energy, "energy"), _real(self.mu, "mu")
        _validate(energy, mu)
        object.__setattr__(self, "energy", energy)
        object.__setattr__(self, "mu", mu)
        if not isinstance(self.meta, Mapping):
            raise InputError(f"meta is {shortened(self.meta)}: give a mapping")
        object.__setattr__(self, "meta", dict(self.meta))
        check_absorber(self.absorber, self.edge)
        if self.e0 is not None:
            number = isinstance(self.e0, (int, float, np.number))
            if not number or isinstance(self.e0, bool) or not np.isfinite(self.e0):
                raise InputError(f"e0 is {self.e0}, give a finite energy in eV or None")
            object.__setattr__(self, "e0", float(self.e0))

    def __len__(self) -> int:
        return len(self.energy)

    @property
    def energy_rel(self) -> Array:
        """Energy from the edge, eV; from the steepest point when e0 is None."""
        return self.energy - edge_energy(self)

    def _facts(self) -> dict[str, object]:
        first, last = self.energy[[0, -1]]
        top = self.energy[self.mu.argmax()]
        return {
            "of": f"{self.absorber} {self.edge} edge" if self.absorber else None,
            "energies": f"{len(self)}, {first:.1f} to {last:.1f} eV",
            "e0": None if self.e0 is None else f"{self.e0:.1f} eV",
            "highest": f"{self.mu.max():.3g} at {top:.1f} eV",
            **{key: value for key, value in self.meta.items() if key != "notes"},
        }

    def _notes(self) -> list[str]:
        return list(self.meta.get("notes", ()))

    def _line(self) -> str:
        facts = self._facts()
        of = f"{facts['of']}, " if self.absorber else ""
        e0 = "" if self.e0 is None else f", e0 {facts['e0']}"
        return f"{of}energies {facts['energies']}{e0}"

    def _sketch(self) -> str:
        x = self.energy - (self.e0 or 0.0)
        unit = "energy / eV" if self.e0 is None else "energy from the edge / eV"
        return sketch.lines(x, {"absorption": self.mu}, x_label=unit, mark=0.0)


def edge_energy(spectrum: Spectrum) -> float:
    """Return the e0 that a spectrum carries, or else the one it shows.

    Parameters
    ----------
    spectrum : Spectrum
        With or without e0.

    Returns
    -------
    float
        eV; near where the tables have the edge, if absorber and edge are known.
    """
    if spectrum.e0 is not None:
        return spectrum.e0
    energy, mu = spectrum.energy, spectrum.mu
    around = where_edge_is(spectrum.absorber, spectrum.edge)
    if around is None or energy[0] > around[0] or energy[-1] < around[1]:
        around = None
    return find_e0(energy, mu, between=around)


def _real(values: ArrayLike, name: str) -> Array:
    """A copy as numbers, refused where it would lose a part."""
    array = np.asarray(values)
    if np.iscomplexobj(array):
        raise InputError(f"{name} is complex, give its real part or its size")
    try:
        return np.array(array, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name} holds what is no number, correct it") from None


def _validate(energy: Array, mu: Array) -> None:
    """Refuse arrays that are no spectrum."""
    if energy.ndim != 1 or energy.shape != mu.shape:
        said = f"energy has shape {energy.shape} and mu {mu.shape}"
        raise InputError(f"{said}, give two arrays of one length")
    if len(energy) < 2:
        raise InputError(f"a spectrum of {len(energy)} points, give at least 2")
    finite = np.isfinite(energy) & np.isfinite(mu)
    if not finite.all():
        bad = int(np.argmin(finite))
        said = f"point {bad} (energy {energy[bad]}, mu {mu[bad]}) is not finite"
        raise InputError(f"{said}, correct or remove it")
    falling = np.diff(energy) <= 0
    if falling.any():
        bad = int(np.argmax(falling))
        raise InputError(
            f"energy does not increase from point {bad} ({energy[bad]} eV) to the next "
            f"({energy[bad + 1]} eV), sort the points and remove doubles"
        )
