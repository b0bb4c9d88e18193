"""What models read of a dataset: a descriptor's features, or those that come ready."""

from collections.abc import Callable, Mapping
from typing import Any

from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import WACSF, Descriptor, descriptor_of
from xnet_lite.errors import InputError

#: features that come with a set -> the descriptor that makes them of a structure
PUBLIC_FEATURES: dict[str, Callable[[], Descriptor]] = {"tmqm-k-": WACSF.xanesnet}


def describer(settings: Mapping[str, Any]) -> Descriptor:
    """Return what `descriptor_of` makes of a mapping; one without a class is a WACSF.

    Example
    -------
    >>> describer({"class": "WACSF", "n_g4": 0}).n_features
    33
    """
    return descriptor_of({"class": "WACSF"} | dict(settings))


def described(
    dataset: XASDataset, settings: Mapping[str, Any]
) -> tuple[XASDataset, Descriptor | None]:
    """Return a dataset with features to learn from, and what makes them of a structure.

    Features that come with a set without structures are taken as they are; their
    descriptor is None where nobody knows it.

    Raises
    ------
    InputError
        If the set has neither structures nor features.

    Example
    -------
    >>> one = XASDataset("one", [0.0, 1.0], [[0.0, 1.0]], features=[[2.0]])
    >>> described(one, {})[0].features
    array([[2.]])
    """
    if dataset.sites is not None:
        descriptor = describer(settings)
        return dataset.described(descriptor), descriptor
    if dataset.features is None:
        said = f"{dataset.name!r} has neither structures nor features to learn from"
        raise InputError(f"{said}: choose another dataset")
    for start, make in PUBLIC_FEATURES.items():
        if dataset.name.startswith(start):
            return dataset, make()
    return dataset, None
