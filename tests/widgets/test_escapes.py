"""Names from files and from callers arrive in widgets as text, never as HTML."""

import ipywidgets
import numpy as np
import pytest
from ase import Atoms

from xnet_lite.datasets import XASDataset
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site
from xnet_lite.targets import PCATargets
from xnet_lite.training import EpochReport
from xnet_lite.widgets import (
    CorpusMap,
    FeatureExplorer,
    SiteExplorer,
    TargetExplorer,
    TrainingMonitor,
)

EVIL = "<img src=x onerror=alert(1)>"
ENERGY = np.linspace(0.0, 5.0, 6)
SPECTRA = np.eye(6)[:4] + 1.0


def site(name=EVIL):
    return Site(Atoms("FeO", [[0, 0, 0], [0, 0, 2]]), 0, name=name)


def corpus_map():
    labels = {"kind": np.array([EVIL] * 4)}
    sites = [site(f"{EVIL} {i}") for i in range(4)]
    known = XASDataset("four", ENERGY, SPECTRA, sites=sites, labels=labels)
    return CorpusMap(known, np.eye(4)[:, :2], by="kind")


def moved_map():
    widget = corpus_map()
    widget.slider.value = 2
    return widget


def site_explorer():
    engine = Spectrum(ENERGY, SPECTRA[0], e0=1.0)
    words = {"span": (1.0, 2.0, 0.5), "start": 1.0, "label": EVIL}
    return SiteExplorer(lambda value: site(), {EVIL: lambda _: engine}, **words)


def feature_explorer():
    return FeatureExplorer(site(), [1.0, 2.0], [EVIL, "b"], np.ones((2, 2)), start=0)


def target_explorer():
    known = {EVIL: lambda n: PCATargets(n_components=n).fit(SPECTRA, ENERGY)}
    return TargetExplorer(ENERGY, SPECTRA[0], known, counts=[1, 2], start=2)


def training_monitor():
    monitor = TrainingMonitor([EVIL], redraw=0)
    one, unknown = np.array(0.5), np.array(np.nan)
    monitor.progress(EVIL)(EpochReport(0, 2, one, unknown, unknown))
    return monitor


def pages_of(widget):
    """All HTML in a widget and in what it holds."""
    found = [widget.value] if isinstance(widget, ipywidgets.HTML) else []
    for child in getattr(widget, "children", ()):
        found += pages_of(child)
    return found


@pytest.mark.parametrize(
    "made",
    [
        corpus_map,
        moved_map,
        site_explorer,
        feature_explorer,
        target_explorer,
        training_monitor,
    ],
)
def test_no_widget_takes_a_name_for_html(made):
    pages = pages_of(made())
    assert pages
    assert all("<img" not in page for page in pages)
    assert any("&lt;img" in page for page in pages)
