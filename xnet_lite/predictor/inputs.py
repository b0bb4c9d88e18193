"""What a predictor is given: a dataset, or sites or features and their spectra."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Labels, floats
from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors.base import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

#: a dataset, one site, several, or their features (n_sites, n_features)
Inputs: TypeAlias = "XASDataset | Site | Sequence[Site] | Labels"
#: eV by which the grids of two datasets may differ
SAME_ENERGY = 0.02


def lesson(
    inputs: Inputs,
    spectra: ArrayLike | None,
    energy: ArrayLike | None,
    groups: ArrayLike | None = None,
) -> tuple[Array, Array, ArrayLike | None]:
    """Return spectra, energies and groups: those given, or else the dataset's.

    Raises
    ------
    InputError
        If there are none, or a dataset has other energies than those given.
    """
    if isinstance(inputs, XASDataset):
        if energy is not None:
            check_grid(inputs, energy)
        spectra = inputs.spectra if spectra is None else spectra
        energy = inputs.energy if energy is None else energy
        groups = inputs.groups if groups is None else groups
    if spectra is None or energy is None:
        said = "sites or features come without spectra"
        raise InputError(f"{said}: give spectra and energy beside them, or a dataset")
    return floats("spectra", spectra), floats("energy", energy), groups


def check_grid(dataset: XASDataset, energy: ArrayLike) -> None:
    """Refuse a dataset whose energies are not those of a model."""
    grid, theirs = floats("energy", energy), dataset.energy
    if grid.shape != theirs.shape or not np.allclose(grid, theirs, atol=SAME_ENERGY):
        raise InputError(
            f"{dataset.name!r} has {len(theirs)} energies from {theirs[0]:g} to "
            f"{theirs[-1]:g} eV, the model {len(grid)} from {grid[0]:g} to "
            f"{grid[-1]:g}: choose a dataset on the same ones"
        )


def to_features(
    inputs: Inputs, descriptor: Descriptor | None, n_features: int | None = None
) -> Array:
    """Return features (n_sites, n_features): made of the sites, or else those given.

    Of a dataset, `XASDataset.described` makes them where there are a descriptor and
    structures; its own features are taken where there are not.

    Raises
    ------
    InputError
        If there are sites and no descriptor, a dataset has neither, or features are no
        table, not finite, or not as many as were learnt from, where that is given.
    """
    found: Any = inputs
    sites = sites_of(inputs)
    if isinstance(inputs, XASDataset):
        if sites and descriptor is not None:
            inputs = inputs.described(descriptor)
        if inputs.features is None:
            missing = "features" if descriptor is None else "structures"
            raise InputError(
                f"{inputs.name!r} has no {missing}: a predictor with a descriptor "
                "needs structures, one without needs features"
            )
        found = inputs.features
    elif sites:
        if descriptor is None:
            said = "this predictor has no descriptor: give it features"
            raise InputError(f"{said}, or make it with one, Predictor(WACSF(), …)")
        found = descriptor.transform(sites)
    features = floats("sites or their features", found)
    if features.ndim != 2 or not features.size:
        raise InputError(f"features have shape {features.shape}: give one row per site")
    if n_features not in (None, features.shape[1]):
        raise InputError(
            f"there are {features.shape[1]} features a site, the predictor learnt "
            f"from {n_features}: use the same descriptor"
        )
    if not np.isfinite(features).all():
        row = int(np.flatnonzero(~np.isfinite(features).all(1))[0])
        raise InputError(f"the features of site {row} are not finite: leave it out")
    return features


def summary(inputs: Inputs, n_sites: int) -> dict[str, Any]:
    """Return what is worth knowing of the training set, JSON-able."""
    facts: dict[str, Any] = {"n_sites": n_sites}
    sites, of_dataset = sites_of(inputs), isinstance(inputs, XASDataset)
    if isinstance(inputs, XASDataset):
        known = inputs.meta
        facts |= {
            "dataset": inputs.name,
            "energy_reference": known.get("energy_reference", "e0"),
            "e0": known.get("e0"),
            "units": known.get("units", ""),
            "absorbers": [known["absorber"]] if known.get("absorber") else [],
            "edges": [known.get("edge", "K")],
        }
    if sites:
        facts["names"] = [(of_dataset and site.name) or site.label for site in sites]
        facts["absorbers"] = sorted({site.absorber for site in sites})
        facts["edges"] = sorted({site.edge for site in sites})
    return facts


def check_absorbers(inputs: Inputs, facts: Mapping[str, Any]) -> None:
    """Refuse sites of an element that the training set did not have."""
    known = facts.get("absorbers")
    for site in sites_of(inputs):
        if known and site.absorber not in known:
            raise InputError(
                f"{site.label} has absorber {site.absorber}: the predictor learnt from "
                f"{', '.join(known)}, give it one of these"
            )


def sites_of(inputs: Inputs) -> Sequence[Site]:
    """Return the structures among the inputs; none of rows of numbers."""
    if isinstance(inputs, XASDataset):
        return inputs.sites or ()
    if isinstance(inputs, Site):
        return [inputs]
    if isinstance(inputs, np.ndarray):
        return ()
    if not isinstance(inputs, Sequence):
        return ()
    return inputs if all(isinstance(site, Site) for site in inputs) else ()
