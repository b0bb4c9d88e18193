"""Which sites will be wrong? What foretells the error of a site, and how well it could.

    python -m benchmarks.difficulty
    python -m benchmarks.difficulty --metals fe --splits compound --seeds 0
    python -m benchmarks.difficulty --metals tmqm-k-v --splits random
    python -m benchmarks.difficulty --shipped

A vote of quick MLPs learns a metal's compounds. Signs of difficulty are read off every
site held out: the spread of the members, the distance to the nearest known site and how
far its spectra are from the one predicted, errors that members made at known sites
nearby which they had not seen, the distance in the last hidden layer, and how far a
model of another kind (ARD) disagrees. Products of their powers, and a forest that sees
the features too, learn the errors of compounds that members never saw. `r` and `rho`
are Pearson's and Spearman's correlations with the error over sites held out, `caught`
the share of errors above twice the median that lie above the limit which a tenth of
the others passes.

The ceiling is r of the true scale of each error with the error itself, if errors of a
spectrum are Gaussian with the covariance over energies that they are found to have: the
mean |error| of one spectrum then scatters by √v of its mean, and of the squared
variation c² that errors have over sites, what scales can explain is
(c² + 1)/(1 + v) - 1. "learnt scales, if true" is r of errors drawn with the scale that
the product of all signs tells.

`--shipped` trains nothing: it reads what the model that comes with the package keeps of
all compounds of nine metals, each as networks saw it that had not learnt from it;
products are of compounds that had no part in them. The expected error of a verdict is
the last of these with powers that compounds and ligand families left out taught; what
it does with either, and what alone it calls far, is kept with the model.

With `--keep FOLDER` a run that was killed goes on, and more metals and seeds are added.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import torch
from scipy.optimize import nnls
from scipy.spatial.distance import cdist
from scipy.stats import pearsonr, spearmanr
from sklearn.ensemble import ExtraTreesRegressor

from benchmarks.report import Cost, Row, measured, parser, publish
from benchmarks.uncertainty import Trial, trials
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, folds, load
from xnet_lite.jobs.default_model import default_model
from xnet_lite.jobs.features import described
from xnet_lite.jobs.recipes import DESCRIPTOR
from xnet_lite.parallel import one_thread
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.predictor import Predictor
from xnet_lite.trust import Unseen, expected_error, held_out, unseen_of_bag

METALS = ("ti", "v", "cr", "mn", "fe", "co", "ni", "cu", "zn")
CORPUS = "tm-complexes-k-"
SPLITS = ("compound", "family")
COLUMNS = {"r": "r", "rho": "rho", "caught": "caught", "in vain": "in vain"} | {
    "large": "large",
    "n": "n",
}
#: known sites nearby; what is added to their distances, as a share of the median one
N_NEAR, NEAR = 8, 0.1
#: an error of so many medians is large; share of the others that may be flagged
LARGE, FALSE_ALARMS = 2.0, 0.1
#: least value of a sign, as a share of its median
LEAST = 0.02
N_FOLDS, N_DRAWS, FOREST = 3, 20_000, 150
SPREAD, AWAY, SPECTRA = "spread", "distance", "spectra nearby"
ERRORS, LAYER, OTHER = "errors nearby", "last layer", "another kind"
SIGNS = (SPREAD, AWAY, SPECTRA, ERRORS, LAYER, OTHER)
PRODUCTS = {
    "product: spread, distance, spectra": SIGNS[:3],
    "product: … and errors nearby": SIGNS[:4],
    "product: … and another kind": (*SIGNS[:4], OTHER),
    "product of all": SIGNS,
}
FORESTS = {"forest of all signs": False, "forest of signs and features": True}
SCALES, IDEAL = "learnt scales, if true", "ceiling: true scales"


def one_run(data: XASDataset, quick: bool, item: tuple[str, int]) -> dict[str, Any]:
    """Return errors of the sites held out, and what foretells them, as JSON has it."""
    by, seed = item
    trial: Trial = trials(data, quick)(by, seed)
    with measured() as cost, one_thread():
        vote = trial.bootstrapped
        known = unseen_of_bag(vote, trial.known.spectra, trial.known.groups)
        new = held_out(vote, trial.test)
        signs = all_signs(trial, vote, known, new)
        scores = {name: signs[1][name] for name in SIGNS}
        for name, some in PRODUCTS.items():
            scores[name] = product(signs, some, known.error)
        for name, features in FORESTS.items():
            scores[name] = forest(trial, vote, signs, known, features)
    told = {name: values.round(4).tolist() for name, values in scores.items()}
    noise = scatter(new)
    found = {"error": new.error.tolist(), "scores": told, "noise": noise}
    r = pearsonr(scores["product of all"], new.error)[0]
    print(f"{data.name} {by} {seed}: r {r:.2f}", file=sys.stderr, flush=True)
    return found | {"cost": asdict(cost)}


def all_signs(
    trial: Trial, vote: Predictor, known: Unseen, new: Unseen
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return every sign of known sites, as if they were not known, and of new ones."""
    place, layers = vote.place(vote.features_), LastLayers(vote)
    known_other, new_other = other_kind(trial, known)
    found = []
    for part, where, other in (
        (known, place[known.rows], known_other),
        (new, vote.place(trial.test), new_other),
    ):
        apart = cdist(where, place[known.rows])
        if part is known:
            apart[known.groups[:, None] == known.groups] = np.inf
        rows = np.argsort(apart, axis=1)[:, :N_NEAR]
        away = np.take_along_axis(apart, rows, axis=1)
        weights = 1 / (away + NEAR * np.median(known.distance)) ** 2
        weights /= weights.sum(1, keepdims=True)
        like = np.einsum("nk,nke->ne", weights, known.truth[rows])
        level = np.abs(part.band.mean).mean(1) / 100  # to percent
        signs = {
            SPREAD: part.band.std.mean(1) / level,
            AWAY: part.distance,
            SPECTRA: np.abs(like - part.band.mean).mean(1) / level,
            ERRORS: np.exp((weights * np.log(known.error[rows])).sum(1)),
            LAYER: layers.of_known(known.rows) if part is known else layers(trial.test),
            OTHER: np.abs(other - part.band.mean).mean(1) / level,
        }
        found.append(signs)
    return found[0], found[1]


