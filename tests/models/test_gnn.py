"""The network that reads a structure: what it must not see, and what it must."""

import json

import numpy as np
import pytest
import torch

from xnet_lite.errors import InputError
from xnet_lite.models import ModelStack
from xnet_lite.models.gnn import GNN, Elements
from xnet_lite.models.graphs import cosines_at, legendre, square
from xnet_lite.predictor import Network
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.training import TrainConfig, fit, predict

CUTOFF, N_TARGETS = 5.0, 5
ELEMENTS = [1, 6, 7, 8, 17]


def vector(numbers, places, n_neighbors):
    """The network's input for an iron atom at 0 and these neighbors, float64."""
    n = len(numbers)
    between = np.linalg.norm(places[:, None] - places, axis=-1)
    sides = np.zeros((n_neighbors, n_neighbors))
    sides[:n, :n] = between
    ends = np.zeros((2, n_neighbors))
    ends[0, :n], ends[1, :n] = numbers, np.linalg.norm(places, axis=1)
    upper = sides[np.triu_indices(n_neighbors, 1)]
    return np.concatenate([[26.0], ends[0], ends[1], upper])


def width(n_neighbors):
    """Length of such a vector."""
    return (n_neighbors + 1) * (n_neighbors + 2) // 2


def neighborhood(rng, n=6):
    """Elements and places, between 1.5 and 4.5 Å from the absorber."""
    ways = rng.normal(size=(n, 3))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    return rng.choice(ELEMENTS, n), ways * rng.uniform(1.5, 4.5, (n, 1))


def samples(n_samples, n_neighbors=6, seed=0):
    """Vectors of different neighborhoods, (n_samples, n_features)."""
    rng = np.random.default_rng(seed)
    made = [neighborhood(rng) for _ in range(n_samples)]
    return np.stack([vector(*one, n_neighbors) for one in made])


