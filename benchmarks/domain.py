"""Who notices what was never learnt? Verdicts on chemistry that a model did not see.

    python -m benchmarks.domain --metals co ni zn
    python -m benchmarks.domain --metals fe --leave family --seeds 0

A vote of quick MLPs, as `xnet-lite train` teaches it of a metal, learns without one
ligand family, one geometry, or every site with one element in its first shell, and
judges these. An error is large above twice the median of compounds that members never
saw. "caught" are the large errors that are called far, at the share of false alarms on
known chemistry beside it. Crystals, and three molecules that once went out wrong
without a word, are built here, their spectra are the engine's; "no upper end" is the
share of intervals that promise none, since too few known compounds raised such doubts;
"by error" leaves the checks out and counts what the expected error alone calls far. The
rows of checks tell what each caught of the large errors over all parts, and how often
it fired in vain.
With `--keep FOLDER` a run that was killed goes on, and more metals and seeds are added.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.spacegroup import crystal

from benchmarks.report import Cost, Row, measured, parser, publish
from xnet_lite.arrays import Array, Ints
from xnet_lite.complexes import Recipe, build
from xnet_lite.datasets import XASDataset, load
from xnet_lite.errors import InputError
from xnet_lite.jobs import TrainingJob, prepare, teach
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import unit_mean
from xnet_lite.structures import Site
from xnet_lite.trust import Judge, Verdict
from xnet_lite.trust.chemistry import CHECKS

CORPUS = "tm-complexes-k-"
COLUMNS = {
    "caught": "caught",
    "false_alarms": "false alarms, known",
    "false_alarms_here": "here",
    "by_error": "by error",
    "noticed": "near or far",
    "auc": "AUC",
    "in_interval": "in interval",
    "two_ends": "in those with two ends",
    "no_end": "no upper end",
    "large": "large errors",
    "a_median": "A median %",
    "n": "n",
}
EVERYTHING = "everything left out"
LEAVE = ("family", "geometry", "element", "crystal", "failure")
#: fewest sites that are left out, and that stay
FEWEST, LEAST_LEFT = 8, 100
QUICK_MEMBERS, QUICK_EPOCHS, QUICK_PARTS = 4, 5, 2
#: lattice constants of rock salts, zinc blendes and perovskites, Å, rounded
ROCK_SALT = {"O": 4.3, "S": 5.2, "N": 4.1}
BLENDE = {"S": 5.4, "Se": 5.7}
PEROVSKITE = {"Sr": 3.9, "La": 3.9}


#: what once went out wrong and without a word
FAILURES = {
    "fe": ("ferrocene", Recipe("Fe", 2, "sandwich", ("cp", "cp"))),
    "ni": ("Ni(CO)4", Recipe("Ni", 0, "tetrahedral", ("co",) * 4)),
    "zn": ("Zn(SMe)4", Recipe("Zn", 2, "tetrahedral", ("sme",) * 4)),
}


#: what is left out: kind, name, rows; no rows where it was never there
Part: TypeAlias = tuple[str, str, Ints]


@dataclass
class Judged:
    """Verdicts on sites, and how wrong their predictions were."""

    errors: list[float] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)

    def add(self, judge: Judge, sites: Sequence[Site], spectra: Array) -> None:
        """Add what a judge says of some sites."""
        pred = judge.predictor.predict(sites)
        self.errors += relative_spectral_error(pred, spectra).tolist()
        self.verdicts += judge.verdicts(sites)
        self.limits += [judge.limits["far"]] * len(sites)

    def extend(self, other: Judged) -> None:
        """Add what another one holds."""
        self.errors += other.errors
        self.verdicts += other.verdicts
        self.limits += other.limits

    def metrics(self) -> dict[str, float]:
        """Return shares of what was caught and of what was called far in vain."""
        error, said = np.array(self.errors), self.verdicts
        expected = np.array([one.error for one in said])
        wrong = error > [one.large for one in said]
        far = np.array([one.word == "far" for one in said])
        good = np.array([one.word != "known" for one in said])
        inside = [one.low <= e <= one.high for one, e in zip(said, self.errors)]
        ended = np.isfinite([one.high for one in said])
        known = [one.rates["far"]["false_alarms"] for one in said]
        return {
            "caught": _share(far[wrong]),
            "false_alarms": float(np.mean(known)),
            "false_alarms_here": _share(far[~wrong]),
            "by_error": _share((expected > self.limits)[wrong]),
            "noticed": _share(good[wrong]),
            "auc": _auc(expected, wrong),
            "in_interval": float(np.mean(inside)),
            "two_ends": _share(np.array(inside)[ended]),
            "no_end": float(np.mean([np.isinf(one.high) for one in said])),
            "large": float(wrong.mean()),
            "a_median": float(np.median(error)),
            "n": float(len(error)),
        }

    def of_check(self, name: str) -> dict[str, float]:
        """Return what one check caught, and how often it fired in vain."""
        wrong = np.array(self.errors) > [one.large for one in self.verdicts]
        fired = np.array([name in one.doubts for one in self.verdicts])
        known = [one.checks[name]["false_alarms"] for one in self.verdicts]
        return {
            "caught": _share(fired[wrong]),
            "false_alarms": float(np.mean(known)),
            "false_alarms_here": _share(fired[~wrong]),
            "n": float(fired.sum()),
        }


def _share(marks: Array) -> float:
    """Share that is marked; NaN of none."""
    return float(np.mean(marks)) if len(marks) else float("nan")


def _auc(score: Array, wrong: Array) -> float:
    """Chance that a wrong one has the higher score than a right one."""
    if wrong.all() or not wrong.any():
        return float("nan")
    above = score[wrong][:, None] > score[~wrong]
    return float(above.mean())


def parts(data: XASDataset, leave: Sequence[str]) -> Iterator[tuple[str, str, Ints]]:
    """Yield kind, name and rows of everything that is left out in turn."""
    for kind in [one for one in ("family", "geometry") if one in leave]:
        for name in np.unique(data.labels[kind]):
            yield kind, str(name), np.flatnonzero(data.labels[kind] == name)
    if "element" in leave:
        shells = [Atoms(str(name)) for name in data.labels["first_shell"]]
        for name in ("S", "P", "Cl", "Br", "O"):
            there = [name in shell.symbols for shell in shells]
            yield "element", name, np.flatnonzero(there)


def crystals(metal: str) -> list[Site]:
    """Return simple crystals of a metal: the element, and with others."""
    made = [bulk(metal, "fcc", a=3.6), bulk(metal, "bcc", a=2.9)]
    made += [bulk(f"{metal}{z}", "rocksalt", a=a) for z, a in ROCK_SALT.items()]
    made += [bulk(f"{metal}{z}", "zincblende", a=a) for z, a in BLENDE.items()]
    places = [(0.5, 0.5, 0.5), (0, 0, 0), (0.5, 0.5, 0)]
    for other, a in PEROVSKITE.items():
        symbols = [metal, other, "O"]
        made.append(
            crystal(symbols, places, spacegroup=221, cellpar=[a, a, a, 90, 90, 90])
        )
    rows = [one.get_chemical_symbols().index(metal) for one in made]
    return [Site(one, row) for one, row in zip(made, rows, strict=True)]


def judged(data: XASDataset, seed: int, quick: bool) -> Judge:
    """Teach a vote on some sites, as `xnet-lite train` does, and return its judge."""
    few = {"members": QUICK_MEMBERS, "training": {"epochs": QUICK_EPOCHS}}
    job = TrainingJob(data.name, hold_out=0.0, seed=seed, **(few if quick else {}))
    judge = Judge.of(teach(job, prepare(job, data)))
    if judge is None:
        raise InputError(f"{data.name}: {len(data)} sites teach no verdict")
    return judge


def parts_of(data: XASDataset, leave: Sequence[str], metal: str) -> list[Part]:
    """Return everything that is left out in turn, crystals and failures last."""
    found: list[Part] = [
        (kind, name, out)
        for kind, name, out in parts(data, leave)
        if len(out) >= FEWEST and len(data) - len(out) >= LEAST_LEFT
    ]
    nothing = np.zeros(0, dtype=int)
    if "crystal" in leave:
        found.append(("crystal", "crystals", nothing))
    if "failure" in leave and metal in FAILURES:
        found.append(("failure", FAILURES[metal][0], nothing))
    return found


def one_run(
    data: XASDataset, metal: str, quick: bool, item: tuple[int, Part]
) -> dict[str, Any]:
    """Leave a part out, and return what is said of it, as JSON has it."""
    seed, (kind, _, out) = item
    found = Judged()
    with measured() as cost:
        judge = judged(data[np.delete(np.arange(len(data)), out)], seed, quick)
        if len(out):
            found.add(judge, [data.sites[i] for i in out], data.spectra[out])
        else:
            made = crystals(metal.capitalize())[: 2 if quick else None]
            if kind == "failure":
                made = [build(FAILURES[metal][1]).site()]
            found.add(judge, made, computed(made, data.energy))
    said = [vars(one) for one in found.verdicts]
    return {"cost": asdict(cost), **vars(found), "verdicts": said}


def run(metal: str, args: Any) -> tuple[list[Row], dict[tuple[str, int], Judged]]:
    """Leave out every part of one metal in turn; return rows, and verdicts by kind."""
    data = load(CORPUS + metal)
    left = parts_of(data, args.leave, metal)
    seeds = args.seeds[:1] if args.quick else args.seeds
    left = left[:QUICK_PARTS] if args.quick else left
    items = [(seed, part) for seed in seeds for part in left]
    keep = None
    if args.keep:
        settings = [data.fingerprint(), args.quick]
        keep = checkpoint_file(f"{args.keep}/domain-{metal}", settings)
    work = partial(one_run, data, metal, args.quick)
    keys = [f"{seed} {kind} {name}" for seed, (kind, name, _) in items]
    said = resumable_map(work, items, keys, checkpoint=keep, label=metal)
    rows: list[Row] = []
    total: dict[tuple[str, int], Judged] = {}
    for (seed, (kind, name, _)), one in zip(items, said, strict=True):
        verdicts = [Verdict(**words) for words in one["verdicts"]]
        found = Judged(one["errors"], verdicts, one["limits"])
        split = name if kind in ("crystal", "failure") else f"{kind} {name}"
        cost = Cost(**one["cost"])
        rows.append(_row(data.name, split, seed, found, cost))
        for one_of in (kind, EVERYTHING):
            total.setdefault((one_of, seed), Judged()).extend(found)
    return rows, total


def computed(sites: Sequence[Site], energy: Array) -> Array:
    """Return the engine's spectra as the corpus has them, (n_sites, n_energies)."""
    made = [MultipleScattering()(site) for site in sites]
    mu = np.stack([np.interp(energy, one.energy_rel, one.mu) for one in made])
    return unit_mean(energy, mu)


