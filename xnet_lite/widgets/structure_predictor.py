"""Drop a structure: its spectrum, the band, the verdict, its like, and the files."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import ipywidgets

from xnet_lite.jobs import Prediction, predict
from xnet_lite.plots.pages import prediction_page
from xnet_lite.structures import Site
from xnet_lite.tables import Table
from xnet_lite.widgets.files import Downloads
from xnet_lite.widgets.prediction_explorer import PredictionExplorer
from xnet_lite.widgets.structure_desk import StructureDesk


class StructurePredictor(StructureDesk):
    """Drop a structure or draw a complex; read what `xnet-lite predict` says of it.

    Parameters
    ----------
    known : sequence of Site, optional
        The training sites, to show the structures of the nearest.
    folder : Path, optional
        Of a model; the shipped one by default.

    Attributes
    ----------
    found : Prediction
        What was predicted last.

    Example
    -------
    >>> desk = StructurePredictor()
    >>> desk.drop.take("my.xyz", Path("my.xyz").read_bytes())
    >>> desk.found.site.absorber
    'Fe'
    """

    found: Prediction

    def __init__(
        self, known: Sequence[Site] | None = None, folder: Path | None = None
    ) -> None:
        self._known, self._folder = known, folder
        super().__init__()

    def show(self, site: Site) -> None:
        """Predict the spectrum of a site, and show all that belongs beside it."""
        found = predict(site, self._folder)
        self.found = found
        explorer = PredictionExplorer([found], known=self._known)
        explorer.sites.layout.display = "none"  # there is one
        name = file_name(site)
        makers = {
            f"{name}.csv": found.as_csv,
            f"{name}.json": lambda: json.dumps(found.as_dict()),
            f"{name}.html": lambda: prediction_page(found),
        }
        self.answer.children = [
            ipywidgets.HTML(site._repr_html_()),
            explorer,
            ipywidgets.HTML(Table(found.nearest)._repr_html_()),
            Downloads(makers),
        ]
        self.note.say(f"{site.label}: predicted by {found.model['name']}")


def file_name(site: Site) -> str:
    """Return what a file about a site is called, without its suffix.

    Example
    -------
    >>> from ase import Atoms
    >>> file_name(Site(Atoms("Fe"), 0, name="[Fe(bpy)₂]²⁺ a/b"))
    'Fe-bpy-2-2-a-b'
    """
    plain = site.name.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789" * 2))
    return re.sub(r"[^\w.-]+", "-", plain).strip("-.") or "prediction"
