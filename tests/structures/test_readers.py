"""Structure files: what is read, and the one sentence for what is not."""

import gzip
import os
import re

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.io import write

from xnet_lite.errors import InputError
from xnet_lite.structures import read_site, read_sites

CARBONYL = "3\na comment\nFe 0 0 0\nC 1.8 0 0\nO 2.95 0 0\n"


@pytest.fixture
def file(tmp_path):
    """Writes text or bytes to a file of a given name."""

    def make(name, contents):
        path = tmp_path / name
        path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
        return path

    return make


def test_an_xyz_file_gives_its_metal_its_name_and_its_comment(file):
    site = read_site(file("carbonyl.xyz", CARBONYL))
    assert (site.absorber_index, site.name) == (0, "carbonyl")
    assert site.atoms.info["comment"] == "a comment"
    np.testing.assert_array_equal(site.atoms.positions[2], [2.95, 0, 0])


@pytest.mark.parametrize(
    "contents",
    [
        CARBONYL.replace("Fe", "26").replace("C ", "6\t").replace("O ", "8\t"),
        CARBONYL.replace("Fe", "FE1").replace("C ", "c2 "),
        CARBONYL.replace("\n", "\r\n"),
        CARBONYL.replace("2.95", "0.295D+01") + "\n\n",
        CARBONYL.replace("0 0\n", "0 0 extra 1\n"),
        CARBONYL.replace("2.95", "2950*^-3"),
        CARBONYL.replace("Fe", "1 Fe").replace("C ", "2 C ").replace("O ", "3 O "),
        CARBONYL.replace("Fe", "Fe 26.0").replace("C ", "C 6 ").replace("O ", "O 8. "),
        "\ufeff" + CARBONYL,
    ],
    ids=[
        "numbers",
        "labels",
        "dos",
        "fortran",
        "more columns",
        "powers of ten",
        "running numbers",
        "atomic numbers",
        "byte order mark",
    ],
)
def test_the_dialects_of_xyz_give_the_same_atoms(file, contents):
    site = read_site(file("a.xyz", contents))
    assert site.atoms.get_chemical_symbols() == ["Fe", "C", "O"]
    np.testing.assert_allclose(site.atoms.positions[:, 0], [0, 1.8, 2.95])


NOTED = {
    "deuterium": (CARBONYL.replace("O ", "D "), "deuterium or tritium .* hydrogen"),
    "tail": (CARBONYL + "12.5\t30.1\nCO\tCO\nInChI=1S/x\n", "lines 6 to 8 behind the"),
    "running number": (
        "2\n\n1 Fe 0 0 0\n2 O 0 0 2\n",
        "a running number in front was passed over",
    ),
    "atomic number": (
        "2\n\nFe 26 0 0 0\nO 8 0 0 2\n",
        "the atomic number behind each element was passed over",
    ),
    "frames": (CARBONYL * 3, "structure 0 was taken of the 3 in the file.*--frame"),
    "hydrogen": (
        "4\n\nFe 0 0 0\nN 0 0 2\nC 1.2 0 2.7\nC 1.2 0 4.1\n",
        "there is no hydrogen, which 2 of the 2 carbon atoms seem to miss",
    ),
}


@pytest.mark.parametrize(("contents", "note"), NOTED.values(), ids=NOTED)
def test_what_was_assumed_stands_in_the_notes_of_a_site(file, contents, note):
    (sentence,) = read_site(file("a.xyz", contents)).notes
    assert re.match(note, sentence)


def test_a_plain_file_has_no_notes(file):
    assert read_site(file("a.xyz", CARBONYL)).notes == ()


@pytest.mark.parametrize(
    "place", ["species:S:1:pos:R:3", "tag:I:1:species:S:1:pos:R:3"]
)
def test_deuterium_is_hydrogen_where_columns_are_declared_too(file, place):
    tag = "7 " if "tag" in place else ""
    rows = f"{tag}Fe 0 0 0\n{tag}D 1.6 0 0\n"
    site = read_site(file("a.xyz", f"2\nProperties={place}\n{rows}"))
    assert site.atoms.get_chemical_symbols() == ["Fe", "H"]
    assert site.notes == ("deuterium or tritium was read as hydrogen",)


