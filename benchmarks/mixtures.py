"""How many components, and how much of each: known mixtures taken apart.

    python -m benchmarks.mixtures
    python -m benchmarks.mixtures --cases pure far --seeds 0

Series of twenty scans are mixed of spectra of relaxed iron sites (`tm-complexes-k-fe`)
with noise of so many percent of the edge step, point by point. "far": two sites of
which one is in the middle of the other's list of likenesses; "close": the other is
among the nearest one in a hundred; "twins": the nearest; "three", "four": all far.
Fractions are drawn evenly from all there are; in "far, whole" they run from one pure
end to the other. Drift: each scan is shifted by so many eV (normal). Draws a seed: 20.

Rules that count: share of series in which the number is right, and in which it is too
large. Ways to fractions: mean and worst of the nine best tenths of |error|, percent of
the whole, over scans and components; "identifiable" is the share of scans of which the
fit itself says that noise moves no fraction by more than 0.01, then the nine tenths of
these. "within" is how often ±2σ of a fit, or the range that MCR leaves open for the
mean of a component, holds the truth. "found" is how often exactly the right references
are taken out of a library of fifty, for each scan by itself ("fit"), or once for all by
their target tests with as many components as the noise edge finds ("targets").
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from benchmarks.report import Cost, Row, measured, parser, publish
from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, load
from xnet_lite.inverse import MCR, combine, rank, target_test, unmix
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.spectra import Spectrum, align

N_SCANS, N_DRAWS, N_LIBRARY = 20, 20, 50
#: number of components, and how near they are: place in the list of likenesses
CASES: dict[str, tuple[int, float]] = {
    "pure": (1, 0.5),
    "far": (2, 0.5),
    "far, whole": (2, 0.5),
    "close": (2, 0.01),
    "twins": (2, 0.0),
    "three": (3, 0.5),
    "four": (4, 0.5),
}
#: percent of the edge step, eV
SETTINGS = ((0.3, 0.0), (1.0, 0.0), (3.0, 0.0), (1.0, 0.2))
COLUMNS = {
    "right": "right number %",
    "too_many": "too many %",
    "mean": "mean error %",
    "p90": "p90",
    "identifiable": "identifiable %",
    "p90_identifiable": "p90 of these",
    "within": "within %",
    "found": "found %",
}
#: how far a fit may shift a scan, eV
MAX_SHIFT = 1.0
Told = dict[str, dict[str, list[float]]]


def members(data: XASDataset, case: str, rng: np.random.Generator) -> Ints:
    """Return rows of the sites that are mixed."""
    n, place = CASES[case]
    rows = [int(rng.integers(len(data)))]
    while len(rows) < n:
        apart = (np.abs(data.spectra - data.spectra[r]).sum(axis=1) for r in rows)
        away = np.min(list(apart), axis=0)
        order = np.argsort(away, kind="stable")[len(rows) :]
        last = max(round(place * len(order)), 1)
        first = 0 if place < 0.1 else last // 2
        rows.append(int(rng.choice(order[first:last])))
    return np.array(rows)


def mixed(
    data: XASDataset, rows: Ints, setting: Sequence[float], whole: bool, rng: Any
) -> tuple[Array, Array]:
    """Return fractions (n_scans, n) and scans (n_scans, n_energies)."""
    noise, drift = setting
    fractions = rng.dirichlet(np.ones(len(rows)), N_SCANS)
    if whole:
        share = np.linspace(0, 1, N_SCANS)
        fractions = np.column_stack([share, 1 - share])
    scans = fractions @ data.spectra[rows]
    shifts = rng.normal(0, drift, N_SCANS)
    moved = [
        np.interp(data.energy, data.energy + shift, scan)
        for shift, scan in zip(shifts, scans, strict=True)
    ]
    return fractions, np.array(moved) + rng.normal(0, noise / 100, scans.shape)


def counted(energy: Array, scans: Array, n: int, drift: float) -> Told:
    """Return how the rules count."""
    found: dict[str, int] = rank(scans).counts
    if drift:
        first = Spectrum(energy, scans.mean(axis=0), e0=0.0)
        made = [align(Spectrum(energy, one, e0=0.0), first) for one in scans]
        back = [np.interp(energy, one.energy, one.mu) for one in made]
        inside = np.abs(energy - energy.mean()) < np.ptp(energy) / 2 - MAX_SHIFT
        better = rank(np.array(back)[:, inside]).counts
        found |= {f"{name}, aligned": count for name, count in better.items()}
    return {
        name: {"right": [100.0 * (k == n)], "too_many": [100.0 * (k > n)]}
        for name, k in found.items()
    }


def fitted(
    energy: Array, scans: Array, pure: Array, true: Array, shift: float
) -> dict[str, list[float]]:
    """Return how fractions by the right references are wrong."""
    named = {str(i): one for i, one in enumerate(pure)}
    told: dict[str, list[float]] = {"error": [], "identifiable": [], "within": []}
    told["error_identifiable"] = []
    for scan, share in zip(scans, true, strict=True):
        one = combine(energy, scan, named, closed=True, max_shift=shift)
        wrong = np.abs(one.fractions - share)
        told["error"] += (100 * wrong).tolist()
        told["identifiable"].append(100.0 * one.identifiable)
        told["within"] += (100.0 * (wrong <= 2 * one.std)).tolist()
        if one.identifiable:
            told["error_identifiable"] += (100 * wrong).tolist()
    return told


def searched(
    energy: Array, scans: Array, library: Array, true: Array
) -> dict[str, list[float]]:
    """Return how fractions are wrong with references of a library, the first true."""
    named = {str(i): one for i, one in enumerate(library)}
    told: dict[str, list[float]] = {"error": [], "found": []}
    right = {str(i) for i in range(true.shape[1])}
    for scan, share in zip(scans, true, strict=True):
        one = unmix(energy, scan, named, closed=True)
        amounts = dict(zip(one.names, one.fractions, strict=True))
        shares = dict(zip(map(str, range(len(share))), share, strict=True))
        wrong = [abs(amounts.get(k, 0.0) - f) for k, f in shares.items()]
        told["error"] += [100 * float(x) for x in wrong]
        told["found"].append(100.0 * (set(one.names) == right))
    return told


def targeted(
    energy: Array, scans: Array, library: Array, true: Array
) -> dict[str, list[float]]:
    """Return the same where the series as a whole says which references to take."""
    n = max(rank(scans).n_noise_edge, 1)
    spoil = [target_test(scans, one, n).spoil for one in library]
    taken = np.argsort(spoil, kind="stable")[:n]
    named = {str(i): library[i] for i in taken}
    told: dict[str, list[float]] = {"error": []}
    for scan, share in zip(scans, true, strict=True):
        one = combine(energy, scan, named, closed=True)
        amounts = dict(zip(one.names, one.fractions, strict=True))
        told["error"] += [
            100 * abs(float(amounts.get(str(i), 0.0)) - f) for i, f in enumerate(share)
        ]
    told["found"] = [100.0 * (sorted(taken) == list(range(true.shape[1])))]
    return told


def resolved(scans: Array, true: Array, known: Array | None) -> dict[str, list[float]]:
    """Return how fractions by curve resolution are wrong, components paired best."""
    found = MCR(true.shape[1], known=known).fit(scans)
    n, fixed = true.shape[1], 0 if known is None else len(known)
    orders = [(*range(fixed), *rest) for rest in permutations(range(fixed, n))]
    wrong = [np.abs(found.fractions[:, order] - true) for order in orders]
    best = int(np.argmin([one.mean() for one in wrong]))
    low, high = found.ranges()[list(orders[best])].T
    mean = true.mean(axis=0)
    within = (mean >= low - 0.005) & (mean <= high + 0.005)
    errors = (100 * wrong[best]).ravel().tolist()
    return {"error": errors, "within": (100.0 * within).tolist()}


def one_draw(data: XASDataset, item: Sequence[Any]) -> Told:
    """Return what every rule and way makes of one series."""
    case, noise, drift, seed, draw = item
    rng = np.random.default_rng([int(seed), int(draw), list(CASES).index(case)])
    rows = members(data, case, rng)
    true, scans = mixed(data, rows, (noise, drift), case == "far, whole", rng)
    pure, energy = data.spectra[rows], data.energy
    told = counted(energy, scans, len(rows), drift)
    if len(rows) > 1:
        told["fit, right references"] = fitted(energy, scans, pure, true, 0.0)
        told["MCR"] = resolved(scans, true, None)
        told["MCR, first one known"] = resolved(scans, true, pure[:1])
    if drift:
        told["fit, shift free"] = fitted(energy, scans, pure, true, MAX_SHIFT)
    else:
        others = np.setdiff1d(np.arange(len(data)), rows)
        more = rng.choice(others, N_LIBRARY - len(rows), replace=False)
        library = np.vstack([pure, data.spectra[more]])
        told["fit, out of fifty"] = searched(energy, scans, library, true)
        told["targets, out of fifty"] = targeted(energy, scans, library, true)
    return told


def summary(lists: dict[str, list[float]]) -> dict[str, float]:
    """Return what a table shows of many draws."""
    said = {k: float(np.mean(v)) for k, v in lists.items() if not k.startswith("error")}
    if lists.get("error"):
        said["mean"] = float(np.mean(lists["error"]))
        said["p90"] = float(np.quantile(lists["error"], 0.9))
    if lists.get("error_identifiable"):
        said["p90_identifiable"] = float(np.quantile(lists["error_identifiable"], 0.9))
    return said


def run(data: XASDataset, args: Any) -> list[Row]:
    """Return a row for every case, setting, way and seed."""
    seeds = args.seeds[:1] if args.quick else args.seeds
    draws = range(2 if args.quick else N_DRAWS)
    keep = None
    if args.keep:
        keep = checkpoint_file(f"{args.keep}/mixtures", [data.fingerprint()])
        keep.parent.mkdir(parents=True, exist_ok=True)
    work: Callable[[Any], Any] = partial(one_draw, data)
    rows = []
    for case in args.cases:
        for noise, drift in SETTINGS[1:2] if args.quick else SETTINGS:
            for seed in seeds:
                items = [(case, noise, drift, seed, draw) for draw in draws]
                keys = [" ".join(map(str, item)) for item in items]
                label = f"{case} {noise} {drift}"
                with measured() as cost:
                    found = resumable_map(
                        work, items, keys, checkpoint=keep, progress=False, label=label
                    )
                rows += _rows(case, (noise, drift), seed, found, cost)
        print(f"{case} done", file=sys.stderr)
    return rows


def _rows(
    case: str, setting: tuple[float, float], seed: int, found: list[Told], cost: Cost
) -> list[Row]:
    """Rows of one case, a way each."""
    noise, drift = setting
    split = f"noise {noise:g} %" + (f", drift {drift:g} eV" if drift else "")
    rows = []
    for way in found[0]:
        together: dict[str, list[float]] = {}
        for told in found:
            for key, values in told[way].items():
                together.setdefault(key, []).extend(values)
        rows.append(Row(case, split, way, seed, summary(together), cost))
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "")
    options.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    options.add_argument("--keep", metavar="FOLDER", help="of draws that are done")
    args = options.parse_args()
    data = load("tm-complexes-k-fe").where(displaced=False)
    rows = run(data, args)
    notes = ["quick run: two draws, figures mean nothing"] * args.quick
    publish("mixtures", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
