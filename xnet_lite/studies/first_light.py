"""The first job: train and weigh models, predict with the shipped one, ask physics.

Run it with `xnet-lite first-light`; everything happens offline.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite import __version__, metrics, sketch
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, load
from xnet_lite.datasets.listing import embedded_roots, part_name
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.jobs.default_model import CORPUS, NAME, default_model
from xnet_lite.jobs.prediction import Prediction, predict_site
from xnet_lite.jobs.recipes import BASELINES
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import Level
from xnet_lite.structures import Site
from xnet_lite.studies.scoreboard import Score, compare

#: tris(bipyridine)iron(II): its charge of +2 keeps it out of the embedded set
EXAMPLE = "fe-bpy3.xyz"
MODELS = (*BASELINES, "ARD", "quick MLP")
SEEDS = (0, 1, 2)
# sites that the table is made with: all of them would take minutes
TABLE_SITES = 600
# distance in feature space below which two sites are one
SAME = 1e-3


@dataclass(frozen=True, eq=False, repr=False)
class FirstLight(Face):
    """What the first job found.

    Attributes
    ----------
    prediction : Prediction
        Of the example.
    engine : ndarray, shape (n_energies,)
        The physics of the same site, on the same energies and scale.
    others : mapping of str to ndarray, shape (n_energies,)
        "1-NN" and "mean spectrum" of the training set.
    scores : sequence of Score
        The table.
    facts : mapping of str to str
        What else a reader should know.
    """

    prediction: Prediction
    engine: Array
    others: dict[str, Array]
    scores: list[Score]
    facts: dict[str, str]

    @property
    def errors(self) -> dict[str, float]:
        """Error against the engine, percent: of the prediction and the others."""
        lines = {"prediction": self.prediction.mu} | self.others
        return {
            name: float(metrics.relative_spectral_error(mu[None], self.engine[None])[0])
            for name, mu in lines.items()
        }

    @property
    def is_new(self) -> bool:
        """Whether no training site looks the same to the model."""
        return bool(self.prediction.neighbors[0]["distance"] > SAME)

    @property
    def in_band(self) -> float:
        """Share of the engine's points within ±2σ of the prediction."""
        band = self.prediction.band
        return float("nan") if band is None else float(band.holds(self.engine).mean())

    def as_dict(self) -> dict[str, Any]:
        """Return the prediction as JSON has it, with what stands beside it."""
        return self.prediction.as_dict() | {
            "engine": self.engine.tolist(),
            "errors_percent": self.errors,
            "in_band": self.in_band,
            "table": [score.row() for score in self.scores],
            "facts": self.facts,
        }

    def _facts(self) -> dict[str, object]:
        errors = {name: f"{value:.1f} %" for name, value in self.errors.items()}
        return {"site": self.prediction.site.label, **errors}

    def _sketch(self) -> str:
        curves = {"prediction": self.prediction.mu, "engine": self.engine}
        energy = self.prediction.energy_rel
        return sketch.lines(energy, curves, x_label="energy from the edge / eV")


def example_file() -> Path:
    """Return the structure that ships with the package.

    Raises
    ------
    InputError
        If the package was installed without its data.
    """
    for root in embedded_roots():
        if (root / "examples" / EXAMPLE).is_file():
            return root / "examples" / EXAMPLE
    said = f"the example {EXAMPLE} is missing: give a structure of your own"
    raise InputError(f"{said}, or install the package again")


def first_light(
    site: Site,
    *,
    seeds: Sequence[int] = SEEDS,
    say: Callable[[str], None] = lambda _: None,
) -> FirstLight:
    """Weigh models on the site's element, then predict it beside the engine.

    Models are trained before your eyes; the prediction is that of the default model,
    which is shipped.

    Parameters
    ----------
    site : Site
        What to predict; of an element of the embedded set.
    seeds : sequence of int
        Of the splits of the table.
    say : callable
        Told what is going on.

    Returns
    -------
    FirstLight

    Example
    -------
    >>> from xnet_lite.structures import read_site
    >>> found = first_light(read_site(example_file()))       # doctest: +SKIP
    >>> found.errors["prediction"] < found.errors["mean spectrum"]  # doctest: +SKIP
    True
    """
    start = time.perf_counter()
    dataset = load(part_name(CORPUS, site.absorber))
    n_compounds = len(np.unique(dataset.groups))
    counted = f"{len(dataset)} sites of {n_compounds} complexes"
    say(f"{dataset.name}: {counted}, by our physics")
    scores = compare(dataset.sample(TABLE_SITES), MODELS, seeds, say=say)
    predictor = default_model()
    say(f"predicting {site.name}, and computing it for comparison")
    prediction = predict_site(predictor, site)
    engine = physics(site, predictor)
    others = {
        "1-NN": next(iter(prediction.beside.values())),
        "mean spectrum": dataset.spectra.mean(0),
    }
    seconds = time.perf_counter() - start
    facts = _facts(predictor, dataset, len(seeds), seconds)
    return FirstLight(prediction, engine, others, scores, facts)


def physics(site: Site, predictor: Predictor) -> Array:
    """Return the engine's spectrum on a predictor's energies and scale.

    Parameters
    ----------
    site : Site
    predictor : Predictor
        Trained on spectra of the engine, energies relative to the edge.

    Returns
    -------
    ndarray, shape (n_energies,)
    """
    return Level.of(predictor.energy_)(site)


def _facts(
    predictor: Predictor, dataset: XASDataset, n_splits: int, seconds: float
) -> dict[str, str]:
    """What a reader should know of the numbers."""
    n_compounds = len(np.unique(dataset.groups))
    facts = {
        "training set": f"{dataset.name}, {len(dataset)} sites of {n_compounds} "
        "complexes",
        "split": f"{min(TABLE_SITES, len(dataset))} sites, by complex, 20 % held out, "
        f"{n_splits} times",
        "error": "Σ|predicted − computed| / Σ|computed| of a spectrum",
    }
    kinds = {"out_of_bag": "complexes", "left_out": "ligand families"}
    for key, kind in kinds.items():
        if unseen := predictor.meta_.get(key):
            vote = f"{NAME}, a vote of {predictor.n_members} networks,"
            facts[f"{vote} on {kind} that were left out"] = (
                f"{unseen['a_median']:.2f} % (median), "
                f"{100 * unseen['coverage_2_all']:.0f} % of all points within ±2σ"
            )
    return facts | {"seconds": f"{seconds:.0f}", "xnet-lite": __version__}
