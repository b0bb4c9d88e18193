"""A level of theory: an engine on a grid of energies, normalised, under one name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.faces import Face
from xnet_lite.scattering.engine import MultipleScattering
from xnet_lite.spectra import NORMALISED_ABOVE, Spectrum, resample, unit_mean
from xnet_lite.structures import Site

Engine = Callable[[Site], Spectrum]
# eV from the edge, those of the public tmQM sets: 226 points, 1/3 eV apart
ENERGY_REL = np.linspace(-15.0, 60.0, 226, dtype=float)
_PRESET = "fdmnes_like"


@dataclass(frozen=True, eq=False, repr=False)
class Level(Face):
    """What computes a spectrum as teacher or as oracle: always on one scale.

    Parameters
    ----------
    name : str
        Tells it from every other engine, on cards and in checkpoints.
    engine : callable
        From a `Site` to a `Spectrum`. To work in other processes it must be able to
        travel there.
    energy_rel : ndarray, shape (n_energies,), optional
        Energies from the edge, eV; the grid of the embedded sets by default.
    normalised_above : float
        eV from the edge; absorption is divided by its mean above it.

    Example
    -------
    >>> from ase import Atoms
    >>> mu = CHEAP(Site(Atoms("FeO", [[0, 0, 0], [0, 0, 1.9]]), 0))
    >>> round(float(mu[ENERGY_REL > 15].mean()), 6)
    1.0
    """

    name: str
    engine: Engine
    energy_rel: Array = field(default_factory=ENERGY_REL.copy)
    normalised_above: float = NORMALISED_ABOVE

    @classmethod
    def of(cls, energy_rel: Array = ENERGY_REL, **options: Any) -> Level:
        """Return the FDMNES-like engine on a grid, with other options than its own."""
        words = [f"preset={_PRESET!r}", *(f"{k}={v!r}" for k, v in options.items())]
        engine = MultipleScattering(_PRESET, energies=energy_rel, **options)
        return cls(f"MultipleScattering({', '.join(words)})", engine, energy_rel)

    @property
    def units(self) -> str:
        """What the numbers are, for the meta of a dataset."""
        return f"absorption divided by its mean above {self.normalised_above:g} eV"

    def __call__(self, site: Site) -> Array:
        """Return the normalised absorption of a site, shape (n_energies,)."""
        return self.spectrum(site).mu

    def spectrum(self, site: Site) -> Spectrum:
        """Return the normalised spectrum of a site, with its absolute energies."""
        found = self.engine(site)
        e0 = float(found.e0 or 0.0)
        found = resample(found, e0 + self.energy_rel)
        mu = unit_mean(self.energy_rel, found.mu, self.normalised_above)
        return replace(found, mu=mu, e0=e0)


DEAR = Level.of()
CHEAP = Level.of(r_fms=3.0, l_max=2)
