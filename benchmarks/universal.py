"""One network for nine metals: beside models of one metal, on new metals, gone on from.

    python -m benchmarks.universal
    python -m benchmarks.universal --parts published
    python -m benchmarks.universal --parts metals --keep out/universal

`compounds`: every compound of `tm-complexes-k` as seen by models that did not learn
from it, five folds by compound. `nine-metals` is what the shipped model keeps of that:
two networks of nine metals a fold. The others learn from the metal's own sites.
`metals`: one network of the same recipe that learnt from eight metals, asked about the
ninth; beside it the mean spectrum and the nearest site of the eight.
`published`: the 109 published FDMNES spectra of `csd-fe-k`, by the shipped model as it
is, and after going on from 10 to 80 of them, on the others; beside it kernels that
learn from these few alone.

With `--keep FOLDER` what was killed goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.report import Cost, Row, measured, parser, publish
from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, folds, load
from xnet_lite.datasets.listing import part_name
from xnet_lite.errors import InputError
from xnet_lite.jobs import MODELS
from xnet_lite.jobs.default_model import CORPUS, NAME, default_job, default_model
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR, site_scaler
from xnet_lite.jobs.teaching import TUNING
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.predictor import Predictor, fine_tune
from xnet_lite.spectra import unit_mean

METALS = ("Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn")
PARTS = ("compounds", "metals", "published")
#: of one metal alone; GNN takes minutes
ALONE = ("mean spectrum", "1-NN", "ARD")
KERNELS = ("mean spectrum", "1-NN", "kernel ridge", "ARD")
SIZES, N_FOLDS = (10, 25, 50, 80), 5
QUICK_SITES, QUICK_EPOCHS = 60, 1
COLUMNS = {"a_median": "error %", "a_mean": "mean", "a_p90": "p90", "n": "n"}
#: CPU seconds and errors of each site
Found = tuple[float, list[float]]


def summary(errors: Array) -> dict[str, float]:
    """Median, mean and p90 of errors in percent, and how many they are."""
    return {
        "a_median": float(np.median(errors)),
        "a_mean": float(np.mean(errors)),
        "a_p90": float(np.percentile(errors, 90)),
        "n": float(len(errors)),
    }


def untaught(model: str, seed: int, quick: bool, **training: Any) -> Predictor:
    """A model of the catalogue; quick, it hardly learns."""
    training |= {"epochs": QUICK_EPOCHS} if quick else {}
    structures = MODELS[model].reads_structures
    descriptor = None if structures else describer(DESCRIPTOR)
    scaler = None if structures else site_scaler()
    return MODELS[model].predictor(seed, descriptor, scaler=scaler, **training)


# --- compounds ----------------------------------------------------------------------


def by_folds(quick: bool, item: Sequence[Any]) -> Found:
    """Errors of all sites of a metal by a model that learnt from its other folds."""
    metal, model, seed = item
    data = load(part_name(CORPUS, metal)).sample(QUICK_SITES if quick else None)
    errors = np.zeros(len(data))
    with measured() as cost:
        for train, test in folds(data, N_FOLDS, seed=seed):
            taught = untaught(model, seed, quick).fit(data[train])
            mu = taught.predict(data[test])
            errors[test] = relative_spectral_error(mu, data.spectra[test])
    return cost.cpu_s, errors.tolist()


def compounds(args: Any) -> list[Row]:
    """New compounds: the shipped model beside models of one metal."""
    unseen, whole = default_model().unseen_, load(CORPUS)
    which = whole.labels["metal"][unseen["rows"]]
    rows = [
        _row(metal, "by compound", NAME, 0, unseen["error"][which == metal], Cost())
        for metal in args.metals
    ]
    items = [(e, m, s) for e in args.metals for m in args.models for s in args.seeds]
    work = partial(by_folds, args.quick)
    for (metal, model, seed), found in zip(items, kept(work, items, args), strict=True):
        errors, cost = np.array(found[1]), Cost(found[0])
        rows.append(_row(metal, "by compound", model, seed, errors, cost))
    return rows + _over_metals(rows)


def _over_metals(rows: Sequence[Row]) -> list[Row]:
    """The mean of the metals' medians, of each model and seed."""
    together: dict[tuple[str, str, int], list[Row]] = {}
    for row in rows:
        together.setdefault((row.split, row.model, row.seed), []).append(row)
    names = ("a_median", "a_mean", "a_p90")
    return [
        Row("mean of metals", *key, {n: _mean(group, n) for n in names})
        for key, group in together.items()
        if len(group) > 1
    ]


def _mean(rows: Sequence[Row], name: str) -> float:
    """The mean of a figure over rows."""
    return float(np.mean([row.metrics[name] for row in rows]))


# --- metals -------------------------------------------------------------------------


