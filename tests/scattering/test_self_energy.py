import numpy as np
import pytest

from xnet_lite.scattering.self_energy import hedin_lundqvist, self_energy_shift


def momentum(r_s):
    return np.array([(9 * np.pi / 4) ** (1 / 3) / r_s])


def test_the_level_at_the_fermi_momentum_is_the_known_one():
    # -0.369 Ha at r_s = 2, after Hedin and Lundqvist 1971
    assert hedin_lundqvist(momentum(2.0), 2.0)[0].real == pytest.approx(
        -0.369, abs=1e-3
    )


def test_no_loss_below_the_plasmon_threshold():
    assert hedin_lundqvist(momentum(2.0), 2.0)[0].imag == 0


def test_fast_electrons_lose_energy_and_feel_less_exchange():
    slow, fast = hedin_lundqvist(np.array([1.0, 4.0]), 2.0)
    assert fast.imag < 0
    assert abs(fast.real) < abs(slow.real)


def test_the_shift_is_zero_at_the_fermi_level_and_below():
    shift = self_energy_shift(np.array([0.01, 0.1]), np.array([-0.5, 0.0]))
    np.testing.assert_array_equal(shift, 0)


def test_the_table_agrees_with_the_integral():
    r_s = 2.0
    density = 3 / (4 * np.pi * r_s**3)
    energy = 1.2
    p = np.sqrt(momentum(r_s) ** 2 + 2 * energy)
    exact = hedin_lundqvist(p, r_s) - hedin_lundqvist(momentum(r_s), r_s)
    table = self_energy_shift(np.array([density]), np.array([energy]))
    assert abs(table[0, 0] - exact[0]) < 0.01  # bilinear between 121 × 80 points
