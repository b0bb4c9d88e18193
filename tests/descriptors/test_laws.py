"""Laws that every descriptor of the library obeys."""

import json
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, make_supercell

from xnet_lite import descriptors
from xnet_lite.descriptors import (
    ARMSR,
    CHEMISTRY,
    LMBTR,
    MSR,
    PDOS,
    RDC,
    SOAP,
    WACSF,
    Descriptor,
    Joined,
    NeighborGraph,
)
from xnet_lite.errors import InputError
from xnet_lite.structures import Site, cluster

#: every descriptor: its ways to be built; "default" stands for all in __all__
DESCRIPTORS = {
    "ARMSR": ARMSR(),
    "ARMSR four bodies": ARMSR(n_s2=8, n_s3=8, n_s4=8, n_angles=5, cutoff=7.0),
    "Joined": WACSF(n_g2=8, n_g4=0, cutoff=4.5) + RDC(dr=0.5) + WACSF(),
    "LMBTR": LMBTR(),
    "LMBTR angles in degrees": LMBTR(k2="inverse_distance", k3="angle", cutoff=5.0),
    "MSR": MSR(),
    "MSR five bodies": MSR(n_s5=38, cutoff=7.0),
    "MSR channels": MSR(weight=CHEMISTRY),
    "NeighborGraph": NeighborGraph(),
    "NeighborGraph of the nearest eight": NeighborGraph(n_neighbors=8),
    "PDOS": PDOS(cutoff=2.2),
    "RDC": RDC(),
    "RDC all pairs": RDC(cutoff=4.0, pairs="all"),
    "RDC of two properties": RDC(weight=("Z", "covalent_radius")),
    "SOAP": SOAP(),
    "SOAP of all pairs of groups": SOAP(compression="off", n_max=3, l_max=2),
    "WACSF": WACSF(),
    "WACSF channels": WACSF(weight=CHEMISTRY, elements=("C", ("N", "O"))),
    "WACSF swapped grids": WACSF(g2="centred", g4="shifted", zeta=(1, 2.5, 3, 16)),
    "WACSF without G1": WACSF(g1=False),
    "WACSF without G4": WACSF(n_g4=0, cutoff=4.5),
}
#: what is a sum over atoms; orbitals are there without any, and an atom that leaves
#: takes its electrons along; a distance in a list comes and goes at its full length,
#: and the absorber is listed without neighbors too
SUMS = {k: v for k, v in DESCRIPTORS.items() if not isinstance(v, PDOS | NeighborGraph)}
#: what bounds the distance between two neighbors too; all pairs reach twice as far,
#: densities are multiplied and angles counted however far their ends are
BOUNDED = {
    k: v
    for k, v in SUMS.items()
    if k != "RDC all pairs" and not isinstance(v, LMBTR | SOAP)
}
#: what an optional package computes
NEEDS = {SOAP: "dscribe", PDOS: "pyscf"}
# sums of some hundred terms, each exact to about ten roundings
ROUNDING = {"rtol": 1e-9, "atol": 1e-11}


def over(chosen):
    """Run a law over the descriptors chosen, where their packages are installed."""
    packages = [NEEDS.get(type(d), "numpy") for d in chosen.values()]
    marks = [
        pytest.mark.skipif(find_spec(name) is None, reason=f"needs {name} (extra chem)")
        for name in packages
    ]
    cases = zip(chosen.items(), marks, strict=True)
    return pytest.mark.parametrize(
        "descriptor", [pytest.param(d, id=name, marks=m) for (name, d), m in cases]
    )


every = over(DESCRIPTORS)
summed = over(SUMS)
bounded = over(BOUNDED)


def turned(site: Site, seed: int = 3) -> Atoms:
    """The atoms of a site after a random rotation and a shift."""
    matrix, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    atoms = site.atoms.copy()
    atoms.positions = atoms.positions @ matrix.T + [3.0, -20.0, 0.7]
    return atoms


