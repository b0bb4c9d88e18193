"""Tables: the same rows in a terminal, a notebook, a page of Markdown and a file."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.report import Cost, Row, parser, publish
from xnet_lite.tables import Table, cell_text, mean_std, number

ROWS = [
    {"model": "MLP", "error": "4.75 ± 0.12", "sites": 1650, "band": 0.74},
    {"model": "mean spectrum", "error": "16.29 ± 0.77", "sites": 1650},
]


@pytest.fixture
def table():
    return Table(ROWS, title="Models", note="three seeds")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1234, "0.123"),
        (12.345, "12.35"),
        (123.45, "123.5"),
        (-0.5, "-0.500"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_a_number_has_about_three_figures(value, text):
    assert number(value) == text


def test_a_number_has_the_digits_that_are_asked_for():
    assert number(3.14159, 4) == "3.1416"


def test_a_spread_is_that_of_numpy_with_the_digits_of_the_mean():
    values = [4.61, 4.92, 4.75]
    assert mean_std(values) == f"{np.mean(values):.2f} ± {np.std(values):.2f}"


def test_one_value_has_no_spread():
    assert mean_std([4.75]) == "4.75"


@pytest.mark.parametrize("values", [[], [1.0, float("nan")]])
def test_a_mean_without_all_its_values_is_a_dash(values):
    assert mean_std(values) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [(np.float32(2.5), "2.50"), (np.int64(12345), "12345"), ("as it is", "as it is")],
)
def test_a_cell_shows_numpys_numbers_as_pythons(value, text):
    assert cell_text(value) == text


def test_the_heads_are_those_of_all_rows(table):
    assert Table(ROWS[::-1]).heads == ["model", "error", "sites", "band"]


def test_what_a_row_lacks_is_a_dash(table):
    assert table.cells()[1][3] == "–"


@pytest.mark.parametrize(
    "number", ["1", "-1.5", "4.75 ± 0.12", "99 %", "1 036 158", "5.2 (4.1)", "1e-3"]
)
def test_a_column_of_figures_and_dashes_stands_to_the_right(number):
    assert Table([{"x": number}, {"x": None}, {"x": "?"}]).aligned() == ["right"]


@pytest.mark.parametrize("word", ["MLP", "1-NN", "3 of 12 sites", "2022, Table I", ""])
def test_a_column_of_words_stands_to_the_left(word):
    assert Table([{"x": word}, {"x": 1}]).aligned() == ["left"]


def test_markdown_has_a_rule_below_the_heads(table):
    assert table.markdown().splitlines()[:3] == [
        "| model | error | sites | band |",
        "|---|---:|---:|---:|",
        "| MLP | 4.75 ± 0.12 | 1650 | 0.740 |",
    ]


def test_a_bar_does_not_end_a_cell_of_markdown():
    assert r"a\|b" in Table([{"x": "a|b"}]).markdown()


def test_json_keeps_numbers_and_has_null_for_nan():
    rows = [{"error": np.float32(0.5), "sites": np.int64(3), "none": float("nan")}]
    assert json.loads(Table(rows).json()) == [{"error": 0.5, "sites": 3, "none": None}]


def test_text_shows_title_cells_and_note(table):
    text = table.text()
    assert all(word in text for word in ("Models", "16.29 ± 0.77", "three seeds"))


def test_text_is_no_wider_than_asked_for(table):
    assert max(map(len, table.text(width=40).splitlines())) <= 40


def test_printing_a_table_shows_its_text(table):
    assert str(table) == table.text()


def test_square_brackets_are_no_markup():
    assert "[bold]x[/bold]" in Table([{"[red]": "[bold]x[/bold]"}]).text()


def test_html_is_well_formed_and_names_columns_and_rows(table):
    page = ElementTree.fromstring(table._repr_html_())
    assert page.find("caption/strong").text == "Models"
    scopes = [th.get("scope") for th in page.iter("th")]
    assert scopes == ["col"] * 4 + ["row"] * 2


def test_html_lets_no_cell_inject_anything():
    html = Table([{"<b>": "<script>alert(1)</script>"}], "<i>", "<u>")._repr_html_()
    assert not any(tag in html for tag in ("<script>", "<b>", "<i>", "<u>"))


def test_html_names_no_color_so_that_it_reads_on_a_dark_page(table):
    html = table._repr_html_()
    assert "color:inherit" in html
    assert "#" not in html


def test_a_table_without_rows_is_empty_everywhere():
    empty = Table([])
    assert empty.json() == "[]"
    ElementTree.fromstring(empty._repr_html_())


def test_the_module_loads_nothing_heavy():
    code = (
        "import sys, xnet_lite.tables; "
        "print([m for m in ('numpy', 'rich', 'plotly') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def published(tmp_path, capsys):
    def publish_with(*words):
        rows = [Row("V", "random", "MLP", i, {"a": 4.0 + i}, Cost(1.5)) for i in (0, 1)]
        options = parser("").parse_args(list(words))
        publish("race", rows, {"a": "A / %", "b": "B / %"}, options, ["a note"])
        return capsys.readouterr().out

    return publish_with


def test_a_benchmark_prints_means_over_seeds(published):
    assert "4.50 ± 0.50" in published()


def test_a_benchmark_prints_a_page_of_markdown(published):
    assert "| V | random | MLP | 2 | 4.50 ± 0.50 | – | 1.5 | – |" in published(
        "--markdown"
    )


def test_a_benchmark_writes_null_for_what_was_not_measured(published):
    record = json.loads(published("--json", "-"))
    assert record["rows"][0]["peak_mb"] is None
    assert record["rows"][1]["a"] == 5.0
