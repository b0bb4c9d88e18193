"""Active learning with a live engine: error beside CPU seconds, held against chance.

    python -m benchmarks.active --minutes 10 --keep out/active
    python -m benchmarks.active --pool fe --minutes 2 --seeds 0

Structures of `tm-complexes-k`, without their spectra, are the pool; others, of other
compounds and with their spectra, are the test and cost nothing. `metals`: nine of them,
600 held out; `fe`: iron alone, 300 held out. A campaign starts from 100 sites drawn by
chance and lets the engine compute batches that grow by a third, until engine and choice
together have spent their CPU seconds. Sites cost unlike much: `thrifty` does as the
hybrid, with the width of the band per second that a site is expected to take. The model
whose error counts is kernel ridge on whole spectra.

Errors are those at the end; `area` is the mean error over the logarithm of CPU
seconds, from the first moment at which every way of a seed has learnt something to the
last, as a share of random's, and `p` is of a paired t-test. `seconds` is after how many
CPU seconds the mean curve first comes to random's last error, as a share of what
random's own needs, none where it does not.

At the end a small campaign is ended by SIGKILL in the middle of its work, goes on, and
is held against one that nobody disturbed. Spectra in `--keep FOLDER` are computed once
and charged to every campaign that asks for them.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import ttest_rel

from benchmarks.report import Cost, Row, parser, publish
from xnet_lite.arrays import Array
from xnet_lite.complexes import METALS
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR
from xnet_lite.scattering import DEAR
from xnet_lite.strategies import (
    WAYS,
    Campaign,
    Curve,
    Findings,
    Protocol,
    thrifty,
)
from xnet_lite.strategies.sampling import Way
from xnet_lite.structures import Site

#: pool -> which sites of the corpus, how many are held out, where batches end
POOLS: dict[str, tuple[dict[str, Any], int, int]] = {
    "metals": ({}, 600, 5000),
    "fe": ({"metal": "Fe"}, 300, 1200),
}
START, GROWTH = 100, 4 / 3
QUICK_MINUTES, QUICK_START, QUICK_SITES, QUICK_TEST = 0.1, 10, 60, 20
USUAL = ("random", "farthest point", "cluster-balanced", "hybrid", "thrifty")
CHOICES: dict[str, str | Way] = {**{name: name for name in WAYS}, "thrifty": thrifty}
COLUMNS = {
    "a_p90": "p90 %",
    "a_median": "median",
    "known": "sites",
    "choice": "choice s",
    "area_median": "area, median",
    "p_median": "p",
    "seconds_median": "seconds",
    "area_p90": "area, p90",
    "p_p90": "p (p90)",
    "seconds_p90": "seconds (p90)",
}
MEASURES = ("median", "p90")
#: what a site is charged where the end must be certain, CPU s
FLAT = 0.2


def described(sites: Sequence[Site]) -> Array:
    """Features, and behind them which metal it is."""
    features = describer(DESCRIPTOR).transform(sites)
    metals = np.array([one.absorber for one in sites])[:, None]
    # as large as the largest feature of the corpus: no scaler makes it small
    return np.hstack([features, 1e2 * (metals == np.array(METALS))])


def flat(site: Site) -> float:
    """A price that anyone can foretell."""
    return FLAT


def pool_and_test(
    name: str, seed: int, quick: bool = False
) -> tuple[list[Site], XASDataset]:
    """Structures to ask for, and others with spectra to be tested on."""
    labels, n_test, _ = POOLS[name]
    data = load("tm-complexes-k").where(displaced=False, **labels)
    if quick:
        data, n_test = data.sample(QUICK_SITES + QUICK_TEST), QUICK_TEST
    train, test = split(data, n_test, by="compound", seed=seed)
    assert data.sites is not None
    held, sites = data[test], [data.sites[i] for i in test]
    features = described(sites)
    kept = XASDataset("held out", held.energy, held.spectra, features=features)
    return [data.sites[i] for i in train], kept


def campaign(way: str, seed: int, args: argparse.Namespace) -> Campaign:
    """One contestant."""
    sizes, last = [START], POOLS[args.pool][2]
    if args.quick:
        sizes, last = [QUICK_START], QUICK_SITES
    while sizes[-1] < last:
        sizes.append(int(sizes[-1] * GROWTH))
    given: dict[str, Any] = {"way": CHOICES[way], "seed": seed}
    given |= {"budget": 60 * args.minutes}
    return Campaign(DEAR, DEAR.energy_rel, described, Protocol(sizes), **given)


def race(
    args: argparse.Namespace, folder: Path
) -> dict[str, list[tuple[Findings, Curve]]]:
    """Every way and seed: what it found, and its curve."""
    found: dict[str, list[tuple[Findings, Curve]]] = {way: [] for way in args.ways}
    for seed in args.seeds:
        pool, test = pool_and_test(args.pool, seed, args.quick)
        for way in args.ways:
            one = campaign(way, seed, args)
            made = one.run(pool, folder, progress=not args.quick)
            found[way].append((made, made.curve(test)))
            last = found[way][-1][1].by("a_median")[-1]
            said = f"{len(made.dataset)} sites, {last:.2f} %; {made.why}"
            print(f"seed {seed}, {way}: {said}", file=sys.stderr)
    return found


def beside(
    found: dict[str, list[tuple[Findings, Curve]]], measure: str
) -> dict[str, dict[str, float]]:
    """Of each way: area and seconds beside random's, and p."""
    ends = [made.spent for runs in found.values() for made, _ in runs]
    low, high = max(one[0] for one in ends), min(one[-1] for one in ends)
    grid = np.geomspace(low, high, 200)
    lines = {
        way: np.array([_at(grid, made, curve, measure) for made, curve in runs])
        for way, runs in found.items()
    }
    base, said = lines["random"], {}
    goal = base.mean(0)[-1]
    own = _first(grid, base.mean(0), goal)
    for way, line in lines.items():
        p = np.nan
        if way != "random" and len(line) > 1:
            p = ttest_rel(np.log(line.mean(1)), np.log(base.mean(1))).pvalue
        said[way] = {
            f"area_{measure}": float(line.mean() / base.mean()),
            f"p_{measure}": float(p),
            f"seconds_{measure}": _first(grid, line.mean(0), goal) / own,
        }
    return said


