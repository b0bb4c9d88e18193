"""Choosing a site brings its curves, its verdict and its atoms; names stay text."""

import re

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.cli.outputs import write_prediction
from xnet_lite.errors import InputError
from xnet_lite.jobs.prediction import Prediction
from xnet_lite.models.band import Band
from xnet_lite.structures import Site
from xnet_lite.trust import Verdict
from xnet_lite.widgets import PredictionExplorer

ENERGY = np.linspace(-10.0, 40.0, 51)
EVIL = "<img src=x onerror=alert(1)>"
RATE = {"false_alarms": 0.1, "misses": 0.4}
KNOWN = [Site(Atoms("FeN", [[0, 0, 0], [0, 0, 2.0 + i]]), 0) for i in range(3)]


def predicted(place: int, word: str, name: str = "") -> Prediction:
    """A made-up prediction, one peak where it is told."""
    mu = 1.0 + np.exp(-((ENERGY - place) ** 2) / 20)
    site = Site(Atoms("FeO", [[0, 0, 0], [0, 0, 1.6]]), 0, name=name or f"no. {place}")
    verdict = Verdict(word, 3.0, 2.0, 5.0, {"element": f"{name} is new"}, {}, {}, 6.0)
    verdict = Verdict(**vars(verdict) | {"rates": {"near": RATE, "far": RATE}})
    neighbors = [
        {"name": f"{name}{i}", "formula": f"{name}FeN{i}", "distance": 0.1 * i}
        for i in (1, 2)
    ]
    return Prediction(
        site=site,
        energy=ENERGY + 7112,
        mu=mu,
        band=Band(mu, 0.1 * mu, "spread"),
        e0=7112.0,
        neighbors=neighbors,
        warnings=[verdict.sentence, *verdict.sentences],
        indices=np.array([2, 0]),
        verdict=verdict,
        near=np.stack([mu + 0.1, mu + 0.2]),
        model={"name": name, "model": name, "sha256": "0" * 64},
    )


@pytest.fixture
def explorer():
    """A known and a far site, the truth of the second."""
    both = [predicted(0, "known"), predicted(20, "far")]
    return PredictionExplorer(both, {1: both[1].mu * 1.1}, KNOWN)


def line(explorer, name):
    """The heights of a curve, by the start of its name."""
    return next(np.array(x.y) for x in explorer.figure.data if x.name.startswith(name))


def test_choosing_a_site_brings_its_curves(explorer):
    assert np.isnan(line(explorer, "target").astype(float)).all()
    explorer.sites.value = 1
    np.testing.assert_array_equal(line(explorer, "prediction"), explorer._all[1].mu)
    np.testing.assert_array_equal(line(explorer, "known 2"), explorer._all[1].near[1])
    np.testing.assert_allclose(line(explorer, "target"), 1.1 * explorer._all[1].mu)


def test_the_note_holds_the_verdict_and_the_true_error_where_it_is_known(explorer):
    assert "<b>known</b>" in explorer.note.value
    assert "error: " not in explorer.note.value
    explorer.sites.value = 1
    assert "<b>far</b>" in explorer.note.value
    assert "expect an error of 3.0 %" in explorer.note.value
    # a truth 10 % higher: 100 · (1 - 1 / 1.1) %
    assert "error: 9.1 %" in explorer.note.value


def test_the_structure_of_a_known_site_can_be_shown_and_the_own_one_comes_back(
    explorer,
):
    explorer.shown.value = 0
    assert explorer.view.site is KNOWN[2]
    explorer.shown.value = 1
    assert explorer.view.site is KNOWN[0]
    explorer.sites.value = 1
    assert explorer.view.site is explorer._all[1].site
    assert explorer.shown.value == -1


def test_everything_is_done_by_labelled_selects_and_the_verdict_is_read_out(explorer):
    chosen = [explorer.sites, explorer.shown]
    assert {one._view_name for one in chosen} == {"DropdownView"}
    assert all(one.description for one in chosen)
    assert 'role="status" aria-live="polite"' in explorer.note.value


def test_names_are_text_in_the_widget_and_on_the_page(tmp_path):
    evil = predicted(0, "far", EVIL)
    assert "<img" not in PredictionExplorer([evil]).note.value
    write_prediction(evil, tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    body = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert "<img src=x" not in body
    assert "is new" in body


def test_no_prediction_is_refused():
    with pytest.raises(InputError, match="no predictions on one grid"):
        PredictionExplorer([])
