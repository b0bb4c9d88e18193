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
    assert desk.site is None
    assert desk.answer.children == ()
    assert "99" in desk.note.value
    desk.absorber.value = "Fe"
    assert desk.found.site.absorber == read_site(example_file()).absorber


def test_a_name_is_text_and_never_a_place(desk):
    desk.drop.take(f"../../{EVIL}.xyz", b"beam was down\n")
    assert desk.site is None
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


def test_a_drawn_complex_is_answered_with_what_was_assumed():
    desk = StructurePredictor()
    desk.drawn.metal.value, desk.drawn.ligands.value = "Co", "4 Cc1cc[n:1]cc1 2 cl"
    desk.drawn.button.click()
    assert desk.site.name == "[Co(C₆H₇N)₄Cl₂] octahedral"
    assert desk.site.atoms.get_chemical_formula() == "C24H28Cl2CoN4"
    card = desk.answer.children[0].value
    assert "built, not relaxed" in card
    assert "isomer 0 of 2" in card
    names = desk.answer.children[-1].names
    assert names[0] == "Co-C6H7N-4Cl2-octahedral.csv"


def test_a_ligand_of_the_library_is_added_by_a_button():
    desk = StructurePredictor()
    desk.drawn.library.value = "py"
    desk.drawn.add.click()
    assert desk.drawn.ligands.value == "2 bpy 2 ncs py"


@pytest.mark.parametrize(
    ("ligands", "isomer", "said"),
    [
        ("", 0, "no ligand is named"),
        ("2 bpx 2 ncs", 0, "bpx&#x27; is not in the library"),
        ("99999999999 cl", 0, "no metal here binds more than 6"),
        ("6 [N:1](", 0, "is no SMILES of one molecule"),
        ("6 c1cc[n:7]cc1", 0, "number them 1, 2"),
        ("3 bpy", 9, "give 0 to"),
        ("5 cl", 0, "add or remove ligands"),
        ("6 CC(C)(C)c1cccc(C(C)(C)C)[n:1]1", 0, "crowded"),
    ],
)
def test_what_cannot_be_built_is_a_sentence(ligands, isomer, said):
    desk = StructurePredictor()
    desk.drawn.ligands.value, desk.drawn.isomer.value = ligands, isomer
    desk.drawn.button.click()
    assert desk.site is None
    assert said in desk.note.value
    assert desk.answer.children == ()
