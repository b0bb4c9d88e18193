"""Maps of many sites: every kind has its colour and its mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from xnet_lite.plots.base import COLORS, CYCLE, empty_figure

# a colour and a mark each: told apart by readers who see no difference in colour
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
OTHERS = "others"
DOT, SMALL_DOT = 7, 5  # pixels
ROW_HEIGHT = 340  # pixels


def plot_classes(
    coordinates: ArrayLike,
    classes: Sequence[object] | np.ndarray,
    labels: Sequence[str],
    *,
    axis_titles: tuple[str, str] = ("first component", "second component"),
    title: str = "",
) -> go.Figure:
    """Draw many sites as points on two coordinates, coloured by their kind.

    Parameters
    ----------
    coordinates : array, (n_sites, 2)
        For instance a t-SNE map; dimensionless.
    classes : sequence, (n_sites,)
        The kind of each site. The six most frequent have a colour of their own, all
        others share grey.
    labels : sequence of str, (n_sites,)
        Shown when the pointer rests on a site.
    axis_titles : (str, str)
        Words at the axes.
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        One trace a kind, the grey one first (below the others), then the most
        frequent kind; `customdata` of a point is its row.

    Example
    -------
    >>> figure = plot_classes([[0, 1], [1, 0], [1, 1]], ["a", "b", "b"], list("xyz"))
    >>> [trace.name for trace in figure.data]
    ['b (2)', 'a (1)']
    """
    figure = empty_figure(title, *axis_titles, height=480)
    for trace in class_traces(coordinates, classes, labels):
        figure.add_trace(trace)
    figure.update_layout(showlegend=True)
    return figure


def plot_class_maps(
    maps: Mapping[str, ArrayLike],
    classes: Sequence[object] | np.ndarray,
    labels: Sequence[str],
    *,
    title: str = "",
) -> go.Figure:
    """Draw several maps of the same sites, two in a row, coloured by their kind.

    Parameters
    ----------
    maps : mapping of str to array, (n_sites, 2)
        Coordinates by the name that stands above each map; dimensionless.
    classes, labels : sequence, (n_sites,)
        As for `plot_classes`.
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        A click on a kind in the legend hides it on every map.

    Example
    -------
    >>> pair = {"one": [[0, 1]], "two": [[1, 0]]}
    >>> [trace.xaxis for trace in plot_class_maps(pair, ["a"], ["x"]).data]
    ['x', 'x2']
    """
    n_rows = -(-len(maps) // 2)
    figure = make_subplots(
        n_rows,
        2,
        subplot_titles=list(maps),
        horizontal_spacing=0.08,
        vertical_spacing=0.24 / n_rows,
    )
    for i, coordinates in enumerate(maps.values()):
        for trace in class_traces(coordinates, classes, labels):
            trace.update(showlegend=i == 0, legendgroup=trace.name)
            trace.marker.size = SMALL_DOT
            figure.add_trace(trace, row=i // 2 + 1, col=i % 2 + 1)
    style = empty_figure(title, height=ROW_HEIGHT * n_rows + 60).layout
    figure.update_layout(template=style.template, title=style.title)
    figure.update_layout(height=style.height, margin={"t": 80, "l": 50})
    figure.update_xaxes(title={"text": "first component"}, row=n_rows)
    figure.update_yaxes(title={"text": "second component"}, col=1)
    return figure


def class_traces(
    coordinates: ArrayLike,
    classes: Sequence[object] | np.ndarray,
    labels: Sequence[str],
) -> list[go.Scatter]:
    """Return the points of a map, one trace a kind.

    Parameters
    ----------
    coordinates, classes, labels
        As for `plot_classes`.

    Returns
    -------
    list of plotly.graph_objects.Scatter

    Example
    -------
    >>> len(class_traces([[0, 1], [1, 0]], ["a", "b"], ["x", "y"]))
    2
    """
    points = np.asarray(coordinates, dtype=float)
    kinds = np.array([str(kind) for kind in classes])
    shown = frequent(kinds, len(CYCLE))
    looks = dict(zip(shown, zip(CYCLE, SYMBOLS, strict=True), strict=False))
    groups = {kind: np.flatnonzero(kinds == kind) for kind in shown}
    rest = np.flatnonzero(~np.isin(kinds, shown))
    traces = []
    for kind, rows in [*([(OTHERS, rest)] if len(rest) else []), *groups.items()]:
        color, symbol = looks.get(kind, (COLORS["grey"], "circle"))
        trace = go.Scatter(
            x=points[rows, 0],
            y=points[rows, 1],
            mode="markers",
            name=f"{kind} ({len(rows)})",
            customdata=rows,
            text=[f"{labels[i]}<br>{kinds[i]}" for i in rows],
            hovertemplate="%{text}<extra></extra>",
            marker={"color": color, "symbol": symbol, "size": DOT, "opacity": 0.8},
        )
        trace.marker.line = {"width": 0.5, "color": "white"}
        traces.append(trace)
    return traces


def frequent(kinds: Sequence[str] | np.ndarray, most: int) -> list[str]:
    """Return the most frequent kinds, the first of the alphabet where they tie.

    Parameters
    ----------
    kinds : sequence of str, (n_sites,)
        The kind of each site.
    most : int
        How many to return at most.

    Returns
    -------
    list of str

    Example
    -------
    >>> frequent(["c", "b", "a", "b"], 2)
    ['b', 'a']
    """
    ranked = sorted(Counter(map(str, kinds)).items(), key=lambda one: (-one[1], one[0]))
    return [kind for kind, _ in ranked[:most]]
