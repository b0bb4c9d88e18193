"""The viewer shows what was taken, and what is chosen in it is what its call reads."""

import numpy as np
import pytest

from tests.spectra.scans import ENERGY, I0, IF, IT, MU, table
from xnet_lite.plots import plot_scan
from xnet_lite.spectra import read_scans, read_spectrum
from xnet_lite.widgets import ScanViewer


@pytest.fixture
def path(tmp_path):
    """A scan of counts."""
    made = tmp_path / "<b>a.dat"
    made.write_text("# energy i0 it if\n" + table(ENERGY, I0, IT, IF))
    return made


def taken(figure):
    return [line.name for line in figure.data if line.name.endswith(", taken")]


def test_what_was_taken_stands_out(path):
    viewer = ScanViewer(path)
    assert taken(viewer.figure) == ["i0, taken", "it, taken"]
    np.testing.assert_allclose(viewer.spectrum.mu, MU, atol=1e-5)
    assert "absorption is ln(i0/it)" in viewer.note.value


def test_other_columns_make_another_spectrum(path):
    viewer = ScanViewer(path)
    viewer.kind.value, viewer.signal.value = "fluorescence", 3
    assert taken(viewer.figure) == ["i0, taken", "if, taken"]
    np.testing.assert_allclose(viewer.spectrum.mu, 0.03 * MU, atol=1e-6)


def test_the_call_reads_what_is_shown(path):
    viewer = ScanViewer(path)
    viewer.kind.value, viewer.signal.value = "fluorescence", 3
    again = eval(viewer.call, {"read_spectrum": read_spectrum})
    np.testing.assert_array_equal(again.mu, viewer.spectrum.mu)


def test_a_choice_that_makes_no_spectrum_says_why(path):
    viewer = ScanViewer(path)
    viewer.unit.value = "keV"
    assert viewer.spectrum is None
    assert "lie above every edge" in viewer.note.value
    assert taken(viewer.figure) == []


def test_a_file_whose_columns_nobody_can_tell_is_shown_all_the_same(tmp_path):
    path = tmp_path / "a.dat"
    path.write_text(table(ENERGY, I0, IT))
    viewer = ScanViewer(path)
    assert viewer.spectrum is None
    assert "counts of a detector" in viewer.note.value
    viewer.kind.value, viewer.before.value, viewer.signal.value = "transmission", 1, 2
    np.testing.assert_allclose(viewer.spectrum.mu, MU, atol=1e-5)


def test_every_scan_of_a_file_can_be_looked_at(tmp_path):
    path = tmp_path / "a.dat"
    path.write_text("# energy mu\n" + table(ENERGY, MU) + table(ENERGY, 3 * MU))
    viewer = ScanViewer(path)
    viewer.scan.value = 1
    np.testing.assert_allclose(viewer.spectrum.mu, 3 * MU, atol=1e-5)
    assert "scan=1" in viewer.call


def test_what_a_file_says_is_never_markup(tmp_path):
    path = tmp_path / "a.dat"
    evil = "<img/src=x>"
    path.write_text(f"energy,{evil}\n" + table(ENERGY, MU, separator=","))
    assert evil not in ScanViewer(path).note.value


def test_the_static_figure_shows_the_same(path):
    figure = plot_scan(read_scans(path)[0], signal="fluorescence")
    assert taken(figure) == ["i0, taken", "if, taken"]
    assert figure.data[-1].name == "absorption"
    np.testing.assert_allclose([min(figure.data[-1].y), max(figure.data[-1].y)], [0, 1])
