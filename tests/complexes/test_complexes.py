"""Complexes that are built: their bookkeeping, their geometry, their neighbors."""

import numpy as np
import pytest
from ase.data import atomic_numbers

from tests.bonds import lengths_by_kind
from xnet_lite.complexes import (
    GEOMETRIES,
    LIGANDS,
    Recipe,
    bond_lengths,
    build,
    displace,
    first_shell,
    isomers,
    nearest_allowed,
    polyhedron,
    recipes,
    shell_distances,
)
from xnet_lite.complexes.arrangement import Grip, arrangements
from xnet_lite.complexes.families import _family
from xnet_lite.complexes.ligands import METALS, _ligand
from xnet_lite.complexes.polyhedra import align, symmetries
from xnet_lite.datasets import load
from xnet_lite.errors import InputError

# one of each geometry, with one-site ligands, chelates, pincers, macrocycles, rings
SAMPLES = [
    Recipe("Fe", 2, "octahedral", ("py",) * 4 + ("ncs",) * 2),
    Recipe("Fe", 2, "octahedral", ("bpy", "bpy", "cl", "cl")),
    Recipe("Fe", 2, "octahedral", ("terpy", "en", "br")),
    Recipe("Fe", 2, "octahedral", ("tpa", "ncs", "ncs")),
    Recipe("Fe", 2, "octahedral", ("bpmen", "cn", "cn")),
    Recipe("Fe", 2, "octahedral", ("por", "im", "co")),
    Recipe("Fe", 2, "octahedral", ("salen", "nh3", "nh3")),
    Recipe("Fe", 2, "octahedral", ("tp", "tp")),
    Recipe("Fe", 2, "square-pyramidal", ("pnp", "br", "br")),
    Recipe("Fe", 0, "trigonal-bipyramidal", ("co",) * 4 + ("c2h4",)),
    Recipe("Fe", 2, "tetrahedral", ("dab", "cl", "cl")),
    Recipe("Fe", 2, "square-planar", ("me", "me", "pme3", "pme3")),
    Recipe("Fe", 2, "trigonal-planar", ("nacnac", "cl")),
    Recipe("Fe", 2, "linear", ("nsi2", "nsi2")),
    Recipe("Fe", 2, "half-sandwich", ("cp", "co", "co", "me")),
    Recipe("Fe", 0, "half-sandwich", ("chd", "co", "co", "co")),
    Recipe("Fe", 2, "sandwich", ("cp", "cpstar")),
]


@pytest.fixture(scope="module", autouse=True)
def chemistry():
    """RDKit, without which nothing is built."""
    pytest.importorskip("rdkit", reason="building complexes needs the extra `chem`")


@pytest.fixture(params=SAMPLES, ids=lambda recipe: recipe.key)
def built(request):
    """Each of the samples, built."""
    return build(request.param, seed=3)


# --- the library ------------------------------------------------------------------


@pytest.mark.parametrize("name", LIGANDS)
def test_a_ligand_is_what_its_smiles_says(name):
    from rdkit import Chem

    ligand = LIGANDS[name]
    molecule = Chem.AddHs(Chem.MolFromSmiles(ligand.smiles))
    marks = sorted(a.GetAtomMapNum() for a in molecule.GetAtoms() if a.GetAtomMapNum())
    assert molecule.GetNumAtoms() == ligand.n_atoms
    assert Chem.GetFormalCharge(molecule) == ligand.charge
    assert marks == list(range(1, ligand.hapticity + 1))
    assert sum(a.GetNumRadicalElectrons() for a in molecule.GetAtoms()) == 0


def test_the_library_has_every_kind_that_the_corpus_needs():
    needed = {
        "aqua hydroxide oxide ammine halide cyanide carbonyl isocyanide thiocyanate "
        "nitrosyl pyridine azole nitrile bipyridine diamine acetylacetonate "
        "carboxylate phenolate thiolate phosphine cyclopentadienyl arene diene amide "
        "pincer-NNN pincer-PNP salen porphyrin"
    }
    assert set(needed.pop().split()) <= {ligand.kind for ligand in LIGANDS.values()}


def test_bonds_change_from_metal_to_metal_as_the_covalent_radii_do():
    zinc, iron = (bond_lengths("nh3", metal, "octahedral") for metal in ("Zn", "Fe"))
    assert zinc[0] - iron[0] == pytest.approx(1.18 - 1.16)


