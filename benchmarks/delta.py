"""Δ-learning: what a cheap spectrum of every site saves in dear ones.

    python -m benchmarks.delta
    python -m benchmarks.delta --worlds levels --seeds 0 1

Five worlds. `levels`: from cheap to dear settings of our engine, `fe-two-levels`.
`self-consistent`: from the same cheap settings to potentials that find themselves, by
the rules of `feff_like`. `published`: from our engine to the published FDMNES spectra
of `csd-fe-k`, on the footing of `benchmarks.transfer`. `codes`: from FEFF to VASP, the
paired sites of `omnixas-cu-vasp` and `omnixas-ti-vasp`. `motion`: difference spectra of
`fe-dynamics`, by a Δ that was learnt from `fe-two-levels` without the complex that
moves.

`direct` learns the dear level with no low one; `mean Δ` adds to the low level, moved
and scaled, what it lacks on average; `as printed` is the review's eq. 19, where nothing
is moved. Sites with dear spectra are drawn anew with each seed, fewer ones among more,
and scored are others. `ten best` is the mean of ten models, the best of all forms and
descriptors by five-fold cross-validation inside what they learn from; that ten are a
good number was found on `levels` with 50 dear spectra. In `published` they
choose between two low levels too, the second with 0.7 of the core hole, and may read
where the network of nine metals, which has seen no published spectrum, puts a site.
`r with low` is the correlation of what is left to be learnt with
the low level, both less their means over the sites.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.report import Cost, Row, measured, parser, publish
from benchmarks.transfer import GRID, on_grid
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.descriptors import ARMSR, CHEMISTRY, MSR, WACSF, Descriptor
from xnet_lite.errors import InputError
from xnet_lite.jobs import MODELS
from xnet_lite.jobs.default_model import default_model
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.parallel import resumable_map
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import CHEAP, DEAR, Level, MultipleScattering
from xnet_lite.strategies import DeltaPredictor
from xnet_lite.structures import Site
from xnet_lite.targets import EnergyGrid, PCATargets

COLUMNS = {
    "a_median": "error %",
    "removed": "removed %",
    "a_mean": "mean",
    "a_p90": "p90",
    "shift": "moved / eV",
    "slope": "slope",
    "r_low": "r with low",
    "r": "r of differences",
}
#: descriptors, by the words of a row; sets that bring features have these alone
DESCRIPTORS: dict[str, Descriptor] = {
    "wACSF": describer(DESCRIPTOR),
    "wACSF, chemistry": WACSF(weight=CHEMISTRY),
    "MSR": MSR(n_s4=0),
    "AR-MSR": ARMSR(),
}
N_COMPONENTS = 10
QUICK_SITES, QUICK_SIZE = 40, 12
N_TIMED = 5
N_SELF, N_SELF_TEST = 260, 150  # sites that are computed self-consistently
#: forms and models that cross-validation may choose from, and by other low levels
TRIED = (
    ("both", "kernel ridge"),
    ("both", "ARD"),
    ("subtract", "kernel ridge"),
    ("ratio", "kernel ridge"),
)
N_FOLDS, N_BEST = 5, 10
N_MOTION = 400  # dear spectra that correct the complex which moves


@dataclass(frozen=True)
class Way:
    """One way to the dear level: a model, what it reads, and a form of Δ."""

    label: str
    form: str | None
    model: str = "kernel ridge"
    align: bool = True
    pcs: bool = False
    #: the mean over one model a descriptor
    reads: Sequence[str] = ("wACSF",)
    #: chosen by cross-validation, of all that there are
    chosen: bool = False

    def untaught(self) -> Predictor | DeltaPredictor:
        """Return it yet to learn."""
        targets = PCATargets(N_COMPONENTS) if self.pcs else EnergyGrid()
        model = MODELS[self.model].predictor(targets=targets)
        if self.form is None:
            return model
        return DeltaPredictor(model, self.form, align=self.align)


WAYS = (
    Way("direct", None),
    Way("mean Δ", "subtract", "mean spectrum"),
    Way("subtract, as printed", "subtract", align=False),
    Way("subtract", "subtract"),
    Way("subtract, 10 PCs", "subtract", pcs=True),
    Way("ratio", "ratio"),
    Way("input", "input"),
    Way("both", "both"),
    Way("both, 10 PCs", "both", pcs=True),
    Way("direct · ARD", None, "ARD"),
    Way("both · ARD", "both", "ARD"),
)
#: of sets with structures
STRUCTURED = (
    Way("both · ARD · AR-MSR", "both", "ARD", reads=["AR-MSR"]),
    Way("both · vote of descriptors", "both", reads=list(DESCRIPTORS)),
    Way("ten best", "both", chosen=True),
)


@dataclass(frozen=True)
class World:
    """Sites at two levels, as many features as there are descriptors for them."""

    data: XASDataset
    sizes: Sequence[int]
    n_test: int
    #: draws a seed, where the sites that are left to be scored are few
    n_draws: int = 1
    features: dict[str, Array] = field(default_factory=dict)
    #: low levels beside that of the data
    lows: Sequence[Array] = ()

    def described(self, name: str) -> XASDataset:
        """Return the sites with one kind of features, made once."""
        if self.data.features is not None:
            return self.data
        if name not in self.features:
            made = DESCRIPTORS[name].transform(list(self.data.sites or ()))
            self.features[name] = made
        return replace(self.data, features=self.features[name], sites=None)


def levels(keep: Path, quick: bool) -> World:
    """Cheap and dear settings of the engine."""
    return World(load("fe-two-levels"), (25, 50, 100, 200, 400), 200)


def self_consistent(keep: Path, quick: bool) -> World:
    """Cheap settings, and potentials that find themselves."""
    data = load("fe-two-levels").sample(QUICK_SITES if quick else N_SELF, 0)
    level = Level("feff_like", MultipleScattering("feff_like", energies=data.energy))
    both = replace(data, name="self-consistent", spectra=computed(level, data, keep))
    return World(both, (25, 50, 100), N_SELF_TEST)


def computed(level: Level, data: XASDataset, keep: Path) -> Array:
    """Return spectra of all sites by a level; those that are kept are read."""
    sites = list(data.sites or ())
    found = resumable_map(
        partial(spectrum_of, level),
        sites,
        [site.fingerprint() for site in sites],
        checkpoint=keep / f"delta-{level.name}.jsonl",
        label=level.name,
    )
    return np.array(found)


def spectrum_of(level: Level, site: Site) -> list[float]:
    """A spectrum as JSON has it."""
    return list(level(site))


def published(keep: Path, quick: bool) -> World:
    """The engine and the published spectra of the same structures."""
    data = load("csd-fe-k")
    lows = []
    for preset in ("fdmnes_like", "fdmnes_screened"):
        engine = MultipleScattering(preset, energies=data.energy)
        lows.append(computed(Level(preset, engine, GRID), data, keep))
    spectra = on_grid(data.spectra, data.energy)
    both = replace(data, energy=GRID, spectra=spectra, spectra_low=lows[0])
    places = {"nine metals": default_model().place(list(data.sites or ()))}
    return World(both, (25, 50, 80), 29, 4, places, lows[1:])


def codes(element: str) -> World:
    """FEFF and VASP spectra of the same crystals."""
    data = load(f"omnixas-{element}-vasp")
    paired = data[data.labels["paired"].astype(bool)]
    both = replace(paired, spectra_low=paired.labels["spectra_feff"], labels={})
    return World(both, (50, 100, 150), 50)


#: from a folder for what is computed, and whether little is enough
WORLDS: dict[str, list[Callable[[Path, bool], World]]] = {
    "levels": [levels],
    "self-consistent": [self_consistent],
    "published": [published],
    "codes": [lambda *_: codes("cu"), lambda *_: codes("ti")],
}


def errors_of(spectra: Array, data: XASDataset) -> Array:
    """Error of every spectrum, percent."""
    return np.asarray(relative_spectral_error(spectra, data.spectra))


def summary(errors: Array, low: Array) -> dict[str, float]:
    """Median, mean, p90 in percent, and how much of the low level's error is gone."""
    middle, far = np.percentile(errors, [50, 90])
    removed = 100 * (1 - middle / np.median(low))
    found = {"a_median": middle, "a_mean": errors.mean(), "a_p90": far}
    return {k: float(v) for k, v in (found | {"removed": removed}).items()}


