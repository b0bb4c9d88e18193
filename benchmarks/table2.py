"""Review Table 2, run: every spectral representation on the same splits.

    python -m benchmarks.table2

One model, one split a seed; only what stands for a spectrum changes. `lost there and
back` is the error of the representation itself on the held-out spectra, below which no
model can go. The column `published` has the review's own figures (an MLP on the tmQM
Fe set, random split).

Source of the published figures: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5,
021001 (2024), doi:10.1088/2632-2153/ad5074, Table 2.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.race import BASELINES, COLUMNS, NAMES, described, had, parts, run_one
from benchmarks.report import Row, models_option, parser, publish
from xnet_lite import targets
from xnet_lite.datasets import XASDataset
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR

# what a row is called -> the representation, and the review's figure for it
ENTRIES: dict[str, tuple[Callable[[], targets.SpectralTarget], float]] = {
    "energy grid": (targets.EnergyGrid, 4.4),
    "TDCT 50": (lambda: targets.TDCT(50), 5.5),
    "TDCT 30": (lambda: targets.TDCT(30), 6.2),
    "TDCT 15": (lambda: targets.TDCT(15), 6.7),
    "TDCT 10": (lambda: targets.TDCT(10), 8.4),
    "PCA 50": (lambda: targets.PCATargets(50), 4.0),
    "PCA 30": (lambda: targets.PCATargets(30), 4.0),
    "PCA 15": (lambda: targets.PCATargets(15), 4.2),
    "PCA 10": (lambda: targets.PCATargets(10), 4.5),
    "Gaussians": (targets.GaussianBasis, np.nan),
    "polynomials": (targets.PiecewisePolynomials, np.nan),
    "CDF": (targets.CDF, np.nan),
    "Fourier 50": (lambda: targets.Fourier(50), np.nan),
}
SPLITS = {"tmqm-k-v": "random"}  # by compound otherwise
SHOWN = {k: v for k, v in COLUMNS.items() if k != "n_features"}


def run(
    data: XASDataset, seeds: list[int], models: list[str], quick: bool
) -> list[Row]:
    """One row per representation, model and seed, after the baselines."""
    by = SPLITS.get(data.name, "compound")
    rows: list[Row] = []
    for seed in seeds:
        train, test = there = parts(data, by, seed)
        how = (by, seed, quick)
        rows += [run_one(data, "–", name, None, there, how, {}) for name in BASELINES]
        for label, (make, published) in ENTRIES.items():
            fitted = make().fit(data.spectra[train], data.energy)
            lost = np.median(fitted.reconstruction_error(data.spectra[test]))
            for name in models:
                facts = {"floor": float(lost)}
                facts["published"] = published if name == "quick MLP" else np.nan
                rows.append(run_one(data, label, name, make(), there, how, facts))
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "", range(3))
    known = ["tmqm-k-v", "tm-complexes-k-fe", "omnixas-cu-k"]
    options.add_argument("--data", nargs="+", default=known, metavar="NAME")
    models_option(options, NAMES, ["kernel ridge", "quick MLP"])
    args = options.parse_args()
    rows: list[Row] = []
    notes = ["quick run: few sites and epochs, figures mean nothing"] * args.quick
    for data in had(args.data, args.quick, notes):
        if data.features is None:
            ready = described(data, describer(DESCRIPTOR))
            if isinstance(ready, str):
                notes.append(f"{data.name}: left out, {ready}")
                continue
            data = ready
        seeds = args.seeds[:1] if args.quick else args.seeds
        rows += run(data, seeds, args.models, args.quick)
    publish("table2", rows, SHOWN, args, notes)


if __name__ == "__main__":
    main()