def test_what_a_file_itself_calls_notes_stays_its_own(file):
    comment = 'Properties=species:S:1:pos:R:3 notes="of the author"'
    site = read_site(file("a.xyz", f"1\n{comment}\nFe 0 0 0\n"))
    assert (site.notes, site.atoms.info["notes"]) == ((), "of the author")


def test_an_atom_repeated_word_for_word_behind_the_frame_is_passed_over(file):
    assert len(read_site(file("a.xyz", CARBONYL + "Fe 0 0 0\n")).atoms) == 3


def test_a_packed_xyz_file_is_read(file):
    packed = gzip.compress(CARBONYL.encode())
    assert read_site(file("a.xyz.gz", packed)).name == "a"


def test_an_extended_xyz_file_keeps_its_cell(tmp_path):
    write(tmp_path / "cell.xyz", bulk("Cu", a=3.6, cubic=True), format="extxyz")
    assert read_site(tmp_path / "cell.xyz").atoms.cell.lengths().tolist() == [3.6] * 3


@pytest.mark.parametrize("name", ["a.cif", "POSCAR", "a.xsf", "a.gen"])
def test_formats_of_ase_give_the_same_crystal(tmp_path, name):
    crystal = bulk("NiO", "rocksalt", a=4.2, cubic=True)
    write(tmp_path / name, crystal)
    atoms = read_site(tmp_path / name).atoms
    assert (atoms.symbols.count("Ni"), atoms.pbc.all()) == (4, True)
    np.testing.assert_allclose(atoms.get_volume(), 4.2**3, rtol=1e-5)  # digits of CIF


def test_every_frame_and_every_absorber_becomes_a_site(file):
    twice = CARBONYL + CARBONYL.replace("C 1.8", "Fe 2.0").replace("2.95", "4.1")
    sites = read_sites(file("run.xyz", twice))
    assert [site.name for site in sites] == ["run:0", "run:1", "run:1"]
    assert [site.absorber_index for site in sites] == [0, 0, 1]
    assert read_site(file("run.xyz", twice), frame=-1).atoms.symbols.count("Fe") == 2


def test_the_absorber_may_be_an_element_or_an_index(file):
    path = file("a.xyz", CARBONYL)
    assert read_site(path, "O").absorber_index == 2
    assert read_site(path, 1).absorber == "C"


BAD = {
    "missing columns": (
        "3\n\nFe 0 0 0\nO 1.9 0\nO 0 1.9 0\n",
        "line 4 has 3 columns, ",
    ),
    "empty": ("", "is empty, give a file"),
    "blank": (" \n\n", "is empty, give a file"),
    "overlap": ("2\n\nFe 0 0 0\nFe 0 0 0\n", r"atoms 0 \(Fe\) and 1 \(Fe\) overlap"),
    "element": ("1\n\nXx 0 0 0\n", "line 3 names the unknown element 'Xx', expected"),
    "atomic number": ("1\n\n119 0 0 0\n", "line 3 names the unknown element '119'"),
    "nan": ("2\n\nFe 0 0 0\nO nan 0 0\n", "line 4 has the coordinate 'nan', expected"),
    "word": ("2\n\nFe 0 0 0\nO 1,9 0 0\n", "line 4 has the coordinate '1,9', expected"),
    "no metal": ("2\n\nC 0 0 0\nO 1.1 0 0\n", "no transition metal.*--absorber"),
    "too few": ("4\n\nFe 0 0 0\nO 2 0 0\n", "line 1 announces 4 atoms but 2 follow"),
    "too many": ("1\n\nFe 0 0 0\nO 2 0 0\n", "line 4 .'O 2 0 0'. is one more atom"),
    "no count": ("Fe 0 0 0\nO 2 0 0\n", "line 1 is 'Fe 0 0 0', expected the number"),
    "count zero": ("0\n\n", "line 1 is '0', expected the number of atoms"),
    "bad header": (
        '1\nLattice="1 0 0" Properties=species:S:1:pos:R:3\nFe 0 0 0\n',
        "line 1 is not what its line 2 declares .*correct Properties",
    ),
    "flat cell": (
        '1\nLattice="3 0 0 0 3 0 0 3 0" Properties=species:S:1:pos:R:3\nFe 0 0 0\n',
        "periodic, but its cell .* has no volume, correct it",
    ),
    "infinite cell": (
        '1\nLattice="inf 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3\nFe 0 0 0\n',
        "periodic, but its cell .* is not finite, correct it",
    ),
    "thin cell": (
        '1\nLattice="9 0 0 0 9 0 0 0 1e-3" Properties=species:S:1:pos:R:3\nFe 0 0 0\n',
        "periodic, but its cell .* is thinner than 0.5 Å, correct it",
    ),
    "far away": (
        "2\n\nFe 0 0 0\nO 0 0 1e300\n",
        "atom 1 has a coordinate of more than",
    ),
    "digits without end": ("9" * 5000 + "\n\nFe 0 0 0\n", "expected the number of"),
    "noise": (bytes(range(256)) * 10, "is not text, expected an XYZ file"),
}