def test_an_anion_binds_closer_where_fewer_compete():
    lengths = [
        bond_lengths("cl", "Fe", geometry)[0]
        for geometry in ("tetrahedral", "square-pyramidal", "octahedral")
    ]
    assert lengths == sorted(set(lengths))


def test_unknown_names_are_refused_with_the_choices():
    with pytest.raises(InputError, match="ligand 'water' is not one of"):
        bond_lengths("water", "Fe", "octahedral")
    with pytest.raises(InputError, match="metal 'Ag' is not one of Ti"):
        bond_lengths("cl", "Ag", "octahedral")
    with pytest.raises(InputError, match="metal 'Ag' is not one of Ti"):
        recipes("Ag")
    with pytest.raises(InputError, match="geometry 'cubic' is not one of"):
        polyhedron("cubic", 8)
    with pytest.raises(InputError, match="octahedral has 6 sites and the ligands fill"):
        polyhedron("octahedral", 5)


def test_a_family_of_unknown_ligands_is_refused():
    row = {"name": "x", "weight": "1", "geometry": "linear", "rule": "usual"}
    with pytest.raises(InputError, match=r"'2 water'.* has an unknown word"):
        _family(row | {"slots": "2 water"})


def test_a_ligand_with_distances_for_other_donors_is_refused():
    row = {"name": "x", "pattern": "cis", "distances": "1 2 3", "smiles": "[N:1]"}
    with pytest.raises(InputError, match="'x' of the library has 3 distances for 1"):
        _ligand(row)


# --- polyhedra and isomers --------------------------------------------------------


@pytest.mark.parametrize("name", GEOMETRIES)
def test_vertices_are_unit_vectors_and_apart(name):
    sizes = {"linear": 2, "sandwich": 2, "trigonal-planar": 3, "tetrahedral": 4}
    sizes |= {"square-planar": 4, "octahedral": 6, "half-sandwich": 4}
    vertices = polyhedron(name, sizes.get(name, 5)).vertices
    cosines = vertices @ vertices.T
    assert np.allclose(np.diag(cosines), 1.0)
    assert (cosines - np.eye(len(vertices))).max() < np.cos(np.radians(70))


def test_symmetry_groups_have_their_textbook_orders():
    orders = {"octahedral": (6, 48), "tetrahedral": (4, 24), "square-planar": (4, 8)}
    orders |= {"square-pyramidal": (5, 8), "trigonal-bipyramidal": (5, 12)}
    for name, (n_sites, order) in orders.items():
        assert len(symmetries(name, n_sites)) == order


def test_kabsch_recovers_a_rotation():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(3, 3))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    turn *= np.linalg.det(turn)
    found, misfit = align(vectors, vectors @ turn.T)
    assert np.allclose(found, turn)
    assert misfit == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("geometry", "names", "expected"),
    [
        ("octahedral", "aaaabb", 2),
        ("octahedral", "aaabbb", 2),
        ("octahedral", "aabbcc", 5),
        ("octahedral", "abcdef", 15),
        ("square-planar", "aabb", 2),
        ("tetrahedral", "abcd", 1),
        ("trigonal-bipyramidal", "aaabb", 3),
        ("square-pyramidal", "aaaab", 2),
    ],
)
def test_isomers_of_one_site_ligands_are_counted_as_in_textbooks(
    geometry, names, expected
):
    axis = np.array([[0.0, 0.0, 1.0]])
    grips = [Grip(name, axis, ("X",)) for name in names]
    assert len(arrangements(geometry, grips)) == expected


@pytest.mark.parametrize(
    ("ligands", "expected"),
    [
        (("bpy", "bpy", "cl", "cl"), 2),
        (("bpy", "bpy", "bpy"), 1),
        (("terpy", "terpy"), 1),
        (("gly", "gly", "gly"), 2),
        (("por", "py", "py"), 1),
        (("tp", "cl", "cl", "cl"), 1),
    ],
)
def test_isomers_of_chelates_are_counted_as_in_textbooks(ligands, expected):
    assert len(isomers(Recipe("Fe", 2, "octahedral", ligands))) == expected


def test_ligands_that_do_not_fit_are_named():
    with pytest.raises(InputError, match="por do not fit on tetrahedral Fe; choose"):
        isomers(Recipe("Fe", 2, "tetrahedral", ("por",)))
    with pytest.raises(InputError, match="has 1 isomers; 1 is not one"):
        build(Recipe("Fe", 2, "octahedral", ("bpy",) * 3), isomer=1)


