"""A notebook over a grid of parameters: every run kept, and a table of them all."""

import ast
import hashlib
import json
import re
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from xnet_lite import __version__
from xnet_lite.errors import InputError, missing, within
from xnet_lite.exercises import RECORD
from xnet_lite.faces import Face
from xnet_lite.parallel.maps import limit_threads, progress_bar
from xnet_lite.parallel.schedulers import PROCESSES, Scheduler, opened, spread
from xnet_lite.tables import Table, mean_std
from xnet_lite.texts import json_of
from xnet_lite.writing import check_folder, write

DONE, FAILED = "done", "failed"
TABLE = "table.csv"
#: parameters over whose values runs are averaged
SEEDS = ("SEED",)
#: more runs than anybody waits for
MOST = 10_000
Values = Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class Batch(Face):
    """What the runs of a notebook gave.

    Attributes
    ----------
    notebook : str
    folder : Path
        Where each run has an executed notebook and a JSON, and `table.csv` is.
    runs : list of mapping
        "key" (name of the two files), "parameters", "state" ("done" or "failed"),
        "error", "seconds" and "records", what the notebook gave to `exercises.record`.
    n_known : int
        Runs that were there already.
    """

    notebook: str
    folder: Path
    runs: list[dict[str, Any]]
    n_known: int = 0

    @property
    def failed(self) -> list[dict[str, Any]]:
        """The runs that ended in an error."""
        return [run for run in self.runs if run["state"] == FAILED]

    def table(self) -> Table:
        """Return a row a run: parameters, records, seconds, state."""
        rows = [
            {
                **run["parameters"],
                **run["records"],
                "seconds": run["seconds"],
                "state": run["state"],
            }
            for run in self.runs
        ]
        return Table(rows, self.notebook)

    def means(self) -> Table:
        """Return a row a setting: numbers as mean ± spread over the seeds of its runs.

        What failed, and what is no number in each of its runs, is left out.
        """
        groups: dict[str, list[dict[str, Any]]] = {}
        for run in self.runs:
            rest = {k: v for k, v in run["parameters"].items() if k not in SEEDS}
            if run["state"] == DONE:
                groups.setdefault(json.dumps(rest), []).append(run["records"])
        rows = []
        for setting, records in groups.items():
            names = [
                name
                for name in records[0]
                if all(isinstance(one.get(name), int | float) for one in records)
            ]
            told = {name: mean_std([one[name] for one in records]) for name in names}
            rows.append({**json.loads(setting), "runs": len(records), **told})
        return Table(rows, self.notebook)

    def _facts(self) -> dict[str, object]:
        facts = {"notebook": self.notebook, "runs": len(self.runs)}
        return {**facts, "failed": len(self.failed), "folder": str(self.folder)}

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def grid(fixed: Values, axes: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return every combination of the values on some axes, with what stays the same.

    Raises
    ------
    InputError
        For a name that is both, an axis without values, or too many combinations.

    Example
    -------
    >>> grid({"EPOCHS": 3}, {"SEED": [0, 1]})
    [{'EPOCHS': 3, 'SEED': 0}, {'EPOCHS': 3, 'SEED': 1}]
    """
    both = sorted(set(fixed) & set(axes))
    if both:
        raise InputError(f"{both[0]} is given and on the grid: keep one of them")
    n_runs = 1
    for name, values in axes.items():
        n_runs *= len(values)
        if not values:
            raise InputError(f"the grid has no values of {name}: give {name}=v1,v2")
    if n_runs > MOST:
        raise InputError(f"the grid has {n_runs} runs: give at most {MOST}")
    return [
        {**fixed, **dict(zip(axes, values, strict=True))}
        for values in product(*axes.values())
    ]


def literal(text: str) -> Any:
    """Return the number, list, truth or None that a text is, or else the text.

    Example
    -------
    >>> literal("1e-3"), literal("[64, 64]"), literal("Fe")
    (0.001, [64, 64], 'Fe')
    """
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def literals(text: str) -> list[Any]:
    """Return the values between the commas of a text; brackets and quotes hold.

    Example
    -------
    >>> literals("[64, 64],[256],V")
    [[64, 64], [256], 'V']
    """
    parts = re.findall(r"""(?:\[[^\]]*\]|\([^)]*\)|'[^']*'|"[^"]*"|[^,])+""", text)
    return [literal(part) for part in parts]


