"""From structure to spectrum: every model on one dataset, beside its baselines.

    python -m benchmarks.forward --data tmqm-k-v --models all
    python -m benchmarks.forward --data tmqm-k-v --split cluster
    python -m benchmarks.forward --data omnixas-cu-k --split compound --descriptor LMBTR
    python -m benchmarks.forward --data tm-crystals-k --split prototype composition

The held-out sites are never used to choose anything: kernels choose their lengths and
noises by leave-one-out inside the training part, networks have fixed recipes, which
were chosen on parts of the training part of the V set.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.report import Cost, Row, measured, models_option, parser, publish
from benchmarks.table1 import ENTRIES
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.errors import InputError
from xnet_lite.jobs import MODELS
from xnet_lite.predictor import Network, Predictor
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


@dataclass(frozen=True)
class Training:
    """What a model learns from, and a seed."""

    data: XASDataset
    seed: int
    quick: bool

    def untaught(self, name: str, **options: Any) -> Predictor:
        """Return a model of the catalogue with this seed; quick, it hardly learns."""
        epochs = {"epochs": QUICK_EPOCHS} if self.quick else {}
        return MODELS[name].predictor(self.seed, **options, **epochs)

    def teach(self, predictor: Predictor, n_members: int = 1) -> Predictor:
        """Fit a predictor, or so many that vote, each with a resampled training set."""
        if n_members == 1:
            return predictor.fit(self.data)
        return bootstrap(predictor, self.data, n_members=n_members, seed=self.seed)


#: beside the models of the catalogue, which stand alone
VOTE = "bootstrap of plain MLPs"
NAMES = [*(name for name in MODELS if not name.startswith("quick")), VOTE]
READ_STRUCTURES = {name for name in MODELS if MODELS[name].reads_structures}
#: what runs unless more is asked for
USUAL = [name for name in NAMES if name[-4:] not in ("2020", "2024")]


def fitted(name: str, data: Training) -> Predictor:
    """Teach one of the models."""
    if name == VOTE:
        n_members = QUICK_MEMBERS if data.quick else N_MEMBERS
        return data.teach(data.untaught("plain MLP"), n_members)
    return data.teach(data.untaught(name))


def run(
    data: XASDataset, by: str, seeds: list[int], names: list[str], quick: bool
) -> list[Row]:
    """Return one row per model and seed."""
    n_test = min(N_TEST, round(TEST_SHARE * len(data)))
    # where no compounds are named, a site keeps its number in every part
    data = replace(data, labels={**data.labels, "compound": data.groups})
    inputs = {False: data}
    if READ_STRUCTURES & set(names) and data.sites is not None:
        inputs[True] = data.described(NeighborGraph())
    rows = []
    for seed in seeds:
        train, test = split(data, n_test, by=by, seed=seed)
        for name in names:
            read = inputs.get(name in READ_STRUCTURES)
            if read is None:
                continue
            with measured() as cost:
                one = fitted(name, Training(read[train], seed, quick))
            score = one.score(read[test])
            score["n_weights"] = _weights(one)
            rows.append(Row(data.name, by, name, seed, score, cost))
            print(_line(rows[-1], cost), file=sys.stderr)
    return rows


def _weights(one: Predictor) -> float:
    """Learnt numbers of a network, of all its members; NaN of a baseline."""
    learnt = one.regressor_
    if not isinstance(learnt, Network):
        return np.nan
    return float(sum(weight.numel() for weight in learnt.model_.parameters()))


def _line(row: Row, cost: Cost) -> str:
    """What to say while the table is not there yet."""
    what = f"{row.dataset} {row.split} seed {row.seed} {row.model}"
    return f"{what}: {row.metrics['a_median']:.2f} % in {cost.cpu_s:.1f} CPU s"


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Predict spectra: every model beside its baselines.", range(5))
    options.add_argument("--data", nargs="+", default=["tmqm-k-v"], metavar="NAME")
    options.add_argument(
        "--split",
        nargs="+",
        default=["random"],
        metavar="BY",
        help="random, compound, cluster, or a label of the sets",
    )
    models_option(options, [*NAMES, "all"], USUAL)
    options.add_argument(
        "--descriptor",
        default="wACSF",
        choices=list(ENTRIES),
        metavar="NAME",
        help="of sets with structures, a row of `benchmarks.table1`",
    )
    args = options.parse_args()
    names = NAMES if "all" in args.models else args.models
    rows: list[Row] = []
    notes = ["quick run: a few epochs, figures mean nothing"] if args.quick else []
    for name in args.data:
        try:
            data = load(name)
            if data.features is None:
                data = data.described(ENTRIES[args.descriptor][0])
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
