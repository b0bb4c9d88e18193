"""One's own structures and spectra: a folder or a table becomes a dataset."""

import hashlib
import json
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from xnet_lite.arrays import Arrays
from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.footing import (
    TABULATED,
    UNITS,
    Candidate,
    Footing,
    on_one_footing,
)
from xnet_lite.datasets.pairing import TABLES, Pair, Pairing, paired
from xnet_lite.datasets.public.parsed import kept
from xnet_lite.datasets.public.remote import cache_folder
from xnet_lite.datasets.saved import META, read_dataset
from xnet_lite.errors import Doubt, InputError
from xnet_lite.spectra import Spectrum, read_spectrum
from xnet_lite.structures import Site, read_site
from xnet_lite.structures.site import is_index
from xnet_lite.texts import MOST
from xnet_lite.writing import sha256

#: raise it when the same files would give another dataset
VERSION = 1
#: sentences about files in the notes of a dataset, the most frequent ones
MOST_NOTES = 12


class _Read(NamedTuple):
    """What the two files of a pair hold."""

    pair: Pair
    site: Site
    spectrum: Spectrum


def is_own(name: str) -> bool:
    """Whether a name is the path of a folder, or of a table, that is there.

    Example
    -------
    >>> is_own("tm-complexes-k-fe")
    False
    """
    path = Path(name).expanduser()
    try:
        table = path.suffix.lower() in TABLES and path.is_file()
        return bool(name) and (table or path.is_dir())
    except (OSError, ValueError):  # a name that no file can have
        return False


def whole_path(name: str) -> str:
    """Return the path of a folder or a table as it is seen from anywhere."""
    return str(Path(name).expanduser().resolve())


def load_own(name: str) -> XASDataset:
    """Load a folder or a table of structures and spectra, or a saved dataset.

    Files are paired by `pairing.paired` and spectra put on one footing by
    `footing.on_one_footing`. What came of it is kept in the cache under a hash of all
    contents, and read from there as long as no file changes.

    Parameters
    ----------
    name : str
        Path of a folder, of a CSV, TSV or JSON, or of what `save_dataset` wrote.

    Returns
    -------
    XASDataset
        `meta["report"]` tells what was paired, what is left out and why, and what was
        assumed, which is in `meta["notes"]` too. Labels e0 (eV), what a table says
        (compound …), and metal where several elements absorb.

    Raises
    ------
    InputError
        If no pair can be used.
    """
    path = Path(whole_path(name))
    if (path / META).is_file():
        return replace(read_dataset(path), name=str(path))
    pairing = paired(path)
    place = cache_folder() / "parsed" / f"own-{_stamp(pairing)}"
    return replace(kept(place, lambda: _dataset(pairing)), name=str(path))


def own_files(name: str) -> list[Path]:
    """Return the files that a folder or a table of one's own pairs."""
    path = Path(whole_path(name))
    if (path / META).is_file():
        return sorted(file for file in path.iterdir() if file.is_file())
    pairs = paired(path).pairs
    return sorted({file for pair in pairs for file in (pair.structure, pair.spectrum)})


def _stamp(pairing: Pairing) -> str:
    """16 digits that change with the contents of any file and with what is asked."""
    facts = [VERSION, pairing.rules, pairing.skipped, dict(pairing.settings)]
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode())
    for pair in pairing.pairs:
        files = pair.structure, pair.spectrum
        said = pair._replace(structure=Path(), spectrum=Path())
        called = [(pairing.called(file), _hash(file)) for file in files]
        digest.update(f"{said} {called}".encode())
    return digest.hexdigest()[:16]


def _hash(path: Path) -> str:
    """SHA-256 of a file; the size of one too large to be read, else nothing."""
    try:
        if not path.is_file():
            return ""
        size = path.stat().st_size
        return f"{size}" if size > MOST else sha256(path.read_bytes())
    except (OSError, ValueError):
        return ""


def _dataset(pairing: Pairing) -> XASDataset:
    """Read every pair, and put the spectra on one footing."""
    settings, skipped = pairing.settings, dict(pairing.skipped)
    read = {one.pair.name: one for one in _each(pairing, skipped)}
    scans = [
        Candidate(name, one.spectrum, one.site.absorber, one.pair.e0)
        for name, one in read.items()
    ]
    e0, grid = settings.get("e0", TABULATED), settings.get("grid")
    footing = on_one_footing(scans, e0=e0, grid=grid)
    for name, why in footing.skipped.items():
        skipped[pairing.called(read[name].pair.spectrum)] = why
    used = [read[scan.name] for scan in footing.scans]
    if not used:
        last = next(reversed(skipped.items()), ("", ""))
        raise InputError(
            f"{pairing.root}: none of {len(pairing.pairs)} pairs can be used "
            f"({last[0]}: {last[1]})"
        )
    elements = sorted({one.site.absorber for one in used})
    notes = [*pairing.rules, *_alike(used), *footing.notes, *_said_of_files(used)]
    if len(elements) > 1:
        notes.append(f"{', '.join(elements)} absorb: the label metal tells which")
    labels = _labels(used, footing, len(elements) > 1)
    return XASDataset(
        pairing.root.name,
        footing.energy,
        footing.spectra,
        sites=[one.site for one in used],
        labels=labels,
        meta={
            "title": f"own structures and spectra, {pairing.root.name}",
            "absorber": elements[0] if len(elements) == 1 else "",
            "edge": used[0].site.edge,
            "e0": float(np.median(labels["e0"])) if len(elements) == 1 else None,
            "energy_reference": "e0",
            "units": UNITS,
            "notes": notes,
            "report": _report(used, pairing, skipped, notes),
        },
    )


