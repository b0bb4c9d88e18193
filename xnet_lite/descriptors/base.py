"""What every descriptor is, and what they share: the cutoff and the grids."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from xnet_lite.descriptors.sums.elements import (
    Weight,
    channel_labels,
    channel_weights,
    element_weights,
    weights_of,
)
from xnet_lite.descriptors.sums.pair_sums import PairTerms, pair_sums
from xnet_lite.descriptors.sums.paths import PathRules, Paths, walk
from xnet_lite.descriptors.sums.sums import (
    Array,
    Ints,
    Workspace,
    gaussians,
    radial_sums,
    runs,
)
from xnet_lite.descriptors.sums.torch_sums import symmetry_sums
from xnet_lite.errors import InputError
from xnet_lite.structures import NeighborBatch, Site, stack_neighbors

__all__ = [
    "Array",
    "Descriptor",
    "Ints",
    "NeighborSums",
    "PairTerms",
    "PathRules",
    "Paths",
    "Weight",
    "Workspace",
    "channel_labels",
    "channel_weights",
    "check_sites",
    "cosine_cutoff",
    "element_weights",
    "gaussian_grid",
    "gaussians",
    "pair_sums",
    "radial_sums",
    "runs",
    "symmetry_sums",
    "walk",
    "weights_of",
]


#: sites whose neighbors are held at a time
SITES_AT_ONCE = 128


class Descriptor(ABC):
    """A map from a site to a vector of features; subclass it and give `describe`.

    Set `n_features` and `feature_names` (class attributes, in `__init__`, or as
    properties). Constructor arguments are stored under their own names: then `config`
    and `from_config`, by which a predictor is saved and loaded, need no line of code.

    Example
    -------
    >>> class CoordinationNumber(Descriptor):
    ...     n_features, feature_names = 1, ["neighbors within 3 Å"]
    ...     def describe(self, site):
    ...         return np.array([float(len(neighbors(site, 3.0)))])
    >>> from ase import Atoms
    >>> from xnet_lite.structures import Site, neighbors
    >>> site = Site(Atoms("FeO", [[0, 0, 0], [2.1, 0, 0]]), 0)
    >>> CoordinationNumber().transform([site, site]).tolist()
    [[1.0], [1.0]]
    """

    n_features: int
    feature_names: list[str]

    @abstractmethod
    def describe(self, site: Site) -> Array:
        """Return the features of one site, (n_features,) float64."""

    def transform(self, sites: Sequence[Site]) -> Array:
        """Return the features of all sites, (n_sites, n_features) float64.

        A subclass that can describe many sites at once overrides this.
        """
        check_sites(sites)
        rows = [np.asarray(self.describe(site), dtype=float) for site in sites]
        return np.array(rows).reshape(len(rows), self.n_features)

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments, ready for JSON."""
        names = inspect.signature(type(self)).parameters
        return {name: _plain(name, getattr(self, name)) for name in names}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Descriptor:
        """Build a descriptor from what `config` returned, also after JSON.

        Raises
        ------
        InputError
            For an argument that this descriptor lacks, or a value it cannot use.
        """
        known = inspect.signature(cls).parameters
        for name in config:
            if name not in known:
                raise InputError(
                    f"{cls.__name__} has no argument {name!r}, "
                    f"it takes {', '.join(known) or 'none'}"
                )
        try:
            return cls(**{name: _tuples(value) for name, value in config.items()})
        except TypeError as error:
            raise InputError(
                f"{cls.__name__} cannot be built from {dict(config)}: {error}"
            ) from error


