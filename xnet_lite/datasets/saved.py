"""Datasets on disk: arrays, structures and facts, byte for byte repeatable.

Reading never runs code.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers

from xnet_lite.arrays import Arrays, Labels
from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

META, ARRAYS, STRUCTURES = "meta.json", "arrays.npz", "structures.extxyz.gz"
FORMAT, VERSION = "xnet-lite dataset", 2
PROPERTIES = "species:S:1:pos:R:3"
# The oldest date a zip archive can hold: no clock enters the bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_LABEL = "label."
_FAULTS = (ValueError, LookupError, AttributeError, TypeError, OSError, EOFError)
_KEY_VALUE = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')


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


def write_arrays(path: str | Path, arrays: Mapping[str, Labels]) -> None:
    """Write named arrays as a compressed `.npz` whose bytes depend on them alone.

    Parameters
    ----------
    path : str or Path
        File to write.
    arrays : mapping of str to ndarray
        Numbers, booleans or text of fixed width; any shape.

    Raises
    ------
    InputError
        For an array of Python objects: turn it into numbers or text.

    Differs
    -------
    From `numpy.savez_compressed`: dates are fixed and objects are refused.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=ZIP_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, _npy_bytes(name, array), compresslevel=9)


def _npy_bytes(name: str, array: Labels) -> bytes:
    """Return one array in numpy's own file format."""
    buffer = io.BytesIO()
    array = np.asarray(array)
    if array.dtype.hasobject:
        raise InputError(
            f"The array {name!r} holds Python objects, which are never stored; "
            "turn it into numbers or text first."
        )
    contiguous = np.ascontiguousarray(array).reshape(array.shape)
    np.lib.format.write_array(buffer, contiguous, allow_pickle=False)
    return buffer.getvalue()


def read_arrays(path: str | Path) -> Arrays:
    """Read every array of an `.npz` file, refusing Python objects.

    Parameters
    ----------
    path : str or Path
        File written by `write_arrays` or by numpy.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    InputError
        When the file is missing, damaged or holds Python objects.
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path.") from None
    except (ValueError, AttributeError, TypeError, OSError, EOFError) as error:
        raise InputError(
            f"{path} is no archive of plain arrays ({error}); fetch or make it again."
        ) from error
    except (zipfile.BadZipFile, zlib.error) as error:
        raise InputError(
            f"{path} is damaged ({error}); fetch or make it again."
        ) from error


def write_sites(path: str | Path, sites: Sequence[Site]) -> None:
    """Write sites as gzipped extended XYZ, positions to 1e-6 Å.

    Elements, positions, cell, periodicity, absorber, edge and name are kept;
    whatever else the structures carry is not.

    Parameters
    ----------
    path : str or Path
        File to write, usually `structures.extxyz.gz`.
    sites : sequence of Site
        One frame each.

    Raises
    ------
    InputError
        When a name holds a double quote or a line break.
    """
    text = "".join(_frame(site) for site in sites)
    with (
        Path(path).open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as packed,
    ):
        packed.write(text.encode())


def _frame(site: Site) -> str:
    """Return one site as a frame of extended XYZ."""
    if any(mark in site.name for mark in '"\n\r'):
        raise InputError(
            f"The site name {site.name!r} holds a quote or a line break; rename it."
        )
    fields = [
        f"Properties={PROPERTIES}",
        f"absorber_index={site.absorber_index}",
        f"edge={site.edge}",
        f'name="{site.name}"',
        'pbc="{} {} {}"'.format(*("T" if p else "F" for p in site.atoms.pbc)),
    ]
    if site.atoms.cell.rank:
        cell = " ".join(f"{x:.8f}" for x in np.asarray(site.atoms.cell).ravel() + 0.0)
        fields.insert(0, f'Lattice="{cell}"')
    # Adding zero turns -0.0 into 0.0, so equal structures give equal bytes.
    positions = np.round(site.atoms.positions, 6) + 0.0
    symbols = site.atoms.get_chemical_symbols()
    rows = [
        f"{s} {x:.6f} {y:.6f} {z:.6f}"
        for s, (x, y, z) in zip(symbols, positions.tolist(), strict=True)
    ]
    return "\n".join([str(len(rows)), " ".join(fields), *rows]) + "\n"


def read_sites_file(path: str | Path) -> list[Site]:
    """Read the sites written by `write_sites`.

    Parameters
    ----------
    path : str or Path
        Gzipped extended XYZ with columns element, x, y, z and the keys
        `absorber_index`, `edge` and `name`.

    Returns
    -------
    list of Site

    Raises
    ------
    InputError
        When the file is missing, damaged or of another layout.
    """
    path = Path(path)
    with (
        reading(path, "is damaged", zlib.error),
        gzip.open(path, "rt", encoding="utf-8") as stream,
    ):
        lines = stream.read().splitlines()
    return list(_frames(path, lines))


def _frames(path: Path, lines: list[str]) -> Iterator[Site]:
    """Yield the sites of a file's lines."""
    start = 0
    while start < len(lines):
        try:
            n_atoms = int(lines[start])
            rows = lines[start + 2 : start + 2 + n_atoms]
            yield _site(lines[start + 1], rows, n_atoms)
        except (ValueError, IndexError, KeyError) as error:
            raise InputError(
                f"{path}: line {start + 1} begins no frame of sites ({error}); "
                "fetch or make the file again."
            ) from error
        start += 2 + n_atoms


