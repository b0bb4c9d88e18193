"""From a spectrum to a structure: curves and their peaks, first shells, classes.

    python -m benchmarks.reverse
    python -m benchmarks.reverse --part shells --seeds 0 --keep out/reverse

`v`: the 32 G2 of the public V vector, 250 sites held out by chance. `metals`: 50 G2 of
charges in tenths of all sites of `tm-complexes-k`, nine metals at once and the metal
not told, 600 held out by compound (all but the network of 2023 learn element by element
too). A is the median of 100 Σ|told − true| / Σ|true| of
a site's curve, MSE in (0.1 Z)². Peaks are refined by a parabola; `near` is the share of
true peaks from 1 to 3.5 Å with a told one within 0.1 Å, `bonds` of those to 2.5 Å,
`hit` within 0.5 Å, `false` the share of told ones without a true one; errors are of
matched peaks, in Å. Some networks tell a standard deviation of each number, trained to
the end or stopped by compounds held out; `in 90 %` is how often conformal intervals
hold, from what members drawn anew had not seen.

`shells`: mean distance, number (of neighbors but hydrogen) and spread of first shells,
read off curves that tell elements apart, or told directly; `in 90 %` is how often the
truth lay in conformal intervals that promise nine in ten. `classes`: coordination
number, geometry, which of nine elements are in the shell (all of them right) and
oxidation state, by energy window; the metal is not told, and asked for beside them.
`chances`: how likely each class is said to be, by a support vector machine whose scores
are softened on compounds left out, by the eight nearest as `xnet-lite invert` lists
them, and by how frequent it is: Brier score (0 is best, of the mean it is what classes
vary by), and how far chances of the likeliest class are from its share of right answers
(expected calibration error, ten bins).

All parts but `v` take another set by `--data`: one whose energies carry a chemical
shift would say whether the edge's place, not ligands alone, tells the oxidation state.

`metals` and `shells` are two views of one run: with `--keep` the second costs nothing.
A model and a seed is kept in `--keep FOLDER`: what was killed goes on.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.forward import N_TEST, TEST_SHARE
from benchmarks.report import Cost, Row, parser, publish
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError
from xnet_lite.inverse import (
    CLASSIFIERS,
    DISTRIBUTION,
    G2,
    STOPPED,
    WINDOWS,
    WITH_ELEMENTS,
    Head,
    Reverse,
    mirrored,
    shells,
    true_shells,
)
from xnet_lite.inverse.geometry import FARTHER, FIRST, distance_parity
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import ARDKernelRidge, MeanSpectrum, NearestNeighbor
from xnet_lite.models.band import Band
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.targets import CDF, EnergyGrid
from xnet_lite.training import TrainConfig
from xnet_lite.trust import Conformal, unseen_of_bag

#: 32 G2 of the public vector, charges as they are
PUBLIC = WACSF.xanesnet(n_g4=0, g1=False)
#: (0.1 Z)² of Z²
TENTHS = 0.01
N_MEMBERS, LEVEL = 5, 0.9
#: Å where bonds are
BONDS = (1.0, 2.5)
#: so that networks take as many steps as on V
METALS_EPOCHS = 40
KERNEL = partial(ARDKernelRidge, steps=80)
QUICK = {"config": TrainConfig(epochs=2)}
QUICK_SITES = 150
STOPPING = partial(Reverse, relevance=True, model=DISTRIBUTION, config=STOPPED)
#: by name: what learns, and how many vote
READERS: dict[str, tuple[Any, int]] = {
    "mean": (partial(Reverse, model=MeanSpectrum()), 1),
    "1-NN": (partial(Reverse, model=NearestNeighbor()), 1),
    "CNN 2023": (Reverse.published, 1),
    "ARD": (partial(Reverse, model=KERNEL()), 1),
    "ARD, reads the grid": (partial(Reverse, reads=EnergyGrid(), model=KERNEL()), 1),
    "ARD, reads the CDF": (partial(Reverse, reads=CDF(), model=KERNEL()), 1),
    "5 networks": (partial(Reverse, relevance=True), N_MEMBERS),
    "5 drawn anew": (partial(Reverse, relevance=True), N_MEMBERS),
    "tells σ": (partial(Reverse, relevance=True, model=DISTRIBUTION), 1),
    "tells σ, stopped": (STOPPING, 1),
    "5 drawn anew, tell σ, stopped": (STOPPING, N_MEMBERS),
}
#: the last two together
BOTH, PAIR = "ARD and 5 networks", ("ARD", "5 networks")
CURVES = {
    "a": "A %",
    "mse": "MSE",
    "near": "near",
    "bonds": "bonds",
    "hit": "hit",
    "false": "false",
    "median": "median Å",
    "mean": "mean Å",
    "iqr": "IQR Å",
    "far median": "far, median Å",
    "far mean": "far, mean Å",
    "far hit": "far, hit",
    "coverage": "in ±2σ",
    "conformal": "in 90 %",
}
SHELLS = {
    "distance": "distance, median Å",
    "distance mean": "mean Å",
    "number": "number right",
    "number off": "number off",
    "spread": "spread, median Å",
    "in distance": "distance in 90 %",
    "in number": "number in 90 %",
}
CLASSES = {
    "coordination_number": "coordination number",
    "geometry": "geometry",
    "elements": "elements",
    "oxidation_state": "oxidation state",
    "metal": "metal",
}
ASKED = ("coordination_number", "geometry", "oxidation_state")
CHANCES = {
    f"{kind} {label}": f"{kind}, {CLASSES[label]}"
    for label in ASKED
    for kind in ("Brier", "off by")
}
#: by name: what tells chances
TELLERS = {
    "frequency": CLASSIFIERS["majority"],
    "8 nearest": KNeighborsClassifier(8, weights=lambda away: 1 / (away**2 + 1e-12)),
    "SVC, softened": CLASSIFIERS["SVC"],
}
COLUMNS = {
    "v": CURVES,
    "metals": CURVES,
    "shells": SHELLS,
    "classes": CLASSES,
    "chances": CHANCES,
}
HEADS = {"told, 1-NN": NearestNeighbor, "told, ARD": KERNEL}
VIEWS = ["mean", "1-NN", "CNN 2023", "ARD", "5 networks", BOTH]
#: which models a part has; metals and shells are two views of the same runs
NAMES = {
    "v": [*READERS, BOTH],
    "metals": [*VIEWS, *HEADS],
    "shells": [*VIEWS, *HEADS],
    "classes": [f"{one}, {window}" for window in WINDOWS for one in CLASSIFIERS],
    "chances": list(TELLERS),
}
#: what a row of a part must have
NEEDED = {"v": "a", "metals": "a", "shells": "distance", "classes": "geometry"}
NEEDED["chances"] = "Brier geometry"


#: by part: which set, where it is not the embedded one
SETS = {"v": "tmqm-k-v"}


@lru_cache
def data(part: str, quick: bool) -> XASDataset:
    """The sites of a part."""
    whole = load(SETS.get(part, "tm-complexes-k"))
    if part == "v":
        assert whole.features is not None
        whole = replace(whole, features=whole.features[:, 1:33])
    return whole.sample(QUICK_SITES) if quick else whole


def parts_of(part: str, seed: int, quick: bool) -> tuple[XASDataset, XASDataset]:
    """Sites to learn from, and sites to be tested on."""
    whole = data(part, quick)
    n_test = N_TEST if part == "v" else 600
    by = "random" if part == "v" else "compound"
    n_test = min(n_test, round(TEST_SHARE * len(whole)))
    known, new = split(whole, n_test, by=by, seed=seed)
    return whole[known], whole[new]


def described(part: str, name: str) -> WACSF:
    """What a reader tells: shells need elements told apart, which the paper has not."""
    if part == "v":
        return PUBLIC
    return G2 if name == "CNN 2023" else WITH_ELEMENTS


@lru_cache(maxsize=len(READERS))
def reader(part: str, name: str, seed: int, quick: bool) -> Reverse:
    """One of the readers, fitted."""
    build, n_members = READERS[name]
    one = build(descriptor=described(part, name), **(QUICK if quick else {}))
    config = one.config or TrainConfig()
    if n_members > 1 and part != "v" and not quick:
        config = replace(config, epochs=METALS_EPOCHS)
    one.config = replace(config, seed=seed)
    known, _ = parts_of(part, seed, quick)
    drawn = part != "v" or "anew" in name
    return one.fit(known, n_members=n_members, resampled=drawn, seed=seed)


def told_curves(part: str, name: str, seed: int, quick: bool) -> tuple[Band, bool]:
    """Curves of the sites to be tested on, and whether their spread means anything."""
    spectra = parts_of(part, seed, quick)[1].spectra
    asked = [reader(part, one, seed, quick) for one in PAIR if name == BOTH]
    asked = asked or [reader(part, name, seed, quick)]
    if not all(one.predictor_.has_band for one in asked):
        told = asked[0].predict(spectra)
        return Band(told, np.zeros_like(told)), False
    bands = [one.predict_band(spectra) for one in asked]
    told = np.mean([band.mean for band in bands], axis=0)
    # of a mixture: what each is unsure of, and where they disagree
    spread = [band.std**2 + (band.mean - told) ** 2 for band in bands]
    return Band(told, np.sqrt(np.mean(spread, axis=0))), True


def curves(part: str, name: str, seed: int, quick: bool) -> dict[str, float]:
    """How wrong curves and their peaks are."""
    band, meant = told_curves(part, name, seed, quick)
    truth = mirrored(parts_of(part, seed, quick)[1], described(part, name))
    r = described(part, name).distances
    told, true = band.mean[:, : len(r)], truth.spectra[:, : len(r)]
    error = (told - true) ** 2 * (TENTHS if part == "v" else 1.0)
    score = {
        "a": float(np.median(relative_spectral_error(told, true))),
        "mse": float(error.mean()),
        "mse_median": float(np.median(error.mean(1))),
        **distance_parity(told, true, r, between=FIRST).summary(),
    }
    far = distance_parity(told, true, r, between=FARTHER).summary()
    score |= {f"far {key}": value for key, value in far.items()}
    score["bonds"] = distance_parity(told, true, r, between=BONDS).near_rate
    if meant:
        score["coverage"] = float(band.holds(truth.spectra)[:, : len(r)].mean())
    if name != BOTH and READERS[name][1] > 1 and (part != "v" or "anew" in name):
        one, (known, _) = reader(part, name, seed, quick), parts_of(part, seed, quick)
        learnt = mirrored(known, one.descriptor).spectra
        unseen = unseen_of_bag(one.predictor_, learnt, known.groups)
        inside = Conformal(scale="none").fit(unseen).interval(band, level=LEVEL)
        held = inside.holds(truth.spectra)[:, : len(r)]
        score["conformal"] = float(held.mean())
    return score


def first_shells(name: str, seed: int, quick: bool) -> dict[str, float]:
    """How wrong distance, number and spread of first shells are."""
    known, new = parts_of("shells", seed, quick)
    true = true_shells(new.sites or (), WITH_ELEMENTS)
    held = {}
    if name in HEADS:
        told = told_directly(HEADS[name](), known, new)
    else:
        told = shells(told_curves("shells", name, seed, quick)[0].mean, WITH_ELEMENTS)
    if name == "5 networks":
        unseen = reader("shells", name, seed, quick).unseen_shells(known)
        made = Conformal(scale="none").fit(unseen)
        inside = made.interval(Band(told, np.ones_like(told)), level=LEVEL)
        within = inside.holds(true)[np.isfinite(true + told).all(1)].mean(0)
        held = {"in distance": float(within[0]), "in number": float(within[1])}
    off = np.abs(told - true)[np.isfinite(told + true).all(1)]
    right = np.round(told[:, 1]) == true[:, 1]
    return held | {
        "distance": float(np.median(off[:, 0])),
        "distance mean": float(off[:, 0].mean()),
        "number": float(right.mean()),
        "number off": float(off[:, 1].mean()),
        "spread": float(np.median(off[:, 2])),
    }


def told_directly(model: Any, known: XASDataset, new: XASDataset) -> Array:
    """Distance, number and spread with no curve between, each by its own head."""
    taught = true_shells(known.sites or (), WITH_ELEMENTS)
    kept = np.isfinite(taught).all(1)
    spectra, energy = known.spectra[kept], known.energy
    heads = [Head(model).fit(spectra, energy, column) for column in taught[kept].T]
    return np.column_stack([head.predict(new.spectra) for head in heads])


def sites(name: str, seed: int, quick: bool) -> dict[str, float]:
    """Curves and shells by the same model."""
    score = {} if name in HEADS else curves("shells", name, seed, quick)
    return score if name == "CNN 2023" else score | first_shells(name, seed, quick)


def classes(name: str, seed: int, quick: bool) -> dict[str, float]:
    """Shares of right answers."""
    model, window = name.split(", ")
    known, new = parts_of("classes", seed, quick)
    score = {}
    for label in CLASSES:
        head = Head(CLASSIFIERS[model], WINDOWS[window])
        head.fit(known.spectra, known.energy, answers(known, label))
        score[label] = head.score(new.spectra, answers(new, label))
    return score


def answers(dataset: XASDataset, label: str) -> Any:
    """The labels; of elements one column each."""
    if label != "elements":
        return dataset.labels[label]
    formulas = dataset.labels["first_shell"]
    names = ("H", "C", "N", "O", "P", "S", "Cl", "Br", "I")
    tokens = [set(re.findall("[A-Z][a-z]?", shell)) for shell in formulas]
    return np.array([[name in one for name in names] for one in tokens])


def chances(name: str, seed: int, quick: bool) -> dict[str, float]:
    """How much chances of classes are worth."""
    known, new = parts_of("chances", seed, quick)
    score = {}
    for label in ASKED:
        head = Head(TELLERS[name])
        head.fit(known.spectra, known.energy, known.labels[label], known.groups)
        classes, told = head.chances(new.spectra)
        came = new.labels[label][:, None] == classes
        # a class that nobody knew counts against all of them
        missed = ~came.any(axis=1)
        brier = ((told - came) ** 2).sum(axis=1) + missed
        score[f"Brier {label}"] = float(brier.mean())
        sure, right = told.max(axis=1), came[np.arange(len(told)), told.argmax(axis=1)]
        bins = np.minimum((10 * sure).astype(int), 9)
        apart = np.bincount(bins, right, 10) - np.bincount(bins, sure, 10)
        score[f"off by {label}"] = float(np.abs(apart).sum() / len(told))
    return score


RUNS = {"v": partial(curves, "v"), "metals": sites, "shells": sites, "classes": classes}
RUNS["chances"] = chances


def one_run(part: str, quick: bool, item: Any) -> dict[str, Any]:
    """The score of a model and a seed as JSON has it, with what it took."""
    name, seed = item
    begin = time.process_time()
    score = RUNS[part](name, int(seed), quick)
    cost = time.process_time() - begin
    print(f"{part} {name} {seed}: {score} in {cost:.0f} CPU s", file=sys.stderr)
    return {"score": score, "cpu_s": cost}


def run(part: str, args: Any) -> list[Row]:
    """Return one row per model and seed of a part; what was computed before is read."""
    whole, seeds = data(part, args.quick), args.seeds[:1] if args.quick else args.seeds
    wanted = [name for name in NAMES[part] if name in (args.models or NAMES[part])]
    items = [(name, seed) for seed in seeds for name in wanted]
    keep = None
    if args.keep:
        kind = "sites" if part in ("metals", "shells") else part
        keep = checkpoint_file(f"{args.keep}/reverse-{kind}", [whole.fingerprint()])
        keep.parent.mkdir(parents=True, exist_ok=True)
    keys = [f"{name} {seed}" for name, seed in items]
    work = partial(one_run, part, args.quick)
    found = resumable_map(work, items, keys, checkpoint=keep, label=part)
    by = "random" if part == "v" else "compound"
    return [
        Row(part, by, name, seed, one["score"], Cost(one["cpu_s"]))
        for (name, seed), one in zip(items, found, strict=True)
        if NEEDED[part] in one["score"]
    ]


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "")
    options.add_argument("--part", choices=COLUMNS, default="v")
    options.add_argument("--keep", metavar="FOLDER", help="of runs that are done")
    options.add_argument("--data", metavar="NAME", help="another set, with structures")
    options.add_argument("--models", nargs="+", metavar="MODEL", help="of the part's")
    args = options.parse_args()
    if args.data and args.part != "v":
        SETS[args.part] = args.data
    notes = ["quick run: few sites and epochs, figures mean nothing"] * args.quick
    try:
        rows = run(args.part, args)
    except InputError as error:
        rows, notes = [], [f"{args.part} left out: {error}"]
    publish("reverse", rows, COLUMNS[args.part], args, notes)


if __name__ == "__main__":
    main()
