"""What every spectral target is: a map from spectra to numbers, and back."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xnet_lite.arrays import Array, Arrays
from xnet_lite.errors import InputError
from xnet_lite.metrics import relative_spectral_error

#: what saves a fitted target: settings for JSON, arrays for safetensors
State = tuple[dict[str, Any], Arrays]


class SpectralTarget(ABC):
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

    def learn(self, spectra: Array) -> None:  # noqa: B027 (optional)
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
        grid = np.array(energy, dtype=float)
        rows = np.asarray(spectra, dtype=float)
        if rows.ndim != 2 or grid.shape != rows.shape[1:] or not rows.size:
            raise InputError(
                f"spectra {rows.shape} and energy {grid.shape} do not fit, give "
                "(n_sites, n_energies) and (n_energies,)"
            )
        if not (np.diff(grid) > 0).all() or not np.isfinite(rows).all():
            raise InputError(
                "spectra must be finite and energy increasing: remove what is not"
            )
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
        rows = np.asarray(spectra, dtype=float)
        if rows.shape[-1:] != self.energy_.shape:
            raise InputError(
                f"spectra {rows.shape} have not the {len(self.energy_)} energies that "
                "were fitted: resample them"
            )
        return rows

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments, ready for JSON."""
        return {
            name: getattr(self, name)
            for name in inspect.signature(type(self)).parameters
        }

    def state(self) -> State:
        """Return the constructor's arguments, and what `fit` learnt as arrays."""
        learnt = {
            name.removesuffix("_"): np.asarray(value)
            for name, value in vars(self).items()
            if name.endswith("_") and not name.startswith("_")
        }
        return self.config(), learnt

    @classmethod
    def from_state(
        cls, settings: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> SpectralTarget:
        """Build a fitted target again from what `state` returned.

        Raises
        ------
        InputError
            For an argument that this target lacks, or an array that is missing.
        """
        try:
            target = cls(**settings)
        except TypeError as error:
            raise InputError(
                f"{cls.__name__} cannot be built from {dict(settings)}: {error}"
            ) from error
        missing = sorted(cls._learnt_names() - set(arrays))
        if missing:
            raise InputError(
                f"{cls.__name__}: the array {missing[0]!r} is missing, save it again"
            )
        for name, array in arrays.items():
            setattr(target, f"{name}_", np.asarray(array))
        return target

    @classmethod
    def _learnt_names(cls) -> set[str]:
        """Names of the arrays that the class and its parents declare, without `_`."""
        declared = [
            name for c in cls.__mro__ for name in vars(c).get("__annotations__", {})
        ]
        return {name.removesuffix("_") for name in declared if name.endswith("_")}
