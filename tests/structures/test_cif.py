"""CIF as people have it: symmetry in every spelling, disorder, what is left open."""

import re

import ase.io
import numpy as np
import pytest
from ase.build import bulk
from ase.geometry import get_distances
from ase.io import write
from ase.spacegroup import crystal

from xnet_lite.errors import InputError
from xnet_lite.structures import neighbors, read_site, read_sites

FULL = "label type_symbol fract_x fract_y fract_z occupancy disorder_assembly "
FULL += "disorder_group"
PLAIN = "label type_symbol fract_x fract_y fract_z"


def text(*atoms, group="P 1", cell=(8, 8, 8, 90, 90, 90), columns=PLAIN, more=""):
    """A CIF with these rows of atoms."""
    names = [f"_cell_length_{x}" for x in "abc"]
    names += [f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma")]
    lines = ["data_x", *(f"{name} {value}" for name, value in zip(names, cell))]
    lines += [f"_symmetry_space_group_name_H-M '{group}'"] if group else []
    lines += [more, "loop_", *(f"_atom_site_{name}" for name in columns.split())]
    return "\n".join([*lines, *atoms]) + "\n"


@pytest.fixture
def read(tmp_path):
    """Reads a site from the text of a CIF."""

    def site(contents, absorber=None):
        path = tmp_path / "x.cif"
        path.write_text(contents)
        return read_site(path, absorber)

    return site


def disordered(*shares):
    """An iron atom with one oxygen in several places that exclude each other."""
    rows = [
        f"O1{i} O 0.25 {0.05 * i - 0.05} 0 {share} A {i + 1}"
        for i, share in enumerate(shares)
    ]
    return text("Fe1 Fe 0 0 0 1 . .", *rows, columns=FULL)


# --- symmetry ---------------------------------------------------------------------


CRYSTALS = {
    "rutile": ("Ti O", [(0, 0, 0), (0.305, 0.305, 0)], 136, [4.6, 4.6, 2.96]),
    "rocksalt": ("Ni O", [(0, 0, 0), (0.5, 0.5, 0.5)], 225, [4.2, 4.2, 4.2]),
    "perovskite": ("Ti Sr O", [(0, 0, 0), (0.5,) * 3, (0.5, 0, 0)], 221, [3.9] * 3),
    "wurtzite": (
        "Zn O",
        [(1 / 3, 2 / 3, 0), (1 / 3, 2 / 3, 0.382)],
        186,
        [3.25, 3.25, 5.2],
    ),
    "hematite": ("Fe O", [(0, 0, 0.355), (0.306, 0, 0.25)], 167, [5.04, 5.04, 13.75]),
}


@pytest.mark.parametrize("name", CRYSTALS)
@pytest.mark.parametrize("operations", [True, False], ids=["operations", "name alone"])
def test_the_same_crystal_is_read_as_ase_reads_it(tmp_path, name, operations):
    symbols, basis, group, lengths = CRYSTALS[name]
    angles = [90, 90, 120 if group in (186, 167) else 90]
    made = crystal(
        symbols.split(), basis, spacegroup=group, cellpar=[*lengths, *angles]
    )
    path = tmp_path / "x.cif"
    rows = [
        f"{symbol}1 {symbol} " + " ".join(f"{x:.5f}" for x in place)
        for symbol, place in zip(symbols.split(), basis)
    ]
    symbol = made.info["spacegroup"].symbol
    more = ""
    if operations:
        ways = made.info["spacegroup"].get_op()
        more = "loop_\n_symmetry_equiv_pos_as_xyz\n"
        more += "\n".join(f"'{_triplet(*way)}'" for way in zip(*ways))
    path.write_text(text(*rows, group=symbol, cell=[*lengths, *angles], more=more))
    atoms = read_site(path).atoms
    away = get_distances(atoms.positions, made.positions, made.cell, True)[1]
    assert len(atoms) == len(made)
    assert away.min(axis=0).max() < 2e-4  # Å, by the digits of the file
    assert (atoms.numbers[away.argmin(axis=0)] == made.numbers).all()


def _triplet(turn, shift):
    """An operation as CIF writes it."""
    parts = []
    for row, step in zip(turn, shift):
        terms = [f"{'+' if n > 0 else '-'}{x}" for n, x in zip(row, "xyz") if n]
        parts.append("".join(terms) + f"+{step:.6f}".rstrip("0").rstrip("."))
    return ",".join(parts).replace("0.333333", "1/3").replace("0.666667", "2/3")


def test_what_ase_wrote_comes_back(tmp_path):
    write(tmp_path / "a.cif", bulk("NiO", "rocksalt", a=4.2, cubic=True))
    ours, theirs = read_site(tmp_path / "a.cif").atoms, ase.io.read(tmp_path / "a.cif")
    np.testing.assert_allclose(ours.positions, theirs.positions, atol=1e-9)


MAGNETITE = (
    "Fe1 Fe 0.125 0.125 0.125",
    "Fe2 Fe 0.5 0.5 0.5",
    "O1 O 0.2549 0.2549 0.2549",
)
CUBIC = (8.396, 8.396, 8.396, 90, 90, 90)


@pytest.mark.parametrize("group", ["F d -3 m :2", "F d -3 m:2", "Fd-3m:2", "F d -3 m"])
def test_a_spinel_at_the_second_origin_has_its_tetrahedra(read, group):
    site = read(text(*MAGNETITE, group=group, cell=CUBIC))
    assert site.atoms.get_chemical_formula() == "Fe24O32"
    around = neighbors(site, 2.5)
    assert (len(around), set(around.numbers.tolist())) == (4, {8})
    assert around.distances == pytest.approx(8.396 * 0.1299 * 3**0.5)


def test_an_origin_left_open_is_said(read):
    (note,) = read(text(*MAGNETITE, group="F d -3 m", cell=CUBIC)).notes
    assert "which origin its space group has: F d -3 m:2 was taken" in note


@pytest.mark.parametrize(
    ("group", "n_atoms"),
    [("P b n m", 8), ("P n m a", 8), ("P21/n", 4), ("P2(1)/c", 4), ("A b m 2", 8)],
)
def test_settings_that_are_not_the_standard_one_are_read(read, group, n_atoms):
    beta = 95 if "21" in group or "2(1)" in group else 90
    cell = (5.6, 7.8, 5.9, 90, beta, 90)
    site = read(text("Fe1 Fe 0.1 0.15 0.2", group=group, cell=cell))
    assert len(site.atoms) == n_atoms


def test_operations_that_are_not_the_groups_are_taken_with_a_word(read):
    listed = "loop_\n_space_group_symop_operation_xyz\n'x,y,z'\n'-x,-y,-z'"
    site = read(text("Fe1 Fe 0.1 0.2 0.3", group="P m m m", more=listed))
    assert len(site.atoms) == 2
    assert "operations in the file are not those of P m m m" in site.notes[0]


def test_operations_that_make_no_group_give_way_to_the_name(read):
    listed = "loop_\n_space_group_symop_operation_xyz\nx,y,z\n'-x,-y,z'\n'x,1/4-y,z'"
    site = read(text("Fe1 Fe 0.1 0.2 0.3", group="P m m m", more=listed))
    assert len(site.atoms) == 8
    assert "make no group: those of P m m m were taken" in site.notes[0]


@pytest.mark.parametrize(
    ("more", "n_atoms", "note"),
    [
        (
            "_symmetry_Int_Tables_number 62",
            8,
            "space group 62 was taken in its setting",
        ),
        ("_symmetry_space_group_name_Hall '-P 2c 2ab'", 8, None),
        ("", 1, "no symmetry is named"),
    ],
)
def test_symmetry_is_found_where_the_name_is_missing(read, more, n_atoms, note):
    site = read(text("Fe1 Fe 0.1 0.2 0.3", group="", more=more))
    assert len(site.atoms) == n_atoms
    assert [note in one for one in site.notes] == ([True] if note else [])


# --- disorder ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shares", "kept"), [((0.7, 0.3), 0), ((0.2, 0.5, 0.3), 1), ((0.5, 0.5), 0)]
)
def test_the_largest_group_is_taken_the_first_on_a_tie(read, shares, kept):
    site = read(disordered(*shares))
    assert site.atoms.get_chemical_formula() == "FeO"
    assert site.atoms.positions[1, 1] % 8 == pytest.approx((0.4 * kept - 0.4) % 8)
    assert f"group {kept + 1} ({shares[kept]:.0%}) was taken" in site.notes[0]


