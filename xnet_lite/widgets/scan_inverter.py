"""Drop a scan, see what happens to it step by step, and get the verdict."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets
import nglview
import plotly.graph_objects as go

from xnet_lite.datasets import load
from xnet_lite.inverse import Inversion, KnownSpectra, invert, with_element
from xnet_lite.plots import plot_inversion, plot_readied
from xnet_lite.plots.pages import inversion_page
from xnet_lite.spectra import Spectrum
from xnet_lite.tables import Table
from xnet_lite.widgets.base import ABOVE, WIDE, show_site, shown, viewer
from xnet_lite.widgets.files import Answer, Downloads, FileDrop, answered, on_disk
from xnet_lite.widgets.scan_viewer import ScanViewer

#: eV from e0 that the ranges may lie in
BEFORE, BEHIND = (-200.0, -5.0), (10.0, 800.0)
#: sets of known spectra that can be asked, each for its part with the scan's element
SETS = (("complexes", "tm-complexes-k"), ("crystals", "tm-crystals-k"))
VIEW_HEIGHT = 320  # pixels


class ScanInverter(ipywidgets.VBox):
    """Upload a scan, choose its columns, move its lines, and ask what it is of.

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
    drop, columns, absorber, against, pre, post, steps, like, note, words, nearest,
    files
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
        self._given = known
        self._sets: dict[tuple[str, str], KnownSpectra] = {}
        self._source: dict[str, str] = {}
        self._scan: Spectrum | None = None
        self._settled = False
        self.found: Inversion | None = None
        self.drop = FileDrop(self._take, "A scan, as the beamline wrote it")
        self.columns = ipywidgets.VBox()
        self.absorber = ipywidgets.Text(
            description="element",
            placeholder="as the file says",
            continuous_update=False,
        )
        self.against = ipywidgets.Dropdown(options=SETS, description="known spectra")
        self.pre, self.post = _range("before", BEFORE), _range("behind", BEHIND)
        # made with the first answer: a figure that nobody sees loses what it is told
        self.steps: go.FigureWidget | None = None
        self.like: go.FigureWidget | None = None
        self.note, self.words = Answer(), ipywidgets.HTML()
        self.nearest = ipywidgets.Dropdown(description="structure shown", **WIDE)
        self.view: nglview.NGLWidget | None = None
        self.files = ipywidgets.VBox()
        self.nearest.observe(self._show, names="value")
        self.note.say("drop a file, as the beamline wrote it")
        for part in (self.absorber, self.against):
            part.observe(self._asked, names="value")
        for part in (self.pre, self.post):
            part.observe(self._moved, names="value")
        super().__init__([self._head(), self.note, self._body()])
        if path is not None:
            self._take(Path(path).name, Path(path).read_bytes())

    def _head(self) -> ipywidgets.Widget:
        """What a scan is asked with."""
        row = ipywidgets.HBox([self.absorber, self.against])
        row.layout.flex_flow = "row wrap"
        return ipywidgets.VBox([self.drop, row])

    def _body(self) -> ipywidgets.VBox:
        """What was read, what was done to it, and what it is like; both still empty."""
        heads = ("What was read", "How it was normalised", "What it is like")
        self._heads = [ipywidgets.HTML(f"<h2>{head}</h2>") for head in heads]
        self.read, self.answer = ipywidgets.VBox(), ipywidgets.VBox()
        return ipywidgets.VBox([self.read, self.answer])

    def _take(self, name: str, content: bytes) -> None:
        """Read what was dropped, with the columns that its names speak for."""
        self._source = {"file": name, "sha256": hashlib.sha256(content).hexdigest()}
        self._scan, self.found = None, None
        look = partial(ScanViewer, then=self._begin, called=name)

        def work() -> None:
            self.columns.children = [on_disk(name, content, look)]

        if answered(self.note.say, work):
            self.read.children = [self._heads[0], self.columns]
            self._asked()
        else:
            self.columns.children = self.read.children = ()
            self.answer.layout.display = "none"

    def _asked(self, _: object = None) -> None:
        """Ask of the columns that are chosen."""
        for columns in self.columns.children:
            self._begin(columns)

    def _begin(self, columns: ScanViewer) -> None:
        """Ask of these columns, with the ranges that are found for them."""
        self._scan, self._settled = columns.spectrum, False
        if self._scan is None:
            self.found, self.answer.layout.display = None, "none"
            self.note.say(columns.fault, fault=True)
            return
        self._ask()
        if self.found is not None:
            ranges = self.found.readied.ranges
            self.pre.value, self.post.value = ranges["pre"], ranges["post"]
            self._settled = True

    def _moved(self, _: object) -> None:
        """Fit the lines where they were moved to."""
        if self._settled:
            self._ask(pre=self.pre.value, post=self.post.value)

    def _ask(self, **ranges: Any) -> None:
        """Normalise, hold against known spectra, draw and say."""
        self.found = None
        self.note.say("working …")
        there = answered(self.note.say, lambda: self._answer(**ranges))
        self.answer.layout.display = "" if there else "none"

    def _answer(self, **ranges: Any) -> None:
        """What `_ask` does, or `InputError`."""
        assert self._scan is not None
        asked, against = self.absorber.value.strip(), self.against.value
        scan = with_element(self._scan, asked)
        found = invert(scan, self._known(scan.absorber, against), **ranges)
        settings = {"absorber": asked, "known": against, **ranges}
        kept = {name: value for name, value in settings.items() if value}
        found = replace(found, settings=kept, source=self._source)
        self.steps = _drawn(self.steps, plot_readied(found.readied))
        self.like = _drawn(self.like, plot_inversion(found))
        items = "".join(f"<li>{escape(note)}</li>" for note in found.notes)
        tables = (
            Table(rows)._repr_html_() for rows in (found.nearest, found.by_measure)
        )
        self.words.value = f"<ul>{items}</ul>{''.join(tables)}"
        self.note.say(found.sentence, found.told, *filter(None, [found.second_told]))
        self._offer(found)
        self.found = found

    def _known(self, element: str, name: str) -> KnownSpectra:
        """The spectra of an element that are asked, read once."""
        if self._given is not None:
            return self._given
        if (name, element) not in self._sets:
            part = load(name).of_absorber(element)
            self._sets[name, element] = KnownSpectra(part)
        return self._sets[name, element]

    def _offer(self, found: Inversion) -> None:
        """Show the nearest structure; the files can be taken away."""
        name = Path(str(self._source["file"])).stem or "scan"
        files = Downloads(
            {
                f"{name}.json": lambda: json.dumps(found.as_dict()),
                f"{name}.html": lambda: inversion_page(found),
            }
        )
        self.files.children = [files]
        if self.view is None:
            self.view = viewer(found.sites[0], height=VIEW_HEIGHT)
            _, second, third = self._heads
            steps = [second, self.pre, self.post, self.steps]
            like = [third, self.like, self.words, self.nearest, self.view, self.files]
            self.answer.children = [*steps, *like]
        self.found = found
        names = [row["known"] for row in found.nearest]
        self.nearest.options = [
            (f"{i}: {name}", i - 1) for i, name in enumerate(names, 1)
        ]
        self.nearest.index = 0
        show_site(self.view, found.sites[0])

    def _show(self, change: dict[str, Any]) -> None:
        """Show the structure of one of the nearest."""
        if (
            self.found is not None
            and self.view is not None
            and change["new"] is not None
        ):
            show_site(self.view, self.found.sites[change["new"]])


def _range(where: str, ends: tuple[float, float]) -> ipywidgets.FloatRangeSlider:
    """A slider with two ends for a line on one side of the edge."""
    return ipywidgets.FloatRangeSlider(
        value=ends,
        min=ends[0],
        max=ends[1],
        step=1.0,
        description=f"line {where} the edge / eV",
        continuous_update=False,
        style={"description_width": "initial"},
        layout={"width": "100%", "max_width": "640px"},
    )


def _drawn(widget: go.FigureWidget | None, figure: go.Figure) -> go.FigureWidget:
    """A figure where another one was, if there was one."""
    if widget is None:
        return shown(figure, **ABOVE)
    with widget.batch_update():
        widget.data = ()
        widget.add_traces(figure.data)
        widget.layout.shapes = figure.layout.shapes
        widget.layout.annotations = figure.layout.annotations
        for axis in ("xaxis", "yaxis"):
            widget.layout[axis].title = figure.layout[axis].title
    return widget
