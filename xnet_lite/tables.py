"""One table, drawn for a terminal, a notebook, a page of Markdown or a JSON file."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from numbers import Integral, Real
from statistics import fmean
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table as RichTable

#: what stands where there is no number
NOTHING = "–"
# a figure, with what may follow it: a unit, a spread, another figure in brackets
_FIGURE = re.compile(r"[-+−]?\d[\d.,\u202f ]*(e[-+]?\d+)?( ?%)?( ?[±([].*)?|[–?]")
# borders that are seen on white and on black; a notebook's own style is overruled
_RULE = "1px solid rgba(128,128,128,.45)"
_CELL = "padding:.25em .8em;border:0;vertical-align:baseline;text-align:"
_TABLE = (
    "border-collapse:collapse;border:0;margin:.4em 0;"
    "font-variant-numeric:tabular-nums;color:inherit"
)


def number(value: float | None, digits: int | None = None) -> str:
    """Return a number as tables show it: about three figures, or a dash for none.

    Parameters
    ----------
    value : float, optional
        None and what is not finite give a dash.
    digits : int, optional
        Behind the point; without it 3 below one, 2 below a hundred, else 1.

    Returns
    -------
    str

    Example
    -------
    >>> number(0.1234), number(12.345), number(float("nan"))
    ('0.123', '12.35', '–')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    size = abs(value)
    return f"{value:.{_digits(size) if digits is None else digits}f}"


def mean_std(values: Sequence[float], digits: int | None = None) -> str:
    """Return the mean ± the standard deviation of some numbers, as tables show them.

    Parameters
    ----------
    values : sequence of float
        One of them has no spread; one that is not finite makes a dash of all.
    digits : int, optional
        As `number` has them, of the mean.

    Returns
    -------
    str

    Example
    -------
    >>> mean_std([4.0, 6.0]), mean_std([4.0])
    ('5.00 ± 1.00', '4.00')
    """
    numbers = [float(value) for value in values]
    if not numbers or not all(map(math.isfinite, numbers)):
        return NOTHING
    mean = fmean(numbers)
    if len(numbers) == 1:
        return number(mean, digits)
    std = math.sqrt(fmean((value - mean) ** 2 for value in numbers))
    digits = _digits(abs(mean)) if digits is None else digits
    return f"{mean:.{digits}f} ± {std:.{digits}f}"


def _digits(size: float) -> int:
    """How many digits behind the point make about three figures."""
    return 3 if size < 1 else 2 if size < 100 else 1


def cell_text(value: object) -> str:
    """Return what a cell shows: text and whole numbers as they are, a dash for none.

    Example
    -------
    >>> cell_text(3.14159), cell_text(12345), cell_text(None)
    ('3.14', '12345', '–')
    """
    if value is None:
        return NOTHING
    if isinstance(value, Real) and not isinstance(value, Integral):
        return number(float(value))
    return str(value)