def run_batch(
    notebook: str | Path,
    values: Iterable[Values],
    folder: str | Path,
    *,
    workers: int = 1,
    scheduler: Scheduler = PROCESSES,
    progress: bool = True,
) -> Batch:
    """Run a notebook once for each set of parameters, and collect what it recorded.

    Every run is a process of its own with one thread. A run that is done is kept under
    a hash of the notebook's cells, the parameters and the version of this package, and
    not run again; one that failed is.

    Parameters
    ----------
    notebook : str or Path
        With a cell tagged "parameters".
    values : iterable of mapping
        Parameters of each run, as JSON can hold them; see `grid`.
    folder : str or Path
        Where runs are kept.
    workers : int
        Runs at a time.
    scheduler : str, or a client or cluster of Dask
        Whose processes, as in `parallel.opened`; all see the same folders.
    progress : bool
        Show a bar with the time left.

    Raises
    ------
    InputError
        If papermill is not there, the file is no notebook, a parameter is unknown or
        of another kind than the notebook's; before anything is run.
    """
    notebook, folder = Path(notebook), Path(folder)
    wanted = [dict(one) for one in values]
    within("[1, inf)", whole=True, workers=workers)
    cells = _checked(notebook, wanted)
    check_folder(folder)
    keys = [_key(cells, one) for one in wanted]
    runs = {key: run for key in keys if (run := _kept(folder / f"{key}.json"))}
    n_known = len(runs)
    jobs = {
        key: (str(notebook), one, str(folder / f"{key}.ipynb"))
        for key, one in zip(keys, wanted, strict=True)
        if key not in runs
    }
    try:
        with progress_bar(notebook.stem, len(set(keys)), n_known, progress) as advance:
            how = {"workers": workers, "scheduler": scheduler}
            for key, run in spread(_run, jobs, limit_threads, **how):
                runs[key] = {"key": key, **run}
                text = json.dumps(runs[key], ensure_ascii=False, indent=1)
                write(folder / f"{key}.json", text + "\n")
                _write_table(notebook, folder, keys, runs)
                advance(1)
    finally:
        for *_, place in jobs.values():
            _scratch(place).unlink(missing_ok=True)
    return _write_table(notebook, folder, keys, runs, n_known)


def run_batches(
    notebooks: Sequence[str | Path],
    values: Iterable[Values],
    folder: str | Path,
    *,
    scheduler: Scheduler = PROCESSES,
    workers: int = 1,
    progress: bool = True,
) -> list[Batch]:
    """Run several notebooks, each over the same grid, in folders of their names.

    Parameters
    ----------
    notebooks : sequence of str or Path
        All have the parameters; of one, the folder itself is used.
    values, folder, scheduler, workers, progress
        As in `run_batch`; the scheduler is begun once.

    Raises
    ------
    InputError
        As `run_batch`, before anything is run, or if two notebooks have one name.
    """
    paths, wanted, folder = list(map(Path, notebooks)), list(values), Path(folder)
    for i, path in enumerate(paths):
        if path.stem in (one.stem for one in paths[:i]):
            raise InputError(f"{path.stem} is given twice: give it once")
    for path in paths:
        _checked(path, wanted)
    with opened(scheduler, workers) as whose:
        how = {"scheduler": whose, "workers": workers, "progress": progress}
        return [
            run_batch(one, wanted, folder / one.stem if paths[1:] else folder, **how)
            for one in paths
        ]


def _write_table(
    notebook: Path,
    folder: Path,
    keys: Sequence[str],
    runs: Mapping[str, dict[str, Any]],
    n_known: int = 0,
) -> Batch:
    """Keep the table of what is there so far."""
    there = [runs[key] for key in dict.fromkeys(keys) if key in runs]
    batch = Batch(notebook.stem, folder, there, n_known)
    write(folder / TABLE, batch.table().csv())
    return batch


