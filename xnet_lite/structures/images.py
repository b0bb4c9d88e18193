"""The periodic images that a cutoff can reach."""

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.structures.site import Site, check_atoms


def reachable_atoms(site: Site, cutoff: float) -> tuple[Array, Ints, Ints | None]:
    """Return positions, numbers and origins of the atoms that may be in reach.

    Parameters
    ----------
    site : Site
        Periodic or not.
    cutoff : float
        Å.

    Returns
    -------
    positions : ndarray (n_rows, 3)
        Å; the atoms of the cell first, in their order, then images.
    numbers : ndarray (n_rows,)
        Atomic numbers.
    origins : ndarray (n_rows,) or None
        Atom each row is or is an image of; None when row i is atom i.

    Raises
    ------
    InputError
        For atoms that were changed into something that `Site` would refuse.
    """
    arrays, periodic = site.atoms.arrays, site.atoms.pbc.any()
    # atoms can be written into after the site was made
    if periodic or not np.isfinite(arrays["positions"]).all():
        check_atoms(site.atoms, site.label)
    if not periodic:
        return arrays["positions"], arrays["numbers"], None
    return _expand(site, cutoff)


def _expand(site: Site, cutoff: float) -> tuple[Array, Ints, Ints]:
    """The atoms near the absorber, then all images that can reach the cutoff.

    Along a periodic axis a fractional distance f means a length of at least f
    times the height of the cell, which bounds the images to look at.
    """
    atoms, pbc = site.atoms, site.atoms.pbc
    cell = atoms.cell.complete()
    heights = 1 / np.linalg.norm(cell.reciprocal(), axis=1)
    center = atoms.positions[site.absorber_index]
    fractional = cell.scaled_positions(atoms.positions - center)
    fractional -= np.where(pbc, np.round(fractional), 0.0)
    near: Array = center + cell.cartesian_positions(fractional)
    reach = np.where(pbc, np.floor(cutoff / heights + 0.5), 0).astype(int)
    axes = [np.arange(-n, n + 1) for n in reach]
    shifts: Ints = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    shifts = shifts[np.any(shifts != 0, axis=1)]
    images = (near + (shifts @ cell.array)[:, None, :]).reshape(-1, 3)
    origin = np.tile(np.arange(len(atoms)), len(shifts) + 1)
    return np.vstack([near, images]), atoms.numbers[origin], origin
