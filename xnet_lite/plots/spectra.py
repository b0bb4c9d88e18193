"""Spectra over the energy from their edges."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.plots.base import (
    COLORS,
    CYCLE,
    ENERGY_TITLE,
    MU_TITLE,
    ROLES,
    add_line,
    colored,
    empty_figure,
)
from xnet_lite.spectra import Scan, Spectrum, as_spectrum, choose
from xnet_lite.spectra.choice import Columns


def plot_spectra(
    spectra: Mapping[str, Spectrum],
    *,
    title: str = "",
    regions: Mapping[str, tuple[float, float]] | None = None,
    offset: float = 0.0,
    ramp: bool = False,
) -> go.Figure:
    """Draw named spectra over the energy from their edges.

    Parameters
    ----------
    spectra : mapping of str to Spectrum
        The spectra, drawn as they are: normalise first.
    regions : mapping of str to (float, float), optional
        Named energy ranges in eV from the edge, shaded behind the lines.
    offset : float
        Vertical distance between neighboring spectra, in the unit of mu.
    ramp : bool
        Colours in order, for an ordered series.

    Example
    -------
    >>> step = Spectrum(np.array([0.0, 1.0]), np.array([0.0, 1.0]), e0=0.0)
    >>> plot_spectra({"step": step}).data[0].name
    'step'
    """
    figure = empty_figure(title, ENERGY_TITLE, MU_TITLE)
    for i, (name, spectrum, color) in enumerate(colored(spectra, ramp=ramp)):
        mu = np.asarray(spectrum.mu) + i * offset
        add_line(figure, spectrum.energy_rel, mu, name, color, width=2)
    figure.update_layout(showlegend=len(spectra) > 1)
    shade_regions(figure, regions or {})
    return figure


def plot_scan(
    scan: Scan,
    *,
    columns: Columns | None = None,
    unit: str | None = None,
    signal: str | None = None,
) -> go.Figure:
    """Draw the columns of a scan, those that were taken in colour, and what they make.

    Parameters
    ----------
    scan : Scan
        What `read_scans` gave.
    columns, unit, signal
        As in `read_spectrum`.

    Returns
    -------
    plotly.graph_objects.Figure
        A line for each column in their order (that of the energies hidden), and one for
        the absorption, each from its lowest to its highest value. Where the columns
        make no spectrum, none is in colour.

    Example
    -------
    >>> rows = np.array([[7111.0, 9.0, 3.0], [7113.0, 9.5, 2.0]])
    >>> [line.name for line in plot_scan(Scan(["energy", "i0", "it"], rows)).data]
    ['energy', 'i0, taken', 'it, taken', 'absorption']
    """
    figure = empty_figure("", "energy / eV", "from lowest to highest")
    try:
        choice = choose(scan, columns, signal)
        made = as_spectrum(scan, columns=columns, unit=unit, signal=signal)
        here, taken, energy, mu = choice.energy, choice.parts, made.energy, made.mu
    except InputError:
        here, taken, energy, mu = 0, [], scan.values[:, 0], np.array([])
    # in the column's own order, in the unit of the spectrum
    x = _from_0_to_1(scan.values[:, here]) * np.ptp(energy) + energy.min()
    for i, (title, values) in enumerate(zip(scan.titles, scan.values.T, strict=True)):
        name, color, width = title, COLORS["grey"], 1
        if i in taken:
            name, color, width = f"{title}, taken", CYCLE[taken.index(i)], 2
        add_line(figure, x, _from_0_to_1(values), name, color, width=width)
    figure.data[here].visible = False
    mu = _from_0_to_1(mu) if len(mu) else mu
    add_line(figure, energy[: len(mu)], mu, "absorption", ROLES["truth"], width=3)
    return figure


def _from_0_to_1(values: Array) -> Array:
    """Values between their lowest and highest; a constant is 0."""
    return (values - np.nanmin(values)) / (np.nanmax(values) - np.nanmin(values) or 1.0)


def shade_regions(
    figure: go.Figure, regions: Mapping[str, tuple[float, float]]
) -> None:
    """Shade named energy ranges behind the lines of a figure.

    Parameters
    ----------
    figure : Figure
        Changed in place.
    regions : mapping of str to (float, float)
        Ranges in eV from the edge.

    Example
    -------
    >>> figure = empty_figure()
    >>> shade_regions(figure, {"pre-edge": (-15, -5)})
    >>> len(figure.layout.shapes)
    1
    """
    for i, (name, (low, high)) in enumerate(regions.items()):
        figure.add_vrect(
            x0=low,
            x1=high,
            fillcolor="#0072B2" if i % 2 else "#E69F00",
            opacity=0.10,
            line_width=0,
            layer="below",
            annotation={"text": name, "font": {"size": 12, "color": "#555555"}},
            annotation_position="top left",
        )
