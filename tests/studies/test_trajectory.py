"""Errors of means over time are right for series whose memory is known; bells ring."""

from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.models.band import Band
from xnet_lite.structures import Site
from xnet_lite.studies.trajectory import (
    autocorrelation,
    ensemble_mean,
    error_by_frames,
    inefficiency,
    likeness,
    mean_structure,
    networks,
    on_the_fly,
    resampled_means,
)

N = 4000


def remembering(phi: float, seed: int = 0, n: int = N) -> np.ndarray:
    """A series each of whose values keeps the share phi of the one before."""
    rng = np.random.default_rng(seed)
    x = np.empty(n)
    x[0] = rng.normal() / np.sqrt(1 - phi**2)
    for i in range(1, n):
        x[i] = phi * x[i - 1] + rng.normal()
    return 10 + x[:, None] * np.array([1.0, -0.5])


@pytest.mark.parametrize("phi", [0.0, 0.5, 0.8])
def test_memory_and_inefficiency_are_those_of_the_series(phi):
    # of an autoregressive series ρ(t) = φ^t and g = (1 + φ) / (1 - φ)
    series = remembering(phi)
    np.testing.assert_allclose(
        autocorrelation(series)[:4], phi ** np.arange(4), atol=0.1
    )
    assert inefficiency(series) == pytest.approx((1 + phi) / (1 - phi), rel=0.3)


@pytest.mark.parametrize("phi", [0.0, 0.8])
def test_blocks_find_the_error_of_the_mean_and_single_frames_do_not(phi):
    means = [remembering(phi, seed, 1000).mean(0) for seed in range(200)]
    true = np.std(means, axis=0)
    found = [
        ensemble_mean(remembering(phi, seed, 1000), 40).std[0] for seed in range(10)
    ]
    np.testing.assert_allclose(np.mean(found, axis=0), true, rtol=0.25)
    alone = ensemble_mean(remembering(phi, 0, 1000), 1).std[0]
    assert (true / alone).mean() == pytest.approx(
        np.sqrt((1 + phi) / (1 - phi)), rel=0.25
    )


@pytest.mark.parametrize("phi", [0.0, 0.7])
def test_the_error_falls_as_the_root_of_the_frames(phi):
    sizes = [60, 120, 240, 480]
    errors = error_by_frames(remembering(phi), sizes, 30)
    slope = np.polyfit(np.log(sizes), np.log(errors), 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.06)


def test_frames_of_a_block_stay_together():
    series = np.arange(12.0)[:, None]
    means = resampled_means(series, 3, n=3, n_draws=200)[:, 0]
    runs = {(i + (i + 1) % 12 + (i + 2) % 12) / 3 for i in range(12)}
    assert set(means.round(9)) <= {round(one, 9) for one in runs}
    whole = resampled_means(series, 12, n_draws=5)
    np.testing.assert_allclose(whole, series.mean())


def test_the_mean_structure_of_a_turning_group_is_too_small():
    turned = [np.deg2rad(angle) for angle in (0, 120, 240)]
    frames = [
        Site(Atoms("FeH", [[0, 0, 0], [np.cos(a), np.sin(a), 1.0]]), 0) for a in turned
    ]
    assert mean_structure(frames).atoms.get_distance(0, 1) == pytest.approx(1.0)
    np.testing.assert_allclose(frames[0].atoms.positions[1], [1, 0, 1])


def test_differences_are_alike_whatever_their_size_and_height():
    rng = np.random.default_rng(0)
    one = rng.normal(size=(3, 50))
    np.testing.assert_allclose(likeness(one, 4 * one + 2), 1)
    np.testing.assert_allclose(likeness(one, -one), -1)
    for r, a, b in zip(likeness(one, one[::-1]), one, one[::-1], strict=True):
        assert r == pytest.approx(np.corrcoef(a, b)[0, 1])


# -- on the fly ---------------------------------------------------------------------

ENERGY = np.arange(6.0)


class Foretold:
    """Tells 1 everywhere, with a doubt that its one feature names."""

    def predict_band(self, features):
        std = np.repeat(features, len(ENERGY), axis=1)
        return Band(np.ones_like(std), std)


