"""One ligand around a metal at the origin, embedded by RDKit."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import scipy

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError

from .ligands import ligand
from .molecule import bind, chemistry, conformer_of, donor_atoms, free_molecule
from .polyhedra import align

# one seed for all: the shape of a ligand does not depend on the corpus it goes into
_EMBED_SEED = 20261121
_N_CONFORMERS = 10
# kcal/mol; conformers above the lowest by more are not used
_ENERGY_WINDOW = 10.0
# root mean square over unit vectors, below which two conformers are one
_SAME_SHAPE = 0.03
# donors that sit opposite each other, by pattern
_OPPOSITE = {
    "mer": ((0, 2),),
    "planar": ((0, 2), (1, 3)),
    "open": ((0, 3),),
    "tripod": ((0, 1),),
}
# Å; nearest that an unbound H or heavier atom of an η-ligand comes to the metal
_H_CLEARANCE = 2.45
_CLEARANCE = 2.9
# kcal/mol/Å²; stiff enough that distances come out within 0.01 Å
_STIFF = 5000.0


@dataclass(frozen=True, eq=False)
class Fragment:
    """A ligand with its metal at the origin, in several conformations.

    Parameters
    ----------
    name : str
        Ligand.
    numbers : ndarray of int, shape (n_atoms,)
        Atomic numbers, hydrogens included.
    conformers : ndarray, shape (n_conformers, n_atoms, 3)
        Positions [Å], the lowest energy first.
    anchors : ndarray, shape (n_conformers, n_sites, 3)
        Donor positions [Å], or the centroid of the bound face of an η-ligand.
    donors : tuple of int
        Atoms bound to the metal, in the order of their map numbers.
    """

    name: str
    numbers: Ints
    conformers: Array
    anchors: Array
    donors: tuple[int, ...]

    @property
    def is_face(self) -> bool:
        """Whether it binds through a face or a double bond, as one site."""
        return ligand(self.name).pattern == "eta"


def _embed(bound: Any, name: str) -> list[int]:
    """Conformer ids from distance geometry."""
    _, geometry, _ = chemistry()
    settings = geometry.ETKDGv3()
    settings.randomSeed = _EMBED_SEED
    settings.useRandomCoords = True
    ids = list(geometry.EmbedMultipleConfs(bound, _N_CONFORMERS, settings))
    if not ids:
        raise InputError(f"RDKit found no shape for ligand {name!r}; check its SMILES.")
    return ids


@cache
def fragment(name: str, distances: tuple[float, ...]) -> Fragment:
    """Embed a ligand around a metal.

    Donor ligands are embedded with the metal in place (ETKDG), then relaxed with
    UFF under stiff metal–donor distances. η-ligands are relaxed free, then the
    metal goes where its distances to the bound atoms fit best.

    Parameters
    ----------
    name : str
        Ligand of the library.
    distances : tuple of float
        Metal–donor distances [Å].

    Returns
    -------
    Fragment
        With the metal at the origin.

    Raises
    ------
    InputError
        If RDKit is absent or finds no geometry.

    Source
    ------
    S. Wang et al., J. Chem. Inf. Model. 60, 2044 (2020),
    doi:10.1021/acs.jcim.0c00025 (ETKDGv3); A. K. Rappé et al., J. Am. Chem. Soc.
    114, 10024 (1992), doi:10.1021/ja00051a040 (UFF).

    Differs
    -------
    The metal is a stand-in whose only task is to hold the donors together.

    Example
    -------
    >>> carbon, oxygen = fragment("co", (1.77,)).conformers[0]
    >>> np.linalg.norm([carbon, oxygen], axis=1).round(2)
    array([1.77, 2.9 ])
    """
    place = _place_face if ligand(name).pattern == "eta" else _place_donors
    shapes = place(name, distances)
    donors = donor_atoms(name)
    conformers = np.array(_distinct(shapes))
    anchors = conformers[:, list(donors)]
    if ligand(name).pattern == "eta":
        anchors = anchors.mean(axis=1, keepdims=True)
    numbers = np.array([a.GetAtomicNum() for a in free_molecule(name).GetAtoms()])
    return Fragment(name, numbers, conformers, anchors, donors)


def _distinct(shapes: list[tuple[float, Array]]) -> list[Array]:
    """The shapes within reach of the lowest, without repetitions, by energy."""
    shapes = sorted(shapes, key=lambda shape: round(shape[0], 3))
    kept: list[Array] = []
    for energy, positions in shapes:
        low = energy - shapes[0][0] < _ENERGY_WINDOW
        if low and all(align(positions, other)[1] > _SAME_SHAPE for other in kept):
            kept.append(positions)
    return kept


def _place_donors(name: str, distances: tuple[float, ...]) -> list[tuple[float, Array]]:
    """Energies and positions of a ligand relaxed around the metal."""
    _, _, fields = chemistry()
    donors = donor_atoms(name)
    bound, metal = bind(free_molecule(name), donors)
    shapes = []
    for conformer in _embed(bound, name):
        field = fields.UFFGetMoleculeForceField(bound, confId=conformer)
        field.Initialize()
        for donor, length in zip(donors, distances, strict=True):
            field.UFFAddDistanceConstraint(metal, donor, False, length, length, _STIFF)
        for one, other in _OPPOSITE.get(ligand(name).pattern, ()):
            field.UFFAddAngleConstraint(
                donors[one], metal, donors[other], False, 155.0, 180.0, 200.0
            )
        field.Minimize(maxIts=1000)
        positions = bound.GetConformer(conformer).GetPositions()
        positions = np.delete(positions - positions[metal], metal, axis=0)
        shapes.append((field.CalcEnergy(), _exact(positions, donors, distances)))
    return shapes


def _exact(
    positions: Array, donors: tuple[int, ...], distances: tuple[float, ...]
) -> Array:
    """Shift a ligand so that its donors lie at the asked distances (least squares)."""
    held = positions[list(donors)]

    def strain(shift: Array) -> Array:
        # the weak term keeps directions that distances leave free where they are
        return np.append(np.linalg.norm(held + shift, axis=1) - distances, 1e-3 * shift)

    shift: Array = scipy.optimize.least_squares(strain, np.zeros(3)).x
    return positions + shift


def _place_face(name: str, distances: tuple[float, ...]) -> list[tuple[float, Array]]:
    """Energies and positions of an η-ligand relaxed over the metal."""
    chem, _, _ = chemistry()
    donors = donor_atoms(name)
    free = free_molecule(name)
    # an open chain is embedded as a metallacycle, which keeps it s-cis
    ring = free.GetRingInfo().NumRings() > 0
    start = chem.Mol(free) if ring else bind(free, (donors[0], donors[-1]))[0]
    shapes = []
    for conformer in _embed(start, name):
        positions = start.GetConformer(conformer).GetPositions()[: free.GetNumAtoms()]
        for side in (1.0, -1.0):
            guess = _over_face(positions, donors, distances, side)
            shapes.append(_relax_face(free, guess, donors, distances))
    return shapes


def _relax_face(
    free: Any, positions: Array, donors: tuple[int, ...], distances: tuple[float, ...]
) -> tuple[float, Array]:
    """Relax an η-ligand: bound atoms at their distances, all others out of the way."""
    chem, _, fields = chemistry()
    editable = chem.RWMol(free)
    metal = editable.AddAtom(chem.Atom("Fe"))
    both = editable.GetMol()
    chem.SanitizeMol(both)
    both.AddConformer(conformer_of(np.vstack([positions, np.zeros(3)])))
    field = fields.UFFGetMoleculeForceField(both, ignoreInterfragInteractions=True)
    field.Initialize()
    for atom in free.GetAtoms():
        i = atom.GetIdx()
        if i in donors:
            wanted = (distances[donors.index(i)],) * 2
        else:
            wanted = (_H_CLEARANCE if atom.GetAtomicNum() == 1 else _CLEARANCE, 99.0)
        field.UFFAddDistanceConstraint(metal, i, False, *wanted, _STIFF)
    if len(donors) == 4:
        field.UFFAddTorsionConstraint(*donors, False, -1.0, 1.0, 200.0)
    field.Minimize(maxIts=1000)
    found = both.GetConformer().GetPositions()
    return field.CalcEnergy(), _exact(found[:metal] - found[metal], donors, distances)


def _over_face(
    positions: Array, donors: tuple[int, ...], distances: tuple[float, ...], side: float
) -> Array:
    """Put the metal at the origin, where its distances to the bound face fit best."""
    face = positions[list(donors)]
    centre = face.mean(axis=0)
    plane = positions - positions.mean(axis=0) if len(donors) == 2 else face - centre
    start = centre + 1.7 * side * np.linalg.svd(plane)[2][-1]

    def strain(place: Array) -> Array:
        gaps = np.linalg.norm(face - place, axis=1) - distances
        return np.append(gaps, 1e-3 * (place - start))

    metal: Array = scipy.optimize.least_squares(strain, start).x
    return positions - metal
