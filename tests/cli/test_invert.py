"""`xnet-lite invert`: from a file to a verdict, a page and JSON."""

import json
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

from tests.inverse.test_inversion import scan_of
from xnet_lite.datasets import load


@pytest.fixture
def scan(tmp_path):
    """A scan of counts, as a beamline writes it."""
    one = scan_of(load("tm-complexes-k-cu"), 7, shift=1.0)
    i0 = np.full(len(one), 1e6)
    path = tmp_path / "cu.dat"
    np.savetxt(path, np.c_[one.energy, i0, i0 * np.exp(-one.mu)], header="energy i0 it")
    return path


def test_json_is_as_its_schema_says_and_names_its_scan(call, scan, tmp_path):
    result = call("invert", scan, "--post", 80, 300, "--out", tmp_path / "x.json")
    assert result.exit_code == 0, result.stderr
    schema = json.loads(
        files("xnet_lite").joinpath("schemas/inversion.json").read_text()
    )
    content = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema)
    assert content["provenance"]["scan"]["file"] == "cu.dat"
    assert content["provenance"]["settings"]["post"] == [80, 300]
    assert content["ranges"]["post"] == [80, 300]


def test_a_page_shows_scan_verdict_and_structures(call, scan, tmp_path):
    result = call("invert", scan, "--absorber", "Cu", "--out", tmp_path / "x.html")
    assert result.exit_code == 0, result.stderr
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    for part in ("Most similar known spectra", "as it was measured", "Also near"):
        assert part in page
    assert "known: the nearest known spectrum" in result.stdout
    assert "second opinion, by models" in result.stdout
    assert "second opinion, by models" in page
    assert "<script src=" not in page


def test_a_folder_without_structures_or_a_wrong_suffix_ends_in_a_sentence(call, scan):
    assert call("invert", scan, "--out", "x.csv").exit_code == 2
    assert call("invert", scan, "--known", "nowhere").exit_code == 2


def test_what_is_no_element_is_refused(call, scan):
    result = call("invert", scan, "--absorber", "Qq")
    assert result.exit_code == 2
    assert "is no element" in result.stderr


def test_of_a_set_of_several_metals_those_of_the_scan_are_asked(call, scan):
    asked = "invert", scan, "--known", "tm-crystals-k"
    result = call(*asked, "--absorber", "Cu")
    assert result.exit_code == 0, result.stderr
    assert "Cu K edge" in result.stdout
    assert call(*asked).exit_code == 2


def test_several_sets_are_asked_together(call, scan, tmp_path):
    sets = "--known", "tm-complexes-k-cu", "--known", "tm-crystals-k"
    out = tmp_path / "both.json"
    result = call("invert", scan, *sets, "--absorber", "Cu", "--out", out)
    assert result.exit_code == 0, result.stderr
    settings = json.loads(out.read_text())["provenance"]["settings"]
    assert settings["known"] == "tm-complexes-k-cu and tm-crystals-k"
    nameless = call("invert", scan, *sets)
    assert nameless.exit_code == 2
    assert "name the element" in nameless.stderr
