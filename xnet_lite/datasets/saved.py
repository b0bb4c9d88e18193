"""Datasets on disk: arrays, structures and facts, byte for byte repeatable."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.sites_file import read_sites_file, write_sites
from xnet_lite.datasets.storage import (
    META,
    read_arrays,
    read_record,
    write_arrays,
    write_record,
)
from xnet_lite.errors import InputError

ARRAYS, STRUCTURES = "arrays.npz", "structures.extxyz.gz"
_LABEL = "label."


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
    if dataset.spectra_low is not None:
        arrays["spectra_low"] = dataset.spectra_low
    arrays |= {_LABEL + key: value for key, value in sorted(dataset.labels.items())}
    write_arrays(folder / ARRAYS, arrays)
    (folder / STRUCTURES).unlink(missing_ok=True)
    if dataset.sites is not None:
        write_sites(folder / STRUCTURES, dataset.sites)
    sites = dataset.sites or []
    present = [folder / file for file in (ARRAYS, STRUCTURES)]
    record = {
        "name": dataset.name,
        "n_sites": len(dataset),
        "n_energies": len(dataset.energy),
        "absorbers": dict(sorted(Counter(s.absorber for s in sites).items())),
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
        spectra_low=arrays.get("spectra_low"),
        labels={k[cut:]: v for k, v in arrays.items() if k.startswith(_LABEL)},
        meta=record["meta"],
    )
