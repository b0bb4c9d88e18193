"""Sites and their spectra on one energy grid: hold, narrow and describe them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np

from xnet_lite import sketch
from xnet_lite.arrays import Array, Labels, floats
from xnet_lite.errors import InputError, one_of, shortened, within
from xnet_lite.faces import Face
from xnet_lite.structures import Site

#: sets of features that are kept for the next who asks
KEPT = 8
#: spectra that the small picture of a dataset is made of, at most
MOST_DRAWN = 4000
#: class and settings of a descriptor
Key = tuple[Any, str]


class Describer(Protocol):
    """What makes features of sites: any `descriptors.Descriptor`."""

    def transform(self, sites: Sequence[Site]) -> Array:
        """Return features (n_sites, n_features)."""
        ...

    def config(self) -> dict[str, Any]:
        """Return all that the features depend on, ready for JSON."""
        ...


class _Made(NamedTuple):
    """Which descriptor made some features, and of which structures."""

    key: Key
    marks: Labels  # (n_sites,)
    features: Array


@dataclass(frozen=True, eq=False, repr=False)
class XASDataset(Face):
    """Absorbing sites, their spectra on one energy grid, and what is known of them.

    Attributes
    ----------
    name : str
        Name under which `load` finds it.
    energy : ndarray, shape (n_energies,)
        eV, increasing; relative to `meta["e0"]` when `meta["energy_reference"]`
        is "e0", as it stands in the files when it is "absolute".
    spectra : ndarray, shape (n_sites, n_energies)
        Absorption in the unit of `meta["units"]`.
    sites : sequence of Site, optional
        Structures, where the set has them.
    features : ndarray, shape (n_sites, n_features), optional
        Features that come with the set.
    labels : mapping of str to ndarray, shape (n_sites,)
        One value per site; "compound" is what grouped splits keep together.
    meta : mapping
        Facts about the whole set, storable as JSON.
    spectra_low : ndarray, shape (n_sites, n_energies), optional
        Absorption of the same sites at a cheaper level of theory.

    Raises
    ------
    InputError
        When shapes disagree, the grid does not increase or a value is not finite.

    Example
    -------
    >>> XASDataset("two", np.arange(3.0), np.ones((2, 3)))[[1]].spectra.shape
    (1, 3)
    """

    name: str
    energy: Array
    spectra: Array
    sites: Sequence[Site] | None = None
    features: Array | None = None
    labels: Mapping[str, Labels] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    spectra_low: Array | None = None
    _made: _Made | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Store float64 arrays and check that they belong together."""
        put = object.__setattr__
        for name in ("energy", "spectra", "features", "spectra_low"):
            value = getattr(self, name)
            needed = name in ("energy", "spectra")
            none = value is None and not needed
            put(self, name, None if none else floats(f"{name} of {self.name!r}", value))
        for name in ("labels", "meta"):
            if not isinstance(getattr(self, name), Mapping):
                raise InputError(f"{name} of {self.name!r} is no mapping: give one")
        labels = {key: np.asarray(value) for key, value in self.labels.items()}
        put(self, "labels", labels)
        put(self, "meta", dict(self.meta))
        if self._made is not None and self._made.features is not self.features:
            put(self, "_made", None)
        _check(self)

    def __len__(self) -> int:
        """Return the number of sites."""
        return len(self.spectra)

    def __getitem__(self, index: Any) -> XASDataset:
        """Return the subset at an index array, a mask, a slice or one position."""
        chosen = np.atleast_1d(np.arange(len(self))[index])
        features, made = _rows(self.features, chosen), self._made
        if made is not None and features is not None:
            made = _Made(made.key, made.marks[chosen], features)
        return replace(
            self,
            spectra=self.spectra[chosen],
            sites=None if self.sites is None else [self.sites[i] for i in chosen],
            features=features,
            _made=made,
            spectra_low=_rows(self.spectra_low, chosen),
            labels={key: value[chosen] for key, value in self.labels.items()},
        )

    def where(self, **labels: Any) -> XASDataset:
        """Return the sites with these labels.

        A set of several absorbers that is narrowed to one metal knows its absorber
        and its edge energy afterwards.

        Parameters
        ----------
        **labels
            Name and value, or several values, of labels that the set has.

        Raises
        ------
        InputError
            For a label that is not there, or values that no site has; the message
            lists what there is.

        Example
        -------
        >>> labels = {"metal": np.array(["Fe", "V"])}
        >>> both = XASDataset("two", np.arange(3.0), np.ones((2, 3)), labels=labels)
        >>> both.where(metal="Fe").meta["absorber"]
        'Fe'
        """
        kept = np.ones(len(self), dtype=bool)
        for key, values in labels.items():
            one_of(f"in {self.name!r} the label", key, sorted(self.labels))
            kept &= np.isin(self.labels[key], np.atleast_1d(values))
        if not kept.any():
            there = {key: sorted(map(str, set(self.labels[key]))) for key in labels}
            raise InputError(
                f"no site of {self.name!r} has {labels}; the labels are "
                + "; ".join(f"{k}: {', '.join(v[:12])}" for k, v in there.items())
            )
        found = self[kept]
        metals, energies = (set(found.labels.get(key, ())) for key in ("metal", "e0"))
        facts: dict[str, Any] = {}
        if len(metals) == 1:
            facts["absorber"] = str(*metals)
            facts |= {"e0": float(*energies)} if len(energies) == 1 else {}
        return replace(found, meta={**found.meta, **facts})

    def of_absorber(self, absorber: str) -> XASDataset:
        """Return the sites of one absorber, where the set has several; else the set.

        Parameters
        ----------
        absorber : str
            Element; a set of one absorber is returned whatever is asked for.

        Raises
        ------
        InputError
            For a set of several, of which none is the one asked for.

        Example
        -------
        >>> from ase import Atoms
        >>> sites = [Site(Atoms(metal), 0) for metal in ("Fe", "V")]
        >>> len(XASDataset("two", [0.0, 1.0], np.ones((2, 2)), sites).of_absorber("V"))
        1
        """
        metals = [site.absorber for site in self.sites or ()]
        if len(set(metals)) < 2:
            return self
        one_of(f"in {self.name!r} the absorber", absorber, sorted(set(metals)))
        return self[np.array(metals) == absorber]

    def sample(self, n: int | None, seed: int = 0) -> XASDataset:
        """Return at most n sites drawn by chance, in their order; all for None.

        Raises
        ------
        InputError
            If n is below 1.

        Example
        -------
        >>> len(XASDataset("ten", np.arange(3.0), np.ones((10, 3))).sample(4))
        4
        """
        within("[1, inf)", whole=True, optional=True, n=n)
        drawn = np.random.default_rng(seed).permutation(len(self))[:n]
        return self[np.sort(drawn)]

    def described(self, descriptor: Describer) -> XASDataset:
        """Return the dataset with a descriptor's features of its sites.

        The last few answers are kept in memory and found again by the structures and
        by the descriptor's class and settings. A subset of a described dataset keeps
        the features that it has, to the last bit.

        Parameters
        ----------
        descriptor : Descriptor

        Raises
        ------
        InputError
            If there are no structures.

        Example
        -------
        >>> from ase import Atoms
        >>> from xnet_lite.descriptors import WACSF
        >>> sites = [Site(Atoms("FeO", [[0, 0, 0], [0, 0, 2.0]]), 0)]
        >>> one = XASDataset("one", [0.0, 1.0], [[0.0, 1.0]], sites)
        >>> one.described(WACSF()).features.shape
        (1, 97)
        """
        key, made = _key(descriptor), self._made
        if self.sites is None:
            if made is not None and made.key == key:
                return self
            raise InputError(
                f"{self.name!r} has no structures to describe: give a dataset that has"
            )
        marks = np.array([_mark(site) for site in self.sites])
        if made is not None and made.key == key and (made.marks == marks).all():
            return self
        # a copy: what is done to it must not reach who asks next
        asked = _Asked(key, marks.tobytes(), descriptor, self.sites)
        features = np.array(_features(asked), dtype=float)
        return replace(self, features=features, _made=_Made(key, marks, features))

    def fingerprint(self) -> str:
        """Return 16 hex digits that change with any spectrum, structure or feature.

        Features that follow from the structures, as `described` makes them, count not.

        Example
        -------
        >>> len(XASDataset("one", [0.0, 1.0], [[0.0, 1.0]]).fingerprint())
        16
        """
        digest = hashlib.sha256(repr(self.groups.tolist()).encode())
        arrays = [self.energy, self.spectra]
        if self.features is not None and (self._made is None or self.sites is None):
            arrays.append(self.features)
        for site in self.sites or ():
            atoms = site.atoms
            arrays += [atoms.numbers, atoms.positions, atoms.cell[:], atoms.pbc]
            digest.update(f"{site.absorber_index} {site.edge}".encode())
        for array in arrays:
            digest.update(repr(array.shape).encode() + array.tobytes())
        return digest.hexdigest()[:16]

    @property
    def groups(self) -> Labels:
        """Compound of each site, shape (n_sites,); each site its own without one."""
        return self.labels.get("compound", np.arange(len(self)))

    def _facts(self) -> dict[str, object]:
        n_compounds, (first, last) = len(np.unique(self.groups)), self.energy[[0, -1]]
        metals = np.unique(self.labels.get("metal", [])).tolist()
        return {
            "name": self.name,
            "title": self.meta.get("title"),
            "holds": f"{len(self)} sites of {n_compounds} compounds",
            "absorber": self.meta.get("absorber") or ", ".join(metals),
            "energies": f"{len(self.energy)}, {first:g} to {last:g} eV",
            "spectra": self.meta.get("units"),
            "structures": "no" if self.sites is None else "yes",
            "features": "no" if self.features is None else self.features.shape[1],
            "labels": ", ".join(self.labels),
        }

    def _line(self) -> str:
        facts = self._facts()
        return f"{self.name}, {facts['holds']}, energies {facts['energies']}"

    def _notes(self) -> list[str]:
        return list(self.meta.get("notes", ()))

    def _sketch(self) -> str:
        """The median spectrum, in bands of half and of nine tenths of all."""
        mu = self.spectra[:: -(-len(self) // MOST_DRAWN)]
        low, lower, middle, upper, high = np.percentile(mu, [5, 25, 50, 75, 95], axis=0)
        bands = [(low, high), (lower, upper)]
        absolute = self.meta.get("energy_reference", "e0") == "absolute"
        unit = "energy / eV" if absolute else "energy from the edge / eV"
        said = {"median; bands: half and 90 % of all": middle}
        return sketch.lines(self.energy, said, bands, x_label=unit, mark=0.0)


@dataclass(frozen=True)
class _Asked:
    """Sites and what describes them, the same for the same features."""

    key: Key
    marks: bytes
    descriptor: Describer = field(compare=False)
    sites: Sequence[Site] = field(compare=False)


@lru_cache(maxsize=KEPT)
def _features(asked: _Asked) -> Array:
    """Features, or those of the same sites by the same descriptor."""
    return asked.descriptor.transform(asked.sites)


def _key(descriptor: Describer) -> Key:
    """Class and settings; what has no settings for JSON is like no other."""
    try:
        return type(descriptor), json.dumps(descriptor.config(), sort_keys=True)
    except (InputError, AttributeError, TypeError):
        return object(), ""


def _mark(site: Site) -> bytes:
    """What tells a site from others: a digest of all that a descriptor can see."""
    atoms = site.atoms
    parts = {**atoms.arrays, "cell": atoms.cell[:], "pbc": atoms.pbc}
    digest = hashlib.sha256(f"{site.absorber_index} {site.edge} {atoms.info}".encode())
    for name in sorted(parts):
        digest.update(f"{name} {parts[name].shape}".encode() + parts[name].tobytes())
    return digest.hexdigest().encode()


def _rows(values: Array | None, chosen: Labels) -> Array | None:
    """The chosen rows, where there are any."""
    return None if values is None else values[chosen]


def _check(dataset: XASDataset) -> None:
    """Refuse a grid that does not grow, and what does not fit it or each other."""
    name, energy = dataset.name, dataset.energy
    if energy.ndim != 1 or len(energy) < 2 or not (np.diff(energy) > 0).all():
        raise InputError(
            f"The energy grid of {name!r} must be one increasing row of numbers in "
            f"eV; it has shape {energy.shape}: sort it and drop repeated points."
        )
    spectra = {"spectra": dataset.spectra, "low-level spectra": dataset.spectra_low}
    for part, values in spectra.items():
        if values is not None and values.shape[1:] != energy.shape:
            raise InputError(
                f"The {part} of {name!r} have shape {values.shape}, expected "
                f"(n_sites, {len(energy)}): resample them on the energy grid."
            )
    parts: dict[str, Any] = {"label " + key: v for key, v in dataset.labels.items()}
    parts |= {"sites": dataset.sites, "features": dataset.features} | spectra
    for part, values in parts.items():
        if values is not None and len(values) != len(dataset):
            raise InputError(
                f"The {part} of {name!r} count {len(values)}, the spectra "
                f"{len(dataset)}; give one for each spectrum."
            )
    if dataset.features is not None and dataset.features.ndim != 2:
        raise InputError(
            f"The features of {name!r} have shape {dataset.features.shape}; give a "
            "table with one row per site."
        )
    odd = [one for one in dataset.sites or () if not isinstance(one, Site)]
    if odd:
        raise InputError(
            f"The sites of {name!r} hold {shortened(odd[0])}; give sites, as read_site "
            "returns them."
        )
    finite = {"energy": energy, "features": dataset.features} | spectra
    for part, values in finite.items():
        if values is not None and not np.isfinite(values).all():
            said = f"The {part} of {name!r} hold values that are not finite"
            raise InputError(f"{said}; drop these sites.")
