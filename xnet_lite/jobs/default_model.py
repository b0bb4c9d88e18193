"""The model that predicts where none is named: one network for nine metals, shipped."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from xnet_lite.datasets import DatasetInfo, list_datasets
from xnet_lite.errors import InputError
from xnet_lite.jobs.features import PUBLIC_FEATURES
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.predictor import Network, Predictor
from xnet_lite.structures import Site

#: its name, in every output, and that of its folder
NAME = "nine-metals"
CORPUS = "tm-complexes-k"


def default_job() -> TrainingJob:
    """Return how the default model is trained.

    Every site teaches every member: what the model does with new compounds is told by
    members that are trained anew with those left out.

    Example
    -------
    >>> default_job().data, default_job().model
    ('tm-complexes-k', 'GNN')
    """
    return TrainingJob(
        CORPUS,
        "GNN",
        members=5,
        resampled=False,
        hold_out=0.0,
        hyperparameters={"loss": "relative"},
        training={"mixed_precision": True},
    )


def shipped_folder(name: str = NAME) -> Path:
    """Return where a model lies that comes with the package."""
    return Path(__file__).resolve().parents[1] / "_models" / name


@lru_cache(maxsize=1)
def default_model() -> Predictor:
    """Return the model that comes with the package; it is read once.

    Returns
    -------
    Predictor
        `meta_["out_of_bag"]` tells how it does with new compounds.

    Raises
    ------
    InputError
        If the package was installed without it.
    """
    folder = shipped_folder()
    if not folder.is_dir():
        raise InputError(
            f"the model {NAME!r} is missing in {folder.parent}: install the package "
            "again, or train one with `xnet-lite train`"
        )
    return Predictor.load(folder)


def made_small(predictor: Predictor) -> Predictor:
    """Keep weights and known spectra to three digits, places to seven.

    Parameters
    ----------
    predictor : Predictor
        With a network; it is changed, and returned.
    """
    if isinstance(predictor.regressor_, Network):
        predictor.regressor_.round_weights()
    if (places := predictor.places_) is not None:
        places.known_ = places.known_.astype(np.float32)
    for name, array in predictor.known_.items():
        if array.dtype.kind == "f":
            predictor.known_[name] = array.astype(np.float16)
    return predictor


def check_known(site: Site) -> None:
    """Refuse an element or an edge that the default model does not know.

    Parameters
    ----------
    site : Site

    Raises
    ------
    InputError
        With the element, what the default model knows, and where to learn the other.
    """
    meta = default_model().meta_
    known, edges = meta["absorbers"], meta["edges"]
    if site.absorber in known and site.edge in edges:
        return
    names = [
        one.name
        for one in list_datasets()
        if (one.element, one.edge) == (site.absorber, site.edge) and _describable(one)
    ]
    there = f"datasets with {site.absorber}: {', '.join(names) or 'none here'}"
    raise InputError(
        f"{site.label}: the default model knows {', '.join(known)} only ({there}): "
        f"train one with `xnet-lite train --data {names[0] if names else 'NAME'} "
        "--out my-model` and add `--model my-model`, or `xnet-lite simulate` the file"
    )


def _describable(one: DatasetInfo) -> bool:
    """Whether a model of this dataset can predict from a structure."""
    return "structures" in one.title or one.name.startswith(tuple(PUBLIC_FEATURES))
