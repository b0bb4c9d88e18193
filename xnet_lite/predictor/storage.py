"""A predictor on disk: `model.json` says what it is, `model.safetensors` holds numbers.

Nothing on disk is ever run: classes are looked up by name among those the library has
and those the caller passes. What is not understood is refused with a sentence.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from xnet_lite.arrays import Arrays
from xnet_lite.errors import InputError
from xnet_lite.texts import contents_of, json_of
from xnet_lite.writing import described, sha256, write_together

FORMAT = "xnet-lite predictor"
#: raised whenever a reader of the old version would misread the new one
VERSION = 1
# what a file raises that was made to look like one of these
_FAULTS = (ValueError, LookupError, TypeError, AttributeError)
# facts that the library itself uses
_META: dict[str, Any] = {
    **dict.fromkeys(("dataset", "fingerprint", "version", "units"), str),
    **dict.fromkeys(("absorbers", "edges", "names"), list),
    **dict.fromkeys(("job", "out_of_bag", "left_out"), dict),
    **{"energy_reference": str, "e0": (int, float)},
}
SETTINGS_FILE, ARRAYS_FILE = "model.json", "model.safetensors"


def write(folder: Path, settings: Mapping[str, Any], arrays: Arrays) -> None:
    """Write both files, byte for byte the same for the same content.

    An interruption leaves the old predictor or the new one, never a mixture.

    Raises
    ------
    InputError
        If a setting is nothing that JSON can hold.
    """
    plain = _contiguous(arrays)
    numbers = save(plain)
    content = {
        "format": FORMAT,
        "version": VERSION,
        **settings,
        "sha256": {ARRAYS_FILE: sha256(numbers)},
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
    write_together(folder, (SETTINGS_FILE, f"{text}\n"), {ARRAYS_FILE: numbers})


def digest(arrays: Arrays) -> str:
    """Return the SHA-256 that the file of these arrays has."""
    return sha256(save(_contiguous(arrays)))


def read(folder: Path) -> tuple[dict[str, Any], Arrays]:
    """Read both files and check that they belong together.

    Raises
    ------
    InputError
        If a file is missing or damaged, the format or version is another one, or the
        arrays are not those that the settings list, by their hash (which 0.1.0 did not
        write), their shapes and types.
    """
    settings = _read_settings(folder / SETTINGS_FILE)
    path = folder / ARRAYS_FILE
    if not path.exists():
        raise InputError(f"{path} is missing: copy the whole folder of the predictor")
    known = settings.get("sha256", {})
    try:
        if "sha256" in settings:
            arrays = load(described(folder, ARRAYS_FILE, str(known[ARRAYS_FILE])))
        else:
            arrays = load(contents_of(path, "arrays"))
    except (SafetensorError, InputError, OSError, *_FAULTS) as error:
        raise InputError(f"{path} is damaged ({error}): save it again") from error
    _check_arrays(path, section(settings, "arrays", folder), arrays)
    _check_meta(folder, section(settings, "meta", folder))
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


def above(arrays: Arrays, prefix: str) -> Arrays:
    """Return the arrays with a prefix put before their names."""
    return {f"{prefix}.{name}": array for name, array in arrays.items()}


def _contiguous(arrays: Arrays) -> Arrays:
    """Arrays in the order and the layout in which they are written."""
    return {name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)}


def _plain(value: Any) -> Any:
    """A NumPy number or array as JSON has it."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} is none of its types")


def _read_settings(path: Path) -> dict[str, Any]:
    """model.json, of this format and of a version known here."""
    if not path.exists():
        raise InputError(f"{path} is missing: give the folder that Predictor.save made")
    settings = json_of(path, "what Predictor.save writes")
    if settings.get("format") != FORMAT:
        raise InputError(f"{path} is not a predictor of this library: save one first")
    version = settings.get("version")
    if version != VERSION:
        raise InputError(
            f"{path} has version {version!r}, this library reads {VERSION}: use the "
            "library that wrote it, or train again"
        )
    return settings


def _check_meta(folder: Path, meta: Mapping[str, Any]) -> None:
    """Refuse facts that are not of the type in which they are used."""
    for name, kinds in _META.items():
        value = meta.get(name)
        if value is not None and not isinstance(value, kinds):
            raise InputError(
                f"{folder / SETTINGS_FILE}: meta has {name!r} as {value!r:.40}, which "
                "is not what Predictor.save writes: save it again"
            )


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
