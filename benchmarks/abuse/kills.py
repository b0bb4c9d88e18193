"""Long jobs killed at random and at chosen moments: is anything lost, or half there?

    python -m benchmarks.abuse.kills              # eight jobs, five kills each
    python -m benchmarks.abuse.kills --kills 1

A job is run once undisturbed, then killed and run again, several times over: right
before it writes, renames or removes something (SIGKILL, drawn from all such moments),
and after a time drawn by chance (SIGKILL, SIGTERM or Ctrl-C). After a kill no process
of it may be left after ten seconds, and no file half written. The same command again
must end well, do nothing again that was done, and give what an undisturbed run gives.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from benchmarks.abuse.long_jobs import JOBS, Job
from benchmarks.abuse.material import Material
from xnet_lite.tables import Table
from xnet_lite.writing import write

#: s, how long processes may take to end, and a job to be done
PATIENCE_S, LIMIT_S = 10.0, 600.0
#: what marks the processes of a run
MARK = "XNET_LITE_KILLED"
#: exit codes of a verb that is asked to end
ASKED = {signal.SIGTERM: 143, signal.SIGINT: 130}
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Kill:
    """A kill, and what was wrong after it: "" where nothing was."""

    job: str
    how: str
    fault: str
    n_finished: int


@dataclass(frozen=True)
class Moment:
    """When a job is killed: before its n-th change of a file, or after some seconds."""

    change: int = 0
    seconds: float = 0.0
    signal: signal.Signals = signal.SIGKILL

    def __str__(self) -> str:
        if self.change:
            return f"before change {self.change}"
        return f"{self.signal.name} after {self.seconds:.1f} s"


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    code: int
    said: str
    changes: list[str]
    seconds: float
    is_left: bool


def ran(job: Job, material: Material, folder: Path, moment: Moment) -> Ended:
    """Run a job in its folder, and end it at a moment."""
    mark, log = uuid.uuid4().hex, folder.with_name(f"{folder.name}.log")
    log.unlink(missing_ok=True)
    words = [material.filled(word) for word in job.words.split()]
    command = [sys.executable, "-m", "benchmarks.abuse.moments", str(log)]
    env = dict(os.environ) | {"PYTHONPATH": str(ROOT), MARK: mark}
    start = time.monotonic()
    process = subprocess.Popen(
        [*command, str(moment.change), *words],
        cwd=folder,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said = process.communicate(timeout=moment.seconds or LIMIT_S)[1]
    except subprocess.TimeoutExpired:
        process.send_signal(moment.signal)
        said = process.communicate()[1]
    seconds = time.monotonic() - start
    changes = log.read_text().splitlines() if log.exists() else []
    return Ended(process.returncode, said, changes, seconds, not all_ended(mark))


def all_ended(mark: str) -> bool:
    """Wait for the processes of a run to end; False, and end them, if some do not."""
    late = time.monotonic() + PATIENCE_S
    while left := list(marked(mark)):
        if time.monotonic() > late:
            for process in left:
                os.kill(process, signal.SIGKILL)
            return False
        time.sleep(0.1)
    return True


def marked(mark: str) -> Iterator[int]:
    """Yield the processes that have a mark in their environment."""
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                environment = (place / "environ").read_bytes()
            except OSError:
                continue
            if f"{MARK}={mark}".encode() in environment:
                yield int(place.name)


def halves(folder: Path) -> list[str]:
    """Return the files that are there in part; hidden ones count for nothing."""
    files = (path for path in folder.rglob("*") if path.is_file())
    parts = ((path, path.relative_to(folder)) for path in files)
    shown = (path for path, to in parts if not str(to).startswith("."))
    return [path.name for path in shown if not path.name.startswith(".") if _half(path)]


def _half(path: Path) -> bool:
    """Whether a file is cut short."""
    from safetensors.numpy import load_file

    from xnet_lite.datasets import read_dataset

    try:
        if path.suffix in (".json", ".ipynb"):
            json.loads(path.read_text())
        elif path.suffix == ".html":
            return not path.read_text().rstrip().endswith("</html>")
        elif path.suffix == ".csv":
            return len({len(row) for row in csv.reader(path.open())}) > 1
        elif path.suffix == ".safetensors":
            load_file(path)
        elif path.name == "meta.json":
            read_dataset(path.parent)
    except Exception:
        return True
    return False


def killed(
    job: Job,
    material: Material,
    folder: Path,
    moment: Moment,
    end: Ended,
    outcome: object,
) -> Kill:
    """Kill a job, look at what is left, run it again and look at the end."""
    job.before(material, folder)
    first = ran(job, material, folder, moment)
    finished = dict(job.finished(folder))
    faults = ["a process was left"] if first.is_left else []
    # asked when all was done, while the process ends: nobody is left to answer
    answers = {0, ASKED.get(moment.signal, first.code)}
    answers |= {-moment.signal} if _is_done(job, folder, outcome) else set()
    if not job.words.startswith("script") and first.code not in answers:
        faults.append(f"exit code {first.code}: {first.said[-200:]}")
    faults += [f"{name} is there in part" for name in halves(folder)]
    again = ran(job, material, folder, Moment())
    if again.code:
        faults.append(f"run again: exit code {again.code}: {again.said[-200:]}")
    elif job.outcome(folder) != outcome:
        faults.append("run again: ends with something else")
    after = job.finished(folder)
    if any(name in after and after[name] != one for name, one in finished.items()):
        faults.append("run again: what was done is another one")
    if job.journal:
        n_again, n_whole = (_appended(one, job) for one in (again, end))
        if n_again + len(finished) != n_whole and first.code:
            faults.append(f"{n_again} done again beside {len(finished)} of {n_whole}")
    left = [path.name for path in folder.rglob(".xnet-lite-*.part")]
    faults += [f"{name} is left" for name in left]
    return Kill(job.name, str(moment), "; ".join(faults), len(finished))


def _is_done(job: Job, folder: Path, outcome: object) -> bool:
    """Whether a job has what it must have in the end."""
    try:
        return bool(job.outcome(folder) == outcome)
    except OSError:
        return False


def _appended(end: Ended, job: Job) -> int:
    """How many results a run added to its journals."""
    return sum(
        line.startswith("open") and line.endswith(job.journal) for line in end.changes
    )


def moments(end: Ended, n: int, rng: random.Random) -> Iterator[Moment]:
    """Yield when to kill a job: every other time before a change of a file."""
    signals = (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGINT)
    for i in range(n):
        if i % 2 == 0 and end.changes:
            yield Moment(change=rng.randint(1, len(end.changes)))
        else:
            seconds = rng.uniform(0.3, 1.0) * end.seconds
            yield Moment(seconds=seconds, signal=signals[i // 2 % len(signals)])


def tried(job: Job, material: Material, root: Path, n: int, seed: int) -> list[Kill]:
    """Kill a job so many times.

    Raises
    ------
    RuntimeError
        If it fails undisturbed.
    """
    folder = root / job.name.replace(" ", "-")
    folder.mkdir(parents=True)
    job.before(material, folder)
    end = ran(job, material, folder, Moment())
    if end.code or end.is_left:
        raise RuntimeError(
            f"{job.name}, undisturbed, ended with {end.code}: {end.said}"
        )
    outcome, found = job.outcome(folder), []
    rng = random.Random(f"{seed} {job.name}")
    for moment in moments(end, n, rng):
        shutil.rmtree(folder)
        folder.mkdir()
        found.append(killed(job, material, folder, moment, end, outcome))
    return found


def table(found: Sequence[Kill]) -> Table:
    """Return a row a job."""
    rows = []
    for name in [*dict.fromkeys(kill.job for kill in found), "all"]:
        mine = [kill for kill in found if name in (kill.job, "all")]
        rows.append(
            {
                "job": name,
                "kills": len(mine),
                "with work done": sum(kill.n_finished > 0 for kill in mine),
                "nothing lost, half or left": sum(not kill.fault for kill in mine),
            }
        )
    return Table(rows, "benchmarks.abuse.kills")


def main(words: Sequence[str] | None = None) -> int:
    """Kill all, print the table and what was wrong; return 1 if anything was."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--kills", type=int, default=5, help="of each job")
    options.add_argument("--jobs", nargs="+", choices=[job.name for job in JOBS])
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--json", metavar="FILE", help="also write every kill")
    options.add_argument("--markdown", action="store_true", help="a table for a page")
    given = options.parse_args(words)
    jobs = [job for job in JOBS if not given.jobs or job.name in given.jobs]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        material = Material.made(root / "material")
        with ThreadPoolExecutor(given.workers) as pool:
            work = [
                pool.submit(
                    tried, job, material, root / "runs", given.kills, given.seed
                )
                for job in jobs
            ]
            found = [kill for one in work for kill in one.result()]
    shown = table(found)
    print(shown.markdown()) if given.markdown else Console(width=120).print(shown)
    for kill in found:
        if kill.fault:
            print(f"{kill.job}: {kill.how}: {kill.fault}")
    if given.json:
        rows = [vars(kill) for kill in found]
        write(given.json, json.dumps({"benchmark": "kills", "rows": rows}, indent=1))
    return int(any(kill.fault for kill in found))


if __name__ == "__main__":
    sys.exit(main())
