"""Spectra of distances and angles: closed forms and dscribe's own values."""

import numpy as np
import pytest
from scipy.stats import norm

from xnet_lite.descriptors import LMBTR
from xnet_lite.errors import InputError

#: in the order of Z, as dscribe sorts them
ELEMENTS = ("H", "C", "N", "O", "P", "S", "Cl", "Fe")


def density(points, center):
    """A normal density of one spacing's width, averaged over each grid point."""
    step = points[1] - points[0]
    edges = np.append(points - step / 2, points[-1] + step / 2)
    return np.diff(norm.cdf(edges, center, step)) / step


def fade(r):
    """The cutoff function, 6 Å."""
    return 0.5 * (np.cos(np.pi * r / 6.0) + 1.0)


def test_one_neighbor_gives_one_gaussian_in_the_spectrum_of_its_group(around):
    features = LMBTR(species=("N", "O")).describe(around(("O", [0.0, 2.5, 0.0])))
    expected = fade(2.5) * density(np.linspace(0.5, 6.0, 40), 2.5)
    np.testing.assert_allclose(features[40:80], expected, rtol=1e-9, atol=1e-15)
    assert not features[:40].any()
    assert not features[80:].any()


@pytest.mark.parametrize(
    ("kind", "ends", "value"), [("cosine", (-1, 1), 0.5), ("angle", (0, 180), 60.0)]
)
def test_two_neighbors_give_one_gaussian_at_their_angle(around, kind, ends, value):
    third = [1.5, 1.5 * np.sqrt(3.0), 0.0]
    site = around(("O", [2.0, 0.0, 0.0]), ("N", third))
    descriptor = LMBTR(species=("N", "O"), n_k2=0, k3=kind)
    features = descriptor.describe(site).reshape(3, 20)
    expected = fade(2.0) * fade(3.0) * density(np.linspace(*ends, 20), value)
    np.testing.assert_allclose(features[1], expected, rtol=1e-9, atol=1e-15)
    assert not features[[0, 2]].any()


def test_the_area_of_a_spectrum_counts_the_atoms_of_its_group(around):
    places = [[2.0, 0.0, 0.0], [0.0, 2.2, 0.0], [0.0, 0.0, -2.4]]
    site = around(*(("O", place) for place in places))
    descriptor = LMBTR(
        species=("O",), weighting="exp", scale=0.0, n_k2=111, spread=2.0, n_k3=0
    )
    # 110 spacings of 0.05 Å from 0.5 to 6 Å
    assert descriptor.describe(site).sum() * 0.05 == pytest.approx(3.0, rel=1e-9)


def peer(kind, first, last, n_points, longest):
    """The same list by dscribe, without what is longer than so many Å."""
    peers = pytest.importorskip("dscribe.descriptors", reason="needs the extra chem")
    spread = (last - first) / (n_points - 1)
    weight = np.exp(-0.5 * longest)
    return peers.LMBTR(
        geometry={"function": kind},
        grid={"min": first, "max": last, "n": n_points, "sigma": spread},
        weighting={"function": "exp", "scale": 0.5, "threshold": weight},
        species=ELEMENTS,
    )


@pytest.mark.parametrize("kind", ["distance", "inverse_distance"])
def test_dscribe_finds_the_same_distances(sites, kind):
    ends = (0.5, 6.0) if kind == "distance" else (1 / 6.0, 1 / 0.8)
    theirs = peer(kind, *ends, n_points=40, longest=6.0)
    ours = LMBTR(species=ELEMENTS, k2=kind, n_k3=0, weighting="exp")
    near = [site for site in sites if len(site.atoms) > 1]
    expected = [theirs.create(site.atoms, centers=[0])[0] for site in near]
    picked = [
        np.concatenate([row[theirs.get_location(("X", e))] for e in ELEMENTS])
        for row in expected
    ]
    np.testing.assert_allclose(ours.transform(near), picked, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", ["cosine", "angle"])
def test_dscribe_finds_the_same_angles_at_the_absorber(sites, kind):
    ends = (-1, 1) if kind == "cosine" else (0, 180)
    theirs = peer(kind, *ends, n_points=20, longest=12.0)
    ours = LMBTR(species=ELEMENTS, k3=kind, n_k2=0, weighting="exp")
    site = sites[0]
    row = theirs.create(site.atoms, centers=[0])[0]
    pairs = [(a, "X", b) for i, a in enumerate(ELEMENTS) for b in ELEMENTS[i:]]
    expected = np.concatenate([row[theirs.get_location(pair)] for pair in pairs])
    np.testing.assert_allclose(ours.describe(site), expected, rtol=1e-9, atol=1e-14)


def test_groups_hold_the_sums_of_their_elements(sites):
    apart = LMBTR(species=ELEMENTS, n_k3=0).transform(sites)
    together = LMBTR(species=(ELEMENTS,), n_k3=0).transform(sites)
    summed = apart.reshape(len(sites), len(ELEMENTS), 40).sum(axis=1)
    np.testing.assert_allclose(together, summed, rtol=1e-10, atol=1e-13)


def test_angles_of_groups_hold_the_sums_of_those_of_elements(sites):
    apart = LMBTR(species=ELEMENTS, n_k2=0).transform(sites)
    together = LMBTR(species=(ELEMENTS,), n_k2=0).transform(sites)
    summed = apart.reshape(len(sites), 36, 20).sum(axis=1)
    np.testing.assert_allclose(together, summed, rtol=1e-10, atol=1e-13)


def test_names_tell_groups_quantity_and_value():
    names = LMBTR(species=("H", ("N", "O")), n_k2=2, n_k3=2).feature_names
    radial = [f"LMBTR X-{a} distance={r} Å" for a in ("H", "N/O") for r in ("0.5", 6)]
    pairs = ("H-X-H", "H-X-N/O", "N/O-X-N/O")
    angular = [f"LMBTR {pair} cosine={c}" for pair in pairs for c in (-1, 1)]
    assert names == radial + angular


def test_an_element_of_no_group_is_refused(around):
    with pytest.raises(InputError, match=r"no group with S, list it.*'S'"):
        LMBTR(species=("N", "O")).describe(around(("S", [2.0, 0.0, 0.0])))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cutoff": 0.5}, "cutoff is 0.5: give a number > 0.8"),
        ({"n_k2": 1}, "give 0, or two points or more"),
        ({"n_k3": -2}, "give 0, or two points or more"),
        ({"k2": "cosine"}, "k2 'cosine' is not one of"),
        ({"k3": "distance"}, "k3 'distance' is not one of"),
        ({"weighting": "unity"}, "weighting 'unity' is not one of"),
        ({"scale": -1.0}, "scale is -1.0: give a number >= 0"),
        ({"spread": 0.0}, "spread is 0.0: give a number > 0"),
        ({"species": ("H", "H")}, "H is listed 2 times"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        LMBTR(**arguments)
