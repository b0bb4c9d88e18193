"""What every descriptor is, and what they share: the cutoff and the grids."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from typing_extensions import Self

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, one_of, shortened, within
from xnet_lite.saving import Configured, rebuilt
from xnet_lite.structures import NeighborBatch, Site, stack_neighbors

#: sites whose neighbors are held at a time
SITES_AT_ONCE = 128
#: numbers that stand for a site, at most
MOST_FEATURES = 1_000_000


class Descriptor(Configured, ABC):
    """A map from a site to a vector of features; subclass it and give `describe`.

    Set `feature_names`, and `n_features` where it is not their number (class
    attributes, in `__init__`, or as properties). Constructor arguments are stored under
    their own names: then `config` and `from_config`, by which a predictor is saved and
    loaded, need no line of code. The sum of two has the features of both, see `Joined`.

    Example
    -------
    >>> class CoordinationNumber(Descriptor):
    ...     feature_names = ["neighbors within 3 Å"]
    ...     def describe(self, site):
    ...         return np.array([float(len(neighbors(site, 3.0)))])
    >>> from ase import Atoms
    >>> from xnet_lite.structures import Site, neighbors
    >>> site = Site(Atoms("FeO", [[0, 0, 0], [2.1, 0, 0]]), 0)
    >>> CoordinationNumber().transform([site, site]).tolist()
    [[1.0], [1.0]]
    """

    feature_names: list[str]

    @cached_property
    def n_features(self) -> int:
        """Length of the vector."""
        return len(self.feature_names)

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

    def __add__(self, other: Descriptor) -> Joined:
        """Return the descriptor that has the features of both."""
        return Joined((self, other))

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Build a descriptor from what `config` returned, also after JSON.

        Raises
        ------
        InputError
            For an argument that this descriptor lacks, or a value it cannot use.
        """
        return rebuilt(cls, {name: _tuples(value) for name, value in config.items()})


class NeighborSums(Descriptor):
    """A descriptor of sums over neighbors, many sites at once; give `_batch`."""

    cutoff: float

    def describe(self, site: Site) -> Array:
        """Return the features of one site, (n_features,) float64."""
        return self.transform([site])[0]

    def transform(self, sites: Sequence[Site]) -> Array:
        """Return the features of all sites, (n_sites, n_features) float64.

        A site's features do not depend on the others, to rounding.

        Raises
        ------
        InputError
            For a single site, or an element that is not covered.
        """
        check_sites(sites)
        features = np.empty((len(sites), self.n_features))
        for start in range(0, len(sites), SITES_AT_ONCE):
            rows = slice(start, start + SITES_AT_ONCE)
            features[rows] = self._batch(stack_neighbors(sites[rows], self._reach))
        return features

    @property
    def _reach(self) -> float:
        """Up to where neighbors are looked for, Å."""
        return self.cutoff

    @abstractmethod
    def _batch(self, batch: NeighborBatch) -> Array:
        """Features of the sites of one batch, (n_sites, n_features)."""


class InParentCode(Descriptor):
    """A descriptor that the reference code has too; give its arguments as `THEIRS`."""

    THEIRS: ClassVar[Mapping[str, Any]]

    @classmethod
    def xanesnet(cls, **changes: Any) -> Self:
        """Return the descriptor of the reference code, any argument changed.

        The class says of which version, and what differs.
        """
        return cls(**{**cls.THEIRS, **changes})


@dataclass(frozen=True)
class Joined(Descriptor):
    """Descriptors side by side: all features of the first, of the second, and so on.

    Parameters
    ----------
    parts : sequence of Descriptor or mapping
        One or more; a mapping is what `descriptor_of` takes. Parts of a part that is
        joined itself take its place.

    Raises
    ------
    InputError
        For no part, or something else than a descriptor.

    Example
    -------
    >>> from xnet_lite.descriptors import RDC, WACSF
    >>> both = WACSF(n_g2=0, n_g4=0) + RDC(dr=3.0) + WACSF(cutoff=4.0, n_g2=0, n_g4=0)
    >>> both.feature_names
    ['G1', 'RDC r=0 Å', 'RDC r=3 Å', 'RDC r=6 Å', 'G1 (3)']
    """

    parts: tuple[Descriptor, ...]

    def __post_init__(self) -> None:
        """Build what is described, and put parts of parts into one row."""
        flat: list[Descriptor] = []
        if not isinstance(self.parts, list | tuple):
            raise InputError(f"parts is {shortened(self.parts)}: give a list")
        for part in self.parts:
            made = descriptor_of(part) if isinstance(part, Mapping) else part
            if not isinstance(made, Descriptor):
                raise InputError(f"{made!r} is no descriptor, join descriptors only")
            flat += made.parts if isinstance(made, Joined) else (made,)
        if not flat:
            raise InputError("nothing is joined, give at least one descriptor")
        object.__setattr__(self, "parts", tuple(flat))

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.parts))

    @property
    def cutoff(self) -> float:
        """The largest of the parts' cutoffs, Å; 0 where none has any."""
        return max(getattr(part, "cutoff", 0.0) for part in self.parts)

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """The parts' names; with the number of its part where one was there before."""
        names: list[str] = []
        for number, part in enumerate(self.parts, start=1):
            taken = set(names)
            own = part.feature_names
            names += [f"{name} ({number})" if name in taken else name for name in own]
        return names

    def describe(self, site: Site) -> Array:
        """Return the features of one site, (n_features,) float64."""
        return np.concatenate([part.describe(site) for part in self.parts])

    def transform(self, sites: Sequence[Site]) -> Array:
        """Return the features of all sites, (n_sites, n_features) float64."""
        return np.hstack([part.transform(sites) for part in self.parts])

    def config(self) -> dict[str, Any]:
        """Return the parts' classes and arguments, ready for JSON."""
        parts = [{"class": type(part).__name__} | part.config() for part in self.parts]
        return {"parts": parts}


