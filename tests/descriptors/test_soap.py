"""Power spectra: closed forms, dscribe's own values, groups of elements."""

import numpy as np
import pytest
from ase import Atoms
from scipy.linalg import sqrtm
from scipy.special import gamma

from xnet_lite.descriptors import SOAP
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

peers = pytest.importorskip("dscribe.descriptors", reason="needs the extra chem")

#: in the order of Z, as dscribe sorts them
ELEMENTS = ("H", "C", "N", "O", "P", "S", "Cl", "Fe")


def radial_coefficients(r, angular, n_max, cutoff, sigma):
    """∫ g_nl(r') of one smeared atom at r: the closed form for Gaussian orbitals."""
    ends = np.linspace(1, cutoff, n_max)
    alpha = -np.log(1e-3 / ends**angular) / ends**2
    overlap = 0.5 * gamma(angular + 1.5) * (alpha[:, None] + alpha) ** (-angular - 1.5)
    beta = sqrtm(np.linalg.inv(overlap)).real
    eta = 1 / (2 * sigma**2)
    total = alpha + eta
    single = (
        (np.pi / total) ** 1.5
        * (eta * r / total) ** angular
        * np.exp(-alpha * eta / total * r**2)
    )
    return beta @ single


def test_one_neighbor_gives_the_closed_form_of_the_power_spectrum(around):
    descriptor = SOAP(species=("O",), n_max=3, l_max=2)
    distance = 2.2
    features = descriptor.describe(around(("O", [0.0, distance, 0.0])))
    x = distance / 6.0
    fade = 1 - 3 * x**2 + 2 * x**3
    expected = []
    for angular in range(3):
        c = fade * radial_coefficients(distance, angular, 3, 6.0, 0.5)
        # Σ_m |Y_lm|² = (2 l + 1)/(4 π)
        strength = 0.25 * np.sqrt(8 / (2 * angular + 1)) * (2 * angular + 1)
        expected += [strength * c[n] * c[m] for n in range(3) for m in range(3)]
    np.testing.assert_allclose(features, expected, rtol=1e-9)


@pytest.mark.parametrize("compression", ["mu1nu1", "mu2", "crossover", "off"])
def test_dscribe_finds_the_same_numbers_without_the_fade(sites, compression):
    descriptor = SOAP(
        species=ELEMENTS, compression=compression, smooth=False, center=True
    )
    peer = peers.SOAP(
        r_cut=6.0,
        n_max=6,
        l_max=4,
        sigma=0.5,
        species=ELEMENTS,
        compression={"mode": compression, "species_weighting": None},
    )
    expected = np.vstack([peer.create(s.atoms, centers=[0]) for s in sites])
    features = descriptor.transform(sites)
    # the same sums, in another order of atoms
    np.testing.assert_allclose(features, expected, rtol=1e-9, atol=1e-11)


def test_half_way_to_the_cutoff_an_atom_counts_half(around):
    site = around(("O", [0.0, 0.0, 3.0]))
    faded, plain = (SOAP(smooth=smooth).describe(site) for smooth in (True, False))
    # the spectrum is a square of the density
    np.testing.assert_allclose(faded, plain / 4, rtol=1e-9, atol=1e-12)


def test_each_group_with_all_adds_up_to_all_with_all(sites):
    parts = SOAP(n_max=4, l_max=3).transform(sites)
    whole = SOAP(n_max=4, l_max=3, compression="mu2").transform(sites)
    summed = parts.reshape(len(sites), 8, 4, 4, 4).sum(axis=1)
    upper = np.triu_indices(4)
    picked = summed[:, :, upper[0], upper[1]].reshape(len(sites), -1)
    np.testing.assert_allclose(picked, whole, rtol=1e-8, atol=1e-10)


def test_every_pair_holds_each_group_with_itself(sites):
    every = SOAP(compression="off", n_max=3, l_max=2)
    own = SOAP(compression="crossover", n_max=3, l_max=2)
    where = [every.feature_names.index(name) for name in own.feature_names]
    expected = every.transform(sites)[:, where]
    np.testing.assert_allclose(own.transform(sites), expected, rtol=1e-12)


def test_elements_of_one_group_are_not_told_apart(around):
    chloride, bromide, oxide = (
        SOAP().describe(around((symbol, [2.0, 0.5, 0.0])))
        for symbol in ("Cl", "Br", "O")
    )
    assert (chloride == bromide).all()
    assert np.abs(chloride - oxide).max() > 0.1


def test_numbers_of_a_group_that_is_not_there_are_zero(around):
    descriptor = SOAP()
    features = descriptor.describe(around(("N", [2.0, 0.0, 0.0])))
    filled = {
        name.split()[1]
        for name, value in zip(descriptor.feature_names, features, strict=True)
        if value
    }
    assert filled == {"N×all"}


def test_the_length_does_not_depend_on_the_sites(sites):
    lengths = {SOAP().transform([site]).shape for site in sites}
    assert lengths == {(1, SOAP().n_features)}


def test_the_absorbers_own_density_is_counted_if_wanted():
    alone = Site(Atoms("Fe"), 0)
    names = SOAP(center=True).feature_names
    features = SOAP(center=True).describe(alone)
    spherical = [" l=0 " in name and "metal" in name for name in names]
    assert features[spherical].any()
    assert np.abs(features[~np.array(spherical)]).max() < 1e-12


def test_an_element_of_no_group_is_refused(around):
    with pytest.raises(InputError, match=r"no group with Xe, list it.*'Xe'"):
        SOAP().describe(around(("Xe", [2.0, 0.0, 0.0])))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cutoff": 0.9}, "cutoff is 0.9: give a number > 1"),
        ({"sigma": 0.0}, "sigma is 0.0: give a number > 0"),
        ({"n_max": 0}, "n_max is 0: give a whole number >= 1"),
        ({"l_max": 21}, "l_max is 21: give a whole number >= 0 and <= 20"),
        ({"compression": "half"}, "compression 'half' is not one of"),
        ({"species": ()}, "give a tuple of elements"),
        ({"species": "Fe"}, "give a tuple of elements"),
        ({"species": ("Q",)}, "there is no element 'Q'"),
        ({"species": ("H", ("O", "H"))}, "H is listed 2 times"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        SOAP(**arguments)


def test_too_many_radial_functions_are_refused(sites):
    with pytest.raises(InputError, match="a smaller n_max or a larger cutoff"):
        SOAP(n_max=40, cutoff=3.0).transform(sites)


def test_without_dscribe_the_remedy_is_named(sites, without):
    without("dscribe")
    with pytest.raises(InputError, match=r'pip install "xnet-lite\[chem\]"'):
        SOAP().transform(sites)