def _row(data: str, split: str, seed: int, found: Judged, cost: Cost) -> Row:
    """A row of the table, told as it comes."""
    row = Row(data, split, "verdict", seed, found.metrics(), cost)
    told = {k: round(v, 3) for k, v in row.metrics.items()}
    print(f"{data} {split}: {told}", file=sys.stderr, flush=True)
    return row


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Verdicts on what was left out: families, geometries, crystals.")
    options.add_argument("--metals", nargs="+", default=["co", "ni"], metavar="EL")
    options.add_argument("--leave", nargs="+", default=list(LEAVE), choices=LEAVE)
    options.add_argument("--keep", metavar="FOLDER", help="of runs that are done")
    args = options.parse_args()
    rows: list[Row] = []
    totals: dict[tuple[str, int], Judged] = {}
    for metal in args.metals[:1] if args.quick else args.metals:
        found, verdicts = run(metal, args)
        rows += found
        for key, some in verdicts.items():
            totals.setdefault(key, Judged()).extend(some)
    for (kind, seed), total in totals.items():
        rows.append(_row("all", kind, seed, total, Cost()))
        for name in (*CHECKS, "features") if kind == EVERYTHING else ():
            rows.append(
                Row("all", f"check: {name}", "check", seed, total.of_check(name))
            )
    notes = ["another metal is refused by every model, so there is no verdict on one"]
    notes += ["quick run: a few epochs, figures mean nothing"] * args.quick
    publish("domain", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
