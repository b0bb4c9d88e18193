"""`data list`, `get`, `info`, `make`."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from xnet_lite.making import makers


def test_the_list_has_embedded_and_public_sets(embedded, call):
    table = call("data", "list").stdout
    assert "tm-complexes-k" in table
    assert "tmqm-k-v" in table


def test_info_prints_the_card_of_an_embedded_set(embedded, call):
    assert call("data", "info", "tm-complexes-k").stdout == "# the small set\n\n"


def test_info_tells_licence_and_citation_of_a_public_set(embedded, call):
    text = call("data", "info", "tmqm-k-v").stdout
    assert "GPL-3.0" in text
    assert "10.1063/5.0087255" in text


@pytest.mark.parametrize("verb", ["info", "get"])
def test_an_unknown_name_is_answered_with_known_ones(verb, embedded, call):
    result = call("data", verb, "tmqm-k-w")
    assert result.exit_code == 2
    assert "tmqm-k-v" in result.stderr


def test_get_tells_where_the_files_are(embedded, call):
    result = call("data", "get", "tm-complexes-k")
    assert result.exit_code == 0
    assert str(embedded.root / "tm-complexes-k") in result.stdout


def test_make_hands_its_options_on(call, monkeypatch):
    seen = SimpleNamespace()

    def make(name, folder, **options):
        seen.words, seen.options = (name, folder), options
        return range(3)

    monkeypatch.setattr(makers, "make_dataset", make)
    words = ("tm-complexes-k", "--workers", 3, "--n-sites", 9, "--metal", "Fe")
    words += ("--seed", 5, "--out", "there")
    result = call("data", "make", *words)
    assert result.exit_code == 0
    assert seen.words == ("tm-complexes-k", Path("there"))
    assert seen.options == {
        "workers": 3,
        "scheduler": "processes",
        "metals": ["Fe"],
        "n_sites": 9,
        "seed": 5,
    }
    assert "3 sites written to there" in result.stdout


def test_an_interrupted_make_says_that_it_goes_on(call, monkeypatch):
    def make(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(makers, "make_dataset", make)
    result = call("data", "make", "tm-complexes-k")
    assert result.exit_code == 130
    assert "the same command goes on from there" in result.stderr


def test_a_set_that_nobody_can_make_is_refused(call):
    result = call("data", "make", "everything")
    assert result.exit_code == 2
    assert "tm-complexes-k" in result.stderr
