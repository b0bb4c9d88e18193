"""Watch campaigns choose: a slider goes from batch to batch, on maps side by side."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets
import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.complexes import readable
from xnet_lite.errors import InputError
from xnet_lite.plots import plot_choices, plot_lines
from xnet_lite.plots.base import COLORS
from xnet_lite.plots.features import states
from xnet_lite.strategies import Findings
from xnet_lite.widgets.base import ABOVE, WIDE, shown

X_TITLE, Y_TITLE = "CPU seconds spent", "error of the test sites / %"
HERE = "this batch"
CURVE_HEIGHT = 320  # pixels


class ChoiceMap(ipywidgets.VBox):
    """Move a slider from batch to batch, or let it run: each map shows what is chosen.

    Below the maps the error falls with the CPU seconds that were spent; a ring marks
    the batch of the slider. Arrow keys move the slider when it has the focus.

    Parameters
    ----------
    coordinates : array, (n_sites, 2)
        Where each candidate is on the map; dimensionless.
    campaigns : mapping of str to Findings
        By the word above the map.
    errors : mapping of str to array, (n_batches,)
        Of test sites after each batch, percent.
    names : sequence of str, (n_sites,)
        Of the candidates.

    Attributes
    ----------
    play, slider, note, maps, curves
        The parts, for a notebook that wants to arrange them anew.

    Raises
    ------
    InputError
        If errors do not count as many as batches, or a candidate has no place.

    Example
    -------
    >>> from xnet_lite.datasets import XASDataset
    >>> from xnet_lite.strategies import Protocol
    >>> found = XASDataset("two", [0.0, 1.0], np.ones((2, 2)), labels={"batch": [0, 1]})
    >>> one = Findings(found, np.array([1, 0]), [], np.ones(2), {}, Protocol((2, 3)))
    >>> errors = {"random": [9.0, 5.0]}
    >>> note = ChoiceMap([[0, 1], [1, 0]], {"random": one}, errors, "ab").note.value
    >>> "batch 0: <b>random</b> 1 sites, 9.00 %; new: b" in note
    True
    """

    def __init__(
        self,
        coordinates: ArrayLike,
        campaigns: Mapping[str, Findings],
        errors: Mapping[str, ArrayLike],
        names: Sequence[str],
    ) -> None:
        self._points = np.asarray(coordinates, dtype=float)
        self._names = [readable(name) for name in names]
        self._campaigns = dict(campaigns)
        self._errors = {
            name: np.asarray(one, dtype=float) for name, one in errors.items()
        }
        self._check()
        last = max(len(one.spent) for one in campaigns.values()) - 1
        looks = {"description": "batch", "value": 0, "min": 0, "max": last}
        self.slider = ipywidgets.IntSlider(**looks, **WIDE)
        self.play = ipywidgets.Play(**looks, interval=1000)
        self.play.tooltip = "go from batch to batch"
        ipywidgets.jslink((self.play, "value"), (self.slider, "value"))
        self._batches = {name: one.batches for name, one in campaigns.items()}
        figure = plot_choices(self._points, self._batches, self._names)
        self.maps, self.curves = shown(figure), self._first_curves()
        self.note = ipywidgets.HTML(self._words(0))
        self.slider.observe(self._move, names="value")
        bar = ipywidgets.HBox([self.play, self.slider])
        super().__init__([bar, self.note, self.maps, self.curves])

    def _check(self) -> None:
        """Refuse what does not belong together."""
        for name, one in self._campaigns.items():
            n_errors = len(self._errors.get(name, ()))
            if n_errors != len(one.spent):
                said = f"{name!r} has {len(one.spent)} batches and {n_errors} errors"
                raise InputError(f"{said}: give one for each batch")
            if one.rows.max() >= len(self._points):
                said = f"{name!r} chose candidate {one.rows.max()}"
                raise InputError(
                    f"{said}, and there are {len(self._points)} coordinates: give "
                    "those of the whole pool"
                )

    def _first_curves(self) -> go.FigureWidget:
        """Errors beside seconds, and a ring on each line."""
        figure = plot_lines([], {}, x_title=X_TITLE, y_title=Y_TITLE)
        looks = {"symbol": "circle-open", "size": 15, "line": {"width": 3}}
        colors = (COLORS["blue"], COLORS["grey"], COLORS["green"], COLORS["orange"])
        for name, color in zip(self._campaigns, colors):
            x, y = self._campaigns[name].spent, self._errors[name]
            line = {"color": color, "width": 2}
            figure.add_scatter(x=x, y=y, name=name, mode="lines+markers", line=line)
        for i, name in enumerate(self._campaigns):
            ring = looks | {"color": COLORS["vermillion"]}
            x, y = self._at(name, 0)
            figure.add_scatter(
                x=x, y=y, name=HERE, mode="markers", marker=ring, showlegend=not i
            )
        return shown(figure, height=CURVE_HEIGHT, showlegend=True, **ABOVE)

    def _at(self, name: str, step: int) -> tuple[Array, Array]:
        """Seconds and error of one campaign at a step."""
        step = min(step, len(self._errors[name]) - 1)
        part = slice(step, step + 1)
        return self._campaigns[name].spent[part], self._errors[name][part]

    def _move(self, change: dict[str, Any]) -> None:
        """Show another batch."""
        step = change["new"]
        traces = iter(self.maps.data)
        with self.maps.batch_update(), self.curves.batch_update():
            for batches in self._batches.values():
                for rows in states(batches, len(self._points), step).values():
                    trace = next(traces)
                    trace.x, trace.y = self._points[rows].T
                    trace.text = [self._names[row] for row in rows]
            rings = self.curves.data[len(self._campaigns) :]
            for name, ring in zip(self._campaigns, rings):
                ring.x, ring.y = self._at(name, step)
        self.note.value = self._words(step)

    def _words(self, step: int) -> str:
        """What each campaign knows after this batch, and the first that it chose."""
        said = []
        for name, one in self._campaigns.items():
            if step >= len(one.spent):
                said.append(f"<b>{escape(name)}</b> has ended")
                continue
            error, new = self._errors[name][step], self._batches[name][step]
            first = escape(", ".join(self._names[row] for row in new[:2]))
            more = ", …" if len(new) > 2 else ""
            said.append(
                f"<b>{escape(name)}</b> {one.sizes[step]} sites, {error:.2f} %; "
                f"new: {first}{more}"
            )
        told = f"batch {step}: {'<br>'.join(said)}"
        return f'<div role="status" aria-live="polite">{told}</div>'
