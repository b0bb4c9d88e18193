"""The benchmark of spectrum to structure runs from end to end on a few sites."""

import json
import sys

import numpy as np
import pytest

from benchmarks import reverse


def rows(part, monkeypatch, tmp_path):
    """What a quick run writes as JSON, by model."""
    out = tmp_path / "rows.json"
    words = ["reverse", "--quick", "--part", part, "--json", str(out)]
    monkeypatch.setattr(sys, "argv", words)
    reverse.main()
    return {row["model"]: row for row in json.loads(out.read_text())["rows"]}


@pytest.fixture(autouse=True)
def _embedded(whole):
    """Skip where the embedded set is not there."""


def test_every_reader_has_a_row_and_the_kernel_beats_the_mean(monkeypatch, tmp_path):
    found = rows("metals", monkeypatch, tmp_path)
    assert list(found) == reverse.VIEWS
    assert found["ARD"]["a"] < found["mean"]["a"]


def test_shells_are_read_off_curves_and_told_directly(monkeypatch, tmp_path):
    found = rows("shells", monkeypatch, tmp_path)
    assert found["told, ARD"]["distance"] < found["mean"]["distance"]
    assert 0.5 < found["5 networks"]["in distance"] <= 1.0


def test_classes_are_told_by_window_beside_the_majority(monkeypatch, tmp_path):
    found = rows("classes", monkeypatch, tmp_path)
    assert found["SVC, whole"]["geometry"] > found["majority, whole"]["geometry"]
    assert len({found[f"majority, {w}"]["geometry"] for w in reverse.WINDOWS}) == 1


def test_chances_of_the_machine_are_worth_more_than_frequencies(monkeypatch, tmp_path):
    found = rows("chances", monkeypatch, tmp_path)
    for label in ("coordination_number", "geometry"):
        key = f"Brier {label}"
        assert found["SVC, softened"][key] < found["frequency"][key]
        assert 0 <= found["8 nearest"][f"off by {label}"] <= 1


def test_elements_are_told_apart_by_their_whole_symbols():
    class Sites:
        labels = {"first_shell": np.array(["Cl2N4", "C1Cl1", "Br1C1"])}

    found = reverse.answers(Sites(), "elements")
    names = ("H", "C", "N", "O", "P", "S", "Cl", "Br", "I")
    said = [[n for n, there in zip(names, row) if there] for row in found]
    assert said == [["N", "Cl"], ["C", "Cl"], ["C", "Br"]]
