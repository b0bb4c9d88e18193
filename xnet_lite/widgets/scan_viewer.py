"""Which columns of a file were taken for a spectrum, to look at and to change."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets

from xnet_lite.errors import InputError
from xnet_lite.plots import plot_scan
from xnet_lite.spectra import Spectrum, as_spectrum, choose, read_scans
from xnet_lite.widgets.base import ABOVE, shown

AS_SAID = "as the file says"
#: what is made of a signal, by the role that its column has
KINDS = {"absorption": "mu", "transmission": "it", "fluorescence": "if", "yield": "ey"}


class ScanViewer(ipywidgets.VBox):
    """Look at the columns of a file, take others, and copy the call that reads them.

    Parameters
    ----------
    path : str or Path
        A file that `read_spectrum` reads.
    then : callable, optional
        Is given this viewer whenever other columns are taken.
    called : str, optional
        What the file is called, where its path says nothing.

    Attributes
    ----------
    spectrum : Spectrum or None
        What the columns make; None where they make none.
    fault : str
        Why they make none.
    call : str
        The line of Python that reads the same.
    scan, energy, kind, signal, before, unit, figure, note
        The parts, for a notebook that wants to arrange them anew. A static figure of
        the same is `plots.plot_scan`.

    Raises
    ------
    InputError
        If the file cannot be read at all.

    Example
    -------
    >>> ScanViewer("Fe_foil.xdi").call
    "read_spectrum('Fe_foil.xdi')"
    """

    def __init__(
        self,
        path: str | Path,
        then: Callable[[ScanViewer], object] | None = None,
        called: str = "",
    ) -> None:
        self._called, self._scans = called or str(path), read_scans(path)
        self._then = then
        self._settled = False
        labels = [scan.label or f"scan {i}" for i, scan in enumerate(self._scans)]
        self.scan = _choice("scan", [(label, i) for i, label in enumerate(labels)])
        self.energy, self.signal, self.before = map(_choice, ("energy", "signal", "i0"))
        self.kind = _choice("kind", [*KINDS])
        self.unit = _choice("unit", [AS_SAID, "eV", "keV"])
        self.figure = shown(plot_scan(self._scans[0]), **ABOVE)
        self.note = ipywidgets.HTML()
        then, self._then = self._then, None  # who made it knows what it begins with
        self._open({"new": 0})
        self._then = then
        self.scan.observe(self._open, names="value")
        others = (self.energy, self.kind, self.signal, self.before, self.unit)
        for part in others:
            part.observe(self._change, names="value")
        rows = ipywidgets.HBox((self.scan, *others), layout={"flex_flow": "row wrap"})
        super().__init__([rows, self.note, self.figure])

    def _open(self, change: dict[str, Any]) -> None:
        """Show another scan with the columns that its names speak for."""
        self._settled = False
        scan = self._scans[change["new"]]
        titles = [(title, i) for i, title in enumerate(scan.titles)]
        for part in (self.energy, self.signal, self.before):
            part.options = titles
        try:
            choice = choose(scan)
        except InputError:
            self.energy.value, self.signal.value = 0, 1
        else:
            self.energy.value, self.kind.value = choice.energy, choice.signal
            self.signal.value, self.before.value = choice.parts[0], choice.parts[-1]
        self.unit.value = AS_SAID
        self._show({})
        self._tell()
        self._settled = True

    def _change(self, _: dict[str, Any]) -> None:
        """Take the columns that are chosen."""
        if self._settled:
            columns = {"energy": self.energy.value}
            columns[KINDS[self.kind.value]] = self.signal.value
            if self.kind.value != "absorption":
                columns["i0"] = self.before.value
            unit = {} if self.unit.value == AS_SAID else {"unit": self.unit.value}
            self._show({"columns": columns, **unit})
            self._tell()

    def _tell(self) -> None:
        """Hand on what was taken."""
        if self._then is not None:
            self._then(self)

    def _show(self, words: dict[str, Any]) -> None:
        """Read with these words, draw it, and say what was assumed."""
        scan = self._scans[self.scan.value]
        self.spectrum: Spectrum | None = None
        self.fault = ""
        try:
            self.spectrum = as_spectrum(scan, Path(self._called).name, **words)
            notes = list(self.spectrum.meta.get("notes", ()))
        except InputError as error:
            self.fault = str(error)
            notes = [self.fault]
        which = {"scan": self.scan.value} if self.scan.value else {}
        told = [f"{key}={value!r}" for key, value in (words | which).items()]
        self.call = f"read_spectrum({', '.join([repr(self._called), *told])})"
        items = "".join(f"<li>{escape(note)}</li>" for note in notes)
        self.note.value = f"<code>{escape(self.call)}</code><ul>{items}</ul>"
        fresh = plot_scan(scan, **words)
        with self.figure.batch_update():
            self.figure.data = ()
            self.figure.add_traces(fresh.data)


def _choice(name: str, options: Any = ()) -> ipywidgets.Dropdown:
    """A list to choose from."""
    return ipywidgets.Dropdown(options=options, description=name)
