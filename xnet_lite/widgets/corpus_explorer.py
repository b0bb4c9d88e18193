"""Maps of the embedded complexes: a metal, what to colour by, and how to lay it out."""

from __future__ import annotations

from functools import cache

import ipywidgets
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from xnet_lite.arrays import Array
from xnet_lite.complexes import METALS
from xnet_lite.datasets import XASDataset, load
from xnet_lite.widgets.corpus_map import CorpusMap
from xnet_lite.widgets.files import Answer, answered

SET = "tm-complexes-k-{}"
BY = ("geometry", "first_shell", "coordination_number", "oxidation_state", "family")
COMPONENTS, NEIGHBORS = "principal components", "t-SNE: neighbors stay neighbors"
#: components that t-SNE is given
N_COMPONENTS = 20


class CorpusExplorer(ipywidgets.VBox):
    """Choose a metal and what its complexes are coloured by, and walk over their map.

    Attributes
    ----------
    metal, by, layout_of, note
        The lists, and what is said.
    map : CorpusMap
        What is shown.
    """

    map: CorpusMap

    def __init__(self) -> None:
        self.metal = ipywidgets.Dropdown(
            options=METALS, value="Fe", description="metal"
        )
        self.by = ipywidgets.Dropdown(options=BY, description="colour by")
        self.layout_of = ipywidgets.Dropdown(
            options=(COMPONENTS, NEIGHBORS), description="map of spectra by"
        )
        self.note, self.place = Answer(), ipywidgets.VBox()
        row = ipywidgets.HBox([self.metal, self.by, self.layout_of])
        row.layout.flex_flow = "row wrap"
        for one in row.children:
            one.observe(self._draw, names="value")
        super().__init__([row, self.note, self.place])
        self._draw()

    def _draw(self, _: object = None) -> None:
        """Draw the map that is asked for."""
        self.note.say("working …")
        answered(self.note.say, self._drawn)

    def _drawn(self) -> None:
        """What `_draw` does."""
        metal, by, how = self.metal.value, self.by.value, self.layout_of.value
        data = complexes(metal)
        self.map = CorpusMap(data, coordinates(metal, how), by=by)
        self.place.children = [self.map]
        self.note.say(
            f"{len(data)} complexes of {metal}, coloured by {by.replace('_', ' ')}; "
            f"map of their spectra by {how}"
        )


@cache
def complexes(metal: str) -> XASDataset:
    """Return the embedded complexes of a metal, as built or relaxed."""
    data = load(SET.format(metal.lower()))
    return data[~data.labels["displaced"]]


@cache
def coordinates(metal: str, how: str) -> Array:
    """Return where each complex is on a map of their spectra, (n_sites, 2)."""
    spectra = complexes(metal).spectra
    if how == COMPONENTS:
        found: Array = PCA(2, random_state=0).fit_transform(spectra)
        return found
    few = PCA(N_COMPONENTS, random_state=0).fit_transform(spectra)
    laid: Array = TSNE(init="pca", random_state=0).fit_transform(few)
    return laid
