"""Choose a site: its prediction, what is true of it, its like, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets
import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.errors import InputError
from xnet_lite.jobs.prediction import Prediction
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.plots import plot_prediction
from xnet_lite.structures import Site
from xnet_lite.widgets import base

#: what the true spectrum is called
TARGET = "target"
#: colours of the edge of a verdict, told apart without colour by its word
EDGES = {"known": "#009E73", "near": "#E69F00", "far": "#D55E00"}


class PredictionExplorer(ipywidgets.VBox):
    """Choose a predicted site, and one of the known sites that are nearest to it.

    Both lists are HTML selects: Tab reaches them, Space opens one, arrows and Enter
    choose (JupyterLab takes the arrows of a closed list for itself); what is chosen is
    read out by screen readers.

    Parameters
    ----------
    predictions : sequence of Prediction
        As `jobs.predict` returns them, on one grid.
    targets : mapping of int to array (n_energies,), optional
        What is true of some of them, by their place in the sequence.
    known : sequence of Site, optional
        The training sites, to show the structures of the nearest.

    Attributes
    ----------
    sites, shown : ipywidgets.Dropdown
        Which site is looked at, and whose structure is shown.
    figure, view, note
        The parts, for a notebook that wants to arrange them anew.

    Raises
    ------
    InputError
        If there is no prediction, or they are on several grids.
    """

    def __init__(
        self,
        predictions: Sequence[Prediction],
        targets: Mapping[int, ArrayLike] | None = None,
        known: Sequence[Site] | None = None,
    ) -> None:
        if not predictions or len({len(one.mu) for one in predictions}) > 1:
            raise InputError("there are no predictions on one grid: give some")
        self._all, self._known = list(predictions), known
        self._targets = {k: np.asarray(mu) for k, mu in (targets or {}).items()}
        self.sites = ipywidgets.Dropdown(
            options=[(one.site.label, i) for i, one in enumerate(self._all)],
            description="site",
            **base.WIDE,
        )
        self.shown = ipywidgets.Dropdown(description="structure shown", **base.WIDE)
        self.figure = base.shown(self._drawn(), **base.ABOVE)
        height = int(self.figure.layout.height or 420)
        self.view = base.viewer(self._all[0].site, height=height)
        self.note = ipywidgets.HTML()
        self._tell()
        self.sites.observe(self._choose, names="value")
        self.shown.observe(self._show, names="value")
        row = base.side_by_side(self.figure, self.view)
        super().__init__([self.sites, self.shown, self.note, row])

    @property
    def _now(self) -> Prediction:
        """The prediction that is looked at."""
        return self._all[self.sites.value]

    def _drawn(self) -> go.Figure:
        """The figure of what is looked at; a target that is not known is empty."""
        one = self._now
        empty = np.full(len(one.mu), np.nan)
        others = {TARGET: self._targets.get(self.sites.value, empty)}
        if not self._targets:
            others = {}
        return plot_prediction(
            one.energy_rel, one.mu, one.std, others=others, known=one.beside
        )

    def _choose(self, change: dict[str, Any]) -> None:
        """Bring curves, words and atoms to another site."""
        drawn = self._drawn()
        with self.figure.batch_update():
            for line, new in zip(self.figure.data, drawn.data, strict=True):
                line.update(x=new.x, y=new.y, name=new.name)
        self._tell()
        base.show_site(self.view, self._now.site)

    def _tell(self) -> None:
        """Write the verdict, and name the structures that can be shown."""
        one = self._now
        lines = [*one.promise, *one.warnings]
        if (target := self._targets.get(self.sites.value)) is not None:
            error = float(relative_spectral_error(one.mu[None], target[None])[0])
            lines.insert(0, f"error: {error:.1f} %")
        word = "" if one.verdict is None else one.verdict.word
        edge = f"border-left:4px solid {EDGES.get(word, '#888888')};padding-left:.6em"
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        self.note.value = (
            f'<div role="status" aria-live="polite" style="{edge}">'
            f"<b>{escape(word or 'no verdict')}</b><ul>{items}</ul></div>"
        )
        near = [] if self._known is None else one.neighbors
        names = [f"known {i}: {x['formula']}" for i, x in enumerate(near, 1)]
        options = [(one.site.label, -1), *zip(names, range(len(names)))]
        self.shown.options = options
        self.shown.index = 0  # the site itself

    def _show(self, change: dict[str, Any]) -> None:
        """Show the structure of the site, or of one that is known."""
        place = change["new"]
        if place is None:
            return
        site = self._now.site
        if place >= 0 and self._known is not None:
            site = self._known[self._now.indices[place]]
        base.show_site(self.view, site)
