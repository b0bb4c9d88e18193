"""Known spectra out of several sets answer as one."""

import numpy as np
import pytest

from xnet_lite.datasets import load
from xnet_lite.errors import InputError
from xnet_lite.inverse import KnownSpectra


@pytest.fixture(scope="module")
def sets():
    """Complexes and crystals, of which the first have one metal."""
    return load("tm-complexes-k-ni")[:30], load("tm-crystals-k")[::7]


def test_several_sets_answer_as_one_on_the_energies_of_all(sets):
    both = KnownSpectra.of_sets("Ni", sets)
    n_crystals = sum(site.absorber == "Ni" for site in sets[1].sites)
    assert len(both.data) == 30 + n_crystals
    assert {site.absorber for site in both.data.sites} == {"Ni"}
    for data in sets:
        assert data.energy[0] <= both.energy[0] < both.energy[-1] <= data.energy[-1]
    last = [i for i, site in enumerate(sets[1].sites) if site.absorber == "Ni"][-1]
    there = np.interp(both.energy, sets[1].energy, sets[1].spectra[last])
    np.testing.assert_allclose(both.data.spectra[-1], there)


def test_compounds_of_two_sets_are_never_one(sets):
    both = KnownSpectra.of_sets("Ni", sets)
    assert not set(both.groups[:30]) & set(both.groups[30:])


def test_who_may_not_answer_is_left_out(sets):
    some = KnownSpectra.of_sets("Ni", sets, lambda site: len(site.atoms) > 4)
    assert all(len(site.atoms) > 4 for site in some.data.sites)


def test_a_metal_that_no_set_knows_is_named(sets):
    with pytest.raises(InputError, match="no site of Zr may answer"):
        KnownSpectra.of_sets("Zr", sets)
