"""What every maker of a dataset shares: where it works, how spectra come, the end."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from xnet_lite import __version__, scattering
from xnet_lite.arrays import Arrays, Labels
from xnet_lite.datasets import XASDataset, save_dataset
from xnet_lite.making.cards import write_card
from xnet_lite.parallel import (
    PROCESSES,
    Scheduler,
    checkpoint_file,
    checkpointed_map,
    one_thread,
    source_digest,
)
from xnet_lite.scattering import Level
from xnet_lite.structures import Site
from xnet_lite.writing import check_folder


@dataclass(frozen=True)
class Workshop:
    """Where a dataset is made, and by how many hands.

    Every finished item is on disk at once, and the next call with the same arguments
    goes on from there to the same bytes. The files depend on the seed and on the
    versions named on the card, not on the number of workers or interruptions.

    Parameters
    ----------
    name : str
        Of the dataset.
    folder : str or Path, optional
        Where the dataset goes; ``data/<name>`` by default.
    workers : int
        Processes, one thread each.
    progress : bool
        Show bars with the time left.
    work_folder : str or Path, optional
        Where the checkpoints go; ``out/making/<name>`` by default.
    scheduler : str, or a client or cluster of Dask
        As in `parallel.opened`, best opened once for all parts.
    """

    name: str
    folder: str | Path | None = None
    workers: int = 2
    progress: bool = True
    work_folder: str | Path | None = None
    scheduler: Scheduler = PROCESSES
    #: what is done so far, a file a part; dropped when all is done
    used: list[Path] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse folders into which nothing can be written, before work is done."""
        check_folder(self.place)
        check_folder(self.checkpoints)

    @property
    def place(self) -> Path:
        """Folder of the dataset."""
        return Path(self.folder or Path("data", self.name))

    @property
    def checkpoints(self) -> Path:
        """Folder of what is done so far."""
        return Path(self.work_folder or Path("out", "making", self.name))

    def map(
        self,
        work: Callable[[Any], Any],
        items: Sequence[Any],
        part: str,
        label: str = "",
        **settings: Any,
    ) -> list[Any]:
        """Work on every item, resumably.

        Parameters
        ----------
        work : callable
            From an item to something storable as JSON.
        items : sequence
            What to work on.
        part : str
            Begins the name of the checkpoint.
        label : str
            What the bar says; the part by default.
        **settings
            Everything that results depend on besides versions of packages.
        """
        path, settings = self.checkpoints / part, settings | {"code": code_versions()}
        self.used.append(checkpoint_file(path, settings))
        return checkpointed_map(
            work,
            items,
            path,
            settings=settings,
            workers=self.workers,
            scheduler=self.scheduler,
            progress=self.progress,
            label=label or part,
        )

    def spectra(
        self, level: Level, sites: Sequence[dict[str, Any]], part: str = "spectra"
    ) -> list[dict[str, Any]]:
        """Compute the absorption of sites.

        Parameters
        ----------
        level : Level
            At which level.
        sites : sequence of dict
            Plain values, see `site_of`.
        part : str
            Begins the name of the checkpoint.

        Returns
        -------
        list of dict
            "e0" [eV] and "mu", to six decimals, one a site.
        """
        return self.map(
            partial(_spectrum, level),
            sites,
            part,
            engine=level.name,
            energy_rel=level.energy_rel.tolist(),
            source=source_digest(scattering),
            structures=structures_digest(sites),
        )

    def dataset(
        self,
        level: Level,
        sites: Sequence[dict[str, Any]],
        spectra: Sequence[dict[str, Any]],
        labels: Mapping[str, Labels],
        **facts: Any,
    ) -> XASDataset:
        """Return the set of sites with labels and their spectra at one level.

        Parameters
        ----------
        level, sites, spectra
            As in `spectra`, and what it returned.
        labels : mapping
            One value a site; the edges come from the spectra.
        **facts
            What its meta says besides `common_meta`.
        """
        return XASDataset(
            name=self.name,
            energy=level.energy_rel,
            spectra=np.array([one["mu"] for one in spectra]),
            sites=[site_of(one) for one in sites],
            labels={**labels, "e0": np.array([one["e0"] for one in spectra])},
            meta=common_meta(level) | facts,
        )

    def finish(self, dataset: XASDataset, card: str, **facts: Any) -> XASDataset:
        """Write a dataset and its card (see `write_card`); drop its checkpoints."""
        save_dataset(dataset, self.place)
        write_card(dataset, self.place, card, **facts)
        for file in self.used:
            file.unlink(missing_ok=True)
        with suppress(OSError):  # what others do there is not ours to drop
            self.checkpoints.rmdir()
        return dataset


def _spectrum(level: Level, one: dict[str, Any]) -> dict[str, Any]:
    """Edge and normalised absorption of one site."""
    spectrum = level.spectrum(site_of(one))
    return {"e0": spectrum.e0, "mu": spectrum.mu.round(6).tolist()}


def site_of(one: dict[str, Any]) -> Site:
    """Return the site of plain values ("numbers", "positions", "name"); atom 0 absorbs.

    With a "cell" it is a crystal.

    Parameters
    ----------
    one : dict
        What makers and checkpoints hand on.
    """
    atoms = Atoms(numbers=one["numbers"], positions=one["positions"])
    if "cell" in one:
        atoms.cell, atoms.pbc = one["cell"], True
    return Site(atoms, 0, name=one["name"])


def plain(atoms: Atoms, name: str, **more: Any) -> dict[str, Any]:
    """Return a structure as the plain values that `site_of` reads."""
    numbers, positions = atoms.numbers.tolist(), atoms.positions.tolist()
    cell = {"cell": atoms.cell[:].tolist()} if atoms.pbc.all() else {}
    return {"numbers": numbers, "positions": positions, "name": name, **cell, **more}


def labels_of(sites: Sequence[dict[str, Any]]) -> Arrays:
    """Return the labels that plain values carry, as one array a key."""
    keys = sites[0]["labels"]
    return {key: np.array([one["labels"][key] for one in sites]) for key in keys}


def cpu_seconds(level: Level, sites: Sequence[dict[str, Any]]) -> float:
    """Return the mean CPU time of a site [s], one thread, atoms' tables read before.

    Parameters
    ----------
    level : Level
    sites : sequence of dict
        Plain values.
    """
    with one_thread():
        level.engine(site_of(sites[0]))
        start = time.process_time()
        for one in sites:
            level.engine(site_of(one))
        return (time.process_time() - start) / len(sites)


def structures_digest(sites: Sequence[dict[str, Any]]) -> str:
    """Hash of structures, part of the name of a checkpoint."""
    keys = ("numbers", "positions", "cell")
    text = repr([tuple(one[key] for key in keys if key in one) for one in sites])
    return hashlib.sha256(text.encode()).hexdigest()


def code_versions() -> dict[str, str]:
    """Return the versions of what the bytes of a dataset depend on."""
    packages = ("ase", "numpy", "rdkit", "scipy", "tblite", "torch")
    return {"xnet-lite": __version__, **{name: version(name) for name in packages}}


def common_meta(level: Level) -> dict[str, Any]:
    """Return the facts about a set whose spectra are of one level."""
    return {
        "edge": "K",
        "energy_reference": "e0",
        "units": level.units,
        "licence": "CC-BY-4.0",
        "citation": "xnet-lite, see CITATION.cff",
        "origin": "made by this package, see CARD.md",
        "engine": level.name,
        "versions": code_versions(),
    }
