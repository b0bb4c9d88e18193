"""What a scheduler costs: Dask against processes; a thousand cores on paper.

    python -m benchmarks.scaling
    python -m benchmarks.scaling --sites 40 --seeds 0

Every second site of `tm-complexes-k`, spread over it, is computed by the engine with
two workers: by processes, and by Dask in a cluster that is open, in turns and in
blocks, so that what else the machine does meets both. `overhead %` is what Dask takes
beyond what processes take, by the clock (processes are begun anew for each map, as
ever; what opening a cluster takes is `begin s`) and in CPU seconds, of all processes
together, which a busy machine disturbs less. Two columns tell what a scheduler costs by
itself, whoever else computes: `waits %` is the share of time, from the first site to
the last, in which a worker has none; `stands by %` is what workers, scheduler and those
that watch over them take of the workers' cores while there is nothing to do. On a
machine with nothing else to do Dask costs the sum of both more than processes. `same`
tells whether all spectra have the same bytes.

`ms a task` is measured with tasks that do nothing; what the scheduler takes for one is
less, since two workers and a client share the cores with it. The rest is a simulation:
one scheduler that takes so long for each task, cores that wait for it, sites that take
what some of those above took. `efficiency %` is the time cores compute, `h` when all is
done; `chunk` is of `parallel.schedulers.chunked` in the row that says so.
"""

from __future__ import annotations

import hashlib
import heapq
import os
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.report import Cost, Row, parser, publish
from xnet_lite.arrays import Array
from xnet_lite.datasets import load
from xnet_lite.parallel import opened, resumable_map
from xnet_lite.parallel.schedulers import chunked
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site

WORKERS, BLOCK, N_TIMED = 2, 100, 60
N_TASKS, STANDING_S = 2_000, 10
MANY, CORES = 100_000, (100, 1_000, 4_000)
CHUNKS = (1, 4, 10, 40, 100)
COLUMNS = {
    "wall_s": "wall s",
    "overhead": "overhead %",
    "overhead_cpu": "of CPU s",
    "waits": "waits %",
    "stands_by": "stands by %",
    "begin_s": "begin s",
    "same": "same",
    "ms": "ms a task",
    "hours": "h",
    "efficiency": "efficiency %",
}


def nothing(_: int) -> None:
    """A task as short as can be."""


def seconds_of(site: Site) -> float:
    """CPU seconds that the engine takes for a site."""
    begin = time.process_time()
    MultipleScattering()(site)
    return time.process_time() - begin


def timed(engine: MultipleScattering, site: Site) -> dict[str, Any]:
    """Return when a worker had a site, and a mark of its spectrum."""
    begin = time.time()
    mark = hashlib.sha256(engine(site).mu.tobytes()).hexdigest()
    return {"span": [begin, time.time()], "mark": mark}


def side_by_side(
    sites: Sequence[Site], seed: int, client: Any
) -> dict[str, dict[str, float]]:
    """Return what both schedulers took, and whether their spectra agree."""
    work, turns = partial(timed, MultipleScattering()), [("processes", WORKERS)]
    turns.append((client, 1))
    # of each scheduler: s by the clock, CPU s of all, s of sites, from first to last
    spent, same = np.zeros((2, 4)), True
    for number, start in enumerate(range(0, len(sites), BLOCK)):
        block, marks = sites[start : start + BLOCK], {}
        for turn in (0, 1) if (number + seed) % 2 else (1, 0):
            scheduler, workers = turns[turn]
            begin = spent_by(client)
            how = {"scheduler": scheduler, "workers": workers, "progress": False}
            found = resumable_map(work, block, **how)
            spent[turn, :2] += spent_by(client) - begin
            spent[turn, 2:] += within_workers(found)
            marks[turn] = [one["mark"] for one in found]
        same &= marks[0] == marks[1]
    waits = 100 * (1 - spent[:, 2] / (WORKERS * spent[:, 3]))
    rows = [
        {"wall_s": wall, "waits": wait}
        for wall, wait in zip(spent[:, 0], waits, strict=True)
    ]
    more = 100 * (spent[1, :2] / spent[0, :2] - 1)
    rows[1] |= {"overhead": more[0], "overhead_cpu": more[1], "same": float(same)}
    return {"processes": rows[0], "dask": rows[1]}


