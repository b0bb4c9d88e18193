"""Tables of docs/measured are drawn from JSON, and printed by commands that exist."""

import importlib.util
import json
import re
import shlex
from pathlib import Path

import pytest

from benchmarks import report
from tools import measured

NAMES = sorted(path.stem for path in (measured.PAGES / "tables").glob("*.json"))
PAGES = "\n".join(page.read_text("utf-8") for page in measured.PAGES.glob("*.md"))


def test_every_page_is_drawn_from_its_tables():
    assert measured.stale() == {}


def test_every_table_stands_on_a_page_and_every_page_has_its_tables():
    assert sorted(re.findall(r"<!-- table: ([\w-]+) -->", PAGES)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_command_of_a_table_can_be_run(name):
    command = measured.Measured.read(measured.path_of(name)).command
    words = shlex.split(command)
    if words[0] == "make":
        return
    assert words[:2] == ["python", "-m"]
    found = importlib.util.find_spec(words[2])
    assert found is not None
    known = "".join(Path(file).read_text() for file in (found.origin, report.__file__))
    options = [word for word in words if word.startswith("--")]
    assert [word for word in options if f'"{word}"' not in known] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_kept_as_it_is_written(name):
    path = measured.path_of(name)
    assert measured.Measured.read(path).json() == path.read_text("utf-8")


def test_what_a_benchmark_writes_becomes_a_table(tmp_path, monkeypatch):
    result = tmp_path / "rows.json"
    monkeypatch.setattr("sys.argv", ["x", "--quick", "--json", str(result)])
    options = report.parser("A benchmark.").parse_args(["--json", str(result)])
    rows = [report.Row("set", "compound", "MLP", s, {"a": 4 + s}) for s in (0, 2)]
    report.publish("forward", rows, {"a": "error / %"}, options, ["a note"])
    table = measured.taken(result, None, "Errors", ["model", "error / %"])
    assert table.command == "python -m benchmarks.forward --quick"
    assert table.rows == [["MLP", "5.00 ± 1.00"]]
    assert "| MLP | 5.00 ± 1.00 |" in table.markdown()
    assert table.markdown().endswith("a note")


def test_a_second_measurement_keeps_title_and_columns(tmp_path):
    old = measured.Measured("Errors", "old", ["error", "model"], [["5", "MLP"]])
    table = {"columns": ["model", "seeds", "error"], "rows": [["MLP", "3", "4"]]}
    found = {"benchmark": "b", "command": "new", "table": table, "notes": []}
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(found))
    new = measured.taken(path, old, "", [])
    assert (new.title, new.command, new.rows) == ("Errors", "new", [["4", "MLP"]])


def test_a_column_that_was_not_measured_is_refused(tmp_path):
    found = {"table": {"columns": ["model"], "rows": []}, "command": "c", "notes": []}
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(found | {"benchmark": "b"}))
    with pytest.raises(ValueError, match="say --columns"):
        measured.taken(path, None, "", ["error"])


def test_a_row_of_another_length_is_refused(tmp_path):
    path = tmp_path / "bad.json"
    path.write_text('{"title": "", "command": "", "columns": ["a"], "rows": [[]]}')
    with pytest.raises(ValueError, match="not 1 cells"):
        measured.Measured.read(path)
