"""Faces: what a reader meets shows itself in one line, and on a card in a notebook."""

from dataclasses import dataclass
from functools import partial
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects as go
import pytest
from ase import Atoms

from xnet_lite.complexes.assembly import Complex
from xnet_lite.complexes.recipe import Recipe
from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import WACSF
from xnet_lite.faces import LONGEST, Face, one_line, told
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.prediction import Prediction
from xnet_lite.metrics import PeakParity
from xnet_lite.models import MLP, NearestNeighbor
from xnet_lite.models.band import Band
from xnet_lite.plots import Page
from xnet_lite.predictor import Network, Predictor
from xnet_lite.scattering import MultipleScattering, Preset
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site, neighbors
from xnet_lite.studies.cross_validation import CrossValidation
from xnet_lite.studies.evaluation import Evaluation
from xnet_lite.studies.learning_curve import LearningCurve
from xnet_lite.studies.search.search import SearchResult
from xnet_lite.training import TrainConfig
from xnet_lite.trust import bootstrap

EVIL = "<script>alert(1)</script>"
ENERGY = np.linspace(-15.0, 60.0, 20)


def site(name=EVIL):
    return Site(
        Atoms("FeO2H", [[0, 0, 0], [0, 0, 1.7], [0, 1.8, 0], [0, 2.6, 0]]), 0, name=name
    )


def dataset(n_sites=8):
    spectra = np.random.default_rng(0).random((n_sites, len(ENERGY)))
    return XASDataset(
        EVIL,
        ENERGY,
        spectra,
        sites=[site()] * n_sites,
        labels={"metal": np.array(["Fe"] * n_sites), EVIL: np.arange(n_sites)},
        meta={"title": EVIL, "units": EVIL},
    )


def taught(model=MLP, **config):
    rng = np.random.default_rng(0)
    features, spectra = rng.random((12, 4)), rng.random((12, len(ENERGY)))
    predictor = Predictor(model=model, config=TrainConfig(**({"epochs": 2} | config)))
    return predictor.fit(features, spectra, ENERGY, meta={"dataset": EVIL})


def voted():
    rng = np.random.default_rng(0)
    features, spectra = rng.random((12, 4)), rng.random((12, len(ENERGY)))
    plain = Predictor(config=TrainConfig(epochs=2))
    return bootstrap(plain, features, spectra, ENERGY, n_members=3)


THINGS = {
    "site": site,
    "site without a name": lambda: site(""),
    "one atom": lambda: Site(Atoms("Fe"), 0),
    "crystal": lambda: Site(
        Atoms("FeO", [[0, 0, 0], [0, 0, 2]], cell=[4] * 3, pbc=True), 0
    ),
    "spectrum": lambda: Spectrum(
        ENERGY + 7112, ENERGY, 7112.0, "Fe", meta={EVIL: EVIL}
    ),
    "bare spectrum": lambda: Spectrum([0.0, 1.0], [0.0, 1.0]),
    "dataset": dataset,
    "bare dataset": lambda: XASDataset("x", ENERGY, np.ones((1, 20))),
    "predictor that has learnt nothing": lambda: Predictor(WACSF()),
    "predictor of a network": taught,
    "predictor of a baseline": lambda: taught(NearestNeighbor()),
    "predictor of a vote": voted,
    "network that has learnt nothing": lambda: Network(partial(MLP, hidden=[64])),
    "network": lambda: taught().regressor_,
    "history": lambda: taught(patience=2).regressor_.history_,
    "history of one epoch": lambda: taught(epochs=1).regressor_.history_,
    "engine": MultipleScattering,
    "engine of another kind": lambda: MultipleScattering(
        Preset(), r_fms=3.0, l_max=2, order=1, hole=False, polarisation=[0, 0, 1]
    ),
    "solution": lambda: MultipleScattering(r_fms=3.0).solve(site()),
    "neighbors": lambda: neighbors(site(), 4.0),
    "band": lambda: Band(np.ones((5, 20)), np.ones((5, 20)), EVIL),
    "complex": lambda: Complex(
        Recipe("Fe", 2, "tetrahedral", ("cl",) * 4), site().atoms, (1, 2)
    ),
    "parity of peaks": lambda: PeakParity(*[np.ones(3)] * 5, window=2.0),
    "prediction": lambda: Prediction(
        site(),
        ENERGY + 7112,
        ENERGY,
        None,
        7112.0,
        [{"name": EVIL, "formula": EVIL, "distance": 0.1}],
        [EVIL],
        np.array([0]),
    ),
    "cross-validation": lambda: CrossValidation(
        ({"a_median": 1.0}, {"a_median": 2.0}),
        np.ones((1, 4, 20)),
        np.ones((1, 4)),
        np.ones((1, 2)),
    ),
    "learning curve": lambda: LearningCurve(
        np.array([10, 20]), np.ones((2, 3)), np.ones((2, 3)), (5, 5, 5)
    ),
    "evaluation": lambda: Evaluation({EVIL: {"a_median": 4.0}}, [], [EVIL]),
    "search": lambda: SearchResult(
        TrainingJob("tm-complexes-k-fe"), 4.0, (), {EVIL: 5.0}, {}, EVIL, {}
    ),
    "page of a prediction": lambda: Page("Iron", go.Figure(), site()),
}