# --- bookkeeping ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipe", "charge", "d_electrons", "valence", "coordination"),
    [
        (Recipe("Fe", 2, "sandwich", ("cp", "cp")), 0, 6, 18, 6),
        (Recipe("Fe", 0, "trigonal-bipyramidal", ("co",) * 5), 0, 8, 18, 5),
        (Recipe("Fe", 3, "octahedral", ("cn",) * 6), -3, 5, 17, 6),
        (Recipe("Fe", -2, "tetrahedral", ("no", "no", "co", "co")), 0, 10, 18, 4),
        (Recipe("Cr", 0, "half-sandwich", ("bz", "co", "co", "co")), 0, 6, 18, 6),
        (Recipe("Zn", 2, "tetrahedral", ("cl",) * 4), -2, 10, 18, 4),
    ],
    ids=lambda value: value.key if isinstance(value, Recipe) else None,
)
def test_charges_and_electrons_are_those_of_textbooks(
    recipe, charge, d_electrons, valence, coordination
):
    assert recipe.charge == charge
    assert recipe.d_electrons == d_electrons
    assert recipe.valence_electrons == valence
    assert recipe.coordination_number == coordination


def test_the_key_of_a_compound_forgets_the_order_of_its_ligands():
    one = Recipe("Fe", 2, "octahedral", ("cl", "py", "py", "cl", "py", "py"))
    assert one.key == SAMPLES[0].key.replace("ncs2", "cl2")


@pytest.mark.parametrize("metal", METALS)
def test_recipes_are_distinct_even_small_and_nearly_neutral(metal):
    listed = recipes(metal, seed=5)
    assert len(listed) > 800
    assert len({recipe.key for recipe in listed}) == len(listed)
    for recipe in listed:
        assert recipe.is_even
        assert abs(recipe.charge) <= 1
        assert recipe.n_atoms <= 66
        electrons = atomic_numbers[metal] - 18 - recipe.oxidation_state
        assert 0 <= electrons <= 10


def test_carbonyls_and_rings_obey_the_eighteen_electron_rule():
    for recipe in recipes("Fe"):
        if recipe.family in ("ring", "carbonyl"):
            assert recipe.valence_electrons in (16, 18), recipe.key


def test_the_first_complexes_are_a_mixture_and_their_order_follows_the_seed():
    first = recipes("Fe", seed=1)[:120]
    assert {recipe.geometry for recipe in first} >= {
        "octahedral",
        "tetrahedral",
        "square-planar",
        "square-pyramidal",
        "trigonal-bipyramidal",
    }
    assert len({ligand.kind for recipe in first for ligand in recipe.members}) >= 16
    assert first == recipes("Fe", seed=1)[:120]
    assert first != recipes("Fe", seed=2)[:120]


# --- geometry ---------------------------------------------------------------------


def test_the_atoms_are_those_of_the_recipe(built):
    assert len(built.atoms) == built.recipe.n_atoms
    assert built.atoms[0].symbol == "Fe"
    assert built.atoms.positions[0] == pytest.approx([0.0, 0.0, 0.0])
    assert built.site().absorber == "Fe"


def test_donors_lie_at_the_asked_distances(built):
    geometry = built.recipe.geometry
    asked = [
        length
        for ligand in built.recipe.ordered
        for length in bond_lengths(ligand.name, "Fe", geometry)
    ]
    found = built.atoms.get_distances(0, list(built.donors))
    # a rigid pincer cannot meet three distances exactly: 0.02 Å is its slack
    assert np.abs(found - asked).max() < 0.02


def test_nothing_but_the_donors_is_bound_to_the_metal(built):
    rest = np.setdiff1d(np.arange(1, len(built.atoms)), built.donors)
    heavy = rest[built.atoms.numbers[rest] > 1]
    if len(heavy):
        assert built.atoms.get_distances(0, heavy).min() > 2.3


def test_one_site_ligands_lie_on_the_vertices():
    built = build(SAMPLES[0])
    vectors = built.atoms.positions[list(built.donors)]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    angles = np.degrees(np.arccos(np.clip(unit @ unit.T, -1, 1)))
    nearest = np.abs(angles[..., None] - [0.0, 90.0, 180.0]).min(axis=-1)
    assert nearest.max() < 0.02  # positions are kept to 1e-4 Å