def _site(comment: str, rows: list[str], n_atoms: int) -> Site:
    """Return the site of one frame."""
    keys = {key: quoted or plain for key, quoted, plain in _KEY_VALUE.findall(comment)}
    if keys["Properties"] != PROPERTIES:
        raise ValueError(f"columns are {keys['Properties']}, expected {PROPERTIES}")
    table = np.array(" ".join(rows).split()).reshape(n_atoms, 4)
    numbers = [atomic_numbers[symbol] for symbol in table[:, 0]]
    atoms = Atoms(numbers=numbers, positions=table[:, 1:].astype(float))
    if "Lattice" in keys:
        atoms.cell = np.array(keys["Lattice"].split(), dtype=float).reshape(3, 3)
    atoms.pbc = [flag == "T" for flag in keys["pbc"].split()]
    return Site(atoms, int(keys["absorber_index"]), keys["edge"], keys["name"])


def write_record(path: str | Path, record: Mapping[str, Any]) -> None:
    """Write the facts about a dataset as JSON, with the format and its version.

    Parameters
    ----------
    path : str or Path
        File to write.
    record : mapping
        Text, numbers, lists and dictionaries of them.

    Raises
    ------
    InputError
        When the record holds anything else.
    """
    whole = {"format": FORMAT, "version": VERSION, **record}
    try:
        text = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False)
    except TypeError as error:
        raise InputError(
            f"The facts about {record.get('name')!r} cannot be stored as JSON "
            f"({error}); keep text, numbers, lists and dictionaries in its meta."
        ) from error
    Path(path).write_text(text + "\n", encoding="utf-8", newline="\n")


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
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file, so no dataset is there.")
    with reading(path, "is no JSON"):
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found = (record.get("format"), record.get("version"))
    if found != (FORMAT, VERSION):
        raise InputError(
            f"{path} says format and version {found}, expected "
            f"{(FORMAT, VERSION)}; use the xnet_lite that wrote it."
        )
    return record


@contextmanager
def reading(path: str | Path, fault: str, *errors: type[Exception]) -> Iterator[None]:
    """Say in one sentence what is wrong with a file that cannot be read.

    Parameters
    ----------
    path : str or Path
        The file, as the sentence names it.
    fault : str
        What to say where its contents are the trouble: "is no table of numbers".
    *errors
        Kinds of errors besides the usual ones that mean so.
    """
    kinds: tuple[type[Exception], ...] = (*_FAULTS, *errors)
    try:
        yield
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path.") from None
    except kinds as error:
        remedy = "fetch or make it again"
        raise InputError(f"{path} {fault} ({error}); {remedy}.") from error