def correlation(base: Array, data: XASDataset) -> float:
    """Correlation of what the low level lacks with it, less means over the sites."""
    lacks = data.spectra - base
    pair = [rows - rows.mean(0) for rows in (lacks, base)]
    return float(np.corrcoef(*[rows.ravel() for rows in pair])[0, 1])


def facts(one: Predictor | DeltaPredictor, train: XASDataset) -> dict[str, float]:
    """How the low level was moved, and what that leaves to be learnt."""
    if not isinstance(one, DeltaPredictor) or train.spectra_low is None:
        return {}
    found = {"shift": one.shift_, "slope": one.slope_}
    return found | {"r_low": correlation(one.base(train.spectra_low), train)}


def learnt(way: Way, world: World, train: Array, test: Array) -> tuple[Array, dict]:
    """Return predictions of the test sites, the mean over descriptors, and facts."""
    if way.chosen:
        return ten_best(world, train, test), {}
    found, said = [], {}
    reads = way.reads[:1] if world.data.sites is None else way.reads
    for name in reads:
        data = world.described(name)
        one = way.untaught().fit(data[train])
        found.append(one.predict(data[test]))
        said = facts(one, data[train])
    return np.mean(found, 0), said


def tried(world: World) -> Iterator[tuple[XASDataset, Way]]:
    """Yield all that cross-validation may choose from: sites as read, and a way."""
    for name in dict.fromkeys([*DESCRIPTORS, *world.features]):
        data = world.described(name)
        for form, model in TRIED:
            yield data, Way(name, form, model)
            if form == "both":
                for low in world.lows:
                    yield replace(data, spectra_low=low), Way(name, form, model)


