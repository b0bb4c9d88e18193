"""From a recipe to atoms: place ligands on a polyhedron, turn them, settle them."""

from collections.abc import Callable, Iterable
from functools import cache, reduce

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers, chemical_symbols, covalent_radii, vdw_radii

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError

from .arrangement import Grip, arrangements
from .assembly import Complex, nearest_allowed
from .embed import Fragment, fragment
from .ligands import bond_lengths, ligand
from .molecule import bind, chemistry, conformer_of, free_molecule
from .polyhedra import align, polyhedron
from .recipe import Recipe

# sums of van der Waals radii; nearest that atoms of two ligands may come, unless both
# are donors
_CROWDED = 0.62
# contacts beyond this many sums of covalent radii do not count in the torsion scan
_FAR = 1.8
_N_TORSIONS = 24
_N_SWEEPS = 2
_SETTLE_STEPS = 300


def _fragments(recipe: Recipe) -> list[Fragment]:
    """Every ligand of the recipe, embedded."""
    return [
        fragment(one.name, bond_lengths(one.name, recipe.metal, recipe.geometry))
        for one in recipe.ordered
    ]


def _grip(part: Fragment) -> Grip:
    """What matters of a ligand for its arrangement."""
    one = ligand(part.name)
    if part.is_face:
        return Grip(part.name, part.anchors[0], ("eta",), one.hapticity > 2)
    labels = tuple(
        f"{chemical_symbols[part.numbers[atom]]}{length}"
        for atom, length in zip(part.donors, one.distances, strict=True)
    )
    return Grip(part.name, part.anchors[0], labels)