def _each(pairing: Pairing, skipped: dict[str, str]) -> list[_Read]:
    """The sites and spectra that can be read and do not contradict each other."""
    read, given = [], pairing.settings.get("absorber")
    edge = str(pairing.settings.get("edge", "K"))
    for pair in pairing.pairs:
        file = pair.spectrum
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Doubt)  # it is in the notes too
                spectrum = read_spectrum(file)
            absorber = pair.absorber or given or spectrum.absorber or None
            file = pair.structure
            site = read_site(file, absorber, edge, frame=pair.frame)
            file = pair.spectrum
            if spectrum.absorber not in ("", site.absorber):
                raise InputError(
                    f"is of {spectrum.absorber}, the structure's absorber is "
                    f"{site.absorber}: give a column absorber"
                )
        except InputError as error:
            skipped[pairing.called(file)] = str(error).removeprefix(f"{file.name}: ")
        else:
            spectrum = replace(spectrum, edge=edge)
            read.append(_Read(pair, _as_kept(site, pair.name), spectrum))
    return read


def _as_kept(site: Site, name: str) -> Site:
    """The site as `save_dataset` keeps it, so that first and later readings agree."""
    atoms = site.atoms.copy()
    atoms.positions = np.round(atoms.positions, 6)
    atoms.cell = np.round(atoms.cell.array, 8)
    return replace(site, atoms=atoms, name=name)


def _alike(read: Sequence[_Read]) -> list[str]:
    """Sentences on absorbers that were chosen, and on structures that come twice."""
    several = [
        one.pair.name
        for one in read
        if not is_index(one.pair.absorber or "")
        and list(one.site.atoms.symbols).count(one.site.absorber) > 1
    ]
    marks = [_hash(one.pair.structure) for one in read]
    twins = [
        one.pair.name
        for one, mark in zip(read, marks, strict=True)
        if marks.count(mark) > 1 and not one.pair.labels.get("compound")
    ]
    return [
        f"{len(names)} of {len(read)} pairs ({names[0]} first) have {what}"
        for names, what in (
            (
                several,
                "several such atoms: the first absorbs, a column absorber with "
                "an index would tell",
            ),
            (
                twins,
                "the same structure as another: a column compound would keep "
                "them on one side of a split",
            ),
        )
        if names
    ]


def _said_of_files(read: Sequence[_Read]) -> list[str]:
    """What readers assumed, each sentence once with the number of its files."""
    first: dict[tuple[str, str], list[str]] = {}
    for one in read:
        structure, spectrum = one.site.notes, one.spectrum.meta.get("notes", ())
        for what, notes in (("structures", structure), ("spectra", spectrum)):
            for note in notes:
                first.setdefault((what, str(note)), []).append(one.pair.name)
    often = sorted(first.items(), key=lambda item: -len(item[1]))
    told = [
        f"{len(names)} of {len(read)} {what} ({names[0]} first): {note}"
        for (what, note), names in often[:MOST_NOTES]
    ]
    more = len(often) - len(told)
    return told + ([f"and {more} more kinds of notes on files"] if more else [])


def _labels(read: Sequence[_Read], footing: Footing, several: bool) -> Arrays:
    """Labels of the sites: edge energy, element, and what the table says."""
    labels: dict[str, list[Any]] = {"e0": [scan.zero for scan in footing.scans]}
    if several:
        labels["metal"] = [one.site.absorber for one in read]
    for key in dict.fromkeys(key for one in read for key in one.pair.labels):
        labels[key] = [one.pair.labels.get(key, "") for one in read]
    return {key: np.array(values) for key, values in labels.items()}


def _report(
    read: Sequence[_Read], pairing: Pairing, skipped: dict[str, str], notes: list[str]
) -> dict[str, Any]:
    """What was paired, what is left out and why, and what was assumed."""
    return {
        "files": [
            {
                "name": one.pair.name,
                "structure": pairing.called(one.pair.structure),
                "spectrum": pairing.called(one.pair.spectrum),
                "absorber": f"{one.site.absorber}[{one.site.absorber_index}]",
            }
            for one in read
        ],
        "skipped": [{"file": file, "why": why} for file, why in skipped.items()],
        "notes": notes,
    }
