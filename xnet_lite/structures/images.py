"""The periodic images that a cutoff can reach."""

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError, affordable
from xnet_lite.structures.site import Site, check_atoms

#: of an image while it is looked at: places, shifts and numbers, some of them twice
_BYTES = 200


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
    check_atoms(site.atoms, site.name)  # they can be written into after it was made
    if not site.absorber_index < len(site.atoms):
        raise InputError(
            f"{site.name or 'a site'}: atom {site.absorber_index} that absorbs is "
            "gone, make the site again"
        )
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
    reach = np.where(pbc, np.floor(cutoff / heights + 0.5), 0)
    n_images = float(np.prod(2.0 * reach + 1)) * len(atoms)
    affordable(
        f"{n_images:.3g} atoms and images within {cutoff:g} Å",
        n_images * _BYTES,
        "give a smaller cutoff, radius or r_fms",
    )
    axes = [np.arange(-n, n + 1) for n in reach.astype(int)]
    shifts: Ints = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    shifts = shifts[np.any(shifts != 0, axis=1)]
    images = (near + (shifts @ cell.array)[:, None, :]).reshape(-1, 3)
    origin = np.tile(np.arange(len(atoms)), len(shifts) + 1)
    return np.vstack([near, images]), atoms.numbers[origin], origin
