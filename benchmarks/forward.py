"""From structure to spectrum: every model on one dataset, beside its baselines.

    python -m benchmarks.forward --data tmqm-k-v --models all
    python -m benchmarks.forward --data tmqm-k-v --split cluster
    python -m benchmarks.forward --data omnixas-cu-k --split compound --descriptor LMBTR

The held-out sites are never used to choose anything: kernels choose their lengths and
noises by leave-one-out inside the training part, networks have fixed recipes, which
were chosen on parts of the training part of the V set.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Cost, Row, measured, parser, publish
from benchmarks.table1 import ENTRIES
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.errors import InputError
from xnet_lite.jobs.recipes import RECIPES, recipe
from xnet_lite.models import (
    ARDKernelRidge,
    KernelRidge,
    MeanSpectrum,
    NearestNeighbor,
    Regressor,
    Ridge,
)
from xnet_lite.predictor import Network, Predictor
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig
from xnet_lite.trust import bootstrap

N_TEST, TEST_SHARE = 250, 0.2
QUICK_EPOCHS, QUICK_MEMBERS, N_MEMBERS = 5, 3, 15
COLUMNS = {
    "a_median": "A median %",
    "a_iqr": "A IQR",
    "a_mean": "A mean",
    "a_p90": "A p90",
    "b_median": "B median %",
    "eta": "η",
    "peak_hit_rate": "peaks hit",
    "coverage_2_all": "±2σ all",
    "n_weights": "weights",
}

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Training:
    """What a model learns from: features, spectra, energies, compounds, and a seed."""

    features: Array
    spectra: Array
    energy: Array
    groups: Array
    seed: int
    quick: bool

    def teach(self, predictor: Predictor) -> Predictor:
        """Fit a predictor."""
        return predictor.fit(self.features, self.spectra, self.energy)

    def config(self, config: TrainConfig) -> TrainConfig:
        """Return the recipe with this seed; quick, one that only shows that it runs."""
        epochs = QUICK_EPOCHS if self.quick else config.epochs
        return replace(config, seed=self.seed, epochs=epochs)


#: builds a fitted predictor
Fit = Callable[[Training], Predictor]


def _baseline(make: Callable[[], Regressor], whole: bool, data: Training) -> Predictor:
    """A baseline on principal components, or on the whole energy grid."""
    return data.teach(Predictor(targets=EnergyGrid() if whole else None, model=make()))


def _plain(data: Training) -> Predictor:
    """Our network with the library's plain defaults."""
    return data.teach(Predictor(config=data.config(TrainConfig())))


def _recipe(name: str, data: Training) -> Predictor:
    """A network as it was found, or published, to work."""
    predictor = recipe(name)
    predictor.config = data.config(predictor.config or TrainConfig())
    return data.teach(predictor)


def _bootstrap(data: Training) -> Predictor:
    """Our network, many times, each with a resampled training set."""
    return bootstrap(
        Predictor(config=data.config(TrainConfig())),
        data.features,
        data.spectra,
        data.energy,
        n_members=QUICK_MEMBERS if data.quick else N_MEMBERS,
        seed=data.seed,
        groups=data.groups,
    )


MODELS: dict[str, Fit] = {
    "mean spectrum": partial(_baseline, MeanSpectrum, True),
    "1-NN": partial(_baseline, NearestNeighbor, True),
    "ridge": partial(_baseline, Ridge, False),
    "kernel ridge": partial(_baseline, KernelRidge, False),
    "ARD kernel ridge": partial(_baseline, ARDKernelRidge, False),
    "plain MLP": _plain,
    **{name: partial(_recipe, name) for name in RECIPES},
    "bootstrap of plain MLPs": _bootstrap,
}
READ_STRUCTURES = {name for name, one in RECIPES.items() if one.reads_structures}
#: what runs unless more is asked for
USUAL = [name for name in MODELS if name[-4:] not in ("2020", "2024")]


def run(
    data: XASDataset, by: str, seeds: list[int], names: list[str], quick: bool
) -> list[Row]:
    """Return one row per model and seed."""
    n_test = min(N_TEST, round(TEST_SHARE * len(data)))
    inputs = {False: np.asarray(data.features)}
    if READ_STRUCTURES & set(names) and data.sites is not None:
        inputs[True] = NeighborGraph().transform(data.sites)
    rows = []
    for seed in seeds:
        train, test = split(data, n_test, by=by, seed=seed)
        taught = data.spectra[train], data.energy, data.groups[train]
        for name in names:
            features = inputs.get(name in READ_STRUCTURES)
            if features is None:
                continue
            with measured() as cost:
                fitted = MODELS[name](Training(features[train], *taught, seed, quick))
            score = fitted.score(features[test], data.spectra[test])
            score["n_weights"] = _weights(fitted)
            rows.append(Row(data.name, by, name, seed, score, cost))
            print(_line(rows[-1], cost), file=sys.stderr)
    return rows


def _weights(fitted: Predictor) -> float:
    """Learnt numbers of a network, of all its members; NaN of a baseline."""
    learnt = fitted.regressor_
    if not isinstance(learnt, Network):
        return np.nan
    return float(sum(weight.numel() for weight in learnt.model_.parameters()))


def _line(row: Row, cost: Cost) -> str:
    """What to say while the table is not there yet."""
    what = f"{row.dataset} {row.split} seed {row.seed} {row.model}"
    return f"{what}: {row.metrics['a_median']:.2f} % in {cost.cpu_s:.1f} CPU s"


def _with_features(data: XASDataset, descriptor: str) -> XASDataset:
    """The dataset with features: its own, or a descriptor's of its sites."""
    if data.features is not None or data.sites is None:
        return data
    return replace(data, features=ENTRIES[descriptor][0].transform(data.sites))


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Predict spectra: every model beside its baselines.", range(5))
    options.add_argument("--data", nargs="+", default=["tmqm-k-v"], metavar="NAME")
    options.add_argument(
        "--split",
        nargs="+",
        choices=("random", "compound", "cluster"),
        default=["random"],
    )
    options.add_argument(
        "--models", nargs="+", default=USUAL, choices=[*MODELS, "all"], metavar="MODEL"
    )
    options.add_argument(
        "--descriptor",
        default="wACSF",
        choices=list(ENTRIES),
        metavar="NAME",
        help="of sets with structures, a row of `benchmarks.table1`",
    )
    args = options.parse_args()
    names = list(MODELS) if "all" in args.models else args.models
    rows: list[Row] = []
    notes = ["quick run: a few epochs, figures mean nothing"] if args.quick else []
    for name in args.data:
        try:
            data = _with_features(load(name), args.descriptor)
        except InputError as error:
            notes.append(f"{name} skipped: {error}")
            continue
        if data.sites is None and READ_STRUCTURES & set(names):
            notes.append(f"{name} has no structures for a graph network to read")
        seeds = args.seeds[:1] if args.quick else args.seeds
        for by in args.split:
            rows += run(data, by, seeds, names, args.quick)
    publish("forward", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
