"""What is right stays in the package."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.exercises import Secret, check
from xnet_lite.exercises.answers import EXERCISES


@pytest.mark.parametrize("name", EXERCISES)
def test_nothing_tried_is_met_with_an_invitation(name):
    assert check(name, None).startswith("No answer yet: replace None by")


@pytest.mark.parametrize(
    ("name", "right", "wrong", "given"),
    [
        ("worst site", 1, 2, {"errors": [1.0, 3.0, 2.0]}),
        ("cis or trans", "cis", "trans", {"chlorides": np.eye(3)[:2]}),
        ("cis or trans", "trans", "cis", {"chlorides": np.array([[1, 0], [-2, 0.1]])}),
        ("stretch", 2.0, 1.5, {"wrong": np.full(9, 4.0), "std": np.ones(9)}),
        ("last rank", 90, 89, {"n": 99, "level": 0.9}),
        ("who does not notice", "all of them", "none of them", {}),
        ("break even", 200, 150, {"dear": 2.0, "cheap": 1.0, "n": 100}),
        (
            "fewest components",
            7,
            6,
            {"lost": lambda n: 6.5 / n, "targets": lambda n: n},
        ),
        ("spectra alone", "cyc and rec", "pred", {}),
        ("deeper network", 255202, 255201, {}),
    ],
)
def test_right_answers_are_told_from_wrong_ones(name, right, wrong, given):
    assert check(name, right, **given).startswith("Right")
    assert check(name, wrong, **given).startswith("Not yet")


def test_a_wrong_answer_does_not_bring_out_the_right_one():
    said = check("stretch", 1.0, wrong=np.full(9, 4.6912), std=np.ones(9))
    assert "2.34" not in said


def test_a_secret_lies_between_its_ends_and_hangs_on_its_seed():
    drawn = [Secret(1.9, 2.3, seed).made(float) for seed in range(200)]
    assert min(drawn) > 1.9
    assert max(drawn) < 2.3
    assert len(set(drawn)) == 200
    assert np.std(drawn) == pytest.approx(0.4 / np.sqrt(12), rel=0.1)


def test_a_secret_shows_its_number_nowhere():
    secret = Secret(1.9, 2.3, seed=5)
    value = f"{secret.made(float):.4f}"
    assert value not in repr(secret) + str(vars(secret))
    assert check("hidden bond", float(value), secret=secret).startswith("Right")


def test_an_exercise_of_another_name_is_refused():
    with pytest.raises(InputError, match="exercise 'best site' is not one of"):
        check("best site", 3)


def test_an_exercise_that_is_given_something_else_says_so():
    with pytest.raises(InputError, match="'worst site' is given something else"):
        check("worst site", 3, mistakes=[1])
