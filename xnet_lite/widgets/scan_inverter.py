"""Drop a scan, see what happens to it step by step, and get the verdict."""

from __future__ import annotations

from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ipywidgets
import plotly.graph_objects as go

from xnet_lite.errors import InputError
from xnet_lite.inverse import Inversion, KnownSpectra, invert
from xnet_lite.plots import plot_inversion, plot_readied
from xnet_lite.plots.base import empty_figure
from xnet_lite.spectra import Spectrum, read_spectrum
from xnet_lite.tables import Table
from xnet_lite.widgets.base import ABOVE, shown
from xnet_lite.writing import write

#: eV from e0 that the ranges may lie in
BEFORE, BEHIND = (-200.0, -5.0), (10.0, 800.0)


class ScanInverter(ipywidgets.VBox):
    """Upload a scan, move the lines under and over its edge, and ask what it is of.

    Parameters
    ----------
    path : str or Path, optional
        A scan to begin with; without it the widget waits for an upload.
    known : KnownSpectra, optional
        What it is held against; the embedded set of its element by default.

    Attributes
    ----------
    found : Inversion or None
        What came out; None where nothing could be read.
    upload, pre, post, steps, like, note
        The parts, for a notebook that wants to arrange them anew. Static figures of the
        same are `plots.plot_readied` and `plots.plot_inversion`.

    Example
    -------
    >>> ScanInverter().found is None
    True
    """

    def __init__(
        self, path: str | Path | None = None, known: KnownSpectra | None = None
    ) -> None:
        self._known = known
        self._scan: Spectrum | None = None
        self._settled = False
        self.found: Inversion | None = None
        self.upload = ipywidgets.FileUpload(description="your scan", multiple=False)
        self.pre, self.post = (
            ipywidgets.FloatRangeSlider(
                value=ends,
                min=ends[0],
                max=ends[1],
                step=1.0,
                description=name,
                continuous_update=False,
            )
            for name, ends in (("pre", BEFORE), ("post", BEHIND))
        )
        self.steps, self.like = (shown(empty_figure(), **ABOVE) for _ in range(2))
        self.note = ipywidgets.HTML("drop a file, as the beamline wrote it")
        self.upload.observe(self._uploaded, names="value")
        for part in (self.pre, self.post):
            part.observe(self._moved, names="value")
        row = ipywidgets.HBox((self.upload, self.pre, self.post))
        row.layout.flex_flow = "row wrap"
        super().__init__([row, self.steps, self.like, self.note])
        if path is not None:
            self._open(Path(path))

    def _uploaded(self, change: dict[str, Any]) -> None:
        """Read what was dropped."""
        for one in change["new"]:
            with TemporaryDirectory() as folder:
                # the name as it was, without where it was
                path = Path(folder, Path(one["name"]).name or "scan")
                self._open(write(path, bytes(one["content"])))

    def _open(self, path: Path) -> None:
        """Take another scan, with the ranges that are found for it."""
        self._scan = None
        try:
            self._scan = read_spectrum(path)
        except InputError as error:
            self._say(str(error))
            return
        self._ask()
        if self.found is not None:
            self._settled = False
            ranges = self.found.readied.ranges
            self.pre.value, self.post.value = ranges["pre"], ranges["post"]
            self._settled = True

    def _moved(self, _: dict[str, Any]) -> None:
        """Fit the lines where they were moved to."""
        if self._settled:
            self._ask(pre=self.pre.value, post=self.post.value)

    def _ask(self, **ranges: Any) -> None:
        """Normalise, hold against known spectra, draw and say."""
        if self._scan is None:
            return
        try:
            self.found = invert(self._scan, self._known, **ranges)
        except InputError as error:
            self._say(str(error))
            return
        self._known = self.found.known
        for widget, figure in (
            (self.steps, plot_readied(self.found.readied)),
            (self.like, plot_inversion(self.found)),
        ):
            _redraw(widget, figure)
        items = "".join(f"<li>{escape(note)}</li>" for note in self.found.notes)
        lines = f"<p><b>{escape(self.found.sentence)}</b></p>"
        lines += f"<p>{escape(self.found.told)}</p><ul>{items}</ul>"
        self.note.value = lines + Table(self.found.nearest)._repr_html_()

    def _say(self, message: str) -> None:
        """Say why there is nothing."""
        self.found = None
        self.note.value = f"<p>{escape(message)}</p>"


def _redraw(widget: go.FigureWidget, figure: go.Figure) -> None:
    """Draw another figure where one was."""
    with widget.batch_update():
        widget.data = ()
        widget.add_traces(figure.data)
        widget.layout.shapes = figure.layout.shapes
        widget.layout.annotations = figure.layout.annotations
        for axis in ("xaxis", "yaxis"):
            widget.layout[axis].title = figure.layout[axis].title
