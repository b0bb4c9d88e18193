"""What `table1` and `table2` share: the models that run, on one split each seed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.report import Row, measured
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.descriptors import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.jobs import MODELS
from xnet_lite.predictor import Predictor
from xnet_lite.targets import SpectralTarget

COLUMNS = {
    "a_median": "A median %",
    "a_iqr": "A IQR",
    "a_mean": "A mean",
    "n_features": "inputs",
    "n_targets": "outputs",
    "floor": "lost there and back %",
    "published": "published %",
}
N_TEST, TEST_SHARE = 250, 0.2
QUICK_EPOCHS, QUICK_SITES = 3, 80

#: models that can be given another descriptor and other targets
NAMES = ("mean spectrum", "1-NN", "ridge", "kernel ridge", "ARD", "quick MLP")
BASELINES = ("mean spectrum", "1-NN", "ridge")


def untaught(
    name: str, targets: SpectralTarget | None, seed: int, quick: bool
) -> Predictor:
    """One model, one member; the mean and the nearest neighbor keep whole spectra."""
    words: dict[str, Any] = {"epochs": QUICK_EPOCHS} if quick else {}
    if name == "ARD":
        words["hyperparameters"] = {"seed": seed}
    return MODELS[name].predictor(seed, targets=targets, **words)


def tell(row: Row) -> Row:
    """Say what a row holds while the table is not there yet, and return it."""
    what = f"{row.dataset}, seed {row.seed}, {row.model}"
    print(f"{what}: {row.metrics['a_median']:.2f} %", file=sys.stderr)
    return row


def run_one(
    data: XASDataset,
    label: str,
    name: str,
    targets: SpectralTarget | None,
    rows: tuple[Array, Array],
    how: tuple[str, int, bool],
    facts: Mapping[str, float],
) -> Row:
    """Teach one model on the training rows and score it on the others."""
    train, test = rows
    by, seed, quick = how
    with measured() as cost:
        predictor = untaught(name, targets, seed, quick).fit(data[train])
    found = dict(predictor.score(data[test])) | dict(facts)
    found["n_features"] = float(predictor.features_.shape[1])
    found["n_targets"] = float(predictor.targets_.n_targets)
    return tell(Row(data.name, by, f"{label} · {name}", seed, found, cost))


def parts(data: XASDataset, by: str, seed: int) -> tuple[Array, Array]:
    """Training and test rows: 250 held out, or a fifth where that is fewer."""
    return split(data, min(N_TEST, round(TEST_SHARE * len(data))), by=by, seed=seed)


def had(names: Sequence[str], quick: bool, notes: list[str]) -> Iterator[XASDataset]:
    """Load the datasets that can be had, without displaced copies; note the others."""
    for name in names:
        try:
            data = load(name)
        except InputError as error:
            notes.append(f"{name}: left out, {error}")
            continue
        if data.labels.get("displaced") is not None:
            data = data[~data.labels["displaced"]]
        yield data[:QUICK_SITES] if quick else data


def described(data: XASDataset, descriptor: Descriptor) -> XASDataset | str:
    """The dataset with the features of its sites, or why it cannot have them."""
    try:
        return data.described(descriptor)
    except InputError as error:
        return str(error)
