"""Convolutions and memory: published counts, order, padding, refusals."""

import pytest
import torch
from torch import nn

from xnet_lite.errors import InputError
from xnet_lite.models import CNN, LSTM, MLP
from xnet_lite.models.cnn import WaveFilters
from xnet_lite.models.lstm import Reader


def count(model):
    """Number of learnable weights."""
    return sum(p.numel() for p in model.parameters())


def test_the_published_networks_have_the_parameters_that_the_review_counts():
    assert count(CNN.published(97, 226)) == 246_626
    assert count(LSTM.published(97, 226)) == 422_376


def test_the_truncated_vector_leaves_the_weights_that_the_2022_paper_counts():
    model = MLP.published_2022(71, 226)
    named = model.named_parameters()
    assert sum(p.numel() for name, p in named if "weight" in name) == 414_208


def test_the_network_of_2020_has_four_layers_each_a_tenth_narrower():
    model = MLP.published_2020(680, 240)
    assert [layer.out_features for layer in model.hidden] == [1150, 1035, 932, 838]
    assert count(model) == 3_923_201


def test_a_reader_does_what_pytorchs_own_lstm_does():
    own, theirs = Reader(3, 5), nn.LSTM(3, 5)
    pairs = {"of_input": "ih", "of_state": "hh"}
    for name, letters in pairs.items():
        layer = getattr(own, name)
        for kind in ("weight", "bias"):
            value = getattr(layer, kind).detach()
            getattr(theirs, f"{kind}_{letters}_l0").data.copy_(value)
    pieces = torch.randn(7, 2, 3)
    said = torch.stack(own(list(pieces)))
    torch.testing.assert_close(said, theirs(pieces)[0])


def test_an_lstm_sees_the_order_of_its_pieces():
    model = LSTM(12, 2, step=4, n_hidden=8, n_waves=0, ends_alone=True).eval()
    x = torch.randn(1, 12)
    turned = torch.cat([x[:, 8:], x[:, 4:8], x[:, :4]], -1)
    assert not torch.allclose(model(x), model(turned), atol=1e-4)


def test_the_last_piece_is_made_full_with_zeros():
    model = LSTM(10, 2, step=4)
    assert model.n_padded == 2
    twin = LSTM(12, 2, step=4)
    twin.load_state_dict(model.state_dict())
    x = torch.randn(3, 10)
    full = torch.cat([x, torch.zeros(3, 2)], -1)
    torch.testing.assert_close(model(x), twin(full))


def test_a_convolution_sees_a_pattern_wherever_it_stands():
    model = CNN(32, 2, channels=(4,), kernel_size=3, stride=1, n_waves=0).eval()
    line = torch.zeros(1, 1, 32)
    line[..., 8:11] = torch.tensor([1.0, 2.0, 1.0])
    said, moved = model.filters(line), model.filters(line.roll(5, -1))
    torch.testing.assert_close(moved[..., 6:-1], said[..., 1:-6])


@pytest.mark.parametrize("size", [4, 5])
def test_waves_of_a_line_stand_beside_it_with_mean_square_one(size):
    line = torch.randn(400, 1, 30)
    out = WaveFilters(32, size, 2.0)(line)
    assert out.shape == (400, 33, 30)
    assert torch.equal(out[:, :1], line)
    # phases spread over several radians, less at the ends, where zeros are seen
    assert (out[:, 1:] ** 2).mean().item() == pytest.approx(1, abs=0.06)


def test_waves_of_pieces_have_the_scale_that_was_asked():
    model = LSTM(100, 2, step=10, n_waves=40, wave_scale=1.5)
    pieces = torch.randn(10, 500, 10)
    assert (pieces @ model.phases[0]).std().item() == pytest.approx(1.5, rel=0.05)


def test_an_lstm_gives_all_that_was_said_or_the_ends():
    widths = [
        LSTM(12, 2, step=4, n_hidden=8, ends_alone=ends).hidden[0].in_features
        for ends in (False, True)
    ]
    assert widths == [3 * 2 * 8, 2 * 8]


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (CNN, {"channels": []}, r"channels is \[\]: give whole numbers from 1"),
        (CNN, {"kernel_size": 0}, "kernel_size is 0"),
        (CNN, {"stride": 0}, "stride is 0"),
        (
            CNN,
            {"channels": [4] * 5, "padded": False},
            "12 features are too few for 5 convolutions",
        ),
        (CNN, {"wave_size": 0}, "wave_size is 0"),
        (CNN, {"n_waves": -1}, "n_waves is -1"),
        (LSTM, {"step": 0}, "step is 0"),
        (LSTM, {"n_hidden": 0}, "n_hidden is 0"),
        (LSTM, {"n_layers": 0}, "n_layers is 0"),
        (LSTM, {"activation": "sine"}, "activation 'sine' is not one of"),
        (LSTM, {"loss": "best"}, "loss 'best' is not one of rmse, mse, l1, huber"),
    ],
)
def test_an_impossible_network_is_refused_with_a_sentence(kind, options, message):
    with pytest.raises(InputError, match=message):
        kind(12, 2, **options)
