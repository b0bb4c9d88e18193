"""Many sites at once: a line of JSON each, a table, an average, and what failed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.jobs.default_model import NAME
from xnet_lite.jobs.prediction import Prediction, predict_sites
from xnet_lite.jobs.teaching import taught
from xnet_lite.parallel.maps import append_lines, one_thread, progress_bar, read_lines
from xnet_lite.predictor import Predictor
from xnet_lite.structures import Site, read_sites
from xnet_lite.tables import Table

#: of every atom of an element that the model knows, or of every frame
ALL = "all"
#: files that a folder is searched for; others are taken where they are named
SUFFIXES = (".xyz", ".extxyz", ".cif", ".vasp", ".poscar", ".gen", ".pdb", ".mol")
# sites predicted together
_CHUNK = 64


@dataclass(frozen=True, eq=False, repr=False)
class Many(Face):
    """What was predicted of many sites.

    Attributes
    ----------
    lines : sequence of mapping
        A site each, as `Prediction.as_dict` has it, with "key", "file" and "site".
    sites : sequence of Site
        The same sites.
    failed : mapping of str to str
        Files, or sites of one, that gave nothing, and why.
    n_kept : int
        How many had been predicted before.
    """

    lines: list[dict[str, Any]]
    sites: list[Site]
    failed: dict[str, str] = field(default_factory=dict)
    n_kept: int = 0

    def table(self) -> Table:
        """Return a row a site: what it is, its verdict, the error to expect."""
        return Table([_row(one) for one in self.lines])

    def average(
        self, absorber: str | None = None, weights: ArrayLike | None = None
    ) -> tuple[Array, Array, Array]:
        """Return what an experiment sees of sites together.

        Parameters
        ----------
        absorber : str, optional
            The element; needed where there are several.
        weights : array (n_sites,), optional
            How much of each site there is; all alike without it.

        Returns
        -------
        energy, mu, std : array (n_energies,)
            eV, absolute; the standard deviation is that of sites which err alike: the
            mean of theirs, NaN where a model gives none.

        Raises
        ------
        InputError
            If there are several elements and none is named, none of that one, or not
            one positive weight a site.
        """
        there = sorted({str(one["absorber"]) for one in self.lines})
        element = absorber or (there[0] if len(there) == 1 else "")
        if element not in there:
            raise InputError(
                f"absorber is {absorber!r}: there are {', '.join(there) or 'none'}, "
                "an average is over one of them"
            )
        here = np.array([one["absorber"] == element for one in self.lines])
        share = np.ones(len(here)) if weights is None else floats("weights", weights)
        if len(share) != len(here) or (share < 0).any() or not share[here].sum():
            raise InputError(
                f"{len(share)} weights for {len(here)} sites: give one a site, none "
                "below 0, not all of them 0"
            )
        some = [one for one, there in zip(self.lines, here, strict=True) if there]
        share = share[here] / share[here].sum()
        nothing = np.full(len(some[0]["mu"]), np.nan)
        mu = share @ np.array([one["mu"] for one in some])
        std = share @ np.array([one["std"] or nothing for one in some])
        return np.array(some[0]["energy"]), mu, std

    def _facts(self) -> dict[str, object]:
        words = [one["verdict"]["word"] for one in self.lines if one["verdict"]]
        counted = {word: words.count(word) for word in ("known", "near", "far")}
        return {
            "sites": f"{len(self.lines)}, {self.n_kept} of them from before",
            "verdicts": ", ".join(f"{n} {word}" for word, n in counted.items() if n),
            "failed": len(self.failed) or None,
        }


def predict_many(
    paths: Sequence[str | Path],
    model: str | Path = NAME,
    *,
    absorber: str | None = None,
    frames: str | int = ALL,
    keep: str | Path | None = None,
    progress: bool = False,
) -> Many:
    """Predict the spectra of all sites of some files.

    Parameters
    ----------
    paths : sequence of path
        Structures, or folders of them; a file may hold many frames.
    model : str or Path
        "nine-metals", or the folder of a model.
    absorber : str, optional
        An element, of which all atoms are taken; "all" takes every atom of an element
        that the model knows; without it, the first atom of the only metal of a frame.
    frames : "all" or int
        Which structures of a file.
    keep : path, optional
        A file of JSON lines. Each site is appended as soon as it is predicted; a site
        that is in it already, of this very structure by this very model, is read.
    progress : bool
        Show a bar.

    Returns
    -------
    Many
        A file that cannot be read, or an element that is not known, is among the
        failed, and the others go on.

    Raises
    ------
    InputError
        If there is no file, no model, or the lines kept are none of ours.
    """
    files = [*_found(paths)]
    predictor = taught(model)
    name = Path(model).resolve().name if Path(model).is_dir() else str(model)
    file = None if keep is None else Path(keep)
    done = {} if file is None else {one["key"]: one for one in read_lines(file)}
    mark, n_kept = predictor.fingerprint(), 0
    lines, every, failed = list[dict[str, Any]](), list[Site](), dict[str, str]()
    with (
        one_thread(),
        progress_bar("predicting", len(files), 0, progress) as advance,
    ):
        for path in files:
            sites = _sites(path, predictor, absorber, frames, failed)
            keys = [f"{path} {one.label} {one.fingerprint()} {mark}" for one in sites]
            new = [i for i, key in enumerate(keys) if key not in done]
            n_kept += len(keys) - len(new)
            for start in range(0, len(new), _CHUNK):
                some = new[start : start + _CHUNK]
                found = predict_sites(predictor, [sites[i] for i in some], name=name)
                fresh = [
                    _line(keys[i], path, one)
                    for i, one in zip(some, found, strict=True)
                ]
                if file is not None:
                    fresh = append_lines(file, fresh)
                done |= {one["key"]: one for one in fresh}
            lines += [done[key] for key in keys]
            every += sites
            advance(1)
    return Many(lines, every, failed, n_kept)


def _found(paths: Sequence[str | Path]) -> Iterator[Path]:
    """The files of paths, those of a folder by name."""
    n_files = 0
    for path in map(Path, paths):
        if path.is_dir():
            inside = [one for one in sorted(path.rglob("*")) if _is_structure(one)]
        else:
            inside = [path]
        n_files += len(inside)
        yield from inside
    if not n_files:
        said = ", ".join(map(str, paths)) or "nothing"
        raise InputError(f"{said}: no structure is there ({' '.join(SUFFIXES)})")


def _is_structure(path: Path) -> bool:
    """Whether a file of a folder is taken for a structure."""
    name = path.name.lower().removesuffix(".gz")
    named = name.endswith(SUFFIXES) or name.startswith(("poscar", "contcar"))
    return named and path.is_file()


def _sites(
    path: Path,
    predictor: Predictor,
    absorber: str | None,
    frames: str | int,
    failed: dict[str, str],
) -> list[Site]:
    """The sites of a file that a model knows; what is wrong is noted."""
    known = predictor.meta_.get("absorbers") or []
    try:
        found = read_sites(path, known if absorber == ALL else absorber)
        found = found if absorber else _first_of_frames(found)
        if frames != ALL:
            found = _of_frame(path, found, int(frames))
    except (InputError, OSError) as error:
        failed[str(path)] = str(error)
        return []
    strange = [site for site in found if known and site.absorber not in known]
    for site in strange:
        failed[f"{path} {site.label}"] = (
            f"{site.label}: the model knows {', '.join(known)}"
        )
    return [site for site in found if not known or site.absorber in known]


def _first_of_frames(sites: Sequence[Site]) -> list[Site]:
    """The first site of each structure."""
    return list({site.name: site for site in reversed(sites)}.values())[::-1]


def _of_frame(path: Path, sites: Sequence[Site], frame: int) -> list[Site]:
    """The sites of one structure."""
    names = [*dict.fromkeys(site.name for site in sites)]
    if not -len(names) <= frame < len(names):
        raise InputError(f"{path.name}: has no structure {frame}, {len(names)} from 0")
    return [site for site in sites if site.name == names[frame]]


def _line(key: str, path: Path, found: Prediction) -> dict[str, Any]:
    """A prediction as a line of JSON has it."""
    return {"key": key, "file": str(path), "site": found.site.label} | found.as_dict()


def _row(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line as a row of the table."""
    verdict, near = line["verdict"] or {}, line["neighbors"][:1]
    low, high = verdict.get("interval_percent", (None, None))
    std = line["std"]
    return {
        "file": line["file"],
        "site": line["site"],
        "absorber": line["absorber"],
        "verdict": verdict.get("word"),
        "expected error / %": verdict.get("expected_error_percent"),
        "from / %": low,
        "to / %": high,
        "mean ±2σ": None if std is None else round(2 * float(np.mean(std)), 4),
        "nearest known": near[0]["formula"] if near else None,
        "warnings": len(line["warnings"]),
        "model": line["provenance"]["model"]["name"],
    }


def spectra_csv(lines: Sequence[Mapping[str, Any]]) -> str:
    """Return all spectra as one table: an energy a row, a site a column."""
    first = np.array(lines[0]["energy"]) - lines[0]["e0"]
    heads = ["energy from the edge / eV"]
    heads += [json.dumps(f"{one['file']} {one['site']}") for one in lines]
    columns = np.column_stack([first, *(one["mu"] for one in lines)])
    rows = [",".join(f"{x:.6g}" for x in row) for row in columns]
    return "\n".join([",".join(heads), *rows]) + "\n"
