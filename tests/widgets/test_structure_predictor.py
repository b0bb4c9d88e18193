"""A dropped structure is answered as the command answers; faults are sentences."""

import json

import pytest

from xnet_lite.spectra import read_spectrum
from xnet_lite.structures import read_site
from xnet_lite.studies.first_light import example_file
from xnet_lite.widgets import AppPage, StructurePredictor
from xnet_lite.widgets.files import MEGABYTES, Answer, Downloads, FileDrop, answered

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def desk():
    """A page at which the example was dropped."""
    made = StructurePredictor()
    made.drop.take("fe.xyz", example_file().read_bytes())
    return made


def taken(desk):
    """The files that can be taken away, by their ends."""
    downloads = desk.answer.children[-1]
    assert isinstance(downloads, Downloads)
    return {name.partition(".")[2]: downloads.made(name) for name in downloads.names}


def test_the_files_are_those_of_the_command(desk, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    files = taken(desk)
    (tmp_path / "a.csv").write_bytes(files["csv"])
    assert abs(read_spectrum(tmp_path / "a.csv").mu - desk.found.mu).max() < 1e-6
    assert json.loads(files["json"]) == desk.found.as_dict()
    assert b"<html" in files["html"][:200]


def test_the_absorber_is_asked_for_anew(desk):
    desk.absorber.value = "99"
    assert desk.found is None
    assert desk.answer.children == ()
    assert "99" in desk.note.value
    desk.absorber.value = "Fe"
    assert desk.found.site.absorber == read_site(example_file()).absorber


def test_a_name_is_text_and_never_a_place(desk):
    desk.drop.take(f"../../{EVIL}.xyz", b"beam was down\n")
    assert desk.found is None
    assert EVIL not in desk.note.value
    assert "&lt;img" in desk.note.value


def test_what_nobody_thought_of_is_a_sentence_too():
    def break_down():
        raise RuntimeError("no such\nthing")

    note = Answer()
    assert not answered(note.say, break_down)
    assert "failed: no such thing (RuntimeError)" in note.value


def test_a_page_says_why_it_is_empty():
    def refuse():
        raise RuntimeError("no model")

    page = AppPage("A", "b", refuse)
    assert "no model" in page.children[-1].value


def test_a_page_sends_no_more_than_its_server_takes():
    from xnet_lite.cli.apps import LARGEST

    assert FileDrop(print, "a").megabytes * 2**20 < LARGEST
    assert MEGABYTES > 10