def test_chelates_bite_near_the_vertices(built):
    recipe = built.recipe
    goals = polyhedron(recipe.geometry, recipe.n_sites).vertices
    sites, start = [], 0
    for ligand in recipe.ordered:
        atoms = list(built.donors[start : start + ligand.hapticity])
        start += ligand.hapticity
        positions = built.atoms.positions[atoms]
        eta = ligand.pattern == "eta"
        sites += [positions.mean(axis=0)] if eta else list(positions)
    places = [p for placed in isomers(recipe)[0] for p in placed]
    unit = np.array(sites) / np.linalg.norm(sites, axis=1, keepdims=True)
    cosines = np.sum(unit * goals[places], axis=1)
    assert np.degrees(np.arccos(np.clip(cosines, -1, 1))).max() < 25


def test_no_two_atoms_are_closer_than_their_radii_allow(built):
    limit = nearest_allowed(built.atoms.numbers)
    assert (built.atoms.get_all_distances() >= limit).all()
    moved = displace(built.atoms, seed=4)
    assert (moved.get_all_distances() >= limit).all()


def test_linear_carbonyls_stay_linear():
    built = build(Recipe("Fe", 0, "trigonal-bipyramidal", ("co",) * 5))
    angles = [built.atoms.get_angle(0, carbon, carbon + 1) for carbon in built.donors]
    assert min(angles) > 170


def test_a_ring_is_bound_through_its_face():
    built = build(Recipe("Fe", 2, "sandwich", ("cp", "cp")))
    assert first_shell(built) == "C10"
    assert {kind for kind, _ in shell_distances(built)} == {"C (η)"}


def test_isomers_differ_and_share_their_compound():
    cis, trans = (build(SAMPLES[1], isomer=i) for i in (0, 1))
    chlorine = [i for i in cis.donors if cis.atoms[i].symbol == "Cl"]
    gaps = [one.atoms.get_distance(*chlorine) for one in (cis, trans)]
    assert sorted(gaps) == pytest.approx([2.17 * 2**0.5, 2.17 * 2], abs=0.01)
    assert cis.labels()["compound"] == trans.labels()["compound"]


def test_the_same_seed_gives_the_same_atoms():
    one, two, other = (build(SAMPLES[0], seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.atoms.positions, two.atoms.positions)
    assert not np.array_equal(one.atoms.positions, other.atoms.positions)


def test_too_little_room_is_refused_with_the_atoms_that_clash():
    crowd = Recipe("Fe", 2, "octahedral", ("nsi2",) * 6)
    with pytest.raises(InputError, match=r"too crowded: .* Å apart; use smaller"):
        build(crowd)


def test_without_rdkit_the_message_says_how_to_get_it(without):
    without("rdkit")
    with pytest.raises(InputError, match=r"needs RDKit.*xnet-lite\[chem\]"):
        build(Recipe("Fe", 2, "linear", ("sme", "sme")))


# --- displacements ----------------------------------------------------------------


def test_displaced_atoms_move_by_their_width_and_heavy_ones_less():
    built = build(SAMPLES[1])
    shifts = np.array(
        [displace(built.atoms, seed=seed).positions for seed in range(200)]
    )
    spread = (shifts - built.atoms.positions).std(axis=(0, 2))
    numbers = built.atoms.numbers
    # positions are given from the metal, which moves too: 0.034 Å for iron
    assert spread[numbers == 6].mean() == pytest.approx(np.hypot(0.05, 0.034), rel=0.05)
    assert spread[numbers == 1].mean() > spread[numbers == 6].mean()
    assert spread[numbers == 17].mean() < spread[numbers == 6].mean()


# --- against real complexes -------------------------------------------------------


def test_distances_are_those_of_the_public_complexes(mirror):
    real = lengths_by_kind(load("csd-fe-k").sites)
    made = {}
    for recipe in recipes("Fe", seed=20261121)[:150]:
        for kind, distance in shell_distances(build(recipe)):
            made.setdefault(kind, []).append(distance)
    compared = {kind: values for kind, values in real.items() if len(values) >= 10}
    assert {"N", "C (CO)", "C (η)", "O", "P", "Cl"} <= set(compared)
    for kind, values in compared.items():
        assert abs(np.median(made[kind]) - np.median(values)) < 0.1, kind
