"""Our own CSV: what is known as JSON in comments, then the columns."""

import json
from collections.abc import Mapping
from typing import Any

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.spectra.scan import Scan, scan_of
from xnet_lite.spectra.spectrum import Spectrum
from xnet_lite.spectra.table import Table
from xnet_lite.spectra.xdi import as_json

_OWN = "xnet_lite spectrum"


def is_own_csv(table: Table) -> bool:
    """Return whether a table is what `format_csv` wrote.

    Example
    -------
    >>> is_own_csv(Table(["energy mu"], [], [], []))
    False
    """
    return _OWN in table.comments


def parse_own_csv(table: Table, name: str) -> Scan:
    """Return the scan of our own CSV.

    Raises
    ------
    InputError
        If a line of its header is not as it was written.

    Example
    -------
    >>> from xnet_lite.spectra.table import parse_table
    >>> text = "# xnet_lite spectrum\\n# e0: 1.5\\nenergy,mu\\n1,2\\n"
    >>> parse_own_csv(parse_table(text, "a"), "a").e0
    1.5
    """
    fields: dict[str, Any] = {"absorber": "", "edge": "K", "e0": None, "meta": {}}
    kinds: dict[str, Any] = {"absorber": str, "edge": str, "meta": dict}
    kinds["e0"] = (int, float, type(None))
    pairs = [line.split(": ", 1) for line in table.comments if ": " in line]
    for key, text in pairs:
        try:
            value = json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            value = ...
        odd = value is ... or value is True
        if odd or not isinstance(value, kinds.get(key, object)):
            what = f"{name}: the header line {key!r} is not as it was written"
            raise InputError(f"{what}, restore or remove the lines that begin with #")
        fields[key] = value
    said = {key: fields[key] for key in kinds}
    return scan_of(table, unit="ev", written_here=True, **said)


def format_csv(spectrum: Spectrum, more: Mapping[str, Array] | None = None) -> str:
    """Return the spectrum as CSV that `read_spectrum` reads back unchanged.

    Parameters
    ----------
    spectrum : Spectrum
        What `read_spectrum` reads.
    more : mapping of str to ndarray, shape (n_energies,), optional
        Other columns; their cells are empty where they hold no number.

    Example
    -------
    >>> format_csv(Spectrum([1.0, 2.0], [0.0, 1.0])).splitlines()[-1]
    '2.0,1.0'
    """
    fields = {
        "absorber": spectrum.absorber,
        "edge": spectrum.edge,
        "e0": spectrum.e0,
        "meta": spectrum.meta,
    }
    lines = [f"# {_OWN}", *(f"# {key}: {as_json(v)}" for key, v in fields.items())]
    columns = {"energy": spectrum.energy, "mu": spectrum.mu, **(more or {})}
    lines.append(",".join(name.replace("-", "_") for name in columns))
    for row in zip(*(values.tolist() for values in columns.values()), strict=True):
        lines.append(",".join("" if cell != cell else repr(cell) for cell in row))
    return "\n".join(lines) + "\n"
