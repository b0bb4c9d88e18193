"""Symmetry functions: closed forms, plain loops, and the parent code's own values.

Origin of `parents.npz`: black-box values, float64, of NewcastleRSE/XANESNET 121f79fd
(2026-04-27) and, with plain Z, of conorrankine/xanesnet c3a69ca (2025-04-14), for the
ten structures of data/fe/xyz_test, r_min 0 and r_max 6 Å but for wacsf_49_default.
"""

import itertools
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.datasets import load
from xnet_lite.descriptors import CHEMISTRY, WACSF
from xnet_lite.descriptors.base import gaussian_grid
from xnet_lite.descriptors.sums import pair_sums, sums
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

PARENTS = np.load(Path(__file__).parent / "parents.npz")
#: parent's array -> the same by our arguments; recent versions weigh by 0.1 Z
SAME = {
    "wacsf_97_redux_unscaled_Z": {},
    "wacsf_97": {"weight": 0.1},
    "wacsf_49_default": {
        "weight": 0.1,
        "r_min": 1.0,
        "n_g2": 16,
        "n_g4": 32,
        "zeta": (1,),
    },
    "wacsf_g2_50": {"weight": 0.1, "n_g2": 50, "n_g4": 0},
    "wacsf_97_g4shifted_g2centred": {"weight": 0.1, "g2": "centred", "g4": "shifted"},
}


def fade(r, cutoff=6.0):
    """The cutoff function of the paper."""
    return 0.5 * (np.cos(np.pi * r / cutoff) + 1.0) if r <= cutoff else 0.0


