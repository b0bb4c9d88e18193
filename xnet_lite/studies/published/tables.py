"""Rows of the papers' tables: kept as files, collected, and set beside the print."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.studies.published.runs import ELEMENTS, PAPERS, PUBLISHED, PUBLISHED_AS
from xnet_lite.tables import number
from xnet_lite.writing import write

Line = dict[str, str]
#: most that rounding to 0.1 can part a mean from that of its rows
ROUNDING = 0.1
#: what stands first in a line of the papers, and of an element that nobody ran
PAPER, REVIEW = "paper of 2022", "review of 2024"


@dataclass(frozen=True, repr=False)
class Collection(Face):
    """Rows of a folder beside the printed figures.

    Attributes
    ----------
    rows : mapping of str to dict
        By element, as `published_row` makes them.
    missing : mapping of str to str
        Why an element has no row.
    elements : sequence of str
        Which elements the tables have.
    """

    rows: Mapping[str, dict[str, Any]]
    missing: Mapping[str, str]
    elements: Sequence[str] = ELEMENTS

    def table_1(self) -> list[Line]:
        """Return Table I of 2022: errors, and in brackets those of broadened spectra.

        Spectra that came broadened have no figure without brackets; what a second
        broadening makes of them is in the last column.
        """
        lines = []
        for element in self.elements:
            print_ = PUBLISHED["2022 I"]["figures"][element]
            lines.append(_line_1(_head(element, PAPER), (print_, _after(print_), {})))
            for head, first, then in self._means(element):
                came = self.rows[element]["came_broadened"]
                lines.append(
                    _line_1(head, ({}, first, then) if came else (first, then, {}))
                )
        return lines

    def table_2(self) -> list[Line]:
        """Return Table II of 2022: peak positions, of the spectra as they come."""
        lines = []
        for element in self.elements:
            print_ = PUBLISHED["2022 II"]["figures"][element]
            lines.append(_head(element, PAPER) | _cells_2(print_))
            lines += [head | _cells_2(m) for head, m, _ in self._means(element)]
        return lines

    def table_3(self) -> list[Line]:
        """Return Table 3 of 2024: medians with their interquartile ranges, by model."""
        lines = []
        for element in self.elements:
            print_ = PUBLISHED["2024 3"]["figures"][element]
            names = [name for name in print_ if not name.endswith("_iqr")]
            cells = {
                PUBLISHED_AS[n]: _pair(print_[n], print_[f"{n}_iqr"]) for n in names
            }
            lines.append(_head(element, REVIEW, by="random") | cells)
            together: dict[tuple[str, str], Line] = {}
            for head, mean, _ in self._means(element):
                line = together.setdefault((head["set"], head["split"]), {})
                line[head["model"]] = _pair(mean["median"], mean["iqr"])
            lines += [
                _head(element, which, by=by) | cells
                for (which, by), cells in together.items()
            ]
        return [{k: v for k, v in line.items() if k != "model"} for line in lines]

    def notes(self) -> list[str]:
        """Return where the figures are from, and what is missing."""
        sources = [
            f"{table['source']}, doi:{table['doi']}" for table in PUBLISHED.values()
        ]
        absent = [f"no row of {e}: {why}" for e, why in self.missing.items()]
        return [*sources, *absent]

    def _means(self, element: str) -> list[tuple[Line, dict[str, Any], dict[str, Any]]]:
        """Head, mean over seeds, and that of broadened spectra, by model and split."""
        row = self.rows.get(element)
        if row is None:
            return []
        together: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for trial in row["trials"]:
            together.setdefault((trial["model"], trial["split"]), []).append(trial)
        return [
            (
                _head(element, row["dataset"], model, f"{by} × {len(trials)}"),
                _mean([trial["as_given"] for trial in trials]),
                _mean([trial["broadened"] for trial in trials]),
            )
            for (model, by), trials in together.items()
        ]


def means_that_do_not_follow(table: str) -> dict[str, float]:
    """Return the printed means that their rows cannot have, however they were rounded.

    Rows and means are printed to 0.1, so they may differ by as much.

    Parameters
    ----------
    table : str
        One of `PUBLISHED` that has "printed_means".

    Returns
    -------
    dict of str to float
        By column, what is printed less the mean of the rows.

    Raises
    ------
    InputError
        For a table that prints no means.
    """
    means = PUBLISHED.get(table, {}).get("printed_means")
    if means is None:
        raise InputError(f"table {table!r} prints no means: give '2024 3'")
    rows = PUBLISHED[table]["figures"].values()
    gaps = {
        k: mean - float(np.mean([row[k] for row in rows])) for k, mean in means.items()
    }
    return {name: gap for name, gap in gaps.items() if abs(gap) > ROUNDING}


def write_row(row: Mapping[str, Any], folder: str | Path) -> Path:
    """Write an element's row as `<element>.json`, whole or not at all.

    Parameters
    ----------
    row : mapping
        As `published_row` makes it.
    folder : str or Path
        Made where it is not there.

    Returns
    -------
    Path
        The file.

    Example
    -------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_row({"element": "V"}, folder).name
    'V.json'
    """
    text = json.dumps(row, indent=1, allow_nan=False) + "\n"
    return write(Path(folder) / f"{row['element']}.json", text)


def read_row(folder: str | Path, element: str) -> dict[str, Any]:
    """Read an element's row.

    Raises
    ------
    InputError
        If there is none, or the file holds something else.
    """
    path = Path(folder) / f"{element}.json"
    try:
        row: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        right = row["element"] == element and row["trials"] and row["inputs"]
    except FileNotFoundError:
        raise InputError(f"{path.name} is not in {path.parent}: run it") from None
    except (OSError, ValueError, KeyError, TypeError):
        right = False
    if not right:
        raise InputError(
            f"{path.name} is no row of a table: delete it and run it again"
        )
    return row


def collect(folder: str | Path, elements: Sequence[str] = ELEMENTS) -> Collection:
    """Read the rows of a folder; elements without one are listed, never filled in.

    Parameters
    ----------
    folder : str or Path
        Where `write_row` put them.
    elements : sequence of str
        Those of the tables.

    Returns
    -------
    Collection
    """
    rows, missing = {}, {}
    for element in elements:
        try:
            rows[element] = read_row(folder, element)
        except InputError as error:
            missing[element] = str(error)
    return Collection(rows, missing, tuple(elements))


def _head(element: str, which: str, model: str = PAPERS, by: str = "random") -> Line:
    """The first columns of a line."""
    return {"edge": element, "set": which, "model": model, "split": by}


def _after(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The printed figures in brackets."""
    end = "_broadened"
    return {k.removesuffix(end): v for k, v in figures.items() if k.endswith(end)}


