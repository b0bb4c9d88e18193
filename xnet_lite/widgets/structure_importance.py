"""Drop a structure: which shells and atoms its spectrum depends on."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets
import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.jobs.default_model import NAME, check_known, default_model
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site
from xnet_lite.trust import Importance, Shares, occluded_shells, shell_importance
from xnet_lite.trust import attribution as by
from xnet_lite.widgets.importance_explorer import ImportanceExplorer
from xnet_lite.widgets.structure_desk import StructureDesk

Found = tuple[Array, Importance, Shares]


class StructureImportance(StructureDesk):
    """Drop a molecule or draw a complex; see what its spectrum depends on.

    Attributes
    ----------
    asked : ipywidgets.Dropdown
        Who is asked: the shipped networks, or the engine that taught them.
    explorer : ImportanceExplorer or None
        What is shown.
    """

    def __init__(self) -> None:
        self.explorer: ImportanceExplorer | None = None
        self.asked = ipywidgets.Dropdown(options=[*ASKED], description="ask")
        super().__init__(self.asked)
        self.asked.observe(self._again, names="value")

    def show(self, site: Site) -> None:
        """Ask of a site what its spectrum depends on."""
        mu, importance, shares = ASKED[self.asked.value](site)
        self.explorer = ImportanceExplorer(site, mu, importance, shares)
        self.answer.children = [
            ipywidgets.HTML(site._repr_html_()),
            self.explorer,
        ]
        top = int(np.argmax(importance.penalty()))
        self.note.say(
            f"{site.label}: {self.asked.value} loses most without the shell "
            f"{importance.names[top]}"
        )


def _by_networks(site: Site) -> Found:
    """What the shipped networks lose without a shell, and without an atom."""
    check_known(site)
    model = default_model()
    return (
        model.predict([site])[0],
        occluded_shells(model, site),
        by.occlusion(model, site),
    )


def _by_engine(site: Site) -> Found:
    """What the engine loses, with all else held fixed."""
    energy, engine = default_model().energy_, MultipleScattering()
    importance = shell_importance(engine, [site], energy)
    out = engine.take_out(site)
    mu = np.interp(energy, out.whole.energy_rel, out.whole.mu)
    return mu, importance, by.true_shares(out, site, energy)


#: who can be asked, by what they are called
ASKED: dict[str, Callable[[Site], Found]] = {
    f"the networks ({NAME})": _by_networks,
    "the engine (multiple scattering)": _by_engine,
}
