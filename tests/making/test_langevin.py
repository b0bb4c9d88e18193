"""Langevin dynamics: the right temperature, and the same bytes after a kill."""

import numpy as np
import pytest
from ase import Atoms, units
from ase.calculators.calculator import Calculator, all_changes

from xnet_lite.errors import InputError
from xnet_lite.making.langevin import Potential, Thermostat, trajectory
from xnet_lite.parallel import checkpointed_chain

# eV/Å²; with argon's mass a period of 0.2 ps
STIFFNESS = 4.0
ARGON = Atoms("Ar20", np.arange(60.0).reshape(20, 3))


class Springs(Calculator):
    """Every atom on a spring of its own."""

    implemented_properties = ["energy", "forces"]

    def __init__(self, home, memory=0.0):
        super().__init__()
        self.home, self.memory, self.calls = home, memory, 0

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        away = self.atoms.positions - self.home
        self.calls += 1
        # a calculator with a memory answers a little differently every time
        forces = -STIFFNESS * away * (1 + self.memory * self.calls)
        self.results = {"energy": 0.5 * STIFFNESS * (away**2).sum(), "forces": forces}


def springs(memory=0.0):
    """The potential of springs."""
    return Potential("springs", lambda: Springs(ARGON.positions, memory))


def run(path, n_frames=5, potential=None, **changes):
    """A short trajectory."""
    thermostat = Thermostat(**{"n_equilibration": 2, "seed": 7, **changes})
    potential = potential or springs()
    return trajectory(ARGON, potential, thermostat, n_frames, path, progress=False)


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A trajectory of 5 ps in equilibrium."""
    path = tmp_path_factory.mktemp("long") / "x"
    return run(path, 100, timestep=5.0, steps_per_frame=10, n_equilibration=20)


def test_kinetic_energy_has_the_temperature_asked_for(long):
    temperatures = [frame["temperature"] for frame in long]
    # 100 frames of 60 degrees of freedom scatter by 300 √(2/6000) = 5.5 K, twice that
    # with the correlation of frames; three of those
    assert np.mean(temperatures) == pytest.approx(300.0, abs=33)


def test_every_spring_holds_its_share_of_potential_energy(long):
    away = np.array([frame["positions"] for frame in long]) - ARGON.positions
    energy = 0.5 * STIFFNESS * (away**2).sum(axis=(1, 2))
    expected = 0.5 * 60 * units.kB * 300
    # the same scatter as above, relative
    assert energy.mean() == pytest.approx(expected, rel=0.11)


def test_a_cold_thermostat_stops_all_motion(tmp_path):
    away = np.array(run(tmp_path / "x", temperature=0.0)[-1]["positions"])
    assert away == pytest.approx(ARGON.positions, abs=1e-12)


@pytest.mark.parametrize("memory", [0.0, 0.01])
def test_a_killed_run_goes_on_to_the_same_bytes(tmp_path, memory):
    whole = run(tmp_path / "whole" / "x", potential=springs(memory))
    made = []

    class Killed(Exception):
        pass

    def mortal():
        if len(made) == 4:
            raise Killed
        made.append(None)
        return Springs(ARGON.positions, memory)

    with pytest.raises(Killed):
        run(tmp_path / "x", potential=Potential("springs", mortal))
    checkpoint = next(tmp_path.glob("x.*.jsonl"))
    n_done = checkpoint.read_text(encoding="utf-8").count("\n")
    with checkpoint.open("a", encoding="utf-8") as stream:
        stream.write('{"positions": [[0.0, 1')  # a line cut short by the kill
    resumed = run(tmp_path / "x", potential=springs(memory))
    uninterrupted = next((tmp_path / "whole").glob("x.*.jsonl"))
    assert 0 < n_done < 7
    assert checkpoint.read_bytes() == uninterrupted.read_bytes()
    assert resumed == whole


def test_more_frames_begin_with_the_frames_there_were(tmp_path):
    assert run(tmp_path / "x", 6)[:3] == run(tmp_path / "y", 3)


def test_another_seed_or_potential_never_meets_the_same_checkpoint(tmp_path):
    run(tmp_path / "x", 1)
    run(tmp_path / "x", 1, seed=8)
    run(tmp_path / "x", 1, potential=Potential("others", springs().calculator))
    assert len(list(tmp_path.glob("x.*.jsonl"))) == 3


def test_another_seed_gives_other_frames(tmp_path):
    one, other = run(tmp_path / "x", 1), run(tmp_path / "x", 1, seed=8)
    assert one[0]["positions"] != other[0]["positions"]


def test_frames_are_as_far_apart_as_the_thermostat_says():
    assert Thermostat(timestep=0.5, steps_per_frame=20).interval == 10.0


def test_no_frames_are_refused(tmp_path):
    with pytest.raises(InputError, match="n_frames is 0"):
        run(tmp_path / "x", 0)


def test_a_file_that_is_no_chain_is_refused(tmp_path):
    file = tmp_path / "x.jsonl"
    file.write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"is not a checkpoint.*delete it"):
        checkpointed_chain(lambda k, s: s + k, 0, 3, file, progress=False)


def test_a_finished_chain_does_nothing_again(tmp_path):
    def never(number, state):
        raise AssertionError

    file = tmp_path / "x.jsonl"
    done = checkpointed_chain(lambda k, s: s + k, 0, 3, file, progress=False)
    assert checkpointed_chain(never, 0, 3, file, progress=False) == done == [1, 3, 6]
    assert checkpointed_chain(never, 0, 2, file, progress=False) == [1, 3]
