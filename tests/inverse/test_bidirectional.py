"""One network, both ways."""

import numpy as np
import pytest

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.inverse import Bidirectional
from xnet_lite.jobs import MODELS
from xnet_lite.predictor import Predictor
from xnet_lite.targets import EnergyGrid
from xnet_lite.trust import bootstrap

RNG = np.random.default_rng(4)
ENERGY = np.linspace(-10.0, 40.0, 12)
#: three numbers behind features and spectra alike: each side tells the other
HIDDEN = RNG.random((160, 3))
FEATURES = np.hstack([HIDDEN, HIDDEN[:, ::-1] ** 2]) + 0.2
SPECTRA = 1.0 + np.stack([h @ np.sin(np.outer([1, 2, 3], ENERGY / 15)) for h in HIDDEN])
KNOWN, NEW = slice(0, 130), slice(130, 160)


def untaught(**options):
    """A small AEGAN of the catalogue."""
    small = {"hidden": [64, 64], "latent": 16, **options}
    return MODELS["AEGAN"].predictor(
        targets=EnergyGrid(), hyperparameters=small, epochs=120, batch_size=16
    )


@pytest.fixture(scope="module")
def both():
    """A trained one."""
    return Bidirectional(untaught().fit(FEATURES[KNOWN], SPECTRA[KNOWN], ENERGY))


@pytest.fixture(scope="module")
def scores(both):
    """What it makes of sites that it never saw."""
    data = XASDataset("new", ENERGY, SPECTRA[NEW], features=FEATURES[NEW])
    return both.score(data)


def test_both_directions_are_far_better_than_the_mean(scores):
    for name, values in (("spectrum", SPECTRA), ("features", FEATURES)):
        off = np.abs(values[NEW] - values[KNOWN].mean(0)).sum(1)
        mean = np.median(100 * off / np.abs(values[NEW]).sum(1))
        assert scores[name] < 0.25 * mean


def test_cycles_and_rebuilding_come_back_to_where_they_began(scores):
    for name in ("spectrum rebuilt", "features rebuilt"):
        assert scores[name] < 5
    for name in ("spectrum cycle", "features cycle"):
        assert scores[name] < 8


def test_features_come_back_in_their_own_unit(both):
    told = both.features(SPECTRA[NEW])
    assert told.shape == FEATURES[NEW].shape
    assert np.corrcoef(told[:, 0], FEATURES[NEW, 0])[0, 1] > 0.9


def test_a_saved_one_says_the_same(both, tmp_path):
    both.predictor.save(tmp_path)
    again = Bidirectional(Predictor.load(tmp_path))
    np.testing.assert_array_equal(
        both.features(SPECTRA[NEW]), again.features(SPECTRA[NEW])
    )


@pytest.mark.parametrize(
    ("given", "better"),
    [("spectra", "spectrum rebuilt"), ("features", "features rebuilt")],
)
def test_halves_without_a_partner_teach_their_own_side(given, better):
    few = XASDataset("few", ENERGY, SPECTRA[:12], features=FEATURES[:12])
    new = XASDataset("new", ENERGY, SPECTRA[NEW], features=FEATURES[NEW])
    first = untaught().fit(few.features, few.spectra, ENERGY)
    # as many steps of as many rows: 12 pairs many times over, or 118 halves beside
    alone = Bidirectional(first).with_halves(few, config=_epochs(first, 600))
    rest = {"spectra": SPECTRA[12:130], "features": FEATURES[12:130]}[given]
    both = Bidirectional(first).with_halves(
        few, config=_epochs(first, 40), **{given: rest}
    )
    assert both.score(new)[better] < 0.5 * alone.score(new)[better]
    np.testing.assert_array_equal(
        both.predictor.scaler_.mean_, alone.predictor.scaler_.mean_
    )


def _epochs(predictor, n):
    """Its training with other epochs."""
    return predictor.config.from_dict(vars(predictor.config) | {"epochs": n})


def test_pairs_without_features_are_no_pairs(both):
    with pytest.raises(InputError, match="give it described"):
        both.with_halves(XASDataset("spectra", ENERGY, SPECTRA))


def test_members_are_averaged():
    model = untaught()
    model.config = model.config.from_dict(vars(model.config) | {"epochs": 2})
    vote = bootstrap(model, FEATURES[KNOWN], SPECTRA[KNOWN], ENERGY, n_members=3)
    alone = vote.regressor_.model_.members()
    told = Bidirectional(vote).features(SPECTRA[NEW])
    each = []
    for one in alone:
        vote.regressor_.model_ = one
        each.append(Bidirectional(vote)._asked("reverse", _targets(vote)))
    mean = vote.scaler_.inverse_transform(np.mean(each, 0))
    np.testing.assert_allclose(told, mean, rtol=1e-5)


def _targets(predictor):
    """What its network sees of the new spectra."""
    return Bidirectional(predictor)._targets(SPECTRA[NEW])


def test_a_network_of_one_way_is_refused():
    model = MODELS["plain MLP"].predictor(epochs=1)
    with pytest.raises(InputError, match="goes one way only"):
        Bidirectional(model.fit(FEATURES, SPECTRA, ENERGY))


@pytest.mark.parametrize("spectra", [SPECTRA[:2, :5], np.full((1, 12), np.nan)])
def test_spectra_off_the_grid_are_refused(both, spectra):
    with pytest.raises(InputError, match="on the predictor's 12 energies"):
        both.features(spectra)
