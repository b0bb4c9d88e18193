"""A trained model on sites it never saw, beside baselines taught with the same ones."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from xnet_lite import metrics
from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, load
from xnet_lite.errors import Doubt, InputError, one_of
from xnet_lite.faces import Face
from xnet_lite.jobs.features import described
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.recipes import BASELINES, MODELS
from xnet_lite.jobs.teaching import Prepared, held_out, teach
from xnet_lite.metrics import Translation
from xnet_lite.models.band import Band
from xnet_lite.predictor import Predictor
from xnet_lite.predictor.inputs import check_grid
from xnet_lite.spectra import NORMALISED_ABOVE, broadener, unit_mean
from xnet_lite.tables import Table, number

#: sites, below which medians and their order are chance
FEW = 10
HELD_OUT, ALL = "held-out", "all"
THIS = "this model"
# head of a row -> metric, its factor
ROWS = {
    "A median, %": ("a_median", 1),
    "A IQR, %": ("a_iqr", 1),
    "A mean, %": ("a_mean", 1),
    "A p90, %": ("a_p90", 1),
    "B median, %": ("b_median", 1),
    "MSE, 1e-3": ("mse", 1e3),
    "R²": ("r2", 1),
    "Spearman": ("spearman", 1),
    "eta": ("eta", 1),
    "peaks off by, eV": ("peak_energy_error", 1),
    "peaks found, %": ("peak_hit_rate", 100),
    "in ±2σ, %": ("coverage_2_all", 100),
    "spectra ±2σ, %": ("coverage_2_median", 100),
}


@dataclass(frozen=True, repr=False)
class Evaluation(Face):
    """A trained model and baselines on the same sites.

    Attributes
    ----------
    metrics : mapping of str to mapping of str to float
        By model, the model itself first: what `metrics.summarise` gives.
    translation : sequence of Translation
        The model's predictions by every metric in print, as they are and broadened.
    notes : sequence of str
        Which sites these are, and what was done to compare them.
    """

    metrics: dict[str, dict[str, float]]
    translation: list[Translation]
    notes: list[str]

    def rows(self) -> list[dict[str, str]]:
        """Return all metrics of all models as a table shows them, a metric a row."""
        return [
            {"metric": head}
            | {
                model: _cell(factor * values.get(key, np.nan))
                for model, values in self.metrics.items()
            }
            for head, (key, factor) in ROWS.items()
        ]

    def translated(self) -> list[dict[str, str]]:
        """Return the metric translator as a table shows it."""
        return [
            {
                "metric": " ".join(filter(None, (one.metric, one.unit))),
                "as predicted": _cell(one.value),
                "broadened": _cell(one.broadened),
                "used in": one.used_in,
            }
            for one in self.translation
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON; None where a metric has no value."""
        return {
            "metrics": {model: _finite(one) for model, one in self.metrics.items()},
            "translation": [_finite(asdict(one)) for one in self.translation],
            "notes": self.notes,
        }

    def _facts(self) -> dict[str, object]:
        return {name: f"{one['a_median']:.2f} %" for name, one in self.metrics.items()}

    def _repr_html_(self) -> str:
        return Table(self.rows(), note="; ".join(self.notes))._repr_html_()


