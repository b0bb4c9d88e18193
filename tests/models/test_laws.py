"""Laws that every network and every baseline of the library obeys."""

import numpy as np
import pytest
import torch

from xnet_lite import models
from xnet_lite.errors import InputError
from xnet_lite.models import (
    AEGAN,
    CNN,
    GNN,
    LSTM,
    MLP,
    ARDKernelRidge,
    KernelRidge,
    MeanSpectrum,
    ModelStack,
    NearestNeighbor,
    Regressor,
    Ridge,
    SpectrumModel,
    SpreadMLP,
)
from xnet_lite.training import TrainConfig, fit, predict

N_FEATURES, N_TARGETS = 20, 5
RNG = np.random.default_rng(11)
FEATURES = RNG.normal(size=(8, N_FEATURES))
TARGETS = RNG.normal(size=(8, N_TARGETS))

SMALL = {"hidden": (32,)}
#: every network: its ways to be built
NETWORKS = {
    "MLP": lambda: MLP(N_FEATURES, N_TARGETS, hidden=(32, 32)),
    "MLP without waves": lambda: MLP(N_FEATURES, N_TARGETS, n_waves=0, hidden=(32,)),
    "MLP residual": lambda: MLP(N_FEATURES, N_TARGETS, hidden=(32, 32), residual=True),
    "MLP published in 2022": lambda: MLP.published_2022(N_FEATURES, N_TARGETS),
    "MLP published in 2024": lambda: MLP.published_2024(N_FEATURES, N_TARGETS),
    "MLP published in 2020": lambda: MLP.published_2020(N_FEATURES, N_TARGETS),
    "SpreadMLP": lambda: SpreadMLP(N_FEATURES, N_TARGETS, n_waves=8, **SMALL),
    "AEGAN": lambda: AEGAN(N_FEATURES, N_TARGETS, latent=24, hidden=(48,)),
    "AEGAN published": lambda: AEGAN.published(N_FEATURES, N_TARGETS),
    "CNN": lambda: CNN(N_FEATURES, N_TARGETS, channels=(8, 8), n_waves=6, **SMALL),
    "CNN without waves": lambda: CNN(
        N_FEATURES, N_TARGETS, channels=(8,), n_waves=0, **SMALL
    ),
    "CNN published": lambda: CNN.published(N_FEATURES, N_TARGETS),
    "LSTM": lambda: LSTM(
        N_FEATURES, N_TARGETS, step=7, n_hidden=12, n_waves=8, **SMALL
    ),
    "LSTM of two layers": lambda: LSTM(
        N_FEATURES, N_TARGETS, step=10, n_layers=2, n_hidden=12, n_waves=0, **SMALL
    ),
    "LSTM published": lambda: LSTM.published(N_FEATURES, N_TARGETS),
}
#: weights that a sequence of one step leaves without a part to play
IDLE = {"LSTM published": "of_state.weight"}
REGRESSORS = {
    "ARDKernelRidge": lambda: ARDKernelRidge(steps=3),
    "KernelRidge": KernelRidge,
    "MeanSpectrum": MeanSpectrum,
    "NearestNeighbor": NearestNeighbor,
    "Ridge": Ridge,
}
#: what is trained without batch norm or dropout and can meet eight samples exactly
PLAIN = [name for name in NETWORKS if "published" not in name]

networks = pytest.mark.parametrize("build", NETWORKS.values(), ids=NETWORKS)
regressors = pytest.mark.parametrize("build", REGRESSORS.values(), ids=REGRESSORS)


