"""Ligands as SMILES: the library's own, left out, come back; what is none is told."""

from contextlib import suppress

import numpy as np
import pytest

from xnet_lite.complexes import LIGANDS, Recipe, build, ligands_of
from xnet_lite.complexes.drawn import drawn_row, is_drawn
from xnet_lite.errors import InputError

pytest.importorskip("rdkit", reason="needs RDKit")

DONORS = [one for one in LIGANDS.values() if one.pattern != "eta"]
SMALL = [one for one in DONORS if one.pattern in ("mono", "cis", "mer", "fac")]


def drawn(one):
    """What is said of a ligand of the library by all others."""
    others = [(x.smiles, x.distances) for x in DONORS if x.name != one.name]
    with suppress(InputError):
        return drawn_row(one.smiles, others)


@pytest.fixture(scope="module")
def rows():
    """The library as it is drawn, without what binds by an element of its own."""
    found = {one.name: drawn(one) for one in SMALL}
    return {name: row for name, row in found.items() if row is not None}


def test_most_of_the_library_can_be_drawn(rows):
    assert set(LIGANDS) - set(rows) >= {"cl", "h"}  # alone of their element
    assert len(rows) > 0.9 * len(SMALL)


def test_charge_and_atoms_are_those_of_the_library(rows):
    for name, row in rows.items():
        one = LIGANDS[name]
        assert (int(row["charge"]), int(row["n_atoms"])) == (one.charge, one.n_atoms)


def test_distances_come_back_to_a_twentieth_of_an_angstrom(rows):
    off = [
        np.subtract(np.array(row["distances"].split(), float), LIGANDS[name].distances)
        for name, row in rows.items()
    ]
    assert np.median(np.abs(np.concatenate(off))) < 0.05


def test_donors_sit_as_in_the_library(rows):
    as_there = [row["pattern"] == LIGANDS[name].pattern for name, row in rows.items()]
    assert np.mean(as_there) > 0.9


def test_a_drawn_ligand_builds_what_its_name_builds():
    smiles = LIGANDS["bpy"].smiles
    both = [
        build(Recipe("Fe", 2, "octahedral", (name,) * 3)).atoms
        for name in ("bpy", f"{smiles}")
    ]
    assert is_drawn(smiles)
    near = [np.sort(one.get_distances(0, range(1, len(one))))[:6] for one in both]
    np.testing.assert_allclose(*near, atol=0.1)


def test_words_are_ligands():
    assert ligands_of("2 bpy, ncs [Cl-:1]") == ("bpy", "bpy", "ncs", "[Cl-:1]")


@pytest.mark.parametrize(
    ("smiles", "said"),
    [
        ("[Cl-:1].[Cl-:2]", "one molecule"),
        ("C[*:1]", "one molecule"),
        ("not [n:1] SMILES", "one molecule"),
        ("c1cc[n:2]cc1", "number them 1, 2"),
        ("[n:1]1cccc[n:1]1", "number them 1, 2"),
        ("C" * 90 + "[NH2:1]", "over 80 atoms"),
        ("C" * 2000 + "[NH2:1]", "one molecule"),
        ("[Xe:1]", "as none of the library does"),
        ("[NH2:1]CC[NH:2]CC[NH:3]CC[NH2:4]", "up to 3"),
    ],
)
def test_what_is_no_ligand_is_told(smiles, said):
    with pytest.raises(InputError, match=said):
        drawn_row(smiles, [(one.smiles, one.distances) for one in DONORS])
