"""How many features can go: error against the share kept, for every way to choose.

    python -m benchmarks.selection --data tmqm-k-v
    python -m benchmarks.selection --data tm-complexes-k-fe --split compound
    python -m benchmarks.selection --models "plain MLP" --methods variance chain random

The 2022 paper (J. Chem. Phys. 156, 164102, sections III B and C) drops a quarter of 97
features by their variance at a penalty below 1 %, and half at 10 %; of what a quarter
less leaves, 60 % chosen by importance (43 features) do as well as all, and so do 33
chosen one by one. Here the same steps are taken on training data alone; `chain` is the
paper's, variance first and importance among the rest. A penalty is the rise of the
median error over that of the same model, split and seed with all features. Features
drawn by chance show what choosing is worth.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.report import Row, measured, models_option, parser, publish
from xnet_lite.arrays import Array, Ints, Mask
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError
from xnet_lite.jobs import MODELS
from xnet_lite.preprocessing import (
    BackwardSelection,
    CorrelationFilter,
    ForwardSelection,
    ImportanceFilter,
    RankedSelection,
    VarianceFilter,
)

#: from a share to the features kept, (n_features,) bool
Chosen = Callable[[float], Mask]

N_TEST, TEST_SHARE, QUICK_EPOCHS = 250, 0.2, 15
#: 33, 43 and 71 of 97 features are the paper's
SHARES = (0.1, 0.25, 33 / 97, 43 / 97, 0.6, 71 / 97, 0.9)
QUICK_SHARES = (0.25, 71 / 97)
CHAIN_FIRST = 0.75
#: dense towards 1, where most features come in
THRESHOLDS = 1 - np.geomspace(1.0, 1e-6, 120)
COLUMNS = {
    "penalty": "penalty %",
    "a_median": "A median %",
    "a_mean": "A mean",
    "b_median": "B median %",
    "n_features": "features",
}


def _top(order: Ints) -> Chosen:
    """The first of an order."""
    rank = np.argsort(order)
    return lambda share: rank < max(1, round(share * len(rank)))


def _ranked(selection: RankedSelection, x: Array, mu: Array) -> Chosen:
    """The first by a selection's own order, which does not depend on the share."""
    selection.fit(x, mu)
    return _top(selection.order_)


def _correlation(x: Array, mu: Array, seed: int) -> Chosen:
    """The features left by the threshold that comes closest to the share."""
    masks = np.array([CorrelationFilter(t).fit(x, mu).kept_ for t in THRESHOLDS])
    counts = masks.sum(axis=1)
    return lambda share: masks[np.abs(counts - share * x.shape[1]).argmin()]


def _chain(x: Array, mu: Array, seed: int) -> Chosen:
    """The paper's two steps: variance, then importance among what is left."""
    varying = VarianceFilter(CHAIN_FIRST)
    kept = np.flatnonzero(varying.fit(x, mu).kept_)
    judged = ImportanceFilter(seed=seed)
    judged.fit(x[:, kept], mu)
    return _top(np.concatenate([kept[judged.order_], varying.order_[len(kept) :]]))


METHODS: dict[str, Callable[[Array, Array, int], Chosen]] = {
    "variance": lambda x, mu, seed: _ranked(VarianceFilter(), x, mu),
    "variance of roots": lambda x, mu, seed: _ranked(VarianceFilter(power=0.5), x, mu),
    "correlation": _correlation,
    "importance": lambda x, mu, seed: _ranked(ImportanceFilter(seed=seed), x, mu),
    "chain": _chain,
    "forward": lambda x, mu, seed: _ranked(ForwardSelection(seed=seed), x, mu),
    "backward": lambda x, mu, seed: _ranked(BackwardSelection(seed=seed), x, mu),
    "random": lambda x, mu, seed: _top(
        np.random.default_rng(seed).permutation(x.shape[1])
    ),
}


NAMES = ("mean spectrum", "1-NN", "ridge", "kernel ridge", "plain MLP")
#: scored with all features, whatever else is asked
BASELINES = ("mean spectrum", "1-NN", "ridge")


class Trial:
    """One split of one dataset: what is taught, what is asked, what came out."""

    def __init__(self, data: XASDataset, by: str, seed: int, quick: bool) -> None:
        self.data, self.by, self.seed, self.quick = data, by, seed, quick
        n_test = min(N_TEST, round(TEST_SHARE * len(data)))
        self.train, self.test = split(data, n_test, by=by, seed=seed)
        self.rows: list[Row] = []
        self.whole: dict[str, float] = {}

    def sweep(
        self, models: list[str], methods: list[str], shares: Sequence[float]
    ) -> None:
        """Score every model with all features, then with those of every method."""
        taught = self.data[self.train]
        x, mu = np.asarray(taught.features), taught.spectra
        everything = np.ones(x.shape[1], dtype=bool)
        for model in dict.fromkeys([*BASELINES, *models]):
            self.score(model, "all", everything)
        for method in methods:
            with measured() as cost:
                chosen = METHODS[method](x, mu, self.seed)
            print(f"{method}: chosen in {cost.cpu_s:.1f} CPU s", file=sys.stderr)
            for share in QUICK_SHARES if self.quick else shares:
                for model in models:
                    self.score(model, f"{method} {share:.0%}", chosen(share))

    def score(self, model: str, how: str, kept: Mask) -> None:
        """Teach one model with the features kept and add its row."""
        epochs = {"epochs": QUICK_EPOCHS} if self.quick else {}
        predictor = MODELS[model].predictor(self.seed, **epochs)
        data = replace(self.data, features=np.asarray(self.data.features)[:, kept])
        with measured() as cost:
            predictor.fit(data[self.train])
        metrics = predictor.score(data[self.test])
        whole = self.whole.setdefault(model, metrics["a_median"])
        metrics["penalty"] = 100 * (metrics["a_median"] / whole - 1)
        metrics["n_features"] = float(kept.sum())
        name = f"{model}, {how}"
        self.rows.append(Row(self.data.name, self.by, name, self.seed, metrics, cost))
        what = f"{self.data.name} {self.by} seed {self.seed} {name}"
        print(f"{what}: {metrics['a_median']:.2f} %", file=sys.stderr)


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Keep fewer features: every way to choose, beside chance.")
    options.add_argument("--data", nargs="+", default=["tmqm-k-v"], metavar="NAME")
    options.add_argument(
        "--split", choices=("random", "compound", "cluster"), default="random"
    )
    models_option(options, NAMES, ["kernel ridge"])
    options.add_argument(
        "--methods", nargs="+", default=list(METHODS), choices=list(METHODS)
    )
    options.add_argument(
        "--shares", nargs="+", type=float, default=list(SHARES), metavar="SHARE"
    )
    args = options.parse_args()
    rows: list[Row] = []
    notes = ["penalty: against the same model, split and seed with all features"]
    if args.quick:
        notes.append("quick run: one seed, two shares, a few epochs")
    for name in args.data:
        try:
            data = load(name)
            data = data.described(WACSF()) if data.features is None else data
        except InputError as error:
            notes.append(f"{name} skipped: {error}")
            continue
        for seed in args.seeds[:1] if args.quick else args.seeds:
            trial = Trial(data, args.split, seed, args.quick)
            trial.sweep(args.models, args.methods, args.shares)
            rows += trial.rows
    publish("selection", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
