"""Learning: how losses and errors fall with epochs, seconds, and training sites."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, one_of
from xnet_lite.plots import base

#: what a history may have measured, best first -> words at the axis
MEASURES = {
    "error": f"median {base.ERROR_TITLE}",
    "validation": "validation loss",
    "loss": "training loss",
}
# decades that an axis spans at most -> digits that have a tick in each
TICK_DIGITS = {1.2: (1, 2, 3, 4, 5, 7), 3.0: (1, 2, 5), np.inf: (1,)}
AGAINST = {"epochs": "epoch", "seconds": "training time / s"}


def plot_history(losses: Mapping[str, ArrayLike], *, title: str = "") -> go.Figure:
    """Draw losses over the epochs on a logarithmic axis.

    Parameters
    ----------
    losses : mapping of str to array, (n_epochs,)
        For instance "training" and "validation"; dimensionless.

    Returns
    -------
    plotly.graph_objects.Figure
        The smallest value of the last line is marked: the weights that are kept.

    Example
    -------
    >>> plot_history({"validation": [3.0, 1.0, 2.0]}).data[-1].x
    (2,)
    """
    figure = base.empty_figure(title, "epoch", "loss")
    for name, loss, color in base.colored(losses):
        epochs = np.arange(1, len(np.asarray(loss)) + 1)
        base.add_line(figure, epochs, loss, name, color, mode=None)
    last = np.asarray(list(losses.values())[-1])
    best = int(np.argmin(last))
    marker = {"size": 11, "symbol": "circle-open", "color": "#000000"}
    point = {"x": [best + 1], "y": [last[best]], "mode": "markers", "marker": marker}
    figure.add_scatter(**point, name="kept")
    figure.update_yaxes(type="log")
    return figure


def plot_convergence(
    histories: Mapping[str, Any],
    *,
    against: str = "epochs",
    references: Mapping[str, float] | None = None,
    title: str = "",
) -> go.Figure:
    """Draw how the error of several models falls in training, on logarithmic axes.

    Parameters
    ----------
    histories : mapping of str to History
        What training returns, or anything with its arrays `error` (percent),
        `validation`, `loss` (n_epochs,) or (n_epochs, n_members), NaN where nothing was
        measured, and `seconds` (n_epochs,). Drawn is the first of the three that every
        history has.
    against : {"epochs", "seconds"}
        What runs along the axis.
    references : mapping of str to float, optional
        Errors of models that do not train, as horizontal lines.

    Returns
    -------
    plotly.graph_objects.Figure
        For each model a line, for several members their median in a band from the
        least to the largest.

    Raises
    ------
    InputError
        If `against` is neither, or the histories have nothing in common.

    Source: C. D. Rankine et al., J. Phys. Chem. A 124 (2020) 4263,
    doi:10.1021/acs.jpca.0c03723, Fig. 4.
    Differs: members where the paper has the folds of a cross-validation, their range
    where it has one standard deviation, and the percent error of the later papers.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> nothing = [float("nan")] * 2
    >>> history = SimpleNamespace(error=[9.0, 3.0], validation=nothing, seconds=[1, 2])
    >>> plot_convergence({"MLP": history}, against="seconds").data[0].x.tolist()
    [1.0, 2.0]
    """
    one_of("against", against, AGAINST)
    measure, references = shared_measure(histories.values()), references or {}
    if measure is None:
        raise InputError(
            f"the histories of {', '.join(histories) or 'no model'} have no measure in "
            f"common: give ones that hold {', '.join(MEASURES)}"
        )
    figure = base.empty_figure(title, AGAINST[against], MEASURES[measure])
    colors = base.line_colors([*histories, *references])
    for (name, history), color in zip(histories.items(), colors, strict=False):
        values = _columns(getattr(history, measure))
        kept = np.isfinite(values).any(axis=1)
        epochs = range(1, len(values) + 1)
        x = np.asarray(history.seconds if against == "seconds" else epochs, float)
        figure.add_traces(_falling(x[kept], values[kept], name, color))
    return _finished(figure, references, colors[len(histories) :])


def plot_learning_curve(
    curves: Mapping[str, Any],
    *,
    references: Mapping[str, float] | None = None,
    error_title: str = MEASURES["error"],
    title: str = "",
) -> go.Figure:
    """Draw the error against the number of training sites, on logarithmic axes.

    Parameters
    ----------
    curves : mapping of str to LearningCurve
        By model, anything with arrays `sizes` (n_sizes,), `errors` and `seconds`
        (n_sizes, n_repeats); repetitions that are NaN are left out.
    references : mapping of str to float, optional
        Errors that do not depend on the size, as horizontal lines.
    error_title : str
        Words at the axis.

    Returns
    -------
    plotly.graph_objects.Figure
        For each model means over repetitions, with one standard deviation as bars
        where there are two or more; the pointer finds the mean training time.

    Source: C. D. Rankine et al., J. Phys. Chem. A 124 (2020) 4263,
    doi:10.1021/acs.jpca.0c03723, Fig. 5.
    Differs: the percent error of the later papers; several models.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> curve = SimpleNamespace(sizes=[10, 20], errors=[[8, 6], [4, 2]])
    >>> curve.seconds = [[1, 1], [2, 2]]
    >>> plot_learning_curve({"MLP": curve}).data[0].y.tolist()
    [7.0, 3.0]
    """
    figure = base.empty_figure(title, "training sites", error_title)
    references = references or {}
    colors = base.line_colors([*curves, *references])
    for (name, curve), color in zip(curves.items(), colors, strict=False):
        errors = _columns(curve.errors)
        kept = np.isfinite(errors).any(axis=1)
        errors, seconds = errors[kept], _columns(curve.seconds)[kept]
        figure.add_scatter(
            x=np.asarray(curve.sizes)[kept],
            y=_mean(errors),
            name=name,
            mode="lines+markers",
            error_y={"array": _spread(errors), "thickness": 1.5, "width": 4},
            customdata=[f"{s:.3g}" for s in _mean(seconds)],
            hovertemplate="%{x} sites: %{y:.2f}, trained in %{customdata} s",
            line={"color": color, "width": 2},
            marker={"size": 8},
        )
    return _finished(figure, references, colors[len(curves) :])


def shared_measure(histories: Iterable[Any]) -> str | None:
    """Return the first measure that every history has, None where there is none.

    Example
    -------
    >>> from types import SimpleNamespace
    >>> shared_measure([SimpleNamespace(loss=[3.0, 2.0])])
    'loss'
    """
    known = list(histories)
    for measure in MEASURES:
        found = [getattr(history, measure, None) for history in known]
        if found and all(f is not None and np.isfinite(f).any() for f in found):
            return measure
    return None


def _columns(values: Any) -> Array:
    """As (n, n_members): one member is one column."""
    array = np.asarray(values, dtype=float)
    return array[:, None] if array.ndim == 1 else array


def _mean(values: Array) -> Array:
    """Mean over those of a row that were made; nan where none was."""
    return np.ma.masked_invalid(values).mean(axis=1).filled(np.nan)


def _spread(errors: Array) -> Array | None:
    """Standard deviation of every row, 0 of a single value; None of nothing else."""
    made = np.ma.masked_invalid(errors)
    if not (made.count(axis=1) > 1).any():
        return None
    return made.std(axis=1, ddof=1).filled(0.0)


def _falling(x: Array, values: Array, name: str, color: str) -> list[go.Scatter]:
    """The line of one model, below it the band of its members."""
    line = go.Scatter(
        x=x,
        y=np.nanmedian(values, axis=1),
        name=name,
        legendgroup=name,
        mode="lines" if len(x) > 1 else "markers",
        line={"color": color, "width": 2},
    )
    if values.shape[1] == 1:
        return [line]
    low, high = np.nanmin(values, axis=1), np.nanmax(values, axis=1)
    area = base.band(x, low, high, f"{name}, {values.shape[1]} members", color)
    return [area.update(legendgroup=name, showlegend=False), line]


def _finished(
    figure: go.Figure, references: Mapping[str, float], colors: list[str]
) -> go.Figure:
    """With a dashed line across for each reference, and logarithmic axes."""
    ends = np.concatenate([[], *(trace.x for trace in figure.data)])
    ends = [ends.min(), ends.max()] if len(ends) else []
    for (name, error), color in zip(references.items(), colors, strict=True):
        level = [error] * len(ends)
        base.add_line(figure, ends, level, name, color, width=1.5, dash="dash")
    for axis, update in (("x", figure.update_xaxes), ("y", figure.update_yaxes)):
        drawn = [np.asarray(trace[axis], dtype=float) for trace in figure.data]
        values = _ticks(np.concatenate(drawn or [np.ones(1)]))
        update(type="log", tickvals=values, ticktext=[f"{v:g}" for v in values])
    return figure.update_layout(showlegend=True)


def _ticks(drawn: Array) -> list[float]:
    """Round numbers around what is drawn, the fewer a decade the more decades."""
    positive = drawn[drawn > 0] if (drawn > 0).any() else np.ones(1)
    low, high = np.log10([positive.min(), positive.max()])
    steps = next(digits for span, digits in TICK_DIGITS.items() if high - low <= span)
    decades = range(int(np.floor(low)) - 1, int(np.ceil(high)) + 1)
    return [digit * 10.0**decade for decade in decades for digit in steps]
