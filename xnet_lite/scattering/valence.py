"""Which electrons fill states of the whole, and which stay with their atom."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ase.units import Hartree
from scipy.interpolate import CubicSpline

from xnet_lite.arrays import Array
from xnet_lite.scattering.atom import FreeAtom, shell_density

WINDOW = (-60.0, -42.0)  # eV: somewhere here core ends and valence begins
L_FROZEN = 3  # f electrons stay in their atom


@dataclass(frozen=True, eq=False)
class Parted:
    """Electrons of each species, parted.

    Attributes
    ----------
    start : float
        Energy above which electrons are valence, Ha.
    electrons : ndarray, shape (n_species,)
        How many are valence.
    core : ndarray, shape (n_species, n_points)
        Density of the others, electrons per bohr³.
    """

    start: float
    electrons: Array
    core: Array


def part(atoms: Sequence[FreeAtom], r: Array) -> Parted:
    """Part core from valence at one energy, that of `WINDOW` farthest from all levels.

    Parameters
    ----------
    atoms : sequence of FreeAtom
    r : ndarray, shape (n_atoms, n_points)
        Where the density of the core is wanted, bohr.

    Returns
    -------
    Parted

    Example
    -------
    >>> from xnet_lite.scattering.atom import free_atom
    >>> float(part([free_atom(22)], np.ones((1, 5))).electrons[0])  # 3s² 3p⁶ 3d² 4s²
    10.0
    """
    shells = [[s for s in atom.shells if s.l < L_FROZEN] for atom in atoms]
    levels = np.array([s.energy for each in shells for s in each])
    trial = np.arange(WINDOW[0], WINDOW[1] + 0.05, 0.1) / Hartree
    start = float(trial[np.abs(trial[:, None] - levels).min(axis=1).argmax()])
    electrons, core = [], []
    for atom, each, radii in zip(atoms, shells, r):
        free = [s for s in each if s.energy >= start]
        electrons.append(sum(s.electrons for s in free))
        kept = CubicSpline(np.log(atom.r), atom.density - shell_density(free))
        core.append(kept(np.log(radii)))
    return Parted(start, np.array(electrons, float), np.array(core))
