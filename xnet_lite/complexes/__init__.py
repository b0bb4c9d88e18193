"""Coordination complexes built from a metal, a geometry and ligands.

The files are a chain, each importing only those before it: ``drawn`` (a ligand that is
not in the library; needs RDKit), ``ligands`` (the library, as data), ``polyhedra``
(vertices, symmetry), ``arrangement`` (isomers), ``recipe`` (a complex on paper),
``shape`` (donors and geometry as found), ``assembly`` (a built complex: labels,
displacements), ``molecule`` and ``embed`` (one ligand around a metal; they need RDKit),
``build`` (the whole complex), ``relax`` (to its GFN2-xTB minimum; needs tblite),
``families`` (what to build), ``names`` (as chemists write them).
"""

from .assembly import Complex, displace, first_shell, nearest_allowed, shell_distances
from .build import build, isomers
from .families import families, recipes
from .ligands import LIGANDS, METALS, Ligand, bond_lengths, ligand
from .names import readable
from .polyhedra import GEOMETRIES, polyhedron
from .recipe import Recipe, ligands_of
from .relax import MAX_FORCE, relax, xtb_calculator
from .shape import bound_donors, coordination_number, named_geometry

__all__ = [
    "GEOMETRIES",
    "LIGANDS",
    "MAX_FORCE",
    "METALS",
    "Complex",
    "Ligand",
    "Recipe",
    "bond_lengths",
    "bound_donors",
    "build",
    "coordination_number",
    "displace",
    "families",
    "first_shell",
    "isomers",
    "ligand",
    "ligands_of",
    "named_geometry",
    "nearest_allowed",
    "polyhedron",
    "readable",
    "recipes",
    "relax",
    "shell_distances",
    "xtb_calculator",
]
