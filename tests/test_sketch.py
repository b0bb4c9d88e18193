"""Small figures: well-formed, light, and readable on white and on black."""

from xml.etree import ElementTree

import numpy as np
import pytest

from xnet_lite import sketch

SVG = "{http://www.w3.org/2000/svg}"
X = np.linspace(-15.0, 60.0, 2000)


def parsed(figure):
    return ElementTree.fromstring(figure)


@pytest.fixture
def figure():
    bands = [(np.sin(X) - 1, np.sin(X) + 1)]
    curves = {"a": np.sin(X), "<b>": np.cos(X)}
    return sketch.lines(X, curves, bands, x_label="energy / eV", mark=0.0)


def test_a_figure_names_its_lines_and_the_ends_of_its_axis(figure):
    words = [text.text for text in parsed(figure).iter(f"{SVG}text")]
    assert words == ["a", "<b>", "-15", "60", "energy / eV"]


def test_a_figure_says_what_it_is_to_a_screen_reader(figure):
    assert parsed(figure).get("aria-label") == "a, <b> against energy / eV"


def test_a_figure_of_many_points_stays_light(figure):
    assert len(figure) < 16_000


def test_a_line_breaks_where_there_is_no_number():
    y = np.array([0.0, 1.0, np.nan, 1.0, 0.0])
    line = parsed(sketch.lines(np.arange(5), {"y": y})).findall(f"{SVG}path")[-1]
    assert line.get("d").count("M") == 2


@pytest.mark.parametrize("y", [[1.0, 1.0], [np.nan, np.nan]])
def test_a_line_without_a_range_is_drawn_all_the_same(y):
    assert "nan" not in sketch.lines([0, 1], {"y": y})


def test_a_higher_value_stands_higher():
    line = parsed(sketch.lines([0, 1], {"y": [0.0, 1.0]})).findall(f"{SVG}path")[-1]
    heights = [float(point.split()[1]) for point in line.get("d")[1:].split("L")]
    assert heights[1] < heights[0]


def test_a_mark_outside_the_axis_is_not_drawn():
    assert "dasharray" not in sketch.lines([0, 1], {"y": [0, 1]}, mark=2.0)


def test_a_molecule_has_a_ball_for_every_atom_and_a_ring_for_one():
    positions = np.random.default_rng(0).normal(size=(5, 3))
    drawn = sketch.molecule(positions, np.ones(5), np.ones((5, 3)), [[0, 1], [0, 2]], 0)
    assert len(parsed(drawn).findall(f"{SVG}circle")) == 6
    assert len(parsed(drawn).findall(f"{SVG}path")) == 2


def test_a_molecule_fits_into_its_picture():
    positions = np.random.default_rng(0).normal(scale=9.0, size=(40, 3))
    drawn = parsed(sketch.molecule(positions, np.ones(40), np.ones((40, 3)), [], 0))
    for ball in drawn.iter(f"{SVG}circle"):
        x, y, r = (float(ball.get(name)) for name in ("cx", "cy", "r"))
        assert min(x, y) - r >= 0
        assert max(x, y) + r <= 150


@pytest.mark.parametrize("n_atoms", [1, 2])
def test_few_atoms_have_a_picture_too(n_atoms):
    positions = np.arange(3.0 * n_atoms).reshape(n_atoms, 3)
    assert "nan" not in sketch.molecule(
        positions, np.ones(n_atoms), np.ones((n_atoms, 3)), [], 0
    )


def luminance(color):
    """As the web's contrast rule (WCAG 2.1) has it."""
    parts = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
@pytest.mark.parametrize("color", sketch.COLORS[:2])
def test_lines_stand_out_on_white_and_on_black(color, page):
    low, high = sorted([luminance(color), luminance(page)])
    assert (high + 0.05) / (low + 0.05) > 3  # what the rule asks of graphics
