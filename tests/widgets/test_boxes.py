"""Boxes take a guess, an answer, three ticks, and answer in words."""

import ipywidgets
import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.exercises import Card, card, cards
from xnet_lite.exercises.course import QUESTIONS
from xnet_lite.exercises.questions import Exercise, Open
from xnet_lite.exercises.questions import Guess as GuessQuestion
from xnet_lite.widgets.boxes import Ask, CardBox, Guess, Reflect, match

BOXES = {Exercise: Ask, GuessQuestion: Guess, Open: Reflect}
BOXED = [n for n, one in QUESTIONS.items() if one.question]


@pytest.fixture(autouse=True)
def _own_card(tmp_path, monkeypatch):
    monkeypatch.setenv("XNET_LITE_CARD", str(tmp_path / "mine"))
    monkeypatch.setitem(cards._SESSION, "card", Card(""))


def handles(box) -> list:
    """Every control inside a box."""
    found, waiting = [], [box]
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "children", ())
        if isinstance(one, ipywidgets.DOMWidget) and hasattr(one, "description"):
            found.append(one)
    return found


@pytest.mark.parametrize("name", BOXED)
def test_every_control_has_words_and_every_page_the_question(name):
    box = BOXES[type(QUESTIONS[name])](name)
    controls = [one for one in handles(box) if not isinstance(one, ipywidgets.HTML)]
    assert controls
    assert all(one.description for one in controls)
    assert all(b.tooltip for b in controls if isinstance(b, ipywidgets.Button))
    shown = box._repr_mimebundle_()
    assert QUESTIONS[name].question in shown["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert 'role="status"' in box.reply.value


def test_a_guess_waits_for_a_choice_and_stays():
    box = Guess("13 one or three")
    box.button.click()
    assert "Choose one first" in box.reply.value
    box.choice.value = "it falls for some"
    box.button.click()
    box.choice.value = "it falls for every metal"
    box.button.click()
    assert "Your guess stands: it falls for some" in box.reply.value
    assert card().done["13 one or three"].chosen == "it falls for some"


def line(slope: float) -> np.ndarray:
    """A curve that hangs on the slider."""
    return slope * np.arange(3.0)


@pytest.fixture
def ask() -> Ask:
    """A slider that moves a line onto another."""
    how = {"span": (-4, 4, 0.1), "start": 0.0}
    return match("06 a mere shift", [0, 1, 2], line, line(1.5), **how)


def test_the_slider_moves_its_line_and_not_the_other(ask):
    ask.answer.value = 1.0
    assert list(ask.figure.data[1].y) == [0.0, 1.0, 2.0]
    assert list(ask.figure.data[0].y) == [0.0, 1.5, 3.0]


def test_an_answer_is_checked_and_hints_come_one_by_one(ask):
    ask.check.click()
    assert "Not yet: 0 eV is too small" in ask.reply.value
    for level in (1, 2, 3):
        ask.hint.click()
        assert f"Hint {level} of 3" in ask.reply.value
    ask.answer.value = 1.5
    ask.check.click()
    assert "Right: 1.5 eV" in ask.reply.value
    done = card().done["06 a mere shift"]
    assert (done.tries, done.hints, done.right) == (2, 3, True)


def test_what_the_author_got_wrong_is_said_and_not_raised():
    box = Ask("06 a mere shift", span=(-4, 4, 0.1))
    box.check.click()
    assert "is given something else" in box.reply.value


def test_a_widget_stands_above_its_question():
    inner = ipywidgets.IntSlider(description="inner")
    assert inner in Ask("06 a mere shift", inner).children


def test_points_appear_when_they_are_asked_for():
    box = Reflect("13 sceptic")
    assert box._ticks.layout.display == "none"
    box.show.click()
    assert box._ticks.layout.display == ""
    box.points[2].value = True
    box.keep.click()
    assert "1 of 3 points" in box.reply.value


def test_a_card_is_begun_from_a_page_and_a_bad_name_is_answered():
    box = CardBox()
    box.button.click()
    assert "give a name" in box.reply.value
    box.name.value = "Kim"
    box.button.click()
    assert card().learner == "Kim"


def test_a_box_for_a_question_of_another_kind_is_refused():
    with pytest.raises(InputError, match="is not one of"):
        Guess("13 sceptic")
