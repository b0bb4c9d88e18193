"""What a told structure makes of a spectrum that is not quite what it should be.

    python -m benchmarks.robustness
    python -m benchmarks.robustness --part confidence --seeds 0 1

Iron of `tm-complexes-k`, a quarter held out by compound; a kernel (ARD) reads 30
components and tells 50 G2. `changes`: for each change of the spectrum how far told
first-shell peaks move (median, Å), how their heights change (median, %), which share of
them stays; A, and peaks within 0.1 Å, of changed spectra, and the same of a kernel that
was taught with three randomly shifted and broadened copies of each spectrum. `slope` is
d ln R / d ln ΔE of a stretch, −½ by Natoli's rule. `confidence`: how well the
sensitivity to each change tells which sites the kernel, and the network of 2023, tell
wrongly, beside what bands and distances tell of it: Spearman's correlation with the
error of the curve, and how likely a site of the worst quarter has the larger sign (0.5
is chance).
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np

from benchmarks.report import Cost, Row, measured, parser, publish
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.inverse import Reverse, mirrored
from xnet_lite.inverse.geometry import distance_parity
from xnet_lite.inverse.robustness import (
    CHANGES,
    augmented,
    confidence,
    response,
    sensitivity,
    stretch_slope,
)
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import ARDKernelRidge
from xnet_lite.training import TrainConfig

N_MEMBERS, EPOCHS = 5, 60
QUICK_SITES = 150
CLEAN = "as it is"
COLUMNS = {
    "changes": {
        "moved": "moved / Å",
        "height": "height %",
        "kept": "kept",
        "a": "A %",
        "near": "near",
        "a taught": "A %, taught",
        "near taught": "near, taught",
        "slope": "slope",
    },
    "confidence": {"spearman": "Spearman", "auroc": "AUROC"},
}


def parts_of(seed: int, quick: bool) -> tuple[XASDataset, XASDataset]:
    """Sites to learn from, and sites of other compounds."""
    data = load("tm-complexes-k-fe")
    data = data.sample(QUICK_SITES) if quick else data
    known, new = split(data, len(data) // 4, by="compound", seed=seed)
    return data[known], data[new]


@lru_cache
def kernel(seed: int, quick: bool, taught: bool) -> Reverse:
    """The kernel, taught with copies or not."""
    known, _ = parts_of(seed, quick)
    one = Reverse(model=ARDKernelRidge())
    return one.fit(augmented(known, seed=seed) if taught else known)


def changes(seed: int, quick: bool) -> dict[str, dict[str, float]]:
    """What each change does, by its name."""
    _, new = parts_of(seed, quick)
    truth, energy = mirrored(new).spectra, new.energy
    plain, taught = (kernel(seed, quick, one) for one in (False, True))
    found: dict[str, dict[str, float]] = {}
    for name, change in {CLEAN: lambda _, mu: mu, **CHANGES}.items():
        row = {} if name == CLEAN else response(plain, energy, new.spectra, change)
        for end, one in (("", plain), (" taught", taught)):
            told = one.predict(change(energy, new.spectra))
            row[f"a{end}"] = float(np.median(relative_spectral_error(told, truth)))
            near = distance_parity(told, truth, plain.descriptor.distances)
            row[f"near{end}"] = near.near_rate
        found[name] = row
    found["stretched 2 eV"]["slope"] = stretch_slope(plain, energy, new.spectra)
    return found


def signs(seed: int, quick: bool) -> dict[str, dict[str, float]]:
    """How well each sign tells which sites are wrong, by reader and sign."""
    known, new = parts_of(seed, quick)
    epochs = {"epochs": 2} if quick else {}
    config = TrainConfig(seed=seed, **{"epochs": EPOCHS, **epochs})
    vote = Reverse(relevance=True, config=config)
    vote.fit(known, n_members=N_MEMBERS, seed=seed)
    spread = vote.predict_band(new.spectra).std.mean(1)
    theirs = TrainConfig.published_2023(seed=seed, **epochs)
    readers = {"ARD": kernel(seed, quick, False)}
    readers["CNN 2023"] = Reverse.published(config=theirs).fit(known)
    found: dict[str, dict[str, float]] = {}
    for whose, one in readers.items():
        measure = partial(sensitivity, one, new.energy, new.spectra)
        signs = {name: measure(change) for name, change in CHANGES.items()}
        signs["σ of five bootstrapped networks"] = spread
        signs["distance to the nearest spectrum"] = one.predictor_.distance(new.spectra)
        if one.predictor_.has_band:
            signs["σ of its own"] = one.predict_band(new.spectra).std.mean(1)
        told, truth = one.predict(new.spectra), mirrored(new).spectra
        for row in confidence(signs, relative_spectral_error(told, truth)):
            score = {key: float(row[key]) for key in ("spearman", "auroc")}
            found[f"{whose}: {row['sign']}"] = score
    return found


PARTS = {"changes": changes, "confidence": signs}


def run(part: str, args: Any) -> list[Row]:
    """Return one row per change, or sign, and seed."""
    rows = []
    for seed in args.seeds[:1] if args.quick else args.seeds:
        with measured() as cost:
            found = PARTS[part](seed, args.quick)
        share = Cost(cost.cpu_s / len(found), cost.peak_mb)
        for name, score in found.items():
            rows.append(Row("tm-complexes-k-fe", "compound", name, seed, score, share))
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "")
    options.add_argument("--part", choices=COLUMNS, default="changes")
    args = options.parse_args()
    notes = ["quick run: few sites and epochs, figures mean nothing"] * args.quick
    publish("robustness", run(args.part, args), COLUMNS[args.part], args, notes)


if __name__ == "__main__":
    main()
