"""The house style: colours, template, and the empty figure all others start from."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any, TypeVar

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.colors import sample_colorscale
from plotly.subplots import make_subplots

T = TypeVar("T")

# Okabe and Ito's palette, told apart by readers with any colour vision
# (Color Universal Design, 2008, https://jfly.uni-koeln.de/color/).
COLORS = {
    "black": "#000000",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "orange": "#E69F00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "grey": "#8A8A8A",
}
# one colour for one meaning, in every figure of the course
ROLES = {
    "engine": COLORS["black"],
    "truth": COLORS["black"],
    "prediction": COLORS["blue"],
    "1-NN": COLORS["orange"],
    "mean spectrum": COLORS["grey"],
}
CYCLE = [COLORS[c] for c in ("blue", "vermillion", "green", "orange", "purple", "sky")]
SEQUENTIAL = "Cividis"
RAMP_END = 0.85  # the last tenth of cividis is too pale for a line on white

ENERGY_TITLE = "energy from the edge / eV"
MU_TITLE = "normalised absorption"
ERROR_TITLE = "relative spectral error / %"
#: a legend in one row above the figure
LEGEND_ABOVE = {"orientation": "h", "y": 1.02, "yanchor": "bottom"}

_AXIS = {
    "showline": True,
    "linecolor": "#555555",
    "ticks": "outside",
    "gridcolor": "#E9E9E9",
    "zeroline": False,
    "title": {"font": {"size": 14}},
}
HOUSE = go.layout.Template(
    layout={
        "colorway": CYCLE,
        "font": {"family": "system-ui, sans-serif", "size": 14, "color": "#222222"},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "title": {"x": 0.01, "xanchor": "left", "font": {"size": 16}},
        "margin": {"l": 70, "r": 20, "t": 60, "b": 60},
        "hoverlabel": {"font": {"size": 13}},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
    }
)


def empty_figure(
    title: str = "", x_title: str = "", y_title: str = "", *, height: int = 420
) -> go.Figure:
    """Return a figure in the house style with its axes named and nothing drawn.

    Parameters
    ----------
    title, x_title, y_title : str
        Words above and beside the axes; axis titles carry the unit ("r / Å").
    height : int
        Height in pixels.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> empty_figure("A title", "r / Å").layout.xaxis.title.text
    'r / Å'
    """
    axes = {"xaxis_title_text": x_title, "yaxis_title_text": y_title}
    margin = {"t": 60 if title else 30}
    looks = {"template": HOUSE, "title_text": title, "height": height, "margin": margin}
    return go.Figure(layout=looks | axes)


def panels(
    n_rows: int, n_columns: int, title: str, *, height: int, **places: Any
) -> go.Figure:
    """Return empty panels in the house style.

    Parameters
    ----------
    n_rows, n_columns : int
        How many.
    title : str
        Words above the figure.
    height : int
        Height in pixels, of all together.
    **places
        As `plotly.subplots.make_subplots` takes them.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> panels(1, 2, "A title", height=300).layout.xaxis2.anchor
    'y2'
    """
    style = empty_figure(title, height=height).layout
    looks = {name: style[name] for name in ("template", "title", "height", "margin")}
    return make_subplots(n_rows, n_columns, **places).update_layout(looks)


def colored(
    named: Mapping[str, T], *, ramp: bool = False
) -> Iterator[tuple[str, T, str]]:
    """Return each name, what has it, and its colour as `line_colors` gives them.

    Example
    -------
    >>> list(colored({"engine": 1, "mine": 2}))
    [('engine', 1, '#000000'), ('mine', 2, '#0072B2')]
    """
    colors = line_colors(list(named), ramp=ramp)
    return zip(named, named.values(), colors, strict=True)


def add_line(
    figure: go.Figure,
    x: ArrayLike,
    y: ArrayLike,
    name: str,
    color: str,
    *,
    mode: str | None = "lines",
    **style: Any,
) -> None:
    """Draw one more line into a figure; points where there are few, for no `mode`.

    Example
    -------
    >>> figure = empty_figure()
    >>> add_line(figure, [0, 1], [1, 2], "mine", "#000000", width=2)
    >>> figure.data[0].line.width
    2
    """
    figure.add_scatter(x=x, y=y, name=name, mode=mode, line={"color": color, **style})


def write(
    figure: go.Figure, words: str, x: float, y: float, side: str, **place: Any
) -> None:
    """Put words into an upper corner of a figure or a panel, flush with a side.

    Example
    -------
    >>> figure = empty_figure()
    >>> write(figure, "R² 0.9", 1, 1, "right", xref="paper", yref="paper")
    >>> figure.layout.annotations[0].align
    'right'
    """
    flush = {"xanchor": side, "align": side, "yanchor": "top", "showarrow": False}
    figure.add_annotation(text=words, x=x, y=y, **flush, **place)


def line_colors(names: Sequence[str], *, ramp: bool = False) -> list[str]:
    """Return a colour for each name: its role's, or the next one of the cycle.

    Parameters
    ----------
    names : sequence of str
        Names of lines; those in ROLES keep their colour in every figure.
    ramp : bool
        True for an ordered series (distance, order): dark to light in order.

    Returns
    -------
    list of str
        Colours that Plotly reads.

    Example
    -------
    >>> line_colors(["engine", "mine"])
    ['#000000', '#0072B2']
    """
    if ramp:
        steps = np.linspace(0.0, RAMP_END, max(len(names), 2))[: len(names)]
        return list(sample_colorscale(SEQUENTIAL, [float(step) for step in steps]))
    free = cycle(c for c in CYCLE if c not in {ROLES.get(name) for name in names})
    return [ROLES[name] if name in ROLES else next(free) for name in names]


def translucent(color: str, alpha: float) -> str:
    """Return a hexadecimal colour as `rgba(...)` of the given opacity.

    Example
    -------
    >>> translucent("#0072B2", 0.2)
    'rgba(0,114,178,0.2)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def band(
    x: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    name: str,
    color: str,
    opacity: float = 0.2,
) -> go.Scatter:
    """Return the filled area between two lines, silent on hover.

    Parameters
    ----------
    x, low, high : array, (n,)
        Positions, and the two lines.
    name : str
        Words in the legend.
    color : str
        Hexadecimal.
    opacity : float
        0 to 1.

    Returns
    -------
    plotly.graph_objects.Scatter

    Example
    -------
    >>> band([0, 1], [0, 0], [1, 2], "all", "#000000").y
    (1, 2, 0, 0)
    """
    there, under, over = (np.asarray(line) for line in (x, low, high))
    return go.Scatter(
        x=np.concatenate([there, there[::-1]]).tolist(),
        y=np.concatenate([over, under[::-1]]).tolist(),
        fill="toself",
        fillcolor=translucent(color, opacity),
        line={"width": 0},
        mode="lines",
        name=name,
        hoverinfo="skip",
    )
