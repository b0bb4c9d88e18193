"""Errors of several models: by site, as histograms, by energy, by test."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.metrics.pointwise import pair
from xnet_lite.plots import base

N_BINS = 60
PANEL_HEIGHT = 170  # pixels
QUARTILES = (25, 50, 75)
# percentiles at the ends and opacity, the outer band first: the other lies upon it
BANDS = {"5th to 95th percentile": ((5, 95), 0.15), "quartiles": ((25, 75), 0.3)}
# of the distance between two tests: room for the bars of one
ROOM = 0.8


def plot_errors(
    errors: Mapping[str, ArrayLike],
    *,
    error_title: str = base.ERROR_TITLE,
    title: str = "",
) -> go.Figure:
    """Draw the errors of several models: every site a point, quartiles as a box.

    Parameters
    ----------
    errors : mapping of str to array, (n_sites,)
        Errors by model, in the unit that `error_title` names.
    error_title : str
        Words at the axis.

    Example
    -------
    >>> plot_errors({"mean spectrum": [1, 2], "MLP": [1, 1]}).data[1].name
    'MLP'
    """
    figure = base.empty_figure(title, error_title, "")
    places = {"orientation": "h", "boxpoints": "all", "jitter": 0.6, "pointpos": 0}
    for name, values, color in base.colored(errors):
        marker = {"size": 3, "opacity": 0.5, "color": color}
        figure.add_box(x=values, name=name, marker=marker, line_color=color, **places)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_layout(showlegend=False, margin={"l": 150})
    return figure


def plot_error_histogram(
    errors_by_model: Mapping[str, ArrayLike],
    *,
    error_title: str = base.ERROR_TITLE,
    title: str = "",
) -> go.Figure:
    """Draw how errors are spread over sites, a panel a model above one axis.

    Parameters
    ----------
    errors_by_model, error_title
        As `plot_errors` has them.

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
    places = {"shared_xaxes": True, "vertical_spacing": 0.12 / n_rows}
    figure = base.panels(n_rows, 1, title, height=PANEL_HEIGHT * n_rows + 110, **places)
    for row, (name, e, color) in enumerate(base.colored(values), start=1):
        figure.add_traces(_distribution(e, edges, name, color), rows=row, cols=1)
        low, middle, high = np.percentile(e, QUARTILES)
        words = f"median {middle:.1f}, quartiles {low:.1f} and {high:.1f}"
        place = {"xref": "x domain", "yref": "y domain", "row": row, "col": 1}
        base.write(figure, f"<b>{name}</b><br>{words}", 1, 1, "right", **place)
    figure.update_layout(bargap=0, showlegend=False)
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
    pred, true = pair(spectra_pred, spectra)
    kept = (true != 0).any(axis=0)
    x = np.asarray(energy, dtype=float)[kept]
    size = np.where(true == 0, np.nan, np.abs(true))[:, kept]
    errors = 100 * np.abs(pred - true)[:, kept] / size
    figure = base.empty_figure(title, base.ENERGY_TITLE, "error at one energy / %")
    color = base.COLORS["blue"]
    for name, (ends, opacity) in BANDS.items():
        low, high = np.nanpercentile(errors, ends, axis=0)
        figure.add_trace(base.band(x, low, high, name, color, opacity))
    middle = np.nanmedian(errors, axis=0)
    base.add_line(figure, x, middle, "median", color, mode=None)
    figure.update_yaxes(rangemode="tozero")
    return figure


def plot_scores(
    scores: Mapping[str, Mapping[str, ArrayLike]],
    *,
    test_title: str,
    score_title: str = f"median {base.ERROR_TITLE}",
    title: str = "",
) -> go.Figure:
    """Draw scores by test and model: bars for means, a point for every repetition.

    Parameters
    ----------
    scores : mapping of str to mapping of str to array, (n_seeds,)
        Test -> model -> one score a seed, in the unit that `score_title` names. Every
        test has the same models.
    test_title, score_title : str
        Words at the axes.

    Returns
    -------
    plotly.graph_objects.Figure
        For each model a trace of bars, then a trace of points.

    Example
    -------
    >>> words = {"test_title": "split"}
    >>> plot_scores({"chance": {"mean spectrum": [1.0, 3.0]}}, **words).data[0].y
    (2.0,)
    """
    tests = list(scores)
    models = list(scores[tests[0]])
    width = ROOM / len(models)
    figure = base.empty_figure(title, test_title, score_title)
    for i, (model, _, color) in enumerate(base.colored(scores[tests[0]])):
        seeds = [np.asarray(scores[test][model], dtype=float) for test in tests]
        places = np.arange(len(tests)) + (i - (len(models) - 1) / 2) * width
        named = {"name": model, "legendgroup": model}
        figure.add_bar(
            x=places,
            y=[float(values.mean()) for values in seeds],
            width=0.92 * width,
            marker_color=base.translucent(color, 0.45),
            customdata=tests,
            hovertemplate="%{customdata}: %{y:.2f}<extra>" + model + "</extra>",
            **named,
        )
        figure.add_scatter(
            x=np.repeat(places, [len(values) for values in seeds]),
            y=np.concatenate(seeds),
            mode="markers",
            showlegend=False,
            hovertemplate="one seed: %{y:.2f}<extra>" + model + "</extra>",
            marker={"color": color, "size": 6},
            **named,
        )
    figure.update_layout(barmode="overlay", showlegend=True)
    # broken at a comma: long names would turn aslant and be cut
    words = [test.replace(", ", ",<br>") for test in tests]
    ticks = {"tickvals": list(range(len(tests))), "ticktext": words}
    figure.update_xaxes(**ticks, tickangle=0, automargin=True)
    figure.update_yaxes(rangemode="tozero")
    return figure


def _distribution(
    errors: Array, edges: Array, name: str, color: str
) -> list[go.Bar | go.Scatter]:
    """The bars of one model, its median and its quartiles."""
    counts = np.histogram(errors, edges)[0]
    bars = go.Bar(x=(edges[1:] + edges[:-1]) / 2, y=counts, name=name)
    bars.update(width=edges[1] - edges[0], hovertemplate="%{x:.2f}: %{y} sites")
    bars.marker = {"color": base.translucent(color, 0.45), "line": {"width": 0}}
    low, middle, high = np.percentile(errors, QUARTILES).tolist()
    lines = []
    for word, x in (("median", middle), ("quartile", low), ("quartile", high)):
        dash = "solid" if word == "median" else "dot"
        line = go.Scatter(x=(x, x), y=(0, int(counts.max())), mode="lines", name=word)
        lines.append(line.update(line={"color": color, "dash": dash, "width": 2}))
    return [bars, *lines]