class LastLayers:
    """How far sites are from what each member learnt from, in its last hidden layer."""

    def __init__(self, vote: Predictor) -> None:
        self.vote, self.members = vote, vote.regressor_.model_.members()
        self.rows = [np.unique(row) for row in vote.members_]
        self.known = self.units(vote.features_)

    def units(self, inputs: Any) -> list[Array]:
        """Inputs of every member's last layer, (n_sites, width) each."""
        x = torch.as_tensor(self.vote.scale(inputs), dtype=torch.float32)
        found: list[Array] = []
        for one in self.members:
            hook = one.out.register_forward_pre_hook(
                lambda _, seen: found.append(seen[0].numpy())
            )
            with torch.no_grad():
                one(x)
            hook.remove()
        return found

    def __call__(self, inputs: Any) -> Array:
        """Mean over members of the distance to the nearest that it learnt from."""
        return np.mean(self._away(self.units(inputs)), axis=0)

    def of_known(self, rows: Array) -> Array:
        """The same of known sites, over members that did not learn from them."""
        away = self._away(self.known)
        for far, learnt in zip(away, self.rows):
            far[learnt] = np.nan
        return np.asarray(np.nanmean(away[:, rows], axis=0))

    def _away(self, units: Sequence[Array]) -> Array:
        """(n_members, n_sites), in units of how far these are from their mean."""
        found = []
        for some, known, rows in zip(units, self.known, self.rows):
            learnt = known[rows]
            size = np.sqrt(((learnt - learnt.mean(0)) ** 2).sum(1).mean())
            found.append(cdist(some, learnt).min(1) / size)
        return np.array(found)


def other_kind(trial: Trial, known: Unseen) -> tuple[Array, Array]:
    """What ARD says of known sites, out of folds, and of new ones."""
    one, data = trial.untaught("ARD"), trial.known
    said = np.empty_like(data.spectra)
    for i, (train, test) in enumerate(folds(data, N_FOLDS, seed=trial.seed)):
        said[test] = one.fresh([i]).fit(data[train]).predict(data[test])
    return said[known.rows], one.fit(data).predict(trial.test)


def product(
    signs: tuple[Mapping[str, Array], Mapping[str, Array]],
    names: Sequence[str],
    error: Array,
) -> Array:
    """Expected errors of new sites: a product of powers, none below 0."""
    x, new = (logs(part, signs[0], names) for part in signs)
    y = np.log(error)
    powers = nnls(x - x.mean(0), y - y.mean())[0]
    return np.asarray(np.exp(y.mean() + (new - x.mean(0)) @ powers))


def forest(
    trial: Trial,
    vote: Predictor,
    signs: tuple[Mapping[str, Array], Mapping[str, Array]],
    known: Unseen,
    features: bool,
) -> Array:
    """Expected errors of new sites: a forest of signs, and of features too."""
    x, new = (logs(part, signs[0], SIGNS) for part in signs)
    if features:
        place = vote.place(vote.features_)[known.rows]
        x, new = np.hstack([x, place]), np.hstack([new, vote.place(trial.test)])
    trees = ExtraTreesRegressor(
        FOREST, min_samples_leaf=5, max_features=0.3, random_state=trial.seed
    )
    return np.asarray(np.exp(trees.fit(x, np.log(known.error)).predict(new)))


def logs(
    signs: Mapping[str, Array], known: Mapping[str, Array], names: Sequence[str]
) -> Array:
    """Logarithms of some signs, (n_sites, n_names), from a least value on."""
    least = {name: LEAST * np.median(known[name]) for name in names}
    return np.stack([np.log(np.maximum(signs[k], least[k])) for k in names], axis=1)