def by_metal(quick: bool, item: Sequence[Any]) -> Found:
    """Errors of all sites of a metal by a model that learnt from the eight others."""
    metal, model, seed = item
    whole = load(CORPUS).sample(9 * QUICK_SITES if quick else None)
    here = whole.labels["metal"] == metal
    training = dict(default_job().training) if model == "GNN" else {}
    predictor = untaught(model, seed, quick, **training)
    # of features alone: a site of another metal would be refused
    described: Any = predictor.descriptor
    data = replace(whole.described(described), sites=None)
    predictor.descriptor = None
    with measured() as cost:
        mu = predictor.fit(data[~here]).predict(data[here])
    found = relative_spectral_error(mu, data.spectra[here])
    return cost.cpu_s, found.tolist()


def metals(args: Any) -> list[Row]:
    """A metal that no site of the training set had."""
    models = ("mean spectrum", "1-NN", "GNN")
    items = [(e, m, s) for e in args.metals for m in models for s in args.seeds[:1]]
    work = partial(by_metal, args.quick)
    rows = [
        _row(metal, "metal left out", model, seed, np.array(found[1]), Cost(found[0]))
        for (metal, model, seed), found in zip(
            items, kept(work, items, args), strict=True
        )
    ]
    return rows + _over_metals(rows)


# --- published ----------------------------------------------------------------------


def published(args: Any) -> list[Row]:
    """Spectra of another code: as it is, and after going on from a few of them."""
    data = load("csd-fe-k")
    data = replace(data, spectra=unit_mean(data.energy, data.spectra))
    data = data.sample(2 * SIZES[0] if args.quick else None)
    with measured() as cost:
        errors = relative_spectral_error(default_model().predict(data), data.spectra)
    rows = [Row("csd-fe-k", "untouched", NAME, 0, summary(errors), cost)]
    for size in SIZES[:1] if args.quick else SIZES:
        ways: dict[str, Callable[[XASDataset], Predictor]] = {NAME: _gone_on(args)}
        ways |= {name: partial(_alone, name, args) for name in KERNELS}
        for seed in args.seeds:
            order = np.random.default_rng(seed).permutation(len(data))
            few, rest = order[:size], order[size:]
            for name, learn in ways.items():
                rows.append(_scored(name, learn, data, few, rest, seed))
    return rows


def _scored(
    name: str,
    learn: Callable[[XASDataset], Predictor],
    data: XASDataset,
    few: Ints,
    rest: Ints,
    seed: int,
) -> Row:
    """What a way to learn makes of a few spectra, on the others."""
    with measured() as cost:
        mu = learn(data[few]).predict(data[rest])
    errors = relative_spectral_error(mu, data.spectra[rest])
    print(f"{len(few)} published, {name}: {np.median(errors):.2f} %", file=sys.stderr)
    return Row("csd-fe-k", f"{len(few)} of them", name, seed, summary(errors), cost)


def _gone_on(args: Any) -> Callable[[XASDataset], Predictor]:
    """The shipped model going on as `xnet-lite train --from` does."""
    training = dict(default_job().training) | TUNING
    training |= {"epochs": QUICK_EPOCHS} if args.quick else {}
    config = MODELS[default_job().model].config(**training)
    return lambda few: fine_tune(default_model(), few, config=config)


def _alone(name: str, args: Any, few: XASDataset) -> Predictor:
    """A model of the catalogue that knows these few alone."""
    return untaught(name, 0, args.quick).fit(few)


# ------------------------------------------------------------------------------------


def kept(work: Any, items: Sequence[Any], args: Any) -> list[Any]:
    """Return what comes of every item; what was computed before is read."""
    keys = [f"{work.func.__name__} {' '.join(map(str, item))}" for item in items]
    settings = {"quick": args.quick, "data": len(load(CORPUS)), "recipe": 1}
    file = args.keep and checkpoint_file(f"{args.keep}/universal", settings)
    label = work.func.__name__.replace("_", " ")
    return resumable_map(work, items, keys, checkpoint=file, label=label)


def _row(
    metal: str, split: str, model: str, seed: int, errors: Array, cost: Cost
) -> Row:
    """A row of one metal."""
    return Row(metal, split, model, seed, summary(errors), cost)


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "")
    options.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    options.add_argument("--metals", nargs="+", choices=METALS, default=list(METALS))
    options.add_argument("--models", nargs="+", choices=MODELS, default=list(ALONE))
    options.add_argument("--keep", metavar="FOLDER", help="of checkpoints")
    chosen = options.parse_args()
    rows: list[Row] = []
    notes = ["quick run: few sites and epochs, figures mean nothing"]
    notes = notes if chosen.quick else []
    parts = {"compounds": compounds, "metals": metals, "published": published}
    for part in chosen.parts:
        try:
            rows += parts[part](chosen)
        except InputError as error:
            notes.append(f"{part} left out: {error}")
    publish("universal", rows, COLUMNS, chosen, notes)


if __name__ == "__main__":
    main()
