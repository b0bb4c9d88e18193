"""Where the engine takes a structure for what it is not, and what that does."""

from xnet_lite.structures import Site
from xnet_lite.structures.doubts import empty_share, molecule_in_cell, piece_of_crystal

#: what measures the percent by which a spectrum moves: least and most
COMMAND = "python -m benchmarks.boxes"
MOLECULE_IN_CELL, PIECE_OF_CRYSTAL = (3, 24), (3, 16)
MOSTLY = 0.5  # share of a cell that is empty


def boundary_doubts(site: Site, by_engine: bool = True) -> list[str]:
    """Return a sentence where a cell, or that there is none, decides the spectrum.

    Parameters
    ----------
    site : Site
    by_engine : bool
        Whether the engine computed it from overlapped atoms, which knows one level
        between the spheres for molecules and another for crystals; or a model, which
        sees neighbors alone.

    Returns
    -------
    list of str
        At most one.

    Example
    -------
    >>> from ase import Atoms
    >>> box = Atoms("FeO", [[0, 0, 0], [1.6, 0, 0]], cell=[20, 20, 20], pbc=True)
    >>> boundary_doubts(Site(box, 0))[0][:57]
    'the absorber is in a molecule of 2 atoms in a periodic ce'
    """
    atoms = site.atoms
    if molecule := molecule_in_cell(site):
        n = len(molecule.atoms)
        what = f"the absorber is in a molecule of {n} atoms in a periodic cell"
    elif atoms.pbc.any() and (share := empty_share(atoms)) > MOSTLY:
        what = f"{share:.0%} of the periodic cell is empty"
    elif piece_of_crystal(site):
        what = "this looks like a piece of a crystal without its cell"
    else:
        return []
    least, most = MOLECULE_IN_CELL if atoms.pbc.any() else PIECE_OF_CRYSTAL
    moved = f"a spectrum by {least} to {most} % ({COMMAND})"
    if not by_engine:
        return [
            f"{what}: a model sees the neighbors alone, with and without a cell, where "
            f"the engine's physics moves {moved}"
        ]
    taken, other = ("crystal", "without") if atoms.pbc.any() else ("molecule", "with")
    return [
        f"{what}, which the engine takes for a {taken}: that moves {moved}; compute it "
        f"{other} its cell to compare"
    ]
