"""What is done to a scan, and what it is like."""

import plotly.graph_objects as go

from xnet_lite.complexes import readable
from xnet_lite.inverse import Inversion, Readied
from xnet_lite.plots.base import (
    COLORS,
    ENERGY_TITLE,
    MU_TITLE,
    ROLES,
    add_line,
    empty_figure,
    line_colors,
)
from xnet_lite.plots.spectra import shade_regions

#: known spectra that are drawn beside a scan
N_DRAWN = 3


def plot_readied(readied: Readied, *, title: str = "") -> go.Figure:
    """Draw a raw scan with the lines under and over its edge, and where they come from.

    Parameters
    ----------
    readied : Readied

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> from xnet_lite.inverse import ready
    >>> from xnet_lite.spectra import read_spectrum
    >>> figure = plot_readied(ready(read_spectrum("Fe_foil.xdi")))
    >>> [line.name for line in figure.data]
    ['scan', 'line before the edge', 'line behind it']
    """
    figure = empty_figure(title, ENERGY_TITLE, "absorption, as measured")
    x = readied.normalised.energy_rel
    add_line(figure, x, readied.raw.mu, "scan", ROLES["truth"], width=2)
    grey, behind = COLORS["grey"], x > 0
    add_line(figure, x, readied.before, "line before the edge", grey, dash="dot")
    over = readied.behind[behind]
    add_line(figure, x[behind], over, "line behind it", grey, dash="dash")
    shade_regions(figure, readied.ranges)
    return figure.update_layout(showlegend=True)


def plot_inversion(found: Inversion, *, title: str = "") -> go.Figure:
    """Draw a scan on the footing of known spectra, and the nearest of these.

    Parameters
    ----------
    found : Inversion

    Returns
    -------
    plotly.graph_objects.Figure
        The scan as it was shifted onto the nearest.
    """
    figure = empty_figure(title, ENERGY_TITLE, MU_TITLE)
    matched, rows = found.matched, found.rows[:N_DRAWN]
    add_line(
        figure, matched.energy, matched.scan[rows[0]], "scan", ROLES["truth"], width=3
    )
    names = [readable(site.name or site.label) for site in found.sites[:N_DRAWN]]
    for row, name, color in zip(rows, names, line_colors(names), strict=True):
        add_line(figure, matched.energy, matched.known[row], name, color, width=2)
    # names are long: beside the figure they would take its room
    legend = {"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"}
    figure.update_layout(legend=legend)
    return figure.update_layout(showlegend=True)
