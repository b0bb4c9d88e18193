"""What descriptors share: extension by one class, cutoff, grids, element weights."""

import json
from dataclasses import dataclass

import numpy as np
import pytest
from ase.data import atomic_numbers

from xnet_lite.datasets import load
from xnet_lite.descriptors import CHEMISTRY, WACSF, Descriptor
from xnet_lite.descriptors.base import cosine_cutoff, gaussian_grid
from xnet_lite.descriptors.sums.elements import element_weights
from xnet_lite.errors import InputError
from xnet_lite.structures import neighbors


class NearestDistances(Descriptor):
    """What a reader would write in a notebook."""

    def __init__(self, count, cutoffs=(6.0, 9.0)):
        self.count, self.cutoffs = count, cutoffs
        self.n_features = count
        self.feature_names = [f"neighbor {i}" for i in range(count)]

    def describe(self, site):
        found = neighbors(site, max(self.cutoffs)).distances
        return np.pad(found[: self.count], (0, max(0, self.count - len(found))))


def test_a_class_with_describe_alone_is_a_descriptor(sites):
    features = NearestDistances(3).transform(sites)
    assert features.shape == (5, 3)
    assert (features[3] == 0).all()
    assert (np.diff(features[0]) >= 0).all()


def test_a_class_of_ones_own_is_saved_and_loaded_without_a_line(sites):
    config = json.loads(json.dumps(NearestDistances(2, (np.float64(5.0), 7)).config()))
    again = NearestDistances.from_config(config)
    assert (again.count, again.cutoffs) == (2, (5.0, 7))
    assert again.transform(sites).shape == (5, 2)


def test_a_class_without_describe_is_none():
    with pytest.raises(TypeError, match="describe"):
        type("Empty", (Descriptor,), {})()


def test_a_missing_argument_is_refused():
    with pytest.raises(InputError, match=r"NearestDistances cannot be built from \{\}"):
        NearestDistances.from_config({})


def test_an_argument_that_json_cannot_hold_is_refused():
    @dataclass
    class Odd(NearestDistances):
        shape: object = object()

    with pytest.raises(InputError, match=r"shape=.* cannot be saved"):
        Odd().config()


def test_the_cutoff_falls_from_one_to_zero_without_a_kink():
    r = np.linspace(0.0, 8.0, 80_001)
    fade = cosine_cutoff(r, 6.0)
    slope = np.gradient(fade, r)
    assert (fade[0], fade[r >= 6.0].max()) == (1.0, 0.0)
    assert np.abs(slope[[0, 59_999, 60_000, 60_001]]).max() < 1e-4  # spacing × f''
    assert (np.diff(fade) <= 0).all()


def test_shifted_gaussians_meet_their_neighbors_at_half_height_to_the_quarter():
    eta, r_shift = gaussian_grid("shifted", 0.5, 5.5, 32)
    middle = (r_shift[3] + r_shift[4]) / 2
    value = np.exp(-eta[3] * (middle - r_shift[3]) ** 2)
    assert value == pytest.approx(np.exp(-1 / 8), rel=1e-12)


def test_centred_gaussians_have_their_inflection_on_the_grid():
    eta, r_shift = gaussian_grid("centred", 1.0, 5.5, 8)
    points = np.linspace(1.0, 5.5, 8)
    # second derivative of exp(−η r²) is proportional to 2 η r² − 1
    np.testing.assert_allclose(2 * eta * points**2, 1.0, rtol=1e-12)
    assert not r_shift.any()


def test_a_grid_of_no_points_is_empty():
    assert [part.shape for part in gaussian_grid("shifted", 0.5, 0.1, 0)] == [(0,)] * 2


@pytest.mark.parametrize(
    ("weight", "iron", "oxygen"),
    [
        (1, 26, 8),
        (0.1, 2.6, 0.8),
        ("Z", 26, 8),
        ("one", 1, 1),
        ("electronegativity", 1.83, 3.44),
        ("covalent_radius", 1.32, 0.66),
        ({"Fe": 2, "O": -1.5}, 2, -1.5),
    ],
)
def test_elements_count_what_their_weight_says(weight, iron, oxygen):
    table = element_weights(weight)
    assert table[[26, 8]] == pytest.approx([iron, oxygen], rel=1e-12)


def test_every_element_to_plutonium_that_bonds_has_an_electronegativity():
    table = element_weights("electronegativity")
    missing = np.flatnonzero(np.isnan(table[1:95])) + 1
    # He, Ne, Ar, Rn
    assert missing.tolist() == [2, 10, 18, 86]
    assert np.isnan(table[95:]).all()
    assert np.nanargmax(table) == 9  # fluorine
    assert np.nanargmin(table) == 87  # francium


@pytest.mark.parametrize("number", [61, 63, 65, 70])  # Pm, Eu, Tb, Yb
def test_a_lanthanide_without_a_value_lies_between_its_neighbors(number):
    table = element_weights("electronegativity")
    mean = (table[number - 1] + table[number + 1]) / 2
    assert table[number] == pytest.approx(mean, abs=1e-12)


def test_electronegativity_does_not_fall_along_the_lanthanides():
    assert (np.diff(element_weights("electronegativity")[57:72]) > 0).all()


@pytest.mark.parametrize(
    ("symbols", "values"),
    # the same in the CRC Handbook and in the revision of 1961
    [
        ("H Li C N O F", [2.20, 0.98, 2.55, 3.04, 3.44, 3.98]),
        ("Na Mg Al Si P S Cl", [0.93, 1.31, 1.61, 1.90, 2.19, 2.58, 3.16]),
        ("Ti V Cr Mn Fe Co Ni", [1.54, 1.63, 1.66, 1.55, 1.83, 1.88, 1.91]),
        ("Cu Zn Mo Ru Pd Ag", [1.90, 1.65, 2.16, 2.2, 2.20, 1.93]),
        ("Br I Xe Cs Ba Fr", [2.96, 2.66, 2.60, 0.79, 0.89, 0.7]),
        # where the two differ the table is that of 1961
        ("W Pt Au Hg Tl Pb Bi", [2.36, 2.28, 2.54, 2.00, 1.62, 2.33, 2.02]),
    ],
)
def test_electronegativities_are_those_of_the_revised_scale(symbols, values):
    numbers = [atomic_numbers[symbol] for symbol in symbols.split()]
    assert element_weights("electronegativity")[numbers].tolist() == values


def test_chemistry_describes_every_site_of_the_public_crystals(mirror):
    mirror("AI-multimodal/OmniXAS")
    sites = load("omnixas-cu-k").sites
    features = WACSF(weight=CHEMISTRY).transform(sites)
    assert features.shape == (4362, 1 + 4 * (32 + 64))
    assert np.isfinite(features).all()


def test_what_ase_marks_as_missing_has_no_covalent_radius():
    assert np.isnan(element_weights("covalent_radius")[[0, 110]]).all()