def test_assemblies_without_a_name_are_told_apart_by_where_they_are(read):
    rows = [
        "Fe1 Fe 0.5 0.5 0.5 1 . .",
        "O1A O 0.75 0.46 0.5 0.7 . 1",
        "O1B O 0.75 0.54 0.5 0.3 . 2",
        "N1A N 0.25 0.46 0.5 0.2 . 1",
        "N1B N 0.25 0.54 0.5 0.8 . 2",
    ]
    atoms = read(text(*rows, columns=FULL)).atoms
    assert atoms.get_chemical_symbols() == ["Fe", "O", "N"]
    np.testing.assert_allclose(atoms.positions[1:, 1], [0.46 * 8, 0.54 * 8])


def test_a_ligand_disordered_across_a_center_stays_in_one_piece(read):
    rows = ["Fe1 Fe 0.25 0.25 0.25 1 . .", "O1 O 0.49 0.5 0.5 0.5 . -1"]
    rows += ["H1 H 0.49 0.61 0.5 0.5 . -1"]
    atoms = read(text(*rows, group="P -1", columns=FULL)).atoms
    assert atoms.get_chemical_formula() == "HFe2O"
    place = {s: atoms.positions[atoms.symbols == s] for s in "OH"}
    assert np.linalg.norm(place["O"] - place["H"]) == pytest.approx(0.88, abs=0.01)


