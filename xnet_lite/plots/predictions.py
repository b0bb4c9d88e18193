"""Predicted spectra: one with its error band, many from the best to the worst."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError, within
from xnet_lite.plots import base

PANELS_A_ROW, ROW_HEIGHT = 3, 220  # height in pixels
N_STD = 2.0  # half width of the band
KNOWN_COLOR = "#888888"
RANK_WORDS = {0: "best", 50: "median", 100: "worst"}


def plot_prediction(
    energy_rel: ArrayLike,
    spectrum_pred: ArrayLike,
    spectrum_std: ArrayLike | None = None,
    *,
    others: Mapping[str, ArrayLike] | None = None,
    others_std: Mapping[str, ArrayLike] | None = None,
    known: Mapping[str, ArrayLike] | None = None,
    n_std: float = N_STD,
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
        Other spectra on the same energies: "engine", "1-NN",
        "mean spectrum" have their own colours.
    others_std : mapping of str to array, (n_energies,), optional
        The spread of some of these, drawn as theirs.
    known : mapping of str to array, (n_energies,), optional
        Spectra of known sites, thin and grey; all but the first are shown when their
        name in the legend is clicked.
    n_std : float
        Half width of the band in units of the spread.

    Example
    -------
    >>> fig = plot_prediction([0, 1], [0, 1], [0.1, 0.1])
    >>> [trace.name for trace in fig.data]
    ['± 2σ', 'prediction']
    """
    figure = base.empty_figure(title, base.ENERGY_TITLE, base.MU_TITLE)
    color = base.ROLES["prediction"]
    energy_rel, pred = np.asarray(energy_rel), np.asarray(spectrum_pred)
    figure.add_traces(_spread(energy_rel, pred, spectrum_std, n_std))
    others = others or {}
    colors = base.line_colors(["prediction", *others])[1:]
    for (name, mu), other_color in zip(others.items(), colors, strict=True):
        mu = np.asarray(mu, dtype=float)
        plain = name not in ("1-NN", "mean spectrum")
        style = {"width": 2} if plain else {"dash": "dot", "width": 1.5}
        if name in (others_std or {}):
            half = n_std * np.asarray((others_std or {})[name])
            band = f"{name}, ± {n_std:g}σ"
            figure.add_traces(
                [base.band(energy_rel, mu - half, mu + half, band, other_color)]
            )
        base.add_line(figure, energy_rel, mu, name, other_color, **style)
    for i, (name, mu) in enumerate((known or {}).items()):
        base.add_line(figure, energy_rel, mu, name, KNOWN_COLOR, width=1)
        figure.data[-1].visible = "legendonly" if i else True
    base.add_line(figure, energy_rel, pred, "prediction", color, width=2.5)
    return figure


def plot_points(
    energy_rel: ArrayLike,
    spectrum_pred: ArrayLike,
    spectrum_std: ArrayLike,
    spectrum: ArrayLike,
    *,
    n_std: float = 3.0,
    title: str = "",
) -> go.Figure:
    """Draw the true points, blue inside the band of a prediction and red outside.

    Parameters
    ----------
    energy_rel, spectrum_pred, spectrum_std, spectrum : array, (n_energies,)
        Energy from the edge, eV; prediction, its spread, and the truth.
    n_std : float
        Half width of the band in units of the spread.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, figure 22.

    Example
    -------
    >>> fig = plot_points([0, 1], [0, 0], [1, 1], [0, 9])
    >>> [trace.name for trace in fig.data]
    ['± 3σ', 'prediction', 'inside (1)', 'outside (1)']
    """
    figure = base.empty_figure(title, base.ENERGY_TITLE, base.MU_TITLE)
    x, pred, true = (
        np.asarray(a, dtype=float) for a in (energy_rel, spectrum_pred, spectrum)
    )
    figure.add_traces(_spread(x, pred, spectrum_std, n_std))
    base.add_line(figure, x, pred, "prediction", base.COLORS["grey"], width=2)
    inside = np.abs(true - pred) <= n_std * np.asarray(spectrum_std, dtype=float)
    for name, some, color in (
        ("inside", inside, "blue"),
        ("outside", ~inside, "vermillion"),
    ):
        figure.add_scatter(
            x=x[some],
            y=true[some],
            mode="markers",
            name=f"{name} ({int(some.sum())})",
            marker={"size": 5, "color": base.COLORS[color]},
        )
    return figure


