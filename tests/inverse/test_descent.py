"""Slopes of the misfit are true slopes, and the way down them ends at the truth."""

import numpy as np
import pytest
from ase import Atoms

from tests.network import small
from xnet_lite.descriptors import RDC, WACSF, NeighborGraph
from xnet_lite.errors import InputError
from xnet_lite.inverse import Geometry, descend, stretch, wander
from xnet_lite.inverse.descent import _Slope, pulled
from xnet_lite.inverse.fitting import Misfit
from xnet_lite.models import GNN
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.spectra import Spectrum, convolve_gaussian
from xnet_lite.structures import Site
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig

ENERGY = np.linspace(-15.0, 60.0, 151)
E0 = 7112.0
PLACES = np.array([[0, 0, 0], [2.0, 0, 0], [0.1, 2.3, 0.2]])
RANGES = np.array([[-3.0, 3.0], [0.0, 4.0]])


def sites(n, seed=0):
    """Iron with an oxygen and a sulfur, about where they belong."""
    rng = np.random.default_rng(seed)
    moved = [PLACES + 0.08 * rng.normal(size=PLACES.shape) for _ in range(n)]
    return [Site(Atoms("FeOS", places), 0) for places in moved]


def spectra(some):
    """Waves of both distances."""
    k = np.sqrt(np.maximum(ENERGY + 8, 0) * 0.2625)
    step = 0.5 + np.arctan(ENERGY / 1.5) / np.pi
    waves = []
    for one in some:
        oxygen, sulfur = one.atoms.get_distances(0, [1, 2])
        waves.append(0.05 * np.sin(2 * k * oxygen) + 0.2 * np.sin(2 * k * sulfur + 1))
    return step * (1 + np.array(waves) * np.exp(-k / 4))


def taught(descriptor, model, scaler=None):
    config, known = TrainConfig(epochs=60, learning_rate=3e-3), sites(60)
    predictor = Predictor(descriptor, EnergyGrid(), model, config, scaler)
    return predictor.fit(known, spectra(known), ENERGY)


def graph_builder(n_features, n_targets):
    return GNN(n_features, n_targets, n_channels=16, n_messages=8, hidden=(32,))


@pytest.fixture(scope="module")
def graph():
    plain = FeatureScaler(power=1.0, standardise=False)
    return taught(NeighborGraph(n_neighbors=4), graph_builder, plain)


@pytest.fixture(scope="module")
def dense():
    return taught(WACSF(n_g2=16, n_g4=8), small)


@pytest.fixture(params=["graph", "dense"])
def network(request):
    return request.getfixturevalue(request.param)


def geometry():
    site = Site(Atoms("FeOS", PLACES), 0)
    return Geometry(site, [stretch(site, "O"), stretch(site, "S")])


def target(network, values, noise=0.002, shift=0.5):
    """What a network says of a structure, shifted, broadened, on another scale."""
    mu = network.predict([geometry().at(values)])[0]
    mu = convolve_gaussian(ENERGY, mu, 1.5)
    mu = 0.1 + 2 * (mu + noise * np.random.default_rng(0).normal(size=len(mu)))
    return Spectrum(ENERGY + E0 + shift, mu, E0, "Fe")


def test_a_spectrum_pulls_at_atoms_as_their_moves_change_it(network):
    site = geometry().at([0.03, -0.04])
    draw = np.random.default_rng(1)
    along, way = draw.normal(size=len(ENERGY)), draw.normal(size=(3, 3))
    spectrum, pull = pulled(network, site, lambda _: along)
    np.testing.assert_allclose(spectrum, network.predict([site])[0], atol=1e-5)
    ends = []
    for step in (-2e-3, 2e-3):
        moved = site.atoms.copy()
        moved.positions += step * way
        ends.append(network.predict([Site(moved, 0)])[0] @ along)
    # float32 in the network
    assert (pull * way).sum() == pytest.approx((ends[1] - ends[0]) / 4e-3, rel=0.02)


def test_the_slope_of_the_misfit_is_its_slope(network):
    misfit = Misfit(target(network, [0.1, 0.05]), ENERGY, tuple(RANGES[0]), 1)
    slope = _Slope(geometry(), network, misfit, RANGES)
    here = np.array([0.2, -0.3, 0.13, -0.21])
    found = slope(here)[1]
    by_hand = [
        (slope(here + step)[0] - slope(here - step)[0]) / 2e-2
        for step in 1e-2 * np.eye(4)
    ]
    np.testing.assert_allclose(found, by_hand, rtol=0.05, atol=0.05)


def test_the_way_down_ends_where_the_target_was_made(network):
    truth = [0.06, -0.08]
    found = descend(target(network, truth), geometry(), network)
    best = [found.best[name] for name in geometry().names]
    assert np.abs(np.array(best) - truth).max() < 0.02
    assert found.best["shift"] == pytest.approx(0.5, abs=0.15)
    assert found.r_factors.min() == pytest.approx(found.path[-1])
    assert (np.diff(found.path) <= 1e-9).all()
    low, high = found.interval("Fe-S")
    assert low < found.best["Fe-S"] < high
    assert high - low < 0.1
    assert "Fe-S" in repr(found)
    assert "90 % from" in found.table().rows[0]


def test_many_numbers_go_down_together(graph):
    site = geometry().site
    loose = Geometry(site, wander(site, [1, 2]))
    found = descend(target(graph, [0.06, -0.08]), loose, graph, starts=1)
    assert found.path[-1] < 0.05 * found.path[0]
    wanted = geometry().at([0.06, -0.08]).atoms.get_distance(0, 2)
    assert found.site().atoms.get_distance(0, 2) == pytest.approx(wanted, abs=0.02)


def test_what_changes_nothing_is_told_by_an_error_as_large_as_its_range(graph):
    site = Site(Atoms("FeOSH", np.vstack([PLACES, [0, 0, 9.0]])), 0)
    away = Geometry(site, [stretch(site, "S"), *wander(site, [3])[2:]])
    found = descend(target(graph, [0.0, 0.05]), away, graph, starts=1)
    assert np.ptp(found.interval("H3 z")) == pytest.approx(0.2)
    assert np.ptp(found.interval("Fe-S")) < 0.1


def test_what_has_no_slopes_is_refused(dense):
    known = sites(10)
    blind = Predictor(RDC(), EnergyGrid(), small, TrainConfig(epochs=1))
    blind.fit(known, spectra(known), ENERGY)
    with pytest.raises(InputError, match="RDC tells no slopes"):
        descend(target(dense, [0.0, 0.0]), geometry(), blind)
    with pytest.raises(InputError, match="give a Predictor of a network"):
        descend(target(dense, [0.0, 0.0]), geometry(), "the network")
