"""Scores of several models on several tests, every repetition a point."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.plots.base import empty_figure, line_colors, translucent
from xnet_lite.plots.learning import ERROR_TITLE

# of the distance between two tests: room for the bars of one
ROOM = 0.8


def plot_scores(
    scores: Mapping[str, Mapping[str, ArrayLike]],
    *,
    test_title: str,
    score_title: str = f"median {ERROR_TITLE}",
    title: str = "",
) -> go.Figure:
    """Draw scores by test and model: bars for means, a point for every repetition.

    Parameters
    ----------
    scores : mapping of str to mapping of str to array, (n_seeds,)
        Test -> model -> one score a seed, in the unit that `score_title` names. Every
        test has the same models.
    test_title, score_title, title : str
        Words at the axes and above.

    Returns
    -------
    plotly.graph_objects.Figure
        For each model a trace of bars, then a trace of points.

    Example
    -------
    >>> words = {"test_title": "split"}
    >>> plot_scores({"chance": {"mean spectrum": [1.0, 3.0]}}, **words).data[0].y
    (2.0,)
    """
    tests = list(scores)
    models = list(scores[tests[0]])
    width = ROOM / len(models)
    figure = empty_figure(title, test_title, score_title)
    for i, (model, color) in enumerate(zip(models, line_colors(models), strict=True)):
        seeds = [np.asarray(scores[test][model], dtype=float) for test in tests]
        places = np.arange(len(tests)) + (i - (len(models) - 1) / 2) * width
        figure.add_bar(
            x=places,
            y=[float(values.mean()) for values in seeds],
            width=0.92 * width,
            name=model,
            legendgroup=model,
            marker={"color": translucent(color, 0.45)},
            customdata=tests,
            hovertemplate="%{customdata}: %{y:.2f}<extra>" + model + "</extra>",
        )
        figure.add_scatter(
            x=np.repeat(places, [len(values) for values in seeds]),
            y=np.concatenate(seeds),
            mode="markers",
            name=model,
            legendgroup=model,
            showlegend=False,
            hovertemplate="one seed: %{y:.2f}<extra>" + model + "</extra>",
            marker={"color": color, "size": 6},
        )
    figure.update_layout(barmode="overlay", showlegend=True)
    # broken at a comma: long names would turn aslant and be cut
    words = [test.replace(", ", ",<br>") for test in tests]
    figure.update_xaxes(
        tickvals=list(range(len(tests))), ticktext=words, tickangle=0, automargin=True
    )
    figure.update_yaxes(rangemode="tozero")
    return figure
