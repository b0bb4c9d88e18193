"""Make `fe-dynamics`: one iron complex that moves, by itself and on purpose."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from ase.build import minimize_rotation_and_translation

from xnet_lite.arrays import Array
from xnet_lite.complexes import Complex, Recipe, build, relax, xtb_calculator
from xnet_lite.datasets import XASDataset
from xnet_lite.making.cards import dynamics_facts
from xnet_lite.making.driven import donor_distance, elongated, with_ligand_leaving
from xnet_lite.making.langevin import Potential, Thermostat, frames_file, trajectory
from xnet_lite.making.workshop import (
    Workshop,
    labels_of,
    plain,
    site_of,
    structures_digest,
)
from xnet_lite.parallel import one_thread
from xnet_lite.scattering import DEAR, Level

NAME = "fe-dynamics"
# six nitrogens of three kinds, as classic spin-crossover complexes have them, a ligand
# that leaves uncharged, and 35 atoms: 8000 steps of GFN2-xTB take minutes
RECIPE = Recipe("Fe", 2, "octahedral", ("bpy", "nh3", "nh3", "ncs", "ncs"))
LEAVING = "nh3"
# Å; a quintet of iron(II) has bonds about 0.2 longer than a singlet
STRETCHES = np.linspace(0.0, 0.2, 41).round(4)
PULLS = np.linspace(0.0, 2.0, 41).round(4)
# eV/Å; tighter than a corpus needs: energies are told from this minimum
_MAX_FORCE = 0.01
# labels of the complex that all its frames share
_LABELS = ("compound", "metal", "oxidation_state", "charge", "ligands")
_TITLE = "K-edge XANES of an iron(II) complex in motion: 300 K, elongation, ligand loss"


def make_dynamics(
    folder: str | Path | None = None,
    *,
    n_sites: int = 300,
    seed: int = 20261121,
    level: Level = DEAR,
    potential: Potential | None = None,
    **place: Any,
) -> XASDataset:
    """Make the dataset: a trajectory, an elongation, a ligand that leaves.

    Parameters
    ----------
    folder, level, **place
        As :func:`xnet_lite.making.corpus.make` has them; the trajectory is a chain and
        uses one process.
    n_sites : int
        Frames of the trajectory.
    seed : int
        Of the built complex, the velocities and the kicks.
    potential : Potential, optional
        Of the motion and of `energy_xtb`; closed-shell GFN2-xTB by default.

    Returns
    -------
    XASDataset
        As written to the folder.

    Raises
    ------
    InputError
        Without RDKit or tblite, or for less than one frame.

    Example
    -------
    >>> make_dynamics("out/short", n_sites=3)   # doctest: +SKIP
    """
    shop = Workshop(NAME, folder, **place)
    gfn2 = Potential("GFN2-xTB", partial(xtb_calculator, RECIPE.charge))
    potential, thermostat = potential or gfn2, Thermostat(seed=seed)
    made = relaxed_complex(seed)
    path = shop.checkpoints / "trajectory"
    shop.used.append(frames_file(path, made.atoms, potential, thermostat))
    states = trajectory(
        made.atoms, potential, thermostat, n_sites, path, progress=shop.progress
    )
    frames = _moving(made, states, thermostat.interval) + _driven(made)
    whole = {key: np.full(len(frames), made.labels()[key]) for key in _LABELS}
    energies = {"energy_xtb": _energies(potential, frames, shop)}
    spectra = shop.spectra(level, frames)
    dataset = shop.dataset(
        level,
        frames,
        spectra,
        whole | labels_of(frames) | energies,
        title=_TITLE,
        absorber=RECIPE.metal,
        e0=spectra[0]["e0"],
        potential=potential.name,
        leaving=LEAVING,
        thermostat=asdict(thermostat),
    )
    facts = dynamics_facts(dataset, made, thermostat)
    return shop.finish(dataset, "dynamics.md", **facts)


def relaxed_complex(seed: int) -> Complex:
    """Return the complex at its minimum, where all three parts of the set start.

    Parameters
    ----------
    seed : int
        Of the torsions it is built with.

    Example
    -------
    >>> relaxed_complex(20261121).atoms.get_chemical_formula()   # doctest: +SKIP
    'C12H14FeN6S2'
    """
    xtb_calculator(RECIPE.charge)  # loads what it needs, before threads are limited
    with one_thread():
        return relax(build(RECIPE, seed=seed), max_force=_MAX_FORCE)


def _moving(
    made: Complex, states: Sequence[dict[str, Any]], interval: float
) -> list[dict[str, Any]]:
    """Frames of the trajectory, turned back onto the minimum."""
    frames = []
    for number, state in enumerate(states):
        atoms = Atoms(numbers=made.atoms.numbers, positions=state["positions"])
        minimize_rotation_and_translation(made.atoms, atoms)
        atoms.positions = (atoms.positions - atoms.positions[0]).round(4)
        time = number * interval
        told = {"time": time, "temperature": round(state["temperature"], 3)}
        frames.append(_frame(made, atoms, "trajectory", f"{time:g} fs", told))
    return frames


def _driven(made: Complex) -> list[dict[str, Any]]:
    """Frames of the elongation and of the ligand that leaves."""
    scans = {
        "elongation": (STRETCHES, partial(elongated, made)),
        "leaving": (PULLS, partial(with_ligand_leaving, made, LEAVING)),
    }
    return [
        _frame(made, move(float(way)), part, f"{way:g} Å", {"coordinate": float(way)})
        for part, (ways, move) in scans.items()
        for way in ways
    ]


def _frame(
    made: Complex, atoms: Atoms, part: str, when: str, told: dict[str, float]
) -> dict[str, Any]:
    """A frame as plain values; what does not apply to it is 0."""
    nothing = {"time": 0.0, "coordinate": 0.0, "temperature": 0.0}
    distance = round(donor_distance(made, atoms), 6)
    labels = {"part": part, **nothing, **told, "mean_distance": distance}
    return plain(atoms, f"{made.recipe.key} {part} {when}", labels=labels)


def _energies(
    potential: Potential, frames: Sequence[dict[str, Any]], shop: Workshop
) -> Array:
    """Potential energy of every frame [eV], that of the minimum being 0."""
    found = shop.map(
        partial(_energy, potential),
        frames,
        "energies",
        f"{potential.name} energies",
        potential=potential.name,
        structures=structures_digest(frames),
    )
    parts = [one["labels"]["part"] for one in frames]
    zero: float = found[parts.index("elongation")]
    return np.round(np.array(found, dtype=float) - zero, 6)


def _energy(potential: Potential, one: dict[str, Any]) -> float:
    """Potential energy of one frame [eV]."""
    atoms = site_of(one).atoms.copy()
    atoms.calc = potential.calculator()
    return float(atoms.get_potential_energy())
