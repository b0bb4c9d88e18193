"""Sites and their spectra on one energy grid: hold, subset, save, read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.datasets.sites_file import read_sites_file, write_sites
from xnet_lite.datasets.storage import (
    META,
    read_arrays,
    read_record,
    write_arrays,
    write_record,
)
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

ARRAYS, STRUCTURES = "arrays.npz", "structures.extxyz.gz"
_LABEL = "label."


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

    def __post_init__(self) -> None:
        """Store float64 arrays and check that they belong together."""
        put = object.__setattr__
        put(self, "energy", np.asarray(self.energy, dtype=float))
        put(self, "spectra", np.asarray(self.spectra, dtype=float))
        if self.features is not None:
            put(self, "features", np.asarray(self.features, dtype=float))
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
            features=None if self.features is None else self.features[chosen],
            labels={key: value[chosen] for key, value in self.labels.items()},
        )

    @property
    def groups(self) -> np.ndarray:
        """Compound of each site, shape (n_sites,); each site its own without one."""
        return self.labels.get("compound", np.arange(len(self)))


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
    for part, values in parts.items():
        if values is not None and len(values) != n_sites:
            raise InputError(
                f"The {part} of {dataset.name!r} count {len(values)}, the spectra "
                f"{n_sites}; give one for each spectrum."
            )
    for part, values in {"energy": dataset.energy, "spectra": dataset.spectra}.items():
        if not np.isfinite(values).all():
            raise InputError(
                f"The {part} of {dataset.name!r} hold values that are not finite; "
                "drop these sites."
            )


def save_dataset(dataset: XASDataset, folder: str | Path) -> None:
    """Write a dataset as `arrays.npz`, `structures.extxyz.gz` and `meta.json`.

    The same dataset gives the same bytes (with the same zlib). Positions are kept
    to 1e-6 Å; of the structures, only what `sites_file.write_sites` names.

    Parameters
    ----------
    dataset : XASDataset
        What to write.
    folder : str or Path
        Made if it is not there; files of the same names are replaced.

    Raises
    ------
    InputError
        When labels or meta hold what cannot be stored without running code.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {"energy": dataset.energy, "spectra": dataset.spectra}
    if dataset.features is not None:
        arrays["features"] = dataset.features
    arrays |= {_LABEL + key: value for key, value in sorted(dataset.labels.items())}
    write_arrays(folder / ARRAYS, arrays)
    (folder / STRUCTURES).unlink(missing_ok=True)
    if dataset.sites is not None:
        write_sites(folder / STRUCTURES, dataset.sites)
    present = [folder / file for file in (ARRAYS, STRUCTURES)]
    record = {
        "name": dataset.name,
        "n_sites": len(dataset),
        "n_energies": len(dataset.energy),
        "absorbers": sorted({site.absorber for site in dataset.sites or []}),
        "meta": dict(dataset.meta),
        "sha256": {path.name: _sha256(path) for path in present if path.exists()},
    }
    write_record(folder / META, record)


def _sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_dataset(folder: str | Path) -> XASDataset:
    """Read a dataset that `save_dataset` wrote.

    Parameters
    ----------
    folder : str or Path
        The folder with `meta.json`.

    Returns
    -------
    XASDataset

    Raises
    ------
    InputError
        When a file is missing, of another format or version, or not the one whose
        hash `meta.json` holds.
    """
    folder = Path(folder)
    record = read_record(folder / META)
    for file, digest in record["sha256"].items():
        path = folder / Path(file).name
        if not path.is_file() or _sha256(path) != digest:
            raise InputError(
                f"{path} is missing or not the file that meta.json describes; fetch "
                "or make the dataset again."
            )
    arrays = read_arrays(folder / ARRAYS)
    has_sites = STRUCTURES in record["sha256"]
    cut = len(_LABEL)
    return XASDataset(
        name=record["name"],
        energy=arrays["energy"],
        spectra=arrays["spectra"],
        sites=read_sites_file(folder / STRUCTURES) if has_sites else None,
        features=arrays.get("features"),
        labels={k[cut:]: v for k, v in arrays.items() if k.startswith(_LABEL)},
        meta=record["meta"],
    )
