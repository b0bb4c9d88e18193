"""The engine against measurement: shapes, and where edges stand on one axis.

    python -m benchmarks.measured_engine --keep FOLDER

Scans of the XAS Data Library whose crystal is known (`crystals.SUBSTANCES`, all kinds
of metal sites weighed), on energies from the tabulated edge of the metal, -15 to 50 eV
in 0.5 eV steps, divided by their own mean above 15 eV; several scans of a substance are
averaged. `error` and `r` are after the best shift. `edge` is where absorption first
rises to half of that mean: `theirs` and `ours` are it less that of the metal itself,
the chemical shift, ours on the engine's own axis, nothing moved; in the rows of all
substances, root mean square of the difference and Pearson's r over compounds of metals
whose foil is there. Nothing is fitted to any of them.
"""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.report import Cost, Row, measured, parser, publish
from benchmarks.substances import SUBSTANCES as FILES
from xnet_lite.arrays import Array
from xnet_lite.crystals import SUBSTANCES
from xnet_lite.datasets import load
from xnet_lite.errors import InputError
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import unit_mean

LIBRARY = "xasdatalibrary"
PRESETS = ("feff_like", "feff_overlapped")
GRID = np.arange(-15.0, 50.01, 0.5)
SHIFTS = np.arange(-12.0, 12.01, 0.25)
ENERGIES = np.arange(-28.0, 63.1, 0.25)
QUICK = ("Cu", "CuO")
COLUMNS = {
    "error": "error %",
    "r": "r",
    "theirs": "shift measured / eV",
    "ours": "computed",
    "rms": "rms / eV",
    "r_shift": "r of shifts",
    "n": "n",
}


def scans() -> dict[str, Array]:
    """Mean of the scans of each substance, on `GRID`, by its name in `crystals`."""
    library = load(LIBRARY)
    files = np.array([str(name).rsplit("/", 1)[-1] for name in library.labels["file"]])
    found = {}
    for one in FILES:
        name = one.name.removesuffix(" metal")
        mine = np.array([file.startswith(one.files) for file in files])
        if name in SUBSTANCES and mine.any():
            rows = [np.interp(GRID, library.energy, mu) for mu in library.spectra[mine]]
            found[name] = unit_mean(GRID, np.mean(rows, axis=0))
    return found


def compute(preset: str, name: str) -> dict[str, Any]:
    """Spectrum of a substance, its kinds of site weighed, and what it took."""
    engine = MultipleScattering(preset, energies=ENERGIES)
    with measured() as cost:
        kinds = SUBSTANCES[name].sites()
        mu = sum(share * engine(site).mu for site, share in kinds)
    return {"mu": np.asarray(mu).tolist()} | vars(cost)


def half_rise(mu: Array) -> float:
    """Energy, eV, at which absorption on `GRID` first rises to half of its mean."""
    i = int(np.argmax(mu > 0.5))
    before, after = mu[i - 1], mu[i]
    return float(GRID[i] - (after - 0.5) / (after - before) * (GRID[1] - GRID[0]))


def likeness(ours: Array, theirs: Array) -> tuple[float, float]:
    """Error in percent and correlation after the best shift."""
    moved = [np.interp(GRID + shift, ENERGIES, ours) for shift in SHIFTS]
    rows = unit_mean(GRID, np.array(moved))
    errors = 100 * np.abs(rows - theirs).sum(axis=1) / np.abs(theirs).sum()
    best = int(errors.argmin())
    return float(errors[best]), float(np.corrcoef(rows[best], theirs)[0, 1])


def rows_of(
    preset: str, known: dict[str, Array], done: dict[str, dict[str, Any]]
) -> list[Row]:
    """One row a substance, and one of all."""
    computed = {name: np.array(one["mu"]) for name, one in done.items()}
    placed = {
        name: unit_mean(GRID, np.interp(GRID, ENERGIES, mu))
        for name, mu in computed.items()
    }
    rows, pairs = [], []
    for name, theirs in known.items():
        metal = SUBSTANCES[name].metal
        error, r = likeness(computed[name], theirs)
        metrics = {"error": error, "r": r}
        if metal in known and metal != name:
            shifts = [
                half_rise(one[name]) - half_rise(one[metal]) for one in (known, placed)
            ]
            metrics |= dict(zip(("theirs", "ours"), shifts))
            pairs.append(shifts)
        cost = Cost(done[name]["cpu_s"], done[name]["peak_mb"])
        rows.append(Row(LIBRARY, name, preset, 0, metrics, cost))
    errors = [row.metrics["error"] for row in rows]
    whole = {"error": float(np.median(errors)), "n": len(rows)}
    whole["r"] = float(np.median([row.metrics["r"] for row in rows]))
    if len(pairs) > 2:
        theirs, ours = np.array(pairs).T
        whole["rms"] = float(np.sqrt(np.mean((ours - theirs) ** 2)))
        whole["r_shift"] = float(np.corrcoef(ours, theirs)[0, 1])
    cost = Cost(sum(row.cost.cpu_s for row in rows), max(r.cost.peak_mb for r in rows))
    return [Row(LIBRARY, "all, medians", preset, 0, whole, cost), *rows]


def run(args: Namespace) -> list[Row]:
    """Compute all substances by each preset, and compare."""
    known = scans()
    if args.quick:
        known = {name: known[name] for name in QUICK if name in known}
    rows = []
    for preset in args.presets:
        keep = None
        if args.keep:
            keep = checkpoint_file(f"{args.keep}/measured-{preset}", len(ENERGIES))
        work = partial(compute, preset)
        names = list(known)
        found = resumable_map(work, names, names, checkpoint=keep, label=preset)
        rows += rows_of(preset, known, dict(zip(names, found)))
    return rows


def main() -> None:
    """Compare and print."""
    options = parser(__doc__ or "", seeds=(0,))
    options.add_argument("--presets", nargs="+", default=PRESETS, choices=PRESETS)
    options.add_argument("--keep", metavar="FOLDER", help="of spectra that are done")
    args = options.parse_args()
    rows, notes = [], []
    try:
        rows = run(args)
    except InputError as error:
        notes.append(f"{LIBRARY}: left out, {error}")
    publish("measured_engine", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