def plain(site, descriptor):
    """The formulas of the paper, term by term."""
    center = site.atoms.positions[site.absorber_index]
    atoms = [
        (float(z), place - center)
        for i, (z, place) in enumerate(
            zip(site.atoms.numbers, site.atoms.positions, strict=True)
        )
        if i != site.absorber_index
    ]
    length = np.linalg.norm
    near = [(z, v) for z, v in atoms if length(v) <= 6.0]
    g1 = sum(fade(length(v)) for _, v in near)
    grid = np.linspace(0.5, 5.5, descriptor.n_g2)
    sharp = 1 / (2 * (grid[1] - grid[0]) ** 2)
    g2 = [
        sum(
            z * fade(r := length(v)) * np.exp(-sharp * (r - shift) ** 2)
            for z, v in near
        )
        for shift in grid
    ]
    g4 = []
    radii = np.linspace(1.0, 5.5, descriptor.n_g4 // 8)
    for radius, sign, zeta in itertools.product(radii, (1, -1), (1, 2, 4, 8)):
        total = 0.0
        for (z, v), (y, w) in itertools.combinations(near, 2):
            sides = length(v), length(w), length(v - w)
            cosine = v @ w / (sides[0] * sides[1])
            total += (
                (z * y * (1 + sign * cosine) ** zeta)
                * np.prod([fade(r) for r in sides])
                * np.exp(-sum(r * r for r in sides) / (2 * radius**2))
            )
        g4.append(2.0 ** (1 - zeta) * total)
    return np.array([g1, *g2, *g4])


def test_many_neighbors_give_the_sums_of_the_paper_term_by_term(sites):
    descriptor = WACSF()
    expected = [plain(site, descriptor) for site in sites]
    # the plain loop takes cosines by another route: some ten roundings
    np.testing.assert_allclose(descriptor.transform(sites), expected, rtol=1e-10)


@pytest.mark.parametrize("g2", ["shifted", "centred"])
@pytest.mark.parametrize("g4", ["shifted", "centred"])
@pytest.mark.parametrize(
    ("zeta", "lambda_"), [((1, 2, 4, 8), (1, -1)), ((0.5, 3), (-1,)), ((16,), (-1, 1))]
)
def test_each_order_takes_either_grid_with_any_sharpness(around, g2, g4, zeta, lambda_):
    places = np.array([[1.9, 0.2, 0.0], [0.3, -2.3, 0.8]])
    site = around(("O", places[0].tolist()), ("N", places[1].tolist()))
    radii = np.linalg.norm(places, axis=1)
    sides = np.array([*radii, np.linalg.norm(places[0] - places[1])])
    n_g4 = 4 * len(zeta) * len(lambda_)
    descriptor = WACSF(n_g2=5, n_g4=n_g4, g2=g2, g4=g4, zeta=zeta, lambda_=lambda_)
    first = {"shifted": 0.5, "centred": 1.0}
    faded = [8 * fade(radii[0]), 7 * fade(radii[1])]
    eta, shift = gaussian_grid(g2, first[g2], 5.5, 5)
    expected = [fade(radii[0]) + fade(radii[1])]
    expected += [
        np.dot(faded, np.exp(-h * (radii - r) ** 2))
        for h, r in zip(eta, shift, strict=True)
    ]
    cosine = places[0] @ places[1] / (radii[0] * radii[1])
    eta, shift = gaussian_grid(g4, first[g4], 5.5, 4)
    expected += [
        2.0 ** (1 - z)
        * (1 + sign * cosine) ** z
        * np.prod(faded)
        * fade(sides[2])
        * np.exp(-h * np.sum((sides - r) ** 2))
        for h, r in zip(eta, shift, strict=True)
        for sign in lambda_
        for z in zeta
    ]
    np.testing.assert_allclose(descriptor.describe(site), expected, rtol=1e-10)


def test_one_neighbor_gives_one_gaussian_times_z_times_the_cutoff(around):
    features = WACSF(n_g2=2, n_g4=8).describe(around(("O", [0.0, 0.0, 2.0])))
    # points 0.5 and 5.5 Å: η = 1/(2·5²)
    gaussians = np.exp([-(1.5**2) / 50, -(3.5**2) / 50])
    expected = [0.75, *(8 * 0.75 * gaussians), *[0.0] * 8]
    np.testing.assert_allclose(features, expected, rtol=1e-12)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("zeta", [0.5, 1, 3, 7.5, 16])
def test_a_right_angle_gives_one_term_for_any_sharpness(around, sign, zeta):
    site = around(("O", [2.0, 0.0, 0.0]), ("S", [0.0, 2.0, 0.0]))
    one = WACSF(n_g2=0, n_g4=1, zeta=(zeta,), lambda_=(sign,)).describe(site)[1]
    # one centred point, 1 Å; the sides are 2, 2 and √8 Å and cos θ = 0
    expected = 2 ** (1 - zeta) * 8 * 16 * 0.75**2 * fade(8**0.5) * np.exp(-16 / 2)
    assert one == pytest.approx(expected, rel=1e-12)


def test_opposite_neighbors_count_for_minus_one_alone(around):
    site = around(("O", [2.0, 0.0, 0.0]), ("O", [-2.0, 0.0, 0.0]))
    plus, minus = WACSF(n_g2=0, n_g4=2, zeta=(4,)).describe(site)[1:]
    expected = 2**-3 * 64 * 2**4 * 0.75**2 * fade(4.0) * np.exp(-24 / 2)
    assert minus == pytest.approx(expected, rel=1e-12)
    assert abs(plus) < 1e-30


def test_shifted_pairs_take_the_shift_from_each_side(around):
    site = around(("O", [2.0, 0.0, 0.0]), ("O", [0.0, 2.0, 0.0]))
    descriptor = WACSF(n_g2=0, n_g4=3, zeta=(1,), lambda_=(1,), g4="shifted")
    # points 0.5, 3, 5.5 Å
    sides = np.array([2.0, 2.0, 8**0.5])
    exponents = [-np.sum((sides - r) ** 2) / (2 * 2.5**2) for r in (0.5, 3.0, 5.5)]
    expected = 64 * 0.75**2 * fade(8**0.5) * np.exp(exponents)
    np.testing.assert_allclose(descriptor.describe(site)[1:], expected, rtol=1e-12)


@pytest.mark.parametrize("cutoff_beyond", ["zero", "xanesnet"])
@pytest.mark.parametrize("distance", [0.8, 3.0, 5.9, 6.0, 6.1, 8.0, 10.0])
def test_the_fade_of_the_third_side_is_exact(around, cutoff_beyond, distance):
    half = np.arcsin(distance / 10.0)
    places = [[5 * np.cos(a), 5 * np.sin(a), 0.0] for a in (half, -half)]
    site = around(*(("O", place) for place in places))
    descriptor = WACSF(
        n_g2=0, n_g4=1, zeta=(1,), lambda_=(-1,), cutoff_beyond=cutoff_beyond
    )
    rest = 64 * (1 - np.cos(2 * half)) * fade(5.0) ** 2
    rest *= np.exp(-(50 + distance**2) / 2)
    beyond = cutoff_beyond == "xanesnet" or distance < 6
    expected = 0.5 * (np.cos(np.pi * distance / 6) + 1) if beyond else 0.0
    assert descriptor.describe(site)[1] / rest == pytest.approx(expected, abs=1e-12)


def test_a_third_side_of_eight_angstrom_counts_a_quarter_in_the_parent_code(around):
    site = around(("O", [4.0, 0.0, 0.0]), ("O", [-4.0, 0.0, 0.0]))
    strict, parent = (
        WACSF(n_g4=8, cutoff_beyond=beyond).describe(site)[-4:]
        for beyond in ("zero", "xanesnet")
    )
    zeta = np.array([1, 2, 4, 8])
    full = 2.0 ** (1 - zeta) * 64 * 2.0**zeta * 0.25**2 * np.exp(-96 / 2)
    np.testing.assert_allclose(parent, 0.25 * full, rtol=1e-12)
    assert not strict.any()


@pytest.mark.parametrize(
    ("kind", "first"), [("shifted", "r=0.5 Å η=19.22 Å⁻²"), ("centred", "η=0.5 Å⁻²")]
)
def test_names_tell_the_parameters(kind, first):
    names = WACSF(g2=kind, g4=kind).feature_names
    angular = "r=0.5 Å η=0.98 Å⁻²" if kind == "shifted" else first
    assert names[:2] == ["G1", f"G2 {first}"]
    assert names[33:35] == [f"G4 λ=+1 ζ=1 {angular}", f"G4 λ=+1 ζ=2 {angular}"]
    assert names[33 + 7].startswith("G4 λ=-1 ζ=8")


def test_the_angular_grid_spans_the_range_and_the_parents_its_first_points():
    def radii(descriptor):
        ends = [name.split("η=")[1] for name in descriptor.feature_names[33::8]]
        return [(2 * float(end.split()[0])) ** -0.5 for end in ends]

    # names have four digits
    expected = np.linspace(1.0, 5.5, 8), np.linspace(1.0, 1.5, 8)
    np.testing.assert_allclose(radii(WACSF()), expected[0], rtol=1e-3)
    np.testing.assert_allclose(radii(WACSF.xanesnet()), expected[1], rtol=1e-3)


@pytest.mark.parametrize("name", SAME)
def test_the_parent_code_is_reproduced(parent_sites, name):
    features = WACSF.xanesnet(**SAME[name]).transform(parent_sites)
    expected = PARENTS[name]
    # its own rounding; the smallest of its numbers is 1e-90
    np.testing.assert_allclose(features, expected, rtol=1e-9)


def test_dscribe_finds_the_same_numbers_where_all_elements_count_one(sites):
    dscribe = pytest.importorskip("dscribe.descriptors", reason="needs the extra chem")
    (eta_2, shifts), (eta_4, _) = (
        gaussian_grid("shifted", 0.5, 5.5, 32),
        gaussian_grid("centred", 1.0, 5.5, 8),
    )
    peer = dscribe.ACSF(
        r_cut=6.0,
        g2_params=np.column_stack([eta_2, shifts]).tolist(),
        g4_params=list(itertools.product(eta_4.tolist(), (1, 2, 4, 8), (1, -1))),
        species=["H"],
    )
    alike = [Atoms(f"H{len(s.atoms)}", s.atoms.positions) for s in sites]
    expected = np.vstack([peer.create(atoms, centers=[0]) for atoms in alike])
    # its λ is the fastest index, ours ζ
    angles = expected[:, 33:].reshape(-1, 8, 4, 2).swapaxes(2, 3)
    expected[:, 33:] = angles.reshape(len(sites), 64)
    features = WACSF(weight="one").transform(sites)
    np.testing.assert_allclose(features, expected, rtol=1e-10)


def test_the_parents_versions_differ_by_the_weight_alone():
    # one counts Z and the other 0.1 Z, so G2 scales once and G4 twice
    scale = np.r_[1.0, [0.1] * 32, [0.01] * 64]
    expected = PARENTS["wacsf_97_redux_unscaled_Z"] * scale
    np.testing.assert_allclose(PARENTS["wacsf_97"], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("grid", "worst"),
    # far triples: some 1e-5 of functions that end at 1.5 Å, a third of those that
    # reach 5.5 Å and look for a k opposite j
    [("xanesnet", 1.33e-5), ("whole", 0.371)],
)
def test_the_strict_cutoff_takes_this_much_of_the_parents_numbers(
    parent_sites, grid, worst
):
    strict, parent = (
        WACSF(cutoff_beyond=beyond, g4_grid=grid).transform(parent_sites)
        for beyond in ("zero", "xanesnet")
    )
    assert (strict[:, :33] == parent[:, :33]).all()
    # three digits as printed
    assert np.abs(strict / parent - 1).max() == pytest.approx(worst, rel=5e-3)


def test_the_public_features_are_weighed_by_z(mirror):
    mirror("conorrankine/xanesnet")
    features = load("tmqm-k-v").features
    # Σ over a shifted grid of Gaussians is √(2π): G2 / G1 is a mean atomic number
    mean_z = features[:, 1:33].sum(axis=1) / np.sqrt(2 * np.pi) / features[:, 0]
    assert 4 < np.median(mean_z) < 8


def test_a_number_scales_every_order_by_its_power(sites):
    whole, tenth = (WACSF(weight=w).transform(sites) for w in (1.0, 0.1))
    scale = np.r_[1.0, [0.1] * 32, [0.01] * 64]
    np.testing.assert_allclose(tenth, whole * scale, rtol=1e-12)


def test_each_weight_of_several_has_its_own_functions(sites):
    together = WACSF(weight=CHEMISTRY).transform(sites)
    apart = [WACSF(weight=weight).transform(sites) for weight in CHEMISTRY]
    radial = [features[:, 1:33] for features in apart]
    angular = [features[:, 33:] for features in apart]
    expected = np.hstack([apart[0][:, :1], *radial, *angular])
    np.testing.assert_allclose(together, expected, rtol=1e-12)


def test_functions_of_all_elements_add_up_to_those_that_count_atoms(sites):
    elements = ("H", ("C", "P"), ("N", "O"), ("S", "Cl"))
    features = WACSF(n_g4=0, weight="one", elements=elements).transform(sites)
    radial = features[:, 1:].reshape(len(sites), 5, 32)
    np.testing.assert_allclose(radial[:, 1:].sum(axis=1), radial[:, 0], rtol=1e-12)


def test_without_g1_all_other_numbers_and_names_stay_as_they_are(sites):
    whole, rest = WACSF(), WACSF(g1=False)
    assert rest.feature_names == whole.feature_names[1:]
    assert (rest.transform(sites) == whole.transform(sites)[:, 1:]).all()


def test_settings_from_before_g1_could_be_left_out_have_it():
    old = WACSF().config()
    del old["g1"]
    assert WACSF.from_config(old).feature_names[0] == "G1"


def test_an_element_of_no_group_counts_in_no_group(around):
    descriptor = WACSF(n_g4=0, elements=("C", "N"))
    features = descriptor.describe(around(("O", [2.0, 0.0, 0.0])))
    assert features[1:33].any()
    assert not features[33:].any()


def test_names_tell_the_weight_and_the_elements():
    descriptor = WACSF(
        n_g2=2, n_g4=8, weight=("Z", "one", 0.1, {"O": 3.0}), elements=(("N", "O"),)
    )
    ends = [name.split("Å⁻²")[1] for name in descriptor.feature_names[1:]]
    weights = ["", " by one", " by 0.1 Z", " by O 3"]
    radial = [end for end in [*weights, " of N, O"] for _ in range(2)]
    assert ends == radial + [end for end in weights for _ in range(8)]


@pytest.mark.parametrize("limit", [1, 700, 10**7])
def test_how_many_pairs_are_taken_at_a_time_does_not_matter(sites, monkeypatch, limit):
    expected = WACSF().transform(sites * 3)
    monkeypatch.setattr(pair_sums, "PAIRS_AT_ONCE", limit)
    monkeypatch.setattr(sums, "NUMBERS_AT_ONCE", limit)
    np.testing.assert_allclose(WACSF().transform(sites * 3), expected, rtol=1e-12)


def test_ten_times_the_sites_take_no_more_memory_than_their_features(sites, peak):
    descriptor = WACSF()

    # besides the features, one batch of sites and one chunk of pairs
    assert peak(descriptor, sites * 300) < 1.1 * peak(descriptor, sites * 30)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_g4": 63}, "n_g4 a multiple of the 8 pairs"),
        ({"n_g2": -1}, "n_g2=-1"),
        ({"n_g2": 0, "n_g4": 0, "g1": False}, "ask for one function"),
        ({"n_g2": 1}, "one shifted Gaussian has no spacing"),
        ({"g2": "even"}, "grid 'even' is not one of shifted, centred"),
        ({"zeta": (0,)}, "positive ζ"),
        ({"zeta": (1, 1)}, "each of them once"),
        ({"zeta": ()}, "each of them once"),
        ({"lambda_": (2,)}, r"λ of \+1 and -1"),
        ({"cutoff_beyond": "none"}, "cutoff_beyond 'none' is not one of"),
        ({"g4_grid": "all"}, "g4_grid 'all' is not one of"),
        ({"cutoff": 0.9}, "does not grow"),
        ({"weight": "mass"}, "weight 'mass' is not known"),
        ({"weight": {"Q": 1.0}}, "there is no such element"),
        ({"elements": ("Q",)}, "there is no element 'Q'"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        WACSF(**arguments)


@pytest.mark.parametrize("weight", [{"H": 1.0}, "electronegativity"])
def test_an_element_without_a_weight_is_refused(around, weight):
    site = around(("H", [2.0, 0.0, 0.0]), ("He", [0.0, 2.0, 0.0]))
    with pytest.raises(InputError, match="has no value for He, give a mapping"):
        WACSF(weight=weight).describe(site)


def test_an_atom_on_the_absorber_is_refused():
    site = Site(Atoms("FeO", np.zeros((2, 3))), 0)
    with pytest.raises(InputError, match="sits on the absorber"):
        WACSF().describe(site)
