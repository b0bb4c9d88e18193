"""A table of numbers in a text file, with its header and the line of every mistake."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xnet_lite.errors import InputError
from xnet_lite.texts import lines_of, number_of

_COMMENT = ("#", "%", "!")
_SEPARATOR = re.compile(r"[,;\s]+")


@dataclass(frozen=True, eq=False)
class Table:
    """Text split into what is said and what is counted.

    Attributes
    ----------
    comments : list of str
        Lines that begin with #, % or !, without the sign.
    header : list of str
        Other lines before the first row.
    values : ndarray (n_rows, n_columns)
        The numbers; as many columns as the shortest row has.
    """

    comments: list[str]
    header: list[str]
    values: NDArray[np.float64]

    @property
    def names(self) -> list[str]:
        """Column names in small letters, from the last line before the rows."""
        line = self.header[-1] if self.header else (self.comments or [""])[-1]
        return [name.strip("\"'").lower() for name in _SEPARATOR.split(line) if name]


def parse_table(text: str, name: str) -> Table:
    """Return the comments, header and numbers of a text.

    Columns part at commas, semicolons, tabs or spaces; where semicolons part them, a
    comma is a decimal point.

    Parameters
    ----------
    text : str
        The file's contents.
    name : str
        How the messages call the file.

    Returns
    -------
    Table

    Raises
    ------
    InputError
        If a row is no row of numbers; with its line and the remedy.

    Example
    -------
    >>> parse_table("energy,mu\\n7112,0.5\\n7113,0.6\\n", "a.csv").names
    ['energy', 'mu']
    """
    comments: list[str] = []
    header: list[str] = []
    rows: list[list[float]] = []
    for number, line in enumerate(lines_of(text), start=1):
        stripped = line.strip()
        if not stripped:
            continue
        if stripped.startswith(_COMMENT):
            comments.append(stripped[1:].strip())
        elif (row := _row(stripped)) is not None:
            rows.append(_checked(row, number, name))
        elif rows:
            raise InputError(
                f"{name}: line {number} ({stripped[:40]!r}) is no row of numbers, "
                "expected energy and mu"
            )
        else:
            header.append(stripped)
    if not rows:
        raise InputError(
            f"{name}: no line holds numbers, expected columns energy and mu"
        )
    width = min(len(row) for row in rows)
    return Table(comments, header, np.array([row[:width] for row in rows]))


def _row(line: str) -> list[float] | None:
    """The numbers of a line, None where the first word is no number."""
    if ";" in line:
        line = line.replace(",", ".")
    values = []
    for word in _SEPARATOR.split(line.strip(",;")):
        try:
            values.append(number_of(word))
        except ValueError:
            break
    return values or None


def _checked(row: list[float], number: int, name: str) -> list[float]:
    """Refuse a row with fewer than two numbers, or with one that is not finite."""
    if len(row) < 2:
        raise InputError(
            f"{name}: line {number} has {len(row)} column of numbers, "
            "expected energy and mu"
        )
    if not all(math.isfinite(value) for value in row):
        raise InputError(
            f"{name}: line {number} holds a number that is not finite, correct or "
            "remove the line"
        )
    return row
