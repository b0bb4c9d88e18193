"""How much of a spectrum survives in so many numbers: a slider to try it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any

import ipywidgets
import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.plots import plot_lines
from xnet_lite.plots.base import ENERGY_TITLE, MU_TITLE
from xnet_lite.targets import SpectralTarget
from xnet_lite.widgets.base import ABOVE, ON_RELEASE, shown

TRUTH = "truth"


class TargetExplorer(ipywidgets.VBox):
    """Move a slider: a spectrum comes back from more numbers, or from fewer.

    Parameters
    ----------
    energy : array, (n_energies,)
        eV from the edge.
    spectrum : array, (n_energies,)
        What is represented, drawn in black.
    fitted : mapping of str to callable
        Name of a line -> function from a number of the slider to a fitted target; each
        is asked once for each number.
    counts : sequence of int
        The numbers that the slider stops at.
    start : int
        Where it begins, one of them.

    Attributes
    ----------
    slider, figure, note
        The parts, for a notebook that wants to arrange them anew.

    Raises
    ------
    InputError
        For a start that is not among the counts.

    Example
    -------
    >>> from xnet_lite.targets import TDCT
    >>> energy, mu = np.arange(4.0), np.array([0.0, 1.0, 2.0, 1.0])
    >>> cosines = {"cosines": lambda n: TDCT(n).fit([mu], energy)}
    >>> TargetExplorer(energy, mu, cosines, counts=[2, 4], start=4).note.value
    '4 asked: <b>cosines</b> 4 numbers, 0.00 % lost'
    """

    def __init__(
        self,
        energy: ArrayLike,
        spectrum: ArrayLike,
        fitted: Mapping[str, Callable[[int], SpectralTarget]],
        *,
        counts: Sequence[int],
        start: int,
    ) -> None:
        if start not in counts:
            raise InputError(f"start={start} is not among the counts {list(counts)}")
        self._spectrum = np.asarray(spectrum, dtype=float)
        self._fitted = dict(fitted)
        self._back = cache(self._restored)  # each number is asked for once
        looks = {"description": "numbers", "value": start, **ON_RELEASE}
        self.slider = ipywidgets.SelectionSlider(options=list(counts), **looks)
        self.figure = self._first_figure(np.asarray(energy, dtype=float), start)
        self.note = ipywidgets.HTML(self._words(start))
        self.slider.observe(self._move, names="value")
        super().__init__([self.slider, self.note, self.figure])

    def _first_figure(self, energy: Array, n: int) -> go.FigureWidget:
        """The spectrum, and above it what comes back."""
        back = {name: curve for name, (_, curve) in self._back(n).items()}
        lines = {TRUTH: self._spectrum} | back
        figure = plot_lines(energy, lines, x_title=ENERGY_TITLE, y_title=MU_TITLE)
        return shown(figure, **ABOVE)

    def _restored(self, n: int) -> dict[str, tuple[int, Array]]:
        """Numbers used and spectrum that comes back, by name."""
        back = {}
        for name, build in self._fitted.items():
            target = build(n)
            curve = target.inverse_transform(target.transform(self._spectrum))
            back[name] = target.n_targets, curve
        return back

    def _move(self, change: dict[str, Any]) -> None:
        """Draw what comes back from the new number."""
        back = self._back(change["new"])
        with self.figure.batch_update():
            for line in self.figure.data[1:]:
                line.y = back[line.name][1]
        self.note.value = self._words(change["new"])

    def _words(self, n: int) -> str:
        """Say how many numbers each line has, and what it loses."""
        said = []
        for name, (used, curve) in self._back(n).items():
            lost = float(relative_spectral_error(curve, self._spectrum))
            said.append(f"<b>{escape(name)}</b> {used} numbers, {lost:.2f} % lost")
        return f"{n} asked: {'; '.join(said)}"
