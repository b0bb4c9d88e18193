"""Another metal, colour or layout brings another map."""

import numpy as np
import pytest

from xnet_lite.widgets import CorpusExplorer
from xnet_lite.widgets.corpus_explorer import BY, NEIGHBORS, complexes, coordinates


@pytest.fixture(scope="module")
def explorer():
    return CorpusExplorer()


def test_every_metal_has_a_map_of_all_its_complexes(explorer):
    for metal in ("Zn", "Cu"):
        explorer.metal.value = metal
        assert explorer.map.slider.max == len(complexes(metal)) - 1
        assert f"complexes of {metal}" in explorer.note.value
    assert not complexes("Zn").labels["displaced"].any()


def test_every_label_gives_colours(explorer):
    for by in BY:
        explorer.by.value = by
        assert by.replace("_", " ") in explorer.note.value
        assert len(explorer.map.map.data) > 3


def test_neighbors_stay_neighbors_better_than_on_two_components():
    data = complexes("Zn")

    def kept(points):
        """Share of the nearest spectrum that is among the ten nearest points."""
        apart = [
            np.linalg.norm(one[:, None] - one[None], axis=2)
            for one in (data.spectra, points)
        ]
        nearest = apart[0].argsort(axis=1)[:, 1]
        near = apart[1].argsort(axis=1)[:, 1:11]
        return (near == nearest[:, None]).any(axis=1).mean()

    laid = kept(coordinates("Zn", NEIGHBORS))
    assert laid > kept(coordinates("Zn", "principal components"))
    assert laid > 0.7
