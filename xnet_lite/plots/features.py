"""What describes sites: a feature vector as bars, many sites as a map."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.arrays import Ints, Labels
from xnet_lite.plots.base import COLORS, CYCLE, SEQUENTIAL, empty_figure, panels

# a colour and a mark each: told apart by readers who see no difference in colour
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
OTHERS = "others"
DOT, SMALL_DOT = 7, 5  # pixels
ROW_HEIGHT = 340  # pixels
#: of a site that waits, is known, is chosen now -> how it is drawn
WAITING, KNOWN, NOW = "in the pool", "known before", "chosen now"
STATES = {
    WAITING: {"color": "#C8C8C8", "symbol": "circle", "size": 5},
    KNOWN: {"color": COLORS["blue"], "symbol": "circle", "size": 7},
    NOW: {"color": COLORS["vermillion"], "symbol": "diamond", "size": 10},
}


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

    Example
    -------
    >>> plot_features([1.0, 2.0], ["a", "b"], highlight=1).data[0].marker.color
    ('#0072B2', '#D55E00')
    """
    figure = empty_figure(title, "feature number", "value (arbitrary units)")
    figure.add_bar(
        y=features,
        text=list(names),
        textposition="none",
        hovertemplate="%{text}<br>%{y:.4g}<extra>feature %{x}</extra>",
        marker={"color": bar_colors(len(names), highlight), "line": {"width": 0}},
    )
    figure.update_layout(bargap=0.1, showlegend=False)
    return figure


def bar_colors(n: int, highlight: int | None) -> list[str]:
    """Return the colour of each of n bars, one of them marked.

    Example
    -------
    >>> bar_colors(2, 1)
    ['#0072B2', '#D55E00']
    """
    return [COLORS["vermillion" if i == highlight else "blue"] for i in range(n)]


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
    value_title : str
        Words at the colour bar.

    Example
    -------
    >>> plot_map([[0, 1]], [2.0], ["a"], value_title="r / Å").data[0].text
    ('a',)
    """
    x, y = np.asarray(coordinates).T
    marker = {
        "color": values,
        "colorscale": SEQUENTIAL,
        "size": 8,
        "line": {"width": 0.5, "color": "white"},
        "colorbar": {"title": {"text": value_title, "side": "right"}},
    }
    figure = empty_figure(title, "first component", "second component")
    return figure.add_scatter(x=x, y=y, mode="markers", text=labels, marker=marker)


def plot_classes(
    coordinates: ArrayLike,
    classes: Sequence[object] | Labels,
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
    figure.add_traces(class_traces(coordinates, classes, labels))
    return figure.update_layout(showlegend=True)


def plot_class_maps(
    maps: Mapping[str, ArrayLike],
    classes: Sequence[object] | Labels,
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
    places = {"horizontal_spacing": 0.08, "vertical_spacing": 0.24 / n_rows}
    names, height = list(maps), ROW_HEIGHT * n_rows + 60
    figure = panels(n_rows, 2, title, height=height, subplot_titles=names, **places)
    for i, coordinates in enumerate(maps.values()):
        for trace in class_traces(coordinates, classes, labels):
            trace.update(showlegend=i == 0, legendgroup=trace.name)
            trace.marker.size = SMALL_DOT
            figure.add_trace(trace, row=i // 2 + 1, col=i % 2 + 1)
    figure.update_layout(margin={"t": 80, "l": 50})
    figure.update_xaxes(title={"text": "first component"}, row=n_rows)
    figure.update_yaxes(title={"text": "second component"}, col=1)
    return figure


def plot_choices(
    coordinates: ArrayLike,
    choices: Mapping[str, Sequence[Ints]],
    labels: Sequence[str],
    *,
    step: int = 0,
    title: str = "",
) -> go.Figure:
    """Draw on maps beside each other what each way had chosen by a step.

    Parameters
    ----------
    coordinates : array, (n_sites, 2)
        Of the whole pool; dimensionless.
    choices : mapping of str to sequence of int array
        By way, the rows of each batch.
    labels : sequence of str, (n_sites,)
        What stands at a point that is hovered over.
    step : int
        Of batches, from 0; a way that ended before stays at its last.

    Returns
    -------
    plotly.graph_objects.Figure
        Three traces a way, of `STATES` in their order.

    Example
    -------
    >>> batches = {"random": [np.array([0]), np.array([2])]}
    >>> figure = plot_choices([[0, 1], [1, 0], [1, 1]], batches, list("abc"), step=1)
    >>> [len(trace.x) for trace in figure.data]
    [1, 1, 1]
    """
    points, names = np.asarray(coordinates, dtype=float), np.asarray(labels)
    space = {"horizontal_spacing": 0.06, "subplot_titles": list(choices)}
    height = ROW_HEIGHT + 60
    figure = panels(1, len(choices), title, height=height, **space)
    for i, batches in enumerate(choices.values()):
        for state, rows in states(batches, len(points), step).items():
            figure.add_scatter(
                x=points[rows, 0],
                y=points[rows, 1],
                mode="markers",
                name=state,
                legendgroup=state,
                showlegend=i == 0,
                text=names[rows],
                hovertemplate="%{text}<extra></extra>",
                marker=STATES[state] | {"line": {"width": 0.5, "color": "white"}},
                row=1,
                col=i + 1,
            )
    legend = {"orientation": "h", "y": -0.16, "yanchor": "top"}
    figure.update_layout(margin={"t": 80, "l": 50}, legend=legend)
    figure.update_xaxes(title={"text": "first component"})
    figure.update_yaxes(title={"text": "second component"}, col=1)
    return figure


def states(batches: Sequence[Ints], n_sites: int, step: int) -> dict[str, Ints]:
    """Return which sites wait, are known and are chosen at a step, by `STATES`.

    Example
    -------
    >>> states([np.array([2]), np.array([0])], 3, 1)[WAITING]
    array([1])
    """
    step = min(step, len(batches) - 1)
    known = np.concatenate([np.empty(0, dtype=int), *batches[:step]])
    now = np.asarray(batches[step])
    waiting = np.setdiff1d(np.arange(n_sites), np.concatenate([known, now]))
    return {WAITING: waiting, KNOWN: known, NOW: now}


def class_traces(
    coordinates: ArrayLike, classes: Sequence[object] | Labels, labels: Sequence[str]
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
        look = {"color": color, "symbol": symbol, "size": DOT, "opacity": 0.8}
        trace = go.Scatter(
            x=points[rows, 0],
            y=points[rows, 1],
            mode="markers",
            name=f"{kind} ({len(rows)})",
            customdata=rows,
            text=[f"{labels[i]}<br>{kinds[i]}" for i in rows],
            hovertemplate="%{text}<extra></extra>",
            marker=look | {"line": {"width": 0.5, "color": "white"}},
        )
        traces.append(trace)
    return traces


def frequent(kinds: Sequence[str] | Labels, most: int) -> list[str]:
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
    return [kind for kind, _ in Counter(sorted(map(str, kinds))).most_common(most)]
