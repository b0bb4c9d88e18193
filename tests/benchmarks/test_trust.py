"""Benchmarks of trust run in small, and go on from what they kept."""

import json

import pytest

from benchmarks import domain, uncertainty

BANDS = [
    "--data",
    "tm-complexes-k-ni",
    "--splits",
    "compound",
    "--methods",
    "bootstrap",
    "bootstrap, calibrated",
    "… on compounds alone",
]
VERDICTS = ["--metals", "zn", "--leave", "crystal", "failure"]


def rows_of(module, words, folder, monkeypatch):
    """What a quick run writes."""
    file = folder / "rows.json"
    words = [*words, "--quick", "--keep", str(folder), "--json", str(file)]
    monkeypatch.setattr("sys.argv", ["benchmark", *words])
    module.main()
    return json.loads(file.read_text())["rows"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


def test_every_method_has_a_row_and_a_calibration_widens_the_band(kept, monkeypatch):
    raw, calibrated, alone = rows_of(uncertainty, BANDS, kept, monkeypatch)
    assert [raw["method"], calibrated["method"]] == BANDS[5:7]
    assert min(calibrated["sharpness"], alone["sharpness"]) > raw["sharpness"]
    assert calibrated["sharpness"] != alone["sharpness"]  # families do weigh


def test_a_second_run_computes_nothing_anew(kept, monkeypatch):
    first = rows_of(uncertainty, BANDS, kept, monkeypatch)
    monkeypatch.setattr(uncertainty, "bootstrap", None)
    assert rows_of(uncertainty, BANDS, kept, monkeypatch) == first


def test_crystals_among_molecules_are_far_and_their_intervals_have_no_end(
    kept, monkeypatch
):
    first = rows_of(domain, VERDICTS, kept, monkeypatch)
    crystals = next(row for row in first if row["split"] == "crystals")
    assert crystals["noticed"] == crystals["no_end"] == crystals["in_interval"] == 1
    monkeypatch.setattr(domain, "judged", None)
    assert rows_of(domain, VERDICTS, kept, monkeypatch) == first
