"""Coordination complexes built from a metal, a geometry and ligands.

The files are a chain, each importing only those before it: ``ligands`` (the library,
as data), ``polyhedra`` (vertices, symmetry), ``arrangement`` (isomers), ``recipe`` (a
complex on paper), ``assembly`` (a built complex: labels, displacements), ``molecule``
and ``embed`` (one ligand around a metal; they need RDKit), ``build`` (the whole
complex), ``families`` (what to build).
"""

from .assembly import Complex, displace, first_shell, nearest_allowed, shell_distances
from .build import build, isomers
from .families import families, recipes
from .ligands import LIGANDS, Ligand, bond_lengths, ligand
from .polyhedra import GEOMETRIES, polyhedron
from .recipe import Recipe

__all__ = [
    "GEOMETRIES",
    "LIGANDS",
    "Complex",
    "Ligand",
    "Recipe",
    "bond_lengths",
    "build",
    "displace",
    "families",
    "first_shell",
    "isomers",
    "ligand",
    "nearest_allowed",
    "polyhedron",
    "recipes",
    "shell_distances",
]
