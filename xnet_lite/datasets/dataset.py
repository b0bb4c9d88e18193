"""Sites and their spectra on one energy grid: hold and narrow them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xnet_lite.errors import InputError
from xnet_lite.structures import Site


@dataclass(frozen=True, eq=False)
class XASDataset:
    """Absorbing sites, their spectra on one energy grid, and what is known of them.

    Attributes
    ----------
    name : str
        Name under which `load` finds it.
    energy : ndarray, shape (n_energies,)
        eV, increasing; relative to `meta["e0"]` when `meta["energy_reference"]`
        is "e0", as it stands in the files when it is "absolute".
    spectra : ndarray, shape (n_sites, n_energies)
        Absorption in the unit of `meta["units"]`.
    sites : sequence of Site, optional
        Structures, where the set has them.
    features : ndarray, shape (n_sites, n_features), optional
        Features that come with the set.
    labels : mapping of str to ndarray, shape (n_sites,)
        One value per site; "compound" is what grouped splits keep together.
    meta : mapping
        Facts about the whole set, storable as JSON.
    spectra_low : ndarray, shape (n_sites, n_energies), optional
        Absorption of the same sites at a cheaper level of theory.

    Raises
    ------
    InputError
        When shapes disagree, the grid does not increase or a value is not finite.

    Example
    -------
    >>> XASDataset("two", np.arange(3.0), np.ones((2, 3)))[[1]].spectra.shape
    (1, 3)
    """

    name: str
    energy: np.ndarray
    spectra: np.ndarray
    sites: Sequence[Site] | None = None
    features: np.ndarray | None = None
    labels: Mapping[str, np.ndarray] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    spectra_low: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Store float64 arrays and check that they belong together."""
        put = object.__setattr__
        put(self, "energy", np.asarray(self.energy, dtype=float))
        put(self, "spectra", np.asarray(self.spectra, dtype=float))
        if self.features is not None:
            put(self, "features", np.asarray(self.features, dtype=float))
        if self.spectra_low is not None:
            put(self, "spectra_low", np.asarray(self.spectra_low, dtype=float))
            _check_grid(self.name, self.energy, self.spectra_low)
        labels = {key: np.asarray(value) for key, value in self.labels.items()}
        put(self, "labels", labels)
        put(self, "meta", dict(self.meta))
        _check_grid(self.name, self.energy, self.spectra)
        _check_rows(self)

    def __len__(self) -> int:
        """Return the number of sites."""
        return len(self.spectra)

    def __getitem__(self, index: Any) -> XASDataset:
        """Return the subset at an index array, a mask, a slice or one position."""
        chosen = np.atleast_1d(np.arange(len(self))[index])
        return replace(
            self,
            spectra=self.spectra[chosen],
            sites=None if self.sites is None else [self.sites[i] for i in chosen],
            features=_rows(self.features, chosen),
            spectra_low=_rows(self.spectra_low, chosen),
            labels={key: value[chosen] for key, value in self.labels.items()},
        )

    def where(self, **labels: Any) -> XASDataset:
        """Return the sites with these labels.

        A set of several absorbers that is narrowed to one metal knows its absorber
        and its edge energy afterwards.

        Parameters
        ----------
        **labels
            Name and value, or several values, of labels that the set has.

        Raises
        ------
        InputError
            For a label that is not there, or values that no site has; the message
            lists what there is.

        Example
        -------
        >>> labels = {"metal": np.array(["Fe", "V"])}
        >>> both = XASDataset("two", np.arange(3.0), np.ones((2, 3)), labels=labels)
        >>> both.where(metal="Fe").meta["absorber"]
        'Fe'
        """
        kept = np.ones(len(self), dtype=bool)
        for key, values in labels.items():
            if key not in self.labels:
                raise InputError(
                    f"{self.name!r} has no label {key!r}; use one of "
                    f"{', '.join(sorted(self.labels)) or 'none'}."
                )
            kept &= np.isin(self.labels[key], np.atleast_1d(values))
        if not kept.any():
            there = {key: sorted(map(str, set(self.labels[key]))) for key in labels}
            raise InputError(
                f"no site of {self.name!r} has {labels}; the labels are "
                + "; ".join(f"{k}: {', '.join(v[:12])}" for k, v in there.items())
            )
        found = self[kept]
        metals = set(found.labels.get("metal", ()))
        facts: dict[str, Any] = {}
        if len(metals) == 1:
            facts["absorber"] = str(next(iter(metals)))
            energies = set(found.labels.get("e0", ()))
            facts |= {"e0": float(next(iter(energies)))} if len(energies) == 1 else {}
        return replace(found, meta={**found.meta, **facts})

    @property
    def groups(self) -> np.ndarray:
        """Compound of each site, shape (n_sites,); each site its own without one."""
        return self.labels.get("compound", np.arange(len(self)))


def _rows(values: np.ndarray | None, chosen: np.ndarray) -> np.ndarray | None:
    """The chosen rows, where there are any."""
    return None if values is None else values[chosen]


def _check_grid(name: str, energy: np.ndarray, spectra: np.ndarray) -> None:
    """Refuse an energy grid and spectra that do not fit each other."""
    if energy.ndim != 1 or len(energy) < 2 or not (np.diff(energy) > 0).all():
        raise InputError(
            f"The energy grid of {name!r} must be one increasing row of numbers in "
            f"eV; it has shape {energy.shape}: sort it and drop repeated points."
        )
    if spectra.ndim != 2 or spectra.shape[1] != len(energy):
        raise InputError(
            f"The spectra of {name!r} have shape {spectra.shape}, expected "
            f"(n_sites, {len(energy)}): resample them on the energy grid."
        )


def _check_rows(dataset: XASDataset) -> None:
    """Refuse sites, features or labels that are not one per spectrum."""
    n_sites = len(dataset)
    parts: dict[str, Any] = {"label " + key: v for key, v in dataset.labels.items()}
    parts |= {"sites": dataset.sites, "features": dataset.features}
    parts["low-level spectra"] = dataset.spectra_low
    for part, values in parts.items():
        if values is not None and len(values) != n_sites:
            raise InputError(
                f"The {part} of {dataset.name!r} count {len(values)}, the spectra "
                f"{n_sites}; give one for each spectrum."
            )
    numbers = {
        "energy": dataset.energy,
        "spectra": dataset.spectra,
        "low-level spectra": dataset.spectra_low,
    }
    for part, values in numbers.items():
        if values is not None and not np.isfinite(values).all():
            raise InputError(
                f"The {part} of {dataset.name!r} hold values that are not finite; "
                "drop these sites."
            )
