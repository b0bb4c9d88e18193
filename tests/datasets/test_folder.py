"""A folder or a table of one's own files is a dataset, and says what became of them."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.datasets import own
from xnet_lite.datasets import load, pairing, registry, save_dataset
from xnet_lite.errors import InputError
from xnet_lite.spectra import unit_mean


@pytest.fixture
def folder(tmp_path, cache):
    """Four pairs, and an empty cache."""
    return own.folder(tmp_path / "mine")


def left_out(dataset):
    """Files that were left out, with their sentences."""
    return {one["file"]: one["why"] for one in dataset.meta["report"]["skipped"]}


def notes(dataset):
    """What was assumed, as one text."""
    return "; ".join(dataset.meta["notes"])


# --- what belongs together ----------------------------------------------------------


def test_files_of_one_name_are_a_pair(folder):
    names = [one["name"] for one in load(str(folder)).meta["report"]["files"]]
    assert names == ["a-0", "a-1", "a-2", "a-3"]


def test_structures_and_spectra_may_lie_in_folders_of_their_own(folder):
    for kind, ending in (("xyz", ".xyz"), ("xanes", ".txt")):
        (folder / kind).mkdir()
        for file in folder.glob(f"*{ending}"):
            file.rename(folder / kind / file.name)
    assert len(load(str(folder))) == 4


def test_a_file_without_a_partner_is_left_out_with_a_sentence(folder):
    (folder / "b.xyz").write_text(own.structure())
    assert left_out(load(str(folder))) == {"b.xyz": "no spectrum has this name"}


def test_a_name_that_two_spectra_have_is_not_guessed(folder):
    (folder / "a-0.dat").write_text(own.spectrum())
    said = left_out(load(str(folder)))
    assert set(said) == {"a-0.dat", "a-0.txt", "a-0.xyz"}
    assert "which belong together is not clear" in said["a-0.xyz"]


def test_a_file_of_another_kind_is_named(folder):
    (folder / "notes.md").write_text("words")
    assert (
        "neither a structure nor a spectrum" in left_out(load(str(folder)))["notes.md"]
    )


def test_a_file_that_cannot_be_read_is_left_out_with_the_reason_of_its_reader(folder):
    (folder / "a-1.xyz").write_text("3\n\nFe 0 0 0\n")
    (folder / "a-2.txt").write_text("no numbers\n")
    said = left_out(load(str(folder)))
    assert set(said) == {"a-1.xyz", "a-2.txt"}
    assert all(said.values())


def test_a_folder_without_a_pair_is_one_sentence(tmp_path, cache):
    (tmp_path / "a.xyz").write_text(own.structure())
    with pytest.raises(InputError, match="no structure has a spectrum"):
        load(str(tmp_path))


def test_a_folder_of_which_nothing_can_be_used_names_a_reason(folder):
    for file in folder.glob("*.txt"):
        file.write_text("no numbers\n")
    with pytest.raises(InputError, match=r"none of 4 pairs can be used \(a-3.txt"):
        load(str(folder))


@pytest.mark.parametrize("name", [b"\xff\xfe", b'a "b" c', b"a\nb", b"<b>"])
def test_names_of_files_may_be_anything(folder, name):
    for ending, text in ((b".xyz", own.structure()), (b".txt", own.spectrum())):
        Path(os.fsdecode(bytes(folder) + b"/" + name + ending)).write_text(text)
    assert len(load(str(folder))) == 5


def test_a_pipe_in_a_folder_hangs_nobody(folder):
    (folder / "b.xyz").write_text(own.structure())
    os.mkfifo(folder / "b.txt")
    assert "no ordinary file" in left_out(load(str(folder)))["b.txt"]


def test_a_folder_of_too_many_files_is_refused(folder, monkeypatch):
    monkeypatch.setattr(pairing, "MOST", 7)
    with pytest.raises(InputError, match="more than 7 files"):
        load(str(folder))


def test_a_published_folder_reads_as_its_own_reader_has_it(
    mirror, tmp_path, monkeypatch
):
    monkeypatch.setenv("XNET_LITE_CACHE", str(tmp_path / "cache"))
    published = load("csd-fe-k")
    found = load(str(mirror("NewcastleRSE/XANESNET") / "data" / "fe"))
    rows = {site.name: row for row, site in enumerate(published.sites)}
    order = [rows[site.name] for site in found.sites]
    theirs = unit_mean(published.energy, published.spectra[order])
    assert len(found) == len(published) == 109
    # their printed energies are rounded to 0.01 eV
    np.testing.assert_allclose(found.spectra, theirs, atol=0.01)


# --- a table --------------------------------------------------------------------------


def table(folder, text, name="pairs.csv"):
    """Write a table into the folder and load it."""
    (folder / name).write_text(text)
    return load(str(folder / name))


def test_a_table_pairs_files_of_any_name(folder):
    found = table(folder, "structure,spectrum\na-0.xyz,a-3.txt\n")
    assert found.meta["report"]["files"][0]["spectrum"] == "a-3.txt"


def test_a_compound_is_what_the_table_says(folder):
    rows = "".join(f"a-{i}.xyz;a-{i}.txt;{c}\n" for i, c in enumerate("xxyy"))
    found = table(folder, "structure;spectrum;compound\n" + rows)
    assert found.groups.tolist() == ["x", "x", "y", "y"]


def test_without_a_table_each_pair_is_a_compound_and_that_is_said(folder):
    found = load(str(folder))
    assert "compound" not in found.labels
    assert "each pair is a compound of its own" in notes(found)


def test_settings_in_a_folder_may_take_compounds_from_names(folder):
    (folder / "dataset.json").write_text('{"compounds": "names"}')
    assert set(load(str(folder)).groups) == {"a"}


def test_other_columns_become_labels(folder):
    found = table(
        folder, "structure\tspectrum\tphase\na-0.xyz\ta-0.txt\tice\n", "a.tsv"
    )
    assert found.labels["phase"].tolist() == ["ice"]


def test_a_json_has_rows_and_settings(folder):
    rows = [{"structure": "a-0.xyz", "spectrum": "a-0.txt", "e0": 7113.5}]
    text = json.dumps({"pairs": rows, "grid": [-10, 40, 0.5]})
    found = table(folder, text, "a.json")
    assert found.energy[[0, -1]].tolist() == [-10, 40]
    assert found.meta["e0"] == 7113.5


def test_an_absorber_by_index_is_taken(folder):
    (folder / "a-0.xyz").write_text("3\n\nFe 0 0 0\nO 1.9 0 0\nFe 0 3 0\n")
    found = table(folder, "structure,spectrum,absorber\na-0.xyz,a-0.txt,2\n")
    assert found.sites[0].absorber_index == 2


def test_a_row_that_comes_twice_is_taken_once(folder):
    found = table(folder, "structure,spectrum\n" + 2 * "a-0.xyz,a-0.txt\n")
    assert len(found) == 1
    assert "row above" in left_out(found)["row 2"]


def test_rows_of_one_name_need_another(folder):
    rows = "a-0.xyz,a-0.txt\na-0.xyz,a-1.txt\n"
    with pytest.raises(InputError, match="several pairs are called 'a-0'"):
        table(folder, "structure,spectrum\n" + rows)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("file,mu\na,b\n", "a.csv", "no column 'structure'"),
        ("structure,spectrum\na-0.xyz\n", "a.csv", "row 2 has not 2 cells"),
        ("structure,structure\n", "a.csv", "names no columns"),
        ("{", "a.json", "is no JSON"),
        ('{"pears": []}', "a.json", "not pears"),
        ("[1]", "a.json", "expected a list of rows"),
        ("", "a.csv", "is empty"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence(folder, text, name, said):
    with pytest.raises(InputError, match=said):
        table(folder, text, name)


@pytest.mark.parametrize(
    "settings", [{"e0": "edge"}, {"grid": [0, 10, 1]}, {"grid": "wide"}, {"e0": None}]
)
def test_settings_that_cannot_be_are_refused(folder, settings):
    (folder / "dataset.json").write_text(json.dumps(settings))
    with pytest.raises(InputError, match="give"):
        load(str(folder))


# --- what is assumed of structures ----------------------------------------------------


def test_several_atoms_of_the_absorber_are_told(folder):
    (folder / "a-0.xyz").write_text("3\n\nFe 0 0 0\nO 1.9 0 0\nFe 0 3 0\n")
    assert "1 of 4 pairs (a-0 first) have several such atoms" in notes(
        load(str(folder))
    )


def test_structures_that_come_twice_are_told(folder):
    (folder / "a-1.xyz").write_text((folder / "a-0.xyz").read_text())
    assert "the same structure as another" in notes(load(str(folder)))


def test_several_elements_are_told_apart_by_the_label_metal(folder):
    (folder / "c.xyz").write_text(own.structure(metal="Cu"))
    (folder / "c.txt").write_text(own.spectrum(e0=8979.0))
    copper = load(str(folder)).where(metal="Cu")
    assert copper.meta["absorber"] == "Cu"
    assert copper.meta["e0"] == 8979.0


@pytest.mark.parametrize(
    ("settings", "file", "said"),
    [
        ("{}", "a-0.xyz", "no atom of element 'Cu'"),
        ('{"absorber": "Fe"}', "a-0.txt", "is of Cu"),
    ],
)
def test_a_spectrum_that_names_another_element_is_left_out(
    folder, settings, file, said
):
    head = "# XDI/1.0\n# Element.symbol: Cu\n# Element.edge: K\n# Column.1: energy eV\n"
    text = head + "# Column.2: mu\n# ---\n" + own.spectrum()
    (folder / "a-0.txt").write_text(text)
    (folder / "dataset.json").write_text(settings)
    assert said in left_out(load(str(folder)))[file]


def test_what_readers_assume_is_counted(folder):
    (folder / "a-0.xyz").write_text("3\n\nFe 0 0 0\nD 1.9 0 0\nN 0 1.9 0\n")
    said = notes(load(str(folder)))
    assert "1 of 4 structures (a-0 first): " in said
    assert "4 of 4 spectra (a-0 first): " in said


# --- found again ----------------------------------------------------------------------


def test_a_second_reading_gives_the_same_set_from_the_cache(folder, cache):
    first = load(str(folder))
    assert len(list((cache / "parsed").iterdir())) == 1
    assert load(str(folder)).fingerprint() == first.fingerprint()


def test_it_is_the_same_without_a_cache_that_can_be_written(folder, monkeypatch):
    first = load(str(folder))
    nowhere = folder / "a-0.xyz" / "cache"
    monkeypatch.setenv("XNET_LITE_CACHE", str(nowhere))
    assert load(str(folder)).fingerprint() == first.fingerprint()


def test_a_changed_file_is_read_again(folder):
    first = load(str(folder))
    (folder / "a-0.txt").write_text(own.spectrum(11.0))
    assert load(str(folder)).fingerprint() != first.fingerprint()


def test_the_name_finds_it_from_another_folder(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    name = load(".").name
    monkeypatch.chdir(tmp_path)
    assert load(name).name == name


def test_a_folder_that_was_moved_is_one_sentence(folder):
    name = load(str(folder)).name
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(InputError, match="no such folder or table; give its new place"):
        load(name)


def test_a_known_name_is_that_dataset_even_where_a_folder_has_it(
    folder, tmp_path, monkeypatch
):
    own.folder(tmp_path / "fe-two-levels")
    monkeypatch.chdir(tmp_path)
    assert registry.full_name("fe-two-levels") == "fe-two-levels"
    assert Path(registry.full_name("./fe-two-levels")).is_absolute()


def test_a_saved_dataset_is_loaded_by_its_path(tmp_path, cache, dataset):
    save_dataset(dataset, tmp_path / "saved")
    found = load(str(tmp_path / "saved"))
    assert np.array_equal(found.spectra, dataset.spectra)
    assert found.name == str(tmp_path / "saved")


def test_its_line_and_its_files_are_told_as_of_any_dataset(folder):
    assert registry.info(str(folder)).n_sites == 4
    assert len(registry.fetch(str(folder))) == 8


def test_the_notes_are_on_the_card_in_a_notebook(folder):
    assert "paired by the names of their files" in load(str(folder))._repr_html_()
