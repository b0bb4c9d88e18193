"""Scores show every seed, and the mean of just these."""

import numpy as np

from xnet_lite import plots
from xnet_lite.plots.base import ROLES

SCORES = {
    "by chance": {"mean spectrum": [9.0, 11.0], "MLP": [2.0, 4.0]},
    "by compound": {"mean spectrum": [10.0, 10.0], "MLP": [5.0, 7.0]},
}


def traces(kind: str) -> dict:
    """The traces of one type, by the model they belong to."""
    figure = plots.plot_scores(SCORES, test_title="split")
    return {trace.name: trace for trace in figure.data if trace.type == kind}


def test_a_bar_is_the_mean_over_seeds():
    assert traces("bar")["MLP"].y == (3.0, 6.0)


def test_every_seed_is_a_point_on_its_bar():
    bar, points = traces("bar")["MLP"], traces("scatter")["MLP"]
    np.testing.assert_allclose(points.y, [2.0, 4.0, 5.0, 7.0])
    np.testing.assert_allclose(points.x, np.repeat(bar.x, 2))


def test_bars_of_one_test_stand_side_by_side_around_its_name():
    bars = traces("bar")
    places = np.array([bars["mean spectrum"].x, bars["MLP"].x])
    np.testing.assert_allclose(places.mean(axis=0), [0, 1])
    assert np.all(np.diff(places, axis=0) >= bars["MLP"].width)


def test_a_role_keeps_its_colour():
    assert traces("scatter")["mean spectrum"].marker.color == ROLES["mean spectrum"]


def test_the_axis_names_the_tests():
    figure = plots.plot_scores(SCORES, test_title="split")
    assert figure.layout.xaxis.ticktext == ("by chance", "by compound")


def test_a_long_name_breaks_at_its_comma():
    scores = {"all, by chance": {"MLP": [2.0]}}
    axis = plots.plot_scores(scores, test_title="split").layout.xaxis
    assert axis.ticktext == ("all,<br>by chance",)
