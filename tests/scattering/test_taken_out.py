"""Atoms taken out of the scattering: exact, symmetric, and nothing else moves."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk

from xnet_lite.errors import InputError
from xnet_lite.scattering import MultipleScattering
from xnet_lite.scattering.multiple_scattering import (
    scattered_parts,
    scattered_propagator,
)
from xnet_lite.structures import Site

ENGINE = MultipleScattering(r_fms=4.0, dtype=torch.complex128)
PLACES = np.array([[0, 0, 0], [0, 0, 1.8], [0, 0, 2.95], [1.9, 0.2, 0], [-2, 0, 0.3]])
SITE = Site(Atoms("FeCOON", PLACES), 0)


def without(cluster, group):
    """The cluster with some of its atoms left away."""
    kept = np.setdiff1d(np.arange(len(cluster.positions)), group)
    return replace(
        cluster,
        positions=cluster.positions[kept],
        l_max=cluster.l_max[kept],
        amplitudes=[cluster.amplitudes[i] for i in kept],
    )


@pytest.mark.parametrize("group", [[1], [2], [1, 2], [1, 2, 3, 4]])
def test_what_is_lost_is_what_a_smaller_cluster_lacks(group):
    cluster = ENGINE.prepare(SITE).cluster
    clusters = [cluster, without(cluster, group)]
    whole, rest = scattered_propagator(clusters, dtype=torch.complex128)
    lost, _, _ = scattered_parts(cluster, [np.array(group)], dtype=torch.complex128)
    # the scale of g_sc is 1e-2; rounding of two inversions
    np.testing.assert_allclose(lost[0], whole - rest, atol=1e-10)


def test_single_scattering_is_the_sum_over_atoms():
    cluster = ENGINE.prepare(SITE).cluster
    (first,) = scattered_propagator([cluster], order=1, dtype=torch.complex128)
    rows = [np.array([i]) for i in range(1, len(cluster.positions))]
    _, once, _ = scattered_parts(cluster, rows, dtype=torch.complex128)
    np.testing.assert_allclose(once.sum(axis=0), first, atol=1e-12)


@pytest.mark.parametrize("group", [[1], [1, 2], [1, 2, 3, 4]])
def test_paths_of_two_events_are_those_that_a_smaller_cluster_lacks(group):
    cluster = ENGINE.prepare(SITE).cluster
    words = {"dtype": torch.complex128}
    clusters = [cluster, without(cluster, group)]
    both = [
        np.array(scattered_propagator([one], order=n, **words)[0])
        for n in (1, 2)
        for one in clusters
    ]
    _, once, twice = scattered_parts(cluster, [np.array(group)], **words)
    np.testing.assert_allclose(once[0], both[0] - both[1], atol=1e-12)
    np.testing.assert_allclose(once[0] + twice[0], both[2] - both[3], atol=1e-12)


def test_the_whole_is_the_spectrum_of_the_engine():
    np.testing.assert_allclose(ENGINE.take_out(SITE).whole.mu, ENGINE(SITE).mu)


def test_without_all_others_the_absorber_is_left_with_its_own_absorption():
    one = ENGINE.take_out(SITE, [[1, 2, 3, 4]])
    solution = ENGINE.solve(SITE)
    alone = replace(solution, tensor=solution.mu0[:, None, None] * np.eye(3))
    expected = ENGINE._broaden(SITE, alone).mu
    # rounding: what is left of g_sc is 1e-10
    np.testing.assert_allclose(one.spectra[0], expected, atol=1e-6)


def test_atoms_that_are_alike_by_symmetry_give_equal_shares():
    shell = 2.0 * np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0.0]])
    site = Site(Atoms("FeO4", np.vstack([np.zeros(3), shell])), 0)
    out = ENGINE.take_out(site)
    np.testing.assert_allclose(out.spectra - out.spectra[0], 0, atol=1e-9)
    np.testing.assert_allclose(out.amplitudes, out.amplitudes[0])


def test_an_atom_beyond_the_cluster_changes_nothing():
    places = np.vstack([PLACES, [0, 9.0, 0]])
    out = ENGINE.take_out(Site(Atoms("FeCOONO", places), 0))
    assert out.groups[-1].tolist() == [5]
    assert not out.change[-1].any()
    assert out.amplitudes[-1] == 0


def test_all_images_of_an_atom_go_with_it():
    site = Site(bulk("FeO", "rocksalt", a=4.3), 0)
    out = MultipleScattering(r_fms=3.2).take_out(site)
    # the one oxygen of the cell is the whole first shell
    assert np.abs(out.change[0]).max() > 0.1


def test_the_absorber_stays_where_it_is():
    with pytest.raises(InputError, match=r"atom 0 of .* cannot be taken out"):
        ENGINE.take_out(SITE, [[0, 1]])


def test_orders_are_not_counted_where_atoms_are_taken_out():
    with pytest.raises(InputError, match="order=1: atoms are taken out of all orders"):
        MultipleScattering(order=1).take_out(SITE)
