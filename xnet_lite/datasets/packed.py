"""Arrays and structures as files, byte for byte repeatable; reading runs no code."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers

from xnet_lite.arrays import Arrays, Labels
from xnet_lite.errors import InputError
from xnet_lite.structures import Site
from xnet_lite.writing import write

PROPERTIES = "species:S:1:pos:R:3"
# The oldest date a zip archive can hold: no clock enters the bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_FAULTS = (ValueError, LookupError, AttributeError, TypeError, OSError, EOFError)
_KEY_VALUE = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')


def write_arrays(path: str | Path, arrays: Mapping[str, Labels]) -> None:
    """Write named arrays as a compressed `.npz` whose bytes depend on them alone.

    Parameters
    ----------
    path : str or Path
        File to write.
    arrays : mapping of str to ndarray
        Numbers, booleans or text of fixed width; any shape.

    Raises
    ------
    InputError
        For an array of Python objects: turn it into numbers or text.

    Differs
    -------
    From `numpy.savez_compressed`: dates are fixed and objects are refused.
    """
    write(path, packed_arrays(arrays))


def packed_arrays(arrays: Mapping[str, Labels]) -> bytes:
    """An `.npz` archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=ZIP_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            member.external_attr = 0o644 << 16
            archive.writestr(member, _npy_bytes(name, array), compresslevel=9)
    return packed.getvalue()


def _npy_bytes(name: str, array: Labels) -> bytes:
    """Return one array in numpy's own file format."""
    buffer = io.BytesIO()
    array = np.asarray(array)
    if array.dtype.hasobject:
        said = f"The array {name!r} holds Python objects, which are never stored"
        raise InputError(f"{said}; turn it into numbers or text first.")
    contiguous = np.ascontiguousarray(array).reshape(array.shape)
    np.lib.format.write_array(buffer, contiguous, allow_pickle=False)
    return buffer.getvalue()


def read_arrays(path: str | Path) -> Arrays:
    """Read every array of an `.npz` file, refusing Python objects.

    Parameters
    ----------
    path : str or Path
        File written by `write_arrays` or by numpy.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    InputError
        When the file is missing, damaged or holds Python objects.
    """
    return arrays_of(Path(path), path)


def arrays_of(path: Path, source: Any) -> Arrays:
    """The arrays of an archive that is, or came from, a file."""
    with (
        reading(path, "is no archive of plain arrays", zipfile.BadZipFile, zlib.error),
        np.load(source, allow_pickle=False) as archive,
    ):
        return {name: archive[name] for name in archive.files}


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
    write(path, packed_sites(sites))


def packed_sites(sites: Sequence[Site]) -> bytes:
    """Gzipped extended XYZ, without a name and a date."""
    text = "".join(_frame(site) for site in sites)
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", compresslevel=9, fileobj=packed, mtime=0) as stream:
        stream.write(text.encode())
    return packed.getvalue()


def _frame(site: Site) -> str:
    """Return one site as a frame of extended XYZ."""
    if any(mark in site.name for mark in '"\n\r'):
        raise InputError(f"site {site.name!r} holds a quote or a line break; rename it")
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
    with reading(path, "is damaged"):
        return sites_of(Path(path), Path(path).read_bytes())


def sites_of(path: Path, packed: bytes) -> list[Site]:
    """The sites in the contents of a file."""
    with reading(path, "is damaged", zlib.error):
        lines = gzip.decompress(packed).decode().splitlines()
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
            said = f"{path}: line {start + 1} begins no frame of sites ({error})"
            raise InputError(f"{said}; fetch or make the file again.") from error
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


@contextmanager
def reading(path: str | Path, fault: str, *errors: type[Exception]) -> Iterator[None]:
    """Say in one sentence what is wrong with a file that cannot be read.

    Parameters
    ----------
    path : str or Path
        The file, as the sentence names it.
    fault : str
        What to say where its contents are the trouble: "is no table of numbers".
    *errors
        Kinds of errors besides the usual ones that mean so.
    """
    kinds: tuple[type[Exception], ...] = (*_FAULTS, *errors)
    try:
        yield
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path.") from None
    except kinds as error:
        remedy = "fetch or make it again"
        raise InputError(f"{path} {fault} ({error}); {remedy}.") from error
