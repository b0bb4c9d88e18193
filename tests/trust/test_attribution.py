"""Shares of atoms add up, are alike for like atoms, and slopes are true slopes."""

import numpy as np
import pytest
from ase import Atoms
from scipy.spatial.transform import Rotation

from tests.network import small
from xnet_lite.descriptors import RDC, WACSF, NeighborGraph
from xnet_lite.errors import InputError
from xnet_lite.models import GNN
from xnet_lite.models.baselines import Ridge
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler, VarianceFilter
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig
from xnet_lite.trust import attribution as by

ENERGY = np.linspace(-10.0, 50.0, 31)
FEW = TrainConfig(epochs=5, learning_rate=3e-3)
PLACES = np.array(
    [
        [0, 0, 0],
        [0, 0, 1.8],
        [0, 0.1, 2.95],
        [1.9, 0.2, 0],
        [-2.1, 0, 0.3],
        [0.2, -2, 0],
    ]
)


def sites(n, seed=0):
    rng = np.random.default_rng(seed)
    moved = [PLACES + 0.1 * rng.normal(size=PLACES.shape) for _ in range(n)]
    return [Site(Atoms("FeCONOS", places), 0) for places in moved]


SITES = sites(30)
SPECTRA = np.array(
    [1 + np.sin(ENERGY / 5 * site.atoms.get_distance(0, 1)) for site in SITES]
)
SITE = SITES[0]


def taught(descriptor, model, scaler=None, **words):
    predictor = Predictor(descriptor, EnergyGrid(), model, FEW, scaler, **words)
    return predictor.fit(SITES, SPECTRA, ENERGY)


@pytest.fixture(scope="module")
def graph():
    def builder(n_features, n_targets):
        return GNN(n_features, n_targets, n_channels=16, n_messages=8, hidden=(16,))

    plain = FeatureScaler(power=1.0, standardise=False)
    return taught(NeighborGraph(n_neighbors=8), builder, plain)


@pytest.fixture(scope="module")
def dense():
    return taught(WACSF(n_g2=8, n_g4=8), small)


def test_integrated_gradients_add_up_to_what_the_neighbors_give(graph):
    shares = by.integrated_gradients(graph, SITE, steps=64)
    pair = graph.predict([SITE, Site(Atoms("Fe", [PLACES[0]]), 0)])
    gain = pair[0] - pair[1]
    # error of midpoints, 1/steps²
    np.testing.assert_allclose(
        shares.values.sum(axis=0), gain, atol=1e-2 * np.ptp(gain)
    )


def test_a_single_neighbor_gives_all_that_there_is(graph):
    pair = Site(Atoms("FeC", PLACES[:2]), 0)
    shares = by.integrated_gradients(graph, pair, steps=64).values
    np.testing.assert_allclose(
        shares[1], by.occlusion(graph, pair).values[1], atol=1e-2
    )
    assert not shares[0].any()


@pytest.mark.parametrize(
    "method",
    [
        by.occlusion,
        by.integrated_gradients,
        by.presence_gradients,
        by.gradient_times_position,
    ],
)
def test_atoms_that_are_alike_by_symmetry_have_equal_shares(graph, method):
    shell = 2.0 * np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0.0]])
    square = Site(Atoms("FeO4", np.vstack([np.zeros(3), shell])), 0)
    values = method(graph, square).values[1:]
    # float32, and kinks of cosines at straight lines
    np.testing.assert_allclose(values - values[0], 0, atol=1e-4)


@pytest.mark.parametrize("method", [by.occlusion, by.integrated_gradients])
def test_shares_follow_the_atoms_and_not_the_frame(graph, method):
    order = np.array([3, 5, 0, 1, 4, 2])
    turn = Rotation.from_euler("xyz", [0.3, 1.1, -0.7]).as_matrix()
    atoms = SITE.atoms[order]
    atoms.positions = atoms.positions @ turn.T + 1.0
    moved = method(graph, Site(atoms, 2)).values
    np.testing.assert_allclose(moved, method(graph, SITE).values[order], atol=1e-4)


@pytest.mark.parametrize("kind", ["graph", "dense", "selected"])
def test_slopes_are_those_of_finite_differences(kind, request):
    if kind == "selected":
        wacsf = WACSF(n_g2=8, n_g4=8)
        model = taught(wacsf, small, selection=VarianceFilter(0.5))
    else:
        model = request.getfixturevalue(kind)
    slopes = by.position_slopes(model, SITE)
    step = 0.01  # Å; float32 leaves 1e-6 / step
    for atom, axis in [(0, 1), (1, 2), (4, 0)]:
        ends = []
        for sign in (1, -1):
            atoms = SITE.atoms.copy()
            atoms.positions[atom, axis] += sign * step
            ends.append(Site(atoms, 0))
        high, low = model.predict(ends)
        close = {"atol": 0.02 * np.abs(slopes).max()}
        np.testing.assert_allclose(
            slopes[:, atom, axis], (high - low) / 2 / step, **close
        )


def test_moving_everything_together_changes_nothing(graph, dense):
    for model in (graph, dense):
        slopes = by.position_slopes(model, SITE)
        np.testing.assert_allclose(slopes.sum(axis=1), 0, atol=1e-4)


def test_a_peak_moves_as_finite_differences_say():
    energy = np.linspace(0, 20, 81)

    def spectrum(place):
        return np.exp(-((energy - 8 - 1.5 * place) ** 2) / 8)

    step = 1e-5
    slopes = (spectrum(step) - spectrum(-step)) / 2 / step
    position, moves = by.peak_slopes(
        energy, spectrum(0.0), slopes[:, None, None] * np.ones(3), (5, 12)
    )
    # a Gaussian is no parabola: 0.25 eV of a width of 5 eV
    assert position == pytest.approx(8.0, abs=1e-6)
    np.testing.assert_allclose(moves, 1.5, rtol=0.02)


def test_a_window_without_a_peak_is_refused():
    rising = np.arange(5.0)
    with pytest.raises(InputError, match="no peak from 0 to 4 eV"):
        by.peak_slopes(rising, rising, np.zeros((5, 1, 3)), (0, 4))


def test_true_shares_are_the_engine_with_the_atom_less_without_it():
    engine = MultipleScattering(r_fms=4.0)
    out = engine.take_out(SITE)
    truth = by.true_shares(out, SITE, out.whole.energy_rel)
    np.testing.assert_allclose(truth.values[1:], out.change)
    assert not truth.values[0].any()
    single = by.path_shares(out, SITE, ENERGY)
    assert by.agreement(truth, truth, np.arange(1, 6)) == pytest.approx(1)
    np.testing.assert_allclose(single.size()[1:], out.amplitudes)


def test_what_has_no_atoms_or_slopes_says_so(dense):
    with pytest.raises(InputError, match="MLP has no atoms: give a GNN"):
        by.integrated_gradients(dense, SITE)
    with pytest.raises(InputError, match="RDC tells no slopes"):
        by.position_slopes(taught(RDC(), small), SITE)
    with pytest.raises(InputError, match="Ridge is no network"):
        by.position_slopes(taught(WACSF(), Ridge()), SITE)
