"""Drop a structure: its spectrum, the band, the verdict, its like, and the files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets

from xnet_lite.jobs import Prediction, predict
from xnet_lite.plots.pages import prediction_page
from xnet_lite.structures import Site, read_site
from xnet_lite.tables import Table
from xnet_lite.widgets.files import Answer, Downloads, FileDrop, answered, on_disk
from xnet_lite.widgets.prediction_explorer import PredictionExplorer

SUFFIXES = ".xyz,.extxyz,.cif,.vasp,.poscar,.gen,.pdb,.mol,.gz"


class StructurePredictor(ipywidgets.VBox):
    """Drop a file with a structure and read what `xnet-lite predict` says of it.

    Parameters
    ----------
    known : sequence of Site, optional
        The training sites, to show the structures of the nearest.
    folder : Path, optional
        Of a model; the shipped one by default.

    Attributes
    ----------
    found : Prediction or None
        What was predicted last; None where the last file could not be read.
    drop, absorber, frame, example, note, answer
        The parts, for a page that wants to arrange them anew.

    Example
    -------
    >>> desk = StructurePredictor()
    >>> desk.drop.take("my.xyz", Path("my.xyz").read_bytes())
    >>> desk.found.site.absorber
    'Fe'
    """

    def __init__(
        self, known: Sequence[Site] | None = None, folder: Path | None = None
    ) -> None:
        self._known, self._folder = known, folder
        self._dropped: tuple[str, bytes] | None = None
        self.found: Prediction | None = None
        self.drop = FileDrop(self._take, "A structure: XYZ, CIF, POSCAR …", SUFFIXES)
        self.absorber = ipywidgets.Text(
            description="absorber",
            placeholder="the only metal",
            continuous_update=False,
        )
        self.frame = ipywidgets.BoundedIntText(description="frame", min=0, max=10**6)
        self.note, self.answer = Answer(), ipywidgets.VBox()
        for one in (self.absorber, self.frame):
            one.observe(self._again, names="value")
        row = ipywidgets.HBox([self.absorber, self.frame])
        row.layout.flex_flow = "row wrap"
        super().__init__([self.drop, row, self.note, self.answer])

    def show(self, site: Site) -> None:
        """Predict the spectrum of a site, and show all that belongs beside it."""
        found = predict(site, self._folder)
        self.found = found
        explorer = PredictionExplorer([found], known=self._known)
        explorer.sites.layout.display = "none"  # there is one
        name = site.name or "prediction"
        self.answer.children = [
            ipywidgets.HTML(site._repr_html_()),
            explorer,
            ipywidgets.HTML(Table(found.nearest)._repr_html_()),
            Downloads(
                {
                    f"{name}.csv": found.as_csv,
                    f"{name}.json": lambda: json.dumps(found.as_dict()),
                    f"{name}.html": lambda: prediction_page(found),
                }
            ),
        ]
        model = found.model["name"]
        self.note.say(f"{site.label}: predicted by {model}")

    def _take(self, name: str, content: bytes) -> None:
        """Predict for a file, with absorber and frame as they stand."""
        self._dropped = name, content
        self.found = None
        self.note.say(f"reading {name} …")
        asked = self.absorber.value.strip() or None
        read = partial(read_site, absorber=asked, frame=self.frame.value)
        if not answered(self.note.say, lambda: self.show(on_disk(name, content, read))):
            self.answer.children = []

    def _again(self, _: dict[str, Any]) -> None:
        """Predict for the same file, asked otherwise."""
        if self._dropped is not None:
            self._take(*self._dropped)
