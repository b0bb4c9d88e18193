"""Datasets on disk: arrays, structures and facts, byte for byte repeatable.

Reading never runs code.
"""

import io
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.packed import (
    arrays_of,
    packed_arrays,
    packed_sites,
    reading,
    sites_of,
)
from xnet_lite.errors import InputError
from xnet_lite.texts import json_of, path_of
from xnet_lite.writing import described, sha256, write_together

META, ARRAYS, STRUCTURES = "meta.json", "arrays.npz", "structures.extxyz.gz"
FORMAT, VERSION = "xnet-lite dataset", 2
_LABEL = "label."
# what a record holds besides format and version
_KEYS = {"name": str, "n_sites": int, "absorbers": dict, "meta": dict, "sha256": dict}


def save_dataset(dataset: XASDataset, folder: str | Path) -> None:
    """Write a dataset as `arrays.npz`, `structures.extxyz.gz` and `meta.json`.

    The same dataset gives the same bytes (with the same zlib). Positions are kept
    to 1e-6 Å; of the structures, only what `write_sites` names.

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
    arrays = {"energy": dataset.energy, "spectra": dataset.spectra}
    if dataset.features is not None:
        arrays["features"] = dataset.features
    if dataset.spectra_low is not None:
        arrays["spectra_low"] = dataset.spectra_low
    arrays |= {_LABEL + key: value for key, value in sorted(dataset.labels.items())}
    files = {ARRAYS: packed_arrays(arrays)}
    if dataset.sites is not None:
        files[STRUCTURES] = packed_sites(dataset.sites)
    sites = dataset.sites or []
    record = {
        "name": dataset.name,
        "n_sites": len(dataset),
        "n_energies": len(dataset.energy),
        "absorbers": dict(sorted(Counter(s.absorber for s in sites).items())),
        "meta": dict(dataset.meta),
        "sha256": {name: sha256(contents) for name, contents in files.items()},
    }
    write_together(folder, (META, _record_text(record)), files)
    if STRUCTURES not in files:
        (folder / STRUCTURES).unlink(missing_ok=True)


def read_dataset(folder: str | Path) -> XASDataset:
    """Read a dataset that `save_dataset` wrote.

    Parameters
    ----------
    folder : str or Path
        The folder with `meta.json`.

    Raises
    ------
    InputError
        When a file is missing, of another format or version, or not the one whose
        hash `meta.json` holds.
    """
    folder = path_of(folder, "a dataset")
    record = read_record(folder / META)
    files = {name: _described(folder, name, record) for name in (ARRAYS, STRUCTURES)}
    arrays, sites = files[ARRAYS], files[STRUCTURES]
    cut = len(_LABEL)
    with reading(folder, "holds no dataset"):
        found = arrays_of(folder / ARRAYS, io.BytesIO(arrays or b""))
        return XASDataset(
            name=record["name"],
            energy=found["energy"],
            spectra=found["spectra"],
            sites=None if sites is None else sites_of(folder / STRUCTURES, sites),
            features=found.get("features"),
            spectra_low=found.get("spectra_low"),
            labels={k[cut:]: v for k, v in found.items() if k.startswith(_LABEL)},
            meta=record["meta"],
        )


def _described(folder: Path, name: str, record: Mapping[str, Any]) -> bytes | None:
    """A file of a dataset, by its hash; None for structures that there are none of."""
    digest = record["sha256"].get(name)
    if digest is None and name == STRUCTURES and not record["absorbers"]:
        return None
    if digest is None:
        said = f"{folder / META} has no SHA-256 of {name}"
        raise InputError(f"{said}; fetch or make the dataset again.")
    try:
        return described(folder, name, str(digest))
    except (InputError, OSError):
        said = f"{folder / name} is missing or not the file that meta.json describes"
        raise InputError(f"{said}; fetch or make the dataset again.") from None


def _record_text(record: Mapping[str, Any]) -> str:
    """The facts about a dataset as JSON."""
    whole = {"format": FORMAT, "version": VERSION, **record}
    try:
        return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    except TypeError as error:
        raise InputError(
            f"The facts about {record.get('name')!r} cannot be stored as JSON "
            f"({error}); keep text, numbers, lists and dictionaries in its meta."
        ) from error


def read_record(path: str | Path) -> dict[str, Any]:
    """Read the facts about a saved dataset: its counts, its meta, its hashes.

    Parameters
    ----------
    path : str or Path
        Its `meta.json`.

    Returns
    -------
    dict
        Keys name, n_sites, n_energies, absorbers, meta, sha256, format, version.

    Raises
    ------
    InputError
        When the file is missing, no JSON, or of another format or version.
    """
    path = path_of(path, "the facts about a dataset")
    if not path.exists():
        raise InputError(f"{path}: no such file, give the folder of a dataset")
    record = json_of(path, "the facts about a dataset")
    found = (record.get("format"), record.get("version"))
    if found != (FORMAT, VERSION):
        said = f"{path} says format and version {found}, expected {(FORMAT, VERSION)}"
        raise InputError(f"{said}; use the xnet_lite that wrote it.")
    for key, kind in _KEYS.items():
        if not isinstance(record.get(key), kind):
            said = f"{path}: {key!r} is missing or not as it was written"
            raise InputError(f"{said}; fetch or make the dataset again.")
    return record
