"""Draw the tables of `docs/measured`: from JSON, each with the command that prints it.

A page of `docs/measured` is prose that people write. Where it has these two lines, the
table of that name is drawn between them, and redrawn when its JSON changes::

    <!-- table: NAME -->
    <!-- /table -->

`docs/measured/tables/NAME.json` holds title, command, columns, rows (text, as printed)
and notes. What a benchmark writes with `--json FILE` becomes such a file by `--take`:
title and choice of columns stay as they are in a file that is there. Usage::

    python -m tools.measured                                draw all pages
    python -m tools.measured --check                        exit 1 if one is not drawn
    python -m tools.measured --take FILE NAME               put what was measured anew
    python -m tools.measured --take FILE NAME --columns model "median error / %" \
        --title "Models on the public V set"
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.notebooks import ROOT
from xnet_lite.tables import NOTHING, Table
from xnet_lite.writing import write

PAGES = ROOT / "docs" / "measured"
_SPOT = re.compile(r"(<!-- table: ([\w-]+) -->\n).*?(<!-- /table -->)", re.DOTALL)


@dataclass(frozen=True)
class Measured:
    """A table that is shown: rows of text under columns, and what prints them."""

    title: str
    command: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    @classmethod
    def read(cls, path: Path) -> Measured:
        """Read a file; a row that is too long or too short is an error."""
        table = cls(**json.loads(path.read_text("utf-8")))
        wrong = [row for row in table.rows if len(row) != len(table.columns)]
        if wrong:
            raise ValueError(f"{path.name}: not {len(table.columns)} cells: {wrong[0]}")
        return table

    def json(self) -> str:
        """The text of its file, a row a line."""
        head = {k: v for k, v in asdict(self).items() if k not in ("rows", "notes")}
        lines = [f" {json.dumps(k)}: {_text(v)}" for k, v in head.items()]
        rows = ",\n".join(f"  {_text(list(row))}" for row in self.rows)
        lines += [f' "rows": [\n{rows}\n ]', f' "notes": {_text(list(self.notes))}']
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def markdown(self) -> str:
        """Title, command and table as a page has them."""
        # columns may share a head, and figures be bold or missing: only sides are asked
        names = [str(i) for i in range(len(self.columns))]
        plain = [[c.replace("**", "") or NOTHING for c in row] for row in self.rows]
        sides = Table([dict(zip(names, row, strict=True)) for row in plain]).aligned()
        ruled = f"|{'|'.join('---:' if s == 'right' else '---' for s in sides)}|"
        body = [f"| {' | '.join(row)} |" for row in self.rows]
        head = f"| {' | '.join(self.columns)} |"
        parts = [f"**{self.title}**: `{self.command}`", "\n".join([head, ruled, *body])]
        return "\n\n".join([*parts, *self.notes])


def _text(value: object) -> str:
    """JSON in one line, letters as they are."""
    return json.dumps(value, ensure_ascii=False)


def path_of(name: str) -> Path:
    """Where the table of that name is kept."""
    return PAGES / "tables" / f"{name}.json"


def drawn(text: str) -> str:
    """The text of a page with its tables as their files have them."""

    def table(spot: re.Match[str]) -> str:
        opened, name, closed = spot.groups()
        return f"{opened}\n{Measured.read(path_of(name)).markdown()}\n\n{closed}"

    return _SPOT.sub(table, text)


def stale() -> dict[Path, str]:
    """Pages that are not as their tables have them, and what they should be."""
    texts = {page: page.read_text("utf-8") for page in sorted(PAGES.glob("*.md"))}
    fresh = {page: drawn(text) for page, text in texts.items()}
    return {page: text for page, text in fresh.items() if text != texts[page]}


def taken(
    result: Path, old: Measured | None, title: str, columns: Sequence[str]
) -> Measured:
    """The table that a benchmark wrote as JSON, with these columns of it.

    Title and columns that are not given are those of the old table, else the
    benchmark's name and all of its columns.
    """
    found = json.loads(result.read_text("utf-8"))
    heads = found["table"]["columns"]
    kept = list(columns or (old.columns if old else heads))
    unknown = [column for column in kept if column not in heads]
    if unknown:
        raise ValueError(f"{result.name} has no {unknown}, but {heads}; say --columns")
    places = [heads.index(column) for column in kept]
    rows = [[row[i] for i in places] for row in found["table"]["rows"]]
    title = title or (old.title if old else found["benchmark"])
    return Measured(title, found["command"], kept, rows, found["notes"])


def main(words: Sequence[str] | None = None) -> int:
    """Take, draw or check, and return the exit code."""
    options = argparse.ArgumentParser(description="Draw the tables of docs/measured.")
    options.add_argument("--check", action="store_true")
    options.add_argument("--take", nargs=2, metavar=("FILE", "NAME"))
    options.add_argument("--title", default="")
    options.add_argument("--columns", nargs="+", default=[])
    given = options.parse_args(words)
    if given.take:
        path = path_of(given.take[1])
        old = Measured.read(path) if path.exists() else None
        table = taken(Path(given.take[0]), old, given.title, given.columns)
        write(path, table.json())
    pages = stale()
    for page, text in pages.items():
        print(f"{page.relative_to(ROOT)}: {'stale' if given.check else 'drawn'}")
        if not given.check:
            write(page, text)
    return 1 if given.check and pages else 0


if __name__ == "__main__":
    sys.exit(main())