@cache
def isomers(recipe: Recipe) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Distinct arrangements of a recipe's ligands, the least strained first.

    Raises
    ------
    InputError
        If the ligands do not fit on the polyhedron; the message names both.

    Example
    -------
    >>> recipe = Recipe("Fe", 2, "octahedral", ("nh3",) * 4 + ("cl",) * 2)
    >>> len(isomers(recipe))
    2
    """
    grips = [_grip(part) for part in _fragments(recipe)]
    found = arrangements(recipe.geometry, grips)
    if not found:
        raise InputError(
            f"{' '.join(recipe.ligands)} do not fit on {recipe.geometry} "
            f"{recipe.metal}; choose another geometry or other ligands."
        )
    return tuple(found)


def build(recipe: Recipe, *, isomer: int = 0, seed: int = 0) -> Complex:
    """Build a complex.

    Each ligand's donors are aligned with the vertices of its arrangement, its free
    torsion scanned in 15° steps from a random phase against what is already there,
    and everything but metal and donors is settled with the UFF force field.

    Parameters
    ----------
    recipe : Recipe
        Metal, oxidation state, geometry and ligands.
    isomer : int
        Index into :func:`isomers`.
    seed : int
        Of the torsion phases.

    Returns
    -------
    Complex
        With positions rounded to 1e-4 Å.

    Raises
    ------
    InputError
        If RDKit is absent, the ligands do not fit on the polyhedron, there are fewer
        isomers, or atoms clash; the message says which.

    Source
    ------
    The steps are those of automatic builders such as E. I. Ioannidis et al.,
    J. Comput. Chem. 37, 2106 (2016), doi:10.1002/jcc.24437.

    Differs
    -------
    Distances come from a table and not from a trained model; nothing is relaxed
    around the metal.

    Example
    -------
    >>> recipe = Recipe("Fe", 2, "tetrahedral", ("cl",) * 2 + ("py",) * 2)
    >>> build(recipe).atoms.get_chemical_formula()
    'C10H10Cl2FeN2'
    """
    found = isomers(recipe)
    if not 0 <= isomer < len(found):
        raise InputError(f"{recipe.key} has {len(found)} isomers; {isomer} is not one.")
    parts = _fragments(recipe)
    goals = polyhedron(recipe.geometry, recipe.n_sites).vertices
    vertices = [goals[list(places)] for places in found[isomer]]
    rng = np.random.default_rng([seed, isomer])
    placed = _place(parts, vertices, rng)
    positions = _settle(parts, placed)
    metal = [atomic_numbers[recipe.metal]]
    numbers = np.concatenate([metal, *(part.numbers for part in parts)])
    atoms = Atoms(numbers=numbers, positions=positions.round(4))
    donors = _in_complex(parts, lambda part: part.donors)
    built = Complex(recipe, atoms, tuple(donors), isomer)
    _refuse_clashes(built, parts)
    return built


def _in_complex(
    parts: list[Fragment], chosen: Callable[[Fragment], Iterable[int]]
) -> list[int]:
    """Indices in the complex (the metal is 0) of some atoms of each ligand."""
    start, found = 1, []
    for part in parts:
        found += [start + atom for atom in chosen(part)]
        start += len(part.numbers)
    return found


def _poses(part: Fragment, goals: Array, phase: float) -> Array:
    """All orientations to try, (n_poses, n_atoms, 3): conformers × free torsion."""
    poses = []
    for positions, anchors in zip(part.conformers, part.anchors, strict=True):
        there = positions @ align(anchors, goals)[0].T
        if len(goals) > 1:
            poses.append(there)
            continue
        for turn in phase + np.arange(_N_TORSIONS) * (2 * np.pi / _N_TORSIONS):
            poses.append(there @ _about(goals[0], turn).T)
    return np.array(poses)


def _about(axis: Array, angle: float) -> Array:
    """Rotation matrix about a unit vector (Rodrigues)."""
    x, y, z = axis
    cross: Array = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    sine, versine = float(np.sin(angle)), float(1 - np.cos(angle))
    return np.eye(3) + sine * cross + versine * cross @ cross


def _crowding(poses: Array, numbers: Ints, others: list[tuple[Array, Ints]]) -> Array:
    """Penalty of each pose: Σ (far − d/Σr)² over contacts with the other ligands."""
    total = np.zeros(len(poses))
    for positions, theirs in others:
        reach = covalent_radii[numbers][:, None] + covalent_radii[theirs]
        gaps = np.linalg.norm(poses[:, :, None] - positions[None, None], axis=-1)
        total += (np.clip(_FAR - gaps / reach, 0, None) ** 2).sum(axis=(1, 2))
    return total


def _place(
    parts: list[Fragment], vertices: list[Array], rng: np.random.Generator
) -> list[Array]:
    """Positions of each ligand: greedy, then sweeps until each suits all others."""
    poses = [
        _poses(part, goals, rng.uniform(0, 2 * np.pi))
        for part, goals in zip(parts, vertices, strict=True)
    ]
    placed: dict[int, Array] = {}
    for _ in range(1 + _N_SWEEPS):
        for i, part in enumerate(parts):
            others = [(placed[j], parts[j].numbers) for j in placed if j != i]
            penalty = _crowding(poses[i], part.numbers, others)
            placed[i] = poses[i][int(np.argmin(penalty.round(6)))]
    return list(placed.values())


def _settle(parts: list[Fragment], placed: list[Array]) -> Array:
    """Relax all but metal, donors and η-ligands with UFF; the metal comes first."""
    chem, _, fields = chemistry()
    free = [free_molecule(part.name) for part in parts]
    whole = reduce(chem.CombineMols, free, chem.Mol())
    # RDKit's molecule has the metal last
    dative = _in_complex(parts, lambda part: () if part.is_face else part.donors)
    bound, metal = bind(whole, [atom - 1 for atom in dative])
    positions = np.vstack([*placed, np.zeros((1, 3))])
    bound.AddConformer(conformer_of(positions))
    field = fields.UFFGetMoleculeForceField(bound, ignoreInterfragInteractions=False)
    field.Initialize()
    still = _in_complex(parts, lambda part: {*part.donors, *_rigid(part)})
    held = {metal, *(atom - 1 for atom in still)}
    for atom in sorted(held):
        field.AddFixedPoint(int(atom))
    if len(held) < bound.GetNumAtoms():
        field.Minimize(maxIts=_SETTLE_STEPS)
    settled = bound.GetConformer().GetPositions()
    return np.vstack([settled[metal:], settled[:metal]])


def _rigid(part: Fragment) -> set[int]:
    """Atoms of an η-ligand that do not move: its fold is the metal's doing."""
    if not part.is_face:
        return set()
    return {
        atom.GetIdx()
        for atom in free_molecule(part.name).GetAtoms()
        if atom.GetAtomicNum() > 1
        or any(near.GetIdx() in part.donors for near in atom.GetNeighbors())
    }


def _refuse_clashes(built: Complex, parts: list[Fragment]) -> None:
    """Raise where atoms of different ligands touch or a ligand fell apart."""
    numbers = built.atoms.numbers
    gaps = built.atoms.get_all_distances()
    owner = np.repeat(np.arange(-1, len(parts)), [1, *(len(p.numbers) for p in parts)])
    free = ~np.isin(np.arange(len(numbers)), built.donors)
    apart = (owner[:, None] != owner) & (owner[:, None] >= 0) & (owner >= 0)
    apart &= free[:, None] | free
    size = np.nan_to_num(vdw_radii[numbers], nan=2.0)
    limit = _CROWDED * (size[:, None] + size) * apart
    limit = np.maximum(limit, nearest_allowed(numbers))
    if (gaps < limit).any():
        i, j = np.unravel_index(np.argmax(limit - gaps), gaps.shape)
        raise InputError(
            f"{built.recipe.key} isomer {built.isomer} is too crowded: "
            f"{built.atoms[i].symbol}{i} and {built.atoms[j].symbol}{j} are "
            f"{gaps[i, j]:.2f} Å apart; use smaller ligands or another isomer."
        )
