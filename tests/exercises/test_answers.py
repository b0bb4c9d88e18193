"""What is right stays in the package."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.exercises import Secret, card, cards, check, commit, compare, hint, look
from xnet_lite.exercises.course import COURSE, QUESTIONS
from xnet_lite.exercises.questions import Exercise, Guess, Open

EXERCISES = [n for n, one in QUESTIONS.items() if isinstance(one, Exercise)]
GUESSES = [n for n, one in QUESTIONS.items() if isinstance(one, Guess)]
OPEN = [n for n, one in QUESTIONS.items() if isinstance(one, Open)]


@pytest.fixture(autouse=True)
def _nothing_done_yet(monkeypatch):
    """Each test begins with a new session."""
    monkeypatch.setitem(cards._SESSION, "card", cards.Card(""))


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


# -- hints -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXERCISES)
def test_three_hints_are_three_and_the_third_stays(name):
    said = [hint(name) for _ in range(4)]
    assert [one[:12] for one in said[:3]] == [
        f"Hint {i} of 3: "[:12] for i in (1, 2, 3)
    ]
    assert said[3] == said[2]
    assert len({one[12:] for one in said}) == 3


def _fixed(name: str) -> object:
    """The right answer, where nothing has to be handed over."""
    try:
        return QUESTIONS[name].right()
    except TypeError:
        return None


@pytest.mark.parametrize("name", [n for n in EXERCISES if _fixed(n) is not None])
def test_no_hint_is_the_answer(name):
    words = " ".join(QUESTIONS[name].hints).replace(" 000", "000").split()
    assert str(_fixed(name)) not in [word.strip(".,:;?") for word in words]


def test_what_is_wrong_points_to_the_hints():
    said = check("worst site", 0, errors=[1.0, 3.0])
    assert said.endswith('hint("worst site").')
    assert "hint" not in check("worst site", 1, errors=[1.0, 3.0])


# -- guesses ---------------------------------------------------------------------------

SCORES = {"Ni": {"one network": [3.0], "network, alone": [5.0]}}


def test_a_guess_is_held_to_the_figure_and_the_first_one_counts():
    name = "13 one or three"
    assert look(name, scores=SCORES).startswith("No guess yet")
    commit(name, "it falls for some")
    assert "it falls for some" in commit(name, "it falls for every metal")
    said = look(name, scores=SCORES)
    assert said.startswith("You guessed: it falls for some. It is: it falls for every")
    assert not card().done[name].right


def test_a_guess_that_comes_true_is_said_so():
    commit("13 one or three", "it falls for every metal")
    assert look("13 one or three", scores=SCORES).startswith("As you guessed")
    assert card().done["13 one or three"].right


def test_what_is_no_choice_is_refused():
    with pytest.raises(InputError, match="guess 'no idea' is not one of"):
        commit("13 one or three", "no idea")


def test_a_question_of_another_kind_is_no_exercise():
    with pytest.raises(InputError, match="is not one of"):
        check("13 one or three", "it falls for some")
    with pytest.raises(InputError, match="is not one of"):
        look("worst site")


@pytest.mark.parametrize("name", GUESSES)
def test_a_guess_has_choices_that_are_told_apart(name):
    one = QUESTIONS[name]
    assert 2 <= len(set(one.choices)) == len(one.choices) <= 6
    assert one.question.endswith("?")
    assert one.say.startswith("Say ")


# -- open questions --------------------------------------------------------------------


@pytest.mark.parametrize("name", OPEN)
def test_an_open_question_has_three_points_and_takes_any_of_them(name):
    assert len(set(QUESTIONS[name].points)) == 3
    assert compare(name, [False] * 3).startswith("0 of 3 points")
    assert compare(name, [True] * 3).startswith("3 of 3 points")
    assert card().done[name].points == 3


def test_other_than_three_ticks_are_refused():
    with pytest.raises(InputError, match="2 points are ticked or not, give 3"):
        compare("13 sceptic", [True, False])


def test_no_name_stands_under_two_notebooks():
    names = [name for questions in COURSE.values() for name in questions]
    assert len(set(names)) == len(names)