def seeded(build, seed=0):
    """A network whose first weights come from a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return build()


def test_the_laws_run_over_every_model_of_the_library():
    kinds = [getattr(models, name) for name in models.__all__]
    # the graph network reads graphs: test_gnn.py holds it to these laws
    others = (SpectrumModel, Regressor, ModelStack, GNN)
    concrete = [k for k in kinds if k not in others]
    tested = {name.split()[0] for name in (*NETWORKS, *REGRESSORS)}
    assert {kind.__name__ for kind in concrete} == tested


@networks
def test_a_network_maps_features_to_targets_row_by_row(build):
    assert seeded(build).eval()(torch.zeros(3, N_FEATURES)).shape == (3, N_TARGETS)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_weight_has_a_gradient(name):
    model = seeded(NETWORKS[name])
    model.loss(torch.randn(16, N_FEATURES), torch.randn(16, N_TARGETS)).backward()
    slopes = {name: p.grad.abs().sum() for name, p in model.named_parameters()}
    dead = {one for one, slope in slopes.items() if not slope > 0}
    assert dead == {one for one in slopes if one.endswith(IDLE.get(name, "nothing"))}


@pytest.mark.parametrize("name", PLAIN)
def test_eight_samples_are_overfitted(name):
    config = TrainConfig(epochs=400, batch_size=8, learning_rate=1e-2, weight_decay=0)
    model, _ = fit(NETWORKS[name], FEATURES, TARGETS, config)
    assert np.abs(predict(model, FEATURES) - TARGETS).max() < 0.02


def test_the_published_network_overfits_eight_samples_without_its_dropout():
    def build():
        model = MLP.published_2022(N_FEATURES, N_TARGETS)
        model.dropout.p = 0.0
        return model

    config = TrainConfig(epochs=150, batch_size=8, schedule="constant")
    _, history = fit(build, FEATURES, TARGETS, config)
    assert history.loss[-1] < 1e-3


@networks
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(build):
    config = TrainConfig(epochs=2, batch_size=4, seed=3)
    first, again = (fit(build, FEATURES, TARGETS, config)[0] for _ in range(2))
    other, _ = fit(
        build, FEATURES, TARGETS, TrainConfig(epochs=2, batch_size=4, seed=4)
    )
    for name, value in first.state_dict().items():
        assert torch.equal(value, again.state_dict()[name])
    assert not torch.equal(next(first.parameters()), next(other.parameters()))


@networks
def test_a_samples_prediction_does_not_depend_on_its_company(build):
    model, _ = fit(build, FEATURES, TARGETS, TrainConfig(epochs=2))
    alone = np.concatenate([predict(model, row[None]) for row in FEATURES])
    # float32 products of different sizes sum in different orders
    np.testing.assert_allclose(predict(model, FEATURES), alone, atol=1e-5)


@networks
def test_hyperparameters_build_the_same_network_again(build):
    model = seeded(build)
    again = type(model)(N_FEATURES, N_TARGETS, **model.hyperparameters())
    again.load_state_dict(model.state_dict(), strict=True)
    x = torch.randn(4, N_FEATURES)
    assert torch.equal(model.eval()(x), again.eval()(x))


@networks
def test_a_stack_predicts_what_its_members_predict(build):
    singles = [seeded(build, seed).eval() for seed in range(3)]
    stack = ModelStack(singles).eval()
    x = torch.randn(6, N_FEATURES)
    want = torch.stack([model(x) for model in singles])
    torch.testing.assert_close(stack(x), want, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(stack.members()[1](x), want[1], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_stack_learns_in_training_mode_too(name):
    rows = np.tile(np.arange(8), (2, 1))
    config = TrainConfig(epochs=40, batch_size=8, schedule="constant")
    stack, history = fit(NETWORKS[name], FEATURES, TARGETS, config, rows=rows)
    # means of ten epochs: dropout makes single ones jump
    assert (history.loss[-10:].mean(0) < history.loss[:10].mean(0)).all()
    assert predict(stack, FEATURES).shape == (2, 8, N_TARGETS)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_last_layer_is_where_fine_tuning_looks_for_it(name):
    assert seeded(NETWORKS[name]).out.out_features == N_TARGETS


@regressors
def test_a_regressor_maps_features_to_targets_row_by_row(build):
    fitted = build().fit(FEATURES, TARGETS)
    assert fitted.predict(FEATURES[:3]).shape == (3, N_TARGETS)
    assert fitted.predict_members(FEATURES[:3]).shape == (1, 3, N_TARGETS)


@regressors
def test_a_regressors_prediction_does_not_depend_on_the_company(build):
    fitted = build().fit(FEATURES, TARGETS)
    x = RNG.normal(size=(6, N_FEATURES))
    alone = np.concatenate([fitted.predict(row[None]) for row in x])
    np.testing.assert_allclose(fitted.predict(x), alone, rtol=1e-9)


@regressors
def test_a_regressor_built_from_its_state_predicts_the_same(build):
    fitted = build().fit(FEATURES, TARGETS)
    settings, arrays = fitted.state()
    again = type(fitted).from_state(settings, arrays)
    np.testing.assert_array_equal(again.predict(FEATURES), fitted.predict(FEATURES))


@regressors
def test_fitting_twice_gives_the_same_predictions(build):
    first, second = (build().fit(FEATURES, TARGETS) for _ in range(2))
    np.testing.assert_array_equal(first.predict(FEATURES), second.predict(FEATURES))


@regressors
def test_a_regressor_refuses_tables_of_different_length(build):
    with pytest.raises(InputError, match="one row per site"):
        build().fit(FEATURES, TARGETS[:-1])


@regressors
def test_a_regressor_refuses_what_is_not_finite(build):
    with pytest.raises(InputError, match="targets hold values that are not finite"):
        build().fit(FEATURES, np.full_like(TARGETS, np.nan))
