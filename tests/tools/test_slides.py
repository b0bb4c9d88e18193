"""Slides: headings begin them, figures are there, and nothing is fetched."""

import re

import nbformat
import pytest

pytest.importorskip("sphinx", reason="needs the extra docs")
pytest.importorskip("mdit_py_plugins", reason="needs the extra docs")

from tools import slides

markdown = nbformat.v4.new_markdown_cell
FIGURE = {slides.course.PLOTLY: {"data": [], "layout": {"title": {"text": "A curve"}}}}


def code(source, *tags, data=None):
    """A code cell that was run."""
    outputs = [nbformat.v4.new_output("display_data", data)] if data else []
    metadata = {"tags": list(tags)}
    return nbformat.v4.new_code_cell(source, outputs=outputs, metadata=metadata)


@pytest.fixture(scope="module")
def page():
    """A small notebook as slides."""
    cells = [
        markdown("# Learn\n\nWhy $a^2$?"),
        code("import numpy"),
        code("SEED = 0", "parameters"),
        markdown("before\n\n## Look\n\nhere"),
        code("plot(1)", "figure", data=FIGURE),
        markdown("It falls."),
        code("print(1 < 2)", data={"text/plain": "<True>"}),
        code("# Your turn\nsecret = 42", "exercise"),
    ]
    return slides.page(nbformat.v4.new_notebook(cells=cells))


def test_each_heading_begins_a_column(page):
    assert len(re.findall("<section><section><h[12]>", page)) == 2
    assert page.index("before") < page.index("<h2>Look")


def test_set_up_and_answers_are_left_out(page):
    assert not re.search("import numpy|SEED|secret", page)


def test_a_figure_stands_without_its_code_and_with_what_is_said_of_it(page):
    slide = re.search(r'<section><div class="figure-live".*?</section>', page, re.S)[0]
    assert "A curve" in slide
    assert '<div class="fragment"><p>It falls.' in slide
    assert "plot" not in slide


def test_outputs_are_text_and_formulas_need_no_script(page):
    assert "&lt;True&gt;" in page
    assert "<math" in page
    assert "$" not in page


def test_nothing_is_fetched_from_elsewhere(page):
    asked = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert asked
    assert not [one for one in asked if "//" in one]
