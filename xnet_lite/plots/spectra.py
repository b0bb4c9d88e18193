"""Spectra over the energy from their edges."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from xnet_lite.plots.base import ENERGY_TITLE, MU_TITLE, add_line, colored, empty_figure
from xnet_lite.spectra import Spectrum


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
