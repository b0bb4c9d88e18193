"""Files of structures: anything ASE reads, with one clear sentence when it cannot."""

import warnings
from collections.abc import Collection
from pathlib import Path

import ase.io
import numpy as np
import scipy
from ase import Atoms
from ase.neighborlist import neighbor_list

from xnet_lite.errors import InputError
from xnet_lite.structures.cif import parse_cif
from xnet_lite.structures.doubts import lacks_hydrogen
from xnet_lite.structures.site import (
    MIN_DISTANCE,
    Site,
    check_atoms,
    find_absorbers,
    notes_of,
)
from xnet_lite.structures.xyz import brief, parse_xyz
from xnet_lite.texts import contents_of, decoded, nth, path_of

#: Å between an absorber put on a site that it shares and its images
ALONE = 12.0
KINDS = {"xyz": "an XYZ", "extxyz": "an XYZ", "cif": "a CIF"}


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
        Named after the file; its `notes` tell what was assumed.

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
    path = path_of(path, "a structure")
    frames = _read_frames(path)
    atoms = nth(frames, frame, "frame", path.name)
    if len(frames) > 1:
        notes_of(atoms).append(
            f"structure {frame % len(frames)} was taken of the {len(frames)} in the "
            "file, counted from 0: give --frame for another"
        )
    return _sites_of(atoms, path, absorber, edge)[0]


def read_sites(
    path: str | Path,
    absorber: int | str | Collection[str] | None = None,
    edge: str = "K",
) -> list[Site]:
    """Read every absorber of every structure in a file.

    Parameters
    ----------
    path, absorber, edge
        As in `read_site`; an element, or None, means all its atoms, and several
        elements those of any of them, in the structures that have one.

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
    path = path_of(path, "a structure")
    frames = _read_frames(path)
    sites: list[Site] = []
    for i, atoms in enumerate(frames):
        suffix = f":{i}" if len(frames) > 1 else ""
        if absorber is None or isinstance(absorber, int | str):
            sites += _sites_of(atoms, path, absorber, edge, suffix)
        else:
            for one in sorted(set(absorber) & set(atoms.symbols)):
                sites += _sites_of(atoms.copy(), path, one, edge, suffix)
    if not sites:
        wanted = ", ".join(absorber) if isinstance(absorber, Collection) else absorber
        raise InputError(f"{path.name}: has no atom of {wanted}, give --absorber")
    return sites


def _sites_of(
    atoms: Atoms, path: Path, absorber: int | str | None, edge: str, suffix: str = ""
) -> list[Site]:
    """The sites of one frame, in a structure that was looked over."""
    where = path.name + suffix
    _look_over(atoms, where)
    name = _stem(path) + suffix
    notes = [*notes_of(atoms), *filter(None, [lacks_hydrogen(atoms)])]
    notes_of(atoms).clear()
    try:
        indices, atoms, more = _absorbers(atoms, absorber)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    return [Site(atoms, i, edge, name, (*notes, *more)) for i in indices]


def _absorbers(
    atoms: Atoms, absorber: int | str | None
) -> tuple[list[int], Atoms, list[str]]:
    """Which atoms absorb, in which structure; what shares a site is put there."""
    shared = atoms.info.pop("shared", {})
    element = str(absorber).strip().capitalize()
    if element not in shared or element in atoms.symbols:
        return find_absorbers(atoms, absorber), atoms, []
    if not shared[element]:
        raise InputError(
            f"{element} is in the file, but was left out with what is disordered: give "
            f"--absorber as one of {', '.join(sorted(set(atoms.symbols)))}"
        )
    place, host = shared[element][0], atoms.symbols[shared[element][0]]
    heights = 1 / np.linalg.norm(atoms.cell.reciprocal(), axis=1)
    times = np.ceil(ALONE / heights).astype(int)
    larger = atoms.repeat(times)
    larger.symbols[place] = element
    said = f"{element} shares sites with {host}: one {element} was put in place"
    said += f" of {host}, alone in {'×'.join(map(str, times))} cells"
    return [place], larger, [said]


def _read_frames(path: Path) -> list[Atoms]:
    """All structures of a file, at least one."""
    contents = contents_of(path, "a structure")
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    for kind, parse in (("xyz", parse_xyz), ("extxyz", parse_xyz), ("cif", parse_cif)):
        if f".{kind}" in suffixes:
            text = decoded(contents, path.name, f"{KINDS[kind]} file")
            return parse(text, path.name)
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            found = ase.io.read(path, index=":", do_not_split_by_at_sign=True)
    except Exception as error:
        raise InputError(
            f"{path.name}: ASE cannot read it as a structure ({brief(error)}), give "
            "XYZ, CIF, POSCAR or another format by its usual name"
        ) from error
    frames = [found] if isinstance(found, Atoms) else found
    if not frames or not all(len(atoms) for atoms in frames):
        raise InputError(f"{path.name}: holds no atoms, give a file with a structure")
    for atoms in frames:
        notes_of(atoms).extend(f"ASE: {brief(one.message)}" for one in said)
    return frames


def _look_over(atoms: Atoms, where: str) -> None:
    """Refuse what no calculation can use, and atoms on top of each other."""
    check_atoms(atoms, where)
    if atoms.pbc.any():
        pairs = np.stack(neighbor_list("ij", atoms, MIN_DISTANCE), axis=1)
    else:
        tree = scipy.spatial.cKDTree(atoms.positions)
        pairs = tree.query_pairs(MIN_DISTANCE, output_type="ndarray")
    if len(pairs):
        i, j = min(sorted(pair) for pair in pairs.tolist())
        raise InputError(
            f"{where}: atoms {i} ({atoms.symbols[i]}) and {j} ({atoms.symbols[j]}) "
            f"overlap, less than {MIN_DISTANCE} Å apart, remove or move one"
        )


def _stem(path: Path) -> str:
    """Name of the file without what says its format."""
    # names that are not UTF-8 could not be printed
    name = path.name.encode("utf-8", "replace").decode().removesuffix(".gz")
    return Path(name).stem or name
