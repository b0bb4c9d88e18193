"""Ligands as RDKit molecules, free and bound to a stand-in metal."""

from functools import cache
from typing import Any

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.errors import missing

from .ligands import ligand


def chemistry() -> tuple[Any, Any, Any]:
    """RDKit's ``Chem``, ``rdDistGeom`` and ``rdForceFieldHelpers``.

    Raises
    ------
    InputError
        If RDKit is not installed; the message says how to get it.
    """
    try:
        from rdkit import Chem, RDLogger
        from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
    except ImportError:
        raise missing("building complexes needs RDKit") from None
    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    return Chem, rdDistGeom, rdForceFieldHelpers


@cache
def free_molecule(name: str) -> Any:
    """RDKit molecule of the free ligand with hydrogens and donor map numbers."""
    chem, _, _ = chemistry()
    return chem.AddHs(chem.MolFromSmiles(ligand(name).smiles))


def donor_atoms(name: str) -> tuple[int, ...]:
    """Indices of the donor atoms, in the order of their map numbers."""
    atoms = free_molecule(name).GetAtoms()
    marked = sorted((atom.GetAtomMapNum(), atom.GetIdx()) for atom in atoms)
    return tuple(index for number, index in marked if number)


def bind(molecule: Any, donors: list[int] | tuple[int, ...]) -> tuple[Any, int]:
    """Add a metal with one dative bond a donor; return the molecule and its index.

    Iron stands for every metal: its octahedral force-field type pulls bites
    towards right angles, and the distances are imposed anyway.
    """
    chem, _, _ = chemistry()
    editable = chem.RWMol(molecule)
    metal = editable.AddAtom(chem.Atom("Fe"))
    for donor in donors:
        editable.AddBond(int(donor), metal, chem.BondType.DATIVE)
    bound = editable.GetMol()
    chem.SanitizeMol(bound)
    bound.GetAtomWithIdx(metal).SetHybridization(chem.HybridizationType.SP3D2)
    return bound, metal


def conformer_of(positions: Array) -> Any:
    """An RDKit conformer from positions."""
    chem, _, _ = chemistry()
    conformer = chem.Conformer(len(positions))
    conformer.SetPositions(np.ascontiguousarray(positions))
    return conformer
