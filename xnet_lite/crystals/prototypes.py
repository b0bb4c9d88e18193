"""Cells that many compounds share, and which elements may sit in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .lattice import Lattice, table


@dataclass(frozen=True)
class Prototype:
    """A cell in which letters stand for elements.

    Attributes
    ----------
    name : str
        As crystallographers call it.
    lattice : Lattice
        Of the compound `of`; only its shape counts, its size comes from bonds.
    of : str
        Whose crystal it is.
    fill : tuple of mapping
        For each letter the elements that may take its place, in words: "*" is any of
        the nine metals, "=A" what sits at A, "Ti4" an element with its charge.
    metallic : bool
        Whether its size follows from touching metal atoms, not from charges.

    Source
    ------
    Cells and coordinates, rounded: R. W. G. Wyckoff, Crystal Structures, 2nd ed.
    (1963-1971), and, for those measured later, the compound's entry in the
    Crystallography Open Database, S. Gražulis et al., Nucleic Acids Res. 40, D420
    (2012), doi:10.1093/nar/gkr900.
    """

    name: str
    lattice: Lattice
    of: str
    fill: tuple[Mapping[str, str], ...]
    metallic: bool = False


def _prototype(name: str, row: Mapping[str, Any]) -> Prototype:
    """One row of the table."""
    metallic = row.get("metallic", False)
    return Prototype(name, Lattice.of(row), row["of"], tuple(row["fill"]), metallic)


#: every prototype by its name, from `prototypes.json` beside this file
PROTOTYPES = {k: _prototype(k, v) for k, v in table("prototypes.json").items()}
