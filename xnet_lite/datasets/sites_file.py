"""Sites on disk, byte for byte repeatable, as extended XYZ that other programs read."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers

from xnet_lite.errors import InputError
from xnet_lite.structures import Site

PROPERTIES = "species:S:1:pos:R:3"
_KEY_VALUE = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')


def write_sites(path: str | Path, sites: Sequence[Site]) -> None:
    """Write sites as gzipped extended XYZ, positions to 1e-6 Å.

    Elements, positions, cell, periodicity, absorber, edge and name are kept;
    whatever else the structures carry is not.

    Parameters
    ----------
    path : str or Path
        File to write, usually `structures.extxyz.gz`.
    sites : sequence of Site
        One frame each.

    Raises
    ------
    InputError
        When a name holds a double quote or a line break.
    """
    text = "".join(_frame(site) for site in sites)
    with (
        Path(path).open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as packed,
    ):
        packed.write(text.encode())


def _frame(site: Site) -> str:
    """Return one site as a frame of extended XYZ."""
    if any(mark in site.name for mark in '"\n\r'):
        raise InputError(
            f"The site name {site.name!r} holds a quote or a line break; rename it."
        )
    fields = [
        f"Properties={PROPERTIES}",
        f"absorber_index={site.absorber_index}",
        f"edge={site.edge}",
        f'name="{site.name}"',
        'pbc="{} {} {}"'.format(*("T" if p else "F" for p in site.atoms.pbc)),
    ]
    if site.atoms.cell.rank:
        cell = " ".join(f"{x:.8f}" for x in np.asarray(site.atoms.cell).ravel() + 0.0)
        fields.insert(0, f'Lattice="{cell}"')
    # Adding zero turns -0.0 into 0.0, so equal structures give equal bytes.
    positions = np.round(site.atoms.positions, 6) + 0.0
    symbols = site.atoms.get_chemical_symbols()
    rows = [
        f"{s} {x:.6f} {y:.6f} {z:.6f}"
        for s, (x, y, z) in zip(symbols, positions.tolist(), strict=True)
    ]
    return "\n".join([str(len(rows)), " ".join(fields), *rows]) + "\n"


def read_sites_file(path: str | Path) -> list[Site]:
    """Read the sites written by `write_sites`.

    Parameters
    ----------
    path : str or Path
        Gzipped extended XYZ with columns element, x, y, z and the keys
        `absorber_index`, `edge` and `name`.

    Returns
    -------
    list of Site

    Raises
    ------
    InputError
        When the file is missing, damaged or of another layout.
    """
    path = Path(path)
    try:
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            lines = stream.read().splitlines()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path.") from None
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise InputError(
            f"{path} is damaged ({error}); fetch or make it again."
        ) from error
    return list(_frames(path, lines))


def _frames(path: Path, lines: list[str]) -> Iterator[Site]:
    """Yield the sites of a file's lines."""
    start = 0
    while start < len(lines):
        try:
            n_atoms = int(lines[start])
            rows = lines[start + 2 : start + 2 + n_atoms]
            yield _site(lines[start + 1], rows, n_atoms)
        except (ValueError, IndexError, KeyError) as error:
            raise InputError(
                f"{path}: line {start + 1} begins no frame of sites ({error}); "
                "fetch or make the file again."
            ) from error
        start += 2 + n_atoms


def _site(comment: str, rows: list[str], n_atoms: int) -> Site:
    """Return the site of one frame."""
    keys = {key: quoted or plain for key, quoted, plain in _KEY_VALUE.findall(comment)}
    if keys["Properties"] != PROPERTIES:
        raise ValueError(f"columns are {keys['Properties']}, expected {PROPERTIES}")
    table = np.array(" ".join(rows).split()).reshape(n_atoms, 4)
    numbers = [atomic_numbers[symbol] for symbol in table[:, 0]]
    atoms = Atoms(numbers=numbers, positions=table[:, 1:].astype(float))
    if "Lattice" in keys:
        atoms.cell = np.array(keys["Lattice"].split(), dtype=float).reshape(3, 3)
    atoms.pbc = [flag == "T" for flag in keys["pbc"].split()]
    return Site(atoms, int(keys["absorber_index"]), keys["edge"], keys["name"])