def _checked(notebook: Path, wanted: Sequence[Values]) -> str:
    """What the results depend on in a notebook that takes these parameters."""
    try:
        import papermill
    except ImportError:
        raise missing("notebooks are run by papermill", "tutorials") from None
    cells = json_of(notebook, "a notebook").get("cells")
    if not isinstance(cells, list):
        raise InputError(f"{notebook.name}: is no notebook, give an .ipynb")
    try:
        known = papermill.inspect_notebook(str(notebook))
    except Exception as error:
        raise InputError(f"{notebook.name}: cannot be read ({error})") from None
    for values in wanted:
        for name, value in values.items():
            if name not in known:
                there = ", ".join(known) or "none: tag a cell `parameters`"
                raise InputError(
                    f"{notebook.name} has no parameter {name!r}; it has {there}"
                )
            _check_kind(name, value, literal(known[name]["default"]))
    parts = ("cell_type", "source", "metadata")
    return json.dumps([[cell.get(part) for part in parts] for cell in cells])


def _check_kind(name: str, value: Any, default: Any) -> None:
    """Refuse a word where a notebook has a number, and the like."""
    kinds = ((bool,), (int, float), (str,), (list, tuple), (dict,))
    kind = next((one for one in kinds if isinstance(default, one)), None)
    if kind is None or value is None or isinstance(value, kind):
        return
    raise InputError(
        f"{name} is {value!r}: the notebook has {default!r}, give a value of its kind"
    )


def _key(cells: str, values: Values) -> str:
    """16 digits that change with all that a run depends on."""
    try:
        text = json.dumps([cells, dict(values), __version__], sort_keys=True)
    except TypeError as error:
        raise InputError(f"a parameter is nothing that JSON holds ({error})") from None
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _kept(record: Path) -> dict[str, Any] | None:
    """A run that is done; None where there is none, or it failed."""
    try:
        run = json_of(record, "a run")
        is_done = run["state"] == DONE and record.with_suffix(".ipynb").is_file()
        needed = {"key", "parameters", "records", "seconds", "error"}
        return run if is_done and needed <= set(run) else None
    except (InputError, KeyError):
        return None


def _run(job: tuple[str, dict[str, Any], str]) -> dict[str, Any]:
    """Run a notebook in this process, which is its own, and return what came of it."""
    notebook, values, place = job
    start, failures = time.perf_counter(), list[str]()
    # in another thread a kernel's client leaves the signals of this process alone
    thread = threading.Thread(
        target=_execute, args=(notebook, values, place, failures), daemon=True
    )
    thread.start()
    thread.join()
    return {
        "parameters": values,
        "state": FAILED if failures else DONE,
        "error": " ".join(failures),
        "seconds": round(time.perf_counter() - start, 1),
        "records": {} if not Path(place).is_file() else _records(place),
    }


def _execute(
    notebook: str, values: dict[str, Any], place: str, failures: list[str]
) -> None:
    """Execute a notebook; what stops it is added to the failures."""
    import papermill

    scratch = _scratch(place)
    try:
        papermill.execute_notebook(
            notebook,
            str(scratch),
            parameters=values,
            progress_bar=False,
            extra_arguments=["--log-level=ERROR"],
        )
    except papermill.PapermillExecutionError as error:
        failures.append(f"{error.ename}: {error.evalue}")
    except Exception as error:  # whatever it is, the other runs go on
        failures.append(f"{type(error).__name__}: {error}")
    if scratch.is_file():
        scratch.replace(place)


def _scratch(place: str) -> Path:
    """Where a notebook is executed; it takes its place when that has ended."""
    return Path(place).with_name(f".part-{Path(place).name}")


def _records(place: str) -> dict[str, Any]:
    """What an executed notebook recorded, the last value of each name."""
    found: dict[str, Any] = {}
    for cell in json_of(place, "a notebook").get("cells", []):
        for output in cell.get("outputs", []):
            found |= output.get("data", {}).get(RECORD, {})
    return found