def within_workers(found: Sequence[dict[str, Any]]) -> Array:
    """Return how long sites took together, and from the first to the last.

    Example
    -------
    >>> within_workers([{"span": [0, 3]}, {"span": [1, 5]}]).tolist()
    [7.0, 5.0]
    """
    spans = np.array([one["span"] for one in found], dtype=float)
    whole = spans[:, 1].max() - spans[:, 0].min()
    return np.array([np.diff(spans, axis=1).sum(), whole])


def standing_by(client: Any) -> float:
    """Return what an open cluster takes of its workers' cores, percent."""
    before = spent_by(client)
    time.sleep(STANDING_S)
    wall, cpu = spent_by(client) - before
    return float(100 * cpu / wall / WORKERS)


def spent_by(client: Any) -> Array:
    """Return seconds by the clock, and CPU seconds of all who work, so far."""
    theirs = sum(client.run(time.process_time).values())
    return np.array([time.perf_counter(), theirs + sum(os.times()[:4])])


def task_seconds(client: Any, n_tasks: int) -> float:
    """Return what each of many tasks that do nothing adds to the whole."""
    resumable_map(nothing, range(10), scheduler=client, progress=False)
    begin = time.perf_counter()
    resumable_map(nothing, range(n_tasks), scheduler=client, progress=False)
    return (time.perf_counter() - begin) / n_tasks


def simulated(
    seconds: Array, n_cores: int, chunk: int, task_s: float
) -> tuple[float, float]:
    """Return the hours that sites take, and which share of them cores compute.

    Parameters
    ----------
    seconds : array (n_sites,)
        Of each site.
    n_cores, chunk : int
        Sites that make a task.
    task_s : float
        What the one scheduler takes for a task.

    Example
    -------
    >>> simulated(np.full(4, 3600.0), 2, 1, 0.0)
    (2.0, 1.0)
    """
    tasks = np.add.reduceat(seconds, np.arange(0, len(seconds), chunk))
    free, scheduler = [0.0] * n_cores, 0.0
    for task in tasks:
        scheduler = max(heapq.heappop(free), scheduler) + task_s
        heapq.heappush(free, scheduler + task)
    end = max(free)
    return float(end / 3600), float(seconds.sum() / (n_cores * end))


def on_paper(seconds: Array, task_s: float, seed: int) -> list[Row]:
    """Return a row for each number of cores and size of chunks."""
    drawn = np.random.default_rng(seed).choice(seconds, MANY)
    rows = []
    for n_cores in CORES:
        usual = chunked(MANY)
        for chunk in sorted({*CHUNKS, usual}):
            hours, share = simulated(drawn, n_cores, chunk, task_s)
            name = f"chunks of {chunk}" + ", as it does" * (chunk == usual)
            said = {"hours": hours, "efficiency": 100 * share}
            rows.append(Row(f"{MANY} sites", f"{n_cores} cores", name, seed, said))
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "", (0,))
    options.add_argument("--sites", type=int, default=200)
    args = options.parse_args()
    n_sites, n_tasks = (4, 100) if args.quick else (args.sites, N_TASKS)
    known = load("tm-complexes-k").sites
    assert known is not None
    rows: list[Row] = []
    for seed in args.seeds:
        picked = np.random.default_rng(seed).choice(len(known), n_sites, replace=False)
        sites = [known[i] for i in picked]
        begin = time.perf_counter()
        with opened("dask", WORKERS) as client:
            resumable_map(seconds_of, sites[:2], scheduler=client, progress=False)
            begun = time.perf_counter() - begin
            took = side_by_side(sites, seed, client)
            task_s = task_seconds(client, n_tasks)
            timed = sites[:N_TIMED]
            each = resumable_map(seconds_of, timed, scheduler=client, progress=False)
            stood = standing_by(client)
        took["dask"] |= {"begin_s": begun, "stands_by": stood}
        cost = Cost(float(n_sites * np.mean(each)))
        for name, said in took.items():
            rows.append(Row(f"{n_sites} sites", "2 workers", name, seed, said, cost))
        said = {"ms": 1000 * task_s}
        rows.append(Row(f"{n_tasks} tasks", "2 workers", "dask", seed, said))
        rows += on_paper(np.array(each), task_s, seed)
    notes = ["quick run: few sites, figures mean nothing"] * args.quick
    publish("scaling", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
