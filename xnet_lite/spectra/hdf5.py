"""HDF5 and NeXus: every group that holds energies is a scan.

The extra `beamline` brings h5py alone. hdf5plugin, ten times as large, is used where it
is installed: few series of a scan are packed in a way that needs it. silx and xraylarch
would read little more than this (SPEC and Athena's projects are text, read as such) and
bring 14 and about 100 packages, as `pip install --dry-run` says.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, missing
from xnet_lite.spectra.roles import plain_unit, role_of
from xnet_lite.spectra.scan import Scan

SIGNATURE = b"\x89HDF\r\n\x1a\n"
#: numbers that a column may have, and groups that are looked into
MOST_POINTS, MOST_GROUPS = 5_000_000, 10_000


def read_hdf5(path: Path) -> list[Scan]:
    """Return the scans of an HDF5 file, NeXus or not.

    Parameters
    ----------
    path : Path
        The file. Nothing is read but series of numbers that stand beside a series
        called energy, and the names of element and edge.

    Returns
    -------
    list of Scan
        By the names of their groups.

    Raises
    ------
    InputError
        Without h5py (the extra `beamline`), for a file that is spoilt, or one without
        energies.
    """
    try:
        import h5py
    except ImportError:
        raise missing(f"{path.name}: reading HDF5 needs h5py", "beamline") from None
    with suppress(ImportError):
        import hdf5plugin  # noqa: F401  (decompression that beamlines use)
    try:
        with h5py.File(path, "r") as file:
            scans = _scans(file, h5py)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise InputError(
            f"{path.name}: cannot be read as HDF5 ({error}); if it is whole it may be "
            "packed in a way that pip install hdf5plugin knows"
        ) from error
    if not scans:
        said = f"{path.name}: no group holds a series of energies"
        raise InputError(f"{said}, expected one called energy")
    return scans


def _scans(file: Any, h5py: Any) -> list[Scan]:
    """Groups that hold energies, each once, however many links lead to it."""
    scans: list[Scan] = []
    seen: set[Any] = set()
    todo = [(file, _said_of(file, {}, h5py))]
    while todo and len(seen) < MOST_GROUPS:
        group, said = todo.pop(0)
        if group.id in seen:
            continue
        seen.add(group.id)
        columns, groups = {}, []
        for key in group:
            # a link to another file is not followed
            if isinstance(group.get(key, getlink=True), h5py.ExternalLink):
                continue
            item = group.get(key)
            if isinstance(item, h5py.Group):
                groups.append((item, _said_of(item, said, h5py)))
            elif isinstance(item, h5py.Dataset) and _is_series(item):
                columns[key] = item
        todo += groups
        if scan := _scan(group.name, columns, said):
            scans.append(scan)
    return _without_copies(scans)


def _is_series(item: Any) -> bool:
    """Whether a dataset is a series of numbers, neither a value nor an image."""
    numbers = item.dtype.kind in "iuf" and item.ndim == 1
    return numbers and 2 <= item.shape[0] <= MOST_POINTS


def _scan(
    name: str, columns: Mapping[str, Any], said: Mapping[str, str]
) -> Scan | None:
    """A group's series that are as long as its energies."""
    energies = [key for key in columns if role_of(key) == "energy"]
    lengths = {columns[key].shape for key in energies}
    same = [key for key in columns if columns[key].shape in lengths]
    if not energies or len(lengths) > 1 or len(same) < 2:
        return None
    unit = str(columns[energies[0]].attrs.get("units", ""))
    values: Array = np.column_stack([columns[key][()].astype(float) for key in same])
    return Scan(
        same,
        values,
        unit=plain_unit(unit),
        absorber=said.get("element", ""),
        edge=said.get("edge", ""),
        label=name,
        meta={"format": "hdf5", "group": name},
    )


def _said_of(group: Any, above: Mapping[str, str], h5py: Any) -> dict[str, str]:
    """Element and edge, as a group or one above it says them."""
    said = dict(above)
    for key, names in {
        "element": ("element", "element/symbol", "symbol", "xas/element"),
        "edge": ("edge", "element/edge", "edge/name", "xas/edge"),
    }.items():
        for name in names:
            item = group.get(name)
            if isinstance(item, h5py.Dataset) and item.shape == ():
                value = item[()]
                said[key] = value.decode() if isinstance(value, bytes) else str(value)
                break
    return said


def _without_copies(scans: list[Scan]) -> list[Scan]:
    """Scans without those that hold no column that another does not hold."""
    kept: list[Scan] = []
    for scan in scans:
        inside = [{column.tobytes() for column in other.values.T} for other in kept]
        own = {column.tobytes() for column in scan.values.T}
        if not any(own <= other for other in inside):
            kept = [k for k, other in zip(kept, inside) if not other < own] + [scan]
    return kept