def test_alternatives_without_groups_are_told_by_their_occupancies(read):
    columns = f"{PLAIN} occupancy"
    rows = ["Fe1 Fe 0 0 0 1", "O1 O 0.2 0 0 0.4", "O2 O 0.25 0.03 0 0.6"]
    site = read(text(*rows, columns=columns))
    assert site.atoms.get_chemical_formula() == "FeO"
    assert site.atoms.positions[1, 0] == pytest.approx(2.0)
    assert "O1 (40%) excludes atoms that are there more often" in " ".join(site.notes)


# --- mixed sites ------------------------------------------------------------------


def mixed(first="Co", share=0.75, second="Ni"):
    """Two metals on the site of rock salt."""
    rows = [f"{first}1 {first} 0 0 0 {share}", f"{second}1 {second} 0 0 0 {1 - share}"]
    return text(
        *rows,
        "O1 O 0.5 0.5 0.5 1",
        group="F m -3 m",
        cell=(4.22, 4.22, 4.22, 90, 90, 90),
        columns=f"{PLAIN} occupancy",
    )


def test_a_mixed_site_is_named_and_read_as_what_it_mostly_is(read):
    site = read(mixed(share=0.25))
    assert site.atoms.get_chemical_formula() == "Ni4O4"
    assert site.notes == (
        "mixed site Ni1, Co1 is 75% Ni and 25% Co: read as Ni throughout",
    )


def test_the_minority_of_a_mixed_site_can_absorb(read):
    site = read(mixed(), "Ni")
    assert (site.absorber, site.atoms.symbols.count("Ni")) == ("Ni", 1)
    assert "one Ni was put in place of Co" in site.notes[-1]
    away = neighbors(site, 11.0)
    assert 28 not in away.numbers  # its images are farther
    assert away.distances[0] == pytest.approx(2.11)


def test_a_symbol_of_two_elements_is_said(read):
    site = read(text("M1 'Co,Ni' 0 0 0", "O1 O 0.25 0 0"))
    assert site.absorber == "Co"
    assert site.notes == ("M1 is Co or Ni: read as Co throughout",)


def test_an_element_left_out_with_its_group_is_not_denied(read):
    rows = ["Fe1 Fe 0 0 0 1 . .", "O1 O 0.25 0 0 0.6 A 1", "S1 S 0.28 0.06 0 0.4 A 2"]
    with pytest.raises(InputError, match="S is in the file, but was left out"):
        read(text(*rows, columns=FULL), "S")


def test_vacancies_are_told(read):
    site = read(
        text("Fe1 Fe 0 0 0 0.9", "O1 O 0.25 0 0 1", columns=f"{PLAIN} occupancy")
    )
    assert site.notes == ("not everywhere there, read as whole: Fe1 (90%)",)


