"""What the README and the pages of docs/ print as Python runs as it stands."""

import re
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the snippets compute spectra")

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SNIPPETS = [
    pytest.param(page.name, snippet, id=f"{page.stem}: {snippet.splitlines()[-1]}")
    for page in PAGES
    for snippet in re.findall(
        r"^```python\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.M
    )
]


@pytest.mark.parametrize(("page", "snippet"), SNIPPETS)
def test_a_snippet_runs_beside_a_structure_of_ones_own(page, snippet, example_folder):
    exec(compile(snippet, page, "exec"), {})


def test_the_pages_show_python():
    assert len(SNIPPETS) > 4
