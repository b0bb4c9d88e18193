"""Which sites to compute next: every way to choose, on three pools.

    python -m benchmarks.sampling
    python -m benchmarks.sampling --pools v --seeds 0 1 --ways random uncertainty

`v`: the public V set, `tmqm-k-v`, from 75 to 1 100 sites, 250 held out by chance.
`metals`: all relaxed sites of `tm-complexes-k`, from 100 to 3 000, 600 held out by
compound, features and the metal. `cu`: `omnixas-cu-k`, from 100 to 2 000, 600 held out
by material. The model whose error counts is kernel ridge on whole spectra, which takes
seconds; the band is that of five networks, each taught with sites drawn anew.

Two more ways: `committee by cluster` takes the site of each cluster on which the
committee is most divided. `hindsight` takes those that the model gets most wrong, which
it looks up: nobody can choose so, and it tells what is to be gained by going for large
errors.

A run is a pool, a way and a seed, and is kept in `--keep FOLDER`: what was killed goes
on, and more seeds are added to those that are there. Errors are those at the last size.
`area` is the mean error over the logarithm of the size, as a share of random's; `p` is
of a paired t-test of areas against random; `labels` is with how many sites the mean
curve first comes to random's last error, as a share of what random's own needs, none
where it does not.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks.report import Cost, Row, parser, publish
from xnet_lite.arrays import Ints
from xnet_lite.datasets import XASDataset, load
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.strategies import WAYS, Curve, Protocol, View, compared, divided, sampled

MEASURES = ("a_median", "a_mean", "a_p90", "mse")
COLUMNS = {
    "a_p90": "p90 %",
    "a_median": "median",
    "a_mean": "mean",
    "mse": "MSE · 1000",
    "area_median": "area, median",
    "p_median": "p",
    "labels_median": "labels",
    "area_p90": "area, p90",
    "p_p90": "p (p90)",
    "labels_p90": "labels (p90)",
}
QUICK = Protocol((20, 40), n_test=20)
QUICK_SITES = 100


def vanadium() -> XASDataset:
    """The public set, with the features that it brings."""
    return load("tmqm-k-v")


def metals() -> XASDataset:
    """Nine metals; which one it is stands behind the features of a site."""
    data = load("tm-complexes-k").where(displaced=False)
    data = data.described(describer(DESCRIPTOR))
    # as large as the largest feature: neither scaler nor floor makes it small
    which = data.labels["metal"][:, None] == np.unique(data.labels["metal"])
    assert data.features is not None
    told = np.hstack([data.features, which * data.features.max()])
    return replace(data, features=told, sites=None)


def copper() -> XASDataset:
    """Crystals; sites of one material stay together."""
    return replace(load("omnixas-cu-k").described(WACSF()), sites=None)


def hindsight(view: View, n: int) -> Ints:
    """Take the sites that the model gets most wrong, as their spectra tell."""
    model = view.protocol.model.fresh([view.seed]).fit(view.pool[view.known])
    rest = view.pool[view.free]
    wrong = relative_spectral_error(model.predict(rest.features), rest.spectra)
    return view.free[np.argsort(-wrong, kind="stable")[:n]]


#: every way that the table can have; by default it has all
CHOICES = {**WAYS, "committee by cluster": divided, "hindsight": hindsight}

POOLS: dict[str, tuple[Callable[[], XASDataset], Protocol]] = {
    "v": (vanadium, Protocol((75, 150, 300, 450, 600, 800, 1100))),
    "metals": (
        metals,
        Protocol((100, 300, 600, 1000, 1700, 3000), n_test=600, by="compound"),
    ),
    "cu": (copper, Protocol((100, 300, 800, 2000), n_test=600, by="compound")),
}


def one_run(
    data: XASDataset, protocol: Protocol, item: Sequence[Any]
) -> dict[str, Any]:
    """Return the curve of a way and a seed as JSON has it, with what it took."""
    way, seed = item
    begin = time.process_time()
    curve = sampled(data, protocol, CHOICES[way], int(seed)).as_dict()
    return {"curve": curve, "cpu_s": time.process_time() - begin}


def run(pool: str, ways: Sequence[str], args: Any) -> list[Row]:
    """Return a row for every way and seed; what was computed before is read."""
    build, protocol = POOLS[pool]
    data = build()
    if args.quick:
        data, protocol = data[:QUICK_SITES], QUICK
    print(f"{data.name}: {protocol}", file=sys.stderr)
    seeds = args.seeds[:1] if args.quick else args.seeds
    items = [(way, seed) for seed in seeds for way in ways]
    keep = None
    if args.keep:
        settings = [data.fingerprint(), repr(protocol._facts())]
        keep = checkpoint_file(f"{args.keep}/sampling-{pool}", settings)
        keep.parent.mkdir(parents=True, exist_ok=True)
    keys = [f"{way} {seed}" for way, seed in items]
    work = partial(one_run, data, protocol)
    found = resumable_map(work, items, keys, checkpoint=keep, label=pool)
    curves: dict[str, list[Curve]] = {way: [] for way in ways}
    for (way, _), record in zip(items, found, strict=True):
        curves[way].append(Curve.of(record["curve"]))
    rows = []
    for (way, seed), record in zip(items, found, strict=True):
        curve = curves[way][list(seeds).index(seed)]
        said = {name: float(curve.by(name)[-1]) for name in MEASURES}
        said |= {"mse": 1000 * said["mse"], **_beside(curves, way)}
        split = f"{curve.sizes[0]} to {curve.sizes[-1]}"
        rows.append(Row(data.name, split, way, seed, said, Cost(record["cpu_s"])))
    return rows


def _beside(curves: dict[str, list[Curve]], way: str) -> dict[str, float]:
    """Area beside random's, p and labels, of the median and of p90."""
    said: dict[str, float] = {}
    if "random" not in curves:
        return said
    for name in ("median", "p90"):
        row = next(r for r in compared(curves, f"a_{name}") if r["way"] == way)
        said |= {f"area_{name}": row["area / random"], f"p_{name}": row["p"]}
        said[f"labels_{name}"] = row["labels needed"]
    return said


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "", range(5))
    options.add_argument("--pools", nargs="+", choices=POOLS, default=list(POOLS))
    options.add_argument("--ways", nargs="+", choices=CHOICES, default=list(CHOICES))
    options.add_argument("--keep", metavar="FOLDER", help="of runs that are done")
    args = options.parse_args()
    rows: list[Row] = []
    notes = ["quick run: few sites, figures mean nothing"] * args.quick
    for pool in args.pools:
        try:
            rows += run(pool, args.ways, args)
        except InputError as error:
            notes.append(f"{pool} left out: {error}")
    publish("sampling", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
