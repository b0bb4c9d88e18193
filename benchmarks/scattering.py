"""The engine against spectra of two established codes: error, shape, CPU seconds.

Each spectrum is scored on -15…55 eV in 0.5 eV steps, divided by its own mean above
15 eV, after the best shift on a 0.25 eV grid; beside it one shift for the whole set.
`r diff.` is the correlation of differences from the mean spectrum, `atoms` the number
within the scattering radius. Sites are numbered in a random order: choices in the
self-consistent potential were made on the first 14, nothing is fitted to the others.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from xraydb import xray_edge

from benchmarks.report import Cost, Row, measured, parser, publish
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, load
from xnet_lite.errors import InputError
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import Spectrum, unit_mean
from xnet_lite.structures import Site, cluster

GRID = np.arange(-15.0, 55.01, 0.5)
ENERGIES = np.arange(-31.0, 90.1, 0.25)
SHIFTS = np.arange(-15.0, 15.01, 0.25)
CU_ORIGIN = 8998.173  # eV: the published OmniXAS window starts 15 eV below


@dataclass(frozen=True)
class Case:
    """Sites of a dataset, in an order that a seed makes, and a preset for them."""

    data: str
    preset: str
    sites: slice
    quick: int
    origin: float | None = None  # eV, the zero; the edge where there is none


CASES = [
    Case("csd-fe-k", "fdmnes_like", slice(None), 12),
    Case("csd-fe-k", "fdmnes_screened", slice(None), 12),
    Case("omnixas-cu-k", "feff_overlapped", slice(0, 60), 4, CU_ORIGIN),
    Case("omnixas-cu-k", "feff_like", slice(0, 60), 4, CU_ORIGIN),
    Case("omnixas-cu-k", "feff_like", slice(60, 100), 4, CU_ORIGIN),
]
COLUMNS = {
    "error": "error %",
    "error_q1": "q1",
    "error_q3": "q3",
    "r": "r",
    "r_difference": "r diff.",
    "error_one_shift": "one shift %",
    "shift_sd": "shift s.d. / eV",
    "null": "mean spectrum %",
    "cpu_site": "CPU s/site",
    "atoms": "atoms",
}


def shifted(ours: Sequence[Spectrum], origin: float | None) -> Array:
    """Every spectrum under every shift, (n_sites, n_shifts, n_grid)."""
    zeros = [x.e0 if origin is None else origin for x in ours]
    rows = [
        [np.interp(GRID + zero + s, x.energy, x.mu) for s in SHIFTS]
        for x, zero in zip(ours, zeros)
    ]
    return unit_mean(GRID, np.array(rows))


def scores(ours: Array, theirs: Array) -> dict[str, float]:
    """Error after the best shift and after one shift, and correlations."""
    area = np.abs(theirs).sum(axis=1)
    errors = 100 * np.abs(ours - theirs[:, None]).sum(axis=2) / area[:, None]
    best = ours[np.arange(len(ours)), errors.argmin(axis=1)]
    error = errors.min(axis=1)
    away = [
        np.corrcoef(a, b)[0, 1]
        for a, b in zip(best - best.mean(axis=0), theirs - theirs.mean(axis=0))
    ]
    null = 100 * np.abs(theirs - theirs.mean(axis=0)).sum(axis=1) / area
    return {
        "error": float(np.median(error)),
        "error_q1": float(np.percentile(error, 25)),
        "error_q3": float(np.percentile(error, 75)),
        "r": float(np.median([np.corrcoef(a, b)[0, 1] for a, b in zip(best, theirs)])),
        "r_difference": float(np.median(away)),
        "error_one_shift": float(np.median(errors, axis=0).min()),
        "shift_sd": float(SHIFTS[errors.argmin(axis=1)].std()),
        "null": float(np.median(null)),
    }


def one_site(engine: MultipleScattering, site: Site) -> dict[str, Any]:
    """Absorption on `ENERGIES`, what it took, and how many atoms scatter."""
    with measured() as cost:
        spectrum = engine(site)
    atoms = len(cluster(site, engine.physics.r_fms).atoms)
    return {"mu": spectrum.mu.tolist(), "atoms": atoms} | vars(cost)


def run(data: XASDataset, case: Case, seed: int, args: Namespace) -> Row:
    """Compute and score some sites of a dataset."""
    order = np.random.default_rng(seed).permutation(len(data))[case.sites]
    chosen = order[: case.quick] if args.quick else order
    engine = MultipleScattering(case.preset, energies=ENERGIES)
    if data.sites is None:
        raise InputError(f"{data.name} has no structures: choose another dataset")
    sites, keep = [data.sites[i] for i in chosen], None
    if args.keep:
        settings = {"preset": repr(engine.preset), "energies": len(ENERGIES)}
        keep = checkpoint_file(f"{args.keep}/{data.name}-{case.preset}", settings)
    done = resumable_map(
        partial(one_site, engine),
        sites,
        [site.fingerprint() for site in sites],
        checkpoint=keep,
        label=case.preset,
    )
    e0 = [float(xray_edge(site.absorber, "K").energy) for site in sites]
    ours = [Spectrum(e + ENERGIES, np.array(one["mu"]), e) for e, one in zip(e0, done)]
    energy = data.energy - (case.origin or 0.0)
    rows = [np.interp(GRID, energy, data.spectra[i]) for i in chosen]
    theirs = unit_mean(GRID, np.array(rows))
    metrics = scores(shifted(ours, case.origin), theirs) | {
        "cpu_site": float(np.median([one["cpu_s"] for one in done])),
        "atoms": float(np.median([one["atoms"] for one in done])),
    }
    start = (case.sites.start or 0) + 1
    split = f"{start} to {start + len(chosen) - 1}"
    cost = Cost(sum(o["cpu_s"] for o in done), max(o["peak_mb"] for o in done))
    return Row(data.name, split, case.preset, seed, metrics, cost)


def main() -> None:
    """Run the comparison for the sets that can be had."""
    options = parser(__doc__ or "", seeds=(0,))
    known = list(dict.fromkeys(case.data for case in CASES))
    options.add_argument("--data", nargs="+", default=known, choices=known)
    options.add_argument("--keep", metavar="FOLDER", help="of sites that are done")
    presets = list(dict.fromkeys(case.preset for case in CASES))
    options.add_argument("--presets", nargs="+", default=presets, choices=presets)
    chosen = options.parse_args()
    rows, notes = [], []
    for name in chosen.data:
        try:
            data = load(name)
        except InputError as error:
            notes.append(f"{name}: left out, {error}")
            continue
        cases = [
            case
            for case in CASES
            if case.data == name and case.preset in chosen.presets
        ]
        rows += [
            run(data, case, seed, chosen) for case in cases for seed in chosen.seeds
        ]
    publish("scattering", rows, COLUMNS, chosen, notes)


if __name__ == "__main__":
    main()
