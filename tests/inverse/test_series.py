"""A folder of scans becomes one table."""

import numpy as np
import pytest

from tests.inverse.mixing import edge
from xnet_lite.errors import InputError
from xnet_lite.inverse import rank, read_series

E0 = 7112.0


@pytest.fixture
def folder(tmp_path):
    """Eight scans of one sample, thick and thin, each on its own energy scale."""
    rng = np.random.default_rng(0)
    energy = np.linspace(-100, 400, 1001)
    for i, shift in enumerate(rng.normal(0, 0.4, 8)):
        mu = 2 + (1 + i) * edge(shift, energy=energy)
        mu += rng.normal(0, 0.005 * (1 + i), len(mu))
        np.savetxt(
            tmp_path / f"scan{i}.txt", np.c_[E0 + energy, mu], header="energy mu"
        )
    return tmp_path


def test_scans_stand_side_by_side_with_a_step_of_one(folder):
    data = read_series(folder)
    assert data.spectra.shape == (8, 201)
    assert data.labels["name"][0] == "scan0.txt"
    assert data.energy[0] == pytest.approx(data.meta["e0"] - 20)
    assert np.ptp(data.spectra[:, -20:].mean(axis=1)) < 0.02


def test_what_is_no_scan_is_left_out_with_its_reason(folder):
    (folder / "notes.txt").write_text("beam was down from 3 to 5\n")
    (folder / ".hidden").write_text("nothing")
    notes = read_series(folder).meta["notes"]
    assert sum(note.startswith("left out: notes.txt") for note in notes) == 1
    assert not any("hidden" in note for note in notes)


def test_a_drift_that_looks_like_a_component_is_taken_away(folder):
    kept, moved = read_series(folder), read_series(folder, aligned=True)
    assert rank(kept.spectra).n_f_test > 1
    assert rank(moved.spectra).n_f_test == 1  # resampled noise is not white
    assert "shifted onto the first scan" in moved.meta["notes"][-1]


def test_the_grid_is_cut_to_what_all_cover(folder):
    short = np.loadtxt(folder / "scan3.txt")
    np.savetxt(folder / "scan3.txt", short[short[:, 0] < E0 + 60], header="energy mu")
    assert read_series(folder).energy[-1] < E0 + 61


@pytest.mark.parametrize(
    ("grid", "message"),
    [((5, 1, 1), "first, last and a step"), ((500, 600, 1), "give another grid")],
)
def test_a_grid_that_cannot_be_is_refused(folder, grid, message):
    with pytest.raises(InputError, match=message):
        read_series(folder, grid=grid)


def test_a_folder_that_is_none_or_has_one_scan_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        read_series(tmp_path / "nowhere")
    with pytest.raises(InputError, match="0 scans can be used"):
        read_series(tmp_path)