def evaluate(
    predictor: Predictor, dataset: XASDataset, which: str = HELD_OUT
) -> Evaluation:
    """Score a trained model and baselines that learnt from the same sites.

    Parameters
    ----------
    predictor : Predictor
        As `jobs.teach` trains it.
    dataset : XASDataset
        The set it learnt from, or another one on the same energies.
    which : {"held-out", "all"}
        Sites of its own set: those it never saw, or all of them. Of another set all
        are taken.

    Raises
    ------
    InputError
        If the model has no held-out sites, energies differ, or elements are unknown.
    """
    own = predictor.meta_.get("fingerprint") == dataset.fingerprint()
    known = dataset if own else load(str(predictor.meta_.get("dataset", "")))
    job, ready = held_out(predictor, known)
    rows, notes = _rows(job, ready, dataset, which, own)
    if len(rows) < FEW:
        warnings.warn(
            f"{len(rows)} sites are too few to tell models apart: hold out more, give "
            "more sites, or average over splits",
            Doubt,
            stacklevel=2,
        )
    rescale, more = _footing(predictor, dataset)
    models = {THIS: predictor} | {
        name: _baseline(job, ready, name) for name in BASELINES if name != job.model
    }
    sites = dataset[rows]
    return Evaluation(
        {name: _summary(one, sites, rescale) for name, one in models.items()},
        _translation(predictor, sites, rescale),
        [f"{job.model} that learnt from {job.data}", *notes, *more],
    )


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values with None for those that are no number."""
    odd = {k for k, v in values.items() if isinstance(v, float) and not np.isfinite(v)}
    return {key: None if key in odd else value for key, value in values.items()}


def _cell(value: float | None) -> str:
    """A number as tables show it: three figures, two of a small one."""
    if value is not None and abs(value) < 0.1:
        return f"{value:.2g}"
    return number(value, 3 if value is None or abs(value) < 1 else 2)


def _baseline(job: TrainingJob, ready: Prepared, model: str) -> Predictor:
    """A baseline taught with the same sites, with features that it can use."""
    plain = replace(job, model=model, hyperparameters={}, training={}, start="")
    if job.recipe.reads_structures:
        plain = replace(plain, descriptor=MODELS[model].descriptor)
        data, descriptor = described(ready.dataset, plain.descriptor)
        ready = replace(ready, dataset=data, descriptor=descriptor)
    return teach(plain, ready)


def _rows(
    job: TrainingJob, ready: Prepared, dataset: XASDataset, which: str, own: bool
) -> tuple[Ints, list[str]]:
    """Which sites are scored, and what a reader should know of them."""
    everything = np.arange(len(dataset))
    if not own:
        return everything, [f"all {len(dataset)} sites of {dataset.name}"]
    if which == ALL:
        said = f"all {len(dataset)} sites, of which it learnt {len(ready.train)}"
        return everything, [f"{said}: no measure of what it does with new ones"]
    one_of("split", which, (HELD_OUT, ALL))
    if not len(ready.test):
        what = "the model learnt from every site and held none out: give --split all"
        raise InputError(f"{what}, another dataset, or train with --hold-out 0.2")
    alone = job.split == "compound" and "compound" not in dataset.labels
    how = "at random, it names no compounds" if alone else f"by {job.split}"
    said = f"{len(ready.test)} of {len(dataset)} sites held out {how}, seed {job.seed}"
    return ready.test, [said]


def _footing(
    predictor: Predictor, dataset: XASDataset
) -> tuple[Callable[[Array], Array], list[str]]:
    """How spectra are scaled before they are compared, and the sentence about it."""
    check_grid(dataset, predictor.energy_)
    energy, theirs = dataset.energy, dataset.meta.get("units", "")
    if predictor.meta_.get("units", "") == theirs or energy[0] > NORMALISED_ABOVE:
        return lambda spectra: spectra, []
    said = f"each spectrum divided by its mean above {NORMALISED_ABOVE:g} eV"
    return partial(unit_mean, energy), [said]


def _summary(
    model: Predictor, dataset: XASDataset, rescale: Callable[[Array], Array]
) -> dict[str, float]:
    """Every metric of one model."""
    members = rescale(model.predict_members(dataset))
    return metrics.summarise(
        members.mean(0),
        rescale(dataset.spectra),
        energy=model.energy_,
        mean_spectrum=rescale(model.mean_spectrum_),
        spectra_std=Band.of_members(members).std if len(members) > 1 else None,
    )


def _translation(
    model: Predictor, dataset: XASDataset, rescale: Callable[[Array], Array]
) -> list[Translation]:
    """The predictions by every metric; broadened where energies are from the edge."""
    energy = model.energy_
    return metrics.translate(
        rescale(model.predict(dataset)),
        rescale(dataset.spectra),
        broaden=broadener(energy) if energy[0] <= NORMALISED_ABOVE else None,
        energy=energy,
        mean_spectrum=rescale(model.mean_spectrum_),
    )
