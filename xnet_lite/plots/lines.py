"""Lines and heat maps over named axes: for whatever has no figure of its own."""

from collections.abc import Mapping

import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.plots.base import SEQUENTIAL, add_line, colored, empty_figure


def plot_lines(
    x: ArrayLike,
    lines: Mapping[str, ArrayLike],
    *,
    x_title: str,
    y_title: str,
    title: str = "",
    log_y: bool = False,
    markers: bool = False,
    ramp: bool = False,
) -> go.Figure:
    """Draw named lines over one axis.

    Parameters
    ----------
    x : array, (n,)
        Positions, in the unit that `x_title` names.
    lines : mapping of str to array, (n,)
        The lines, in the unit that `y_title` names.
    x_title, y_title : str
        Words at the axes, with units.
    log_y : bool
        A logarithmic vertical axis.
    markers : bool
        Mark the points, for few of them.
    ramp : bool
        Colours in order, for an ordered series.

    Example
    -------
    >>> fig = plot_lines([1, 2], {"a": [3, 4]}, x_title="r / Å", y_title="E / eV")
    >>> fig.data[0].name
    'a'
    """
    figure = empty_figure(title, x_title, y_title)
    mode = "lines+markers" if markers else "lines"
    for name, y, color in colored(lines, ramp=ramp):
        add_line(figure, x, y, name, color, mode=mode, width=2)
    figure.update_traces(marker={"size": 8}).update_layout(showlegend=len(lines) > 1)
    if log_y:
        figure.update_yaxes(type="log", exponentformat="power", dtick=1)
    return figure


def plot_heat_map(
    x: ArrayLike,
    y: ArrayLike,
    values: ArrayLike,
    *,
    x_title: str,
    y_title: str,
    value_title: str,
    title: str = "",
    symmetric: bool = False,
) -> go.Figure:
    """Draw a matrix as colours.

    Parameters
    ----------
    x : array, (n_columns,)
        Positions of the columns.
    y : array, (n_rows,)
        Positions of the rows.
    values : array, (n_rows, n_columns)
        What the colours stand for.
    x_title, y_title, value_title : str
        Words at the axes and at the colour bar, with units.
    symmetric : bool
        Colours from blue over white to red with white at zero, for differences.

    Example
    -------
    >>> words = dict(x_title="E / eV", y_title="r / Å", value_title="μ")
    >>> plot_heat_map([0, 1], [2], [[5, 6]], **words).data[0].type
    'heatmap'
    """
    figure = empty_figure(title, x_title, y_title)
    figure.add_heatmap(
        x=x,
        y=y,
        z=values,
        colorscale="RdBu_r" if symmetric else SEQUENTIAL,
        zmid=0.0 if symmetric else None,
        colorbar={"title": {"text": value_title, "side": "right"}},
    )
    return figure