def flight(doubts, errors):
    """Frames at which the doubt and the error, in percent, are known beforehand."""
    spectra = 1 / (1 + np.array(errors)[:, None] / 100) * np.ones((1, 6))
    features = np.array(doubts, dtype=float)[:, None] / 100
    return XASDataset("flight", ENERGY, spectra, features=features)


def taught(frames, asked=None, **options):
    """A network on the fly whose doubts are foretold."""

    def teach(data, seed):
        if asked is not None:
            asked.append(len(data))
        return Foretold()

    return on_the_fly(frames, teach=teach, **options)


def test_it_stops_where_the_error_to_expect_is_small_twice_running():
    doubts = [9, 9, 8, 8, 1, 1, 6, 6, 1, 1, 1, 1, 1, 1]
    found = taught(flight(doubts, 2 * np.array(doubts)), block=2, threshold=4.0)
    # errors are twice the doubt: 2 % are expected of the third, fifth, sixth block …
    assert found.stopped
    assert found.n_known == 10
    assert found.factor == pytest.approx(2, rel=1e-6)
    assert [row["decision"] for row in found.log][-1] == "trusted"
    np.testing.assert_allclose(
        [row["expected / %"] for row in found.log[1:]], [2, 12, 2, 2], rtol=1e-6
    )


def test_a_block_is_computed_only_after_its_doubt_was_told():
    doubts = np.full(12, 3.0)
    errors = np.full(12, 3.0)
    asked = []
    first = taught(flight(doubts, errors), asked, block=3, threshold=1.0)
    errors[6:] = 50
    other = taught(flight(doubts, errors), block=3, threshold=1.0)
    assert asked == [3, 6, 9]
    assert not first.stopped
    for name in ("expected / %", "error / %"):
        assert first.log[0][name] == pytest.approx(other.log[0][name], nan_ok=True)
    assert first.log[1]["expected / %"] == pytest.approx(other.log[1]["expected / %"])
    assert first.log[1]["error / %"] != other.log[1]["error / %"]


def test_the_bell_rings_above_what_was_trusted_by_a_margin():
    found = taught(flight(np.full(12, 2.0), np.full(12, 2.0)), block=3, threshold=3.0)
    assert found.bell == pytest.approx(3.0)
    strange = flight([1, 2.9, 3.1, 9], [1, 1, 1, 1])
    assert found.rings(strange).tolist() == [False, False, True, True]
    np.testing.assert_allclose(
        found.expected(strange), found.factor * np.array([1, 2.9, 3.1, 9])
    )


def test_networks_are_drawn_from_stretches_of_time():
    seen = []

    def teach(data, seed):
        seen.append(data.labels["compound"].copy())
        return Foretold()

    frames = flight(np.full(20, 1.0), np.full(20, 9.0))
    on_the_fly(frames, block=10, threshold=1.0, teach=teach)
    assert seen[0].tolist() == [0] * 5 + [1] * 5


def test_a_network_doubts_what_lies_outside_its_trajectory():
    rng = np.random.default_rng(1)
    x = rng.uniform(0.4, 0.6, size=(40, 2))
    mu = 2 + np.sin(ENERGY / 2 + 6 * x[:, :1]) * x[:, 1:]
    frames = XASDataset("sine", ENERGY, mu, features=x)
    found = on_the_fly(
        frames, block=10, threshold=50.0, teach=lambda d, s: networks(d, s, epochs=60)
    )
    away = replace(frames[:5], features=x[:5] + 1.5)
    assert found.rings(away).mean() == 1
    assert found.rings(frames).mean() < 0.2


def test_what_is_no_trajectory_is_refused():
    with pytest.raises(InputError, match="there are no frames"):
        mean_structure([])
    with pytest.raises(InputError, match="frames differ in their atoms"):
        mean_structure([Site(Atoms("FeO"), 0), Site(Atoms("FeN"), 0)])
    with pytest.raises(InputError, match="give two blocks or more"):
        taught(flight([1, 1, 1], [1, 1, 1]), block=2, threshold=1.0)
    with pytest.raises(InputError, match=r"give \(n_frames, n_energies\)"):
        inefficiency([1.0, 2.0])
    with pytest.raises(InputError, match="block is 9"):
        resampled_means(np.ones((4, 2)), 9)
