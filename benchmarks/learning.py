"""Error against the number of training sites: what more data would buy, model by model.

    python -m benchmarks.learning
    python -m benchmarks.learning --data tm-complexes-k-cu --sizes 50 100 200

Test compounds are fixed for each repeat, training sets are nested. Features are those
of `xnet-lite train`; the graph network reads structures.
"""

from __future__ import annotations

import sys

from benchmarks.report import Cost, Row, models_option, parser, publish
from xnet_lite.datasets import load
from xnet_lite.errors import InputError
from xnet_lite.jobs import MODELS
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import site_scaler
from xnet_lite.predictor import Predictor
from xnet_lite.studies.learning_curve import learning_curve

NAMES = ("mean spectrum", "1-NN", "kernel ridge", "ARD", "MLP", "GNN")
QUICK_EPOCHS, QUICK_SITES = 2, 120
COLUMNS = {"a_median": "A median %"}


def models(quick: bool) -> dict[str, Predictor]:
    """Return every model, by its name."""
    epochs = {"epochs": QUICK_EPOCHS} if quick else {}
    found = {}
    for name in NAMES:
        known = MODELS[name]
        words = {"descriptor": describer(known.descriptor), "scaler": site_scaler()}
        found[name] = known.predictor(**words, **epochs)
    return found


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Error against the number of training sites.", (0, 1, 2))
    options.add_argument("--data", default="tm-complexes-k-fe", metavar="NAME")
    options.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000])
    models_option(options, NAMES)
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
        if name not in args.models:
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
