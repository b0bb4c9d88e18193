"""Crystals from prototypes: neighbors, charges, sizes, strains; known densities."""

import numpy as np
import pytest
from ase.neighborlist import neighbor_list
from ase.units import _amu

from xnet_lite.crystals import (
    METALS,
    PROTOTYPES,
    SUBSTANCES,
    Compound,
    bond_length,
    build,
    compounds,
    deformed,
    touching_length,
)
from xnet_lite.crystals.lengths import ELEMENTS
from xnet_lite.errors import InputError
from xnet_lite.inverse import Shell

# the next shell is farther than those that count by more than this
GAP = 1.12


@pytest.fixture(scope="module")
def listed():
    """Compounds of every metal, by name."""
    return {c.name: c for metal in METALS for c in compounds(metal)}


def one_of_each():
    """The first compound of every prototype."""
    found = {c.prototype: c for metal in reversed(METALS) for c in compounds(metal)}
    return [pytest.param(found[name], id=name) for name in PROTOTYPES]


# --- prototypes -------------------------------------------------------------------


@pytest.mark.parametrize("compound", one_of_each())
def test_neighbors_are_as_many_as_the_prototype_says_and_then_comes_a_gap(compound):
    prototype, crystal = PROTOTYPES[compound.prototype], build(compound)
    elements, kinds = dict(compound.elements), crystal.atoms.arrays["spacegroup_kinds"]
    first, second, distances = neighbor_list("ijd", crystal.atoms, 7.5)
    roles = np.array(prototype.lattice.roles)
    for row, number in enumerate(prototype.lattice.numbers):
        if not number:
            continue
        mine = first == np.flatnonzero(kinds == row)[0]
        if not prototype.metallic:
            mine &= roles[kinds[second]] == "X"
        near = np.sort(distances[mine])
        assert near[number] > GAP * near[number - 1], elements


@pytest.mark.parametrize("compound", one_of_each())
def test_bonds_are_on_average_as_long_as_is_asked_for(compound):
    misfit = np.array(list(build(compound).misfit.values()))
    assert (1 / misfit).mean() == pytest.approx(1.0)
    assert np.abs(misfit - 1).max() <= 0.12


def test_a_prototype_without_a_size_of_its_own_follows_its_elements(listed):
    names = ("MnO rocksalt", "MnS rocksalt", "MnSe rocksalt")
    sizes = [build(listed[name]).atoms.cell.lengths()[0] for name in names]
    assert sizes == sorted(sizes)


# --- compounds --------------------------------------------------------------------


@pytest.mark.parametrize("metal", METALS)
def test_charges_add_up_to_zero_within_what_elements_take(metal):
    for compound in compounds(metal):
        charges = dict(compound.charges)
        if not charges:
            assert PROTOTYPES[compound.prototype].metallic
            continue
        prototype = PROTOTYPES[compound.prototype]
        kinds = prototype.lattice.atoms(dict(compound.elements)).arrays
        counts = np.bincount(kinds["spacegroup_kinds"])
        roles = prototype.lattice.roles
        total = sum(n * charges[role] for n, role in zip(counts, roles))
        assert total == pytest.approx(0.0, abs=1e-9), compound.name
        for role, element in compound.elements:
            if element in METALS and role != "X":
                one = ELEMENTS[element]
                assert one.lowest <= charges[role] <= one.highest, compound.name


@pytest.mark.parametrize("metal", METALS)
def test_every_metal_has_every_anion_that_its_charges_allow(metal):
    anions = {dict(c.elements).get("X") for c in compounds(metal)}
    assert anions >= {"O", "S", "Se", "F", "Cl", "Br", "N", "C"}
    assert len({c.prototype for c in compounds(metal)}) >= 20


def test_formulas_are_as_chemists_write_them(listed):
    names = {
        "Fe2SiO4 olivine",
        "LiFePO4 triphylite",
        "Fe3O4 spinel",
        "CuAlO2 delafossite",
    }
    assert names | {"FeTiO3 ilmenite", "K2CrO4 K2SO4", "NiO2H2 brucite"} <= set(listed)


def test_magnetite_shares_eight_thirds(listed):
    charges = dict(listed["Fe3O4 spinel"].charges)
    assert charges["A"] == charges["B"] == pytest.approx(8 / 3)


def test_an_element_that_is_no_metal_of_the_row_is_refused():
    with pytest.raises(InputError, match="Mg"):
        compounds("Mg")


# --- sizes ------------------------------------------------------------------------

BUILT = {
    "FeO rocksalt": "FeO",
    "NiO rocksalt": "NiO",
    "MnO rocksalt": "MnO",
    "ZnO wurtzite": "ZnO",
    "ZnS zincblende": "ZnS",
    "FeS2 pyrite": "FeS2",
    "Fe2O3 corundum": "Fe2O3",
    "Cr2O3 corundum": "Cr2O3",
    "Mn2O3 bixbyite": "Mn2O3",
    "CrO2 rutile": "CrO2",
    "TiO2 anatase": "TiO2 anatase",
    "V2O5 V2O5": "V2O5",
    "FeCO3 calcite": "FeCO3",
    "CuO tenorite": "CuO",
    "Cu2O cuprite": "Cu2O",
    "Co3O4 spinel": "Co3O4",
    "K2CrO4 K2SO4": "K2CrO4",
    "Cu fcc": "Cu",
    "Fe bcc": "Fe",
    "Zn hcp": "Zn",
}


@pytest.mark.parametrize("name", BUILT)
def test_a_built_cell_is_as_large_as_the_measured_one_to_five_percent(listed, name):
    built, real = build(listed[name]).atoms, SUBSTANCES[BUILT[name]].atoms
    volumes = [a.get_volume() / len(a) for a in (built, real)]
    assert (volumes[0] / volumes[1]) ** (1 / 3) == pytest.approx(1.0, abs=0.05)


