"""A map of a dataset: click a point, see the molecule and its spectrum."""

from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets
import nglview
import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.complexes import readable
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError, one_of
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.plots import plot_classes, plot_lines
from xnet_lite.plots.base import COLORS, ENERGY_TITLE, LEGEND_ABOVE, MU_TITLE
from xnet_lite.structures import Site
from xnet_lite.widgets.base import ON_RELEASE, show_site, shown, side_by_side, viewer

MEAN = "mean spectrum"
CHOSEN, BEFORE = "chosen", "chosen before"
SPECTRUM_HEIGHT = 320  # pixels


class CorpusMap(ipywidgets.VBox):
    """Click a point of the map: its molecule and its spectrum appear.

    The site chosen before stays as a ring on the map and as a line among the spectra,
    so that two neighbors can be compared. The slider does the same by number.

    Parameters
    ----------
    dataset : XASDataset
        With sites.
    coordinates : array, (n_sites, 2)
        Where each site is on the map; dimensionless.
    by : str
        Label that gives the colours, for instance "geometry".
    start : int
        Row that is shown first.

    Attributes
    ----------
    slider, map, view, spectra, note
        The parts, for a notebook that wants to arrange them anew.

    Raises
    ------
    InputError
        For a dataset without sites, without the label, or of another length than the
        coordinates.

    Example
    -------
    >>> from ase import Atoms
    >>> from xnet_lite.structures import Site
    >>> sites = [Site(Atoms("Fe"), 0), Site(Atoms("Fe"), 0)]
    >>> facts = {"sites": sites, "labels": {"kind": ["a", "b"]}}
    >>> two = XASDataset("two", np.arange(3.0), np.ones((2, 3)), **facts)
    >>> CorpusMap(two, [[0, 1], [1, 0]], by="kind").slider.max
    1
    """

    def __init__(
        self, dataset: XASDataset, coordinates: ArrayLike, *, by: str, start: int = 0
    ) -> None:
        self._dataset, self._by = dataset, by
        self._points = np.asarray(coordinates, dtype=float)
        self._sites = _checked(dataset, self._points, by)
        self._before = start
        looks = {"description": "site number", **ON_RELEASE}
        self.slider = ipywidgets.IntSlider(start, 0, len(dataset) - 1, **looks)
        self.map = self._first_map(start)
        self.spectra = self._first_spectra(start)
        first, height = self._sites[start], self.map.layout.height
        self.view: nglview.NGLWidget = viewer(first, height=height)
        self.note = ipywidgets.HTML(self._words(start))
        self.slider.observe(self._move, names="value")
        beside = side_by_side(self.map, self.view)
        super().__init__([self.slider, self.note, beside, self.spectra])

    def _first_map(self, start: int) -> go.FigureWidget:
        """All points, and two rings: the site chosen before, the chosen one."""
        names = [_called(site) for site in self._sites]
        figure = plot_classes(self._points, self._dataset.labels[self._by], names)
        ring = {"symbol": "circle-open", "size": 16, "line": {"width": 3}}
        for name, color in ((BEFORE, COLORS["grey"]), (CHOSEN, COLORS["black"])):
            figure.add_scatter(
                x=self._points[[start], 0],
                y=self._points[[start], 1],
                mode="markers",
                name=name,
                hoverinfo="skip",
                marker=ring | {"color": color},
            )
        alive = shown(figure, legend=LEGEND_ABOVE, margin={"t": 90})
        for trace in alive.data[:-2]:
            trace.on_click(self._click)
        return alive

    def _first_spectra(self, start: int) -> go.FigureWidget:
        """The mean of all, the site chosen before, the chosen one."""
        energy, spectra = self._dataset.energy, self._dataset.spectra
        lines = {MEAN: spectra.mean(0), BEFORE: spectra[start], CHOSEN: spectra[start]}
        figure = plot_lines(energy, lines, x_title=ENERGY_TITLE, y_title=MU_TITLE)
        figure.data[0].line.dash = "dot"
        return shown(figure, height=SPECTRUM_HEIGHT)

    def _click(self, trace: go.Scatter, points: object, _state: object) -> None:
        """Choose the clicked site."""
        indices: Sequence[int] = points.point_inds  # type: ignore[attr-defined]
        if indices:
            self.slider.value = int(trace.customdata[indices[0]])

    def _move(self, change: dict[str, Any]) -> None:
        """Show the newly chosen site, and keep the one before beside it."""
        rows = {BEFORE: change["old"], CHOSEN: change["new"]}
        self._before = change["old"]
        show_site(self.view, self._sites[change["new"]])
        with self.map.batch_update(), self.spectra.batch_update():
            for ring, line in zip(self.map.data[-2:], self.spectra.data[-2:]):
                ring.x, ring.y = self._points[[rows[ring.name]]].T
                line.y = self._dataset.spectra[rows[line.name]]
        self.note.value = self._words(change["new"])

    def _words(self, row: int) -> str:
        """Name the chosen site, and say how far its spectrum is from the one before."""
        kind = self._dataset.labels[self._by][row]
        site, other = self._sites[row], self._sites[self._before]
        said = f"<b>{escape(_called(site))}</b>, {escape(str(kind))}"
        if row == self._before:
            return said
        spectra = self._dataset.spectra
        error = float(relative_spectral_error(spectra[self._before], spectra[row]))
        before = escape(_called(other))
        return f"{said}; {error:.1f} % from the spectrum of {before}"


def _called(site: Site) -> str:
    """What people read of a site."""
    return readable(site.name or site.label)


def _checked(dataset: XASDataset, points: Array, by: str) -> Sequence[Site]:
    """The sites of a dataset that can be drawn as a map."""
    if dataset.sites is None:
        raise InputError(f"{dataset.name!r} has no sites to show; take a set that has.")
    one_of(f"{dataset.name}'s label", by, sorted(dataset.labels))
    if points.shape != (len(dataset), 2):
        said = f"coordinates of shape {points.shape} for {len(dataset)} sites"
        raise InputError(f"{said}; give two numbers for each.")
    return dataset.sites
