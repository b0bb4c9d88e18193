"""The predictor: from sites or features to spectra, nothing learnt from test data."""

import numpy as np
import pytest
from ase import Atoms

from tests.network import small
from tests.small import ENERGY, waves
from xnet_lite.descriptors.base import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.metrics import summarise
from xnet_lite.models import MeanSpectrum, NearestNeighbor
from xnet_lite.models.band import Band
from xnet_lite.predictor import Predictor
from xnet_lite.structures import Site
from xnet_lite.targets import EnergyGrid, PCATargets
from xnet_lite.training import TrainConfig

RNG = np.random.default_rng(8)
X = RNG.random((40, 4))
MU = waves(X)
QUICK = TrainConfig(epochs=3, batch_size=8)


class Lengths(Descriptor):
    """Distances of the first two neighbors, for tests."""

    n_features = 2
    feature_names = ["d1", "d2"]

    def describe(self, site):
        return np.sort(site.atoms.get_distances(site.absorber_index, [1, 2]))


def site(d1, d2, name=""):
    return Site(Atoms("FeO2", [[0, 0, 0], [d1, 0, 0], [0, d2, 0]]), 0, name=name)


SITES = [site(1.8 + 0.01 * i, 2.2, f"s{i}") for i in range(40)]


def test_a_baseline_on_the_grid_predicts_what_it_should():
    nearest = Predictor(targets=EnergyGrid(), model=NearestNeighbor())
    nearest.fit(X, MU, ENERGY)
    np.testing.assert_allclose(nearest.predict(X), MU)


def test_predictions_come_on_the_training_grid():
    predictor = Predictor(model=small, config=QUICK)
    predictor.fit(X, MU, ENERGY)
    assert predictor.predict(X[:3]).shape == (3, len(ENERGY))
    np.testing.assert_array_equal(predictor.energy_, ENERGY)


def test_sites_and_their_features_give_the_same_prediction():
    predictor = Predictor(Lengths(), model=small, config=QUICK).fit(SITES, MU, ENERGY)
    features = Lengths().transform(SITES[:5])
    np.testing.assert_array_equal(
        predictor.predict(SITES[:5]), predictor.predict(features)
    )
    np.testing.assert_allclose(
        predictor.predict(SITES[0]), predictor.predict(SITES[:1]), rtol=1e-6
    )


def test_a_model_trained_on_features_predicts_from_sites():
    features = Lengths().transform(SITES)
    predictor = Predictor(Lengths(), model=small, config=QUICK)
    assert predictor.fit(features, MU, ENERGY).predict(SITES[:2]).shape == (2, 30)


def test_the_training_set_is_summarised():
    predictor = Predictor(Lengths(), model=MeanSpectrum())
    predictor.fit(SITES, MU, ENERGY, meta={"dataset": "mine"})
    assert predictor.meta_["absorbers"] == ["Fe"]
    assert predictor.meta_["n_sites"] == 40
    assert predictor.meta_["dataset"] == "mine"
    assert predictor.meta_["names"][3] == SITES[3].label


def test_fitting_leaves_the_parts_it_was_given_alone():
    targets = PCATargets(n_components=3)
    before = vars(targets).copy()
    Predictor(targets=targets, model=small, config=QUICK).fit(X, MU, ENERGY)
    assert vars(targets) == before


def test_one_predictor_can_be_fitted_again_and_forgets():
    predictor = Predictor(targets=EnergyGrid(), model=MeanSpectrum())
    predictor.fit(X, MU, ENERGY).fit(X[:4], np.ones((4, 30)), ENERGY)
    np.testing.assert_allclose(predictor.predict(X), 1)
    assert predictor.meta_["n_sites"] == 4


def test_the_score_is_the_summary_of_the_metrics():
    predictor = Predictor(model=small, config=QUICK).fit(X, MU, ENERGY)
    want = summarise(predictor.predict(X), MU, energy=ENERGY, mean_spectrum=MU.mean(0))
    assert predictor.score(X, MU) == pytest.approx(want, nan_ok=True)


def test_the_mean_spectrum_has_eta_one():
    predictor = Predictor(targets=EnergyGrid(), model=MeanSpectrum())
    assert predictor.fit(X, MU, ENERGY).score(X, MU)["eta"] == pytest.approx(1)


def test_the_spread_is_the_standard_deviation_of_the_members():
    members = RNG.integers(0, 40, (4, 40))
    predictor = Predictor(model=small, config=QUICK)
    predictor.fit(X, MU, ENERGY, members=members)
    spectra = predictor.predict_members(X[:5])
    assert spectra.shape == (4, 5, 30)
    np.testing.assert_allclose(predictor.predict_std(X[:5]), spectra.std(0, ddof=1))
    assert "coverage_2_all" in predictor.score(X, MU)


