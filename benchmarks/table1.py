"""Review Table 1, run: every structural descriptor on the same splits.

    python -m benchmarks.table1
    python -m benchmarks.table1 --data tm-complexes-k-fe --models "kernel ridge" ARD

Complexes are held out by compound, crystals by material. The column `published` has
the review's own figures (an MLP on the tmQM Fe set, random split): another dataset,
an easier split, not to be compared digit by digit. PDOS takes seconds a structure
and is left out unless it is named. SOAP has the default compression; the review's eq.
14, all pairs of species and radial functions, is `SOAP(compression="off")`. The review
counts 463 918 weights for MSR 2,3,4,5, whose 152 numbers make 456 930; its other counts
follow from the lengths.

Source of the published figures: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5,
021001 (2024), doi:10.1088/2632-2153/ad5074, Table 1.
"""

from __future__ import annotations

import numpy as np

from benchmarks.race import BASELINES, COLUMNS, NAMES, described, had, parts, run_one
from benchmarks.report import Row, models_option, parser, publish
from xnet_lite import descriptors
from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import MSR, WACSF
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR

# what a row is called -> the descriptor, and the review's figure for its like
ENTRIES: dict[str, tuple[descriptors.Descriptor, float]] = {
    "RDC": (descriptors.RDC(), 14.8),
    "wACSF": (WACSF(), 4.4),
    "wACSF, chemistry": (WACSF(weight=descriptors.CHEMISTRY), np.nan),
    "wACSF, elements": (describer(DESCRIPTOR), np.nan),
    "MSR 2": (MSR(n_s3=0, n_s4=0), 4.7),
    "MSR 2,3": (MSR(n_s4=0), 3.9),
    "MSR 2,3,4": (MSR(), 3.9),
    "MSR 2,3,4,5": (MSR(n_s5=38), 3.8),
    "AR-MSR 2,3": (descriptors.ARMSR(), 3.7),
    "SOAP": (descriptors.SOAP(), np.nan),
    "LMBTR": (descriptors.LMBTR(), np.nan),
    "PDOS": (descriptors.PDOS(), np.nan),
}
SLOW = ("PDOS",)
SHOWN = {k: v for k, v in COLUMNS.items() if k not in ("n_targets", "floor")}


def run(
    data: XASDataset,
    seeds: list[int],
    entries: list[str],
    models: list[str],
    quick: bool,
) -> tuple[list[Row], list[str]]:
    """One row per descriptor, model and seed; and what was left out."""
    rows: list[Row] = []
    notes: list[str] = []
    for number, label in enumerate(entries):
        descriptor, published = ENTRIES[label]
        ready = described(data, descriptor)
        if isinstance(ready, str):
            notes.append(f"{data.name}, {label}: left out, {ready}")
            continue
        names = models + (list(BASELINES) if label == "wACSF" or not number else [])
        for seed in seeds:
            there = parts(data, "compound", seed)
            for name in dict.fromkeys(names):
                facts = {"published": published if name == "quick MLP" else np.nan}
                how = ("compound", seed, quick)
                rows.append(run_one(ready, label, name, None, there, how, facts))
    return rows, notes


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "", range(3))
    known = ["tm-complexes-k-fe", "omnixas-cu-k"]
    options.add_argument("--data", nargs="+", default=known, metavar="NAME")
    usual = [label for label in ENTRIES if label not in SLOW]
    options.add_argument("--descriptors", nargs="+", default=usual, choices=ENTRIES)
    models_option(options, NAMES, ["kernel ridge", "ARD", "quick MLP"])
    args = options.parse_args()
    rows: list[Row] = []
    notes = ["quick run: few sites and epochs, figures mean nothing"] * args.quick
    for data in had(args.data, args.quick, notes):
        seeds = args.seeds[:1] if args.quick else args.seeds
        more = run(data, seeds, args.descriptors, args.models, args.quick)
        rows, notes = rows + more[0], notes + more[1]
    publish("table1", rows, SHOWN, args, notes)


if __name__ == "__main__":
    main()
