"""Who keeps the promise: every way to be unsure, on sites near and far.

    python -m benchmarks.uncertainty
    python -m benchmarks.uncertainty --data tm-complexes-k-fe --splits family

Networks are `quick MLP`, 15 of them in an ensemble, as `xnet-lite train` has them.
`random` and `cluster` (of features) part the public V set; `random`, `compound` and
`family` (whole ligand families, seed s takes the s-th fifth of them) part our own. 250
sites or a fifth are held out; nothing is chosen on them. A conformal interval stands in
the table as the σ that it is ±2 of, at a level of 95.45 %. A calibrated band is shown
with families that were left out weighing nothing, half, and what they do in training:
as much as compounds (`jobs.teaching.FAR_WEIGHT`).

With `--keep FOLDER` a run that was killed goes on, and more seeds are added to those
that are there.

With `--batch` a note below the table has the CPU time of 15 members as one batch over
that of 15 runs one by one, each by three runs of either, side by side: as one batch, a
row that a member drew several times is computed once and counts as often.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache, partial
from typing import Any

import numpy as np

from benchmarks.report import Cost, Row, measured, parser, publish
from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, folds, load, split
from xnet_lite.datasets.splits import group_labels
from xnet_lite.errors import InputError
from xnet_lite.jobs import MODELS
from xnet_lite.jobs.features import described
from xnet_lite.jobs.recipes import DESCRIPTOR, site_scaler
from xnet_lite.jobs.teaching import FAMILY, FAR_WEIGHT, unseen_by, weighed
from xnet_lite.metrics import band_scores
from xnet_lite.models.band import Band
from xnet_lite.models.calibration import WITHIN
from xnet_lite.parallel import one_thread
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.predictor import Predictor
from xnet_lite.trust import (
    Conformal,
    Unseen,
    bootstrap,
    calibrate,
    cross_conformal,
    deep_ensemble,
    held_out,
    jackknife_plus,
    left_out,
    mc_dropout,
)
from xnet_lite.trust.conformal import Interval

DATA = {
    "tmqm-k-v": ("random", "cluster"),
    "tm-complexes-k-fe": ("random", "compound", "family"),
}
N_TEST, TEST_SHARE, N_FAMILY_FOLDS = 250, 0.2, 5
N_MEMBERS, QUICK_MEMBERS, QUICK_EPOCHS, QUICK_SITES = 15, 4, 3, 300
DROPOUT, N_PASSES, SMALL = 0.1, 50, 0.5
COLUMNS = {
    "a_median": "A median %",
    "coverage_1_all": "±1σ",
    "coverage_2_all": "±2σ",
    "coverage_3_all": "±3σ",
    "coverage_2_median": "±2σ median",
    "sigma_error_r": "r",
    "crps": "CRPS",
    "sharpness": "σ",
    "equal": "equal σ",
}


class MethodRow(Row):
    """A line whose model is a way to be unsure."""

    def as_dict(self) -> dict[str, Any]:
        """Return it flat, as the JSON has it."""
        head = {"dataset": self.dataset, "split": self.split, "method": self.model}
        kept = {key: self.metrics[key] for key in list(COLUMNS) if key != "equal"}
        return head | {"seed": self.seed} | kept | {"cpu_s": self.cost.cpu_s}


@dataclass
class Trial:
    """One split of one dataset, and what several methods share."""

    known: XASDataset
    test: XASDataset
    seed: int
    quick: bool
    cost: dict[str, Cost] = field(default_factory=dict)

    @property
    def n_members(self) -> int:
        """How many networks vote."""
        return QUICK_MEMBERS if self.quick else N_MEMBERS

    def untaught(self, model: str = "quick MLP", **hyperparameters: Any) -> Predictor:
        """Return a model that has learnt nothing."""
        epochs = {"epochs": QUICK_EPOCHS} if self.quick else {}
        own = site_scaler() if self.known.sites is not None else None
        if model == "ARD":
            hyperparameters["seed"] = self.seed
        return MODELS[model].predictor(
            self.seed, scaler=own, hyperparameters=hyperparameters, **epochs
        )

    def vote(self, data: XASDataset | None = None, **options: Any) -> Predictor:
        """Return a bootstrap of quick MLPs."""
        how = {"n_members": self.n_members, "seed": self.seed, **options}
        return bootstrap(self.untaught(), data or self.known, **how)

    @cached_property
    def bootstrapped(self) -> Predictor:
        """The bootstrap, and what it cost."""
        with measured() as self.cost["bootstrap"]:
            return self.vote()

    @cached_property
    def unseen(self) -> Mapping[str, Unseen]:
        """What the bootstrap says of compounds and of families it did not learn from.

        Each calibration is charged with it.
        """
        start = time.process_time()
        found = unseen_by(self.bootstrapped, self.known, self.seed)
        self.cost["bootstrap"].cpu_s += time.process_time() - start
        return found

    @cached_property
    def process(self) -> Predictor:
        """The Gaussian process, and what it cost."""
        with measured() as self.cost["Gaussian process"]:
            return self.untaught("ARD").fit(self.known)


def _raw(trial: Trial) -> Band:
    return trial.bootstrapped.predict_band(trial.test)


def _small(trial: Trial) -> Band:
    return trial.vote(size=SMALL).predict_band(trial.test)


def _calibrated(trial: Trial, far_weight: float = FAR_WEIGHT) -> Band:
    one = trial.bootstrapped
    calibrate(one, *weighed(trial.unseen, far_weight))
    band = one.predict_band(trial.test)
    one.calibration_ = None
    return band


def _deep(trial: Trial) -> Band:
    one = deep_ensemble(trial.untaught(), trial.known, n_members=trial.n_members)
    return one.predict_band(trial.test)


def _dropout(trial: Trial) -> Band:
    one = trial.untaught(dropout=DROPOUT).fit(trial.known)
    return mc_dropout(one, trial.test, N_PASSES, seed=trial.seed)


def _process(trial: Trial) -> Band:
    return trial.process.predict_band(trial.test)


def _process_calibrated(trial: Trial) -> Band:
    one = trial.process
    calibrate(one, left_out(trial.untaught("ARD"), trial.known, seed=trial.seed))
    band = one.predict_band(trial.test)
    one.calibration_ = None
    return band


def _split(trial: Trial) -> Band:
    parts = split(trial.known, fraction=TEST_SHARE, by="compound", seed=trial.seed)
    learnt, apart = (trial.known[part] for part in parts)
    one = trial.vote(learnt)
    conformal = Conformal().fit(held_out(one, apart))
    band = one.predict_band(trial.test)
    found = conformal.interval(band, one.distance(trial.test), WITHIN)
    return _as_band(found, band.mean)


def _cross(trial: Trial) -> Band:
    one, test = trial.untaught(), trial.test
    found = cross_conformal(one, trial.known, test, WITHIN, seed=trial.seed)
    return _as_band(found, one.fit(trial.known).predict(test))


def _jackknife(trial: Trial) -> Band:
    one, known = trial.bootstrapped, trial.known
    found = jackknife_plus(one, known.spectra, trial.test, WITHIN, known.groups)
    return _as_band(found, one.predict(trial.test))


def _as_band(found: Interval, mean: Array) -> Band:
    """σ of the band whose ±2σ are as wide as an interval."""
    return Band(mean, found.width / 4, found.how)


#: name -> what it does, and what it takes from others
METHODS: dict[str, tuple[Callable[[Trial], Band], str]] = {
    "bootstrap": (_raw, "bootstrap"),
    "bootstrap of half": (_small, ""),
    "bootstrap, calibrated": (_calibrated, "bootstrap"),
    "… on compounds alone": (partial(_calibrated, far_weight=0.0), "bootstrap"),
    "… families by half": (partial(_calibrated, far_weight=0.5), "bootstrap"),
    "deep ensemble": (_deep, ""),
    "MC dropout": (_dropout, ""),
    "Gaussian process": (_process, "Gaussian process"),
    "Gaussian process, calibrated": (_process_calibrated, "Gaussian process"),
    "split conformal": (_split, ""),
    "cross-conformal (CV+)": (_cross, ""),
    "leave-one-out (jackknife+)": (_jackknife, "bootstrap"),
}


def parted(data: XASDataset, by: str, seed: int) -> tuple[Ints, Ints]:
    """Training and test rows."""
    if by == "family":
        kinds = replace(data, labels={"compound": data.labels[FAMILY]})
        return folds(kinds, N_FAMILY_FOLDS)[seed % N_FAMILY_FOLDS]
    n_test = min(N_TEST, round(TEST_SHARE * len(data)))
    return split(data, n_test, by=by, seed=seed)


def grouped(data: XASDataset, by: str) -> XASDataset:
    """The dataset whose compounds are what the split keeps together."""
    labels = data.groups if by == "family" else group_labels(data, by)
    return replace(data, labels=dict(data.labels) | {"compound": labels})


def trials(data: XASDataset, quick: bool) -> Callable[[str, int], Trial]:
    """Return what makes the trial of a split and a seed, and keeps the last one."""

    @lru_cache(maxsize=1)
    def trial(by: str, seed: int) -> Trial:
        train, test = parted(data, by, seed)
        known = grouped(data, by)
        return Trial(known[train], known[test], seed, quick)

    return trial


def one_run(
    trial_of: Callable[[str, int], Trial], item: tuple[str, int, str]
) -> dict[str, Any]:
    """Return scores and cost of a split, a seed and a method, as JSON has them."""
    by, seed, name = item
    trial = trial_of(by, seed)
    method, needs = METHODS[name]
    if needs:
        _ = trial.bootstrapped if needs == "bootstrap" else trial.process
    with measured() as cost:
        band = method(trial)
    shared = trial.cost.get(needs, Cost(0.0, 0.0))
    total = Cost(cost.cpu_s + shared.cpu_s, max(cost.peak_mb, shared.peak_mb))
    scores = band_scores(band.mean, band.std, trial.test.spectra)
    said = f"{by} {seed} {name}: {scores.coverage_all[1]:.3f}"
    print(said, f"r {scores.sigma_error_r:.2f}", file=sys.stderr, flush=True)
    return {"metrics": scores.row() | {"equal": scores.equal}, "cost": asdict(total)}


def run(data: XASDataset, splits: Sequence[str], args: Any) -> list[MethodRow]:
    """Return a row for every split, seed and method; what was done is read."""
    seeds = args.seeds[:1] if args.quick else args.seeds
    items = [
        (by, seed, name) for by in splits for seed in seeds for name in args.methods
    ]
    keep = None
    if args.keep:
        settings = [data.fingerprint(), args.quick]
        keep = checkpoint_file(f"{args.keep}/uncertainty-{data.name}", settings)
    work = partial(one_run, trials(data, args.quick))
    keys = [f"{by} {seed} {name}" for by, seed, name in items]
    found = resumable_map(work, items, keys, checkpoint=keep, label=data.name)
    return [
        MethodRow(data.name, by, name, seed, one["metrics"], Cost(**one["cost"]))
        for (by, seed, name), one in zip(items, found, strict=True)
    ]


def batch_note(data: XASDataset, quick: bool) -> str:
    """CPU time of members as one batch against one by one, three times each."""
    trial = Trial(data, data, 0, quick)
    seconds: list[list[float]] = []
    for _ in range(1 if quick else 3):
        start = time.process_time()
        one = trial.vote()
        half = time.process_time()
        for row in np.asarray(one.members_):
            trial.untaught().fit(data[row])
        seconds.append([half - start, time.process_time() - half])
    batch, single = np.median(seconds, axis=0)
    return (
        f"{trial.n_members} members on {len(data)} sites of {data.name}: {batch:.1f} "
        f"CPU s as one batch, {single:.1f} one by one, ratio {batch / single:.2f}"
    )


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Error bands: who holds the truth as often as promised.")
    options.add_argument("--data", nargs="+", default=list(DATA), metavar="NAME")
    options.add_argument("--splits", nargs="+", metavar="SPLIT")
    options.add_argument(
        "--methods", nargs="+", default=list(METHODS), choices=list(METHODS)
    )
    options.add_argument("--keep", metavar="FOLDER", help="of runs that are done")
    options.add_argument("--batch", action="store_true", help="time a batch, too")
    args = options.parse_args()
    rows: list[MethodRow] = []
    notes = ["quick run: few sites, members and epochs"] if args.quick else []
    for name in args.data:
        try:
            data = described(load(name), DESCRIPTOR)[0]
        except InputError as error:
            notes.append(f"{name} skipped: {error}")
            continue
        data = data.sample(QUICK_SITES) if args.quick else data
        usual = DATA.get(name, DATA["tm-complexes-k-fe"])
        rows += run(data, args.splits or usual, args)
        if args.batch:
            with one_thread():
                notes.append(batch_note(data, args.quick))
    publish("uncertainty", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
