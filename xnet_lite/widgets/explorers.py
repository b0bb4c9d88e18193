"""A slider, a figure and a 3-D view that move together; the science is passed in."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import ipywidgets
import numpy as np
import plotly.graph_objects as go

from xnet_lite.plots import plot_features, plot_spectra
from xnet_lite.plots.base import COLORS
from xnet_lite.plots.features import bar_colors
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site
from xnet_lite.widgets import base

SMALLEST_SHARE = 0.02  # of the largest contribution: below it an atom gets no halo


class SiteExplorer(ipywidgets.VBox):
    """Move a slider: the site changes, and with it its spectra.

    The last spectrum at the start stays, dotted in grey, to compare with.

    Parameters
    ----------
    site_at : callable
        Value of the slider -> Site; always the same atoms in the same order.
    engines : mapping of str to callable
        Name of a line -> function from a Site to its Spectrum; each is asked once
        for each value.
    span : (float, float, float)
        Low end, high end and step of the slider, in the unit that `label` names.
    start : float
        Where the slider begins.
    label : str
        Words at the slider, with the unit.

    Attributes
    ----------
    slider, figure, view, note
        The parts, for a notebook that wants to arrange them anew.

    Example
    -------
    >>> from ase import Atoms
    >>> move = lambda r: Site(Atoms("FeO", [[0, 0, 0], [r, 0, 0]]), 0)
    >>> step = lambda site: Spectrum(np.arange(3.0), np.arange(3.0), e0=0.0)
    >>> words = dict(span=(1.8, 2.2, 0.1), start=2.0, label="R / Å")
    >>> SiteExplorer(move, {"now": step}, **words).slider.value
    2.0
    """

    def __init__(
        self,
        site_at: Callable[[float], Site],
        engines: Mapping[str, Callable[[Site], Spectrum]],
        *,
        span: tuple[float, float, float],
        start: float,
        label: str,
    ) -> None:
        self._site_at, self._engines = site_at, dict(engines)
        self._known: dict[float, dict[str, Spectrum]] = {}
        ends = dict(zip(("min", "max", "step"), span, strict=True))
        looks = {"description": label, **base.ON_RELEASE}
        self.slider = ipywidgets.FloatSlider(start, **ends, **looks)
        self.figure = self._first_figure(start)
        self.view = base.viewer(site_at(start), height=self.figure.layout.height)
        self.note = ipywidgets.HTML()
        self._write_note(start)
        self.slider.observe(self._move, names="value")
        beside = base.side_by_side(self.figure, self.view)
        super().__init__([self.slider, self.note, beside])

    def _first_figure(self, start: float) -> go.FigureWidget:
        """The spectra at the start, the last of them twice: one stays."""
        spectra = self._spectra(start)
        stays = {f"start: {start:g}": list(spectra.values())[-1]}
        figure = plot_spectra(spectra | stays)
        figure.data[-1].line = {"color": COLORS["grey"], "dash": "dot", "width": 1.5}
        return base.shown(figure, **base.ABOVE)

    def _spectra(self, value: float) -> dict[str, Spectrum]:
        """The spectra at a slider value, computed once."""
        key = round(value, 6)
        if key not in self._known:
            site = self._site_at(value)
            self._known[key] = {k: engine(site) for k, engine in self._engines.items()}
        return self._known[key]

    def _move(self, change: dict[str, Any]) -> None:
        """Bring the atoms, then the curves, to the slider's new value."""
        base.move_atoms(self.view, self._site_at(change["new"]))
        self.note.value = "computing …"
        spectra = self._spectra(change["new"])
        with self.figure.batch_update():
            for line, spectrum in zip(self.figure.data, spectra.values(), strict=False):
                line.x, line.y = spectrum.energy_rel, spectrum.mu
        self._write_note(change["new"])

    def _write_note(self, value: float) -> None:
        """Say in words where the highest point of each line is."""
        words = []
        for name, spectrum in self._spectra(value).items():
            top = int(np.argmax(spectrum.mu))
            x, y = spectrum.energy_rel[top], spectrum.mu[top]
            words.append(f"<b>{escape(name)}</b> is highest at {x:.1f} eV ({y:.2f})")
        label = escape(self.slider.description)
        self.note.value = f"{label} = {value:g}: {', '.join(words)}"


class FeatureExplorer(ipywidgets.VBox):
    """Choose a number of the feature vector: the atoms that make it get a halo.

    Parameters
    ----------
    site : Site
        The structure.
    features : array, (n_features,)
        Its feature vector.
    names : sequence of str, (n_features,)
        What each number stands for.
    contributions : array, (n_atoms, n_features)
        What each atom adds to each number, in the unit of the feature.
    start : int
        The feature that is shown first.

    Attributes
    ----------
    slider, figure, view, note
        As `SiteExplorer` has them.

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("FeO", [[0, 0, 0], [2, 0, 0]]), 0)
    >>> widget = FeatureExplorer(site, [1.0, 8.0], ["a", "b"], [[0, 0], [1, 8]])
    >>> widget.atoms_of(1)
    [1]
    """

    def __init__(
        self,
        site: Site,
        features: Sequence[float],
        names: Sequence[str],
        contributions: Sequence[Sequence[float]],
        start: int = 0,
    ) -> None:
        self._site, self._names = site, list(names)
        self._features = np.asarray(features, dtype=float)
        self._contributions = np.abs(np.asarray(contributions, dtype=float))
        looks = {"description": "feature number", **base.WIDE}
        self.slider = ipywidgets.IntSlider(start, 0, len(names) - 1, **looks)
        figure = plot_features(self._features, self._names, highlight=start)
        self.figure = base.shown(figure)
        self.view = base.viewer(site, height=self.figure.layout.height)
        self.note = ipywidgets.HTML()
        self._choose({"new": start})
        self.slider.observe(self._choose, names="value")
        beside = base.side_by_side(self.figure, self.view)
        super().__init__([self.slider, self.note, beside])

    def atoms_of(self, feature: int) -> list[int]:
        """Return the atoms that make a feature, largest share first.

        Parameters
        ----------
        feature : int
            Its number.

        Returns
        -------
        list of int
            Indices; atoms below 2 % of the largest share are left out.
        """
        column = self._contributions[:, feature]
        order = np.argsort(-column, kind="stable")
        shown = column[order] > SMALLEST_SHARE * column.max()
        return [int(i) for i in order[shown]]

    def _choose(self, change: dict[str, Any]) -> None:
        """Mark the bar and the atoms of the chosen feature."""
        feature = change["new"]
        self.figure.data[0].marker.color = bar_colors(len(self._names), feature)
        atoms = self.atoms_of(feature)
        base.set_halos(self.view, atoms)
        symbols = self._site.atoms.get_chemical_symbols()
        listed = ", ".join(f"{symbols[i]}{i}" for i in atoms) or "no atom"
        self.note.value = (
            f"<b>{escape(self._names[feature])}</b> = {self._features[feature]:.4g}, "
            f"made by {listed}"
        )
