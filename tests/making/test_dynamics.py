"""Making the set of a complex in motion, with springs and an engine of no cost."""

import hashlib
from functools import partial

import numpy as np
import pytest
from ase.calculators.calculator import Calculator, all_changes

from tests.fake_engine import engine
from xnet_lite.complexes import build
from xnet_lite.datasets import read_dataset
from xnet_lite.errors import InputError
from xnet_lite.making import dynamics
from xnet_lite.making.cards import white_line
from xnet_lite.making.langevin import Potential, Thermostat
from xnet_lite.scattering import Level

N_FRAMES = 4


class Springs(Calculator):
    """Every atom on a spring of its own, 20 eV/Å²."""

    implemented_properties = ["energy", "forces"]

    def __init__(self, home):
        super().__init__()
        self.home = home

    def calculate(self, atoms=None, properties=None, system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        away = self.atoms.positions - self.home
        self.results = {"energy": 10.0 * (away**2).sum(), "forces": -20.0 * away}


@pytest.fixture(scope="module", autouse=True)
def start():
    """The complex as built: the tests need no minimum."""
    pytest.importorskip("rdkit", reason="building complexes needs the extra `chem`")
    pytest.importorskip("tblite", reason="the card names its version")
    built = build(dynamics.RECIPE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dynamics, "relaxed_complex", lambda seed: built)
        patch.setattr(dynamics, "Thermostat", partial(Thermostat, n_equilibration=5))
        yield built


@pytest.fixture(scope="module")
def springs(start):
    """A potential whose minimum is the complex as built."""
    return Potential("springs", lambda: Springs(start.atoms.positions))


def make(root, potential, **changes):
    """The set made in a folder; the bytes of its files."""
    settings = {"workers": 1, "n_sites": N_FRAMES, "progress": False, "seed": 1}
    dynamics.make_dynamics(
        root / "set",
        work_folder=root / "work",
        level=Level("fake", engine),
        potential=potential,
        **settings | changes,
    )
    return {path.name: path.read_bytes() for path in sorted((root / "set").iterdir())}


@pytest.fixture(scope="module")
def made(springs, tmp_path_factory):
    """Bytes of the files, and the set they hold."""
    root = tmp_path_factory.mktemp("dynamics")
    files = make(root, springs)
    return files, read_dataset(root / "set")


def test_there_are_three_parts_of_the_lengths_planned(made):
    _, found = made
    parts, counts = np.unique(found.labels["part"], return_counts=True)
    n_driven = [len(dynamics.STRETCHES), len(dynamics.PULLS)]
    assert parts.tolist() == ["elongation", "leaving", "trajectory"]
    assert counts.tolist() == [*n_driven, N_FRAMES]


def test_every_frame_has_the_labels_promised(made):
    _, found = made
    assert set(found.labels) == {
        *("compound", "metal", "oxidation_state", "charge", "ligands", "part"),
        *("time", "coordinate", "temperature", "energy_xtb", "mean_distance", "e0"),
    }


def test_energies_are_told_from_the_minimum(made, start):
    _, found = made
    first = found.where(part="leaving")
    # a rigid ligand of four atoms pulled 2 Å against springs of 20 eV/Å²
    assert first.labels["energy_xtb"][0] == 0.0
    assert first.labels["energy_xtb"][-1] == pytest.approx(4 * 10.0 * 4.0, rel=1e-4)


def test_times_and_coordinates_are_evenly_spaced_and_zero_elsewhere(made):
    _, found = made
    moving = found.where(part="trajectory").labels
    pulled = found.where(part="leaving").labels
    assert moving["time"].tolist() == [0.0, 10.0, 20.0, 30.0]
    assert not moving["coordinate"].any()
    assert pulled["coordinate"] == pytest.approx(np.linspace(0.0, 2.0, 41))
    assert not pulled["time"].any()


def test_frames_are_turned_back_onto_the_minimum(made, start):
    _, found = made
    for site in found.where(part="trajectory").sites:
        assert site.atoms.positions[0].tolist() == [0.0, 0.0, 0.0]
        cross = np.cross(start.atoms.positions, site.atoms.positions).sum(axis=0)
        reach = (start.atoms.positions**2).sum()
        # no turn left, but for that of the centers of both on their metals
        assert np.abs(cross / reach).max() < 0.01


def test_spectra_are_the_engine_s_on_the_frames_themselves(made):
    _, found = made
    last = found.sites[-1]
    mu = np.interp(7112.0 + found.energy, *_curve(engine(last)))
    mu = mu / mu[found.energy > 15].mean()
    # kept to six decimals; the engine's grid is coarser than the set's
    assert found.spectra[-1] == pytest.approx(mu, abs=5e-3)


def _curve(spectrum):
    """Energy and absorption."""
    return spectrum.energy, spectrum.mu


def test_a_killed_trajectory_goes_on_to_the_same_files(made, springs, tmp_path):
    files, _ = made
    calls = []

    class Killed(Exception):
        pass

    def mortal():
        calls.append(None)
        if len(calls) == 6:
            raise Killed
        return springs.calculator()

    with pytest.raises(Killed):
        make(tmp_path, Potential("springs", mortal))
    assert list((tmp_path / "work").glob("trajectory.*.jsonl"))
    assert make(tmp_path, springs) == files


def test_another_seed_gives_another_trajectory(made, springs, tmp_path):
    files, _ = made
    assert make(tmp_path, springs, seed=2)["arrays.npz"] != files["arrays.npz"]


def test_the_checkpoints_are_gone_afterwards(springs, tmp_path):
    make(tmp_path, springs, n_sites=1)
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_checkpoints_of_others_stay(springs, tmp_path):
    (tmp_path / "work").mkdir()
    other = tmp_path / "work" / "trajectory.0123456789abcdef.jsonl"
    other.write_text("{}\n", encoding="utf-8")
    make(tmp_path, springs, n_sites=1)
    assert list((tmp_path / "work").iterdir()) == [other]


def test_a_folder_that_cannot_be_made_is_refused_before_any_work(springs, tmp_path):
    (tmp_path / "set").write_text("a file", encoding="utf-8")
    with pytest.raises(InputError, match="set: cannot be written"):
        make(tmp_path, springs, n_sites=1)
    assert not (tmp_path / "work").exists()


def test_the_card_says_what_must_be_known(made):
    files, _ = made
    card = files["CARD.md"].decode()
    for word in (
        "CC BY 4.0",
        "xnet-lite data make fe-dynamics",
        "with springs at\n  300 K",
        "time step 0.5 fs with true",
        "a frame every\n  10 fs",
        "closed-shell surface",
        "split the trajectory by blocks",
        "| elongation | 0.2 |",
        "| leaving | 2 |",
    ):
        assert word in card
    for name in ("arrays.npz", "meta.json", "structures.extxyz.gz"):
        assert f"`{name}` {hashlib.sha256(files[name]).hexdigest()}" in card


def test_a_white_line_between_two_points_of_the_grid_is_found():
    energy = np.arange(0.0, 20.0, 0.5)
    assert white_line(energy, 3 - (energy - 8.2) ** 2) == pytest.approx((8.2, 3.0))
