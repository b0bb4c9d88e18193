"""Do attributions find the atoms that make the spectrum? Ranked against the engine.

    python -m benchmarks.attribution --json rows.json
    python -m benchmarks.attribution --quick --seeds 0

A graph network and an MLP of symmetry functions learn from whole compounds. Of sites
held out, each method gives every atom within 5 Å a share, mean |share| over all
energies, and so does the engine with that atom taken out of the scattering, all else
held fixed. What shap gives to the G2 that stand at each distance is ranked, over the
distances, against the amplitudes of single scattering, and of single and double
scattering, off the atoms there. "rank" is Spearman's correlation of the two over the
atoms, or distances, of a site, its mean, median and lowest tenth over sites; "with
error" is its rank correlation, over sites, with the error of the prediction. Two
methods know no network: 1/distance, and the amplitude of single scattering off the
atom.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.report import Row, measured, parser, publish
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import MODELS
from xnet_lite.metrics import relative_spectral_error, spearman
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import DEAR, TakenOut
from xnet_lite.structures import Site, neighbors
from xnet_lite.trust import attribution as by
from xnet_lite.trust import shapley
from xnet_lite.trust.attribution import Shares
from xnet_lite.trust.shapley import spread

DATA = "tm-complexes-k-fe"
#: Å: atoms that the graph network sees, and the engine scatters off
CUTOFF = 5.0
HELD_OUT, N_SITES = 0.2, 40
QUICK_EPOCHS, QUICK_TRAINING, QUICK_SITES = 3, 150, 4
#: sites that shap holds a feature against
N_BACKGROUND = 100
GRAPH, MLP = "quick GNN", "quick MLP"
METHODS = {
    GRAPH: (
        by.occlusion,
        by.integrated_gradients,
        by.presence_gradients,
        by.gradient_times_position,
    ),
    MLP: (by.occlusion, by.gradient_times_position),
}
COLUMNS = {
    "rank": "rank, mean",
    "rank_median": "median",
    "rank_tenth": "lowest tenth",
    "with_error": "with error",
    "a_median": "A median %",
    "n": "sites",
}


def learnt(name: str, data: XASDataset, seed: int, quick: bool) -> Predictor:
    """Return a model of the catalogue, taught."""
    recipe = MODELS[name]
    epochs = {"epochs": QUICK_EPOCHS} if quick else {}
    words = {"descriptor": describer(recipe.descriptor), "seed": seed}
    return recipe.predictor(**words, **epochs).fit(data)


def nearest_first(site: Site, like: Shares) -> Shares:
    """1/distance of every atom, in place of what a method gives."""
    places = site.atoms.positions - site.atoms.positions[site.absorber_index]
    away = np.linalg.norm(places, axis=1)
    away[site.absorber_index] = np.inf
    values = np.repeat(1 / away[:, None], len(like.energy), axis=1)
    return Shares("1/distance", like.energy, values, like.symbols)


def of_site(
    predictor: Predictor | None, name: str, out: TakenOut, site: Site, truth: Shares
) -> Iterator[tuple[str, Shares]]:
    """Yield every method's shares of the atoms of a site; without a model, the two."""
    if predictor is None:
        yield "no network · 1/distance", nearest_first(site, truth)
        yield (
            "no network · single scattering",
            by.path_shares(out, site, truth.energy),
        )
        return
    for method in METHODS[name]:
        shares = method(predictor, site)
        yield f"{name} · {shares.how}", shares


def over_distance(
    model: Predictor, known: XASDataset, sites: list[Site], outs: list[TakenOut]
) -> Iterator[tuple[str, list[float]]]:
    """Yield the rank correlations of shap and physics over distances, of every site."""
    found = shapley(model, sites, known.sites[:N_BACKGROUND])
    _, sizes = found.by_distance()
    for events, how in ((1, "single"), (2, "single and double")):
        truths = [
            spread(
                by.path_shares(out, site, found.energy, events=events),
                site,
                found.names,
            )
            for site, out in zip(sites, outs, strict=True)
        ]
        ranks = [float(spearman(*pair)) for pair in zip(sizes, truths, strict=True)]
        yield f"{MLP} · shap over distance, {how} scattering", ranks


def run(data: XASDataset, seed: int, args: Any) -> list[Row]:
    """Train, explain and compare on one split."""
    quick = args.quick
    train, test = split(data, fraction=HELD_OUT, by="compound", seed=seed)
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(test)[: QUICK_SITES if quick else N_SITES]
    sites = [data.sites[i] for i in chosen]
    outs = [DEAR.engine.take_out(site) for site in sites]
    rows = []
    for name in (*args.models, None):
        with measured() as cost:
            known = data[train[:QUICK_TRAINING] if quick else train]
            model = name and learnt(name, known, seed, quick)
            ranks: dict[str, list[float]] = {}
            for site, out in zip(sites, outs, strict=True):
                truth = by.true_shares(out, site, data.energy)
                atoms = neighbors(site, CUTOFF).indices
                for how, shares in of_site(model, name, out, site, truth):
                    found = by.agreement(shares, truth, atoms)
                    ranks.setdefault(how, []).append(found)
            if name == MLP:
                ranks.update(over_distance(model, known, sites, outs))
        errors = None
        if model:
            pred = model.predict(sites)
            errors = relative_spectral_error(pred, data.spectra[chosen])
        for how, found in ranks.items():
            row = Row(data.name, "compound", how, seed, summary(found, errors), cost)
            print(f"{how}: {row.metrics['rank']:.3f}", file=sys.stderr, flush=True)
            rows.append(row)
    return rows


def summary(ranks: list[float], errors: np.ndarray | None) -> dict[str, float]:
    """Return mean, median and lowest tenth of rank correlations."""
    found = {
        "rank": float(np.mean(ranks)),
        "rank_median": float(np.median(ranks)),
        "rank_tenth": float(np.quantile(ranks, 0.1)),
        "n": float(len(ranks)),
    }
    if errors is None:
        return found
    with_error = float(spearman(ranks, errors))
    return found | {"with_error": with_error, "a_median": float(np.median(errors))}


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("Attributions against the engine without the atom.")
    options.add_argument("--models", nargs="+", choices=METHODS, default=list(METHODS))
    args = options.parse_args()
    data = load(DATA)
    seeds = args.seeds[:1] if args.quick else args.seeds
    rows = [row for seed in seeds for row in run(data, seed, args)]
    notes = ["quick run: few sites and epochs, figures mean nothing"] * args.quick
    notes.append("the cost is that of training and of all methods of a model together")
    publish("attribution", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
