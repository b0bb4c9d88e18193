"""Learning and its faults: losses, parity, residuals, errors, coverage."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.plots.base import (
    COLORS,
    ENERGY_TITLE,
    band,
    empty_figure,
    line_colors,
    translucent,
)

ERROR_TITLE = "relative spectral error / %"


def plot_history(losses: Mapping[str, ArrayLike], *, title: str = "") -> go.Figure:
    """Draw losses over the epochs on a logarithmic axis.

    Parameters
    ----------
    losses : mapping of str to array, (n_epochs,)
        For instance "training" and "validation"; dimensionless.
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        The smallest value of the last line is marked: the weights that are kept.

    Example
    -------
    >>> plot_history({"validation": [3.0, 1.0, 2.0]}).data[-1].x
    (2,)
    """
    figure = empty_figure(title, "epoch", "loss")
    for (name, loss), color in zip(
        losses.items(), line_colors(list(losses)), strict=True
    ):
        epochs = np.arange(1, len(np.asarray(loss)) + 1)
        figure.add_scatter(x=epochs, y=loss, name=name, line={"color": color})
    last = np.asarray(list(losses.values())[-1])
    best = int(np.argmin(last))
    figure.add_scatter(
        x=[best + 1],
        y=[last[best]],
        mode="markers",
        name="kept",
        marker={"size": 11, "symbol": "circle-open", "color": "#000000"},
    )
    figure.update_yaxes(type="log")
    return figure


def plot_parity(
    true: ArrayLike, pred: ArrayLike, *, quantity: str, title: str = ""
) -> go.Figure:
    """Draw predicted against true values, and the line on which they agree.

    Parameters
    ----------
    true, pred : array, (n,)
        Values, in the unit that `quantity` names.
    quantity : str
        What is compared, with its unit ("white line / eV").
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> plot_parity([1, 2], [1, 3], quantity="r / Å").data[0].x
    (1, 3)
    """
    ends = (np.min([true, pred]).item(), np.max([true, pred]).item())
    figure = empty_figure(title, f"true {quantity}", f"predicted {quantity}")
    figure.add_scatter(
        x=ends, y=ends, mode="lines", name="agreement", line={"color": COLORS["grey"]}
    )
    figure.add_scatter(
        x=true,
        y=pred,
        mode="markers",
        name="test sites",
        marker={"color": translucent(COLORS["blue"], 0.6), "size": 7},
    )
    return figure


def plot_residuals(
    energy_rel: ArrayLike, residuals: ArrayLike, *, title: str = ""
) -> go.Figure:
    """Draw where on the energy axis the errors are: median and quartiles over sites.

    Parameters
    ----------
    energy_rel : array, (n_energies,)
        Energy from the edge, eV.
    residuals : array, (n_sites, n_energies)
        Predicted minus true absorption.
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> plot_residuals([0, 1], [[0, 1], [2, 3], [4, 5]]).data[-1].y.tolist()
    [2.0, 3.0]
    """
    errors = np.asarray(residuals, dtype=float)
    low, middle, high = np.percentile(errors, (25, 50, 75), axis=0)
    x = np.asarray(energy_rel)
    figure = empty_figure(title, ENERGY_TITLE, "predicted − true absorption")
    area = band(x, low, high, COLORS["blue"])
    figure.add_trace(area.update(name="middle half of the sites"))
    figure.add_scatter(x=x, y=middle, name="median", line={"color": COLORS["blue"]})
    return figure


def plot_errors(
    errors: Mapping[str, ArrayLike], *, error_title: str = ERROR_TITLE, title: str = ""
) -> go.Figure:
    """Draw the errors of several models: every site a point, quartiles as a box.

    Parameters
    ----------
    errors : mapping of str to array, (n_sites,)
        Errors by model, in the unit that `error_title` names.
    error_title, title : str
        Words at the axis and above.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> plot_errors({"mean spectrum": [1, 2], "MLP": [1, 1]}).data[1].name
    'MLP'
    """
    figure = empty_figure(title, error_title, "")
    for (name, values), color in zip(
        errors.items(), line_colors(list(errors)), strict=True
    ):
        figure.add_box(
            x=values,
            name=name,
            orientation="h",
            boxpoints="all",
            jitter=0.6,
            pointpos=0,
            marker={"size": 3, "opacity": 0.5, "color": color},
            line={"color": color},
        )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(showlegend=False, margin={"l": 150})
    return figure


def plot_coverage(
    n_std: ArrayLike, observed: ArrayLike, nominal: ArrayLike, *, title: str = ""
) -> go.Figure:
    """Draw how often the truth lies in the band, against what the band promises.

    Parameters
    ----------
    n_std : array, (n,)
        Half widths of the band in units of the predicted spread.
    observed, nominal : array, (n,)
        Share of points inside, found and promised, in percent.
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> plot_coverage([1, 2], [50, 80], [68, 95]).data[1].name
    'promised by a Gaussian'
    """
    figure = empty_figure(title, "half width of the band / σ", "points inside / %")
    figure.add_scatter(
        x=n_std, y=observed, name="found", line={"color": COLORS["blue"]}
    )
    figure.add_scatter(
        x=n_std,
        y=nominal,
        name="promised by a Gaussian",
        line={"color": COLORS["grey"], "dash": "dot"},
    )
    figure.update_yaxes(range=[0, 102])
    return figure