def test_a_bond_shortens_with_its_valence_by_the_logarithm():
    away = bond_length("Fe", "O", 0.5) - bond_length("Fe", "O", 0.5 * np.e)
    assert away == pytest.approx(0.37)


def test_lengths_of_what_is_in_no_table_are_refused():
    with pytest.raises(InputError, match="Xx"):
        bond_length("Xx", "O", 0.5)
    with pytest.raises(InputError, match="F"):
        touching_length("Fe", "F")


def test_a_compound_whose_sizes_do_not_go_together_is_refused(listed):
    with pytest.raises(InputError, match=r"BaCrO4 scheelite: bonds fit to \+1\d %|%"):
        build(listed["BaCrO4 scheelite"])


# --- sites and deformations -------------------------------------------------------


def test_each_kind_of_place_gives_one_site_with_its_absorber_first(listed):
    sites = build(listed["Fe3O4 spinel"]).sites("Fe")
    assert [site.name for site in sites] == ["Fe3O4 spinel 0", "Fe3O4 spinel 1"]
    for site, number in zip(sites, (4, 6), strict=True):
        assert site.absorber_index == 0
        assert site.absorber == "Fe"
        assert site.atoms.pbc.all()
        assert Shell.of(site).number == number


def test_a_crystal_of_two_of_the_metals_has_the_sites_of_each(listed):
    crystal = build(listed["FeCo B2"])
    assert [s.absorber for s in crystal.sites()] == ["Fe", "Co"]
    assert [s.absorber for s in crystal.sites("Co")] == ["Co"]


def test_a_seed_tells_a_deformation_and_none_leaves_the_crystal(listed):
    crystal = build(listed["FeO rocksalt"])
    one, same, other = (deformed(crystal, seed).atoms for seed in (1, 1, 2))
    assert np.array_equal(one.positions, same.positions)
    assert not np.allclose(one.positions, other.positions, atol=0.01)
    still = deformed(crystal, 1, strain=0.0, sigma=0.0).atoms
    assert np.allclose(still.positions, crystal.atoms.positions)


def test_displacements_and_strains_are_as_large_as_asked_for(listed):
    crystal = build(listed["Fe2O3 corundum"])
    moved = [deformed(crystal, seed, strain=0.0, sigma=0.05) for seed in range(20)]
    shifts = [m.atoms.positions - crystal.atoms.positions for m in moved]
    assert np.std(shifts) == pytest.approx(0.05, rel=0.1)
    strained = [deformed(crystal, seed, strain=0.01, sigma=0.0) for seed in range(60)]
    volumes = [m.atoms.get_volume() / crystal.atoms.get_volume() for m in strained]
    # three equal dilations and the trace of three parts of the tensor
    assert np.std(volumes) == pytest.approx(0.01 * np.sqrt(9 + 3), rel=0.3)


def test_a_negative_strain_is_refused(listed):
    with pytest.raises(InputError, match="strain"):
        deformed(build(listed["FeO rocksalt"]), 1, strain=-1.0)


def test_the_card_tells_compound_cell_and_misfit(listed):
    said = repr(build(listed["SrTiO3 perovskite"]))
    assert "SrTiO3 perovskite" in said


# --- measured substances ----------------------------------------------------------

# g/cm³ at room temperature, as in the CRC Handbook of Chemistry and Physics
DENSITIES = {
    "Ti": 4.51, "TiO2 rutile": 4.23, "TiO2 anatase": 3.9, "V": 6.11, "V2O3": 4.87,
    "VO2": 4.57, "V2O5": 3.36, "Cr": 7.19, "Cr2O3": 5.22, "CrO2": 4.89, "K2CrO4": 2.73,
    "MnO": 5.37, "MnO2": 5.08, "Mn2O3": 5.0, "Mn3O4": 4.84, "Fe": 7.87, "Fe2O3": 5.25,
    "Fe3O4": 5.17, "FeOOH": 4.26, "FeCO3": 3.94, "FeS2": 5.02, "Fe3C": 7.69, "Co": 8.86,
    "CoO": 6.44, "Co3O4": 6.11, "Ni": 8.9, "NiO": 6.72, "Cu": 8.96, "Cu2O": 6.0,
    "CuO": 6.31, "CuS": 4.76, "Zn": 7.14, "ZnO": 5.6, "ZnS": 4.09, "ZnSe": 5.27,
    "ZnCO3": 4.4,
}  # fmt: skip


@pytest.mark.parametrize("name", DENSITIES)
def test_a_measured_crystal_weighs_what_the_substance_weighs(name):
    atoms = SUBSTANCES[name].atoms
    density = atoms.get_masses().sum() * _amu / atoms.get_volume() * 1e27
    assert density == pytest.approx(DENSITIES[name], rel=0.04)


@pytest.mark.parametrize("name", SUBSTANCES)
def test_bonds_of_a_measured_crystal_are_those_of_its_neighbors_numbers(name):
    substance = SUBSTANCES[name]
    for site, _ in substance.sites():
        row = int(site.name.split()[-1])
        number = substance.lattice.numbers[row]
        first, distances = neighbor_list("id", site.atoms, 5.0)
        near = np.sort(distances[first == site.absorber_index])
        assert near[0] > 1.5
        if number:
            assert near[number] > 1.05 * near[number - 1]


def test_shares_of_kinds_of_sites_add_up_to_one():
    shares = [share for _, share in SUBSTANCES["Fe3O4"].sites()]
    assert shares == pytest.approx([1 / 3, 2 / 3])


def test_a_compound_is_known_by_its_name_alone():
    elements = (("M", "Fe"), ("X", "O"))
    assert Compound("rocksalt", elements).name == "FeO rocksalt"
