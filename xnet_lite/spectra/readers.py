"""Files of spectra: told apart by what they say, not by what they are called."""

import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from xnet_lite.errors import Doubt, InputError, one_of
from xnet_lite.spectra import hdf5
from xnet_lite.spectra.beamlines import parse_9809, parse_athena, parse_spec
from xnet_lite.spectra.choice import Columns
from xnet_lite.spectra.columns import spectrum_of, sweeps
from xnet_lite.spectra.csv import format_csv, is_own_csv, parse_own_csv
from xnet_lite.spectra.plausible import check_unit, looked_over, named
from xnet_lite.spectra.programs import (
    feff_scan,
    looks_like_feff,
    parse_fdmnes,
    parse_feff,
    parse_program,
)
from xnet_lite.spectra.scan import Scan, scan_of
from xnet_lite.spectra.spectrum import Spectrum
from xnet_lite.spectra.table import parse_table
from xnet_lite.spectra.xdi import format_xdi, parse_xdi
from xnet_lite.texts import beginning_of, check_file, contents_of, decoded, nth, path_of
from xnet_lite.writing import write

#: bytes that a text may hold, unpacked: a million points
MOST = 64 * 2**20


def read_spectrum(
    path: str | Path,
    format: str | None = None,
    *,
    columns: Columns | None = None,
    unit: str | None = None,
    signal: str | None = None,
    scan: int = 0,
) -> Spectrum:
    """Read a spectrum.

    Parameters
    ----------
    path : str or Path
        Columns of text or CSV, XDI, Athena (`.nor`, `.xmu`, `.prj`), SPEC, 9809, FDMNES
        (raw or convoluted), FEFF `xmu.dat`, ORCA; packed by gzip or not; HDF5 and NeXus
        with the extra `beamline`.
    format : str, optional
        One of `FORMATS`; found from the contents when omitted.
    columns : mapping or sequence, optional
        Names of columns, or their numbers from 0: (energy, mu), or by role, {"energy":
        "Mono", "i0": "IC0", "it": "IC1"}. Without it names decide: absorption (mu, xmu,
        norm …) is taken as it is, else it is ln(i0/it), or if/i0.
    unit : str, optional
        "eV" or "keV"; what the file says without it, eV where it says nothing.
    signal : str, optional
        Of several: "absorption", "transmission", "fluorescence", "yield" or
        "reference".
    scan : int
        Which of several in one file, from 0; negative counts from the end.

    Returns
    -------
    Spectrum
        Energies in eV that increase; what the header tells is in `absorber`, `edge`
        ("" where nothing is said), `e0` and `meta`. `meta["notes"]` holds every
        assumption in a sentence, if there was one; those that begin with "doubtful" are
        issued as a warning (`Doubt`) too.

    Raises
    ------
    InputError
        One sentence with the file, the line where there is one, and the remedy.

    Example
    -------
    >>> spectrum = read_spectrum("Fe_foil.xdi")
    >>> spectrum.absorber
    'Fe'
    """
    name = path_of(path, "a spectrum").name
    chosen = nth(read_scans(path, format), scan, "scan", name)
    spectrum = as_spectrum(chosen, name, columns=columns, unit=unit, signal=signal)
    for note in spectrum.meta.get("notes", ()):
        if note.startswith("doubtful"):
            warnings.warn(f"{name}: {note}", Doubt, stacklevel=2)
    return spectrum


def read_spectra(
    path: str | Path,
    format: str | None = None,
    *,
    columns: Columns | None = None,
    unit: str | None = None,
    signal: str | None = None,
) -> list[Spectrum]:
    """Read every spectrum of a file.

    Parameters
    ----------
    path, format, columns, unit, signal
        As in `read_spectrum`.

    Returns
    -------
    list of Spectrum
        In the file's order; doubts are in the notes alone.

    Raises
    ------
    InputError
        As `read_spectrum`.

    Example
    -------
    >>> len(read_spectra("Fe_foil.xdi"))
    1
    """
    how: Any = {"columns": columns, "unit": unit, "signal": signal}
    path = path_of(path, "a spectrum")
    scans = read_scans(path, format)
    return [as_spectrum(scan, path.name, **how) for scan in scans]


def read_scans(path: str | Path, format: str | None = None) -> list[Scan]:
    """Read the columns of a file, before anybody decides what they are.

    Parameters
    ----------
    path, format
        As in `read_spectrum`.

    Returns
    -------
    list of Scan
        At least one.

    Raises
    ------
    InputError
        As `read_spectrum`.

    Example
    -------
    >>> read_scans("Fe_foil.xdi")[0].names
    ['energy', 'mu']
    """
    path = path_of(path, "a spectrum")
    if format is not None:
        one_of("format", str(format).lower(), FORMATS)
    check_file(path, "a spectrum")
    if beginning_of(path, len(hdf5.SIGNATURE)) == hdf5.SIGNATURE:
        return _numbered(hdf5.read_hdf5(path))
    contents = contents_of(path, "a spectrum", MOST)
    text = decoded(contents, path.name, "columns energy and mu")
    parse = _PARSERS[_sniff(text) if format is None else format.lower()]
    found = parse(text, path.name)
    scans = found if isinstance(found, list) else [found]
    return _numbered([part for scan in scans for part in sweeps(scan)])


