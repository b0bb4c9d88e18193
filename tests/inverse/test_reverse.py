"""From spectra to radial functions, distances and shells."""

from functools import partial

import numpy as np
import pytest

from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError
from xnet_lite.inverse import G2, WITH_ELEMENTS, Reverse, mirrored
from xnet_lite.models import CNN, MLP, ARDKernelRidge, MeanSpectrum, NearestNeighbor
from xnet_lite.predictor import Predictor
from xnet_lite.targets import CDF, EnergyGrid, PCATargets
from xnet_lite.training import TrainConfig
from xnet_lite.trust import cross_conformal

RNG = np.random.default_rng(3)
ENERGY = np.linspace(-10.0, 50.0, 70)
#: one neighbor of some charge at some distance: Natoli's rule makes the spectrum
PLACES, CHARGES = RNG.uniform(1.8, 2.6, 220), RNG.uniform(0.6, 1.7, 220)
WAVES = np.sin(np.outer(2 * PLACES, np.sqrt(0.26 * (ENERGY + 12)))) * CHARGES[:, None]
R = G2.distances
CURVES = CHARGES[:, None] * np.exp(-48 * (R - PLACES[:, None]) ** 2)
DATA = XASDataset("one neighbor", ENERGY, 1 + 0.3 * WAVES, features=CURVES)
KNOWN, NEW = DATA[:180], DATA[180:]


def n_weights(model):
    """How many numbers a network learns."""
    return sum(p.numel() for p in model.parameters())


def test_the_network_of_2023_has_just_the_weights_that_its_layers_count():
    assert n_weights(CNN.published_2023(475, 50)) == 67_336


def test_a_site_is_told_by_fifty_shifted_functions_and_no_count():
    assert G2.n_features == 50
    assert R[[0, -1]].tolist() == [0.5, 5.5]
    assert not any("G1" in name or "G4" in name for name in G2.feature_names)


@pytest.mark.parametrize("reads", [None, EnergyGrid(), CDF(), PCATargets(12)])
def test_any_representation_can_be_read(reads):
    mean = Reverse(model=MeanSpectrum()).fit(KNOWN).score(NEW)
    told = Reverse(reads=reads, model=ARDKernelRidge()).fit(KNOWN).score(NEW)
    assert told["a"] < 0.2 * mean["a"]
    assert told["near"] > 0.95


def test_a_network_learns_to_read_and_its_members_make_a_band():
    model = partial(MLP, hidden=[128], n_waves=0)
    config = TrainConfig(epochs=80, batch_size=16, learning_rate=3e-3)
    one = Reverse(model=model, config=config)
    one.fit(KNOWN, n_members=3)
    mean = Reverse(model=MeanSpectrum()).fit(KNOWN).score(NEW)
    assert one.score(NEW)["a"] < 0.3 * mean["a"]
    assert one.predict_band(NEW.spectra).std.shape == (40, 50)


def test_one_nearest_spectrum_is_known_by_its_own_curve():
    known = Reverse(model=NearestNeighbor()).fit(KNOWN)
    np.testing.assert_allclose(known.predict(KNOWN.spectra), KNOWN.features)


@pytest.mark.parametrize(
    "one",
    [
        Reverse(model=ARDKernelRidge(), reads=CDF()),
        Reverse.published(config=TrainConfig.published_2023(epochs=2), descriptor=G2),
        Reverse(config=TrainConfig(epochs=2), relevance=True),
    ],
    ids=["kernel", "published", "ours"],
)
def test_what_was_saved_says_the_same(one, tmp_path):
    one.fit(KNOWN).save(tmp_path)
    again = Reverse.load(tmp_path)
    assert again.descriptor == G2
    np.testing.assert_array_equal(one.predict(NEW.spectra), again.predict(NEW.spectra))


def test_a_predictor_of_the_other_direction_is_not_taken_for_one(tmp_path):
    forward = Predictor(model=NearestNeighbor()).fit(CURVES, DATA.spectra, ENERGY)
    forward.save(tmp_path)
    with pytest.raises(InputError, match="from structure to spectrum"):
        Reverse.load(tmp_path)


def test_intervals_of_trust_hold_for_curves_as_for_spectra():
    one = Reverse(model=ARDKernelRidge(steps=5)).fit(KNOWN)
    back = mirrored(KNOWN)
    asked = cross_conformal(one.predictor_, back, NEW.spectra, level=0.8)
    assert asked.holds(NEW.features)[:, 10:22].mean() == pytest.approx(0.8, abs=0.12)


def test_features_of_another_descriptor_are_refused():
    with pytest.raises(InputError, match="give it the 250 of the descriptor"):
        mirrored(DATA, WITH_ELEMENTS)


def test_angles_are_not_read():
    with pytest.raises(InputError, match="G2 alone"):
        mirrored(DATA, WACSF())


def test_what_has_learnt_nothing_says_so():
    with pytest.raises(InputError, match="call fit first"):
        Reverse().predict(DATA.spectra)


def test_shells_of_real_sites_come_with_the_spread_of_members(whole):
    few = whole.where(displaced=False)[:120]
    one = Reverse(WITH_ELEMENTS, config=TrainConfig(epochs=3))
    band = one.fit(few[:100], n_members=2).shells(few[100:].spectra)
    assert band.mean.shape == band.std.shape == (20, 3)
    assert (band.std[:, 1] > 0).all()


@pytest.mark.parametrize(("data", "tells"), [(3, G2), (DATA, 3)])
def test_what_is_no_dataset_or_descriptor_is_refused(data, tells):
    with pytest.raises(InputError, match=r"give one of structures|G2 alone"):
        Reverse(descriptor=tells).fit(data)
