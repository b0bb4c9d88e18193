"""What describes sites: a feature vector as bars, many sites as a map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.plots.base import COLORS, SEQUENTIAL, empty_figure


def plot_features(
    features: ArrayLike,
    names: Sequence[str],
    *,
    highlight: int | None = None,
    title: str = "",
) -> go.Figure:
    """Draw a feature vector as bars, one of them marked.

    Parameters
    ----------
    features : array, (n_features,)
        The vector; its unit is the descriptor's.
    names : sequence of str, (n_features,)
        What each number stands for.
    highlight : int, optional
        The feature to mark.
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> plot_features([1.0, 2.0], ["a", "b"], highlight=1).data[0].marker.color
    ('#0072B2', '#D55E00')
    """
    colors = [COLORS["blue"]] * len(names)
    if highlight is not None:
        colors[highlight] = COLORS["vermillion"]
    figure = empty_figure(title, "feature number", "value (arbitrary units)")
    figure.add_bar(
        y=features,
        text=list(names),
        textposition="none",
        hovertemplate="%{text}<br>%{y:.4g}<extra>feature %{x}</extra>",
        marker={"color": colors, "line": {"width": 0}},
    )
    figure.update_layout(bargap=0.1, showlegend=False)
    return figure


def plot_map(
    coordinates: ArrayLike,
    values: ArrayLike,
    labels: Sequence[str],
    *,
    value_title: str,
    title: str = "",
) -> go.Figure:
    """Draw many sites as points on two coordinates, coloured by a value.

    Parameters
    ----------
    coordinates : array, (n_sites, 2)
        For instance the first two principal components; dimensionless.
    values : array, (n_sites,)
        What the colours stand for, in the unit that `value_title` names.
    labels : sequence of str, (n_sites,)
        Shown when the pointer rests on a site.
    value_title, title : str
        Words at the colour bar and above.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> plot_map([[0, 1]], [2.0], ["a"], value_title="r / Å").data[0].text
    ('a',)
    """
    x, y = np.asarray(coordinates).T
    figure = empty_figure(title, "first component", "second component")
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        text=list(labels),
        marker={
            "color": values,
            "colorscale": SEQUENTIAL,
            "size": 8,
            "line": {"width": 0.5, "color": "white"},
            "colorbar": {"title": {"text": value_title, "side": "right"}},
        },
    )
    return figure
