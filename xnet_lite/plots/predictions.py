"""Predictions as the papers draw them: peaks on a diagonal, sites best to worst."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray
from plotly.subplots import make_subplots

from xnet_lite.errors import InputError
from xnet_lite.metrics import PeakParity
from xnet_lite.plots.base import (
    COLORS,
    ENERGY_TITLE,
    MU_TITLE,
    ROLES,
    band,
    empty_figure,
    translucent,
)

Array = NDArray[np.float64]

PANELS_A_ROW, ROW_HEIGHT = 3, 220  # height in pixels
N_STD = 2.0  # half width of the band
RANK_WORDS = {0: "best", 50: "median", 100: "worst"}


def plot_peak_parity(parity: PeakParity, *, title: str = "") -> go.Figure:
    """Draw predicted against true peak energies, and where peaks were missed.

    For intensities give those of `parity.found` to `plot_parity`.

    Parameters
    ----------
    parity : PeakParity
        As `metrics.peak_parity` makes it.
    title : str
        Words above the figure.

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
    figure = empty_figure(title, "true peak / eV", "predicted peak / eV", height=520)
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
            line={"color": COLORS["grey"], "dash": "dot" if gap else "solid"},
            hoverinfo="skip",
        )
    border = np.full(missed.sum(), ends[0] - room)
    found_y = parity.energy_pred[found]
    figure.add_trace(_peaks(parity, found, found_y, "found", "blue", "circle"))
    figure.add_trace(_peaks(parity, missed, border, "missed", "grey", "x-thin-open"))
    _say(figure, parity)
    figure.update_xaxes(range=[ends[0] - room, ends[1] + room])
    figure.update_yaxes(range=[ends[0] - 2 * room, ends[1] + room])
    return figure


def plot_percentiles(
    energy: ArrayLike,
    spectra_pred: ArrayLike,
    spectra: ArrayLike,
    errors: ArrayLike,
    *,
    percentiles: Sequence[float] = (0, 25, 50, 75, 95, 100),
    names: Sequence[str] | None = None,
    n_each: int = 1,
    spectra_std: ArrayLike | None = None,
    title: str = "",
) -> go.Figure:
    """Draw predictions from the best site to the worst, a small panel each.

    Parameters
    ----------
    energy : array, (n_energies,)
        Energy from the edge, eV.
    spectra_pred, spectra : array, (n_sites, n_energies)
        Predictions and truth.
    errors : array, (n_sites,)
        What sites are ranked by, percent.
    percentiles : sequence of float
        Of the errors: 0 is the best site, 100 the worst.
    names : sequence of str, (n_sites,), optional
        Names of the sites; their rows without them.
    n_each : int
        How many sites a percentile, those nearest to it in rank; more than one stand
        in a row of their own.
    spectra_std : array, (n_sites, n_energies), optional
        Spread of the predictions, drawn as a band of ± 2σ.
    title : str
        Words above the figure.

    Returns
    -------
    plotly.graph_objects.Figure
        Above each panel the percentile of the site's rank, its error and its name;
        `meta` of a trace is the site's row.

    Raises
    ------
    InputError
        If there is not one error a site, or there are fewer sites than `n_each`.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, Figs S8 to S16: sites around the median and the quartiles.
    Differs: the sites nearest to a percentile, not some of a range around it.

    Example
    -------
    >>> figure = plot_percentiles([0, 1], [[1, 2]], [[1, 1]], [5.0], percentiles=[0])
    >>> figure.layout.annotations[0].text
    'best · 5.0 %<br>site 0'
    """
    pred, true = np.asarray(spectra_pred), np.asarray(spectra)
    size = np.asarray(errors, dtype=float)
    ranks = _ranks(size, len(true), percentiles, n_each)
    sites = np.argsort(size, kind="stable")[ranks]
    labels = [
        f"{_rank_words(rank, len(size))} · {size[site]:.1f} %<br>"
        + (f"site {site}" if names is None else str(names[site]))
        for rank, site in zip(ranks, sites, strict=True)
    ]
    columns = n_each if n_each > 1 else min(PANELS_A_ROW, len(sites))
    figure = _panels(labels, columns, title)
    for i, site in enumerate(sites):
        spread = None if spectra_std is None else np.asarray(spectra_std)[site]
        for trace in _spectra(np.asarray(energy), pred[site], true[site], spread):
            trace.update(meta=int(site), showlegend=i == 0, legendgroup=trace.name)
            figure.add_trace(trace, row=i // columns + 1, col=i % columns + 1)
    return figure


def _peaks(
    parity: PeakParity,
    kept: NDArray[np.bool_],
    y: Array,
    name: str,
    color: str,
    symbol: str,
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
            "color": translucent(COLORS[color], 0.5),
            "size": 7,
            "symbol": symbol,
            "line": {"width": 1.5 if symbol.endswith("open") else 0},
        },
    )


