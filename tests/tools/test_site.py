"""What the site makes of notebooks, docstrings and formulas."""

from types import SimpleNamespace

import nbformat
import pytest

pytest.importorskip("sphinx", reason="needs the extra docs: make docs")
from tools import notebooks
from tools.site import course, docstrings, figures, maths, reference, terms

CODE, TEXT = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell


def through(text):
    """A docstring after what is done to it."""
    lines = text.splitlines()
    docstrings.process(None, "function", "f", None, None, lines)
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("x²", "x^{2}"),
        ("2^(1−ζ)", "2^{1-ζ}"),
        ("r_ij", "r_{i j}"),
        ("r_shift", r"r_{\mathrm{shift}}"),
        ("exp(−a)", r"\exp (-a)"),
        ("√(w_k / m)", r"\sqrt{w_{k} / m}"),
    ],
)
def test_a_formula_of_a_docstring_becomes_tex(text, tex):
    assert maths.tex_of(text) == tex


@pytest.mark.parametrize("tex", [r"\frac12", r"\frac1\pi", r"{\rm Fe}", r"a \dots"])
def test_tex_that_docutils_does_not_know_is_drawn(tex):
    assert maths.mathml(tex, block=False).startswith("<math")


def test_a_half_is_one_over_two():
    assert maths.mathml(r"\frac12", block=False).count("<mn>") == 2


def test_source_and_differs_become_sections():
    found = through("Do it.\n\nSource: a paper,\n2020.\nDiffers: nothing.")
    assert "Source\n------\na paper,\n2020.\n\nDiffers\n-------\nnothing." in found


def test_a_formula_on_its_own_line_is_drawn_and_prose_is_not():
    found = through("Sum.\n\n    | G1 = Σ_j f_c(r_ij)\n\nwith r = 3 of them.")
    assert r".. math::" in found
    assert "with r = 3 of them." in found


def test_marks_that_are_letters_are_kept_outside_of_code():
    assert through("What ends in x_ and |x|, `y_` too.") == (
        r"What ends in x\_ and \|x\|, ``y_`` too."
    )


def test_an_example_stays_as_it_is():
    text = "Do.\n\nExample\n-------\n>>> a_ | b\n1"
    assert through(text).endswith(">>> a_ | b\n1")


def test_a_figure_is_drawn_by_the_page_and_named_by_its_axes():
    data = {"data": [], "layout": {"yaxis": {"title": {"text": "μ</b>"}}}}
    html = course.figure(data)
    assert 'class="figure-live" role="img" aria-label="μ' in html
    assert "</b>" not in html.partition("<script")[2]


def test_widgets_and_progress_are_left_out_and_words_stay():
    widget = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "W()"}
    outputs = [
        nbformat.v4.new_output("display_data", widget),
        nbformat.v4.new_output("stream", name="stderr", text="3/10"),
        nbformat.v4.new_output("stream", name="stdout", text="hello"),
    ]
    note, words = course.shown(outputs)
    assert "when the notebook runs" in note.data["text/markdown"]
    assert words.text == "hello"


def test_an_exercise_shows_its_task_and_folds_its_answer():
    cell = CODE("# Your turn\nx = None\n# solution\nx = 1")
    task, answer = course._exercise(cell)
    assert "x = 1" not in task.source
    assert answer.metadata["tags"] == ["hide-cell"]
    assert answer.source == "# solution\nx = 1"


def test_a_run_of_other_code_is_not_shown(tmp_path, monkeypatch):
    wanted = notebooks.build(notebooks.sources()[0], solutions=True)
    name, other = notebooks.sources()[0].stem, nbformat.from_dict(wanted)
    monkeypatch.setattr(course, "TESTED", tmp_path)
    monkeypatch.setattr(course, "FULL", tmp_path / "none")
    nbformat.write(wanted, tmp_path / f"{name}.ipynb")
    assert course.executed(name, wanted) is None  # it did not come to its end
    for cell in other.cells:
        if cell.cell_type == "code":
            cell.execution_count = 1
    nbformat.write(other, tmp_path / f"{name}.ipynb")
    assert course.executed(name, wanted) is not None
    [c for c in other.cells if c.cell_type == "code"][-1].source += "\n1"
    nbformat.write(other, tmp_path / f"{name}.ipynb")
    assert course.executed(name, wanted) is None


def test_what_a_page_leaves_out_is_no_prose():
    notebook = notebooks.build(notebooks.sources()[0], solutions=True)
    page = course.page("00_welcome", notebook, True)
    text = [cell.source for cell in page.cells]
    assert text[0].startswith("# ")
    assert "mybinder" in text[1]
    assert "fast run" in text[2]
    assert not any("google.colab" in one for one in text)


def test_a_word_is_linked_where_it_first_stands_and_only_there():
    left = ["first shell", "site"]
    found = terms.linked("# A site\n`site` has sites; a site.", left)
    assert found == "# A site\n`site` has {term}`sites <site>`; a site."
    assert left == ["first shell"]


def test_a_notebook_that_a_page_names_is_linked_outside_of_code(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("See `00_welcome`.\n```\n`00_welcome`\n```\n")
    terms.link_notebooks(tmp_path, ["00_welcome"])
    linked = "See {doc}`00_welcome </course/00_welcome>`."
    assert page.read_text() == f"{linked}\n```\n`00_welcome`\n```\n"


def test_every_room_has_a_page_and_nothing_is_documented_twice():
    found = reference.rooms()
    assert {"descriptors", "scattering", "errors"} <= set(found)
    assert found.index("widgets") < found.index("trust") < found.index("tables")
    assert ":exclude-members: Coverage" in reference.room_page("trust")


def test_every_verb_of_the_command_is_on_its_page():
    page = reference.command_page()
    verbs = ("predict", "simulate", "invert", "train", "data make")
    assert all(f"\n## {verb}\n" in page for verb in verbs)
    assert "`--absorber`" in page or "--absorber" in page


def test_the_gallery_has_the_first_figure_of_each_page(tmp_path):
    page = tmp_path / "gallery.md"
    page.write_text("<!-- cards -->")
    html = {"text/html": course.figure({"data": [], "layout": {}})}
    output = nbformat.v4.new_output("display_data", html)
    whole = SimpleNamespace(cells=[TEXT("# One"), CODE("1", outputs=[output])])
    figures.write_gallery(page, {"00_one": whole})
    assert ":link: course/00_one" in page.read_text()
    assert "height:230px" in page.read_text()
