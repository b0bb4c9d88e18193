"""Games have one task a season, a baseline, and no answer that lies about."""

import json
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.exercises import Card, begin, card, cards
from xnet_lite.metrics import spearman
from xnet_lite.studies.games import (
    GAMES,
    BeatTheKernel,
    Board,
    Entry,
    FindTheLeak,
    TrainingSet,
    WhoIsTheLiar,
    board,
)
from xnet_lite.studies.games.board import read_board, read_boards
from xnet_lite.studies.games.game import BASELINE

SMALL = {"n_sites": 300}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of its own for card and board, and a new session."""
    monkeypatch.setenv("XNET_LITE_CARD", str(tmp_path / "mine"))
    monkeypatch.setitem(cards._SESSION, "card", Card(""))
    monkeypatch.setitem(board._SESSION, "board", Board())
    return tmp_path / "mine"


@pytest.fixture(scope="module")
def leak(whole) -> FindTheLeak:
    return FindTheLeak(5, **SMALL)


@pytest.fixture(scope="module")
def race(whole) -> BeatTheKernel:
    return BeatTheKernel(5, n_asked=2, **SMALL)


@pytest.fixture(scope="module")
def budget(whole) -> TrainingSet:
    return TrainingSet(5, **SMALL)


@pytest.fixture(scope="module")
def liar(whole) -> WhoIsTheLiar:
    return WhoIsTheLiar(5, **SMALL)


# -- the four --------------------------------------------------------------------------


@pytest.mark.parametrize("game", ["leak", "race", "budget", "liar"])
def test_a_season_is_one_task_and_another_one_is_another(game, request):
    one = request.getfixturevalue(game)
    more = {"n_asked": 2} if game == "race" else {}
    again, other = (type(one)(season, **SMALL, **more) for season in (5, 6))
    assert np.array_equal(one.baseline(), again.baseline())
    assert not np.array_equal(one.baseline(), other.baseline())


def test_the_leaks_of_a_season_are_those_that_score(leak):
    assert leak.score(leak._kinds) == 8
    assert len(set(leak._kinds)) > 1
    wrong = ["honest" if kind != "honest" else "twins" for kind in leak._kinds]
    assert leak.score(wrong) == 0


def test_each_leak_is_really_in_its_report(leak):
    data = leak._data()
    reports = {kind: leak._report(data, kind) for kind in set(leak._kinds) | {"twins"}}
    honest = leak._report(data, "honest").error
    assert reports["twins"].error < 0.9 * honest
    repeated = leak._report(data, "test rows in training")
    assert repeated.error < 0.9 * honest
    mixed = leak._report(data, "target in the features")
    mean = mixed.spectra.mean(axis=0)
    first = np.linalg.svd(mixed.spectra - mean, full_matrices=False)[0][:, 0]
    moving = [x for x in mixed.features.T if np.ptp(x) > 0]
    assert max(abs(spearman(x, first)) for x in moving) > 0.85
    plain = leak._report(data, "honest")
    first = np.linalg.svd(plain.spectra - mean, full_matrices=False)[0][:, 0]
    moving = [x for x in plain.features.T if np.ptp(x) > 0]
    assert max(abs(spearman(x, first)) for x in moving) < 0.85


def test_the_kernel_scores_nothing_and_the_engine_is_no_model(race):
    assert race.score(race.baseline()) == 0
    between = (race._truth + 3 * race._of_kernel) / 4
    assert 20 < race.score(between) < 30
    with pytest.raises(InputError, match="leave the engine to the referee"):
        race.score(race._truth)


def test_no_file_of_the_set_has_the_spectra_that_are_asked_for(race, whole):
    gaps = np.abs(race._truth[:, None] - whole.spectra[None]).sum(axis=2)
    assert (gaps.min(axis=1) / race._truth.sum(axis=1) > 0.003).all()


def test_random_sets_score_about_nothing_and_credits_count(budget):
    scores = [budget.score(rows) for rows in budget._draws]
    assert abs(np.mean(scores)) < 1e-6
    assert budget.price[budget.baseline()].sum() <= budget.budget
    everything = np.arange(len(budget.price))
    with pytest.raises(InputError, match="credits are over"):
        budget.score(everything)


def test_the_liar_is_of_a_family_that_nobody_taught(liar, whole):
    assert liar.score(liar._liars) == 8
    assert len(liar.rounds) == 8
    taught = set(liar._taught.labels["family"])
    assert len(taught) < len(set(whole.labels["family"]))


@pytest.mark.parametrize(
    ("game", "answer", "said"),
    [
        ("leak", ["honest"], "1 words: give 8"),
        ("leak", ["odd"] * 8, "word 'odd' is not one of"),
        ("race", [[1.0]], "give \\(2, 226\\)"),
        ("race", "spectra", "are no numbers"),
        ("budget", [0.5], "give whole numbers"),
        ("budget", [0, 10_000], "give 2 numbers of 0 to"),
        ("budget", [3, 3], "teach nothing"),
        ("liar", [0] * 7, "7 rows: give 8"),
        ("liar", [6] * 8, "give 8 numbers of 0 to 5"),
    ],
)
def test_an_answer_that_breaks_the_rules_is_refused(game, answer, said, request):
    with pytest.raises(InputError, match=said):
        request.getfixturevalue(game).score(answer)


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize(
    ("season", "n_sites"), [(-1, 300), (0.5, 300), (1, 100), (1, 9000)]
)
def test_a_season_that_is_none_is_refused(game, season, n_sites):
    with pytest.raises(InputError):
        game(season, n_sites)


# -- the board -------------------------------------------------------------------------


def test_an_entry_stands_on_the_board_beside_the_baseline_and_on_the_card(leak, folder):
    begin("Kim")
    found = leak.play("red", leak._kinds)
    rows = found.table(leak.title, 5).rows
    assert [row["team"] for row in rows] == ["red", BASELINE]
    assert card().games == {leak.title: 8.0}
    assert read_board(folder / "board.json") == found
    worse = leak.play("red", ["honest"] * 8)
    again = worse.table(leak.title, 5).rows
    assert [row["score"] for row in again] == [row["score"] for row in rows]
    assert [row["plays"] for row in again] == [2, 2]


def test_without_a_card_nothing_is_written(leak, folder):
    assert len(leak.play("red", ["honest"] * 8).entries) == 2
    assert not folder.exists()


def test_a_team_may_not_play_as_the_baseline(leak):
    with pytest.raises(InputError, match="plays for itself"):
        leak.play(BASELINE, ["honest"] * 8)
    with pytest.raises(InputError, match="the team"):
        leak.play("", ["honest"] * 8)


def test_an_entry_can_be_scored_anew_from_what_the_board_keeps(leak, tmp_path):
    path = leak.play("red", ["honest"] * 8).write(tmp_path / "b.json")
    for one in read_board(path).entries:
        assert leak.score(one.answer) == one.score


def test_boards_of_a_class_are_joined_and_are_as_the_schema_says(tmp_path):
    for team, score in (("red", 5.0), ("blue", 7.0), ("red", 6.0)):
        path = tmp_path / f"{team}{score}.json"
        Board([Entry("g", 1, team, score, [])]).write(path)
    (tmp_path / "card.json").write_text("{}", "utf-8")
    joined = read_boards(tmp_path)
    rows = joined.table("g", 1).rows
    assert [(r["team"], r["score"]) for r in rows] == [("blue", 7.0), ("red", 6.0)]
    text = files("xnet_lite").joinpath("schemas/board.json").read_text("utf-8")
    joined.write(tmp_path / "all.json")
    raw = json.loads((tmp_path / "all.json").read_text("utf-8"))
    jsonschema.validate(raw, json.loads(text))


@pytest.mark.parametrize(
    "change",
    [{"score": "high"}, {"score": True}, {"season": "x"}, {"answer": 3}, {"more": 1}],
)
def test_an_entry_that_is_none_is_refused(tmp_path, change):
    raw = vars(Entry("g", 1, "red", 1.0, [])) | change
    written = {"format": "xnet-lite board 1", "entries": [raw]}
    (tmp_path / "b.json").write_text(json.dumps(written), "utf-8")
    with pytest.raises(InputError):
        read_board(tmp_path / "b.json")
