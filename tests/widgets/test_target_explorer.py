"""The slider's number decides what comes back, and every number is fitted once."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.plots.base import ROLES
from xnet_lite.targets import TDCT, EnergyGrid
from xnet_lite.widgets import TargetExplorer

ENERGY = np.linspace(-10.0, 40.0, 6)
MU = np.array([0.0, 0.2, 1.5, 0.9, 1.1, 1.0])


class Cosines:
    """Fits cosines, and remembers how many were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, n: int) -> TDCT:
        self.asked.append(n)
        target = TDCT(n)
        target.fit([MU], ENERGY)
        return target


@pytest.fixture
def cosines() -> Cosines:
    """The only line beside the spectrum."""
    return Cosines()


@pytest.fixture
def widget(cosines) -> TargetExplorer:
    """One, two or six cosines of a spectrum of six points; two at the start."""
    return TargetExplorer(ENERGY, MU, {"cosines": cosines}, counts=[1, 2, 6], start=2)


def test_one_cosine_brings_the_mean_back(widget):
    widget.slider.value = 1
    np.testing.assert_allclose(widget.figure.data[1].y, np.full(6, MU.mean()))


def test_as_many_cosines_as_energies_bring_everything_back(widget):
    widget.slider.value = 6
    np.testing.assert_allclose(widget.figure.data[1].y, MU, atol=1e-12)


def test_the_spectrum_itself_stays(widget):
    widget.slider.value = 1
    np.testing.assert_array_equal(widget.figure.data[0].y, MU)


def test_the_spectrum_has_the_colour_of_truth(widget):
    assert widget.figure.data[0].line.color == ROLES["truth"]


def test_the_note_names_what_is_lost(widget):
    widget.slider.value = 1
    lost = 100 * np.abs(MU - MU.mean()).sum() / MU.sum()
    assert widget.note.value == f"1 asked: <b>cosines</b> 1 numbers, {lost:.2f} % lost"


def test_the_note_counts_the_numbers_that_are_used_and_not_those_asked_for():
    def grid(_n):
        return EnergyGrid().fit([MU], ENERGY)

    widget = TargetExplorer(ENERGY, MU, {"grid": grid}, counts=[2], start=2)
    assert "<b>grid</b> 6 numbers" in widget.note.value


def test_a_number_seen_before_is_not_fitted_again(widget, cosines):
    for value in (1, 2, 1):
        widget.slider.value = value
    assert cosines.asked == [2, 1]


def test_a_start_that_the_slider_lacks_is_refused(cosines):
    with pytest.raises(InputError, match=r"start=3 is not among the counts \[1, 2\]"):
        TargetExplorer(ENERGY, MU, {"cosines": cosines}, counts=[1, 2], start=3)
