"""The multilayer perceptron: counts, options, refusals."""

import pytest
import torch

from xnet_lite.errors import InputError
from xnet_lite.models import MLP
from xnet_lite.models.layers import Waves


def count(model):
    """Number of learnable weights."""
    return sum(p.numel() for p in model.parameters())


# by number of features and of targets; tables 1 to 3
@pytest.mark.parametrize(
    ("n_features", "n_targets", "counted"),
    [
        *((121, 226, 441_058), (97, 226, 428_770), (38, 226, 398_562)),
        *((76, 226, 418_018), (114, 226, 437_474), (722, 226, 748_770)),
        *((97, 50, 338_482), (97, 30, 328_222), (97, 15, 320_527), (97, 10, 317_962)),
    ],
)
def test_the_network_of_the_review_has_the_parameters_that_it_counts(
    n_features, n_targets, counted
):
    assert count(MLP.published_2024(n_features, n_targets)) == counted


def test_one_count_of_the_review_is_not_that_of_its_vector():
    assert count(MLP.published_2024(152, 226)) == 456_930  # 463 918 in print


@pytest.mark.parametrize(
    ("build", "batch_norm"), [(MLP.published_2022, True), (MLP.published_2024, False)]
)
def test_only_the_network_of_2022_normalises_and_both_drop_a_quarter(build, batch_norm):
    options = build(97, 226).hyperparameters()
    assert options["batch_norm"] is batch_norm
    assert options["dropout"] == 0.25
    assert (options["activation"], options["loss"]) == ("relu", "mse")
    assert options["hidden"] == [512, 512]


def test_the_loss_is_the_mean_over_samples_of_the_root_mean_square():
    model = MLP(1, 2, hidden=[3])
    model.forward = lambda features: torch.tensor([[3.0, 3.0], [0.0, 1.0]])
    loss = model.loss(torch.zeros(2, 1), torch.zeros(2, 2))
    assert loss.item() == pytest.approx((3 + 0.5**0.5) / 2)


def test_waves_stand_beside_the_features_with_mean_square_one():
    waves = Waves(3, 64, scale=0.5)
    features = torch.randn(200, 3)
    out = waves(features)
    assert torch.equal(out[:, :3], features)
    sine, cosine = out[:, 3:].split(64, dim=-1)
    torch.testing.assert_close(sine**2 + cosine**2, torch.full_like(sine, 2.0))


def test_phases_of_standardised_features_have_the_scale_that_was_asked():
    features = torch.randn(4000, 100)
    phases = Waves(100, 50, scale=0.7).phases(features)
    assert phases.std().item() == pytest.approx(0.7, rel=0.05)  # 5000 weights


def test_a_residual_layer_that_says_nothing_passes_its_input_on():
    plain, residual = (
        MLP(4, 4, n_waves=0, hidden=[4, 4], residual=r) for r in (False, True)
    )
    for model in (plain, residual):
        for layer in model.hidden:
            torch.nn.init.zeros_(layer.weight)
            torch.nn.init.zeros_(layer.bias)
    x = torch.randn(3, 4)
    assert torch.equal(residual(x), residual.out(x))
    assert torch.equal(plain(x), plain.out(torch.zeros(3, 4)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"activation": "sine"}, "activation 'sine' is not one of silu"),
        ({"loss": "l7"}, "loss 'l7' is not one of rmse"),
        ({"initialiser": "x"}, "initialiser 'x' is not one of"),
        ({"n_waves": -1}, "n_waves is -1: give a whole number >= 0"),
        ({"wave_scale": 0.0}, "wave_scale is 0.0"),
        ({"hidden": [8, 0]}, r"hidden is \[8, 0\]: give whole numbers from 1"),
        ({"hidden": [1.5]}, r"hidden is \[1.5\]: give a list"),
        ({"hidden": ["a"]}, r"hidden is \['a'\]: give a list"),
        ({"hidden": "ab"}, r"hidden is 'ab': give a list"),
        ({"hidden": [True]}, r"hidden is \[True\]: give a list"),
        ({"hidden": [10**10]}, "give whole numbers from 1 to 100000"),
        ({"dropout": 1.0}, "dropout is 1.0: give a number >= 0 and < 1"),
    ],
)
def test_an_impossible_option_is_refused_with_a_sentence(options, message):
    with pytest.raises(InputError, match=message):
        MLP(3, 3, **options)


def test_a_model_without_targets_is_refused():
    with pytest.raises(InputError, match="n_targets is 0"):
        MLP(3, 0)
