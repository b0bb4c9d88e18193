"""Files of spectra: told apart by what they say, not by what they are called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ase.data import chemical_symbols

from xnet_lite.errors import InputError
from xnet_lite.spectra.spectrum import Spectrum
from xnet_lite.spectra.table import parse_table
from xnet_lite.spectra.xdi import as_json, format_xdi, parse_xdi
from xnet_lite.texts import contents_of, decoded
from xnet_lite.writing import write

_OWN = "xnet_lite spectrum"
_FEFF_ATOM = re.compile(r"\bAbs\s+Z=\s*(\d+).*?\b([KLM][1-5]?)\s+shell")
_ENERGY = ("energy", "omega", "e", "ev")


def read_spectrum(path: str | Path, format: str | None = None) -> Spectrum:
    """Read a spectrum.

    Parameters
    ----------
    path : str or Path
        FDMNES or ORCA text, FEFF `xmu.dat`, XDI, or columns of text or CSV.
    format : str, optional
        "fdmnes", "orca", "feff", "xdi" or "columns"; found from the contents when
        omitted.

    Returns
    -------
    Spectrum
        Absolute energies in eV (keV where the header says so is converted); what the
        header tells is in `absorber`, `edge`, `e0` and `meta`.

    Raises
    ------
    InputError
        In one sentence: which file and line, and what to do.

    Example
    -------
    >>> spectrum = read_spectrum("Fe_foil.xdi")
    >>> spectrum.absorber
    'Fe'
    """
    path = Path(path)
    contents = contents_of(path, "a spectrum")
    text = decoded(contents, path.name, "columns energy and mu")
    kind = _sniff(text) if format is None else format.lower()
    if kind not in _PARSERS:
        raise InputError(
            f"format {format!r} is unknown, give one of {', '.join(_PARSERS)}"
        )
    try:
        return _PARSERS[kind](text, path.name)
    except InputError as error:
        named = str(error).startswith(path.name)
        raise InputError(str(error) if named else f"{path.name}: {error}") from None


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
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xdi"):
        raise InputError(f"{path.name}: cannot write {suffix!r}, give .csv or .xdi")
    text = format_xdi(spectrum) if suffix == ".xdi" else _format_csv(spectrum)
    return write(path, text)


def _sniff(text: str) -> str:
    """Which program or format a text comes from."""
    head = text[:4000]
    first = head.lstrip().split("\n", 1)[0]
    if re.match(r"#\s*XDI/", first):
        return "xdi"
    if re.search(r"^#\s*omega\s+e\s+k\s+mu\b", head, re.MULTILINE):
        return "feff"
    return {"FDMNES": "fdmnes", "ORCA": "orca"}.get(first.strip().upper(), "columns")


def _parse_columns(text: str, name: str) -> Spectrum:
    """Energy and absorption from two columns, by name where they have names."""
    table = parse_table(text, name)
    names = table.names
    here, there = 0, 1
    if len(names) == table.values.shape[1]:
        here = next((i for i, n in enumerate(names) if n in _ENERGY), 0)
        there = names.index("mu") if "mu" in names else int(here == 0)
    scale = 1000.0 if any("kev" in n for n in names) else 1.0
    fields = _csv_fields(table.comments)
    return Spectrum(
        energy=table.values[:, here] * scale,
        mu=table.values[:, there],
        e0=fields.get("e0"),
        absorber=fields.get("absorber", ""),
        edge=fields.get("edge", "K"),
        meta=fields.get("meta", {}),
    )


def _csv_fields(comments: list[str]) -> dict[str, Any]:
    """What our own CSV says above its columns."""
    if _OWN not in comments:
        return {}
    pairs = [line.split(": ", 1) for line in comments if ": " in line]
    try:
        return {key: json.loads(value) for key, value in pairs}
    except json.JSONDecodeError as error:
        raise InputError(
            f"a header line is not as it was written ({error.msg}), restore or remove "
            "the lines that begin with #"
        ) from error


def _format_csv(spectrum: Spectrum) -> str:
    """Our own CSV: fields as JSON in comments, then the columns."""
    fields = {
        "absorber": spectrum.absorber,
        "edge": spectrum.edge,
        "e0": spectrum.e0,
        "meta": spectrum.meta,
    }
    lines = [f"# {_OWN}", *(f"# {key}: {as_json(v)}" for key, v in fields.items())]
    rows = zip(spectrum.energy.tolist(), spectrum.mu.tolist(), strict=True)
    lines += ["energy,mu", *(f"{energy!r},{mu!r}" for energy, mu in rows)]
    return "\n".join(lines) + "\n"


def _parse_feff(text: str, name: str) -> Spectrum:
    """FEFF's xmu.dat: omega is absolute, mu the fourth column."""
    table = parse_table(text, name)
    if table.values.shape[1] < 4:
        raise InputError(
            f"{name}: has {table.values.shape[1]} columns, expected FEFF's "
            "omega e k mu mu0 chi"
        )
    meta: dict[str, Any] = {"format": "feff"}
    absorber, edge = "", "K"
    for line in table.comments:
        if match := _FEFF_ATOM.search(line):
            absorber, edge = chemical_symbols[int(match[1])], match[2]
    return Spectrum(table.values[:, 0], table.values[:, 3], None, absorber, edge, meta)


def _parse_program(program: str, text: str, name: str) -> Spectrum:
    """Two columns under the name of the program that wrote them."""
    return replace(_parse_columns(text, name), meta={"format": program})


_PARSERS: dict[str, Callable[[str, str], Spectrum]] = {
    "columns": _parse_columns,
    "fdmnes": partial(_parse_program, "fdmnes"),
    "feff": _parse_feff,
    "orca": partial(_parse_program, "orca"),
    "xdi": parse_xdi,
}
