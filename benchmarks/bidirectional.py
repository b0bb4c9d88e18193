"""Both ways by one network: what couples the two, and whether it helps.

    python -m benchmarks.bidirectional
    python -m benchmarks.bidirectional --data tm-complexes-k-fe --split compound

One network is trained with more and more of its losses: two networks apart (prediction
alone), autoencoders (+ reconstruction), + cycles, + judges, and all of it; then with
losses balanced as they go, with members that vote, and as the reference code has it.
Spectra and features are predicted, rebuilt, and sent there and back; errors are medians
of 100 Σ|told - true| / Σ|true| over held-out sites, in percent. A nearest neighbor and
a kernel go each way by themselves. On V a network takes about 40 s, the vote and that
of the reference code four minutes each.

What does unpaired data buy? `--models` also has networks of a hundred pairs, to which
spectra of unknown structure are added, structures without spectra, or both (all other
sites, their partners withheld), in as many steps; and a neighbor and a kernel of the
same pairs.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np

from benchmarks.forward import N_TEST, QUICK_EPOCHS, TEST_SHARE
from benchmarks.report import Row, measured, models_option, parser, publish
from benchmarks.table1 import ENTRIES
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.errors import InputError
from xnet_lite.inverse import Bidirectional
from xnet_lite.jobs import MODELS
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import Regressor
from xnet_lite.models.aegan import AEGANWeights
from xnet_lite.predictor import Network, Predictor

N_MEMBERS = 5
#: the review's table 4, whose headers look swapped
IN_PRINT = "V in print: spectrum 5.1 %, features 7.6 %, or the other way round"
_NONE = dict.fromkeys(vars(AEGANWeights()), 0.0)
_APART = {"pred_x": 1.0, "pred_y": 1.0}
_CODED = _APART | {"rec_x": 1.0, "rec_y": 1.0}
_CYCLES = {name: getattr(AEGANWeights(), name) for name in ("cyc_x", "cyc_y")}
_JUDGED = {name: getattr(AEGANWeights(), name) for name in ("adv_x", "adv_y")}
#: by name: what the network is given beside its defaults
WAYS: dict[str, dict[str, Any]] = {
    "two networks apart": {"weights": _NONE | _APART},
    "autoencoders": {"weights": _NONE | _CODED},
    "autoencoders, cycles": {"weights": _NONE | _CODED | _CYCLES},
    "autoencoders, judges": {"weights": _NONE | _CODED | _JUDGED},
    "AEGAN": {},
    "AEGAN, learnt balance": {"balance": "learnt"},
    "AEGAN, running balance": {"balance": "running"},
}
VOTE, REFERENCE = f"{N_MEMBERS} AEGANs", "AEGAN 2024"
BASELINES = ("mean spectrum", "1-NN", "ARD")
N_PAIRS, N_STEPS = 100, 1000
#: by name: what stands beside the pairs
HALVES: dict[str, tuple[str, ...]] = {
    f"{N_PAIRS} pairs": (),
    f"{N_PAIRS} pairs, spectra": ("spectra",),
    f"{N_PAIRS} pairs, structures": ("features",),
    f"{N_PAIRS} pairs, both": ("spectra", "features"),
}
#: by name: what learns from the same pairs alone
BY_PAIRS = {f"{one}, {N_PAIRS} pairs": one for one in ("1-NN", "ARD")}
NAMES = [*BASELINES, *WAYS, VOTE, REFERENCE, *BY_PAIRS, *HALVES]
COLUMNS = {
    "spectrum": "spectrum %",
    "features": "features %",
    "spectrum rebuilt": "rebuilt %",
    "features rebuilt": "rebuilt features %",
    "spectrum cycle": "cycle %",
    "features cycle": "features cycle %",
}


def network(name: str, data: XASDataset, seed: int, quick: bool) -> Predictor:
    """Return one of the networks, fitted."""
    epochs = {"epochs": QUICK_EPOCHS} if quick else {}
    entry = MODELS[REFERENCE if name == REFERENCE else "AEGAN"]
    one = entry.predictor(seed, hyperparameters=WAYS.get(name, {}), **epochs)
    rows = np.tile(np.arange(len(data)), (N_MEMBERS, 1)) if name == VOTE else None
    return one.fit(data, members=rows)


def few_pairs(data: XASDataset, seed: int) -> tuple[XASDataset, XASDataset]:
    """Return sites whose pairs are known, and the others in an order of chance."""
    order = np.random.default_rng(seed).permutation(len(data))
    return data[order[:N_PAIRS]], data[order[N_PAIRS:]]


def by_halves(name: str, data: XASDataset, seed: int, quick: bool) -> Bidirectional:
    """Return a network of few pairs and of halves of other sites."""
    pairs, others = few_pairs(data, seed)
    first = network("AEGAN", pairs, seed, quick)
    given: dict[str, Any] = {side: getattr(others, side) for side in HALVES[name]}
    n_halves = sum(map(len, given.values()))
    n_rows = max(len(pairs), n_halves) + n_halves
    config = cast(Network, first.regressor_).config
    n_batches = -(-n_rows // config.batch_size)
    epochs = QUICK_EPOCHS if quick else -(-N_STEPS // n_batches)
    return Bidirectional(first).with_halves(
        pairs, config=replace(config, epochs=epochs), **given
    )


def apart(name: str, data: XASDataset, test: XASDataset) -> dict[str, float]:
    """Return the errors of a baseline that learns each way by itself."""
    forward = MODELS[name].predictor().fit(data)
    to_features = reversed_of(forward, data)
    told = {
        "spectrum": (forward.predict(test.features), test.spectra),
        "features": (to_features(test.spectra), test.features),
        "spectrum cycle": (forward.predict(to_features(test.spectra)), test.spectra),
        "features cycle": (to_features(forward.predict(test.features)), test.features),
    }
    return {
        key: float(np.median(relative_spectral_error(*pair)))
        for key, pair in told.items()
    }


def reversed_of(forward: Predictor, data: XASDataset) -> Any:
    """Return what the same model makes of spectra, from 30 of their components."""
    seen = MODELS["ridge"].predictor().fit(data)  # its targets are those components
    levels = np.sqrt(seen.targets_.transform(data.spectra).std(0))

    def read(spectra: Array) -> Array:
        return seen.targets_.transform(spectra) / levels

    model: Regressor = type(forward.regressor_)()
    model.fit(read(data.spectra), forward.scaler_.transform(data.features))
    return lambda spectra: forward.scaler_.inverse_transform(
        model.predict(read(spectra))
    )


def run(data: XASDataset, by: str, args: Any) -> list[Row]:
    """Return one row per model and seed."""
    rows = []
    n_test = min(N_TEST, round(TEST_SHARE * len(data)))
    for seed in args.seeds[:1] if args.quick else args.seeds:
        train, test = split(data, n_test, by=by, seed=seed)
        for name in args.models:
            with measured() as cost:
                score: Mapping[str, float]
                if name in BASELINES:
                    score = apart(name, data[train], data[test])
                elif name in BY_PAIRS:
                    pairs, _ = few_pairs(data[train], seed)
                    score = apart(BY_PAIRS[name], pairs, data[test])
                elif name in HALVES:
                    both = by_halves(name, data[train], seed, args.quick)
                    score = both.score(data[test])
                else:
                    one = Bidirectional(network(name, data[train], seed, args.quick))
                    score = one.score(data[test])
            if name == "two networks apart":
                # its two halves have no latent space in common: nothing is rebuilt
                score = {k: v for k, v in score.items() if "rebuilt" not in k}
            rows.append(Row(data.name, by, name, seed, score, cost))
            said = f"{score['spectrum']:.2f} and {score['features']:.2f} %"
            line = f"{data.name} {by} seed {seed} {name}: {said}"
            print(f"{line} in {cost.cpu_s:.0f} CPU s", file=sys.stderr)
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Structure to spectrum and back, by one network or by two.")
    options.add_argument("--data", nargs="+", default=["tmqm-k-v"], metavar="NAME")
    choices = ("random", "compound", "cluster")
    options.add_argument("--split", choices=choices, default="random")
    models_option(options, NAMES)
    args = options.parse_args()
    rows: list[Row] = []
    notes = ["quick run: a few epochs, figures mean nothing"] if args.quick else []
    for name in args.data:
        try:
            data = load(name)
            if data.features is None:
                data = data.described(ENTRIES["wACSF"][0])
        except InputError as error:
            notes.append(f"{name} skipped: {error}")
            continue
        rows += run(replace(data, labels={"compound": data.groups}), args.split, args)
    publish("bidirectional", rows, COLUMNS, args, [*notes, IN_PRINT])


if __name__ == "__main__":
    main()
