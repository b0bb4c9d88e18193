"""Where a structure comes in: a file that is dropped, or a complex that is drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets

from xnet_lite.structures import Site, read_site
from xnet_lite.widgets.complex_form import ComplexForm
from xnet_lite.widgets.files import Answer, FileDrop, answered, on_disk

SUFFIXES = ".xyz,.extxyz,.cif,.vasp,.poscar,.gen,.pdb,.mol,.gz"


class StructureDesk(ipywidgets.VBox):
    """Drop a file with a structure, or draw a complex; a subclass answers in `show`.

    Parameters
    ----------
    *above : ipywidgets.Widget
        What stands above it.

    Attributes
    ----------
    site : Site or None
        What was asked of last; None where there was nothing to ask of.
    drop, absorber, frame, drawn, note, answer
        The parts, for a page that wants to arrange them anew.
    """

    def __init__(self, *above: ipywidgets.Widget) -> None:
        self._asked: Callable[[], Site] | None = None
        self.site: Site | None = None
        self.drop = FileDrop(self._take, "A structure: XYZ, CIF, POSCAR …", SUFFIXES)
        self.absorber = ipywidgets.Text(
            description="absorber",
            placeholder="the only metal",
            continuous_update=False,
        )
        self.frame = ipywidgets.BoundedIntText(description="frame", min=0, max=10**6)
        self.drawn = ComplexForm(self.ask)
        self.note, self.answer = Answer(), ipywidgets.VBox()
        for one in (self.absorber, self.frame):
            one.observe(self._again, names="value")
        row = ipywidgets.HBox([self.absorber, self.frame])
        row.layout.flex_flow = "row wrap"
        head = ipywidgets.HTML("<h2>Or draw a complex</h2>")
        parts = (self.drop, row, head, self.drawn, self.note, self.answer)
        super().__init__([*above, *parts])

    def show(self, site: Site) -> None:
        """Answer for a site: write into `answer`, and say it in `note`.

        Raises
        ------
        InputError
            If it cannot be answered; the page says why.
        """
        raise NotImplementedError

    def ask(self, make: Callable[[], Site]) -> None:
        """Answer for the site that is made, or say in a sentence why not."""
        self.site, self._asked = None, make
        self.note.say("working …")

        def work() -> None:
            site = make()
            self.show(site)
            self.site = site

        if not answered(self.note.say, work):
            self.answer.children = []

    def _take(self, name: str, content: bytes) -> None:
        """Answer for a file, with absorber and frame as they stand."""

        def read() -> Site:
            wanted = self.absorber.value.strip() or None
            look = partial(read_site, absorber=wanted, frame=self.frame.value)
            site: Site = on_disk(name, content, look)
            return site

        self.ask(read)

    def _again(self, _: dict[str, Any]) -> None:
        """Answer for the same structure, asked otherwise."""
        if self._asked is not None:
            self.ask(self._asked)
