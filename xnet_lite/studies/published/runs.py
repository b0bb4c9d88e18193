"""The papers' tables as anyone can run them again: their figures, models and split."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np

from xnet_lite import __version__
from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError, one_of
from xnet_lite.faces import Face
from xnet_lite.jobs.recipes import MODELS
from xnet_lite.metrics import peak_parity, relative_spectral_error, summarise
from xnet_lite.predictor import Predictor
from xnet_lite.spectra import broadener

#: builds a predictor that has learnt nothing, for a seed
Untaught = Callable[[int], Predictor]

#: what the papers print: table -> source, doi, what it is, figures by element
PUBLISHED: dict[str, dict[str, Any]] = json.loads(
    files(__package__).joinpath("published_figures.json").read_text(encoding="utf-8")
)
ELEMENTS = ("Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn")
SPLITS = ("random", "cluster")
#: network of the paper in the catalogue
PAPERS = "MLP 2022"
#: network of the review -> its published form in the catalogue
PUBLISHED_AS = {"MLP": "MLP 2024", "CNN": "CNN 2024", "LSTM": "LSTM 2024"}
THEIRS = (PAPERS, *PUBLISHED_AS.values())
#: what runs
BASELINES = ("mean spectrum", "1-NN", "kernel ridge")
NAMES = (*BASELINES, *PUBLISHED_AS, *THEIRS)
#: sites held out by the papers; no more than this share where a set is small
N_TEST, MOST_TEST = 250, 0.2
#: sets whose spectra are broadened by an arctangent as they come
BROADENED = "tmqm-k-"
#: sets that we made ourselves
OWN = "tm-complexes-k-"
#: eV; the papers print no window, their largest ΔE of 5.33 eV lies inside this one
PEAK_WINDOW = 6.0
#: name of a column -> key of `metrics.summarise`
COLUMNS = {
    "median": "a_median",
    "upper_quartile": "a_q75",
    "lower_quartile": "a_q25",
    "iqr": "a_iqr",
    "mean": "a_mean",
    "p90": "a_p90",
    "skewness": "a_skew",
    "median_pointwise": "b_median",
}


@dataclass(frozen=True, eq=False, repr=False)
class Trial(Face):
    """One model on one split: what it predicted for the sites held out.

    Attributes
    ----------
    model, split : str
        Name of the model, and how sites were held out.
    seed : int
        Of split and training.
    train, test : int array (n_train,), (n_test,)
        Rows of the dataset.
    spectra_pred, spectra : array (n_test, n_energies)
    energy : array (n_energies,)
        Energy from the edge, eV.
    mean_spectrum : array (n_energies,)
        Of the training spectra.
    seconds : float
        CPU time of the training.
    """

    model: str
    split: str
    seed: int
    train: Ints
    test: Ints
    spectra_pred: Array
    spectra: Array
    energy: Array
    mean_spectrum: Array
    seconds: float

    @property
    def errors(self) -> Array:
        """Relative spectral error of each held-out site, (n_test,), percent."""
        return relative_spectral_error(self.spectra_pred, self.spectra)

    def scores(self) -> dict[str, Any]:
        """Return the columns of all tables: as the spectra come, and broadened."""
        pred, true, energy = self.spectra_pred, self.spectra, self.energy
        smooth = broadener(energy)
        return {
            "model": self.model,
            "split": self.split,
            "seed": self.seed,
            "n_train": len(self.train),
            "n_test": len(self.test),
            "seconds": round(self.seconds, 2),
            "as_given": columns(pred, true, energy),
            "broadened": columns(smooth(pred), smooth(true), energy),
        }


def entrants(
    epochs: int | None = None, published_epochs: int | None = None
) -> dict[str, Untaught]:
    """Return every model of the tables: three baselines, ours, and the published ones.

    Parameters
    ----------
    epochs, published_epochs : int, optional
        Passes of our networks and of the published ones; those of the catalogue
        without.

    Returns
    -------
    dict of str to callable
        From a seed to a predictor.

    Example
    -------
    >>> list(entrants())[:4]
    ['mean spectrum', '1-NN', 'kernel ridge', 'MLP']
    """
    found: dict[str, Untaught] = {}
    for name in NAMES:
        wanted = published_epochs if name in THEIRS else epochs
        changes: dict[str, Any] = {} if wanted is None else {"epochs": wanted}
        found[name] = partial(MODELS[name].predictor, **changes)
    return found


def public_or_own(
    element: str, n_sites: int | None = None, *, own: bool = True
) -> tuple[XASDataset, str]:
    """Return the papers' set of an element, or ours where it cannot be had.

    Parameters
    ----------
    element : str
        One of `ELEMENTS`.
    n_sites : int, optional
        Most sites, always the same ones; all of them without.
    own : bool
        Take the relaxed complexes of `tm-complexes-k` where the public set is neither
        here nor can be downloaded; False raises there.

    Returns
    -------
    dataset : XASDataset
        With features: 97 symmetry functions.
    sentence : str
        Which set it is, and why.

    Raises
    ------
    InputError
        For another element, or if the public set cannot be had and `own` is False.
    """
    one_of("element", element, ELEMENTS)
    name, stand_in = f"{BROADENED}{element.lower()}", f"{OWN}{element.lower()}"
    try:
        return load(name).sample(n_sites), f"{name}, the papers' own set as of 2024"
    except InputError as error:
        if not own:
            raise
        why = str(error)
    dataset = load(stand_in)
    dataset = dataset[~dataset.labels["displaced"]].sample(n_sites)
    return dataset.described(WACSF()), (
        f"{stand_in}, other complexes with spectra of our own engine, stands in for "
        f"{name}, which cannot be had: {why}"
    )


def compete(
    dataset: XASDataset, models: Mapping[str, Untaught], by: str, seed: int
) -> Iterable[Trial]:
    """Teach every model on one split, and yield what it predicts for the rest."""
    n_test = min(N_TEST, round(MOST_TEST * len(dataset)))
    train, test = split(dataset, n_test, by=by, seed=seed)
    taught, asked = dataset[train], dataset[test]
    for name, build in models.items():
        start = time.process_time()
        predictor = build(seed).fit(taught)
        seconds = time.process_time() - start
        pred = predictor.predict(asked)
        made = pred, asked.spectra, asked.energy, predictor.mean_spectrum_, seconds
        yield Trial(name, by, seed, train, test, *made)


def published_row(
    dataset: XASDataset,
    models: Mapping[str, Untaught] | None = None,
    *,
    splits: Sequence[str] = SPLITS,
    seeds: Sequence[int] = (0,),
    see: Callable[[Trial], Any] = lambda _: None,
) -> dict[str, Any]:
    """Train every model on every split and return an element's row of the tables.

    Parameters
    ----------
    dataset : XASDataset
        With features; its `meta` names the absorber.
    models : mapping of str to callable, optional
        By name, from a seed to a predictor; `entrants()` without.
    splits : sequence of str
        As `datasets.split` names them; 250 sites are held out, or a fifth where that
        is fewer.
    seeds : sequence of int
        Of splits and training.
    see : callable
        Given every `Trial` as it ends.

    Returns
    -------
    dict
        JSON-able: element, dataset, whether its spectra came broadened, the inputs
        that it hangs on, and the scores of every trial.
    """
    models = entrants() if models is None else models
    scores = []
    for seed, by in product(seeds, splits):
        for trial in compete(dataset, models, by, seed):
            see(trial)
            scores.append(trial.scores())
    return {
        "element": str(dataset.meta["absorber"]),
        "dataset": dataset.name,
        "n_sites": len(dataset),
        "came_broadened": dataset.name.startswith(BROADENED),
        "inputs": inputs_of(dataset, models, splits, seeds),
        "trials": scores,
    }


def inputs_of(
    dataset: XASDataset,
    models: Mapping[str, Untaught],
    splits: Sequence[str],
    seeds: Sequence[int],
) -> dict[str, Any]:
    """Return what a row hangs on, JSON-able: equal inputs make an equal row."""
    return {
        "version": __version__,
        "fingerprint": dataset.fingerprint(),
        "splits": list(splits),
        "seeds": list(seeds),
        "models": {name: _facts(build(0)) for name, build in models.items()},
    }


def _facts(predictor: Predictor) -> str:
    """A recipe in one line: its network or baseline, and how it is trained."""
    model = predictor.model
    kind = getattr(model, "func", model)
    name = getattr(kind, "__qualname__", type(kind).__qualname__)
    if predictor.config is None:
        return name
    settings = getattr(model, "keywords", {}) | asdict(predictor.config)
    words = ", ".join(f"{key} {value}" for key, value in sorted(settings.items()))
    return f"{name} of {type(predictor.scaler).__name__}: {words}"


def columns(
    spectra_pred: Array, spectra: Array, energy: Array
) -> dict[str, float | None]:
    """Return the columns of all tables for some predictions.

    Parameters
    ----------
    spectra_pred, spectra : array (n_sites, n_energies)
    energy : array (n_energies,)
        eV.

    Returns
    -------
    dict of str to float or None
        `median, upper_quartile, lower_quartile, iqr, mean, p90, skewness` of metric A
        and `median_pointwise` of metric B, percent; `peak_mean, peak_max, peak_std` of
        peaks matched within `PEAK_WINDOW`, eV, and their `peak_r2`; `hit_rate`, the
        share of true peaks that were predicted, and `real_rate`, that of predicted
        peaks that are true. None for what is no number.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, Tables I and II.
    Differs: see `metrics.summarise` and `metrics.peak_parity`; the window is wider than
    theirs by default, so that an error as large as the paper's largest can occur. The
    paper has no `real_rate`: without it noise, which has a peak everywhere, hits all.

    Example
    -------
    >>> energy = np.linspace(0, 10, 101)
    >>> true, pred = (np.exp(-((energy - center) ** 2))[None] for center in (4, 5))
    >>> columns(pred, true, energy)["peak_mean"]
    1.0
    """
    summary = summarise(spectra_pred, spectra)
    parity = peak_parity(spectra_pred, spectra, energy, window=PEAK_WINDOW)
    turned = peak_parity(spectra, spectra_pred, energy, window=PEAK_WINDOW)
    found = {name: summary[key] for name, key in COLUMNS.items()} | {
        "peak_mean": parity.mean_error,
        "peak_max": parity.max_error,
        "peak_std": parity.std,
        "peak_r2": parity.r2,
        "hit_rate": parity.hit_rate,
        "real_rate": turned.hit_rate,
    }
    return {
        name: float(value) if np.isfinite(value) else None
        for name, value in found.items()
    }
