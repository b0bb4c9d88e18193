"""XDI, the text format of measured scans: fields by name, columns by name."""

import json
import re
from typing import Any

from xnet_lite import __version__
from xnet_lite.errors import InputError
from xnet_lite.spectra.roles import plain_unit, role_of
from xnet_lite.spectra.scan import Scan, scan_of
from xnet_lite.spectra.spectrum import Spectrum
from xnet_lite.spectra.table import Table, parse_table

_FIELD = re.compile(r"([A-Za-z_]\w*\.[\w.]+)\s*:\s*(.*)")
_OWN = "Xnet_lite."
_HERE = "xnet_lite/"  # in the first line of what `format_xdi` writes
# fields that are the spectrum itself, which no entry of `meta` may stand for
_ITSELF = re.compile(r"column\..*|element\.(symbol|edge)|xnet_lite\..*", re.IGNORECASE)


def parse_xdi(text: str, name: str) -> Scan:
    """Return the scan of an XDI text, its columns named by its fields.

    Arguments are those of `parse_table`, and so is what is raised.

    Returns
    -------
    Scan
        Every field that is not the scan itself goes to `meta` under its own name.

    Source
    ------
    B. Ravel, J. R. Hester, V. A. Solé, M. Newville, J. Synchrotron Rad. 19 (2012)
    869, doi:10.1107/S0909049512036886.

    Differs
    -------
    Reads no angle instead of the energy, and accepts fields in any case and order, and
    no version line.

    Example
    -------
    >>> text = "# XDI/1.0\\n# Column.1: energy eV\\n# Column.2: mutrans\\n1 2\\n3 4\\n"
    >>> parse_xdi(text, "a.xdi").names
    ['energy', 'mutrans']
    """
    table = parse_table(text, name)
    fields = _fields(table)
    known = {key.lower(): value for key, value in fields.items()}
    e0, meta = _meta(fields, name)
    return scan_of(
        table,
        **_columns(known, table.values.shape[1]),
        absorber=known.get("element.symbol", ""),
        edge=known.get("element.edge", ""),
        e0=e0,
        meta=meta,
        written_here=any(_HERE in line for line in table.comments[:1]),
    )


def format_xdi(spectrum: Spectrum) -> str:
    """Return the spectrum as an XDI text that `read_spectrum` reads back unchanged.

    Parameters
    ----------
    spectrum : Spectrum
        Entries of `meta` named Family.key become fields of this name, the others one
        field of the family Xnet_lite, as JSON.

    Returns
    -------
    str

    Example
    -------
    >>> format_xdi(Spectrum([1.0, 2.0], [0.0, 1.0])).splitlines()[1]
    '# Column.1: energy eV'
    """
    lines = [f"XDI/1.0 {_HERE}{__version__}", "Column.1: energy eV", "Column.2: mu"]
    if spectrum.absorber:
        lines.append(f"Element.symbol: {spectrum.absorber}")
    lines.append(f"Element.edge: {spectrum.edge}")
    fields = {k: value for k, value in spectrum.meta.items() if _is_field(k, value)}
    own = {k: value for k, value in spectrum.meta.items() if k not in fields}
    lines += [f"{key}: {value}" for key, value in fields.items()]
    if spectrum.e0 is not None:
        lines.append(f"{_OWN}e0: {spectrum.e0!r}")
    if own:
        lines.append(f"{_OWN}meta: {as_json(own)}")
    lines += ["-" * 12, "energy mu"]
    rows = zip(spectrum.energy.tolist(), spectrum.mu.tolist(), strict=True)
    body = [f"{energy!r} {mu!r}" for energy, mu in rows]
    return "\n".join([*(f"# {line}" for line in lines), *body]) + "\n"


def as_json(value: Any) -> str:
    """Return a value of `meta` as one line of JSON, arrays as lists."""

    def plain(item: Any) -> Any:
        return item.tolist() if hasattr(item, "tolist") else str(item)

    return json.dumps(value, default=plain)


def _is_field(key: str, value: Any) -> bool:
    """Whether an entry of `meta` can stand as a field of its own."""
    line = isinstance(value, str) and value.isprintable() and value == value.strip()
    return line and bool(_FIELD.fullmatch(f"{key}:")) and not _ITSELF.fullmatch(key)


def _fields(table: Table) -> dict[str, str]:
    """Family.key: value of the comment lines, up to the free comments."""
    fields = {}
    for line in table.comments:
        if line.startswith(("///", "---")):
            break
        if match := _FIELD.match(line):
            fields[match[1]] = match[2].strip()
    return fields


def _columns(known: dict[str, str], n: int) -> dict[str, Any]:
    """Names of the columns and the unit of the energy, where fields say them."""
    declared = [known.get(f"column.{i}", "").split() for i in range(1, n + 1)]
    if not any(declared):
        return {}
    units = [plain_unit(w[1]) for w in declared if w[1:] and role_of(w[0]) == "energy"]
    return {
        "names": [words[0] if words else "" for words in declared],
        "unit": next((unit for unit in units if unit), ""),
    }


def _meta(fields: dict[str, str], name: str) -> tuple[float | None, dict[str, Any]]:
    """e0, and the fields that are not the spectrum itself; our own ones from JSON."""
    meta: dict[str, Any] = {}
    for key, value in fields.items():
        if key.startswith(_OWN):
            try:
                meta[key.removeprefix(_OWN)] = json.loads(value)
            except (json.JSONDecodeError, RecursionError):
                said = f"{name}: the field {key} is not as it was written"
                raise InputError(f"{said}, restore or remove it") from None
        elif not _ITSELF.fullmatch(key):
            meta[key] = value
    e0 = meta.pop("e0", None)
    own = meta.pop("meta", {})
    return e0, meta | (own if isinstance(own, dict) else {"meta": own})
