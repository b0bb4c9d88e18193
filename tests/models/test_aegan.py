"""Two autoencoders and two judges: who teaches whom, and how losses are weighed."""

import numpy as np
import pytest
import torch

from xnet_lite.errors import InputError
from xnet_lite.models import AEGAN, MLP, ModelStack
from xnet_lite.models.aegan import AEGANWeights
from xnet_lite.models.base import SpectrumModel
from xnet_lite.training import TrainConfig, fit

ALONE = dict.fromkeys(vars(AEGANWeights()), 0.0)
X, Y = torch.randn(32, 12), torch.randn(32, 7)


def small(**options):
    """An AEGAN of the same weights each time."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        return AEGAN(12, 7, latent=6, hidden=(10,), judge=(8,), **options)


def slopes(model, part):
    """Size of the gradient that one pass gives to the weights of a part."""
    model.zero_grad()
    model.loss(X, Y).backward()
    given = [w.grad for n, w in model.named_parameters() if n.startswith(part)]
    return sum(g.abs().sum().item() for g in given if g is not None)


@pytest.mark.parametrize(("n_features", "count"), [(97, 1_312_838), (96, 1_312_069)])
def test_the_published_network_has_the_weights_that_the_review_counts(
    n_features, count
):
    model = AEGAN.published(n_features, 226)
    assert sum(weight.numel() for weight in model.parameters()) == count


@pytest.mark.parametrize("side", ["x", "y"])
def test_the_judges_teach_the_towers_where_they_count(side):
    told = small(weights=ALONE | {f"adv_{side}": 1.0})
    unheard = small(weights=ALONE)
    other = "y" if side == "x" else "x"
    assert slopes(told, f"encoder_{other}") > 0
    assert slopes(told, f"decoder_{side}") > 0
    assert slopes(unheard, "encoder") == slopes(unheard, "decoder") == 0


def test_what_teaches_the_towers_leaves_the_judges_alone():
    heard, unheard = (
        small(weights=ALONE | {"adv_x": 5.0, "adv_y": 5.0}),
        small(weights=ALONE),
    )
    assert slopes(unheard, "judge") > 0
    assert slopes(heard, "judge") == pytest.approx(slopes(unheard, "judge"), rel=1e-5)


def test_a_believed_prediction_costs_less_than_a_doubted_one():
    model = small(weights=ALONE | {"adv_x": 1.0}).eval()
    before = model.loss(X, Y).item()
    with torch.no_grad():
        model.judge_x.dense[-1].bias += 3.0  # believes everything more
    assert model.loss(X, Y).item() < before


@pytest.mark.parametrize("name", list(ALONE))
def test_each_weight_counts_its_own_loss_in_proportion(name):
    once, thrice = (
        small(weights=ALONE | {name: w}).eval().loss(X, Y) for w in (1.0, 3.0)
    )
    assert once.item() > 0
    assert thrice.item() == pytest.approx(3 * once.item(), rel=1e-5)


def test_a_cycle_goes_there_and_back():
    model = small(weights=ALONE | {"cyc_x": 1.0}).eval()
    there_and_back = model.reverse(model(X))
    by_hand = ((there_and_back - X) ** 2).mean(-1).sqrt().mean()
    assert model.loss(X, Y).item() == pytest.approx(by_hand.item(), rel=1e-5)


def halved(model, no_x=(), no_y=()):
    """Its losses by name, of rows some of which lack a side."""
    x, y = X.clone(), Y.clone()
    x[list(no_x)], y[list(no_y)] = np.nan, np.nan
    names = list(ALONE)
    found = {}
    for name in names:
        model.weights = AEGANWeights(**(ALONE | {name: 1.0}))
        found[name] = model.eval().loss(x, y).item()
    return found


def test_each_loss_is_the_mean_over_the_rows_that_it_can_be_told_of():
    model = small()
    left = halved(model, no_x=range(8), no_y=range(8, 20))
    with_x, with_y, pairs = slice(8, 32), [*range(8), *range(20, 32)], slice(20, 32)
    of = {"rec_x": with_x, "adv_y": with_x, "cyc_x": with_x, "pred_x": pairs}
    of |= {"rec_y": with_y, "adv_x": with_y, "cyc_y": with_y, "pred_y": pairs}
    for name, rows in of.items():
        model.weights = AEGANWeights(**(ALONE | {name: 1.0}))
        alone = model.eval().loss(X[rows], Y[rows]).item()
        assert left[name] == pytest.approx(alone, rel=1e-5), name


def test_halves_alone_teach_no_prediction_and_make_no_hole():
    model = small()
    left = halved(model, no_x=range(16), no_y=range(16, 32))
    assert left["pred_x"] == left["pred_y"] == 0
    assert slopes(model, "encoder") >= 0
    model.train()
    x, y = X.clone(), Y.clone()
    x[:16], y[16:] = np.nan, np.nan
    model.weights = AEGANWeights()
    model.zero_grad()
    model.loss(x, y).backward()
    given = [w.grad for w in model.parameters() if w.grad is not None]
    assert all(torch.isfinite(slope).all() for slope in given)


def test_a_network_of_one_way_refuses_halves():
    x = X.numpy().copy()
    x[0] = np.nan
    with pytest.raises(InputError, match="learns from pairs"):
        fit(lambda: MLP(12, 7, hidden=[4]), x, Y.numpy(), TrainConfig(epochs=1))
    y = Y.numpy().copy()
    y[0] = np.nan
    with pytest.raises(InputError, match="neither features nor targets"):
        fit(small, x, y, TrainConfig(epochs=1))


def test_without_shared_towers_predictions_alone_are_two_networks_apart():
    model = small(weights=ALONE | {"pred_y": 1.0})
    assert slopes(model, "encoder_x") > 0
    assert slopes(model, "decoder_y") > 0
    assert slopes(model, "encoder_y") == slopes(model, "decoder_x") == 0


def test_running_means_make_losses_of_any_size_count_alike():
    told = small(weights=ALONE | {"rec_x": 1.0, "rec_y": 1.0}, balance="running")
    for _ in range(30):
        told.loss(X, 100 * Y)
    assert told.eval().loss(X, 100 * Y).item() == pytest.approx(2.0, rel=1e-3)


def test_a_learnt_variance_follows_the_size_of_its_loss():
    model = small(weights=ALONE | {"rec_x": 1.0, "rec_y": 1.0}, balance="learnt")
    optimiser = torch.optim.SGD([model.balance.log_variance], lr=0.5)
    for _ in range(200):
        optimiser.zero_grad()
        model.loss(X, 20 * Y).backward()
        optimiser.step()
    variance = model.balance.log_variance.exp()
    alone = [small(weights=ALONE | {n: 1.0}).eval() for n in ("rec_x", "rec_y")]
    alone[1].levels.load_state_dict(model.levels.state_dict())
    sizes = [float(one.loss(X, 20 * Y)) for one in alone]
    np.testing.assert_allclose(variance[:2].detach(), sizes, rtol=0.05)


def test_levels_bring_components_to_one_spread():
    levels = small(levelled=1.0).levels.train()
    scale = torch.logspace(-2, 2, 7)
    for _ in range(30):
        levels(Y * scale)
    spread = (levels.eval()(Y * scale)).square().mean(0).sqrt()
    np.testing.assert_allclose(spread, np.ones(7), rtol=0.02)


def test_judges_have_a_rate_of_their_own_at_every_step():
    model = small(judge_rate=0.01)
    seen = []

    class Watched(AEGAN):
        def training_step(self, features, targets, optimiser):
            seen.append([group["lr"] for group in optimiser.param_groups])
            return SpectrumModel.training_step(self, features, targets, optimiser)

    model.__class__ = Watched
    config = TrainConfig(epochs=2, batch_size=8)
    fit(lambda: model, X.numpy(), Y.numpy(), config)
    rates = np.array(seen)
    np.testing.assert_allclose(rates[:, 1], 0.01 * rates[:, 0])
    assert len(rates) == 8


def test_a_stack_of_them_learns_as_each_alone():
    models = [small(), small(balance="fixed", weights={"adv_x": 0.01})]
    stack = ModelStack(models)
    together = stack.loss(X, Y).detach()
    apart = [float(one.loss(X, Y)) for one in models]
    np.testing.assert_allclose(together, apart, rtol=1e-5)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"balance": "by eye"}, "balance"),
        ({"levelled": 2.0}, "levelled"),
        ({"weights": {"adv_x": -1.0}}, "adv_x"),
        ({"judge_rate": 0.0}, "judge_rate"),
        ({"hidden": (0,)}, "hidden"),
    ],
)
def test_what_no_network_has_is_refused_by_name(options, said):
    given = {"latent": 6, "hidden": (10,)} | options
    with pytest.raises(InputError, match=said):
        AEGAN(12, 7, **given)


@pytest.mark.parametrize("judged", [False, True])
def test_a_sample_that_counts_twice_is_as_good_as_two_in_all_losses(judged):
    # levels follow the batch, in which it stands once
    model = small(levelled=0.0).train(judged)
    weights = torch.ones(len(X))
    weights[3] = 2.0
    again = torch.repeat_interleave(torch.arange(len(X)), weights.long())
    torch.testing.assert_close(
        model.loss(X, Y, weights), model.loss(X[again], Y[again])
    )
