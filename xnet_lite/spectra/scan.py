"""What a file holds before anybody decides what its columns are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.faces import Face
from xnet_lite.spectra.roles import role_of
from xnet_lite.spectra.table import Table

_KEV = re.compile(r"(?<![\w.])(?<!\d )(?<!\d)k\s?ev\b", re.IGNORECASE)
#: times that a column of energies may run through its range; noise does so more often
SWEEPS = 3
_NUMBERED = re.compile(r"[#%!\s]*(?:col(?:umn)?[ ._]*)?\d+\s*[.:)=-]\s*(\S.*)", re.I)
_OF_ENERGY = re.compile(r"energ|\bunits?\b|\be\b|\babscissa|\bx[- ]?axis|photon", re.I)


@dataclass(frozen=True, eq=False, repr=False)
class Scan(Face):
    """Columns with their names, and what is said about them.

    Attributes
    ----------
    names : sequence of str
        As they stand in the file, "" where a column has none; empty where none has.
    values : ndarray (n_rows, n_columns)
        NaN where a cell holds no number.
    lines : sequence of int
        Line of each row in the file; empty where there are no lines.
    unit : str
        Of the energy, as the file says it: "ev", "kev", "" or something unknown.
    absorber, edge : str
        As the file says them, "" where it does not.
    e0 : float or None
        eV.
    meta : mapping
        What else is said.
    notes : list of str
        What was assumed so far.
    label : str
        What tells this scan from the others of its file.
    computed : bool
        Whether a program computed it: then it need not look like a measured edge.
    written_here : bool
        Whether it is what `write_spectrum` wrote, and was looked over before.
    """

    names: Sequence[str]
    values: Array
    lines: Sequence[int] = ()
    unit: str = ""
    absorber: str = ""
    edge: str = ""
    e0: float | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    label: str = ""
    computed: bool = False
    written_here: bool = False

    @property
    def titles(self) -> list[str]:
        """A name for every column, its number from 1 where the file has none."""
        names = [*self.names, *[""] * (self.values.shape[1] - len(self.names))]
        return [name or f"column {i}" for i, name in enumerate(names, start=1)]

    def _facts(self) -> dict[str, object]:
        return {
            "of": f"{self.absorber} {self.edge}".strip() or None,
            "rows": len(self.values),
            "columns": ", ".join(self.titles),
            "label": self.label or None,
        }

    def _notes(self) -> Sequence[str]:
        return self.notes


def scan_of(table: Table, **said: Any) -> Scan:
    """Return a table as a scan, its columns named by the lines above them.

    Parameters
    ----------
    table : Table
    **said
        Other fields of `Scan`; names among them count before the table's.

    Returns
    -------
    Scan

    Example
    -------
    >>> from xnet_lite.spectra.table import parse_table
    >>> scan_of(parse_table("#E/keV, mu\\n#----\\n7.1 0.5\\n7.2 0.6\\n", "a")).names
    ['E/keV', 'mu']
    """
    names, notes = _names(table)
    notes = [*table.notes, *notes, *said.pop("notes", ())]
    if not said.get("unit") and any(map(_says_kev, table.said)):
        said["unit"] = "kev"
    fields: dict[str, Any] = {"names": names, "notes": notes} | said
    return Scan(values=table.values, lines=table.lines, **fields)


def _names(table: Table) -> tuple[list[str], list[str]]:
    """Names of the columns from the nearest line above that can be their label.

    Or from as many lines as there are columns, where these are numbered or, as a last
    resort, stand without a sign of a comment.
    """
    lines = [line for line in table.said if re.search(r"\w", line)]
    lines = lines[-table.values.shape[1] :]
    numbered = [match[1] for match in map(_NUMBERED.match, lines) if match]
    if len(numbered) == len(lines):
        return _fitted(numbered, table.values)
    for line in reversed(table.said):
        line = re.sub(r"^[\s#%!*:;]*(L\s+)?", "", line) if line[:1] in "#%!" else line
        for words in _ways_to_part(line, table.separator):
            if table.empty and len(words) == table.values.shape[1] + len(table.empty):
                words = [w for i, w in enumerate(words) if i not in table.empty]
            names, notes = _fitted(words, table.values)
            if names:
                return names, notes
    bare = len(lines) > 2 and not any(line[:1] in "#%!" for line in lines)
    return _fitted(lines, table.values) if bare else ([], [])


def _fitted(words: list[str], values: Array) -> tuple[list[str], list[str]]:
    """Words as names of the columns, none where they cannot be."""
    n, notes = values.shape[1], []
    roles = [role_of(word) for word in words]
    known = all(roles) and not {"energy", "index"} >= set(roles)
    if len(words) == n and known and "energy" not in roles:
        return words, []  # of something else than energies, which is known too
    if "energy" not in roles or not 1 < len(words) <= n:
        return [], []
    if len(words) == n - 1 and counts_up(values[:, 0]):
        words, roles = ["", *words], ["", *roles]
    elif len(words) < n:
        if all(role in ("", "energy", "index", "aside") for role in roles):
            return [], []
        notes = [f"the header names {len(words)} of {n} columns, taken in order"]
        words = [*words, *[""] * (n - len(words))]
    energy = values[:, roles.index("energy")]
    span, way = np.ptp(energy), np.abs(np.diff(energy)).sum()
    sweeps = span > 0 and way <= span * (SWEEPS + len(energy) / 10)
    return (words, notes) if sweeps or np.isnan(span) else ([], [])


def _ways_to_part(line: str, separator: str) -> list[list[str]]:
    """Words of a header line, parted as its rows are or as people write headers."""
    line = line.strip("\r\n")
    ways = [] if separator == " " else [line.split(separator)]
    line = line.strip()
    # a unit in brackets belongs to the word before it
    joined = re.sub(r"\s+(?=[(\[])", "", line)
    ways += [re.split(r"\t+|\s{2,}", line), joined.split()]
    ways += [line.split(sign) for sign in ",;|*" if sign in line]
    ways += [_further(way) for way in ways if len(way) > 1]
    return [[word.strip(" \t,;\"'") for word in way] for way in ways]


def _further(words: list[str]) -> list[str]:
    """Words with those parted that are several known ones."""
    parts = []
    for word in words:
        roles = [role_of(part) for part in word.split()]
        parts += word.split() if all(roles) and len(set(roles)) > 1 else [word]
    return parts


def counts_up(values: Array) -> bool:
    """Return whether a column only counts its rows, from 0 or from 1."""
    steps = np.diff(values)
    return len(values) > 2 and values[0] in (0.0, 1.0) and bool((steps == 1).all())


def _says_kev(line: str) -> bool:
    """Whether a line gives keV as the unit of the energies, not of one of them."""
    return bool(_KEV.search(line) and _OF_ENERGY.search(line))
