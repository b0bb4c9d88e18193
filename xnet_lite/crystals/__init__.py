"""Crystals built from a prototype and elements, and those of measured substances.

The files are a chain, each importing only those before it: ``lengths`` (how long a bond
is, from two numbers an element) and ``lattice`` (a unit cell and what sits where),
``prototypes`` (the cells, as data) and ``substances`` (measured crystals, as data),
``compounds`` (which elements on which places, and their charges), ``build`` (the cell
at its size; strain and displacements).
"""

from .build import Crystal, build, deformed
from .compounds import Compound, compounds
from .lattice import Lattice
from .lengths import METALS, bond_length, touching_length
from .prototypes import PROTOTYPES, Prototype
from .substances import SUBSTANCES, Substance

__all__ = [
    "METALS",
    "PROTOTYPES",
    "SUBSTANCES",
    "Compound",
    "Crystal",
    "Lattice",
    "Prototype",
    "Substance",
    "bond_length",
    "build",
    "compounds",
    "deformed",
    "touching_length",
]