def with_atom(site: Site, symbol: str, distance: float) -> Site:
    """The site with one more atom at a distance, along a direction of its own."""
    direction = np.array([2.0, -3.0, 6.0]) / 7.0
    return Site(site.atoms + Atoms(symbol, [distance * direction]), 0)


def test_the_laws_run_over_every_descriptor_of_the_library():
    kinds = [getattr(descriptors, name) for name in descriptors.__all__]
    classes = {k.__name__ for k in kinds if isinstance(k, type) and k is not Descriptor}
    assert {type(d).__name__ for d in DESCRIPTORS.values()} == classes


@every
def test_every_number_has_a_name_of_its_own(descriptor, sites):
    names = descriptor.feature_names
    assert len(names) == len(set(names)) == descriptor.n_features
    assert descriptor.transform(sites).shape == (len(sites), descriptor.n_features)


@every
def test_numbers_are_finite_and_in_double_precision(descriptor, sites):
    features = descriptor.transform(sites)
    assert features.dtype == np.float64
    assert np.isfinite(features).all()


@every
def test_a_rotated_and_shifted_site_has_the_same_features(descriptor, sites):
    moved = [Site(turned(site), site.absorber_index) for site in sites]
    expected = descriptor.transform(sites)
    np.testing.assert_allclose(descriptor.transform(moved), expected, **ROUNDING)


@every
def test_the_order_of_atoms_in_the_file_does_not_matter(descriptor, sites):
    shuffled = []
    for site in sites:
        order = np.random.default_rng(5).permutation(len(site.atoms))
        shuffled.append(Site(site.atoms[order], int(np.argmin(order))))
    expected = descriptor.transform(sites)
    np.testing.assert_allclose(descriptor.transform(shuffled), expected, **ROUNDING)


@every
def test_two_like_atoms_can_be_swapped(descriptor, around):
    pair = ("O", [2.0, 0.3, 0.0]), ("O", [-0.4, 2.6, 1.0])
    rest = ("N", [0.0, -1.8, 0.9])
    one, other = around(*pair, rest), around(*pair[::-1], rest)
    np.testing.assert_allclose(
        descriptor.describe(one), descriptor.describe(other), **ROUNDING
    )


@every
def test_two_unlike_atoms_cannot_be_swapped(descriptor, around):
    one = around(("O", [2.0, 0.0, 0.0]), ("P", [0.0, 2.6, 0.0]))
    other = around(("P", [2.0, 0.0, 0.0]), ("O", [0.0, 2.6, 0.0]))
    gap = np.abs(descriptor.describe(one) - descriptor.describe(other)).max()
    assert gap > 0.1


@summed
def test_an_atom_fades_quadratically_at_the_cutoff(descriptor, sites):
    without = descriptor.describe(sites[0])
    steps = np.array([1e-3, 2e-4])
    near = [with_atom(sites[0], "S", descriptor.cutoff - step) for step in steps]
    gaps = np.abs(descriptor.transform(near) - without).max(axis=1)
    # f_c ∝ step² there, and the Gaussians change by some percent of a step
    assert gaps[0] / gaps[1] == pytest.approx(25, rel=0.1)


@every
@pytest.mark.parametrize("beyond", [1e-6, 0.1, 5.0, 500.0])
def test_an_atom_beyond_the_cutoff_changes_nothing(descriptor, sites, beyond):
    far = with_atom(sites[0], "S", descriptor.cutoff + beyond)
    expected = descriptor.describe(sites[0])
    np.testing.assert_allclose(descriptor.describe(far), expected, rtol=1e-13)


def triple(around, distance, cutoff):
    """Two neighbors within the cutoff, as far apart as told."""
    side = 0.7 * cutoff
    angle = 2 * np.arcsin(distance / (2 * side))
    place = [side * np.cos(angle), side * np.sin(angle), 0.0]
    return around(("O", [side, 0.0, 0.0]), ("N", place))