def ten_best(world: World, train: Array, test: Array) -> Array:
    """Return the mean of those that do best where some of the known are left out."""
    pairs, parts, errors = list(tried(world)), np.arange(len(train)) % N_FOLDS, []

    def predicted(pair: tuple[XASDataset, Way], known: Array, new: Array) -> Array:
        data, way = pair
        return way.untaught().fit(data[known]).predict(data[new])

    for pair in pairs:
        wrong = [
            errors_of(
                predicted(pair, train[parts != k], train[parts == k]),
                world.data[train[parts == k]],
            )
            for k in range(N_FOLDS)
        ]
        errors.append(np.concatenate(wrong).mean())
    best = np.argsort(errors, kind="stable")[:N_BEST]
    return np.mean([predicted(pairs[i], train, test) for i in best], axis=0)


def drawn(world: World, seed: int) -> Iterator[tuple[Array, Array]]:
    """Sites to learn from in the order in which they are taken, and to be scored."""
    for draw in range(world.n_draws):
        words = {"by": "compound", "seed": 100 * seed + draw}
        train, test = split(world.data, world.n_test, **words)
        yield np.random.default_rng([seed, draw]).permutation(train), test


def run(world: World, seed: int, labels: Sequence[str]) -> list[Row]:
    """Return a row for each size and way, and one for the low level alone."""
    data, rows = world.data, []
    ways = WAYS + (STRUCTURED if data.sites is not None else ())
    ways = tuple(way for way in ways if way.label in labels)
    parts = list(drawn(world, seed))
    low = [errors_of(data.spectra_low[test], data[test]) for _, test in parts]
    lowest = np.concatenate(low)
    said = summary(lowest, lowest)
    rows.append(Row(data.name, "–", "low level alone", seed, said, Cost(0.0)))
    for size in world.sizes:
        for way in ways:
            errors, told = [], {}
            with measured() as cost:
                for order, test in parts:
                    mu, told = learnt(way, world, order[:size], test)
                    errors.append(errors_of(mu, data[test]))
            found = summary(np.concatenate(errors), lowest) | told
            rows.append(Row(data.name, f"{size} dear", way.label, seed, found, cost))
            line = f"{data.name} seed {seed} {size} {way.label}"
            print(f"{line}: {found['a_median']:.2f} %", file=sys.stderr)
    return rows


