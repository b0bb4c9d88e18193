"""The papers' tables, run again: the notebook of the tables once for every element.

    python -m benchmarks.published --elements V
    python -m benchmarks.published --elements V --seeds 0 1 2 --models "MLP 2022" MLP

Each element is one run of `tutorials/source/12_published_tables.py` by papermill, all
epochs, random split and split by cluster; its row and the executed notebook land in
the folder. A row whose inputs are the same (data, recipes, splits, seeds, version) is
not run again, so a killed run goes on where it stopped. Sets that cannot be had are
skipped with the reason; `--own` takes our own complexes of that element instead. Then
all rows of the folder are printed in the columns of the papers, beside their figures.

V, the smallest set, takes 15 minutes of one core a seed; more sites take longer, and
fewer models (`--models`, beside the baselines) less.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill

from benchmarks.report import WIDTH, Cost, Row, models_option, parser, publish
from tools.notebook_runs import refuse_unknown
from tools.notebooks import TUTORIALS, build
from xnet_lite.errors import InputError
from xnet_lite.studies.published.runs import (
    BASELINES,
    ELEMENTS,
    NAMES,
    SPLITS,
    entrants,
    inputs_of,
    public_or_own,
)
from xnet_lite.studies.published.tables import (
    Collection,
    collect,
    read_row,
)
from xnet_lite.tables import Table
from xnet_lite.writing import write

SOURCE = TUTORIALS / "source" / "12_published_tables.py"
FULL = {"N_SITES": 10_000, "EPOCHS": 150, "PUBLISHED_EPOCHS": 512}
QUICK = {"N_SITES": 250, "EPOCHS": 3, "PUBLISHED_EPOCHS": 3}
COLUMNS = {
    "median": "A median %",
    "iqr": "A IQR",
    "mean": "A mean",
    "p90": "A p90",
    "median_pointwise": "B median %",
    "broadened_median": "A, broadened %",
    "peak_mean": "|ΔE| eV",
    "hit_rate": "peaks found",
}


def parameters(element: str, args: Namespace) -> dict[str, Any]:
    """What the notebook is given for one element."""
    seeds = args.seeds[:1] if args.quick else args.seeds
    return {
        "ELEMENT": element,
        "LEFT_OUT": [n for n in NAMES if n not in (*BASELINES, *args.models)],
        "SPLITS": list(SPLITS[:1] if args.quick else SPLITS),
        "SEEDS": list(seeds),
        "OUT": str(args.out.resolve()),
        **(QUICK if args.quick else FULL),
    }


def is_there(values: Mapping[str, Any], own: bool) -> bool:
    """Whether the folder has the row that these values would give.

    Raises
    ------
    InputError
        If the public set cannot be had, and ours is not asked for.
    """
    dataset, _ = public_or_own(values["ELEMENT"], values["N_SITES"], own=own)
    models = entrants(values["EPOCHS"], values["PUBLISHED_EPOCHS"])
    models = {
        name: one for name, one in models.items() if name not in values["LEFT_OUT"]
    }
    inputs = inputs_of(dataset, models, values["SPLITS"], values["SEEDS"])
    try:
        row = read_row(values["OUT"], values["ELEMENT"])
    except InputError:
        return False
    return bool(row["inputs"] == inputs)


def run(values: Mapping[str, Any]) -> None:
    """Execute the notebook in the folder of the rows."""
    folder = Path(values["OUT"])
    notebook = build(SOURCE, solutions=False)
    refuse_unknown(notebook, dict(values))
    path = folder / f"{values['ELEMENT']}.ipynb"
    write(path, nbformat.writes(notebook) + "\n")
    papermill.execute_notebook(
        path, path, parameters=dict(values), cwd=folder, progress_bar=False
    )


def run_elements(args: Namespace) -> tuple[list[str], list[str]]:
    """Run what is not there yet; return which sets cannot be had, and what failed."""
    skipped, failed = [], []
    for element in args.elements:
        values = parameters(element, args)
        try:
            if is_there(values, args.own):
                print(f"{element}: its row is there", file=sys.stderr)
                continue
            print(f"{element}: running", file=sys.stderr)
            run(values)
        except InputError as error:
            skipped.append(f"{element}: left out, {error}")
        except papermill.PapermillExecutionError as error:
            failed.append(f"{element}: the notebook failed, {error}")
    return skipped, failed


def flat(collection: Collection) -> list[Row]:
    """One row per model, split and seed, as all benchmarks have them."""
    return [
        Row(
            row["dataset"],
            trial["split"],
            trial["model"],
            trial["seed"],
            _numbers(trial["as_given"]) | _numbers(trial["broadened"], "broadened_"),
            Cost(trial["seconds"]),
        )
        for row in collection.rows.values()
        for trial in row["trials"]
    ]


def _numbers(columns: Mapping[str, float | None], start: str = "") -> dict[str, float]:
    """Columns of a row; NaN for what is not there."""
    return {start + k: float("nan") if v is None else v for k, v in columns.items()}


def main() -> int:
    """Run the benchmark from the command line; 1 where a notebook failed."""
    options = parser("Run the papers' tables again, element by element.", (0,))
    options.add_argument("--elements", nargs="+", default=ELEMENTS, choices=ELEMENTS)
    models_option(options, [name for name in NAMES if name not in BASELINES])
    options.add_argument("--out", type=Path, help="folder of rows; out/published")
    options.add_argument("--own", action="store_true", help="our sets for missing ones")
    args = options.parse_args()
    if args.out is None:
        args.out = Path("out") / "published" / ("quick" if args.quick else "")
    notes = ["quick run: few sites and epochs, figures mean nothing"] * args.quick
    skipped, failed = run_elements(args)
    collection = collect(args.out, args.elements)
    to = sys.stderr if args.json == "-" else sys.stdout
    titles = "2022, Table I (in brackets: broadened)", "2022, Table II", "2024, Table 3"
    tables = collection.table_1(), collection.table_2(), collection.table_3()
    for title, lines in zip(titles, tables, strict=True):
        print(Table(lines, title).text(WIDTH), file=to)
    notes += [*collection.notes(), *skipped, *failed]
    publish("published", flat(collection), COLUMNS, args, notes)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