def plot_points_by_site(
    energy_rel: ArrayLike,
    spectra_pred: ArrayLike,
    spectra_std: ArrayLike,
    spectra: ArrayLike,
    names: Sequence[str],
    *,
    n_std: float = 3.0,
    title: str = "",
) -> go.Figure:
    """Draw `plot_points` of several sites, one at a time, chosen by a slider.

    Parameters
    ----------
    energy_rel : array, (n_energies,)
        Energy from the edge, eV.
    spectra_pred, spectra_std, spectra : array, (n_sites, n_energies)
    names : sequence of str
        Written at the slider's steps.
    n_std : float
        Half width of the band in units of the spread.

    Example
    -------
    >>> fig = plot_points_by_site([0, 1], *[[[0, 0], [1, 1]]] * 3, ["a", "b"])
    >>> [step.label for step in fig.layout.sliders[0].steps]
    ['a', 'b']
    """
    arrays = (np.asarray(one) for one in (spectra_pred, spectra_std, spectra))
    kinds = zip(*arrays, strict=True)
    each = [plot_points(energy_rel, *one, n_std=n_std, title=title) for one in kinds]
    frames = [go.Frame(data=one.data, name=str(i)) for i, one in enumerate(each)]
    at_once = {"frame": {"duration": 0, "redraw": True}, "mode": "immediate"}
    steps = [
        {"method": "animate", "args": [[str(i)], at_once], "label": name}
        for i, name in enumerate(names)
    ]
    figure = go.Figure(each[0].data, each[0].layout, frames)
    top = 1.05 * float(np.max(spectra))
    figure.update_yaxes(range=[-0.05 * top, top])
    figure.update_layout(sliders=[{"steps": steps, "pad": {"t": 55}}])
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
        std = None if spectra_std is None else np.asarray(spectra_std)[site]
        for trace in _spectra(energy, pred[site], true[site], std):
            trace.update(meta=int(site), showlegend=i == 0, legendgroup=trace.name)
            figure.add_trace(trace, row=i // columns + 1, col=i % columns + 1)
    return figure


def _ranks(
    errors: Array, n_sites: int, percentiles: Sequence[float], n_each: int
) -> Ints:
    """Ranks nearest to each percentile, `n_each` in a row."""
    if errors.shape != (n_sites,):
        raise InputError(
            f"errors have shape {errors.shape} for {n_sites} spectra: give one a site"
        )
    within(f"[1, {n_sites}]", whole=True, n_each=n_each)
    middle = np.rint(np.asarray(percentiles) / 100 * (n_sites - 1))
    first: Array = np.clip(middle - (n_each - 1) // 2, 0, n_sites - n_each)
    return (first[:, None] + np.arange(n_each)).ravel().astype(np.intp)


def _rank_words(rank: int, n_sites: int) -> str:
    """The percentile of a rank in words."""
    percentile = round(100 * rank / max(n_sites - 1, 1))
    return RANK_WORDS.get(percentile, f"percentile {percentile}")


def _panels(labels: Sequence[str], columns: int, title: str) -> go.Figure:
    """Empty panels under their labels, on common axes."""
    n_rows = -(-len(labels) // columns)
    height = ROW_HEIGHT * n_rows + 120
    figure = base.panels(
        n_rows,
        columns,
        title,
        height=height,
        subplot_titles=list(labels),
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.1 / columns,
        vertical_spacing=60 / height,
    )
    figure.update_annotations(font={"size": 12})
    figure.update_layout(
        title={"y": 1 - 25 / height},
        margin={"t": 120 if title else 80},
        legend={"orientation": "h", "y": 1 + 40 / height, "yanchor": "bottom"},
    )
    figure.update_xaxes(title={"text": base.ENERGY_TITLE}, row=n_rows)
    figure.update_yaxes(title={"text": base.MU_TITLE}, col=1)
    return figure


def _spectra(
    energy: ArrayLike, pred: Array, true: Array, std: Array | None
) -> list[go.Scatter]:
    """The band, the truth and the prediction of one site."""
    traces = _spread(energy, pred, std, N_STD)
    for name, mu in (("truth", true), ("prediction", pred)):
        line = {"color": base.ROLES[name], "width": 1.5}
        traces.append(go.Scatter(x=energy, y=mu, name=name, mode="lines", line=line))
    return traces


def _spread(
    energy: ArrayLike, pred: Array, std: ArrayLike | None, n_std: float
) -> list[go.Scatter]:
    """The band of so many standard deviations to either side, where there are any."""
    if std is None:
        return []
    half, color = n_std * np.asarray(std), base.ROLES["prediction"]
    return [base.band(energy, pred - half, pred + half, f"± {n_std:g}σ", color)]