def as_spectrum(
    scan: Scan,
    name: str = "scan",
    *,
    columns: Columns | None = None,
    unit: str | None = None,
    signal: str | None = None,
) -> Spectrum:
    """Make a spectrum of a scan, and look it over.

    Parameters
    ----------
    scan : Scan
        What `read_scans` gave.
    name : str
        How messages call it.
    columns, unit, signal
        As in `read_spectrum`.

    Returns
    -------
    Spectrum
        With every assumption and doubt in `meta["notes"]`.

    Raises
    ------
    InputError
        As `read_spectrum`.

    Example
    -------
    >>> scan = read_scans("Fe_foil.xdi")[0]
    >>> as_spectrum(scan).absorber
    'Fe'
    """
    try:
        absorber, edge, notes = named(scan.absorber, scan.edge)
        scan = replace(scan, absorber=absorber, edge=edge, notes=[*scan.notes, *notes])
        spectrum = spectrum_of(scan, columns, unit, signal)
        if scan.written_here:
            return spectrum
        check_unit(spectrum.energy, absorber, told=unit is not None)
        return looked_over(spectrum, scan.computed)
    except InputError as error:
        said = str(error)
        raise InputError(said if said.startswith(name) else f"{name}: {said}") from None


def write_spectrum(spectrum: Spectrum, path: str | Path) -> Path:
    """Write a spectrum so that `read_spectrum` gives it back, bit for bit.

    Parameters
    ----------
    spectrum : Spectrum
        Entries of `meta` must be what JSON can hold; arrays come back as lists.
    path : str or Path
        The suffix decides: `.csv` or `.xdi`.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    InputError
        For another suffix.

    Example
    -------
    >>> spectrum = read_spectrum("Fe_foil.xdi")
    >>> path = write_spectrum(spectrum, "Fe_foil.csv")
    >>> len(read_spectrum("Fe_foil.csv")) == len(spectrum)
    True
    """
    path = path_of(path, "a spectrum")
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xdi"):
        raise InputError(f"{path.name}: cannot write {suffix!r}, give .csv or .xdi")
    text = format_xdi(spectrum) if suffix == ".xdi" else format_csv(spectrum)
    return write(path, text)


def _numbered(scans: list[Scan]) -> list[Scan]:
    """Several scans of one file, each with a note that says which it is."""
    if len(scans) == 1:
        return scans
    places = (f"scan {i} of 0 to {len(scans) - 1}" for i in range(len(scans)))
    return [
        replace(scan, notes=[", ".join(filter(None, (place, scan.label))), *scan.notes])
        for place, scan in zip(places, scans, strict=True)
    ]


def _sniff(text: str) -> str:
    """Which program or format a text comes from."""
    head = text[:4000]
    first = head.lstrip().split("\n", 1)[0].strip()
    if re.match(r"#\s*XDI/", first) or re.search(r"(?im)^#\s*Column\.\d+\s*:", head):
        return "xdi"
    if re.search(r"^#\s*omega\s+e\s+k\s+mu\b", head, re.MULTILINE):
        return "feff"
    if re.search(r"=\s*E_edge\b", first) or re.match(r"energy\s+<xanes", first, re.I):
        return "fdmnes"
    if re.search(r"^#S\s+\d+", text, re.MULTILINE):
        return "spec"
    project = re.match(r"#\s*Athena project|\{\s*\"_____head", first, re.I)
    if project or "\n$old_group" in text:
        return "athena"
    if re.match(r"9809\b", first):
        return "9809"
    return {"FDMNES": "fdmnes", "ORCA": "orca"}.get(first.upper(), "columns")


def _parse_columns(text: str, name: str) -> Scan:
    """Columns under names or without, our own CSV, and FEFF's without its header."""
    table = parse_table(text, name)
    if is_own_csv(table):
        return parse_own_csv(table, name)
    scan = scan_of(table)
    if not any(scan.names) and looks_like_feff(table):
        said = "six columns without names look like FEFF's omega e k mu mu0 chi"
        scan = feff_scan(replace(table, notes=[*table.notes, said]))
    return scan


_PARSERS: dict[str, Callable[[str, str], Scan | list[Scan]]] = {
    "columns": _parse_columns,
    "fdmnes": parse_fdmnes,
    "feff": parse_feff,
    "orca": parse_program("orca"),
    "xdi": parse_xdi,
    "spec": parse_spec,
    "athena": parse_athena,
    "9809": parse_9809,
}
FORMATS = tuple(_PARSERS)
