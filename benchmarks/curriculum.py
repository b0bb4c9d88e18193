"""Does the order of the sites help? Curricula and warm starts, with their controls.

    python -m benchmarks.curriculum
    python -m benchmarks.curriculum --data tmqm-k-v --seeds 0 1

Iron complexes of `tm-complexes-k-fe`, 300 held out by compound, and a plain network.
Every order takes equally many steps: easy sites first by each rating, hard ones first,
those with the least loss of the network itself, and by chance. Below, sets that grow
from 150 sites to all, by chance or by farthest points: warm, each stage from the
weights of the one before; cold, as many steps from nothing; and cold with the epochs of
one stage alone. On `tmqm-k-v`, which has neither structures nor labels, two ratings
are left.

`ratio` is of the mean errors against the reference (shuffled; cold with as many steps),
and `p` of a paired t-test over seeds of the logarithms. Runs are kept in `--keep`.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from scipy.stats import ttest_rel

from benchmarks.report import Cost, Row, parser, publish
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.errors import InputError
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import MLP
from xnet_lite.parallel import checkpoint_file, resumable_map
from xnet_lite.predictor import Predictor
from xnet_lite.strategies import WAYS, View, grown, learnt
from xnet_lite.strategies import Protocol as Sampling
from xnet_lite.strategies.curriculum import RATINGS, scaled
from xnet_lite.training import TrainConfig

N_TEST = 300
SIZES = (150, 300, 600)
EPOCHS, QUICK_EPOCHS = 60, 2
QUICK_SITES, QUICK_TEST, QUICK_SIZES = 80, 20, (20, 40)
ORDERS = ("shuffled", *RATINGS, *(f"anti {name}" for name in RATINGS), "self-paced")
GROWTH = ("random", "farthest point")
STARTS = ("cold, as many steps", "warm", "cold, one stage")
COLUMNS = {
    "a_median": "median %",
    "ratio_median": "ratio",
    "p_median": "p",
    "a_p90": "p90",
    "ratio_p90": "ratio (p90)",
    "p_p90": "p (p90)",
    "mse": "MSE · 1000",
}


def network(quick: bool) -> Predictor:
    """Plain, and the same for all."""
    config = TrainConfig(epochs=QUICK_EPOCHS if quick else EPOCHS, learning_rate=2e-3)
    return Predictor(model=partial(MLP, hidden=[256, 256], n_waves=0), config=config)


def parts(data: XASDataset, seed: int, quick: bool) -> tuple[XASDataset, XASDataset]:
    """Sites to learn from, in an order of chance, and those held out."""
    train, test = split(data, QUICK_TEST if quick else N_TEST, by="compound", seed=seed)
    return data[np.random.default_rng(seed).permutation(train)], data[test]


def in_growth(train: XASDataset, way: str, start: int, seed: int) -> XASDataset:
    """The sites in the order in which a way chooses them."""
    protocol = Sampling((start, len(train)))
    pool = replace(train, sites=None)
    assert pool.features is not None
    space = protocol.scaler.fit_transform(pool.features)
    view = View(pool, space, np.arange(start), protocol, seed)
    return train[np.append(np.arange(start), WAYS[way](view, len(train) - start))]


def one_run(data: XASDataset, quick: bool, item: tuple[str, int]) -> dict[str, Any]:
    """Errors of one order, or of one way to start, and the CPU seconds."""
    name, seed = item
    train, test = parts(data, seed, quick)
    start = time.process_time()
    if name in ORDERS:
        mu = learnt(network(quick), train, name, seed=seed).predict(test.features)
    else:
        how, way = name.split(" by ")
        sizes = QUICK_SIZES if quick else SIZES
        train = in_growth(train, way, sizes[0], seed)
        stages = (len(train),) if how == "cold, one stage" else (*sizes, len(train))
        one = network(quick).fresh([seed])
        last = grown(one, train, stages, warm=how == "warm")[-1]
        mu = last.predict(scaled(train, test))
    errors = relative_spectral_error(mu, test.spectra)
    return {
        "a_median": float(np.median(errors)),
        "a_p90": float(np.percentile(errors, 90)),
        "mse": float(1000 * ((mu - test.spectra) ** 2).mean()),
        "cpu_s": time.process_time() - start,
    }


def names_for(data: XASDataset) -> list[str]:
    """Orders and starts that this set allows."""
    orders = list(ORDERS)
    if data.sites is None:
        orders = [name for name in orders if "path" not in name]
    if "coordination_number" not in data.labels:
        orders = [name for name in orders if "coordination" not in name]
    return orders + [f"{how} by {way}" for way in GROWTH for how in STARTS]


def reference_of(name: str) -> str:
    """What a run is held against."""
    return "shuffled" if name in ORDERS else f"{STARTS[0]} by {name.split(' by ')[1]}"


def beside(
    found: dict[str, list[dict[str, Any]]], name: str, measure: str
) -> dict[str, float]:
    """Ratio to the reference, and p."""
    mine, its = (
        np.array([one[f"a_{measure}"] for one in found[key]])
        for key in (name, reference_of(name))
    )
    p = float("nan")
    if name != reference_of(name) and len(mine) > 1:
        p = float(ttest_rel(np.log(mine), np.log(its)).pvalue)
    return {f"ratio_{measure}": float(mine.mean() / its.mean()), f"p_{measure}": p}


def run(args: argparse.Namespace) -> list[Row]:
    """Return a row for every run."""
    data = load(args.data)
    if data.sites is not None:
        data = data.where(displaced=False).described(describer(DESCRIPTOR))
    if args.quick:
        data = data.sample(QUICK_SITES + QUICK_TEST)
    names = names_for(data)
    items = [(name, seed) for seed in args.seeds for name in names]
    keep = None
    if args.keep:
        settings = [data.fingerprint(), args.quick, repr(network(args.quick).config)]
        keep = checkpoint_file(f"{args.keep}/curriculum", settings)
    keys = [f"{name} {seed}" for name, seed in items]
    work = partial(one_run, data, args.quick)
    done = resumable_map(work, items, keys, checkpoint=keep, label="curriculum")
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for (name, _), one in zip(items, done, strict=True):
        found[name].append(one)
    rows = []
    for name in names:
        more = beside(found, name, "median") | beside(found, name, "p90")
        for seed, one in zip(args.seeds, found[name], strict=True):
            said = {key: one[key] for key in ("a_median", "a_p90", "mse")} | more
            rows.append(
                Row(data.name, "compound", name, seed, said, Cost(one["cpu_s"]))
            )
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "", range(5))
    options.add_argument("--data", default="tm-complexes-k-fe", help="what to learn")
    options.add_argument("--keep", metavar="FOLDER", help="of runs that are done")
    args = options.parse_args()
    notes = ["quick run: few sites, figures mean nothing"] * args.quick
    try:
        rows = run(args)
    except InputError as error:
        sys.exit(f"{args.data} left out: {error}")
    publish("curriculum", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
