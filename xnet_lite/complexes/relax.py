"""Relax a built complex with GFN2-xTB, and say what became of it."""

from dataclasses import replace
from typing import Any

import numpy as np
from ase import Atoms
from ase.data import covalent_radii
from ase.optimize import LBFGS

from xnet_lite.errors import InputError, missing

from .assembly import Complex, nearest_allowed
from .shape import bound_donors, named_geometry

# eV/Å and steps; the published geometries are minima to about this force
MAX_FORCE, MAX_STEPS = 0.1, 200
_MAX_CYCLES = 300

# sums of covalent radii: a bond among ligand atoms is there below the first and gone
# above the second; pairs between the two are never counted as changed
_BONDED, _APART = 1.2, 1.4
# sums of covalent radii; an atom this near to the metal binds it, planned or not
_INTRUDING = 1.12


def xtb_calculator(charge: int) -> Any:
    """GFN2-xTB for a closed shell (multiplicity 1), as an ASE calculator.

    Parameters
    ----------
    charge : int
        Total charge.

    Raises
    ------
    InputError
        If tblite is not installed; the message says how to get it.

    Source
    ------
    C. Bannwarth, S. Ehlert and S. Grimme, J. Chem. Theory Comput. 15, 1652 (2019),
    doi:10.1021/acs.jctc.8b01176.

    Example
    -------
    >>> monoxide = Atoms("CO", [[0, 0, 0], [0, 0, 1.13]], calculator=xtb_calculator(0))
    >>> bool(abs(monoxide.get_forces()).max() < 1.0)  # eV/Å, near its minimum
    True
    """
    try:
        from tblite.ase import TBLite
    except ImportError:
        raise missing("relaxing complexes needs tblite") from None
    return TBLite(
        method="GFN2-xTB",
        charge=charge,
        multiplicity=1,
        max_iterations=_MAX_CYCLES,
        verbosity=0,
    )


def relax(
    built: Complex, *, max_force: float = MAX_FORCE, max_steps: int = MAX_STEPS
) -> Complex:
    """Relax a complex to its nearest closed-shell GFN2-xTB minimum.

    Donors, geometry and coordination number are read off the relaxed structure: an
    arm of a chelate may let go. What falls apart or rearranges is refused.

    Parameters
    ----------
    built : Complex
        As built, with an even number of electrons.
    max_force : float
        Largest force left on an atom [eV/Å].
    max_steps : int
        Steps of the optimiser.

    Returns
    -------
    Complex
        Metal at the origin, positions rounded to 1e-4 Å.

    Raises
    ------
    InputError
        If tblite is absent, the electron count is odd, self-consistency or the
        minimum is not reached, a ligand leaves, or bonds among the ligands' atoms
        break or form; the message names the complex and what happened.

    Source
    ------
    The level of the geometries in D. Balcells and B. B. Skjelstad, J. Chem. Inf.
    Model. 60, 6135 (2020), doi:10.1021/acs.jcim.0c01041 (tmQM).

    Example
    -------
    >>> from xnet_lite.complexes import Recipe, build
    >>> recipe = Recipe("Fe", 0, "trigonal-bipyramidal", ("co",) * 5)
    >>> relax(build(recipe)).relaxed
    True
    """
    recipe = built.recipe
    if not recipe.is_even:
        said = f"{recipe.key} has an odd number of electrons and no closed shell"
        raise InputError(f"{said}; choose another oxidation state.")
    atoms = built.atoms.copy()
    atoms.calc = xtb_calculator(recipe.charge)
    _minimise(recipe.key, atoms, max_force, max_steps)
    positions = (atoms.positions - atoms.positions[0]).round(4)
    settled = Atoms(numbers=atoms.numbers, positions=positions)
    _refuse_rearranged(built, settled)
    donors = bound_donors(recipe, settled, built.donors)
    geometry = named_geometry(recipe, settled, built.donors)
    return replace(
        built, atoms=settled, bound=donors, geometry_found=geometry, relaxed=True
    )


def _minimise(key: str, atoms: Atoms, max_force: float, max_steps: int) -> None:
    """Move atoms to the minimum, in place."""
    try:
        optimiser = LBFGS(atoms, logfile=None)  # type: ignore[arg-type]
        done = optimiser.run(fmax=max_force, steps=max_steps)
    except (RuntimeError, ValueError) as error:
        reason = str(error).strip().splitlines()[-1]
        raise InputError(f"{key}: not self-consistent ({reason}).") from error
    if not done:
        raise InputError(f"{key}: not relaxed after {max_steps} steps.")


def _refuse_rearranged(built: Complex, after: Atoms) -> None:
    """Raise where a ligand left or the bonds among its atoms are others."""
    key = built.recipe.key
    radii = covalent_radii[after.numbers]
    reach = radii[:, None] + radii + np.diag(np.full(len(radii), np.inf))
    before_gaps = built.atoms.get_all_distances() / reach
    gaps = after.get_all_distances() / reach
    broken = (before_gaps < _BONDED) & (gaps > _APART)
    formed = (before_gaps > _APART) & (gaps < _BONDED)
    for what, changed in (("broke", broken), ("formed", formed)):
        pairs = np.argwhere(np.triu(changed[1:, 1:])) + 1
        if len(pairs):
            i, j = pairs[0]
            names = f"{after[i].symbol}{i}–{after[j].symbol}{j}"
            raise InputError(f"{key}: rearranged, the bond {names} {what}.")
    if (after.get_all_distances() < nearest_allowed(after.numbers)).any():
        raise InputError(f"{key}: rearranged, two atoms collapsed.")
    owners = built.owners
    held = set(bound_donors(built.recipe, after, built.donors))
    kept = {owner for donor, owner in zip(built.donors, owners) if donor in held}
    if kept != set(owners):
        raise InputError(f"{key}: dissociated, a ligand left.")
    bonds = gaps < _BONDED
    for atom in np.flatnonzero(gaps[0] < _INTRUDING):
        if atom not in built.donors and not any(bonds[atom, list(held)]):
            raise InputError(f"{key}: rearranged, {after[atom].symbol}{atom} binds.")
