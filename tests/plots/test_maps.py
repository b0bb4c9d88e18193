"""Points of a map keep their row, their kind and their colour."""

import numpy as np

from xnet_lite import plots
from xnet_lite.plots.base import COLORS, CYCLE

RNG = np.random.default_rng(1)
KINDS = np.array([*"aaaabbbccdefgh"])  # eight kinds, six of which get a colour
POINTS = RNG.normal(size=(len(KINDS), 2))
LABELS = [f"site {i}" for i in range(len(KINDS))]


def test_every_point_is_drawn_once_where_its_row_says():
    figure = plots.plot_classes(POINTS, KINDS, LABELS)
    rows = np.concatenate([trace.customdata for trace in figure.data])
    drawn = np.concatenate([np.transpose([t.x, t.y]) for t in figure.data])
    assert sorted(rows) == list(range(len(KINDS)))
    np.testing.assert_array_equal(drawn, POINTS[rows])


def test_a_trace_holds_one_kind_and_says_how_many():
    figure = plots.plot_classes(POINTS, KINDS, LABELS)
    for trace in figure.data[1:]:
        (kind,) = set(KINDS[np.asarray(trace.customdata)])
        assert trace.name == f"{kind} ({(kind == KINDS).sum()})"


def test_rare_kinds_share_grey_below_the_others():
    first = plots.plot_classes(POINTS, KINDS, LABELS).data[0]
    assert first.name == "others (2)"
    assert first.marker.color == COLORS["grey"]


def test_no_more_kinds_than_colours_leaves_no_others():
    figure = plots.plot_classes(POINTS[:9], KINDS[:9], LABELS[:9])
    assert [trace.name for trace in figure.data] == ["a (4)", "b (3)", "c (2)"]


def test_kinds_differ_in_colour_and_in_mark():
    looks = {
        (trace.marker.color, trace.marker.symbol)
        for trace in plots.plot_classes(POINTS, KINDS, LABELS).data[1:]
    }
    assert len({color for color, _ in looks}) == len(CYCLE)
    assert len({symbol for _, symbol in looks}) == len(CYCLE)


def test_the_pointer_finds_name_and_kind_of_a_rare_site():
    others = plots.plot_classes(POINTS, KINDS, LABELS).data[0]
    assert others.text[0] == "site 12<br>g"


def test_numbers_are_kinds_too():
    figure = plots.plot_classes(POINTS[:3], [6, 4, 6], LABELS[:3])
    assert [trace.name for trace in figure.data] == ["6 (2)", "4 (1)"]


def test_a_kind_has_one_colour_and_one_line_in_the_legend_of_all_maps():
    maps = {"one": POINTS, "two": 2 * POINTS, "three": 3 * POINTS}
    traces = plots.plot_class_maps(maps, KINDS, LABELS).data
    same = [trace for trace in traces if trace.legendgroup == "a (4)"]
    assert [trace.showlegend for trace in same] == [True, False, False]
    assert len({trace.marker.color for trace in same}) == 1


def test_every_map_has_its_name_and_its_own_points():
    figure = plots.plot_class_maps({"one": POINTS, "two": -POINTS}, KINDS, LABELS)
    assert [note.text for note in figure.layout.annotations] == ["one", "two"]
    left, right = (t for t in figure.data if t.legendgroup == "b (3)")
    np.testing.assert_array_equal(left.x, -np.asarray(right.x))
