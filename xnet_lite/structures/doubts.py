"""What a structure is, against what its file seems to say; sentences for its reader."""

import numpy as np
import scipy
from ase import Atoms
from ase.data import covalent_radii
from ase.neighborlist import neighbor_list

from xnet_lite.arrays import Array, Ints
from xnet_lite.structures.bonds import BOND_SLACK
from xnet_lite.structures.site import Site

# a carbon with two neighbors in a line, or one as near as in CO, needs no hydrogen
STRAIGHT, TRIPLE = np.cos(np.radians(150)), 1.3  # Å
# a translation of a lattice, at most so long (Å), brings this share of the atoms that
# stay inside, at least so many, this near (Å) to like ones
LONGEST_TRANSLATION, LATTICE_SHARE, LEAST_OVERLAP, LATTICE_SLACK = 9.0, 0.9, 6, 0.3
LEAST_PIECE = 20  # atoms
HOLE = 2.0  # Å beyond a covalent radius


def lacks_hydrogen(atoms: Atoms) -> str:
    """Return a sentence where carbon atoms miss hydrogen and there is none at all.

    Parameters
    ----------
    atoms : ase.Atoms
        Molecule or crystal.

    Returns
    -------
    str
        Empty where nothing is amiss: carbonyls, cyanides and carbides have none.

    Example
    -------
    >>> benzene = np.exp(2j * np.pi * np.arange(6) / 6)
    >>> ring = Atoms("C6", [[1.39 * z.real, 1.39 * z.imag, 0] for z in benzene])
    >>> lacks_hydrogen(ring)[:45]
    'there is no hydrogen, which 6 of the 6 carbon'
    """
    if 1 in atoms.numbers or 6 not in atoms.numbers:
        return ""
    i, away, vectors = bonded(atoms, "idD")
    short = 0
    carbons = np.flatnonzero(atoms.numbers == 6)
    for carbon in carbons:
        mine = i == carbon
        legs = vectors[mine] / away[mine][:, None]
        if len(legs) == 1:
            short += bool(away[mine][0] > TRIPLE)
        elif len(legs) == 2:
            short += bool(legs[0] @ legs[1] > STRAIGHT)
    if not short:
        return ""
    return (
        f"there is no hydrogen, which {short} of the {len(carbons)} carbon atoms seem "
        "to miss: add it"
    )


def bonded(atoms: Atoms, quantities: str) -> tuple[Array, ...]:
    """Return `ase.neighborlist.neighbor_list` of atoms as near as bonds are."""
    return neighbor_list(quantities, atoms, BOND_SLACK * covalent_radii[atoms.numbers])


def molecule_in_cell(site: Site) -> Site | None:
    """Return the molecule about the absorber of a periodic structure, in one piece.

    Parameters
    ----------
    site : Site

    Returns
    -------
    Site or None
        Not periodic, atoms by their place in the cell, which
        `atoms.arrays["parent_index"]` tells. None for a site that is not periodic, and
        where the bonds go on into the next cell, as in a solid.

    Example
    -------
    >>> from ase.build import bulk
    >>> molecule_in_cell(Site(bulk("Fe"), 0))
    >>> box = Atoms("FeO", [[0, 0, 0], [1.6, 0, 0]], cell=[9, 9, 9], pbc=True)
    >>> len(molecule_in_cell(Site(box, 0)).atoms)
    2
    """
    atoms = site.atoms
    if not atoms.pbc.any():
        return None
    i, j, shifts = bonded(atoms, "ijS")
    starts = np.searchsorted(i, np.arange(len(atoms) + 1))
    cell_of: dict[int, Ints] = {site.absorber_index: np.zeros(3, dtype=int)}
    waiting = [site.absorber_index]
    while waiting:
        here = waiting.pop()
        for at in range(starts[here], starts[here + 1]):
            there, cell = int(j[at]), cell_of[here] + shifts[at]
            if there not in cell_of:
                cell_of[there] = cell
                waiting.append(there)
            elif (cell_of[there] != cell).any():
                return None
    rows = sorted(cell_of)
    steps = np.array([cell_of[row] for row in rows]) @ atoms.cell.array
    piece = Atoms(atoms.numbers[rows], atoms.positions[rows] + steps)
    piece.set_array("parent_index", np.array(rows))
    here = rows.index(site.absorber_index)
    return Site(piece, here, site.edge, site.name, site.notes)


def empty_share(atoms: Atoms) -> float:
    """Return the share of a periodic cell that is far from every atom.

    Far is more than 2 Å beyond its covalent radius: the widest hole in a dense solid is
    narrower. Looked at are 1000 points, spread evenly.

    Parameters
    ----------
    atoms : ase.Atoms
        Periodic.

    Returns
    -------
    float
        0 to 1.

    Example
    -------
    >>> from ase.build import bulk
    >>> empty_share(bulk("K"))
    0.0
    """
    points = (np.stack(np.unravel_index(np.arange(1000), (10, 10, 10)), 1) + 0.5) / 10
    shifts = np.stack(np.meshgrid(*[(-1, 0, 1)] * 3), axis=-1).reshape(-1, 3)
    near = atoms.get_scaled_positions() + shifts[:, None]
    places = near.reshape(-1, 3) @ atoms.cell.complete().array
    radii = np.tile(covalent_radii[atoms.numbers], len(shifts))
    points = points @ atoms.cell.complete().array
    filled = np.zeros(len(points), dtype=bool)
    for radius in np.unique(radii):
        tree = scipy.spatial.cKDTree(places[radii == radius])
        filled |= tree.query(points)[0] < radius + HOLE
    return float(1 - filled.mean())


def piece_of_crystal(site: Site) -> bool:
    """Tell whether a structure without a cell is cut out of a crystal.

    It is where three translations that are no combinations of each other bring nearly
    all atoms that stay inside onto atoms of their own kind.

    Parameters
    ----------
    site : Site

    Returns
    -------
    bool
        False for a periodic site, and for few atoms.

    Example
    -------
    >>> from ase.build import bulk
    >>> from xnet_lite.structures.neighborhood import cluster
    >>> piece_of_crystal(cluster(Site(bulk("Cu"), 0), 6.0))
    True
    """
    atoms = site.atoms
    if atoms.pbc.any() or len(atoms) < LEAST_PIECE:
        return False
    places, numbers = atoms.positions, atoms.numbers
    try:
        walls = scipy.spatial.ConvexHull(places).equations
    except scipy.spatial.QhullError:  # all in one plane
        return False
    like = places[numbers == np.bincount(numbers).argmax()]
    away = np.linalg.norm(like - places.mean(axis=0), axis=1)
    steps = like - like[away.argmin()]
    length = np.linalg.norm(steps, axis=1)
    tree, found = scipy.spatial.cKDTree(places), []
    for step in steps[(length > LATTICE_SLACK) & (length < LONGEST_TRANSLATION)]:
        moved = places + step
        inside = (moved @ walls[:, :3].T + walls[:, 3] < 0).all(axis=1)
        misses, onto = tree.query(moved[inside])
        same = (misses < LATTICE_SLACK) & (numbers[onto] == numbers[inside])
        if len(same) >= LEAST_OVERLAP and same.mean() > LATTICE_SHARE:
            found.append(step)
    return bool(found) and bool(np.linalg.matrix_rank(found, tol=1.0) == 3)