@pytest.fixture(scope="module", params=THINGS)
def thing(request):
    return THINGS[request.param]()


def test_the_line_is_one_and_short(thing):
    line = repr(thing)
    assert len(line) <= LONGEST
    assert "\n" not in line


def test_the_line_begins_with_the_class_and_tells_no_address(thing):
    assert repr(thing).startswith(f"{type(thing).__name__}(")
    assert " at 0x" not in repr(thing) + thing._repr_html_()


def test_the_card_is_well_formed_and_light(thing):
    card = thing._repr_html_()
    ElementTree.fromstring(card)
    assert len(card) < 30_000


def test_no_name_injects_anything(thing):
    assert "<script" not in thing._repr_html_()


def test_the_card_asks_nothing_of_another_machine(thing):
    card = thing._repr_html_().replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not any(word in card for word in ("http", "src=", "href"))


def test_a_predictor_that_has_learnt_nothing_says_so():
    assert "nothing yet" in repr(Predictor())
    assert "nothing yet" in Predictor()._repr_html_()


def test_a_predictor_shows_its_steps_and_what_it_learnt_from():
    predictor = taught()
    assert repr(predictor).startswith("Predictor(FeatureScaler → MLP → PCATargets; ")
    assert "12 sites of" in repr(predictor)


def test_a_predictor_tells_its_error_out_of_bag():
    predictor = taught()
    predictor.meta_["out_of_bag"] = {"a_median": 3.347}
    assert "3.35 % (median, out of bag)" in predictor._repr_html_()


def test_a_loaded_predictor_has_a_face(tmp_path):
    taught().save(tmp_path / "model")
    assert "12 sites of" in Predictor.load(tmp_path / "model")._repr_html_()


def test_a_site_tells_its_nearest_neighbors():
    assert "O 1.70 Å, H 2.60 Å" in site()._repr_html_()


def test_engines_of_different_settings_have_different_lines():
    assert repr(MultipleScattering(order=1)) != repr(MultipleScattering())


def test_a_dataclass_without_facts_tells_its_fields_and_arrays_by_shape():
    @dataclass(repr=False)
    class Found(Face):
        best_error: float
        spectra: np.ndarray
        notes: list

    found = Found(3.14159, np.ones((3, 4)), ["a", "b"])
    assert repr(found) == "Found(best error 3.14, spectra 3×4 array, notes a, b)"


def test_a_line_that_is_too_long_ends_in_dots():
    assert one_line("a" * 200).endswith("a…")


def test_long_lists_are_told_by_their_number():
    assert told(["a name of some length"] * 9) == "9 items"


def test_notes_are_counted_in_the_line_and_stand_whole_on_the_card():
    notes = [f"the energies are taken as eV, {EVIL}", "a" * 200]
    face = Spectrum([0.0, 1.0], [0.0, 1.0], meta={"notes": notes})
    assert repr(face).endswith(", 2 notes)")
    assert len(repr(face)) <= LONGEST
    card = ElementTree.fromstring(face._repr_html_())
    assert [item.text for item in card.iter("li")] == notes
