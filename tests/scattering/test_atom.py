import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.scattering.atom import DX, configuration, free_atom


def test_hydrogen_has_the_level_of_the_local_density_approximation():
    # -0.2339 Ha is the known LDA level without spin; here another local functional
    assert free_atom(1).energy_1s == pytest.approx(-0.2339, abs=0.01)


@pytest.mark.parametrize("z", [1, 6, 26, 79])
def test_the_density_holds_as_many_electrons_as_the_nucleus_has_charge(z):
    atom = free_atom(z)
    assert 4 * np.pi * np.sum(atom.density * atom.r**3) * DX == pytest.approx(z)


def test_an_atom_with_a_core_hole_stays_neutral_far_away():
    atom = free_atom(26, core_hole=True)
    far = np.searchsorted(atom.r, 20.0)
    assert abs(atom.coulomb[far]) < 1e-4


def test_a_core_hole_pulls_the_1s_level_down():
    assert free_atom(26, core_hole=True).energy_1s < free_atom(26).energy_1s - 5


def test_the_1s_function_is_normalised():
    atom = free_atom(26)
    assert np.sum(atom.core_1s**2 * atom.r**3) * DX == pytest.approx(1)


def test_relativity_lowers_the_1s_level_of_gold_towards_experiment():
    # measured binding energy of Au 1s: 80 725 eV; a Kohn-Sham level lies above it,
    # and ZORA without scaling below the Dirac level
    hydrogen_like = -(79**2) / 2
    assert free_atom(79).energy_1s < hydrogen_like


@pytest.mark.parametrize(
    ("z", "shell", "occupation"),
    [
        (24, (3, 2), 5),
        (24, (4, 0), 1),
        (29, (3, 2), 10),
        (46, (4, 2), 10),
        (26, (3, 2), 6),
    ],
)
def test_configurations_follow_madelung_with_the_usual_exceptions(z, shell, occupation):
    assert configuration(z)[shell] == occupation


@pytest.mark.parametrize("z", range(1, 98))
def test_every_configuration_is_neutral(z):
    assert sum(configuration(z).values()) == z


def test_an_element_beyond_the_table_is_refused_by_number():
    with pytest.raises(InputError, match="atomic number 120"):
        free_atom(120)
