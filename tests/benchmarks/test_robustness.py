"""The benchmark of shaken spectra runs from end to end on a few sites."""

import json
import sys

import pytest

from benchmarks import robustness


@pytest.mark.parametrize("part", robustness.COLUMNS)
def test_every_change_has_its_row(part, whole, monkeypatch, tmp_path):
    out = tmp_path / "rows.json"
    words = ["robustness", "--quick", "--part", part, "--json", str(out)]
    monkeypatch.setattr(sys, "argv", words)
    robustness.main()
    rows = {row["model"]: row for row in json.loads(out.read_text())["rows"]}
    readers = ("ARD: ", "CNN 2023: ") if part == "confidence" else ("",)
    assert {who + name for who in readers for name in robustness.CHANGES} <= set(rows)
    measure = "auroc" if part == "confidence" else "a"
    assert all(0 <= row[measure] <= 100 for row in rows.values())
