"""What every spectral target is: a map from spectra to numbers, and back."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.saving import Configured


class SpectralTarget(Configured, ABC):
    """A map from spectra to the numbers that a model learns, and back.

    Subclass it and give `learn`, `transform`, `inverse_transform` and `n_targets`.
    Constructor arguments are stored under their own names and what is learnt from data
    in attributes whose names end in `_`: then saving needs no line of code.

    Example
    -------
    >>> class Logarithm(SpectralTarget):
    ...     @property
    ...     def n_targets(self):
    ...         return len(self.energy_)
    ...     def transform(self, spectra):
    ...         return np.log(self.checked(spectra))
    ...     def inverse_transform(self, targets):
    ...         return np.exp(targets)
    >>> target = Logarithm().fit([[1.0, 2.0]], energy=[0.0, 1.0])
    >>> target.inverse_transform(target.transform([[1.0, 2.0]])).round(12).tolist()
    [[1.0, 2.0]]
    """

    energy_: Array

    @property
    @abstractmethod
    def n_targets(self) -> int:
        """How many numbers stand for one spectrum; known once fitted."""

    @abstractmethod
    def transform(self, spectra: ArrayLike) -> Array:
        """Return targets (..., n_targets) of spectra (..., n_energies)."""

    @abstractmethod
    def inverse_transform(self, targets: ArrayLike) -> Array:
        """Return spectra (..., n_energies) of targets (..., n_targets)."""

    def learn(self, spectra: Array) -> None:
        """Learn from spectra (n_sites, n_energies); nothing unless overridden."""

    def fit(self, spectra: ArrayLike, energy: ArrayLike) -> SpectralTarget:
        """Learn the representation from training spectra.

        Parameters
        ----------
        spectra : array (n_sites, n_energies)
            On one grid, any unit.
        energy : array (n_energies,)
            The grid, eV, increasing.

        Returns
        -------
        SpectralTarget
            Itself.

        Raises
        ------
        InputError
            If the shapes do not fit, a number is not finite or the grid not increasing.
        """
        grid = floats("energy", energy).copy()
        rows = floats("spectra", spectra)
        if rows.ndim != 2 or grid.shape != rows.shape[1:] or not rows.size:
            said = f"spectra {rows.shape} and energy {grid.shape} do not fit"
            raise InputError(f"{said}, give (n_sites, n_energies) and (n_energies,)")
        if not (np.diff(grid) > 0).all() or not np.isfinite([grid, *rows]).all():
            raise InputError("spectra must be finite and energy increasing: mend them")
        self.energy_ = grid
        self.learn(rows)
        return self

    def fit_transform(self, spectra: ArrayLike, energy: ArrayLike) -> Array:
        """Learn from spectra and return their targets (n_sites, n_targets)."""
        return self.fit(spectra, energy).transform(spectra)

    def reconstruction_error(self, spectra: ArrayLike) -> Array:
        """Return what is lost on the way there and back, % of each spectrum, (...).

        100 Σ_E |back − spectrum| / Σ_E |spectrum|: no model that learns these targets
        can do better than this.
        """
        rows = self.checked(spectra)
        back = self.inverse_transform(self.transform(rows))
        return np.asarray(relative_spectral_error(back, rows))

    def checked(self, spectra: ArrayLike) -> Array:
        """Return spectra (..., n_energies) as float64, on the grid that was fitted.

        Raises
        ------
        InputError
            Before `fit`, or for another number of energies.
        """
        if not hasattr(self, "energy_"):
            raise InputError(f"{type(self).__name__} is not fitted yet, call fit first")
        rows = floats("spectra", spectra)
        if rows.shape[-1:] != self.energy_.shape:
            raise InputError(
                f"spectra {rows.shape} have not the {len(self.energy_)} energies that "
                "were fitted: resample them"
            )
        return rows


class Components(SpectralTarget):
    """A target of `n_components` numbers, the first of as many as there are energies.

    Store `n_components`; `learn` may ask `check_components`.
    """

    n_components: int

    @property
    def n_targets(self) -> int:
        """How many numbers are kept."""
        return self.n_components

    def check_components(self, most: int, source: str) -> None:
        """Refuse fewer than one component, or more than their source has."""
        if not 1 <= self.n_components <= most:
            said = f"n_components={self.n_components} is not between 1 and {most}"
            raise InputError(f"{said}, {source}: give one that is")
