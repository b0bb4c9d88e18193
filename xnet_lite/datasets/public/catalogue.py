"""What is known of each public dataset: origin, licence, citation, files, hashes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from xnet_lite.datasets.public.remote import RemoteFile

CATALOGUE = "public_files.json"


@dataclass(frozen=True)
class PublicSet:
    """One public dataset.

    Attributes
    ----------
    name, title : str
        Name under which `load` finds it; one line about it.
    element, edge : str
        Absorber ("" when several) and edge.
    e0 : float or None
        Tabulated edge energy, eV; None when there are several absorbers.
    n_sites : int or None
        None where the files were never seen whole by the makers of the catalogue.
    licence, citation, origin : str
        Terms, what to cite, and address of the repository at its commit.
    files : tuple of RemoteFile
        Everything `load` reads.
    """

    name: str
    title: str
    element: str
    edge: str
    e0: float | None
    n_sites: int | None
    licence: str
    citation: str
    origin: str
    files: tuple[RemoteFile, ...]

    def meta(self, **facts: Any) -> dict[str, Any]:
        """Return what a dataset's meta always says, with the facts of one reader.

        Parameters
        ----------
        **facts
            What the reader knows: energy_reference, units, skipped …

        Returns
        -------
        dict
        """
        return {
            "title": self.title,
            "absorber": self.element,
            "edge": self.edge,
            "e0": self.e0,
            "licence": self.licence,
            "citation": self.citation,
            "origin": self.origin,
            **facts,
        }


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
    name: str, entry: Mapping[str, Any], source: Mapping[str, str]
) -> PublicSet:
    """Build one public set."""
    repo, commit = source["repo"], source["commit"]
    members = tuple(spell_members(entry.get("members", {})))
    remote = tuple(
        RemoteFile(
            repo,
            commit,
            folder + file,
            tuple(digests.split()),
            entry.get("url", ""),
            members,
        )
        for folder, listed in entry["files"].items()
        for file, digests in listed.items()
    )
    return PublicSet(
        name=name,
        title=entry["title"],
        element=entry["element"],
        edge=entry["edge"],
        e0=entry["e0"],
        n_sites=entry["n_sites"],
        licence=source["licence"],
        citation=source["citation"],
        origin=f"https://github.com/{repo}/tree/{commit}",
        files=remote,
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
        names += [
            record["spectrum"].format(material=material, number=n) for n in numbers
        ]
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
