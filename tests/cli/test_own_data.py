"""The page's way from ten pairs of one's own to a prediction beside a scan."""

import json
import re
import shlex
from pathlib import Path

import pytest

from xnet_lite.datasets import load

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "own-data.md").read_text(encoding="utf-8")
SECTION = PAGE.split("**A folder of structures")[1].split("Files of one name")[0]
SNIPPET = re.search(r"```python\n(.*?)```", SECTION, re.DOTALL)[1]
LINES = re.findall(r"^\.venv/bin/xnet-lite (.*?)(?: +#.*)?$", SECTION, re.MULTILINE)


def words(verb):
    """What the page types behind a verb."""
    return next(shlex.split(line) for line in LINES if line.startswith(verb))


@pytest.fixture
def ten(embedded, bpy3):
    """The folder that the page's snippet writes, and a structure to predict."""
    exec(compile(SNIPPET, "own-data.md", "exec"), {})
    Path("my.xyz").write_bytes(Path(bpy3).read_bytes())


def test_ten_scans_of_counts_are_read_and_what_was_assumed_is_said(ten):
    found = load("mine")
    assert len(found) == 10
    assert any("ln(i0/it)" in note for note in found.meta["notes"])


def test_the_page_leads_from_ten_scans_to_a_prediction_beside_one(ten, call):
    done = {verb: call(*words(verb)) for verb in ("train", "evaluate", "data info")}
    done["predict"] = call(*words("predict"), "--arctan", "--out", "my.json")
    for verb, result in done.items():
        assert result.exit_code == 0, (verb, result.stderr)
    assert "complex3.txt" in done["data info"].stdout
    found = json.loads(Path("my.json").read_text())["comparison"]
    assert set(found["errors_percent"]) == {"raw", "experiment-like"}
    assert len(found["scan"]) == 226
    assert any("ln(i0/it)" in note for note in found["notes"])