def scatter(new: Unseen) -> float:
    """√v: how mean |error| scatters over Gaussian curves of one scale."""
    errors = new.truth - new.band.mean
    shapes = errors / np.sqrt((errors**2).mean(1, keepdims=True))
    # curves of the covariance that the shapes have
    draws = np.random.default_rng(0).normal(size=(N_DRAWS, len(shapes)))
    size = np.abs(draws @ shapes).mean(1)
    return float(size.std() / size.mean())


def scores_of(error: Array, score: Array, large: Array) -> dict[str, float]:
    """Correlations with the error, and what is caught."""
    limit = np.quantile(score[~large], 1 - FALSE_ALARMS)
    return {
        "r": float(pearsonr(score, error)[0]),
        "rho": float(spearmanr(score, error)[0]),
        "caught": float((score[large] > limit).mean()) if large.any() else np.nan,
        "large": float(large.mean()),
        "n": float(len(error)),
    }


def ceilings(error: Array, learnt: Array, noise: float) -> dict[str, float]:
    """r of the true scales, and of the learnt ones if they were true."""
    v = noise**2
    c2 = float(error.var() / error.mean() ** 2)
    scale = float(learnt.var() / learnt.mean() ** 2)
    told = max((c2 + 1) / (1 + v) - 1, 0.0)
    return {
        SCALES: float(np.sqrt(scale / ((scale + 1) * (1 + v) - 1))),
        IDEAL: float(np.sqrt(told / c2)),
    }


def rows_of(
    name: str, by: str, seed: int, parts: Sequence[Mapping[str, Any]]
) -> list[Row]:
    """Return a row for every sign, and for the ceilings, of datasets together."""
    errors = [np.array(one["error"]) for one in parts]
    large = np.concatenate([one > LARGE * np.median(one) for one in errors])
    error = np.concatenate(errors)
    cost = Cost(sum(one["cost"]["cpu_s"] for one in parts))
    found, score = [], error
    for sign in parts[0]["scores"]:
        score = np.concatenate([one["scores"][sign] for one in parts])
        metrics = scores_of(error, score, large)
        found.append(Row(name, by, sign, seed, metrics, cost))
        if sign == "product of all":
            learnt = score
    noise = float(np.mean([one["noise"] for one in parts]))
    for limit, r in ceilings(error, learnt, noise).items():
        found.append(Row(name, by, limit, seed, {"r": r, "n": float(len(error))}))
    return found


def shipped() -> list[Row]:
    """Return a row for every sign that the shipped model keeps."""
    model = default_model()
    order = np.argsort(model.unseen_["rows"])
    error = model.unseen_["error"][order].astype(float)
    groups = model.known_["groups"]
    scores = dict(zip(SIGNS, model.known_["signs"].astype(float).T))
    products = {}
    for name in list(PRODUCTS)[:2]:
        products[name] = np.empty_like(error)
        for fold in expected_error.folds(groups):
            learnt, new = (
                {key: one[some] for key, one in scores.items()}
                for some in (~fold, fold)
            )
            pair, some = (learnt, new), PRODUCTS[name]
            products[name][fold] = product(pair, some, error[~fold])
    large = error > LARGE * np.median(error)
    rows = [
        Row("nine-metals", "compound", name, 0, scores_of(error, score, large))
        for name, score in (scores | products).items()
    ]
    for split, kept in model.meta_["verdict"]["follows"].items():
        told = {"r": kept["r"], "caught": kept["caught"]}
        told["in vain"] = kept["false_alarms"]
        rows.append(Row("nine-metals", split, "expected error of a verdict", 0, told))
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser("What foretells the error of a site, and how well it could.")
    options.add_argument("--metals", nargs="+", default=list(METALS), metavar="NAME")
    options.add_argument("--splits", nargs="+", default=list(SPLITS), metavar="SPLIT")
    options.add_argument("--keep", metavar="FOLDER", help="of runs that are done")
    options.add_argument("--shipped", action="store_true", help="what is kept alone")
    args = options.parse_args()
    if args.shipped:
        publish("difficulty", shipped(), COLUMNS, args)
        return
    seeds = args.seeds[:1] if args.quick else args.seeds
    items = [(by, seed) for by in args.splits for seed in seeds]
    found: dict[str, list[dict[str, Any]]] = {}
    for metal in args.metals:
        name = CORPUS + metal if metal in METALS else metal
        data = described(load(name), DESCRIPTOR)[0]
        keep = None
        if args.keep:
            settings = [data.fingerprint(), args.quick]
            keep = checkpoint_file(f"{args.keep}/difficulty-{name}", settings)
        work = partial(one_run, data, args.quick)
        keys = [f"{by} {seed}" for by, seed in items]
        found[name] = resumable_map(work, items, keys, checkpoint=keep, label=name)
    rows = []
    for i, (by, seed) in enumerate(items):
        for name, runs in found.items():
            rows += rows_of(name, by, seed, [runs[i]])
        if len(found) > 1:
            rows += rows_of("all", by, seed, [runs[i] for runs in found.values()])
    notes = ["quick run: few members and epochs"] * args.quick
    publish("difficulty", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