class Sure(MeanSpectrum):
    """Knows how sure it is of each target: the more, the smaller its number."""

    has_band = True

    def predict_band(self, features):
        mean = self.predict(features)
        return Band(mean, 0.1 * (1.0 + np.arange(mean.shape[1])) + 0 * mean, "its own")


class Squares(EnergyGrid):
    """Spectra as the squares of targets."""

    def inverse_transform(self, targets):
        return super().inverse_transform(targets) ** 2


def test_the_band_of_a_vote_is_that_of_its_members_spectra():
    members = RNG.integers(0, 40, (4, 40))
    vote = Predictor(model=small, config=QUICK).fit(X, MU, ENERGY, members=members)
    band, spectra = vote.predict_band(X[:5]), vote.predict_members(X[:5])
    np.testing.assert_array_equal(band.mean, spectra.mean(0))
    np.testing.assert_array_equal(band.std, spectra.std(0, ddof=1))


def test_a_models_own_spread_is_carried_over_to_spectra():
    sure = Predictor(targets=PCATargets(n_components=3), model=Sure())
    band = sure.fit(X, MU, ENERGY).predict_band(X[:2])
    assert band.how == "its own, not calibrated"
    drawn = RNG.normal(size=(20000, 3)) * [0.1, 0.2, 0.3]
    spread = sure.targets_.inverse_transform(drawn).std(0)
    np.testing.assert_allclose(band.std[0], spread, rtol=0.03)  # of 20000 draws
    np.testing.assert_allclose(band.mean, sure.predict(X[:2]), atol=1e-12)


def test_a_models_own_spread_counts_in_its_score():
    sure = Predictor(targets=EnergyGrid(), model=Sure()).fit(X, MU, ENERGY)
    assert "coverage_2_all" in sure.score(X, MU)


def test_a_spread_of_targets_that_stand_for_no_line_of_spectra_is_refused():
    sure = Predictor(targets=Squares(), model=Sure()).fit(X, MU, ENERGY)
    with pytest.raises(InputError, match="Squares is no linear representation"):
        sure.predict_band(X)


def test_a_watch_sees_the_network_that_makes_the_predictions():
    seen = []
    predictor = Predictor(model=small, config=QUICK)
    predictor.fit(X, MU, ENERGY, watch=lambda report, model: seen.append(model))
    assert len(seen) == QUICK.epochs
    assert seen[-1] is predictor.regressor_.model_


def test_a_single_model_has_no_spread():
    predictor = Predictor(model=small, config=QUICK).fit(X, MU, ENERGY)
    with pytest.raises(InputError, match=r"no spread.*trust\.bootstrap"):
        predictor.predict_std(X)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X[:5], MU, ENERGY), r"features \(5, 4\) and targets \(40, 30\)"),
        ((X, MU, ENERGY[:-1]), "do not fit"),
        ((X, MU, ENERGY[::-1]), "energy increasing"),
        ((X, np.full_like(MU, np.nan), ENERGY), "not finite"),
        ((np.full_like(X, np.inf), MU, ENERGY), "features of site 0 are not finite"),
        ((X[0], MU, ENERGY), "give one row per site"),
        ((SITES, MU, ENERGY), "no descriptor"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(arguments, message):
    with pytest.raises(InputError, match=message):
        Predictor(model=MeanSpectrum()).fit(*arguments)


@pytest.mark.parametrize(
    "ask",
    [
        lambda p: p.predict(X),
        lambda p: p.score(X, MU),
        lambda p: p.predict_band(X),
        lambda p: p.feature_names,
    ],
)
def test_predicting_before_learning_is_refused(ask):
    with pytest.raises(InputError, match="learnt nothing yet"):
        ask(Predictor())


def test_features_of_another_descriptor_are_refused():
    predictor = Predictor(model=MeanSpectrum()).fit(X, MU, ENERGY)
    with pytest.raises(
        InputError, match="2 features a site, the predictor learnt from 4"
    ):
        predictor.predict(X[:, :2])


def test_an_element_it_never_saw_is_refused():
    predictor = Predictor(Lengths(), model=MeanSpectrum()).fit(SITES, MU, ENERGY)
    copper = Site(Atoms("CuO2", [[0, 0, 0], [1.9, 0, 0], [0, 2, 0]]), 0)
    with pytest.raises(InputError, match=r"absorber Cu.*learnt from Fe"):
        predictor.predict([copper])


def test_a_baseline_has_no_members():
    with pytest.raises(InputError, match="MeanSpectrum learns in one piece"):
        Predictor(model=MeanSpectrum()).fit(X, MU, ENERGY, members=[[0, 1]])
