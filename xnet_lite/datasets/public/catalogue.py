"""What is known of each public dataset: origin, licence, citation, files, hashes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.public.remote import RemoteFile

CATALOGUE = "public_files.json"


@dataclass(frozen=True)
class SetFacts:
    """What a line about a dataset says.

    Attributes
    ----------
    name, title : str
        Name under which `load` finds it; one line about it.
    element, edge : str
        Absorber ("" when several) and edge.
    n_sites : int or None
        None when nobody has counted them.
    licence, citation, origin : str
        Terms, what to cite, where it comes from.
    """

    name: str
    title: str
    element: str
    edge: str
    n_sites: int | None
    licence: str
    citation: str
    origin: str


@dataclass(frozen=True)
class PublicSet(SetFacts):
    """One public dataset.

    Attributes
    ----------
    name, title, element, edge, n_sites, licence, citation, origin
        As in `SetFacts`; the origin is the address of the repository at its commit.
    e0 : float or None
        Tabulated edge energy, eV; None when there are several absorbers.
    files : tuple of RemoteFile
        Everything `load` reads.
    """

    e0: float | None
    files: tuple[RemoteFile, ...]

    def dataset(
        self,
        energy: ArrayLike,
        spectra: ArrayLike,
        facts: Mapping[str, Any],
        **parts: Any,
    ) -> XASDataset:
        """Return the set as a dataset whose meta says where it comes from.

        Parameters
        ----------
        energy, spectra
            As in `XASDataset`.
        facts : mapping
            What the reader knows for the meta: energy_reference, units, skipped …
        **parts
            sites, features and labels of the `XASDataset`.
        """
        names = ("title", "edge", "e0", "licence", "citation", "origin")
        own = {name: getattr(self, name) for name in names} | {"absorber": self.element}
        # energies from an edge begin below it
        own["energy_reference"] = "e0" if np.min(energy) < 0 else "absolute"
        meta = own | dict(facts)
        known = np.asarray(energy), np.asarray(spectra)
        return XASDataset(self.name, *known, meta=meta, **parts)


@cache
def public_sets() -> Mapping[str, PublicSet]:
    """Read the catalogue that ships with the package.

    Returns
    -------
    mapping of str to PublicSet
        By name, in the order of the catalogue.

    Example
    -------
    >>> public_sets()["tmqm-k-v"].n_sites
    1439
    """
    text = files(__package__).joinpath(CATALOGUE).read_text(encoding="utf-8")
    return parse_catalogue(json.loads(text))


def parse_catalogue(record: Mapping[str, Any]) -> dict[str, PublicSet]:
    """Build the public sets from the catalogue's JSON.

    Parameters
    ----------
    record : mapping
        Keys "sources" (repo, commit, licence, citation by key) and "datasets".

    Returns
    -------
    dict of str to PublicSet
    """
    return {
        name: _public_set(name, entry, record["sources"][entry["source"]])
        for name, entry in record["datasets"].items()
    }


def _public_set(
    name: str, entry: Mapping[str, Any], source: Mapping[str, Any]
) -> PublicSet:
    """Build one public set."""
    repo, commit = source["repo"], source["commit"]
    members = tuple(spell_members(entry.get("members", {})))
    url = entry.get("url", "")
    return PublicSet(
        name=name,
        **{key: entry[key] for key in ("title", "element", "edge", "e0", "n_sites")},
        **{key: source[key] for key in ("licence", "citation")},
        origin=f"https://github.com/{repo}/tree/{commit}",
        files=tuple(
            RemoteFile(repo, commit, folder + file, tuple(known.split()), url, members)
            for folder, listed in entry["files"].items()
            for file, known in listed.items()
        ),
    )


def spell_members(record: Mapping[str, Any]) -> list[str]:
    """Spell out the members of an archive from the compact list of its sites.

    Parameters
    ----------
    record : mapping
        "sites": lines of a material and the numbers of its sites; "structure" and
        "spectrum": patterns of their paths.

    Returns
    -------
    list of str
        Paths below the archive's top folder.

    Example
    -------
    >>> patterns = {"structure": "{material}/POSCAR", "spectrum": "{number}"}
    >>> spell_members({"sites": ["mp-1 007"], **patterns})
    ['mp-1/POSCAR', '007']
    """
    names = []
    for line in record.get("sites", []):
        material, *numbers = line.split()
        names.append(record["structure"].format(material=material))
        spectrum = record["spectrum"]
        names += [spectrum.format(material=material, number=n) for n in numbers]
    return names


def by_path(entry: PublicSet, paths: list[Path]) -> dict[str, Path]:
    """Pair the files of a set with their local copies.

    Parameters
    ----------
    entry : PublicSet
        The set.
    paths : list of Path
        What `fetch_files(entry.files, …)` returned.

    Returns
    -------
    dict of str to Path
        Local copy by path inside the repository.
    """
    return {file.path: path for file, path in zip(entry.files, paths, strict=True)}


def ending(paths: Mapping[str, Path], end: str) -> Path:
    """Return the local copy of the one file of a set whose path ends like this."""
    return next(path for name, path in paths.items() if name.endswith(end))
