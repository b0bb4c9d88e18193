"""Spectra that programs computed: FDMNES, FEFF and ORCA."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from ase.data import chemical_symbols

from xnet_lite.errors import InputError
from xnet_lite.spectra.scan import Scan, scan_of
from xnet_lite.spectra.table import Table, parse_table

#: the first line of FDMNES's raw output: E_edge, Z, n_edge, j_edge and more, named
_RAW = re.compile(r"^\s*(\d+(?:\.\d*)?)\s+(\d+)\s+(\d)\s+(\d).*=\s*E_edge\b")
_FEFF_ATOM = re.compile(r"\bAbs\s+Z=\s*(\d+).*?\b([KLM][1-5]?)\s+shell")
_FEFF = ("omega", "e", "k", "mu", "mu0", "chi")
#: share of the edge's energy from which on energies are absolute already
_ABSOLUTE = 0.5


def parse_fdmnes(text: str, name: str) -> Scan:
    """Return the spectrum of FDMNES's output, raw or convoluted.

    Arguments are those of `parse_table`, and so is what is raised.

    Returns
    -------
    Scan
        Raw output begins with the energy of the edge: its energies become absolute,
        absorber and edge are known.

    Example
    -------
    >>> text = "7112.0 26 1 1 = E_edge, Z, n_edge\\n Energy <xanes>\\n-1 0\\n0 1\\n"
    >>> parse_fdmnes(text, "Fe.txt").values[:, 0].tolist()
    [7111.0, 7112.0]
    """
    match = _RAW.match(text)
    if match is None:
        return parse_program("fdmnes")(text, name)
    edge_energy, z, n, j = float(match[1]), int(match[2]), int(match[3]), match[4]
    absorber = chemical_symbols[z] if z < len(chemical_symbols) else ""
    edge = "KLMNO"[n - 1] + (j if n > 1 else "") if 0 < n < 6 else ""
    table = parse_table(text[match.end() :].partition("\n")[2], name, start=2)
    scan = scan_of(table, absorber=absorber, edge=edge, unit="ev", computed=True)
    values, notes = scan.values.copy(), [*scan.notes]
    if values[-1, 0] < _ABSOLUTE * edge_energy:
        values[:, 0] += edge_energy
        notes.append(f"energies count from E_edge, {edge_energy:g} eV, which was added")
    meta = {"format": "fdmnes", "e_edge": edge_energy}
    return replace(scan, values=values, notes=notes, meta=meta)


def parse_feff(text: str, name: str) -> Scan:
    """Return the spectrum of FEFF's xmu.dat: omega is absolute, mu the fourth column.

    Arguments are those of `parse_table`, and so is what is raised.

    Example
    -------
    >>> parse_feff("8979 0 0 0.1 0.1 0\\n8980 1 0.5 0.2 0.2 0\\n", "xmu.dat").names[3]
    'mu'
    """
    table = parse_table(text, name)
    if table.values.shape[1] < 4:
        said = f"{name}: has {table.values.shape[1]} columns"
        raise InputError(f"{said}, expected FEFF's {' '.join(_FEFF)}")
    return feff_scan(table)


def feff_scan(table: Table) -> Scan:
    """Return FEFF's columns as a scan.

    Example
    -------
    >>> feff_scan(parse_table("1 0 0 0.1 0.1 0\\n2 1 0.5 0.2 0.2 0\\n", "xmu.dat")).unit
    'ev'
    """
    absorber = edge = ""
    for line in table.comments:
        if match := _FEFF_ATOM.search(line):
            absorber, edge = match[1], match[2]
    return Scan(
        [*_FEFF, *[""] * (table.values.shape[1] - 6)][: table.values.shape[1]],
        table.values,
        table.lines,
        unit="ev",
        absorber=absorber,
        edge=edge,
        meta={"format": "feff"},
        notes=table.notes,
        computed=True,
    )


def looks_like_feff(table: Table) -> bool:
    """Return whether six columns without a name are FEFF's xmu.dat.

    There omega − e is the same everywhere, and chi (mu0 = 1 at the edge) is
    (mu − mu0)/mu0 but for a factor.

    Example
    -------
    >>> looks_like_feff(parse_table("8979 0 0 0.1 0.1 0\\n8980 1 0.5 0.2 0.2 0\\n", ""))
    True
    """
    if table.values.shape[1] != len(_FEFF):
        return False
    omega, e, k, mu, mu0, _ = table.values.T
    same = np.ptp(omega - e) < 0.05 and omega[0] > 0
    signs = (np.sign(k) == np.sign(e)).mean()
    return bool(same and signs > 0.8 and abs(mu - mu0).max() < 9)


def parse_program(program: str) -> Callable[[str, str], Scan]:
    """Return what reads two columns under the name of the program that wrote them.

    Example
    -------
    >>> parse_program("orca")("ORCA\\nenergy xas\\n1 2\\n3 4\\n", "a.txt").meta
    {'format': 'orca'}
    """

    def parse(text: str, name: str) -> Scan:
        table = parse_table(text, name)
        return scan_of(table, unit="ev", meta={"format": program}, computed=True)

    return parse
