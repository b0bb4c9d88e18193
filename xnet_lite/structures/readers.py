"""Files of structures: anything ASE reads, with one clear sentence when it cannot."""

from __future__ import annotations

from pathlib import Path

import ase.io
import numpy as np
from ase import Atoms
from ase.neighborlist import neighbor_list
from scipy.spatial import cKDTree

from xnet_lite.errors import InputError
from xnet_lite.structures.site import Site, check_atoms, find_absorbers
from xnet_lite.structures.xyz import brief, parse_xyz
from xnet_lite.texts import contents_of, decoded

MIN_DISTANCE = 0.5  # Å; no two nuclei are nearer, H2 has 0.74


def read_site(
    path: str | Path,
    absorber: int | str | None = None,
    edge: str = "K",
    *,
    frame: int = 0,
) -> Site:
    """Read one site: a structure and its absorber.

    Parameters
    ----------
    path : str or Path
        XYZ (first column a symbol or an atomic number), extended XYZ, CIF, POSCAR
        or any other format of ASE; `.xyz.gz` too.
    absorber : int, str or None
        Index from 0, or element, of which the first atom is taken. None means the
        only metal, Ti to Zn before other d metals, and its first atom.
    edge : str
        "K", "L1" …
    frame : int
        Which structure of a file with several, from 0; negative counts from the end.

    Returns
    -------
    Site
        Named after the file.

    Raises
    ------
    InputError
        One sentence with the file, the line where there is one, and the remedy.

    Example
    -------
    >>> site = read_site("my.xyz")
    >>> site.absorber
    'Fe'
    """
    path = Path(path)
    frames = _read_frames(path)
    if not -len(frames) <= frame < len(frames):
        raise InputError(
            f"{path.name}: frame {frame} is out of range, it holds {len(frames)} "
            f"numbered from 0 to {len(frames) - 1}"
        )
    return _sites_of(frames[frame], path, absorber, edge)[0]


def read_sites(
    path: str | Path, absorber: int | str | None = None, edge: str = "K"
) -> list[Site]:
    """Read every absorber of every structure in a file.

    Parameters
    ----------
    path, absorber, edge
        As in `read_site`; an element, or None, means all its atoms.

    Returns
    -------
    list of Site
        By frame, then by index; in a file of several frames the names end in the
        frame's number.

    Raises
    ------
    InputError
        As in `read_site`.

    Example
    -------
    >>> len(read_sites("trajectory.extxyz", "Fe"))
    3
    """
    path = Path(path)
    frames = _read_frames(path)
    sites: list[Site] = []
    for i, atoms in enumerate(frames):
        suffix = f":{i}" if len(frames) > 1 else ""
        sites += _sites_of(atoms, path, absorber, edge, suffix)
    return sites


def _sites_of(
    atoms: Atoms,
    path: Path,
    absorber: int | str | None,
    edge: str,
    suffix: str = "",
) -> list[Site]:
    """The sites of one frame, in a structure that was looked over."""
    where = path.name + suffix
    _look_over(atoms, where)
    name = _stem(path) + suffix
    try:
        indices = find_absorbers(atoms, absorber)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    return [Site(atoms, i, edge, name) for i in indices]


def _read_frames(path: Path) -> list[Atoms]:
    """All structures of a file, at least one."""
    contents = contents_of(path, "a structure")
    if any(s.lower() in (".xyz", ".extxyz") for s in path.suffixes[-2:]):
        text = decoded(contents, path.name, "an XYZ file")
        return parse_xyz(text, path.name)
    try:
        found = ase.io.read(path, index=":", do_not_split_by_at_sign=True)
    except Exception as error:
        raise InputError(
            f"{path.name}: ASE cannot read it as a structure ({brief(error)}), give "
            "XYZ, CIF, POSCAR or another format by its usual name"
        ) from error
    frames = [found] if isinstance(found, Atoms) else found
    if not frames or not all(len(atoms) for atoms in frames):
        raise InputError(f"{path.name}: holds no atoms, give a file with a structure")
    return frames


def _look_over(atoms: Atoms, where: str) -> None:
    """Refuse what no calculation can use, and atoms on top of each other."""
    check_atoms(atoms, where)
    if atoms.pbc.any():
        pairs = np.stack(neighbor_list("ij", atoms, MIN_DISTANCE), axis=1)
    else:
        tree = cKDTree(atoms.positions)
        pairs = tree.query_pairs(MIN_DISTANCE, output_type="ndarray")
    if len(pairs):
        i, j = min(sorted(pair) for pair in pairs.tolist())
        raise InputError(
            f"{where}: atoms {i} ({atoms.symbols[i]}) and {j} ({atoms.symbols[j]}) "
            f"overlap, less than {MIN_DISTANCE} Å apart, remove or move one"
        )


def _stem(path: Path) -> str:
    """Name of the file without what says its format."""
    name = path.name.removesuffix(".gz")
    return Path(name).stem or name
