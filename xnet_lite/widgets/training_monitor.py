"""Losses that fall while networks learn: a figure that grows with every epoch."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape

import ipywidgets
import numpy as np
import plotly.graph_objects as go

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, within
from xnet_lite.plots.base import empty_figure, line_colors
from xnet_lite.plots.learning import AGAINST, MEASURES, shared_measure
from xnet_lite.training import EpochReport
from xnet_lite.widgets.base import ABOVE, shown

REDRAW_S = 0.2  # a front end that is told more often lags behind


@dataclass
class Watched:
    """What one model told so far; what `plots.plot_convergence` draws.

    Attributes
    ----------
    epochs : int
        How many there are to be.
    loss, validation, error, seconds : list, (n_epochs,)
        As a `History` has them, of several members the median; seconds from the moment
        that `progress` was asked for.
    ended : bool
        Whether no more will come.
    """

    epochs: int = 0
    loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    error: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    ended: bool = False

    def told(self, measure: str) -> Array:
        """Return one of the measures, (n_epochs,)."""
        return np.array(getattr(self, measure), dtype=float)


class TrainingMonitor(ipywidgets.VBox):
    """Watch networks while they learn: one line a model, a point an epoch.

    Give `monitor.progress("CNN")` to a `fit` as its `progress`. Lines show the best
    measure that all models told: the median error of held-out spectra in percent, else
    the loss on them, else the training loss. Without a front end nothing is drawn and
    nothing fails; `histories` is what `plots.plot_convergence` makes a figure of.

    Parameters
    ----------
    names : iterable of str
        Models, in the order of the legend; others join when they begin.
    redraw : float
        Least seconds between two changes of the figure; first and last epoch are
        always drawn.

    Attributes
    ----------
    histories : dict of str to Watched
        What was told, of the models that have begun.
    note, figure
        The parts, for a notebook that wants to arrange them anew.

    Raises
    ------
    InputError
        If `redraw` is negative, or a name is used twice.

    Example
    -------
    >>> monitor = TrainingMonitor(["CNN"])
    >>> tell = monitor.progress("CNN")
    >>> loss, unknown = np.array(0.5), np.array(np.nan)
    >>> tell(EpochReport(0, 2, loss, unknown, unknown))
    >>> monitor.note.value
    '<b>CNN</b> epoch 1 of 2, training loss 0.5'
    """

    def __init__(self, names: Iterable[str] = (), *, redraw: float = REDRAW_S) -> None:
        within("[0, inf)", redraw=redraw)
        self.histories: dict[str, Watched] = {}
        self._redraw, self._drawn_at, self._measure = redraw, -np.inf, "loss"
        self._lines: dict[str, go.Scatter] = {}
        self.note = ipywidgets.HTML("nothing has begun")
        empty = empty_figure("", AGAINST["epochs"])
        self.figure = shown(empty, showlegend=True, uirevision="kept", **ABOVE)
        self.figure.update_yaxes(type="log", title={"text": MEASURES[self._measure]})
        for name in names:
            if name in self._lines:
                raise InputError(f"the name {name!r} is given twice: give each once")
            self._add_line(name)
        super().__init__([self.note, self.figure])

    def progress(self, name: str) -> Callable[[EpochReport], None]:
        """Return the `progress` of one model; a line of that name starts anew.

        Parameters
        ----------
        name : str

        Returns
        -------
        callable
            Takes an EpochReport after every epoch.
        """
        self.finish()
        watched, start = Watched(), time.monotonic()
        self.histories[name] = watched
        if name not in self._lines:
            self._add_line(name)

        def _tell(report: EpochReport) -> None:
            watched.epochs = report.epochs
            for measure in MEASURES:
                value = float(np.median(getattr(report, measure)))
                getattr(watched, measure).append(value)
            watched.seconds.append(time.monotonic() - start)
            watched.ended = report.epoch + 1 >= report.epochs
            due = time.monotonic() - self._drawn_at >= self._redraw
            if due or watched.ended or len(watched.loss) == 1:
                self._draw()

        return _tell

    def finish(self) -> None:
        """Draw all that was told, and say so of models that stopped early.

        Nobody tells that patience ran out; the next model that begins calls this.
        """
        for watched in self.histories.values():
            watched.ended = True
        self._draw()

    def _add_line(self, name: str) -> None:
        """A line with nothing on it yet, in the colour of its place."""
        line = {"color": line_colors([*self._lines, name])[-1], "width": 2}
        self.figure.add_scatter(x=[], y=[], name=name, mode="lines", line=line)
        self._lines[name] = self.figure.data[-1]

    def _draw(self) -> None:
        """Bring lines, axis and words up to what was told."""
        self._drawn_at = time.monotonic()
        begun = {name: one for name, one in self.histories.items() if one.loss}
        if not begun:
            return
        self._measure = shared_measure(begun.values()) or "loss"
        with self.figure.batch_update():
            self.figure.layout.yaxis.title.text = MEASURES[self._measure]
            for name, one in begun.items():
                values, line = one.told(self._measure), self._lines[name]
                line.x, line.y = np.arange(1, len(values) + 1), values
                line.mode = "lines" if len(values) > 1 else "markers"
        said = (_words(*pair, self._measure) for pair in begun.items())
        self.note.value = "; ".join(said)


def _words(name: str, watched: Watched, measure: str) -> str:
    """How far one model is, and how good."""
    done, value, name = len(watched.loss), watched.told(measure)[-1], escape(name)
    place = f"epoch {done} of {watched.epochs}"
    if watched.ended:
        place = "done" if done == watched.epochs else f"stopped at {place}"
    if measure == "error":
        return f"<b>{name}</b> {place}, {value:.2f} %"
    return f"<b>{name}</b> {place}, {MEASURES[measure]} {value:.3g}"
