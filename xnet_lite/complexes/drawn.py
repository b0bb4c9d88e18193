"""A ligand of one's own: a SMILES whose donor atoms are numbered, [n:1]1ccccc1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from statistics import median
from typing import Any

from xnet_lite.errors import InputError, missing, shortened

#: what is no library name and may be a SMILES with donors
_NUMBERED = re.compile(r":\d+\]")
#: donors that can be placed on a polyhedron without being told how they sit
MOST_DONORS = 3
#: heavy atoms; a larger ligand is no ligand, or takes minutes to embed
MOST_ATOMS = 80

Kind = tuple[str, bool, str]


def is_drawn(name: str) -> bool:
    """Whether the name of a ligand is a SMILES with numbered donors.

    Example
    -------
    >>> is_drawn("[n:1]1ccccc1"), is_drawn("py")
    (True, False)
    """
    return bool(_NUMBERED.search(name))


def drawn_row(
    smiles: str, known: Iterable[tuple[str, tuple[float, ...]]]
) -> dict[str, str]:
    """Return what the library would say of a ligand that it does not have.

    A donor's distance is the median over donors of the library that are alike: same
    element, charge and hybridisation; where there is none, same element and charge, or
    same element. Two donors sit side by side; three in a row where all that joins them
    is flat, as in terpyridine, else on a face.

    Parameters
    ----------
    smiles : str
        One molecule, donors numbered from 1 in the order in which they sit.
    known : iterable of (str, tuple of float)
        SMILES and distances, Å, of the library's ligands that bind through donors.

    Returns
    -------
    dict
        By the columns of the library's table.

    Raises
    ------
    InputError
        If RDKit is absent, or the SMILES is none, is of several molecules, is too
        large, or has donors that the library cannot tell the distance of.

    Example
    -------
    >>> py = "c1cc[n:1]cc1", (1.98,)
    >>> drawn_row("Cc1cc[n:1]cc1", [py])["distances"]
    '1.98'
    """
    molecule = _molecule(smiles)
    donors = _donors(smiles, molecule)
    table = [pair for one, away in known for pair in _kinds(one, away)]
    distances = [_distance(smiles, _kind(atom), table) for atom in donors]
    chem = _rdkit()
    whole = chem.AddHs(molecule)
    written = re.sub(r"[+-]\d*$", "", chem.rdMolDescriptors.CalcMolFormula(molecule))
    return {
        "name": smiles,
        "formula": written,
        "kind": "drawn",
        "pattern": _pattern(molecule, [atom.GetIdx() for atom in donors]),
        "charge": str(chem.GetFormalCharge(molecule)),
        "n_atoms": str(whole.GetNumAtoms()),
        "electrons": "",
        "distances": " ".join(f"{one:g}" for one in distances),
        "smiles": smiles,
    }


def _rdkit() -> Any:
    """RDKit's ``Chem``."""
    try:
        from rdkit import Chem, RDLogger
        from rdkit.Chem import rdMolDescriptors  # noqa: F401  (it becomes a part)
    except ImportError:
        raise missing("a ligand of one's own needs RDKit") from None
    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    return Chem


@cache
def _molecule(smiles: str) -> Any:
    """One molecule of bearable size."""
    molecule = _rdkit().MolFromSmiles(smiles) if len(smiles) < 1000 else None
    said = f"ligand {shortened(smiles)}"
    if molecule is None or "." in smiles or "*" in smiles:
        raise InputError(f"{said} is no SMILES of one molecule: correct it")
    if molecule.GetNumAtoms() > MOST_ATOMS:
        raise InputError(f"{said} has over {MOST_ATOMS} atoms: take a smaller one")
    return molecule


def _donors(smiles: str, molecule: Any) -> list[Any]:
    """The numbered atoms, in the order of their numbers."""
    numbered = [atom for atom in molecule.GetAtoms() if atom.GetAtomMapNum()]
    donors = sorted(numbered, key=lambda atom: int(atom.GetAtomMapNum()))
    numbers = [atom.GetAtomMapNum() for atom in donors]
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        raise InputError(
            f"donors of {shortened(smiles)} are numbered {numbers}: number them 1, 2 …"
        )
    if len(numbers) > MOST_DONORS:
        raise InputError(
            f"ligand {shortened(smiles)} has {len(numbers)} donors: draw one with up "
            f"to {MOST_DONORS}, or take one of the library"
        )
    return donors


def _kind(atom: Any) -> Kind:
    """Element, whether charged, hybridisation: what a bond length goes by."""
    charged = atom.GetFormalCharge() < 0
    return str(atom.GetSymbol()), charged, str(atom.GetHybridization())


@cache
def _kinds(smiles: str, distances: tuple[float, ...]) -> list[tuple[Kind, float]]:
    """Kinds of the donors of a ligand that is known, and their distances."""
    atoms = _donors_of_any(smiles)
    return [(_kind(atom), away) for atom, away in zip(atoms, distances)]


def _donors_of_any(smiles: str) -> list[Any]:
    """The numbered atoms of a SMILES that is right."""
    atoms = _rdkit().MolFromSmiles(smiles).GetAtoms()
    numbered = [atom for atom in atoms if atom.GetAtomMapNum()]
    return sorted(numbered, key=lambda atom: int(atom.GetAtomMapNum()))


def _distance(smiles: str, kind: Kind, table: list[tuple[Kind, float]]) -> float:
    """Median distance of what is alike, the nearest likeness first, Å."""
    for alike in (3, 2, 1):
        found = [away for other, away in table if other[:alike] == kind[:alike]]
        if found:
            return round(median(found), 3)
    raise InputError(
        f"ligand {shortened(smiles)} binds by {kind[0]}, as none of the library does: "
        "number another atom"
    )


def _pattern(molecule: Any, donors: list[int]) -> str:
    """How the donors sit."""
    if len(donors) < MOST_DONORS:
        return ("mono", "cis")[len(donors) - 1]
    chem = _rdkit()
    first, middle, last = donors
    ways = [
        chem.GetShortestPath(molecule, *ends)
        for ends in ((first, middle), (middle, last))
    ]
    joining = {atom for way in ways for atom in way}
    flat = (chem.HybridizationType.SP2, chem.HybridizationType.SP)
    atoms = map(molecule.GetAtomWithIdx, joining)
    return "mer" if all(one.GetHybridization() in flat for one in atoms) else "fac"
