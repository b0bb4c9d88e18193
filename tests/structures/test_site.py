"""A site knows its absorber, and refuses what cannot be one."""

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.errors import InputError
from xnet_lite.structures import Site, find_absorbers

WATER_ON_IRON = Atoms("OFeH2", [[2, 0, 0], [0, 0, 0], [2.6, 0.8, 0], [2.6, -0.8, 0]])


def test_a_site_names_its_absorber_and_edge():
    site = Site(WATER_ON_IRON, 1, name="aqua")
    assert (site.absorber, site.label) == ("Fe", "aqua Fe[1] K")


@pytest.mark.parametrize("index", [-1, 4])
def test_an_index_that_no_atom_has_is_refused_with_its_range(index):
    with pytest.raises(InputError, match=f"absorber {index} is out of range.*0 to 3"):
        Site(WATER_ON_IRON, index)


def test_an_edge_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match="edge 'Q' is not one of K, L1"):
        Site(WATER_ON_IRON, 1, edge="Q")


def test_a_coordinate_that_is_not_finite_is_refused():
    atoms = Atoms("FeO", [[0, 0, 0], [np.nan, 0, 0]])
    with pytest.raises(InputError, match="atom 1 has a coordinate that is not finite"):
        Site(atoms, 0)


def test_a_periodic_site_without_a_cell_is_refused():
    with pytest.raises(InputError, match=r"periodic, but its cell .* has no volume"):
        Site(Atoms("Fe", [[0, 0, 0]], pbc=True), 0)


def test_the_only_metal_absorbs_when_nobody_says_which():
    assert find_absorbers(WATER_ON_IRON) == [1]


def test_ti_to_zn_go_before_other_metals():
    assert find_absorbers(Atoms("PtFeFe", np.diag([1, 4, 7]))) == [1, 2]


def test_a_heavy_metal_absorbs_when_there_is_no_lighter_one():
    assert find_absorbers(Atoms("OPt", [[2, 0, 0], [0, 0, 0]])) == [1]


def test_two_metals_ask_for_a_choice():
    with pytest.raises(InputError, match=r"\(Fe, Cu\): give --absorber"):
        find_absorbers(Atoms("CuFe", [[2.5, 0, 0], [0, 0, 0]]))


def test_no_metal_asks_for_an_absorber():
    with pytest.raises(InputError, match=r"no transition metal in CO .*--absorber"):
        find_absorbers(Atoms("CO", [[0, 0, 0], [1.1, 0, 0]]))


@pytest.mark.parametrize(("asked", "found"), [("h", [2, 3]), ("0", [0]), (3, [3])])
def test_an_absorber_is_an_element_or_an_index_also_as_text(asked, found):
    assert find_absorbers(WATER_ON_IRON, asked) == found


def test_an_element_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(InputError, match=r"no atom of element 'Ni'.*one of Fe, H, O"):
        find_absorbers(WATER_ON_IRON, "Ni")


def test_an_absorber_index_out_of_range_names_the_range():
    with pytest.raises(InputError, match=r"absorber 9 is out of range.*0 to 3"):
        find_absorbers(WATER_ON_IRON, "9")
