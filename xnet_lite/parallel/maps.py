"""Long loops over processes, with progress, that survive a kill."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from threadpoolctl import threadpool_limits

from xnet_lite.errors import InputError


def resumable_map(
    work: Callable[[Any], Any],
    items: Sequence[Any],
    keys: Sequence[str],
    *,
    checkpoint: str | Path | None = None,
    workers: int = 1,
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
    keys : sequence of str
        One for each item, naming it and everything its result depends on.
    checkpoint : str or Path, optional
        File of finished results; nothing is kept without it.
    workers : int
        Processes; 1 works in this one.
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
        If `workers` is below 1 or the checkpoint is not one; the message names it.

    Example
    -------
    >>> resumable_map(abs, [-1, 2], ["a", "b"], progress=False)
    [1, 2]
    """
    if workers < 1:
        raise InputError(f"workers is {workers}: give 1 or more processes")
    file = None if checkpoint is None else Path(checkpoint)
    done = {} if file is None else _read(file)
    todo = [i for i, key in enumerate(keys) if key not in done]
    size = batch or 1
    parts = [todo[i : i + size] for i in range(0, len(todo), size)]
    run = work if batch else _One(work)
    with _bar(label, len(items), len(items) - len(todo), progress) as advance:
        for part, values in _results(run, items, parts, workers):
            new = {keys[i]: value for i, value in zip(part, values)}
            done |= new if file is None else _append(file, new)
            advance(len(part))
    return [done[key] for key in keys]


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


class _One:
    """A function of one item as a function of a list."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self.work = work

    def __call__(self, items: list[Any]) -> list[Any]:
        return [self.work(item) for item in items]


def _read(file: Path) -> dict[str, Any]:
    """Finished results; a last line cut short by a kill is cut off the file too."""
    if not file.exists():
        return {}
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        file.write_bytes(whole)
    try:
        records = [json.loads(line) for line in whole.splitlines()]
        return {record["key"]: record["value"] for record in records}
    except (ValueError, TypeError, KeyError):
        raise InputError(
            f"{file} is not a checkpoint this program wrote; delete it to start again."
        ) from None


def _append(file: Path, new: dict[str, Any]) -> dict[str, Any]:
    """Write results, and return them as a later call will read them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"key": key, "value": value}) for key, value in new.items()]
    with file.open("a", encoding="utf-8") as stream:
        stream.write("".join(line + "\n" for line in lines))
        stream.flush()
        os.fsync(stream.fileno())
    return {key: json.loads(line)["value"] for key, line in zip(new, lines)}


def _results(
    run: Callable[[list[Any]], list[Any]],
    items: Sequence[Any],
    parts: Sequence[list[int]],
    workers: int,
) -> Iterator[tuple[list[int], list[Any]]]:
    """Indices and their results, as they come."""
    if workers == 1 or len(parts) <= 1:
        with one_thread():
            for part in parts:
                yield part, run([items[i] for i in part])
        return
    # spawn: a fork of a process that has run PyTorch may hang
    pool = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_limit_threads
    )
    try:
        futures = {pool.submit(run, [items[i] for i in part]): part for part in parts}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _limit_threads() -> None:
    """Make a worker process use one thread for good."""
    os.environ["OMP_NUM_THREADS"] = "1"  # for libraries that are not loaded yet
    torch.set_num_threads(1)
    threadpool_limits(1)


@contextmanager
def _bar(
    label: str, total: int, done: int, show: bool
) -> Iterator[Callable[[int], None]]:
    """A progress bar; yields what moves it on."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)  # standard output is for results
    with Progress(*columns, console=console, disable=not show) as bar:
        task = bar.add_task(label, total=total, completed=done)
        yield lambda n: bar.advance(task, n)
