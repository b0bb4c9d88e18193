"""The registry: embedded sets, names, and what is told without reading."""

import hashlib

import numpy as np
import pytest

from xnet_lite.datasets import (
    XASDataset,
    fetch,
    list_datasets,
    load,
    load_spectra,
    save_dataset,
)
from xnet_lite.datasets.listing import embedded_roots
from xnet_lite.datasets.public.catalogue import public_sets
from xnet_lite.datasets.public.parsed import load_parsed, parsed_folder
from xnet_lite.datasets.registry import READERS, info
from xnet_lite.errors import InputError

ELEMENTS = ("ti", "v", "cr", "mn", "fe", "co", "ni", "cu", "zn")


@pytest.fixture
def embedded(dataset, tmp_path, monkeypatch):
    """A folder of embedded sets that holds one."""
    root = tmp_path / "data"
    save_dataset(dataset, root / "made-up")
    (root / "no-dataset").mkdir()
    monkeypatch.setattr("xnet_lite.datasets.listing.embedded_roots", lambda: [root])
    return root / "made-up"


def test_an_embedded_set_is_loaded_by_its_name(embedded, dataset):
    assert np.array_equal(load("made-up").spectra, dataset.spectra)


def test_an_embedded_set_is_listed_first_with_its_facts(embedded):
    line = list_datasets()[0]
    assert (line.name, line.kind, line.cached) == ("made-up", "embedded", True)
    assert (line.n_sites, line.title) == (6, "six sites")


def test_an_embedded_set_is_fetched_where_it_lies(embedded):
    assert {path.parent for path in fetch("made-up")} == {embedded}


def test_spectra_of_an_embedded_set_have_absolute_energies(tmp_path, monkeypatch):
    meta = {"energy_reference": "e0", "e0": 7112.0, "absorber": "Fe"}
    energy = np.linspace(-15.0, 60.0, 4)
    save_dataset(
        XASDataset("x", energy, np.ones((2, 4)), meta=meta), tmp_path / "data" / "x"
    )
    roots = [tmp_path / "data"]
    monkeypatch.setattr("xnet_lite.datasets.listing.embedded_roots", lambda: roots)
    spectrum = load_spectra("x")[1]
    assert (spectrum.e0, spectrum.absorber) == (7112.0, "Fe")
    assert np.allclose(spectrum.energy, energy + 7112.0)


def test_an_installed_package_is_searched_before_a_checkout():
    assert embedded_roots()[0].parts[-2:] == ("xnet_lite", "_data")


def test_every_public_set_of_the_design_is_listed():
    names = {line.name for line in list_datasets() if line.kind == "public"}
    assert names >= {f"tmqm-k-{element}" for element in ELEMENTS}
    assert names >= {"csd-fe-k", "orca-s-k", "omnixas-cu-k", "omnixas-cu-vasp"}
    assert names >= {"omnixas-ti-vasp", "xasdatalibrary", "fe-terpy"}


@pytest.mark.parametrize("name", list(public_sets()))
def test_every_public_set_has_one_reader_terms_and_hashes(name):
    entry = public_sets()[name]
    assert sum(name.startswith(start) for start in READERS) == 1
    assert entry.licence
    assert entry.citation
    kinds = {"sha256": 64, "git": 40, "members": 64}
    for file in entry.files:
        for digest in file.digests:
            kind, value = digest.split(":")
            assert len(value) == kinds[kind]
        assert file.address().startswith("https://")


def test_an_unknown_name_is_answered_with_the_nearest_ones():
    with pytest.raises(InputError, match="'tmqm-k-vv'; there is tmqm-k-v"):
        load("tmqm-k-vv")


def test_a_public_set_is_marked_as_cached_once_its_files_are_there(cache, monkeypatch):
    entry = public_sets()["tmqm-k-co"]
    assert not info("tmqm-k-co").cached
    path = cache / entry.files[0].key
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    assert info("tmqm-k-co").cached


def test_a_public_set_that_is_not_the_right_one_is_never_read(server):
    entry = public_sets()["tmqm-k-co"]
    server.bodies["/" + entry.files[0].key] = [b"an error page"]
    with pytest.raises(InputError, match=r"tmqm-k-co: .* arrived damaged"):
        load("tmqm-k-co")


def test_a_parsed_copy_saves_the_second_reading(cache, dataset):
    entry = public_sets()["omnixas-cu-k"]
    calls = []
    for _ in range(2):
        load_parsed(entry, lambda: calls.append(1) or dataset)
    assert len(calls) == 1


def test_an_altered_parsed_copy_is_made_again(cache, dataset):
    entry = public_sets()["omnixas-cu-k"]
    load_parsed(entry, lambda: dataset)
    arrays = parsed_folder(entry) / "arrays.npz"
    good = hashlib.sha256(arrays.read_bytes()).digest()
    arrays.write_bytes(b"half a file")
    assert len(load_parsed(entry, lambda: dataset)) == len(dataset)
    assert hashlib.sha256(arrays.read_bytes()).digest() == good


def test_a_parsed_set_is_read_without_a_cache_that_can_be_written(
    tmp_path, monkeypatch, dataset
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XNET_LITE_CACHE", str(tmp_path / "file"))
    assert load_parsed(public_sets()["omnixas-cu-k"], lambda: dataset) is dataset
