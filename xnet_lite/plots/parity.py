"""Predictions against the truth: values, peaks, residuals, and what a band holds."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Mask
from xnet_lite.metrics import PeakParity
from xnet_lite.plots import base


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

    Example
    -------
    >>> plot_parity([1, 2], [1, 3], quantity="r / Å").data[0].x
    (1, 3)
    """
    ends = (np.min([true, pred]).item(), np.max([true, pred]).item())
    figure = base.empty_figure(title, f"true {quantity}", f"predicted {quantity}")
    base.add_line(figure, ends, ends, "agreement", base.COLORS["grey"])
    marker = {"color": base.translucent(base.COLORS["blue"], 0.6), "size": 7}
    points = {"x": true, "y": pred, "mode": "markers", "marker": marker}
    return figure.add_scatter(**points, name="test sites")


def plot_peak_parity(parity: PeakParity, *, title: str = "") -> go.Figure:
    """Draw predicted against true peak energies, and where peaks were missed.

    For intensities give those of `parity.found` to `plot_parity`.

    Parameters
    ----------
    parity : PeakParity
        As `metrics.peak_parity` makes it.

    Returns
    -------
    plotly.graph_objects.Figure
        The diagonal, the window to either side, the peaks that were found, and those
        missed in grey at the lower border; `customdata` of a peak is its site's row.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, Fig. 12.
    Differs: missed peaks and the window are drawn.

    Example
    -------
    >>> nan = float("nan")
    >>> parity = PeakParity([1, 5], [2, nan], [1, 1], [3, nan], [0, 0], window=2.0)
    >>> plot_peak_parity(parity).data[-1].x.tolist()
    [5.0]
    """
    figure = base.empty_figure(
        title, "true peak / eV", "predicted peak / eV", height=520
    )
    found, missed = parity.found, ~parity.found
    drawn = np.concatenate([parity.energy, parity.energy_pred[found]])
    ends = np.array([drawn.min(), drawn.max()]) if len(drawn) else np.array([0.0, 1.0])
    room = 0.05 * max(np.ptp(ends), parity.window)
    window = f"window, ± {parity.window:g} eV"
    for gap in (0.0, parity.window, -parity.window):
        figure.add_scatter(
            x=ends,
            y=ends + gap,
            mode="lines",
            name=window if gap else "agreement",
            legendgroup=window if gap else None,
            showlegend=gap >= 0,
            line={"color": base.COLORS["grey"], "dash": "dot" if gap else "solid"},
            hoverinfo="skip",
        )
    border = np.full(missed.sum(), ends[0] - room)
    found_y = parity.energy_pred[found]
    figure.add_trace(_peaks(parity, found, found_y, "found", "blue", "circle"))
    figure.add_trace(_peaks(parity, missed, border, "missed", "grey", "x-thin-open"))
    words = (
        f"hit rate {100 * parity.hit_rate:.1f} %<br>"
        f"mean |ΔE| {parity.mean_error:.2f} eV<br>R² {parity.r2:.4f}"
    )
    place = {"xref": "paper", "yref": "paper", "bgcolor": "rgba(255,255,255,0.8)"}
    base.write(figure, words, 0.03, 0.97, "left", **place)
    figure.update_xaxes(range=[ends[0] - room, ends[1] + room])
    figure.update_yaxes(range=[ends[0] - 2 * room, ends[1] + room])
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

    Example
    -------
    >>> plot_residuals([0, 1], [[0, 1], [2, 3], [4, 5]]).data[-1].y.tolist()
    [2.0, 3.0]
    """
    errors = np.asarray(residuals, dtype=float)
    low, middle, high = np.percentile(errors, (25, 50, 75), axis=0)
    x = np.asarray(energy_rel)
    figure = base.empty_figure(title, base.ENERGY_TITLE, "predicted − true absorption")
    blue = base.COLORS["blue"]
    figure.add_trace(base.band(x, low, high, "middle half of the sites", blue))
    base.add_line(figure, x, middle, "median", blue, mode=None)
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

    Example
    -------
    >>> plot_coverage([1, 2], [50, 80], [68, 95]).data[1].name
    'promised by a Gaussian'
    """
    figure = base.empty_figure(title, "half width of the band / σ", "points inside / %")
    base.add_line(figure, n_std, observed, "found", base.COLORS["blue"], mode=None)
    name, grey = "promised by a Gaussian", base.COLORS["grey"]
    base.add_line(figure, n_std, nominal, name, grey, mode=None, dash="dot")
    figure.update_yaxes(range=[0, 102])
    return figure


def plot_reliability(
    promised: ArrayLike, found: Mapping[str, ArrayLike], *, title: str = ""
) -> go.Figure:
    """Draw how many points intervals hold against how many they promise to.

    Parameters
    ----------
    promised : array, (n,)
        0 to 1, as `metrics.reliability` gives it.
    found : mapping of str to array, (n,)
        By the name of the band. Below the diagonal a band is too sure of itself.

    Example
    -------
    >>> fig = plot_reliability([0.5, 0.9], {"bootstrap": [0.3, 0.7]})
    >>> [trace.name for trace in fig.data]
    ['promise kept', 'bootstrap']
    """
    figure = base.empty_figure(title, "promised / %", "found / %")
    base.add_line(
        figure, [0, 100], [0, 100], "promise kept", base.COLORS["grey"], dash="dot"
    )
    percent = 100 * np.asarray(promised, dtype=float)
    for (name, share), color in zip(
        found.items(), base.line_colors(list(found)), strict=True
    ):
        share = 100 * np.asarray(share, dtype=float)
        base.add_line(figure, percent, share, name, color, mode=None)
    figure.update_xaxes(range=[0, 100])
    figure.update_yaxes(range=[0, 102])
    return figure


def _peaks(
    parity: PeakParity, kept: Mask, y: Array, name: str, color: str, symbol: str
) -> go.Scatter:
    """Some of the peaks as points."""
    return go.Scatter(
        x=parity.energy[kept],
        y=y,
        mode="markers",
        name=f"{name} ({int(kept.sum())})",
        customdata=parity.site[kept],
        hovertemplate="site %{customdata}, peak at %{x:.2f} eV<extra>" + name,
        marker={
            "color": base.translucent(base.COLORS[color], 0.5),
            "size": 7,
            "symbol": symbol,
            "line": {"width": 1.5 if symbol.endswith("open") else 0},
        },
    )