def _say(figure: go.Figure, parity: PeakParity) -> None:
    """Write hit rate, mean error and R² into the upper left corner."""
    words = (
        f"hit rate {100 * parity.hit_rate:.1f} %",
        f"mean |ΔE| {parity.mean_error:.2f} eV",
        f"R² {parity.r2:.4f}",
    )
    figure.add_annotation(
        text="<br>".join(words),
        x=0.03,
        y=0.97,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
        bgcolor="rgba(255,255,255,0.8)",
    )


def _ranks(
    errors: Array, n_sites: int, percentiles: Sequence[float], n_each: int
) -> NDArray[np.intp]:
    """Ranks nearest to each percentile, `n_each` in a row."""
    if errors.shape != (n_sites,):
        raise InputError(
            f"errors have shape {errors.shape} for {n_sites} spectra: give one a site"
        )
    if not 1 <= n_each <= n_sites:
        raise InputError(
            f"n_each {n_each} of {n_sites} sites cannot be drawn: give 1 to {n_sites}"
        )
    middle = np.rint(np.asarray(percentiles) / 100 * (n_sites - 1))
    first = np.clip(middle - (n_each - 1) // 2, 0, n_sites - n_each)
    return (first[:, None] + np.arange(n_each)).ravel().astype(np.intp)


def _rank_words(rank: int, n_sites: int) -> str:
    """The percentile of a rank in words."""
    percentile = round(100 * rank / max(n_sites - 1, 1))
    return RANK_WORDS.get(percentile, f"percentile {percentile}")


def _panels(labels: Sequence[str], columns: int, title: str) -> go.Figure:
    """Empty panels under their labels, on common axes."""
    n_rows = -(-len(labels) // columns)
    height = ROW_HEIGHT * n_rows + 120
    figure = make_subplots(
        n_rows,
        columns,
        subplot_titles=list(labels),
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.1 / columns,
        vertical_spacing=60 / height,
    )
    figure.update_annotations(font={"size": 12})
    style = empty_figure(title, height=height).layout
    figure.update_layout(template=style.template, title=style.title, height=height)
    figure.update_layout(
        title={"y": 1 - 25 / height},
        margin={"t": 120 if title else 80},
        legend={"orientation": "h", "y": 1 + 40 / height, "yanchor": "bottom"},
    )
    figure.update_xaxes(title={"text": ENERGY_TITLE}, row=n_rows)
    figure.update_yaxes(title={"text": MU_TITLE}, col=1)
    return figure


def _spectra(
    energy: Array, pred: Array, true: Array, spread: Array | None
) -> list[go.Scatter]:
    """The band, the truth and the prediction of one site."""
    traces = []
    for name, mu in (("truth", true), ("prediction", pred)):
        line = {"color": ROLES[name], "width": 1.5}
        traces.append(go.Scatter(x=energy, y=mu, name=name, mode="lines", line=line))
    if spread is None:
        return traces
    half = N_STD * spread
    area = band(energy, pred - half, pred + half, ROLES["prediction"])
    return [area.update(name=f"± {N_STD:g}σ"), *traces]
