"""Numbers from text: commas of two kinds, cells that are empty, rows that are cut."""

import numpy as np
import pytest

from tests.spectra.scans import ENERGY, MU, table
from xnet_lite.errors import InputError
from xnet_lite.spectra.table import parse_table


@pytest.mark.parametrize("separator", ["\t", " ", "   ", ";", "; ", "\t \t"])
def test_a_comma_is_a_decimal_point_where_something_else_parts_columns(separator):
    text = table(ENERGY, MU, separator=separator, decimal=",")
    found = parse_table(text, "a.txt")
    np.testing.assert_allclose(found.values, np.c_[ENERGY, MU], atol=1e-6)
    assert found.notes == ["commas are taken for decimal points"]


@pytest.mark.parametrize("separator", [",", ", ", " , ", ",\t", " ,"])
def test_a_comma_parts_columns_where_numbers_have_points(separator):
    found = parse_table(table(ENERGY, MU, separator=separator), "a.csv")
    np.testing.assert_allclose(found.values, np.c_[ENERGY, MU], atol=1e-6)
    assert found.notes == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "6950,00,0,91\n6951,00,0,92\n",
            "commas between the columns and in the numbers",
        ),
        ("6,950.5 0.91\n6,951.5 0.92\n", "line 1 .* has commas between thousands"),
        (
            "6950,5 0,91\n6951,5\n",
            "marks decimals in line 1 and parts columns in line 2",
        ),
        ("7112 0.5\n7113\n", "line 2 has 1 column of numbers"),
        (
            "3 4\n" + "7112 0.5 1\n" * 20,
            "line 1 has 2 numbers where the next ones have 3",
        ),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(text, sentence):
    with pytest.raises(InputError, match=f"^a.txt: .*{sentence}"):
        parse_table(text, "a.txt")


def test_an_empty_cell_stays_empty():
    found = parse_table("energy,i0,mu\n7112,,0.5\n7113,9,0.6\n", "a.csv")
    assert np.isnan(found.values[0, 1])
    assert found.values[:, 2].tolist() == [0.5, 0.6]


def test_a_last_line_that_was_cut_short_is_left_out_with_a_note():
    found = parse_table("7112 0.5 2\n" * 15 + "7113 0.6", "a.dat")
    assert found.values.shape == (15, 3)
    assert found.notes == ["line 16, the last one, is cut short and left out"]


def test_columns_that_some_rows_lack_are_left_out_with_a_note():
    found = parse_table("7112 0.5 2\n7113 0.6\n7114 0.7 3\n", "a.dat")
    assert found.values.shape == (3, 2)
    assert found.notes == ["line 2 has 2 numbers: of every row as many are read"]


def test_words_behind_the_numbers_are_a_remark():
    assert parse_table("7112 0.5 beam lost\n7113 0.6\n", "a").values.shape == (2, 2)


def test_a_text_of_too_many_lines_is_refused_before_it_is_read():
    with pytest.raises(InputError, match="has 1000001 lines, give 1000000 at most"):
        parse_table("1 2\n" * 1_000_001, "a.dat")
