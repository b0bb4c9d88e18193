"""Where errors are: over sites as a histogram, over energies as percentiles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from plotly.subplots import make_subplots

from xnet_lite.errors import InputError
from xnet_lite.plots.base import (
    COLORS,
    ENERGY_TITLE,
    band,
    empty_figure,
    line_colors,
    translucent,
)
from xnet_lite.plots.learning import ERROR_TITLE

N_BINS = 60
PANEL_HEIGHT = 170  # pixels
QUARTILES = (25, 50, 75)
# percentiles at the ends and opacity, the outer band first: the other lies upon it
BANDS = {"5th to 95th percentile": ((5, 95), 0.15), "quartiles": ((25, 75), 0.3)}


def plot_error_histogram(
    errors_by_model: Mapping[str, ArrayLike],
    *,
    error_title: str = ERROR_TITLE,
    title: str = "",
) -> go.Figure:
    """Draw how errors are spread over sites, a panel a model above one axis.

    Parameters
    ----------
    errors_by_model : mapping of str to array, (n_sites,)
        Errors by model, in the unit that `error_title` names.
    error_title, title : str
        Words at the axis and above.

    Returns
    -------
    plotly.graph_objects.Figure
        For each model a trace of bars, then a line each for the median (solid), the
        lower and the upper quartile (dotted).

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, Fig. 11.
    Differs: median and quartiles, which its Table I has, are in the figure.

    Example
    -------
    >>> plot_error_histogram({"MLP": [1, 2, 3]}).data[1].x
    (2.0, 2.0)
    """
    values = {name: np.asarray(e, dtype=float) for name, e in errors_by_model.items()}
    everything = np.concatenate([[0.0], *values.values()])
    edges = np.histogram_bin_edges(everything, N_BINS)
    n_rows = len(values)
    figure = make_subplots(n_rows, 1, shared_xaxes=True, vertical_spacing=0.12 / n_rows)
    colors = line_colors(list(values))
    for i, ((name, e), color) in enumerate(zip(values.items(), colors, strict=True)):
        for trace in _distribution(e, edges, name, color):
            figure.add_trace(trace, row=i + 1, col=1)
        low, middle, high = np.percentile(e, QUARTILES)
        words = f"median {middle:.1f}, quartiles {low:.1f} and {high:.1f}"
        _write(figure, f"<b>{name}</b><br>{words}", i + 1)
    style = empty_figure(title, height=PANEL_HEIGHT * n_rows + 110).layout
    figure.update_layout(template=style.template, title=style.title, bargap=0)
    figure.update_layout(height=style.height, margin=style.margin, showlegend=False)
    figure.update_xaxes(title={"text": error_title}, row=n_rows)
    figure.update_yaxes(title={"text": "sites"})
    return figure


def plot_error_by_energy(
    energy: ArrayLike, spectra_pred: ArrayLike, spectra: ArrayLike, *, title: str = ""
) -> go.Figure:
    """Draw how large errors are along the energy axis: median and bands over sites.

    The error is 100 |pred − true| / |true| at one energy of one site; where the truth
    is exactly zero there is none.

    Parameters
    ----------
    energy : array, (n_energies,)
        Energy from the edge, eV.
    spectra_pred, spectra : array, (n_sites, n_energies)
        Predictions and truth.
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        The band of the 5th to the 95th percentile, that of the quartiles, the median.

    Raises
    ------
    InputError
        If the shapes of the spectra differ.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, Fig. S7.
    Differs: its text leaves open whether its errors have a sign; these have none.

    Example
    -------
    >>> spectra = [[1, 1], [2, 2], [4, 4]]
    >>> plot_error_by_energy([0, 1], [[2, 1], [2, 3], [4, 2]], spectra).data[-1].y
    array([ 0., 50.])
    """
    pred, true = np.asarray(spectra_pred, dtype=float), np.asarray(spectra, dtype=float)
    if pred.shape != true.shape:
        raise InputError(
            f"predicted spectra have shape {pred.shape}, the true ones {true.shape}: "
            "give both on one energy grid"
        )
    kept = (true != 0).any(axis=0)
    x = np.asarray(energy, dtype=float)[kept]
    size = np.where(true == 0, np.nan, np.abs(true))[:, kept]
    errors = 100 * np.abs(pred - true)[:, kept] / size
    figure = empty_figure(title, ENERGY_TITLE, "error at one energy / %")
    color = COLORS["blue"]
    for name, (ends, opacity) in BANDS.items():
        low, high = np.nanpercentile(errors, ends, axis=0)
        figure.add_trace(band(x, low, high, color, opacity).update(name=name))
    middle = np.nanmedian(errors, axis=0)
    figure.add_scatter(x=x, y=middle, name="median", line={"color": color})
    figure.update_yaxes(rangemode="tozero")
    return figure


def _distribution(
    errors: np.ndarray, edges: np.ndarray, name: str, color: str
) -> list[go.Bar | go.Scatter]:
    """The bars of one model, its median and its quartiles."""
    counts = np.histogram(errors, edges)[0]
    bars = go.Bar(x=(edges[1:] + edges[:-1]) / 2, y=counts, name=name)
    bars.update(width=edges[1] - edges[0], hovertemplate="%{x:.2f}: %{y} sites")
    bars.marker = {"color": translucent(color, 0.45), "line": {"width": 0}}
    low, middle, high = np.percentile(errors, QUARTILES).tolist()
    lines = []
    for word, x in (("median", middle), ("quartile", low), ("quartile", high)):
        dash = "solid" if word == "median" else "dot"
        line = go.Scatter(x=(x, x), y=(0, int(counts.max())), mode="lines", name=word)
        lines.append(line.update(line={"color": color, "dash": dash, "width": 2}))
    return [bars, *lines]


def _write(figure: go.Figure, words: str, row: int) -> None:
    """Put words into the upper right corner of a panel."""
    figure.add_annotation(
        text=words,
        x=1,
        y=1,
        xref="x domain",
        yref="y domain",
        xanchor="right",
        yanchor="top",
        align="right",
        showarrow=False,
        row=row,
        col=1,
    )
