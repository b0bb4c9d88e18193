"""Who works: processes of this machine, or Dask's workers on any number of machines.

One door for both. What goes through it is a mapping of jobs that do not know of each
other; what comes out are their results, as they come, with the same bytes from any
scheduler: whoever works does so on one thread.

Dask's workers are asked in tasks of several jobs where there are many, since the
scheduler takes about two milliseconds for each (`python -m benchmarks.scaling`). A task
whose worker is killed is given to another one.

On a cluster with SLURM, in a script or a notebook on the login node, with the packages
`xnet-lite[cluster]` and `dask-jobqueue` (jobs of other queues go by their names)::

    from dask_jobqueue import SLURMCluster

    cluster = SLURMCluster(
        queue="normal", cores=32, processes=32, memory="64GB", walltime="04:00:00",
        job_script_prologue=["export OMP_NUM_THREADS=1"],
    )
    cluster.adapt(maximum_jobs=8)  # of 32 workers each, as there is work for them
    spectra = engine.map(sites, scheduler=cluster, checkpoint="out/spectra.jsonl")

Each worker has one thread: `processes` is `cores`. ``print(cluster.job_script())``
shows what is handed to SLURM. Without dask-jobqueue start `dask scheduler` somewhere
and `dask worker ADDRESS --nworkers -1 --nthreads 1` in each job, and give the address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from typing import Any, TypeAlias, TypeVar

from rich.console import Console

from xnet_lite.errors import InputError, missing, within
from xnet_lite.parallel.pools import GUARD, not_again, over_processes

#: "processes", "dask" (begun here), an address, or a client or cluster of Dask
Scheduler: TypeAlias = Any
Key = TypeVar("Key")

PROCESSES, DASK = "processes", "dask"
#: tasks that the scheduler hands out in half a minute: of fewer jobs each is a task
MOST_TASKS = 10_000
#: workers whose stacks nobody looks at every 10 ms: standing by then costs less
UNWATCHED = {"distributed.worker.profile.enabled": False}
#: s that a cluster may take to answer
PATIENCE = 10


@contextmanager
def opened(scheduler: Scheduler = PROCESSES, workers: int = 1) -> Iterator[Scheduler]:
    """Begin what a scheduler's name asks for, once for many maps, and end it.

    Parameters
    ----------
    scheduler : str, or a client or cluster of Dask
        "processes" needs nothing begun. "dask" begins a cluster on this machine, an
        address (`"tcp://node:8786"`) names one that is there, and a cluster, such as
        dask-jobqueue's, is one. Its dashboard is named on standard error. A client is
        taken as it is.
    workers : int
        Of a cluster that is begun here.

    Raises
    ------
    InputError
        For a scheduler that is none of these or does not answer, or without Dask.

    Example
    -------
    >>> with opened("processes") as scheduler:
    ...     scheduler
    'processes'
    """
    within("[1, inf)", whole=True, workers=workers)
    if scheduler == PROCESSES or hasattr(scheduler, "submit"):
        yield scheduler
        return
    with _cluster(scheduler, workers) as address, _client(address) as client:
        said = f"dashboard of Dask: {client.dashboard_link}"
        Console(stderr=True, soft_wrap=True).print(said, highlight=False)
        yield client


def spread(
    run: Callable[[Any], Any],
    jobs: dict[Key, Any],
    begin: Callable[[], None],
    *,
    workers: int = 1,
    scheduler: Scheduler = PROCESSES,
) -> Iterator[tuple[Key, Any]]:
    """Yield what a function returns for each of some values, as they come.

    Parameters
    ----------
    run : callable
        Of a module, or a partial of one; with Dask its workers must have the module.
    jobs : mapping
        Values by key.
    begin : callable
        What each worker does first.
    workers, scheduler
        As in `opened`.

    Raises
    ------
    InputError
        As `opened`; in a script that begins processes whenever it is imported.
    RuntimeError
        If a process was ended from outside; with Dask if that happened again and again
        to whoever did the same job.
    """
    if scheduler == PROCESSES:
        yield from over_processes(run, jobs, workers, begin)
        return
    not_again()
    with opened(scheduler, min(workers, len(jobs)) or 1) as client:
        yield from _by_dask(client, run, jobs, begin)


def chunked(n_jobs: int) -> int:
    """Return how many jobs make a task: there are `MOST_TASKS` tasks at most.

    Example
    -------
    >>> chunked(200), chunked(100_000)
    (1, 10)
    """
    return max(1, -(-n_jobs // MOST_TASKS))


def _by_dask(
    client: Any,
    run: Callable[[Any], Any],
    jobs: dict[Key, Any],
    begin: Callable[[], None],
) -> Iterator[tuple[Key, Any]]:
    """Keys and results of the tasks of a client, as they come."""
    distributed = _distributed()
    size = chunked(len(jobs))
    keys = list(jobs)
    parts = [keys[i : i + size] for i in range(0, len(keys), size)]
    # a task, not scattered data: what a killed worker held is made again
    shared = client.submit(partial, run, pure=False)
    values = [[jobs[key] for key in part] for part in parts]
    tasks = client.map(partial(_at_work, begin), values, run=shared, pure=False)
    places = dict(zip(tasks, parts, strict=True))
    del tasks
    try:
        done = distributed.as_completed(
            list(places), loop=client.loop, with_results=True
        )
        for task, found in done:
            yield from zip(places.pop(task), found, strict=True)
    except distributed.KilledWorker:
        raise RuntimeError(
            "workers that did the same job were ended from outside, one after the "
            "other, perhaps for want of memory: give each more; what was done is in "
            "the checkpoint, if there is one"
        ) from None
    finally:
        client.cancel(list(places))


def _at_work(
    begin: Callable[[], None], values: Sequence[Any], *, run: Callable[[Any], Any]
) -> list[Any]:
    """What a worker does of a task."""
    _once(begin)
    return [run(value) for value in values]


@cache
def _once(begin: Callable[[], None]) -> None:
    """Begin, the first time in this process."""
    begin()


@contextmanager
def _cluster(scheduler: Scheduler, workers: int) -> Iterator[Any]:
    """What a client is opened with."""
    if scheduler != DASK:
        address = getattr(scheduler, "scheduler_address", scheduler)
        if not isinstance(address, str) or ":" not in address:
            raise InputError(
                f"scheduler is {scheduler!r}: give 'processes', 'dask', an address "
                "such as tcp://node:8786, or a client or cluster of Dask"
            )
        yield scheduler
        return
    distributed = _distributed()
    not_again()
    try:
        with import_module("dask").config.set(UNWATCHED):
            cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=":0"
            )
    except RuntimeError as error:
        raise InputError(f"no worker begins ({error}): {GUARD}") from None
    with cluster:
        yield cluster


@contextmanager
def _client(address: Any) -> Iterator[Any]:
    """A client of a cluster, or of one at an address."""
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"scheduler {address!r} does not answer ({error}): give 'processes', "
            "'dask', or an address such as tcp://node:8786"
        ) from None
    with client:
        yield client


def _distributed() -> Any:
    """The library, if it is there."""
    try:
        import distributed
    except ImportError:
        raise missing("scheduling over machines needs Dask", "cluster") from None
    return distributed
