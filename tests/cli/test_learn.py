"""`card` keeps and hands on what was done; `class` sums it up."""

import json

import pytest

from xnet_lite.exercises import Card, cards
from xnet_lite.exercises.cards import Done, read_card, write_card
from xnet_lite.studies.games import Board, Entry


@pytest.fixture(autouse=True)
def _own_card(tmp_path, monkeypatch):
    monkeypatch.setenv("XNET_LITE_CARD", str(tmp_path / "mine"))
    monkeypatch.setitem(cards._SESSION, "card", Card(""))
    monkeypatch.chdir(tmp_path)


def test_without_a_card_the_command_says_how_to_begin_one(call, tmp_path):
    result = call("card")
    assert result.exit_code == 0
    assert "card --name NAME" in result.stderr
    assert call("card", "--out", "a.json").exit_code == 2
    assert not (tmp_path / "mine").exists()


def test_a_card_goes_to_another_machine_and_joins_what_is_there(call, monkeypatch):
    assert call("card", "--name", "Kim").exit_code == 0
    cards.note("worst site", "answer", lambda _: Done("answer", 1, 0, True))
    assert call("card", "--out", "kim.json").exit_code == 0
    monkeypatch.setenv("XNET_LITE_CARD", "other")
    result = call("card", "--take", "kim.json")
    assert result.exit_code == 0, result.stderr
    assert cards.card().done["worst site"].right
    assert "Kim" in result.stdout


def test_what_is_taken_is_looked_at_before_anything_is_kept(call, tmp_path):
    (tmp_path / "bad.json").write_text("{}", "utf-8")
    result = call("card", "--name", "Kim", "--take", "bad.json")
    assert result.exit_code == 2
    assert "expected a card" in result.stderr
    assert not (tmp_path / "mine").exists()


def test_a_class_is_summed_up_in_a_page_that_asks_nobody(call, tmp_path):
    done = {"worst site": Done("answer", 2, 1, True)}
    write_card(Card("Kim <b>", done), tmp_path / "cards" / "kim.json")
    write_card(Card("Robin"), tmp_path / "cards" / "robin.json")
    for team, score in (("red", 5.0), ("blue", 7.0)):
        board = Board([Entry("find the leak", 3, team, score, [])])
        board.write(tmp_path / "cards" / f"{team}.json")
    result = call("class", "cards", "--out", "class.html")
    assert result.exit_code == 0, result.stderr
    assert "Robin" in result.stdout
    page = (tmp_path / "class.html").read_text("utf-8")
    assert "Kim &lt;b&gt;" in page
    assert "find the leak, season 3" in page
    assert page.index("blue") < page.index("red")
    assert "http" not in page


def test_a_card_that_is_written_is_the_one_that_is_read(call, tmp_path):
    call("card", "--name", "Kim", "--out", "kim.json")
    assert read_card(tmp_path / "kim.json") == cards.card()
    assert json.loads((tmp_path / "kim.json").read_text("utf-8"))["learner"] == "Kim"