def _line_1(head: Line, levels: Sequence[Mapping[str, Any]]) -> Line:
    """A line of Table I from unbroadened, broadened and twice broadened spectra."""
    sharp, smooth, twice = levels
    names = ("median", "upper_quartile", "lower_quartile")
    heads = ("median", "upper quart.", "lower quart.")
    cells = {h: _pair(sharp.get(n), smooth.get(n)) for n, h in zip(names, heads)}
    cells["skew."] = _pair(sharp.get("skewness"), smooth.get("skewness"), 3)
    return head | cells | {"median, broadened twice": number(twice.get("median"), 1)}


def _cells_2(figures: Mapping[str, Any]) -> Line:
    """The columns of Table II, and which share of peaks is found and is real."""
    rates = {"found / %": figures.get("hit_rate"), "real / %": figures.get("real_rate")}
    return {
        "ΔE mean / eV": number(figures["peak_mean"], 2),
        "ΔE max / eV": number(figures["peak_max"], 2),
        "σ / eV": number(figures["peak_std"], 2),
        "R²": number(figures["peak_r2"], 3),
    } | {h: number(None if r is None else 100 * r, 1) for h, r in rates.items()}


def _mean(columns: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Mean over seeds; None where a seed has no number."""
    found = {}
    for name in columns[0]:
        values = [one[name] for one in columns]
        found[name] = None if None in values else float(np.mean(values))
    return found


def _pair(value: float | None, inside: float | None, digits: int = 1) -> str:
    """A figure, and another one in brackets where there is one."""
    more = "" if inside is None else f" ({number(inside, digits)})"
    return number(value, digits) + more
