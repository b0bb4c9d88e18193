"""Brush a window on a spectrum: what it depends on follows, and lights up in 3-D."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets
import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.errors import InputError
from xnet_lite.plots import plot_lines
from xnet_lite.plots.base import ENERGY_TITLE, MU_TITLE, empty_figure
from xnet_lite.plots.features import bar_colors
from xnet_lite.plots.structures import parents
from xnet_lite.structures import Site
from xnet_lite.trust import Importance, Shares
from xnet_lite.trust.importance import shell_of
from xnet_lite.widgets import base

HEIGHT = 300  # pixels of each figure
BRUSH = {"fillcolor": "#E69F00", "opacity": 0.2, "line": {"width": 0}}


class ImportanceExplorer(ipywidgets.VBox):
    """Choose a window of energies, a shell and an atom; each can be chosen in two ways.

    The window by a brush over the spectrum, or by the slider's two ends; a shell by
    pointing at its bar, or in the list; an atom by a click on it, or in the list. Tab
    reaches the slider's ends, which arrows move, and both lists, which Space opens; all
    have labels, and the sentence below them is read out by screen readers as it
    changes.

    Parameters
    ----------
    site : Site
        A molecule.
    mu : array, (n_energies,)
        Its spectrum, on the energies of the shares.
    importance : Importance
        Of shells of 0.5 Å, or of elements: other groups light no atom up.
    shares : Shares
        Of the atoms of the site.
    window : (float, float), optional
        eV from the edge, at first; all energies by default.

    Attributes
    ----------
    window, group, atom : ipywidgets.FloatRangeSlider, Dropdown, Dropdown
    spectrum, bars, view, note
        The parts, for a notebook that wants to arrange them anew.

    Raises
    ------
    InputError
        If the spectrum or the shares are of something else.
    """

    def __init__(
        self,
        site: Site,
        mu: ArrayLike,
        importance: Importance,
        shares: Shares,
        window: tuple[float, float] | None = None,
    ) -> None:
        if len(np.ravel(mu)) != len(shares.energy):
            said = f"{len(np.ravel(mu))} points are no spectrum on"
            raise InputError(f"{said} {len(shares.energy)} energies: give that")
        if list(site.atoms.symbols) != shares.symbols:
            raise InputError(f"the shares are not of {site.label}: give its own")
        self._site, self._importance, self._shares = site, importance, shares
        ends = float(shares.energy[0]), float(shares.energy[-1])
        looks = {"min": ends[0], "max": ends[1], "step": 0.5, **base.WIDE}
        self.window = ipywidgets.FloatRangeSlider(
            value=window or ends, description="window / eV from the edge", **looks
        )
        names = [(name, i) for i, name in enumerate(importance.names)]
        self.group = ipywidgets.Dropdown(
            options=names, description="depends on", **base.WIDE
        )
        atoms = [(self._name_of(i), i) for i in range(len(shares.symbols))]
        self.atom = ipywidgets.Dropdown(
            options=[("none", -1), *atoms], description="atom", **base.WIDE
        )
        self.spectrum = self._drawn_spectrum(mu)
        self.bars = self._drawn_bars()
        self.view = base.viewer(site, height=2 * HEIGHT)
        self.note = ipywidgets.HTML()
        self._watch()
        self._follow()
        lists = ipywidgets.VBox([self.window, self.group, self.atom, self.note])
        figures = ipywidgets.VBox([self.spectrum, self.bars])
        super().__init__([lists, base.side_by_side(figures, self.view)])

    def atoms_of(self, group: int) -> list[int]:
        """Return the atoms of a shell, or of an element, by the name of the group."""
        name, site = self._importance.names[group], self._site
        others = [i for i in range(len(site.atoms)) if i != site.absorber_index]
        return [
            i
            for i in others
            if name in (shell_of(self._away(i)), site.atoms.symbols[i])
        ]

    def _away(self, atom: int) -> float:
        """Distance of an atom from the absorber, Å."""
        places = self._site.atoms.positions
        return float(np.linalg.norm(places[atom] - places[self._site.absorber_index]))

    def _name_of(self, atom: int) -> str:
        """Element, number and distance of an atom."""
        symbol = self._shares.symbols[atom]
        return f"{symbol}{atom}, {self._away(atom):.2f} Å"

    def _drawn_spectrum(self, mu: ArrayLike) -> go.FigureWidget:
        """The spectrum, ready to be brushed."""
        energy, lines = self._shares.energy, {"spectrum": np.ravel(mu)}
        figure = plot_lines(energy, lines, x_title=ENERGY_TITLE, y_title=MU_TITLE)
        # a brush finds points, not lines
        figure.update_traces(mode="lines+markers", marker={"size": 2})
        figure.add_vrect(*self.window.value, **BRUSH)
        looks = {"dragmode": "select", "selectdirection": "h", "height": HEIGHT}
        return base.shown(figure, **looks)

    def _drawn_bars(self) -> go.FigureWidget:
        """What each group is worth."""
        figure = empty_figure("", "", "error without it, more / %", height=HEIGHT)
        figure.add_bar(x=self._importance.names, y=self._worth().tolist())
        # a bar of no height is found too, from anywhere above it
        return base.shown(figure, showlegend=False, hovermode="x")

    def _worth(self) -> Any:
        """Percent of the spectrum in the window, by group."""
        return self._importance.penalty(self.window.value)

    def _watch(self) -> None:
        """Bring what is pointed at to slider and lists, and these to the eye."""
        self.spectrum.data[0].on_selection(self._brush)
        self.bars.data[0].on_hover(self._point)
        self.bars.data[0].on_click(self._point)
        self.view.observe(self._pick, names="picked")
        for one in (self.window, self.group, self.atom):
            one.observe(self._follow, names="value")

    def _brush(self, trace: Any, points: Any, selector: Any) -> None:
        """Take over the window that was brushed."""
        ends = getattr(selector, "xrange", None)
        if ends:
            self.window.value = sorted(
                float(np.clip(x, self.window.min, self.window.max)) for x in ends
            )

    def _point(self, trace: Any, points: Any, state: Any) -> None:
        """Choose the group whose bar was pointed at."""
        if points.point_inds:
            self.group.value = points.point_inds[0]

    def _pick(self, change: dict[str, Any]) -> None:
        """Choose the atom that was clicked on."""
        row = (change["new"] or {}).get("atom1", {}).get("index")
        if row is not None:
            self.atom.value = int(parents(self.view.drawn)[row])

    def _follow(self, change: dict[str, Any] | None = None) -> None:
        """Bring bars, brush, halos and words to what is chosen."""
        low, high = self.window.value
        if not self._inside().any():
            self.note.value = _status(f"no energy lies from {low:g} to {high:g} eV")
            return
        group = self.group.value
        with self.bars.batch_update():
            self.bars.data[0].y = self._worth().tolist()
            colors = bar_colors(len(self._importance.names), group)
            self.bars.data[0].marker.color = colors
        with self.spectrum.batch_update():
            self.spectrum.layout.shapes[0].update(x0=low, x1=high)
        chosen = [] if self.atom.value < 0 else [self.atom.value]
        base.set_halos(self.view, chosen or self.atoms_of(group))
        self.note.value = _status(*self._words())

    def _inside(self) -> Any:
        """Which energies are in the window."""
        low, high = self.window.value
        energy = self._shares.energy
        return (energy >= low) & (energy <= high)

    def _words(self) -> list[str]:
        """Say what is seen."""
        low, high = self.window.value
        group, atom = self.group.value, self.atom.value
        atoms = ", ".join(self._name_of(i) for i in self.atoms_of(group)) or "no atom"
        said = [
            f"{low:g} to {high:g} eV: without {self._importance.names[group]} the error"
            f" is {self._worth()[group]:.2f} % of the spectrum larger; here {atoms}"
        ]
        if atom >= 0:
            size = self._shares.size(self.window.value)
            rank = 1 + int((size > size[atom]).sum())
            share = 100 * size[atom] / (size.sum() or 1.0)
            said.append(
                f"{self._name_of(atom)} has {share:.1f} % of all shares there "
                f"({self._shares.how}), number {rank} of {len(size)}"
            )
        return said


def _status(*lines: str) -> str:
    """Sentences that are read out as they change."""
    told = "<br>".join(map(escape, lines))
    return f'<div role="status" aria-live="polite">{told}</div>'
