"""What a training job can name: models, descriptors, and features that come ready."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import WACSF, Descriptor, descriptor_of
from xnet_lite.errors import InputError
from xnet_lite.models import (
    CNN,
    GNN,
    LSTM,
    MLP,
    ARDKernelRidge,
    KernelRidge,
    MeanSpectrum,
    NearestNeighbor,
    Regressor,
    Ridge,
    SpectrumModel,
)
from xnet_lite.preprocessing import FeatureScaler

# what a person types -> what learns
NETWORKS: dict[str, Callable[..., SpectrumModel]] = {
    "mlp": MLP,
    "cnn": CNN,
    "lstm": LSTM,
    "gnn": GNN,
}
BASELINES: dict[str, type[Regressor]] = {
    "mean": MeanSpectrum,
    "1nn": NearestNeighbor,
    "ridge": Ridge,
    "krr": KernelRidge,
    "ard": ARDKernelRidge,
}
# what a person reads
TITLES = {
    "mean": "mean spectrum",
    "1nn": "nearest neighbor",
    "ridge": "ridge",
    "krr": "kernel ridge",
    "ard": "ARD kernel ridge",
    "mlp": "MLP",
    "cnn": "CNN",
    "lstm": "LSTM",
    "gnn": "graph network",
}
# reads structures, not sums over their atoms
READS_STRUCTURES = "gnn"
# narrower and shorter than the library's own recipe: fifteen of these vote as well as
# one wide network and train in seconds
DEFAULTS: dict[str, dict[str, Any]] = {"mlp": {"hidden": [256, 256], "n_waves": 0}}
# networks that vote: the slower ones are fewer
MEMBERS, SLOWER = 15, {"lstm": 5, "gnn": 5}
TRAINING: dict[str, Any] = {"epochs": 50, "learning_rate": 2e-3}
# the nearest shells, with elements told apart: molecules that nobody built are larger
# than those of the embedded set, and further shells teach what does not transfer (see
# `benchmarks.transfer`)
DESCRIPTOR: dict[str, Any] = {
    "class": "WACSF",
    "cutoff": 4.5,
    "elements": [
        "H",
        "C",
        "N",
        ["O", "F"],
        ["Si", "P", "S", "Cl", "Se", "Br", "I"],
    ],
}
GRAPH: dict[str, Any] = {"class": "NeighborGraph"}
# inputs on which a network is tried: enough for convolutions, a graph of 12 neighbors
TRIAL_WIDTH = 91
# least spread of a feature that counts, as a share of the largest: shells of elements
# that are rare here must not shout when a molecule of somebody's own is full of them
SITE_FLOOR = 0.1
# features that come with a set -> the descriptor that makes them of a structure
PUBLIC_FEATURES: dict[str, Callable[[], Descriptor]] = {"tmqm-k-": WACSF.xanesnet}


def learner(model: str, hyperparameters: Mapping[str, Any]) -> Any:
    """Return a network's builder, or a baseline yet to learn.

    Parameters
    ----------
    model : str
        One of `NETWORKS` and `BASELINES`.
    hyperparameters : mapping
        Its arguments; a network has those of `DEFAULTS` where none are given.

    Raises
    ------
    InputError
        For a model or an argument that does not exist, or a value it cannot use.

    Example
    -------
    >>> learner("ard", {"steps": 10}).steps
    10
    """
    given = dict(hyperparameters)
    if model in NETWORKS:
        network = NETWORKS[model]
        _check_names(model, list(inspect.signature(network).parameters)[2:], given)
        build = partial(network, **(DEFAULTS.get(model, {}) | given))
        _built(model, lambda: build(TRIAL_WIDTH, 1))
        return build
    if model in BASELINES:
        baseline = BASELINES[model]
        _check_names(model, list(inspect.signature(baseline).parameters), given)
        return _built(model, lambda: baseline(**given))
    names = ", ".join([*NETWORKS, *BASELINES])
    raise InputError(f"model {model!r} does not exist: give one of {names}")


def descriptor_for(model: str) -> dict[str, Any]:
    """Return the settings of the descriptor that a model reads by default.

    Example
    -------
    >>> descriptor_for("gnn")
    {'class': 'NeighborGraph'}
    """
    return dict(GRAPH if model == READS_STRUCTURES else DESCRIPTOR)


def hyperparameters_for(
    model: str, hyperparameters: Mapping[str, Any], descriptor: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a model's arguments with what follows from its descriptor.

    Example
    -------
    >>> hyperparameters_for("gnn", {}, {"class": "NeighborGraph", "cutoff": 4.0})
    {'cutoff': 4.0}
    """
    if model == READS_STRUCTURES and "cutoff" in descriptor:
        # what the graph leaves out, the network must let fade
        return {"cutoff": descriptor["cutoff"]} | dict(hyperparameters)
    return dict(hyperparameters)


def scaler_for(model: str, dataset: XASDataset) -> FeatureScaler | None:
    """Return how a model's features are scaled; None is the predictor's own way.

    Raises
    ------
    InputError
        If the model reads structures and the set has none.
    """
    if model == READS_STRUCTURES:
        if dataset.sites is None:
            raise InputError(
                f"model {model!r} reads structures and {dataset.name!r} has none: give "
                "another model, or a dataset with structures"
            )
        return FeatureScaler(power=1.0, standardise=False)
    return None if dataset.sites is None else FeatureScaler(floor=SITE_FLOOR)


def describer(settings: Mapping[str, Any]) -> Descriptor:
    """Return the descriptor of a mapping with its class and its arguments.

    Raises
    ------
    InputError
        For a class or an argument that does not exist.

    Example
    -------
    >>> describer({"class": "WACSF", "n_g4": 0}).n_features
    33
    """
    return descriptor_of({"class": "WACSF"} | dict(settings))


def features_of(
    dataset: XASDataset, settings: Mapping[str, Any]
) -> tuple[np.ndarray, Descriptor | None]:
    """Return features (n_sites, n_features) and what makes them of a structure.

    Features that come with a set without structures are taken as they are; their
    descriptor is None where nobody knows it.

    Raises
    ------
    InputError
        If the set has neither structures nor features.

    Example
    -------
    >>> one = XASDataset("one", [0.0, 1.0], [[0.0, 1.0]], features=[[2.0]])
    >>> features_of(one, {})
    (array([[2.]]), None)
    """
    if dataset.sites is not None:
        descriptor = describer(settings)
        return descriptor.transform(dataset.sites), descriptor
    if dataset.features is None:
        raise InputError(
            f"{dataset.name!r} has neither structures nor features to learn from: "
            "choose another dataset"
        )
    for start, make in PUBLIC_FEATURES.items():
        if dataset.name.startswith(start):
            return dataset.features, make()
    return dataset.features, None


def _check_names(model: str, known: list[str], given: Mapping[str, Any]) -> None:
    """Refuse an argument that a model lacks."""
    for name in given:
        if name not in known:
            raise InputError(
                f"model {model!r} has no hyperparameter {name!r}: it takes "
                f"{', '.join(known) or 'none'}"
            )


def _built(model: str, build: Callable[[], Any]) -> Any:
    """What is built, or a sentence where a value is of a wrong type."""
    try:
        return build()
    except (TypeError, AttributeError) as error:
        raise InputError(
            f"model {model!r} cannot be built from its hyperparameters ({error}): "
            "correct them"
        ) from None
