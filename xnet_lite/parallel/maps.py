"""Long loops over processes, with progress, that survive a kill."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from threadpoolctl import threadpool_limits

from xnet_lite.errors import InputError, within
from xnet_lite.parallel.schedulers import PROCESSES, Scheduler, spread
from xnet_lite.texts import path_of

# how a line of a checkpoint begins, even one that a kill cut short
_BEGIN_JSON = b'{["-0123456789'
_SOURCES = (".py", ".csv", ".json")


def resumable_map(
    work: Callable[[Any], Any],
    items: Sequence[Any],
    keys: Sequence[str] | None = None,
    *,
    checkpoint: str | Path | None = None,
    workers: int = 1,
    scheduler: Scheduler = PROCESSES,
    batch: int | None = None,
    progress: bool = True,
    label: str = "",
) -> list[Any]:
    """Apply a function to every item, keeping each result as soon as it is there.

    Results are appended to a text file, one JSON line each, and read back on the next
    call: what was done before a kill is not done again, and a line cut short is
    dropped. Every process works on one thread, so that results depend neither on the
    number of workers nor on an interruption.

    Parameters
    ----------
    work : callable
        From an item to something storable as JSON. With several workers it is sent
        to fresh processes: a function of a module, or a `functools.partial` of one.
    items : sequence
        What to work on.
    keys : sequence of str, optional
        One for each item, naming it and everything its result depends on; the number
        of its place by default.
    checkpoint : str or Path, optional
        File of finished results; nothing is kept without it.
    workers : int
        Processes; 1 works in this one.
    scheduler : str, or a client or cluster of Dask
        Whose processes, as in `opened`: "processes" of this machine, "dask", an
        address. For several maps open it once.
    batch : int, optional
        Give `work` lists of so many items, for it to return as many results.
    progress : bool
        Show a bar with the time left.
    label : str
        What the bar says.

    Returns
    -------
    list
        One result an item, in the order of the items.

    Raises
    ------
    InputError
        If `workers` is below 1, the scheduler does not answer or the checkpoint is not
        one; the message names it.

    Example
    -------
    >>> resumable_map(abs, [-1, 2], ["a", "b"], progress=False)
    [1, 2]
    """
    within("[1, inf)", whole=True, workers=workers)
    keys = [str(i) for i in range(len(items))] if keys is None else keys
    file = None if checkpoint is None else path_of(checkpoint, "a checkpoint")
    if file is not None and file.is_dir():
        raise InputError(f"{file} is a folder: give a file for the checkpoint")
    done = {} if file is None else dict(read_lines(file, _record))
    todo = [i for i, key in enumerate(keys) if key not in done]
    size = batch or 1
    parts = [todo[i : i + size] for i in range(0, len(todo), size)]
    run = work if batch else partial(_each, work)
    with progress_bar(label, len(items), len(items) - len(todo), progress) as advance:
        for part, values in _results(run, items, parts, workers, scheduler):
            new = [{"key": keys[i], "value": v} for i, v in zip(part, values)]
            if file is not None:
                new = append_lines(file, new)
            done |= {one["key"]: one["value"] for one in new}
            advance(len(part))
    return [done[key] for key in keys]


def checkpointed_map(
    work: Callable[[Any], Any],
    items: Sequence[Any],
    path: str | Path,
    *,
    settings: Mapping[str, Any],
    **options: Any,
) -> list[Any]:
    """Return a `resumable_map` whose checkpoint is named after the settings.

    Parameters
    ----------
    work, items, **options
        As in `resumable_map`.
    path, settings
        As in `checkpoint_file`.

    Returns
    -------
    list
        As `resumable_map`.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     checkpointed_map(abs, [-1, 2], f"{folder}/x", settings={}, progress=False)
    [1, 2]
    """
    file = checkpoint_file(path, settings)
    return resumable_map(work, items, checkpoint=file, **options)


def checkpoint_file(path: str | Path, settings: Any) -> Path:
    """Return the checkpoint of some settings: others never meet the same file.

    Parameters
    ----------
    path : str or Path
        Its name is completed with a hash of `settings`.
    settings : object
        Everything that results depend on, storable as JSON.

    Example
    -------
    >>> checkpoint_file("out/x", {}).name
    'x.44136fa355b3678a.jsonl'
    """
    text = json.dumps(settings, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Path(path).with_name(f"{Path(path).name}.{digest}.jsonl")


def source_digest(package: ModuleType) -> str:
    """Hash of a package's source: a checkpoint must not outlive the code that wrote it.

    Parameters
    ----------
    package : module
        A package whose files, code and tables, lie in one folder.

    Returns
    -------
    str
        Hexadecimal SHA-256.

    Example
    -------
    >>> import xnet_lite.scattering
    >>> len(source_digest(xnet_lite.scattering))
    64
    """
    digest = hashlib.sha256()
    for file in sorted(Path(str(package.__file__)).parent.iterdir()):
        if file.suffix in _SOURCES:
            digest.update(file.read_bytes())
    return digest.hexdigest()


@contextmanager
def one_thread() -> Iterator[None]:
    """Work on one thread inside, on as many as before outside.

    Batched complex solutions on several CPU threads have failed in the linear
    algebra library; one thread is right, and fast when processes share the work.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)