@bounded
def test_two_neighbors_beyond_the_cutoff_of_each_other_just_add(descriptor, around):
    cutoff = descriptor.cutoff
    both = triple(around, 1.2 * cutoff, cutoff)
    alone = [Site(both.atoms[[0, k]], 0) for k in (1, 2)]
    sum_ = descriptor.transform(alone).sum(axis=0)
    np.testing.assert_allclose(descriptor.describe(both), sum_, rtol=1e-12)


@bounded
def test_the_third_side_fades_quadratically_at_the_cutoff(descriptor, around):
    cutoff = descriptor.cutoff
    lengths = cutoff - np.array([1e-2, 1e-3])
    pairs = [triple(around, length, cutoff) for length in lengths]
    alone = [Site(pair.atoms[[0, k]], 0) for pair in pairs for k in (1, 2)]
    sums = descriptor.transform(alone).reshape(2, 2, -1).sum(axis=1)
    gaps = np.abs(descriptor.transform(pairs) - sums).max(axis=1)
    if gaps[0] < 1e-9:  # a sum over single neighbors has no third side
        assert not any(name.startswith("G4") for name in descriptor.feature_names)
    else:
        assert gaps[0] / gaps[1] == pytest.approx(100, rel=0.1)


@every
def test_a_site_does_not_depend_on_its_company(descriptor, sites):
    copies = 1 if isinstance(descriptor, PDOS) else 30  # orbitals take their time
    together = descriptor.transform(sites * copies)
    alone = np.stack([descriptor.describe(site) for site in sites] * copies)
    np.testing.assert_allclose(together, alone, rtol=1e-10, atol=1e-13)


@every
def test_a_crystal_its_supercell_and_its_cluster_agree(descriptor):
    cell = bulk("NiO", "rocksalt", a=4.17)
    super_cell = make_supercell(cell, [[2, 0, 0], [0, 1, 0], [0, 1, 3]])
    crystal = Site(cell, 0)
    forms = [crystal, Site(super_cell, 0), cluster(crystal, 7.0)]
    features = descriptor.transform(forms)
    np.testing.assert_allclose(features[1:], features[[0, 0]], rtol=1e-9, atol=1e-9)


@summed
def test_an_atom_alone_has_no_features_but_zeros(descriptor):
    assert not descriptor.describe(Site(Atoms("Fe"), 0)).any()


@every
def test_no_sites_give_no_rows(descriptor):
    assert descriptor.transform([]).shape == (0, descriptor.n_features)


@every
def test_a_descriptor_comes_back_from_its_configuration(descriptor, sites):
    text = json.dumps(descriptor.config(), allow_nan=False)
    again = type(descriptor).from_config(json.loads(text))
    assert again == descriptor
    assert (again.transform(sites) == descriptor.transform(sites)).all()


@every
def test_one_site_is_refused_where_several_are_meant(descriptor, sites):
    with pytest.raises(InputError, match="call describe"):
        descriptor.transform(sites[0])


@every
def test_an_argument_that_is_not_known_is_refused(descriptor):
    takes = next(iter(descriptor.config()))
    with pytest.raises(InputError, match=f"has no argument 'radius', it takes {takes}"):
        type(descriptor).from_config({"radius": 5.0})


@every
def test_a_cutoff_that_is_not_positive_is_refused(descriptor, sites):
    parts = descriptor.parts if isinstance(descriptor, Joined) else [descriptor]
    with pytest.raises(InputError, match=r"cutoff|grid|grow"):
        Joined([replace(part, cutoff=-1.0) for part in parts]).transform(sites)


@every
@pytest.mark.parametrize("pbc", [False, True])
def test_atoms_that_were_spoilt_after_the_site_was_made_are_refused(descriptor, pbc):
    site = Site(
        Atoms("FeOO", [[5, 5, 5], [5, 5, 7], [5, 6, 7.5]], cell=[9] * 3, pbc=pbc), 0
    )
    site.atoms.positions[2, 1] = np.nan
    with pytest.raises(InputError, match="atom 2 has a coordinate that is not finite"):
        descriptor.transform([site])
