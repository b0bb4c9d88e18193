"""Molecular dynamics at one temperature, in steps that survive a kill."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms, units
from ase.md.langevin import Langevin

from xnet_lite.errors import within
from xnet_lite.parallel import checkpoint_file, checkpointed_chain


@dataclass(frozen=True)
class Potential:
    """A maker of ASE calculators with the name it has on cards and in checkpoints.

    Parameters
    ----------
    name : str
        Tells it from every other potential.
    calculator : callable
        Without arguments; each call returns a calculator that remembers nothing.
    """

    name: str
    calculator: Callable[[], Any]


@dataclass(frozen=True)
class Thermostat:
    """How a Langevin trajectory is run and how often it is looked at.

    Parameters
    ----------
    temperature : float
        K.
    friction : float
        fs⁻¹; velocities forget themselves within its inverse.
    timestep : float
        fs; a tenth of the shortest period or less.
    steps_per_frame : int
        Steps from one kept frame to the next.
    n_equilibration : int
        Frames that are thrown away first.
    seed : int
        Of the first velocities and of every kick.

    Example
    -------
    >>> Thermostat().interval
    10.0
    """

    temperature: float = 300.0
    friction: float = 0.01
    timestep: float = 0.5
    steps_per_frame: int = 20
    n_equilibration: int = 100
    seed: int = 0

    @property
    def interval(self) -> float:
        """Time between frames [fs]."""
        return self.timestep * self.steps_per_frame


def trajectory(
    atoms: Atoms,
    potential: Potential,
    thermostat: Thermostat,
    n_frames: int,
    path: str | Path,
    *,
    progress: bool = True,
) -> list[dict[str, Any]]:
    """Run Langevin dynamics and keep a frame at a fixed interval.

    m dv = F dt − γ m v dt + √(2 γ k_B T m) dW. Frames form a chain: each follows from
    the one before by a fresh calculator and a random generator named after its number,
    and is on disk at once. A run that was killed goes on from its last frame to the
    same bytes; on another processor rounding soon leads to another trajectory of the
    same statistics.

    Parameters
    ----------
    atoms : ase.Atoms
        Where it starts; velocities are drawn.
    potential : Potential
        Of the forces.
    thermostat : Thermostat
        Temperature, friction, time step, seed.
    n_frames : int
        Frames returned, after those of the equilibration.
    path : str or Path
        Checkpoint, completed with a hash of everything that frames depend on.
    progress : bool
        Show a bar with the time left.

    Returns
    -------
    list of dict
        "positions" [Å], "velocities" [ASE units] and "temperature" [K], the
        instantaneous one of all 3N degrees of freedom.

    Raises
    ------
    InputError
        For less than one frame, or where the checkpoint is not one.

    Source
    ------
    E. Vanden-Eijnden and G. Ciccotti, Chem. Phys. Lett. 429, 310 (2006),
    doi:10.1016/j.cplett.2006.07.086, as ASE has it.

    Differs
    -------
    The center of mass is kicked like everything else: every one of the 3N degrees of
    freedom carries k_B T/2.

    Example
    -------
    >>> trajectory(atoms, potential, Thermostat(), 300, "out/md")   # doctest: +SKIP
    """
    within("[1, inf)", whole=True, n_frames=n_frames)
    potential.calculator()  # loads what it needs, before threads are limited
    first = thermal_start(atoms, thermostat)
    states = checkpointed_chain(
        partial(_advance, atoms, potential, thermostat),
        first,
        thermostat.n_equilibration + n_frames,
        frames_file(path, atoms, potential, thermostat),
        progress=progress,
        label="molecular dynamics",
    )
    return states[thermostat.n_equilibration :]


def thermal_start(atoms: Atoms, thermostat: Thermostat) -> dict[str, Any]:
    """Return positions as they are with velocities drawn at the temperature.

    Parameters
    ----------
    atoms : ase.Atoms
        Masses and positions.
    thermostat : Thermostat
        Temperature and seed.

    Example
    -------
    >>> sorted(thermal_start(Atoms("He"), Thermostat()))
    ['positions', 'temperature', 'velocities']
    """
    moved = atoms.copy()
    rng = np.random.default_rng([thermostat.seed, 0])
    width = np.sqrt(units.kB * thermostat.temperature / atoms.get_masses())
    moved.set_velocities(rng.standard_normal((len(atoms), 3)) * width[:, None])
    return _state(moved)


def _state(atoms: Atoms) -> dict[str, Any]:
    """What the next frame depends on, as plain values, and the temperature."""
    return {
        "positions": atoms.positions.tolist(),
        "velocities": atoms.get_velocities().tolist(),
        "temperature": float(atoms.get_temperature()),
    }


def _advance(
    atoms: Atoms,
    potential: Potential,
    thermostat: Thermostat,
    number: int,
    state: Mapping[str, Any],
) -> dict[str, Any]:
    """The frame that follows."""
    moved = Atoms(numbers=atoms.numbers, positions=state["positions"])
    moved.set_velocities(np.array(state["velocities"]))
    # fresh: a calculator that starts from its last density depends on the past
    moved.calc = potential.calculator()
    run = Langevin(
        moved,
        thermostat.timestep * units.fs,
        temperature_K=thermostat.temperature,
        friction=thermostat.friction / units.fs,
        fixcm=False,
        rng=np.random.default_rng([thermostat.seed, number]),
    )
    run.run(thermostat.steps_per_frame)
    return _state(moved)


def frames_file(
    path: str | Path, atoms: Atoms, potential: Potential, thermostat: Thermostat
) -> Path:
    """Return the checkpoint of a trajectory, named after all that frames depend on."""
    settings = {
        "potential": potential.name,
        "thermostat": asdict(thermostat),
        "numbers": atoms.numbers.tolist(),
        "positions": atoms.positions.tolist(),
        "code": [inspect.getsource(one) for one in (thermal_start, _state, _advance)],
    }
    return checkpoint_file(path, settings)