@pytest.mark.parametrize(("contents", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_xyz_file_gives_one_sentence_with_its_name(file, contents, sentence):
    with pytest.raises(InputError, match=f"^bad.xyz: .*{sentence}") as caught:
        read_site(file("bad.xyz", contents))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["bad.gen", "POSCAR", "bad.unheard"])
@pytest.mark.parametrize(
    "contents", ["hello\n", bytes(range(256))], ids=["text", "noise"]
)
def test_what_ase_cannot_read_is_told_in_one_sentence(file, name, contents):
    with pytest.raises(InputError, match=f"^{name}: ASE cannot read it") as caught:
        read_site(file(name, contents))
    assert "\n" not in str(caught.value)


def test_a_missing_file_a_folder_and_a_torn_archive_are_told_apart(file, tmp_path):
    with pytest.raises(InputError, match=r"none\.xyz: no such file, check the path"):
        read_site(tmp_path / "none.xyz")
    with pytest.raises(InputError, match="is a folder, give a file"):
        read_site(tmp_path)
    torn = gzip.compress(CARBONYL.encode())[:-12]
    with pytest.raises(InputError, match=r"a\.xyz\.gz: cannot be opened"):
        read_site(file("a.xyz.gz", torn))


def test_a_frame_that_is_not_there_is_refused_with_the_number_there_are(file):
    with pytest.raises(
        InputError, match="frame 3 is out of range, it holds 1 numbered"
    ):
        read_site(file("a.xyz", CARBONYL), frame=3)


@pytest.mark.parametrize("absorber", ["²", "+-0", "9" * 5000, "٣"])
def test_what_only_looks_like_a_number_is_no_absorber(file, absorber):
    with pytest.raises(
        InputError, match=r"no atom of element .*give --absorber as one"
    ):
        read_site(file("a.xyz", CARBONYL), absorber)


def test_a_name_that_is_not_utf8_can_still_be_printed(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.xyz")
    path.write_text(CARBONYL)
    assert read_site(path).name == "caf?"


def test_overlap_is_seen_across_the_boundary_of_a_cell(tmp_path):
    atoms = Atoms("FeO", [[0, 0, 0], [3.9, 0, 0]], cell=[4, 4, 4], pbc=True)
    write(tmp_path / "a.cif", atoms)
    with pytest.raises(InputError, match=r"atoms 0 \(Fe\) and 1 \(O\) overlap"):
        read_site(tmp_path / "a.cif")


def test_every_public_iron_structure_is_read_with_iron_first(mirror):
    folder = mirror("NewcastleRSE/XANESNET") / "data" / "fe"
    paths = sorted(folder.glob("xyz_*/*.xyz"))
    assert len(paths) == 109
    assert {read_site(path).label.split()[1] for path in paths} == {"Fe[0]"}


def test_every_public_sulfur_structure_is_read(mirror):
    folder = mirror("NewcastleRSE/XANESNET") / "data" / "graph-set"
    paths = sorted(folder.glob("xyz_*/*.xyz"))
    assert len(paths) == 110
    assert all(read_sites(path, "S") for path in paths)
