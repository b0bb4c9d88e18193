"""Arrays and facts on disk, byte for byte repeatable; reading never runs code."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.errors import InputError

META = "meta.json"
FORMAT, VERSION = "xnet-lite dataset", 2
# The oldest date a zip archive can hold: no clock enters the bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_arrays(path: str | Path, arrays: Mapping[str, np.ndarray]) -> None:
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


def _npy_bytes(name: str, array: np.ndarray) -> bytes:
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


def read_arrays(path: str | Path) -> dict[str, np.ndarray]:
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
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file, so no dataset is there.") from None
    except ValueError as error:
        raise InputError(f"{path} is no JSON ({error}); make it again.") from error
    found = (record.get("format"), record.get("version"))
    if found != (FORMAT, VERSION):
        raise InputError(
            f"{path} says format and version {found}, expected "
            f"{(FORMAT, VERSION)}; use the xnet_lite that wrote it."
        )
    return record