class NeighborSums(Descriptor):
    """A descriptor of sums over neighbors, many sites at once; give `_batch`."""

    cutoff: float

    @cached_property
    def n_features(self) -> int:  # type: ignore[override]
        """Length of the vector."""
        return len(self.feature_names)

    def describe(self, site: Site) -> Array:
        """Return the features of one site, (n_features,) float64."""
        return self.transform([site])[0]

    def transform(self, sites: Sequence[Site]) -> Array:
        """Return the features of all sites, (n_sites, n_features) float64.

        A site's features do not depend on the others, to rounding.

        Raises
        ------
        InputError
            For a single site, or an element that a weight has no value for.
        """
        check_sites(sites)
        features = np.empty((len(sites), self.n_features))
        for start in range(0, len(sites), SITES_AT_ONCE):
            rows = slice(start, start + SITES_AT_ONCE)
            features[rows] = self._batch(stack_neighbors(sites[rows], self.cutoff))
        return features

    @abstractmethod
    def _batch(self, batch: NeighborBatch) -> Array:
        """Features of the sites of one batch, (n_sites, n_features)."""


def check_sites(sites: Sequence[Site]) -> None:
    """Refuse one site where a sequence of sites is meant.

    Raises
    ------
    InputError
        For a single `Site`.
    """
    if isinstance(sites, Site):
        raise InputError(
            "transform takes a sequence of sites and got one site, call describe"
        )


def cosine_cutoff(distances: Array, cutoff: float) -> Array:
    """Return the weight that fades from 1 at the absorber to 0 at the cutoff.

    ½ (cos(π r / cutoff) + 1) up to the cutoff, 0 beyond it.

    Parameters
    ----------
    distances : ndarray (...)
        Å.
    cutoff : float
        Å.

    Returns
    -------
    ndarray (...)
        Dimensionless, 0 to 1.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, eq. 5.
    Differs: nothing.

    Example
    -------
    >>> cosine_cutoff(np.array([0.0, 3.0, 6.0, 8.0]), 6.0).round(12).tolist()
    [1.0, 0.5, 0.0, 0.0]
    """
    inside = np.minimum(distances / cutoff, 1.0)
    return 0.5 * (np.cos(np.pi * inside) + 1.0)


def gaussian_grid(kind: str, first: float, last: float, n: int) -> tuple[Array, Array]:
    """Return the widths and the centers of n Gaussians exp(−η (r − r_shift)²).

    On points r_i from first to last, "shifted" puts one Gaussian on each point, with
    η = 1/(2 Δr²); "centred" puts all on the absorber, with η_i = 1/(2 r_i²).

    Parameters
    ----------
    kind : {"shifted", "centred"}
    first, last : float
        Ends of the grid of points, Å.
    n : int
        How many.

    Returns
    -------
    eta : ndarray (n,)
        Å⁻².
    r_shift : ndarray (n,)
        Å.

    Raises
    ------
    InputError
        For another kind, for a grid that does not grow, or for a single shifted one.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, eqs 6 and 7.
    Differs: nothing.

    Example
    -------
    >>> [a.tolist() for a in gaussian_grid("shifted", 0.5, 5.5, 2)]
    [[0.02, 0.02], [0.5, 5.5]]
    """
    if kind not in ("shifted", "centred"):
        raise InputError(f"grid {kind!r} is not known, give 'shifted' or 'centred'")
    if n and not 0 < first < last:
        raise InputError(
            f"a grid from {first:g} to {last:g} Å does not grow, give a larger cutoff "
            "or another r_min"
        )
    points = np.linspace(first, last, n, dtype=np.float64)
    if kind == "centred":
        return 1 / (2 * points**2), np.zeros(n)
    if n == 1:
        raise InputError("one shifted Gaussian has no spacing, ask for two or more")
    spacing = (last - first) / (n - 1) if n else 1.0
    return np.full(n, 1 / (2 * spacing**2)), points


def _plain(name: str, value: Any) -> Any:
    """The value as JSON can hold it."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(name, item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise InputError(
        f"{name}={value!r} cannot be saved: give a number, a text, a list, a mapping, "
        "or override config and from_config"
    )


def _tuples(value: Any) -> Any:
    """The value with every list made a tuple, as constructors take them."""
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value