def read_lines(file: Path, parse: Callable[[Any], Any] = json.loads) -> list[Any]:
    """Return what a checkpoint holds; a last line cut short by a kill is cut off.

    Raises
    ------
    InputError
        If the file is no checkpoint; the message names it.
    """
    if not file.exists():
        return []
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    try:
        if not whole and content[:1] not in _BEGIN_JSON:
            raise ValueError
        found = [parse(line) for line in whole.splitlines()]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputError(
            f"{file} is not a checkpoint this program wrote; delete it to "
            "start again, or give another file."
        ) from None
    if len(whole) < len(content):
        os.truncate(file, len(whole))
    return found


def append_lines(file: Path, records: Iterable[Any]) -> list[Any]:
    """Write records to a checkpoint; return them as a later call will read them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(record) + "\n" for record in records]
    with file.open("a", encoding="utf-8") as stream:
        stream.write("".join(lines))
        stream.flush()
        os.fsync(stream.fileno())
    return [json.loads(line) for line in lines]


def _record(line: bytes) -> tuple[str, Any]:
    """Key and value of a finished result."""
    record = json.loads(line)
    return record["key"], record["value"]


def _each(work: Callable[[Any], Any], items: list[Any]) -> list[Any]:
    """A function of one item as a function of a list."""
    return [work(item) for item in items]


def _results(
    run: Callable[[list[Any]], list[Any]],
    items: Sequence[Any],
    parts: Sequence[list[int]],
    workers: int,
    scheduler: Scheduler,
) -> Iterator[tuple[list[int], list[Any]]]:
    """Indices and their results, as they come."""
    if not parts or (scheduler == PROCESSES and (workers == 1 or len(parts) == 1)):
        with one_thread():
            for part in parts:
                yield part, run([items[i] for i in part])
        return
    jobs = {tuple(part): [items[i] for i in part] for part in parts}
    how = {"workers": workers, "scheduler": scheduler}
    for rows, values in spread(run, jobs, limit_threads, **how):
        yield list(rows), values


def limit_threads() -> None:
    """Make a worker process use one thread for good."""
    os.environ["OMP_NUM_THREADS"] = "1"  # for libraries that are not loaded yet
    torch.set_num_threads(1)
    threadpool_limits(1)


@contextmanager
def progress_bar(
    label: str, total: int | None, done: int, show: bool
) -> Iterator[Callable[..., None]]:
    """Show how far the work is; yields what moves the bar on, and may say how it is."""
    columns = "{task.description}", BarColumn(), MofNCompleteColumn()
    times = TimeElapsedColumn(), "left", TimeRemainingColumn()
    console = Console(stderr=True)  # standard output is for results
    with Progress(*columns, *times, console=console, disable=not show) as bar:
        task = bar.add_task(label, total=total, completed=done)

        def _advance(n: int, said: str = "") -> None:
            bar.update(task, advance=n, description=f"{label} {said}".rstrip())

        yield _advance
