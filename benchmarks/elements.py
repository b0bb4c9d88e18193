"""From one element to another: does a network that knows iron learn cobalt faster?

    python -m benchmarks.elements
    python -m benchmarks.elements --to cu --sizes 25 100

A network taught with one metal of `tm-complexes-k` goes on with a few sites of another:
all its weights, or its last layer alone; beside it one that starts afresh, kernels and
the baselines, on compounds of the other metal that none has seen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from benchmarks.report import Row, measured, parser, publish
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.jobs import MODELS
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR, site_scaler
from xnet_lite.predictor import Predictor, fine_tune
from xnet_lite.training import TrainConfig

CORPUS = "tm-complexes-k-"
COLUMNS = {
    "a_median": "A median %",
    "a_iqr": "A IQR",
    "a_mean": "A mean",
    "a_p90": "A p90",
}
SIMPLE = ("mean spectrum", "1-NN", "kernel ridge", "ARD")
NETWORK = "quick MLP"
TEST_SHARE, QUICK_EPOCHS = 0.25, 3
#: least steps of a training, however few the sites
STEPS = 600
#: layers that stay when only the last one learns
BODY = ("hidden",)
#: fits a predictor
Teach = Callable[[XASDataset], Predictor]


def _fitted(name: str, config: TrainConfig, data: XASDataset) -> Predictor:
    """A model of the catalogue that starts afresh."""
    return MODELS[name].predictor(scaler=site_scaler(), **vars(config)).fit(data)


def _warm(
    source: Predictor, config: TrainConfig, head: bool, data: XASDataset
) -> Predictor:
    """The source going on: all its weights, or a new last layer alone."""
    frozen = BODY if head else ()
    return fine_tune(source, data, frozen=frozen, new_head=head, config=config)


def ways(source: Predictor, config: TrainConfig) -> dict[str, Teach]:
    """Return every way to learn the other element, by its name."""
    gentle = replace(config, learning_rate=config.learning_rate / 4)
    return {
        **{name: partial(_fitted, name, config) for name in SIMPLE},
        f"{NETWORK} from the start": partial(_fitted, NETWORK, config),
        f"{NETWORK} that goes on": partial(_warm, source, gentle, False),
        f"{NETWORK}, last layer anew": partial(_warm, source, config, True),
    }


def described(element: str) -> XASDataset:
    """Sites of one metal by their features: no element is refused that others lack."""
    data = load(CORPUS + element.lower()).described(describer(DESCRIPTOR))
    return replace(data, sites=None)


def run(
    source: Predictor, data: XASDataset, sizes: list[int], config: TrainConfig
) -> list[Row]:
    """Return one row per way and number of sites, on one split."""
    seed = config.seed
    train, test = split(data, fraction=TEST_SHARE, by="compound", seed=seed)
    order = np.random.default_rng(seed).permutation(train)
    found = source.score(data[test])
    rows = [Row(data.name, "compound", "source as it is", seed, found)]
    for size in [n for n in sizes if n <= len(order)]:
        some = order[:size]
        n_batches = -(-size // config.batch_size)
        enough = replace(config, epochs=max(config.epochs, STEPS // n_batches))
        for name, teach in ways(source, enough).items():
            with measured() as cost:
                fitted = teach(data[some])
            score = fitted.score(data[test])
            label = f"{size} sites · {name}"
            rows.append(Row(data.name, "compound", label, seed, score, cost))
            print(f"{label}: {score['a_median']:.2f} %", file=sys.stderr)
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Transfer between elements: warm, frozen and cold networks.")
    options.add_argument("--source", default="fe", metavar="EL")
    options.add_argument("--to", nargs="+", default=["co"], metavar="EL")
    options.add_argument("--sizes", type=int, nargs="+", default=[25, 50, 100, 300])
    args = options.parse_args()
    known, targets = described(args.source), [described(to) for to in args.to]
    rows: list[Row] = []
    for seed in args.seeds[:1] if args.quick else args.seeds:
        changes = {"seed": seed} | ({"epochs": QUICK_EPOCHS} if args.quick else {})
        config = MODELS[NETWORK].config(**changes) or TrainConfig()
        source = _fitted(NETWORK, config, known)
        for data in targets:
            sizes = args.sizes[:1] if args.quick else args.sizes
            rows += run(source, data, sizes, config)
    notes = ["quick run: a few epochs, figures mean nothing"] * args.quick
    publish("elements", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
