"""Error against the number of training sites: what more data would buy, model by model.

    python -m benchmarks.learning
    python -m benchmarks.learning --data tm-complexes-k-cu --sizes 50 100 200

Test compounds are fixed for each repeat, training sets are nested. Features are those
of `xnet-lite train`; the graph network reads structures.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from benchmarks.report import Cost, Row, parser, publish
from xnet_lite.datasets import load
from xnet_lite.errors import InputError
from xnet_lite.jobs.learners import DESCRIPTOR, SITE_FLOOR, describer
from xnet_lite.jobs.recipes import recipe
from xnet_lite.models import ARDKernelRidge, KernelRidge, MeanSpectrum, NearestNeighbor
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.studies.learning_curve import learning_curve
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig

QUICK_EPOCHS, QUICK_SITES = 2, 120
COLUMNS = {"a_median": "A median %"}


def models(quick: bool) -> dict[str, Predictor]:
    """Return every model, by its name."""
    features = describer(DESCRIPTOR)
    whole = {"mean spectrum": MeanSpectrum(), "1-NN": NearestNeighbor()}
    kernels = {"kernel ridge": KernelRidge(), "ARD kernel ridge": ARDKernelRidge()}
    scaler = FeatureScaler(floor=SITE_FLOOR)
    found = {k: Predictor(features, EnergyGrid(), m) for k, m in whole.items()}
    found |= {k: Predictor(features, None, m) for k, m in kernels.items()}
    found |= {"MLP": recipe("MLP", features), "GNN": recipe("GNN")}
    for name, predictor in found.items():
        if name in (*whole, *kernels):
            predictor.scaler = scaler
        elif quick:
            config = predictor.config or TrainConfig()
            predictor.config = replace(config, epochs=QUICK_EPOCHS)
    return found


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Error against the number of training sites.", (0, 1, 2))
    options.add_argument("--data", default="tm-complexes-k-fe", metavar="NAME")
    options.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000])
    options.add_argument("--models", nargs="+", choices=list(models(True)))
    args = options.parse_args()
    notes = ["quick run: few sites and epochs, figures mean nothing"] * args.quick
    rows: list[Row] = []
    try:
        data = load(args.data)
    except InputError as error:
        publish("learning", rows, COLUMNS, args, [f"left out: {error}"])
        return
    data = data[:QUICK_SITES] if args.quick else data
    sizes = [40, 80] if args.quick else args.sizes
    repeats = 1 if args.quick else len(args.seeds)
    for name, predictor in models(args.quick).items():
        if args.models and name not in args.models:
            continue
        words = {"n_repeats": repeats, "seed": args.seeds[0]}
        curve = learning_curve(predictor, data, sizes, by="compound", **words)
        for i, size in enumerate(sizes):
            for seed in range(repeats):
                error = {"a_median": float(curve.errors[i, seed])}
                label = f"{size} sites · {name}"
                cost = Cost(cpu_s=float(curve.seconds[i, seed]))
                rows.append(Row(data.name, "compound", label, seed, error, cost))
            print(f"{label}: {curve.errors[i].mean():.2f} %", file=sys.stderr)
    publish("learning", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
