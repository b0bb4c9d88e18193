"""A table of numbers in a text file: what is said above it, and every number's line."""

import re
from dataclasses import dataclass, field

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.texts import lines_of, number_of

_COMMENT = ("#", "%", "!")
_DECIMAL = re.compile(r"[+-]?\d*,\d+([EeDd][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")
_DIGITS = re.compile(r"\d+")
#: rows from which on a last one that was cut short may be left out
MANY = 10
#: rows of numbers that a header may have, and lines that a scan may have
HEAD, MOST = 5, 1_000_000


@dataclass(frozen=True, eq=False)
class Table:
    """Text split into what is said and what is counted.

    Attributes
    ----------
    comments : list of str
        Lines that begin with #, % or !, without the sign.
    said : list of str
        Comments and other lines above the first row, as they stand.
    values : ndarray (n_rows, n_columns)
        The numbers, NaN where a cell holds none.
    lines : list of int
        The line of each row in the file, from 1.
    separator : str
        What parts the columns: a comma, a semicolon, a tab, or a space.
    notes : list of str
        What was assumed or left out, in sentences.
    empty : list of int
        Columns that hold nothing in any row, which are left out.
    """

    comments: list[str]
    said: list[str]
    values: Array
    lines: list[int]
    separator: str = " "
    notes: list[str] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)


def parse_table(text: str, name: str, *, start: int = 1) -> Table:
    """Return the comments, header and numbers of a text.

    Columns part at semicolons, tabs, commas or spaces. A comma is a decimal point where
    semicolons or tabs part the columns, and within words that spaces part.

    Parameters
    ----------
    text : str
        The file's contents.
    name : str
        How the messages call the file.
    start : int
        Line of the file that the text begins at.

    Returns
    -------
    Table

    Raises
    ------
    InputError
        With the line and the remedy.

    Example
    -------
    >>> parse_table("energy mu\\n7112,5\\t0,5\\n7113\\t0,6\\n", "a.txt").values.tolist()
    [[7112.5, 0.5], [7113.0, 0.6]]
    """
    comments: list[str] = []
    said: list[str] = []
    rows: list[list[float | None]] = []
    lines: list[int] = []
    styles: dict[str, int] = {}
    wrong = "no line holds numbers"
    if (n := max(map(text.count, "\r\n"))) > MOST:
        raise InputError(f"{name}: has {n} lines, give {MOST} at most")
    for number, line in enumerate(lines_of(text), start=start):
        if not (stripped := line.strip()):
            continue
        if stripped.startswith(_COMMENT):
            comments.append(stripped[1:].strip())
        else:
            style, row = _row(line, number, name)
            if row and (rows or len(row) > 1):
                styles.setdefault(style, number)
                rows.append(row)
                lines.append(number)
                continue
            if rows:
                wrong = f"line {number} ({stripped[:40]!r}) is no row of numbers"
                if len(rows) > HEAD:
                    raise InputError(f"{name}: {wrong}, expected energy and mu")
                # numbers in a header: the scan comes below
                rows, lines, styles = [], [], {}
        if not rows:
            said.append(line.rstrip())
    if not rows:
        raise InputError(f"{name}: {wrong}, expected energy and mu")
    notes = _roles_of_commas(styles, name)
    values, empty = _rectangle(rows, lines, name, notes)
    separator = next(iter(styles))[0]
    return Table(comments, said, values, lines[: len(values)], separator, notes, empty)


def _row(line: str, number: int, name: str) -> tuple[str, list[float | None]]:
    """How a line is parted, and its cells; no cells where it begins with a word."""
    style, words = _parted(line)
    if style == "1,000.5":
        raise InputError(
            f"{name}: line {number} ({line.strip()[:40]!r}) has commas between "
            "thousands, write its numbers without them"
        )
    digits = style == "," and len(words) > 3 and all(map(_DIGITS.fullmatch, words))
    if digits and any(len(word) > 1 and word[0] == "0" for word in words):
        raise InputError(
            f"{name}: line {number} ({line.strip()[:40]!r}) has commas between the "
            "columns and in the numbers, part its columns by semicolons"
        )
    cells = [_number(word) for word in words]
    while style[0] == " " and cells and cells[-1] is None:
        cells.pop()  # words behind the numbers are a remark
    begins = bool(cells) and (cells[0] is not None or words[0].strip() == "")
    return style, cells if begins and any(c is not None for c in cells) else []


def _parted(line: str) -> tuple[str, list[str]]:
    """The sign between columns, and a second comma where one marks decimals; words."""
    words = line.split()
    if ";" in line:
        return ";,"[: 1 + ("," in line)], line.rstrip("; \t").split(";")
    cells = [cell.strip() for cell in line.rstrip().split("\t")]
    if len(cells) > 1 and not any(" " in cell for cell in cells):
        decimal = any("," in cell.rstrip(",") for cell in cells)
        return "\t,"[: 1 + decimal], cells
    inside = [word for word in words if "," in word.strip(",")]
    if len(words) > 1 and any(_THOUSANDS.fullmatch(word.strip(",")) for word in words):
        return "1,000.5", words
    decimal = all(map(_DECIMAL.fullmatch, inside)) and "." not in line
    if len(words) > 1 and inside and decimal:
        return " ,", words
    if "," not in line:
        return " ", words
    cells = [cell.strip() for cell in line.strip().rstrip(",").split(",")]
    if any(" " in cell or "\t" in cell for cell in cells):
        return ",", re.split(r"[,\s]+", line.strip().strip(","))
    return ",", cells


def _number(word: str) -> float | None:
    """The number of a cell, its decimal sign a point or a comma."""
    word = word.strip().strip("\"'").rstrip(",")
    if "," in word and _DECIMAL.fullmatch(word):
        word = word.replace(",", ".")
    try:
        return number_of(word)
    except ValueError:
        return None


def _roles_of_commas(styles: dict[str, int], name: str) -> list[str]:
    """What commas were taken for; they cannot be two things in one file."""
    decimal = [line for style, line in styles.items() if style[1:] == ","]
    if decimal and "," in styles:
        raise InputError(
            f"{name}: a comma marks decimals in line {min(decimal)} and parts columns "
            f"in line {styles[',']}, part the columns by semicolons"
        )
    return ["commas are taken for decimal points"] if decimal else []


def _rectangle(
    rows: list[list[float | None]], lines: list[int], name: str, notes: list[str]
) -> tuple[Array, list[int]]:
    """Rows of one length as an array, and the columns left out for being empty."""
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=widths.count)
    if widths[-1] < usual and len(rows) > MANY:
        notes.append(f"line {lines[-1]}, the last one, is cut short and left out")
        rows, widths = rows[:-1], widths[:-1]
    short = min(widths)
    if short < 2:
        raise InputError(
            f"{name}: line {lines[widths.index(short)]} has {short} column of numbers, "
            "expected energy and mu"
        )
    if widths[0] != usual and len(rows) > MANY:
        raise InputError(
            f"{name}: line {lines[0]} has {widths[0]} numbers where the next ones have "
            f"{usual}, put # before it if it is no row of the scan"
        )
    if short < usual:
        line = lines[widths.index(short)]
        notes.append(f"line {line} has {short} numbers: of every row as many are read")
    cut = [[np.nan if c is None else c for c in row[:short]] for row in rows]
    values = np.array(cut, dtype=float)
    empty = np.isnan(values).all(axis=0)
    if (~empty).sum() < 2:
        raise InputError(f"{name}: all columns but one are empty, give energy and mu")
    return values[:, ~empty], np.flatnonzero(empty).tolist()