def descriptor_of(
    settings: Mapping[str, Any], known: Mapping[str, Any] | None = None
) -> Descriptor:
    """Return the descriptor of a mapping with its class and its arguments.

    Parameters
    ----------
    settings : mapping
        "class", a name, and the arguments that `Descriptor.config` returned.
    known : mapping of str to type or Descriptor, optional
        Classes by name, or ready descriptors; without it, those of this package.

    Raises
    ------
    InputError
        For a class or an argument that does not exist.

    Example
    -------
    >>> descriptor_of({"class": "Joined", "parts": [{"class": "RDC"}]}).n_features
    121
    """
    given = dict(settings) if isinstance(settings, Mapping) else {"class": settings}
    name = given.pop("class", None)
    shipped = {kind.__name__: kind for kind in _shipped()}
    kind: Any = (shipped if known is None else known).get(str(name))
    if isinstance(kind, Descriptor):
        return kind
    if not (isinstance(kind, type) and issubclass(kind, Descriptor)):
        other = "" if known is None else f", or the class, load(…, classes=[{name}])"
        said = f"descriptor {name!r} does not exist"
        raise InputError(f"{said}: give one of {', '.join(sorted(shipped))}{other}")
    if kind is Joined and isinstance(given.get("parts"), list | tuple):
        given["parts"] = [descriptor_of(part, known) for part in given["parts"]]
    return kind.from_config(given)


def _shipped(kind: type[Descriptor] = Descriptor) -> Iterator[type[Descriptor]]:
    """This package's own descriptors below a class."""
    for below in kind.__subclasses__():
        if below.__module__.startswith(f"{__package__}."):
            yield from () if inspect.isabstract(below) else (below,)
            yield from _shipped(below)


def check_sites(sites: Sequence[Site]) -> None:
    """Refuse one site where a sequence of sites is meant, by an `InputError`."""
    if isinstance(sites, Site):
        raise InputError("transform takes a sequence of sites, for one call describe")
    many = isinstance(sites, Sequence) and not isinstance(sites, str)
    odd = (
        next((one for one in sites if not isinstance(one, Site)), None)
        if many
        else sites
    )
    if odd is not None or not many:
        raise InputError(f"{shortened(odd)} is no site: give sites, as read_site does")


def check_length(n_features: float, remedy: str) -> None:
    """Refuse a vector of more numbers than anything could be learnt from.

    Raises
    ------
    InputError
        With the number and the remedy.
    """
    if n_features > MOST_FEATURES:
        raise InputError(
            f"a site would have {n_features:.3g} features, more than the "
            f"{MOST_FEATURES:.0e} that can be learnt from: {remedy}"
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
    one_of("grid", kind, ("shifted", "centred"))
    within("(-inf, inf)", first_point=first, last_point=last)
    if n and not 0 < first < last:
        said = f"a grid from {first:g} to {last:g} Å does not grow"
        raise InputError(f"{said}, give a larger cutoff or another r_min")
    points = np.linspace(first, last, n, dtype=np.float64)
    if kind == "centred":
        return 1 / (2 * points**2), np.zeros(n)
    if n == 1:
        raise InputError("one shifted Gaussian has no spacing, ask for two or more")
    spacing = (last - first) / (n - 1) if n else 1.0
    return np.full(n, 1 / (2 * spacing**2)), points


def _tuples(value: Any) -> Any:
    """The value with every list made a tuple, as constructors take them."""
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value
