"""A card is kept if somebody wants one, whole, and holds nothing but counts."""

import json
from importlib.resources import files

import jsonschema
import pytest

from xnet_lite.errors import InputError
from xnet_lite.exercises import Card, begin, card, cards, check, commit, hint
from xnet_lite.exercises.cards import Done, read_card, read_class, take_in, write_card
from xnet_lite.exercises.course import COURSE, QUESTIONS


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of its own for the card, and a new session."""
    monkeypatch.setenv("XNET_LITE_CARD", str(tmp_path / "mine"))
    monkeypatch.setitem(cards._SESSION, "card", Card(""))
    return tmp_path / "mine"


def test_nothing_is_written_before_a_card_is_begun(folder):
    check("worst site", 1, errors=[1.0, 3.0])
    assert card().done["worst site"].right
    assert not folder.exists()


def test_what_was_done_before_stands_on_the_card_and_what_follows_too(folder):
    check("worst site", 0, errors=[1.0, 3.0])
    begin("Kim")
    hint("worst site")
    check("worst site", 1, errors=[1.0, 3.0])
    one = read_card(folder / "card.json").done["worst site"]
    assert (one.tries, one.hints, one.right) == (2, 1, True)


def test_a_card_outlives_its_kernel(folder, monkeypatch):
    begin("Kim")
    commit("13 one or three", "it falls for some")
    monkeypatch.setitem(cards._SESSION, "card", Card(""))
    assert card().learner == "Kim"
    assert card().done["13 one or three"].chosen == "it falls for some"


def test_off_keeps_no_card(monkeypatch):
    monkeypatch.setenv("XNET_LITE_CARD", "off")
    with pytest.raises(InputError, match="XNET_LITE_CARD is 'off'"):
        begin("Kim")


def test_a_card_is_as_its_schema_says_and_has_no_times(folder):
    begin("Kim")
    check("worst site", 1, errors=[1.0, 3.0])
    cards.note_score("the liar", 0.7)
    raw = json.loads((folder / "card.json").read_text("utf-8"))
    text = files("xnet_lite").joinpath("schemas/card.json").read_text("utf-8")
    jsonschema.validate(raw, json.loads(text))
    assert set(raw) == {"format", "program", "learner", "exercises", "games"}
    assert not {"date", "time", "host", "answer"} & set(raw["exercises"]["worst site"])


def test_a_name_can_be_changed_and_nothing_else_with_it():
    begin("Kim")
    hint("worst site")
    assert begin("Robin").done["worst site"].hints == 1
    assert card().learner == "Robin"


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 61])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(InputError, match="the learner"):
        begin(name)


def test_two_cards_of_one_learner_keep_the_better_of_each():
    one = Card("Kim", {"a": Done("answer", 3, 1)}, {"g": 1.0})
    other = Card("Kim", {"a": Done("answer", 1, 2, True), "b": Done("open", 1)})
    both = one.joined(other)
    assert both.done["a"] == Done("answer", 3, 2, True)
    assert both.done["b"] == Done("open", 1)
    assert both.games == {"g": 1.0}


def test_a_card_from_elsewhere_is_joined_with_the_one_here():
    begin("Kim")
    check("worst site", 1, errors=[1.0, 3.0])
    take_in(Card("Kim", {"cis or trans": Done("answer", 1, 0, True)}))
    assert set(card().done) == {"worst site", "cis or trans"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "xnet-lite card 9"}, "expected a card"),
        ({"learner": 7}, "the learner is 7"),
        ({"exercises": []}, "are none, give"),
        ({"exercises": {"a": {"kind": "song"}}}, "kind 'song' is not one of"),
        ({"exercises": {"a": {"kind": "open", "tries": -1}}}, "tries is -1, give 0 to"),
        ({"exercises": {"a": {"kind": "open", "hints": 1.5}}}, "give a count"),
        ({"exercises": {"a": {"kind": "open", "points": 4}}}, "points is 4, give 0"),
        ({"exercises": {"a": {"kind": "open", "right": 1}}}, "give true or false"),
        ({"exercises": {"a": {"kind": "open", "mark": 1}}}, "is no entry of a card"),
        ({"games": {"g": "won"}}, "the score of g is none"),
    ],
)
def test_a_card_that_is_none_is_refused_with_a_reason(tmp_path, change, said):
    raw = Card("Kim").as_dict() | change
    (tmp_path / "bad.json").write_text(json.dumps(raw), "utf-8")
    with pytest.raises(InputError, match=said):
        read_card(tmp_path / "bad.json")


# -- a class ---------------------------------------------------------------------------


@pytest.fixture
def collected(tmp_path):
    """Cards of two learners, one of them in two parts, and a file of another kind."""
    place = tmp_path / "class"
    right, wrong = Done("answer", 1, 0, True), Done("answer", 4, 3)
    write_card(Card("Kim", {"worst site": right}), place / "a.json")
    write_card(Card("Kim", {"cis or trans": right}), place / "b.json")
    write_card(Card("Robin", {"worst site": wrong}), place / "deep" / "c.json")
    (place / "board.json").write_text('{"format": "another"}', "utf-8")
    return place


def test_a_class_has_a_row_a_learner_and_a_question(collected):
    found = read_class(collected)
    rows = cards.class_table(found, COURSE).rows
    begun = sum(name[:2] < "10" for name in COURSE)
    assert begun
    n = sum(len(COURSE[k]) for k in COURSE if k.startswith("0"))
    assert [(r["learner"], r["0x"]) for r in rows] == [
        ("Kim", f"2 of {n}"),
        ("Robin", f"0 of {n}"),
    ]
    hardest = cards.question_table(found, COURSE).rows[0]
    assert hardest["question"] == "worst site"
    assert hardest["success / %"] == 50.0
    assert hardest["tries each"] == 2.5


def test_a_folder_without_cards_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no card"):
        read_class(tmp_path)
    with pytest.raises(InputError, match="is no folder"):
        read_class(tmp_path / "nowhere")


def test_progress_has_a_row_a_notebook():
    done = Card("Kim", {"worst site": Done("answer", 2, 1, True)})
    table = done.progress(COURSE)
    assert len(table.rows) == len(COURSE)
    assert table.rows[0]["done"] == f"1 of {len(COURSE['00_welcome'])}"
    assert sum(len(questions) for questions in COURSE.values()) == len(QUESTIONS)