def _at(grid: Array, made: Findings, curve: Curve, measure: str) -> Array:
    """Error at these CPU seconds, between batches along the line of logarithms."""
    errors = np.log(curve.by(f"a_{measure}"))
    return np.exp(np.interp(np.log(grid), np.log(made.spent), errors))


def _first(grid: Array, line: Array, goal: float) -> float:
    """When a line first comes down to a goal."""
    below = np.flatnonzero(line <= goal)
    return float(grid[below[0]]) if len(below) else float("nan")


def rows_of(
    found: dict[str, list[tuple[Findings, Curve]]], args: argparse.Namespace
) -> list[Row]:
    """A row for every way and seed."""
    both = [beside(found, name) for name in MEASURES if "random" in found]
    rows = []
    for way, runs in found.items():
        more = {key: value for each in both for key, value in each[way].items()}
        for seed, (made, curve) in zip(args.seeds, runs, strict=True):
            said = {f"a_{name}": float(curve.by(f"a_{name}")[-1]) for name in MEASURES}
            said |= {"known": float(len(made.dataset)), **more}
            said["choice"] = float(sum(row["choice / s"] for row in made.log[:-1]))
            cost = Cost(float(made.spent[-1]))
            rows.append(Row(args.pool, f"{args.minutes:g} min", way, seed, said, cost))
    return rows


def small(folder: str) -> None:
    """A campaign of a few batches whose end is certain; its choices as JSON."""
    pool, _ = pool_and_test("metals", 0, quick=True)
    one = Campaign(
        DEAR, DEAR.energy_rel, described, Protocol((8, 14, 20, 26)), price=flat
    )
    made = one.run(pool, folder, progress=False)
    print(json.dumps({"rows": made.rows.tolist(), "why": made.why}))
    print(json.dumps({"spectra": made.dataset.spectra.sum(0).tolist()}))


def after_a_kill() -> str:
    """Say whether a campaign that is killed comes to the end of one that is not."""
    command = [sys.executable, "-m", "benchmarks.active", "--small"]
    with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
        calm = subprocess.run([*command, here], capture_output=True, check=True)
        killed = subprocess.Popen([*command, there], stdout=subprocess.DEVNULL)
        lines = 0
        while lines < 11 and killed.poll() is None:
            time.sleep(0.01)
            files = Path(there).glob("spectra.*")
            lines = sum(len(one.read_bytes().splitlines()) for one in files)
        os.kill(killed.pid, signal.SIGKILL)
        code = killed.wait()
        again = subprocess.run([*command, there], capture_output=True, check=True)
    same = "the same" if again.stdout == calm.stdout else "ANOTHER"
    return (
        f"killed (exit {code}) with {lines} of 26 spectra done, the campaign went on "
        f"to {same} sites, spectra and end"
    )


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "")
    options.add_argument("--minutes", type=float, default=10.0, help="CPU, a campaign")
    options.add_argument("--pool", choices=POOLS, default="metals")
    options.add_argument("--ways", nargs="+", choices=CHOICES, default=list(USUAL))
    options.add_argument("--keep", metavar="FOLDER", help="of spectra and decisions")
    options.add_argument("--small", metavar="FOLDER", help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.small:
        small(args.small)
        return
    notes = [after_a_kill()]
    if args.quick:
        args.minutes, args.seeds = QUICK_MINUTES, args.seeds[:1]
        notes.append("quick run: few sites, figures mean nothing")
    with tempfile.TemporaryDirectory() as folder:
        found = race(args, Path(args.keep or folder))
    publish("active", rows_of(found, args), COLUMNS, args, notes)


if __name__ == "__main__":
    main()