def motion(seeds: Sequence[int], quick: bool) -> list[Row]:
    """Return how well differences from the first frame come out: low, Δ, direct."""
    frames, known = load("fe-dynamics"), load("fe-two-levels")
    frames = frames[:: len(frames) // 20] if quick else frames
    with measured() as cheap:
        low = np.array([CHEAP(site) for site in frames.sites or ()])
    moving = str(frames.labels["ligands"][0])
    others = known[known.labels["ligands"] != moving]
    frames = replace(frames, spectra_low=low)
    # the minimum, from which elongation begins
    still = int(np.flatnonzero(frames.labels["part"] == "elongation")[0])
    rows = [_differences("low level alone", 0, low, frames, still, cheap)]
    for seed in seeds:
        some = others.sample(QUICK_SIZE if quick else N_MOTION, seed)
        described = (one.described(DESCRIPTORS["wACSF"]) for one in (some, frames))
        data, scored = (replace(one, sites=None) for one in described)
        for way in (WAYS[0], WAYS[3], WAYS[7]):
            with measured() as cost:
                mu = (
                    way.untaught()
                    .fit(replace(data, sites=None))
                    .predict(replace(scored, sites=None))
                )
            rows.append(_differences(way.label, seed, mu, frames, still, cost))
    return rows


def _differences(
    label: str, seed: int, mu: Array, frames: XASDataset, still: int, cost: Cost
) -> Row:
    """Score spectra of frames, and their differences from one of them."""
    away, true = mu - mu[still], frames.spectra - frames.spectra[still]
    moved = np.abs(true).sum(1) > 0
    pairs = zip(away[moved], true[moved], strict=True)
    r = [float(np.corrcoef(*pair)[0, 1]) for pair in pairs]
    low = errors_of(frames.spectra_low, frames)
    said = summary(errors_of(mu, frames), low) | {"r": float(np.median(r))}
    return Row(frames.name, "differences", label, seed, said, cost)


def price() -> str:
    """Say what the two levels of the engine cost here, and what Δ can save at most."""
    sites = list(load("fe-two-levels").sites or ())[: N_TIMED + 1]
    seconds = []
    for level in (DEAR, CHEAP):
        level(sites[0])
        with measured() as cost:
            for site in sites[1:]:
                level(site)
        seconds.append(cost.cpu_s / N_TIMED)
    dear, cheap = seconds
    return (
        f"CPU s a site, mean of {N_TIMED}: dear {dear:.3f}, cheap {cheap:.3f}; of many "
        f"sites Δ costs 1/{dear / cheap:.1f} of the dear level and no less; 1000 sites "
        f"with 100 dear ones: {100 * dear + 1000 * cheap:.0f} s for {1000 * dear:.0f} s"
    )


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "", range(5))
    names = [*WORLDS, "motion"]
    options.add_argument("--worlds", nargs="+", choices=names, default=names)
    labels = [way.label for way in WAYS + STRUCTURED]
    options.add_argument("--ways", nargs="+", choices=labels, default=labels)
    options.add_argument("--sizes", nargs="+", type=int, help="of those of each world")
    options.add_argument("--keep", type=Path, help="folder for what is computed")
    args = options.parse_args()
    with TemporaryDirectory() as folder:
        rows, notes = results(args, args.keep or Path(folder))
    publish("delta", rows, COLUMNS, args, notes)


def results(args: Namespace, keep: Path) -> tuple[list[Row], list[str]]:
    """Return rows of all worlds, and what is to be said of them."""
    seeds = args.seeds[:1] if args.quick else args.seeds
    rows: list[Row] = []
    notes = ["quick run: few sites, figures mean nothing"] * args.quick
    for name in args.worlds:
        for build in WORLDS.get(name, []):
            try:
                world = build(keep, args.quick)
            except InputError as error:
                notes.append(f"{name} left out: {error}")
                continue
            if args.quick:
                few = world.data[:QUICK_SITES]
                world = World(few, (QUICK_SIZE,), QUICK_SIZE)
            elif args.sizes:
                sizes = [size for size in world.sizes if size in args.sizes]
                world = replace(world, sizes=sizes)
            rows += [row for seed in seeds for row in run(world, seed, args.ways)]
    if "motion" in args.worlds:
        rows += motion(seeds, args.quick)
    if {"levels", "motion"} & set(args.worlds):
        notes.append(price())
    return rows, notes


if __name__ == "__main__":
    main()