# --- the formula ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "more", "note"),
    [
        ("Fe O", "", None),
        ("O Fe", "_cell_formula_units_Z 1", None),
        ("C10 H8 Fe O", "", "hold C10 H8 after .* C10 H8 Fe O.*but C0 H0 was read"),
        ("Fe O", "_cell_formula_units_Z 4", "hold Fe4 O4 .*but Fe1 O1 was read"),
        ("Fe D2 O", "", "hold H2 .*but H0 was read"),
        ("Fe O2", "", "hold O2 after .*formula Fe O2, but O1"),
        ("?", "", None),
    ],
)
def test_what_was_read_is_held_against_the_formula(read, formula, more, note):
    said = f"_chemical_formula_sum '{formula}'\n{more}"
    site = read(text("Fe1 Fe 0 0 0", "O1 O 0.25 0 0", more=said))
    found = [one for one in site.notes if "formula" in one]
    assert len(found) == (note is not None)
    assert note is None or re.search(note, found[0])


# --- dialects, and what is refused ------------------------------------------------


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (lambda t: t.replace("data_x", ""), "the line that begins a CIF .* was added"),
        (lambda t: t + "H1 H ? ? ?\nH2 H . . .\n", "without coordinates .*: H1, H2"),
        (lambda t: t + "D1 D 0 0.4 0\n", "deuterium or tritium was read as hydrogen"),
        (lambda t: t.replace("_cell_", "_CELL_"), None),
        (lambda t: t.replace("_atom_site_", "_atom_site."), None),
        (lambda t: t.replace(" 0.25 ", " 0.2500(12) "), None),
        (lambda t: t.replace("Fe1 Fe", "Fe1 Fe3+").replace("O1 O", "O1 O2-"), None),
        (lambda t: t.replace("Fe1 Fe", "Fe1 FE"), None),
    ],
    ids=["data", "place", "D", "capitals", "dots", "errors", "ions", "big"],
)
def test_dialects_of_cif_give_the_same_neighbor(read, change, note):
    site = read(change(text("Fe1 Fe 0 0 0", "O1 O 0.25 0 0")))
    assert (site.absorber, neighbors(site, 2.1).distances.tolist()) == ("Fe", [2.0])
    assert len(site.notes) == (note is not None)
    assert note is None or re.search(note, site.notes[0])


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (
            text("Fe1 Fe 0 0 0", cell=(-8, 8, 8, 90, 90, 90)),
            "_length_a is -8, give a pos",
        ),
        (
            text("Fe1 Fe 0 0 0", cell=(8, 8, 8, 90, 200, 90)),
            "_angle_beta is 200, give a",
        ),
        (text("Fe1 Fe 0 0 0", cell=(8, 8, 8, 10, 90, 170)), "cell has no volume"),
        (text("Fe1 Fe ? ? ?"), "no atom has coordinates"),
        (text("Fe1 Fe 0 zero 0"), "atom Fe1 has the coordinates 0, zero, 0, give numb"),
        (text("Q1 Q 0 0 0"), "atom Q1: 'Q' is no element"),
        (text("Fe1 Fe 0 0 0", group="P 77"), "space group 'P 77' is unknown"),
        ("data_x\n_cell_length_a 8\n", "holds no atoms"),
        ("data_x\nloop_\n_a\n_b\n1 2 3\n", r"is not CIF \(line 2: Wrong number"),
        ("hello\n", "is not CIF"),
    ],
)
def test_a_bad_cif_gives_one_sentence(read, contents, sentence):
    with pytest.raises(InputError, match=f"^x.cif: .*{sentence}") as caught:
        read(contents)
    assert "\n" not in str(caught.value)


def test_every_block_of_a_file_is_a_structure(tmp_path):
    both = text("Fe1 Fe 0 0 0") + text("Fe1 Fe 0 0 0", "Fe2 Fe 0.5 0 0")
    (tmp_path / "x.cif").write_text(both.replace("data_x", "data_y", 1))
    names = [site.name for site in read_sites(tmp_path / "x.cif")]
    assert names == ["x:0", "x:1", "x:1"]
