"""Answers to exercises: friendly, true, and they do not give the solution away."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.exercises import check_choice, check_number


@pytest.mark.parametrize("answer", [1.96, 2.0, 2.04, np.float64(2.01), "2.0"])
def test_a_number_within_the_tolerance_is_right(answer):
    assert check_number(answer, 2.0, tolerance=0.05, unit="Å").startswith("Right")


@pytest.mark.parametrize(("answer", "side"), [(1.9, "small"), (2.1, "large")])
def test_a_number_outside_is_not_yet_right_and_the_side_is_told(answer, side):
    said = check_number(answer, 2.0, tolerance=0.05, unit="Å", hint="Look again.")
    assert said == f"Not yet: {answer} Å is too {side}. Look again."


def test_a_wrong_answer_does_not_show_the_right_one():
    assert "2.345" not in check_number(3.0, 2.345, tolerance=0.01)


def test_a_count_is_written_with_all_its_digits():
    assert check_number(255_202, 255_202, tolerance=0).startswith("Right: 255202,")


def test_no_answer_is_met_with_an_invitation():
    said = check_number(None, 2.0, tolerance=0.1, unit="eV")
    assert said == "No answer yet: replace None by a number in eV."


@pytest.mark.parametrize("answer", ["two", float("nan"), [1, 2], np.inf])
def test_what_is_no_finite_number_is_called_so(answer):
    assert "is not a finite number" in check_number(answer, 2.0, tolerance=0.1)


def test_a_negative_tolerance_is_the_authors_mistake():
    with pytest.raises(InputError, match=r"tolerance is -0\.1, give a number of zero"):
        check_number(1.0, 1.0, tolerance=-0.1)


def test_the_right_choice_comes_with_its_reason():
    said = check_choice(
        "higher", "higher", ["higher", "lower"], reason="E goes as R⁻²."
    )
    assert said == "Right: higher. E goes as R⁻²."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "No answer yet: replace None by one of higher, lower."),
        ("lower", "Not yet: it is not lower."),
        ("maybe", "Not yet: 'maybe' is not one of higher, lower."),
    ],
)
def test_any_other_choice_is_answered_without_the_reason(answer, said):
    choices = ["higher", "lower"]
    assert check_choice(answer, "higher", choices, reason="secret") == said


def test_a_right_choice_that_cannot_be_chosen_is_the_authors_mistake():
    with pytest.raises(InputError, match="the right choice 'up' is not one of"):
        check_choice("a", "up", ["a", "b"])
