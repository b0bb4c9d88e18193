from dataclasses import replace

import numpy as np
import pytest
import torch
from ase import Atoms

from xnet_lite.scattering import MultipleScattering
from xnet_lite.scattering.multiple_scattering import (
    P_CHANNELS,
    XYZ,
    Returning,
    _blocks,
    _matrix,
    _solve,
    scattered_propagator,
)
from xnet_lite.structures import Site


def prepared(positions, symbols="FeCO", **options):
    return MultipleScattering(**options).prepare(Site(Atoms(symbols, positions), 0))


@pytest.fixture(scope="module")
def bent():
    return prepared([[0, 0, 0], [0, 0, 1.8], [0.4, 0.2, 2.9]]).cluster


def test_one_atom_alone_gets_nothing_back():
    alone = prepared([[0, 0, 0]], "Fe").cluster
    assert not scattered_propagator([alone])[0].any()


def test_single_precision_agrees_with_double(bent):
    single = scattered_propagator([bent])[0]
    double = scattered_propagator([bent], dtype=torch.complex128)[0]
    assert np.abs(single - double).max() < 3e-6 * np.abs(double).max()


def test_the_propagator_at_the_absorber_is_symmetric(bent):
    g = scattered_propagator([bent], dtype=torch.complex128)[0]
    np.testing.assert_allclose(g, g.transpose(0, 2, 1), atol=1e-12)


def test_the_path_expansion_converges_to_the_solution_at_high_energy(bent):
    far = replace(
        bent,
        amplitudes=[w[-5:] for w in bent.amplitudes],
        wave_number=bent.wave_number[-5:],
    )
    exact = scattered_propagator([far], dtype=torch.complex128)[0]
    errors = [
        np.abs(
            scattered_propagator([far], order=n, dtype=torch.complex128)[0] - exact
        ).max()
        for n in (1, 3, 5, 25)
    ]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-5 * np.abs(exact).max()


def test_a_small_structure_padded_to_a_large_one_keeps_its_result(bent):
    blocks = _blocks(bent, "cpu", torch.complex128)
    part = slice(0, 4)
    g, s = _matrix(bent, blocks, part, bent.size + 17, torch.complex128)
    padded = _solve(g, s, None, P_CHANNELS)[:, XYZ][:, :, XYZ].numpy()
    plain = scattered_propagator([bent], dtype=torch.complex128)[0][part]
    np.testing.assert_allclose(padded, plain, atol=1e-12)


def test_structures_solved_together_come_back_in_order(bent):
    other = prepared([[0, 0, 0], [0, 0, 2.1]], "FeO").cluster
    together = scattered_propagator([bent, other, bent])
    np.testing.assert_allclose(together[0], together[2], atol=1e-12)
    np.testing.assert_allclose(together[1], scattered_propagator([other])[0], atol=1e-7)


def test_what_comes_back_to_an_atom_is_there_for_every_wave(bent):
    returning = Returning(bent.positions, bent.l_max, torch.complex128)
    found = returning(bent.amplitudes, bent.wave_number)
    p_waves = scattered_propagator([bent], dtype=torch.complex128)[0]
    np.testing.assert_allclose(found[:, 1], np.trace(p_waves, axis1=1, axis2=2))
    assert np.abs(found[:, [0, 2]]).min() > 0
