"""What the README prints as Python runs as it stands."""

import re
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the snippets compute spectra")

README = Path(__file__).parents[1] / "README.md"
SNIPPETS = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.DOTALL | re.M)


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda text: text.splitlines()[-1])
def test_a_snippet_runs_beside_a_structure_of_ones_own(snippet, example_folder):
    exec(compile(snippet, "README.md", "exec"), {})


def test_the_readme_shows_python():
    assert SNIPPETS