@dataclass(frozen=True, repr=False)
class Table:
    """Rows under heads; columns of numbers stand to the right, a dash where none is.

    A notebook shows it as HTML that reads on a light and on a dark page, `print` and
    the command as text.

    Parameters
    ----------
    rows : sequence of mapping
        From the head of a column to what stands there. The heads are those of all
        rows, in the order they come; None, nan and what a row lacks are dashes.
    title : str
        Stands above.
    note : str
        Stands below: what the figures hang on.

    Example
    -------
    >>> table = Table([{"model": "MLP", "error / %": 4.747}, {"model": "mean"}])
    >>> print(table.markdown())
    | model | error / % |
    |---|---:|
    | MLP | 4.75 |
    | mean | – |
    """

    rows: Sequence[Mapping[str, Any]]
    title: str = ""
    note: str = ""

    @property
    def heads(self) -> list[str]:
        """The heads of the columns."""
        return list(dict.fromkeys(head for row in self.rows for head in row))

    def cells(self) -> list[list[str]]:
        """Return what the cells show, row by row."""
        heads = self.heads
        return [[cell_text(row.get(head)) for head in heads] for row in self.rows]

    def aligned(self) -> list[str]:
        """Return "right" for every column of numbers, "left" for one of words."""
        columns = zip(*self.cells(), strict=True)
        return [
            "right" if all(map(_FIGURE.fullmatch, column)) else "left"
            for column in columns
        ]

    def records(self) -> list[dict[str, Any]]:
        """Return the rows for a JSON file: numbers stay numbers, nan becomes None."""
        return [{key: _plain(value) for key, value in row.items()} for row in self.rows]

    def json(self) -> str:
        """Return the rows as JSON text.

        Example
        -------
        >>> Table([{"sites": 3, "error": float("nan")}]).json()
        '[{"sites": 3, "error": null}]'
        """
        return json.dumps(self.records(), ensure_ascii=False, allow_nan=False)

    def csv(self) -> str:
        """Return the rows as CSV text, numbers in full; nothing where none is.

        Example
        -------
        >>> print(Table([{"sites": 3, "error": float("nan")}]).csv(), end="")
        sites,error
        3,
        """
        text = io.StringIO()
        writer = csv.DictWriter(text, self.heads, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.records())
        return text.getvalue()

    def markdown(self) -> str:
        """Return the table as a page of Markdown has it, without title and note."""
        ruled = ["---:" if side == "right" else "---" for side in self.aligned()]
        lines = [[_piped(cell) for cell in row] for row in (self.heads, *self.cells())]
        head, *body = (f"| {' | '.join(line)} |" for line in lines)
        return "\n".join([head, f"|{'|'.join(ruled)}|", *body])

    def text(self, width: int = 120) -> str:
        """Return the table as plain text, at most so many characters wide."""
        from rich.console import Console

        console = Console(
            file=io.StringIO(), width=width, color_system=None, force_jupyter=False
        )
        with console.capture() as drawn:
            console.print(self)
        return drawn.get().rstrip("\n")

    __str__ = __repr__ = text

    def __rich__(self) -> RichTable:
        """The table as rich prints it to a terminal."""
        from rich.table import Table as RichTable
        from rich.text import Text

        # Text, since [brackets] in a string would be read as markup
        drawn = RichTable(
            title=Text(self.title, "bold") if self.title else None,
            caption=Text(self.note, "italic dim") if self.note else None,
            title_justify="left",
            caption_justify="left",
        )
        for head, side in zip(self.heads, self.aligned(), strict=True):
            drawn.add_column(Text(head), justify="right" if side == "right" else "left")
        for row in self.cells():
            drawn.add_row(*map(Text, row))
        return drawn

    def _repr_html_(self) -> str:
        """The table as a notebook shows it; it brings its style, and needs no page."""
        sides = self.aligned()
        caption = "<br/>".join(
            f"<{tag}>{escape(line)}</{tag}>"
            for tag, line in (("strong", self.title), ("small", self.note))
            if line
        )
        head = "".join(
            f'<th scope="col" style="{_CELL}{side};border-bottom:{_RULE}">'
            f"{escape(name)}</th>"
            for name, side in zip(self.heads, sides, strict=True)
        )
        body = "".join(
            "<tr style='background:none'>"
            + "".join(map(_html_cell, row, sides, range(len(row))))
            + "</tr>"
            for row in self.cells()
        )
        style = 'style="text-align:left;color:inherit;padding:.2em 0;caption-side:top"'
        return (
            f'<table style="{_TABLE}">'
            + (f"<caption {style}>{caption}</caption>" if caption else "")
            + f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def _html_cell(text: str, side: str, column: int) -> str:
    """A cell in HTML; the first one of words names its row."""
    tag, more = ("th", ' scope="row"') if not column and side == "left" else ("td", "")
    style = f"{_CELL}{side};font-weight:normal;border-bottom:{_RULE}"
    return f'<{tag}{more} style="{style}">{escape(text)}</{tag}>'


def _piped(text: str) -> str:
    """A cell for Markdown, where a bar would end it."""
    return text.replace("|", r"\|").replace("\n", " ")


def _plain(value: Any) -> Any:
    """A value as JSON knows it; numpy's numbers become Python's."""
    if isinstance(value, Integral):
        return value if isinstance(value, bool) else int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    return value