def built(n_neighbors=6, seed=0, **options):
    """A small network in float64 whose first weights come from a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        model = GNN(
            width(n_neighbors), N_TARGETS, n_channels=16, hidden=[32], **options
        )
    return model.double().eval()


def of(model, *vectors):
    """Its targets as an array."""
    with torch.no_grad():
        return model(torch.as_tensor(np.stack(vectors))).numpy()


@pytest.mark.parametrize("n_blocks", [0, 2])
def test_the_order_of_neighbors_does_not_matter(n_blocks):
    rng = np.random.default_rng(1)
    numbers, places = neighborhood(rng)
    order = rng.permutation(6)
    pair = vector(numbers, places, 6), vector(numbers[order], places[order], 6)
    assert not np.array_equal(*pair)
    first, second = of(built(n_blocks=n_blocks), *pair)
    np.testing.assert_allclose(first, second, atol=1e-12)


def test_room_for_more_neighbors_changes_nothing():
    numbers, places = neighborhood(np.random.default_rng(2))
    tight, wide = built(6), built(8, seed=1)
    wide.load_state_dict(tight.state_dict(), strict=True)
    [want] = of(tight, vector(numbers, places, 6))
    [found] = of(wide, vector(numbers, places, 8))
    np.testing.assert_allclose(found, want, atol=1e-12)


def test_a_lone_absorber_is_predicted_from_its_element():
    features = np.zeros((2, width(3)))
    features[:, 0] = 26, 29
    iron, copper = of(built(3), *features)
    assert np.isfinite(iron).all()
    assert np.abs(iron - copper).max() > 1e-3


def leaving(model, far):
    """Its targets with a nitrogen atom at some distances, (n_distances, n_targets)."""
    numbers, places = neighborhood(np.random.default_rng(3), n=5)
    way = np.array([0.48, 0.6, 0.64])
    moved = [
        vector(np.append(numbers, 7), np.vstack([places, r * way]), 6) for r in far
    ]
    return of(model, *moved)


def test_an_atom_at_the_cutoff_counts_as_one_that_is_absent():
    model = built()
    numbers, places = neighborhood(np.random.default_rng(3), n=5)
    [without] = of(model, vector(numbers, places, 6))
    [edge] = leaving(model, [CUTOFF])
    np.testing.assert_allclose(edge, without, atol=1e-12)
    assert np.abs(leaving(model, [4.0]) - without).max() > 1e-3


def test_an_atom_leaves_through_the_cutoff_without_a_kink():
    model = built()
    step = 1e-4
    near = leaving(model, CUTOFF + step * np.array([-2, -1, 0, 1]))
    middle = leaving(model, [4.0 - step, 4.0 + step])
    slope = np.abs(middle[1] - middle[0]).max() / (2 * step)
    # the cosine ends with slope 0, and so does everything times it
    assert np.abs(np.diff(near, axis=0)).max() / step < 1e-2 * slope
    np.testing.assert_array_equal(near[3], near[2])


def test_two_neighbors_leave_each_others_reach_without_a_jump():
    places = np.array([[3.0, 0.0, 0.0], [-2.0, 0.0, 0.0]])
    nudged = places * (1 + 1e-6)
    pair = of(built(2), *(vector([8, 8], p, 2) for p in (places, nudged)))
    assert np.abs(pair[0] - pair[1]).max() < 1e-4


def test_angles_tell_apart_what_distances_from_the_absorber_do_not():
    bent, straight = np.zeros((2, 3)), np.zeros((2, 3))
    bent[0, 0], bent[1, 1] = 2.0, 2.0
    straight[0, 0], straight[1, 0] = 2.0, -2.0
    pair = vector([8, 8], bent, 2), vector([8, 8], straight, 2)
    np.testing.assert_array_equal(pair[0][:5], pair[1][:5])
    first, second = of(built(2), *pair)
    assert np.abs(first - second).max() > 1e-3


def test_which_of_two_distances_an_element_has_matters():
    places = np.array([[2.0, 0.0, 0.0], [0.0, 2.5, 0.0]])
    first, second = of(built(2), *(vector(z, places, 2) for z in ([8, 7], [7, 8])))
    assert np.abs(first - second).max() > 1e-3


@pytest.mark.parametrize("n_blocks", [0, 2])
def test_every_weight_has_a_gradient(n_blocks):
    model = built(n_blocks=n_blocks)
    targets = torch.randn(8, N_TARGETS, dtype=torch.float64)
    model.loss(torch.as_tensor(samples(8)), targets).backward()
    dead = [name for name, p in model.named_parameters() if not p.grad.abs().sum() > 0]
    assert not dead


def test_a_straight_line_and_missing_atoms_leave_gradients_finite():
    line = np.array([[2.0, 0.0, 0.0], [-2.0, 0.0, 0.0], [4.0, 0.0, 0.0]])
    features = torch.as_tensor(vector([8, 8, 1], line, 5)[None]).requires_grad_()
    built(5)(features).sum().backward()
    assert torch.isfinite(features.grad).all()


def test_a_stack_predicts_what_its_members_predict():
    singles = [built(seed=seed) for seed in range(3)]
    stack = ModelStack(singles).eval()
    x = torch.as_tensor(samples(4))
    want = torch.stack([model(x) for model in singles])
    torch.testing.assert_close(stack(x), want)
    torch.testing.assert_close(stack.members()[1](x), want[1])


def test_a_stack_learns_what_its_members_learn_alone():
    x, y = samples(8), np.random.default_rng(5).normal(size=(8, N_TARGETS))
    config = TrainConfig(epochs=2, batch_size=8)
    rows = np.array([np.arange(8), np.arange(8)])

    def build():
        return GNN(width(6), N_TARGETS, n_channels=8, hidden=[8], dropout=0.0)

    _, alone = fit(build, x, y, config, rows=rows[:1])
    _, together = fit(build, x, y, config, rows=rows)
    # float32 products of different sizes sum in different orders
    np.testing.assert_allclose(together.loss[:, 0], alone.loss[:, 0], rtol=1e-4)


def test_a_prediction_does_not_depend_on_its_company():
    model, x = built(), samples(7)
    alone = np.concatenate([of(model, row) for row in x])
    np.testing.assert_allclose(of(model, *x), alone, atol=1e-12)


def test_many_rows_are_predicted_in_parts_as_they_are_at_once():
    model, x = built(dropout=0.0), torch.as_tensor(samples(300))
    in_parts = model(x)
    assert in_parts.shape == (300, N_TARGETS)
    torch.testing.assert_close(in_parts, model.train()(x))


def test_a_stack_predicts_many_rows():
    singles, x = [built(seed=seed) for seed in range(2)], torch.as_tensor(samples(300))
    want = torch.stack([model(x) for model in singles])
    torch.testing.assert_close(ModelStack(singles).eval()(x), want)


def test_lower_precision_stays_near():
    x = torch.as_tensor(samples(4), dtype=torch.float32)
    model = built().float()
    fine = model(x)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rough = model(x).float()
    # bfloat16 has 8 bits, here through ten layers; targets are of size 1
    assert 0 < (rough - fine).abs().max() < 0.05


def test_eight_samples_are_overfitted():
    x, y = samples(8), np.random.default_rng(4).normal(size=(8, N_TARGETS))
    config = TrainConfig(epochs=300, batch_size=8, learning_rate=3e-3, weight_decay=0)

    def build():
        return GNN(width(6), N_TARGETS, n_channels=32, hidden=[64], dropout=0.0)

    model, _ = fit(build, x, y, config)
    assert np.abs(predict(model, x) - y).max() < 0.02


def test_a_saved_one_predicts_the_same():
    x, y = samples(8), np.random.default_rng(4).normal(size=(8, N_TARGETS))
    network = Network(GNN, TrainConfig(epochs=1)).fit(x, y)
    settings, arrays = network.state()
    settings = json.loads(json.dumps(settings))
    again = Network.from_state(settings, arrays, {"GNN": GNN})
    np.testing.assert_array_equal(again.predict(x), network.predict(x))


def test_the_scaler_for_structures_hands_them_on_unchanged():
    x = samples(8)
    scaler = FeatureScaler(power=1.0, standardise=False)
    np.testing.assert_array_equal(scaler.fit_transform(x), x)


def test_the_upper_triangle_becomes_the_whole_table():
    table = np.random.default_rng(0).normal(size=(5, 5))
    table = table + table.T
    np.fill_diagonal(table, 0)
    sides = torch.as_tensor(table[np.triu_indices(5, 1)][None])
    np.testing.assert_array_equal(square(sides, 5)[0], table)


def test_one_neighbor_has_no_pairs():
    assert torch.equal(square(torch.zeros(2, 0), 1), torch.zeros(2, 1, 1))
    [found] = of(built(1), vector([8], np.array([[2.0, 0, 0]]), 1))
    assert np.isfinite(found).all()


def test_cosines_are_those_of_the_angles():
    _, places = neighborhood(np.random.default_rng(6))
    lengths = np.linalg.norm(places, axis=1)
    between = np.linalg.norm(places[:, None] - places, axis=-1)
    found = cosines_at(torch.as_tensor(lengths), torch.as_tensor(between))
    want = (places @ places.T) / np.outer(lengths, lengths)
    np.testing.assert_allclose(found, want, atol=1e-12)


def test_polynomials_are_legendres():
    x = np.linspace(-1, 1, 9).reshape(3, 3)
    found = legendre(torch.as_tensor(x), 5).numpy()
    for degree in range(5):
        want = np.polynomial.legendre.Legendre.basis(degree)(x)
        np.testing.assert_allclose(found[:, degree], want, atol=1e-12)


def test_elements_of_one_column_are_near_before_anything_is_learnt():
    place = Elements(4).place
    oxygen, sulfur, selenium, calcium = (place[z] for z in (8, 16, 34, 20))
    assert (oxygen - sulfur).norm() < (oxygen - calcium).norm()
    assert (sulfur - selenium).norm() < (sulfur - calcium).norm()
    assert torch.equal(place[0], torch.zeros(4))


def test_all_hyperparameters_come_back():
    model = GNN(width(4), 3, n_blocks=1, cutoff=6.0, hidden=(8, 8))
    options = json.loads(json.dumps(model.hyperparameters()))
    assert (options["n_blocks"], options["cutoff"]) == (1, 6.0)
    again = GNN(width(4), 3, **options)
    again.load_state_dict(model.state_dict(), strict=True)


@pytest.mark.parametrize("n_features", [1, 2, 7, 97, 560, 562])
def test_a_width_of_no_graph_is_refused(n_features):
    with pytest.raises(
        InputError, match=rf"{n_features} features.*descriptors\.NeighborGraph"
    ):
        GNN(n_features, N_TARGETS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_channels": 0}, "n_channels is 0"),
        ({"n_angular": 0}, "n_angular is 0"),
        ({"n_blocks": -1}, "n_blocks is -1"),
        ({"cutoff": 0.5}, "cutoff is 0.5: give a number > 0.8"),
        ({"hidden": [0]}, r"hidden is \[0\]"),
        ({"activation": "step"}, "activation 'step'"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"loss": "none"}, "loss 'none'"),
    ],
)
def test_hyperparameters_that_cannot_be_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        GNN(width(4), N_TARGETS, **options)
