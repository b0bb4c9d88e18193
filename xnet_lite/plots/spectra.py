"""Spectra: several in one figure, or one prediction with its error band."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.plots.base import (
    ENERGY_TITLE,
    MU_TITLE,
    ROLES,
    band,
    empty_figure,
    line_colors,
)
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
    title : str
        Words above the figure.
    regions : mapping of str to (float, float), optional
        Named energy ranges in eV from the edge, shaded behind the lines.
    offset : float
        Vertical distance between neighboring spectra, in the unit of mu.
    ramp : bool
        Colours in order, for an ordered series.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> step = Spectrum(np.array([0.0, 1.0]), np.array([0.0, 1.0]), e0=0.0)
    >>> plot_spectra({"step": step}).data[0].name
    'step'
    """
    figure = empty_figure(title, ENERGY_TITLE, MU_TITLE)
    colors = line_colors(list(spectra), ramp=ramp)
    for i, ((name, spectrum), color) in enumerate(
        zip(spectra.items(), colors, strict=True)
    ):
        figure.add_scatter(
            x=spectrum.energy_rel,
            y=np.asarray(spectrum.mu) + i * offset,
            name=name,
            mode="lines",
            line={"color": color, "width": 2},
        )
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


def plot_prediction(
    energy_rel: ArrayLike,
    spectrum_pred: ArrayLike,
    spectrum_std: ArrayLike | None = None,
    *,
    others: Mapping[str, ArrayLike] | None = None,
    n_std: float = 2.0,
    title: str = "",
) -> go.Figure:
    """Draw a predicted spectrum with its error band, and what to hold it against.

    Parameters
    ----------
    energy_rel : array, (n_energies,)
        Energy from the edge, eV.
    spectrum_pred : array, (n_energies,)
        The prediction.
    spectrum_std : array, (n_energies,), optional
        Its spread; the band reaches `n_std` of it to either side.
    others : mapping of str to array, (n_energies,), optional
        Other spectra on the same energies: "engine", "nearest neighbor",
        "mean spectrum" have their own colours.
    n_std : float
        Half width of the band in units of the spread.
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> fig = plot_prediction([0, 1], [0, 1], [0.1, 0.1])
    >>> [trace.name for trace in fig.data]
    ['± 2σ', 'prediction']
    """
    figure = empty_figure(title, ENERGY_TITLE, MU_TITLE)
    color = ROLES["prediction"]
    energy_rel, pred = np.asarray(energy_rel), np.asarray(spectrum_pred)
    if spectrum_std is not None:
        half = n_std * np.asarray(spectrum_std)
        area = band(energy_rel, pred - half, pred + half, color)
        figure.add_trace(area.update(name=f"± {n_std:g}σ"))
    others = others or {}
    colors = line_colors(["prediction", *others])[1:]
    for (name, mu), other_color in zip(others.items(), colors, strict=True):
        style = {"color": other_color, "width": 2}
        if name in ("nearest neighbor", "mean spectrum"):
            style |= {"dash": "dot", "width": 1.5}
        figure.add_scatter(x=energy_rel, y=mu, name=name, mode="lines", line=style)
    figure.add_scatter(
        x=energy_rel,
        y=pred,
        name="prediction",
        mode="lines",
        line={"color": color, "width": 2.5},
    )
    return figure
