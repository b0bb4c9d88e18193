"""Principal components as targets."""

import numpy as np
import pytest

from xnet_lite.datasets import load
from xnet_lite.errors import InputError
from xnet_lite.targets import PCATargets

ENERGY = np.arange(12.0)
SPECTRA = np.random.default_rng(4).normal(size=(50, 12)) * np.linspace(3.0, 0.1, 12)


def test_spectra_along_two_directions_need_two_components():
    directions = np.random.default_rng(1).normal(size=(2, 12))
    rows = np.random.default_rng(2).normal(size=(20, 2)) @ directions + 5.0
    target = PCATargets(n_components=2).fit(rows, ENERGY)
    assert target.reconstruction_error(rows).max() < 1e-10
    assert target.explained_.sum() == pytest.approx(1.0, rel=1e-12)


def test_as_many_components_as_energies_lose_nothing():
    target = PCATargets(n_components=12).fit(SPECTRA, ENERGY)
    new = np.random.default_rng(3).normal(size=(5, 12))
    assert target.reconstruction_error(new).max() < 1e-10


def test_the_variance_left_out_is_what_the_way_back_misses():
    target = PCATargets(n_components=5).fit(SPECTRA, ENERGY)
    missed = SPECTRA - target.inverse_transform(target.transform(SPECTRA))
    share = np.sum(missed**2) / np.sum((SPECTRA - SPECTRA.mean(axis=0)) ** 2)
    assert share == pytest.approx(1 - target.explained_.sum(), rel=1e-9)


def test_targets_have_one_scale_and_no_correlation():
    target = PCATargets(n_components=5).fit(SPECTRA, ENERGY)
    targets = target.transform(SPECTRA)
    covariance = targets.T @ targets / len(targets)
    assert np.mean(targets**2) == pytest.approx(1.0, rel=1e-12)
    off = covariance - np.diag(np.diag(covariance))
    np.testing.assert_allclose(off, 0.0, atol=1e-10)
    assert (np.diff(np.diag(covariance)) < 0).all()


def test_an_error_of_a_target_costs_the_same_whichever_it_is():
    target = PCATargets(n_components=5).fit(SPECTRA, ENERGY)
    base = target.inverse_transform(np.zeros(5))
    cost = np.linalg.norm(target.inverse_transform(0.1 * np.eye(5)) - base, axis=1)
    np.testing.assert_allclose(cost, 0.1 * target.scale_[0], rtol=1e-10)


def test_the_sign_of_a_component_is_that_of_its_largest_entry():
    components = PCATargets(n_components=5).fit(SPECTRA, ENERGY).components_
    largest = np.abs(components).argmax(axis=1)
    assert (components[np.arange(5), largest] > 0).all()


@pytest.mark.parametrize("count", [0, -3, 13, 100])
def test_more_components_than_there_can_be_are_refused(count):
    with pytest.raises(InputError, match=f"n_components={count} is not between 1 and"):
        PCATargets(n_components=count).fit(SPECTRA, ENERGY)


def test_thirty_components_keep_the_public_spectra_to_a_thousandth(mirror):
    mirror("conorrankine/xanesnet")
    dataset = load("tmqm-k-v")
    target = PCATargets().fit(dataset.spectra[:1189], dataset.energy)
    error = np.median(target.reconstruction_error(dataset.spectra[1189:]))
    assert error == pytest.approx(0.093, abs=0.001)  # percent
