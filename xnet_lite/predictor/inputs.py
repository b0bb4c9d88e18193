"""What a predictor is given: sites or their features, and spectra on one grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xnet_lite.arrays import Array
from xnet_lite.descriptors.base import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

#: one site, several, or their features (n_sites, n_features)
Inputs: TypeAlias = "Site | Sequence[Site] | NDArray[Any]"


def to_features(inputs: Inputs, descriptor: Descriptor | None) -> Array:
    """Return features (n_sites, n_features) of sites, or the features given.

    Raises
    ------
    InputError
        If there are sites and no descriptor, or features are no table or not finite.
    """
    if isinstance(inputs, Site):
        inputs = [inputs]
    if not isinstance(inputs, np.ndarray) and _are_sites(inputs):
        if descriptor is None:
            raise InputError(
                "this predictor has no descriptor: give it features, or make it "
                "with one, Predictor(WACSF(), …)"
            )
        inputs = descriptor.transform(inputs)
    features = np.asarray(inputs, dtype=float)
    if features.ndim != 2 or not features.size:
        raise InputError(
            f"features have shape {features.shape}: one row per site is needed"
        )
    if not np.isfinite(features).all():
        row = int(np.flatnonzero(~np.isfinite(features).all(1))[0])
        raise InputError(f"the features of site {row} are not finite: leave it out")
    return features


def summary(inputs: Inputs, n_sites: int) -> dict[str, Any]:
    """Return what is worth knowing of the training set, JSON-able."""
    facts: dict[str, Any] = {"n_sites": n_sites}
    sites = [inputs] if isinstance(inputs, Site) else inputs
    if not isinstance(sites, np.ndarray) and _are_sites(sites):
        facts["names"] = [site.label for site in sites]
        facts["absorbers"] = sorted({site.absorber for site in sites})
        facts["edges"] = sorted({site.edge for site in sites})
    return facts


def check_absorbers(inputs: Inputs, facts: Mapping[str, Any]) -> None:
    """Refuse sites of an element that the training set did not have."""
    known = facts.get("absorbers")
    sites = [inputs] if isinstance(inputs, Site) else inputs
    if not known or isinstance(sites, np.ndarray) or not _are_sites(sites):
        return
    for site in sites:
        if site.absorber not in known:
            raise InputError(
                f"{site.label} has absorber {site.absorber}: the predictor learnt from "
                f"{', '.join(known)}, give it one of these"
            )


def check_spectra(
    features: Array, spectra: ArrayLike, energy: ArrayLike
) -> tuple[Array, Array]:
    """Return spectra and grid in float64, fitting the features and each other."""
    mu, grid = np.asarray(spectra, dtype=float), np.asarray(energy, dtype=float)
    if mu.shape != (len(features), *grid.shape) or grid.ndim != 1:
        raise InputError(
            f"{len(features)} sites, spectra {mu.shape} and energies {grid.shape} do "
            "not fit: give spectra (n_sites, n_energies) and energy (n_energies,)"
        )
    if not (np.isfinite(mu).all() and np.isfinite(grid).all()):
        raise InputError("spectra or energies are not finite: leave those sites out")
    if (np.diff(grid) <= 0).any():
        raise InputError("the energies do not increase: sort them")
    return mu, grid


def _are_sites(inputs: Sequence[Any]) -> bool:
    """Whether a sequence holds sites and not rows of numbers."""
    return len(inputs) > 0 and all(isinstance(site, Site) for site in inputs)
