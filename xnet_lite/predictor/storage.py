"""A predictor on disk: `model.json` says what it is, `model.safetensors` holds numbers.

Nothing on disk is ever run: classes are looked up by name among those the library has
and those the caller passes. What is not understood is refused with a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from xnet_lite.arrays import Arrays
from xnet_lite.errors import InputError

FORMAT = "xnet-lite predictor"
#: raised whenever a reader of the old version would misread the new one
VERSION = 1
SETTINGS_FILE, ARRAYS_FILE = "model.json", "model.safetensors"


def write(folder: Path, settings: Mapping[str, Any], arrays: Arrays) -> None:
    """Write both files, byte for byte the same for the same content.

    Raises
    ------
    InputError
        If a setting is nothing that JSON can hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain = {name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)}
    content = {
        "format": FORMAT,
        "version": VERSION,
        **settings,
        "arrays": {
            name: {"shape": list(array.shape), "dtype": str(array.dtype)}
            for name, array in plain.items()
        },
    }
    try:
        text = json.dumps(
            content, indent=1, sort_keys=True, allow_nan=False, default=_plain
        )
    except (TypeError, ValueError) as error:
        raise InputError(
            f"the predictor's settings or meta cannot be written as JSON ({error}): "
            "keep to numbers, texts, lists and mappings"
        ) from error
    save_file(plain, folder / ARRAYS_FILE)
    (folder / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> tuple[dict[str, Any], Arrays]:
    """Read both files and check that they belong together.

    Raises
    ------
    InputError
        If a file is missing or damaged, the format or version is another one, or the
        arrays are not those that the settings list.
    """
    settings = _read_settings(folder / SETTINGS_FILE)
    path = folder / ARRAYS_FILE
    if not path.is_file():
        raise InputError(f"{path} is missing: copy the whole folder of the predictor")
    try:
        arrays = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise InputError(f"{path} is damaged ({error}): save it again") from error
    _check_arrays(path, section(settings, "arrays", folder), arrays)
    return settings, arrays


def section(settings: Mapping[str, Any], name: str, where: object) -> dict[str, Any]:
    """Return one part of the settings, or say that it is missing."""
    part = settings.get(name)
    if not isinstance(part, dict):
        raise InputError(
            f"{where}/{SETTINGS_FILE} has no {name!r}: it is incomplete, save it again"
        )
    return part


def under(arrays: Arrays, prefix: str) -> Arrays:
    """Return the arrays below a prefix, without it."""
    start = f"{prefix}."
    return {k.removeprefix(start): v for k, v in arrays.items() if k.startswith(start)}


def above(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Arrays:
    """Return the arrays with a prefix put before their names."""
    return {f"{prefix}.{name}": array for name, array in arrays.items()}


def _plain(value: Any) -> Any:
    """A NumPy number or array as JSON has it."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is none of its types")


def _read_settings(path: Path) -> dict[str, Any]:
    """model.json, of this format and of a version known here."""
    if not path.is_file():
        raise InputError(f"{path} is missing: give the folder that Predictor.save made")
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path} is not JSON ({error}): save it again") from error
    if not isinstance(settings, dict) or settings.get("format") != FORMAT:
        raise InputError(f"{path} is not a predictor of this library: save one first")
    version = settings.get("version")
    if version != VERSION:
        raise InputError(
            f"{path} has version {version!r}, this library reads {VERSION}: use the "
            "library that wrote it, or train again"
        )
    return settings


def _check_arrays(path: Path, listed: Mapping[str, Any], arrays: Arrays) -> None:
    """Refuse arrays that are missing, extra, of another shape or type, not finite."""
    odd = sorted(set(listed) ^ set(arrays))
    if odd:
        raise InputError(
            f"{path} does not fit {SETTINGS_FILE}: array {odd[0]!r} is odd"
        )
    for name, array in arrays.items():
        found = {"shape": list(array.shape), "dtype": str(array.dtype)}
        if listed[name] != found:
            raise InputError(
                f"{path}: array {name!r} is {found}, {SETTINGS_FILE} says "
                f"{listed[name]}: save it again"
            )
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise InputError(f"{path}: array {name!r} is not finite: train again")
