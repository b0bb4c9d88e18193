"""XDI, the text format of measured scans: fields by name, columns by name."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from xnet_lite import __version__
from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.spectra.spectrum import Spectrum
from xnet_lite.spectra.table import Table, parse_table

_FIELD = re.compile(r"([A-Za-z_]\w*\.[\w.]+)\s*:\s*(.*)")
_OWN = "Xnet_lite."
_READY = {
    "mu": "",
    "mutrans": "transmission",
    "mufluor": "fluorescence",
    "normtrans": "transmission",
    "normfluor": "fluorescence",
}


def parse_xdi(text: str, name: str) -> Spectrum:
    """Return the spectrum of an XDI text, columns found by their names.

    A column of absorption (`mutrans`, `mufluor`, `normtrans`, `normfluor`, `mu`) is
    taken as it is; otherwise μ = ln(i0/itrans), or ifluor/i0.

    Parameters
    ----------
    text, name
        As in `parse_table`.

    Returns
    -------
    Spectrum
        Absorber and edge from the fields; every other field goes to `meta` under its
        own name, and `meta["mode"]` says "transmission" or "fluorescence".

    Raises
    ------
    InputError
        If there is no energy, nothing to make μ of, or a count that is not positive.

    Source
    ------
    B. Ravel, J. R. Hester, V. A. Solé, M. Newville, J. Synchrotron Rad. 19 (2012)
    869, doi:10.1107/S0909049512036886.

    Differs
    -------
    Reads no angle instead of the energy, and accepts fields in any case and order.

    Example
    -------
    >>> text = "# XDI/1.0\\n# Column.1: energy eV\\n# Column.2: mutrans\\n1 2\\n3 4\\n"
    >>> parse_xdi(text, "a.xdi").mu.tolist()
    [2.0, 4.0]
    """
    table = parse_table(text, name)
    fields = _fields(table)
    columns, unit = _columns(table, fields)
    if "energy" not in columns:
        raise InputError(
            f"{name}: no column is called energy ({', '.join(columns)}), "
            "name it in a line '# Column.1: energy eV'"
        )
    energy = columns["energy"] * (1000.0 if unit == "kev" else 1.0)
    mu, mode = _absorption(columns, name)
    known = {key.lower(): value for key, value in fields.items()}
    meta = _meta(fields)
    e0 = meta.pop("e0", None)
    if mode:
        meta["mode"] = mode
    return Spectrum(
        energy=energy,
        mu=mu,
        e0=e0,
        absorber=known.get("element.symbol", "").capitalize(),
        edge=known.get("element.edge", "K").upper(),
        meta=meta,
    )


def format_xdi(spectrum: Spectrum) -> str:
    """Return the spectrum as an XDI text that `parse_xdi` reads back unchanged.

    Parameters
    ----------
    spectrum : Spectrum
        Entries of `meta` named Family.key become fields of this name, the others
        fields of the family Xnet_lite, as JSON.

    Returns
    -------
    str

    Example
    -------
    >>> format_xdi(Spectrum([1.0, 2.0], [0.0, 1.0])).splitlines()[1]
    '# Column.1: energy eV'
    """
    lines = [f"XDI/1.0 xnet_lite/{__version__}", "Column.1: energy eV", "Column.2: mu"]
    if spectrum.absorber:
        lines.append(f"Element.symbol: {spectrum.absorber}")
    lines.append(f"Element.edge: {spectrum.edge}")
    own = {} if spectrum.e0 is None else {"e0": spectrum.e0}
    for key, value in spectrum.meta.items():
        if isinstance(value, str) and "\n" not in value and _FIELD.match(f"{key}:"):
            lines.append(f"{key}: {value}")
        else:
            own[key] = value
    lines += [f"{_OWN}{key}: {as_json(value)}" for key, value in own.items()]
    lines += ["-" * 12, "energy mu"]
    rows = zip(spectrum.energy.tolist(), spectrum.mu.tolist(), strict=True)
    body = [f"{energy!r} {mu!r}" for energy, mu in rows]
    return "\n".join([*(f"# {line}" for line in lines), *body]) + "\n"


def as_json(value: Any) -> str:
    """Return a value of `meta` as one line of JSON, arrays as lists."""

    def plain(item: Any) -> Any:
        return item.tolist() if hasattr(item, "tolist") else str(item)

    return json.dumps(value, default=plain)


def _fields(table: Table) -> dict[str, str]:
    """Family.key: value of the comment lines, up to the free comments."""
    fields = {}
    for line in table.comments:
        if line.startswith(("///", "---")):
            break
        if match := _FIELD.match(line):
            fields[match[1]] = match[2].strip()
    return fields


def _columns(table: Table, fields: dict[str, str]) -> tuple[dict[str, Array], str]:
    """Columns by name, and the unit of the energy."""
    names, unit = table.names[: table.values.shape[1]], ""
    declared = {
        int(key.split(".")[1]): (value.split() or [""])
        for key, value in fields.items()
        if re.fullmatch(r"column\.\d+", key.lower())
    }
    if declared:
        names = [
            declared.get(i + 1, [f"column {i + 1}"])[0].lower()
            for i in range(table.values.shape[1])
        ]
        energy = next((v for v in declared.values() if v[0].lower() == "energy"), [])
        unit = energy[1].lower() if len(energy) > 1 else ""
    return dict(zip(names, table.values.T, strict=False)), unit


def _absorption(columns: dict[str, Array], name: str) -> tuple[Array, str]:
    """Absorption and how it was measured."""
    for column, mode in _READY.items():
        if column in columns:
            return columns[column], mode
    raw = {"itrans": "transmission", "ifluor": "fluorescence"}
    for column, mode in raw.items():
        if "i0" not in columns or column not in columns:
            continue
        i0, signal = columns["i0"], columns[column]
        bad = (i0 <= 0) | (signal <= 0 if column == "itrans" else i0 <= 0)
        if bad.any():
            raise InputError(
                f"{name}: row {int(np.argmax(bad)) + 1} of the data has a count that "
                "is not positive, remove the row"
            )
        return (np.log(i0 / signal) if column == "itrans" else signal / i0), mode
    raise InputError(
        f"{name}: no absorption among the columns {', '.join(columns)}, expected "
        f"one of {', '.join(_READY)}, or i0 with itrans or ifluor"
    )


def _meta(fields: dict[str, str]) -> dict[str, Any]:
    """The fields that are not the spectrum itself; our own ones from JSON."""
    meta: dict[str, Any] = {}
    for key, value in fields.items():
        if key.startswith(_OWN):
            try:
                meta[key.removeprefix(_OWN)] = json.loads(value)
            except json.JSONDecodeError:
                meta[key.removeprefix(_OWN)] = value
        elif not key.lower().startswith(("column.", "element.symbol", "element.edge")):
            meta[key] = value
    return meta
