"""XASDataset: what it holds and what a subset of it is."""

from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors.base import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.structures import Site


@pytest.mark.parametrize(
    "index",
    [
        np.array([4, 0, 3]),
        [4, 0, 3],
        np.array([1, 0, 0, 1, 1, 0], bool),
        slice(1, 6, 2),
    ],
    ids=["array", "list", "mask", "slice"],
)
def test_a_subset_holds_the_same_rows_of_every_part(dataset, index):
    rows = np.arange(6)[index]
    subset = dataset[index]
    assert len(subset) == len(rows)
    assert np.array_equal(subset.spectra, dataset.spectra[rows])
    assert np.array_equal(subset.features, dataset.features[rows])
    assert np.array_equal(subset.groups, dataset.groups[rows])
    assert [site.name for site in subset.sites] == [dataset.sites[i].name for i in rows]


def test_a_subset_keeps_name_grid_and_facts(dataset):
    subset = dataset[[2]]
    assert (subset.name, subset.meta) == (dataset.name, dataset.meta)
    assert np.array_equal(subset.energy, dataset.energy)


def test_changing_a_subset_leaves_the_whole_as_it_was(dataset):
    before = dataset.spectra.copy()
    dataset[[0, 1]].spectra[:] = 0.0
    assert np.array_equal(dataset.spectra, before)


def test_one_position_gives_a_dataset_of_one_site(dataset):
    assert dataset[-1].sites[0].name == "crystal 1"


def test_a_position_that_is_not_there_is_refused(dataset):
    with pytest.raises(IndexError, match="6"):
        dataset[6]


def test_without_a_compound_every_site_is_its_own_group():
    bare = XASDataset("bare", np.arange(3.0), np.ones((4, 3)))
    assert bare.groups.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"energy": np.arange(16.0)[::-1]}, "must be one increasing row"),
        ({"spectra": np.ones((6, 15))}, r"shape \(6, 15\), expected \(n_sites, 16\)"),
        ({"sites": []}, "sites of 'made-up' count 0, the spectra 6"),
        ({"features": np.ones((5, 3))}, "features of 'made-up' count 5"),
        ({"labels": {"compound": np.arange(7)}}, "label compound .* count 7"),
        ({"spectra": np.full((6, 16), np.nan)}, "spectra .* not finite"),
        ({"energy": np.r_[np.arange(15.0), np.inf]}, "energy .* not finite"),
    ],
)
def test_parts_that_do_not_fit_are_refused(dataset, change, message):
    parts = {name: getattr(dataset, name) for name in ("energy", "spectra", "sites")}
    parts |= {"features": dataset.features, "labels": dataset.labels} | change
    with pytest.raises(InputError, match=message):
        XASDataset("made-up", **parts)


class Distance(Descriptor):
    """One distance a site, a scale, and how often it was asked for."""

    n_features, feature_names = 1, ["distance"]
    asked = 0

    def __init__(self, scale=1.0):
        self.scale = scale

    def describe(self, site):
        type(self).asked += 1
        return np.array([self.scale * site.atoms.get_distance(0, 1)])


@pytest.fixture
def pairs():
    """Five molecules of two atoms, each a little longer."""
    Distance.asked = 0
    lengths = np.linspace(1.5, 2.5, 5)
    sites = [Site(Atoms("FeO", [[0, 0, 0], [x, 0, 0]]), 0) for x in lengths]
    return XASDataset("pairs", np.arange(3.0), np.ones((5, 3)), sites)


def test_a_sample_is_the_same_rows_each_time_in_their_order(dataset):
    drawn = np.sort(np.random.default_rng(3).permutation(6)[:4])
    np.testing.assert_array_equal(dataset.sample(4, 3).groups, dataset.groups[drawn])


def test_a_sample_holds_every_site_where_there_are_no_more(dataset):
    for n in (None, 6, 60):
        np.testing.assert_array_equal(dataset.sample(n).spectra, dataset.spectra)


def test_an_empty_sample_is_refused(dataset):
    with pytest.raises(InputError, match="n is 0: give a whole number >= 1"):
        dataset.sample(0)


def test_the_part_of_an_absorber_is_taken_where_there_are_several():
    sites = [Site(Atoms(metal), 0) for metal in ("Fe", "V", "Fe")]
    mixed = XASDataset("mixed", [0.0, 1.0], np.arange(6.0).reshape(3, 2), sites)
    assert mixed.of_absorber("Fe").spectra.tolist() == [[0.0, 1.0], [4.0, 5.0]]
    alone = mixed.of_absorber("V")
    assert alone.of_absorber("Fe") is alone
    with pytest.raises(InputError, match="in 'mixed' the absorber '' is not one of"):
        mixed.of_absorber("")


def test_a_described_dataset_has_the_features_of_its_sites(pairs):
    features = pairs.described(Distance(2.0)).features
    np.testing.assert_array_equal(features, Distance(2.0).transform(pairs.sites))


def test_sites_are_described_once(pairs):
    pairs.described(Distance(3.0))
    replace(pairs, spectra=2 * pairs.spectra).described(Distance(3.0))
    assert Distance.asked == 5


def test_other_settings_give_other_features(pairs):
    one = pairs.described(Distance(4.0))
    np.testing.assert_allclose(one.described(Distance(8.0)).features, 2 * one.features)


def test_a_moved_atom_is_described_anew(pairs):
    before = pairs.described(Distance())
    pairs.sites[2].atoms.positions[1, 0] += 0.3
    after = before.described(Distance()).features
    np.testing.assert_allclose((after - before.features)[:, 0], [0, 0, 0.3, 0, 0])


def test_other_sites_are_described_anew(pairs):
    described = pairs.described(Distance())
    turned = replace(described, sites=described.sites[::-1]).described(Distance())
    np.testing.assert_array_equal(turned.features, described.features[::-1])


def test_features_put_in_by_hand_are_not_taken_for_those_of_a_descriptor(pairs):
    by_hand = replace(pairs.described(Distance()), features=np.zeros((5, 1)))
    found = by_hand.described(Distance()).features
    np.testing.assert_array_equal(found, pairs.described(Distance()).features)


def test_changing_features_leaves_what_the_next_one_gets_as_it_was(pairs):
    pairs.described(Distance()).features[:] = 0.0
    assert (pairs.described(Distance()).features > 0).all()


def test_a_subset_of_a_described_dataset_keeps_its_features(pairs):
    asked = pairs.described(Distance(5.0))
    Distance.asked = 0
    subset = asked[[3, 1]].described(Distance(5.0))
    assert Distance.asked == 0
    np.testing.assert_array_equal(subset.features, asked.features[[3, 1]])


def test_a_descriptor_whose_settings_are_unknown_is_asked_each_time(pairs):
    class Hidden(Distance):
        def config(self):
            raise InputError("an open file cannot be saved")

    for _ in range(2):
        pairs.described(Hidden())
    assert Hidden.asked == 10


def test_a_dataset_without_structures_cannot_be_described(pairs):
    with pytest.raises(InputError, match="'pairs' has no structures to describe"):
        replace(pairs, sites=None).described(Distance())


def test_the_fingerprint_sees_a_moved_atom(pairs):
    before = pairs.fingerprint()
    assert pairs[:].fingerprint() == before
    pairs.sites[1].atoms.positions[1, 0] += 1e-5
    assert pairs.fingerprint() != before


def test_the_fingerprint_sees_a_feature_and_a_spectrum(dataset):
    known = {dataset.fingerprint()}
    known.add(replace(dataset, features=2 * dataset.features).fingerprint())
    known.add(replace(dataset, spectra=2 * dataset.spectra).fingerprint())
    assert len(known) == 3


def test_a_described_dataset_has_the_fingerprint_it_had(pairs):
    assert pairs.described(Distance()).fingerprint() == pairs.fingerprint()


def test_the_fingerprint_of_the_embedded_set_is_what_models_remember(whole):
    assert whole.fingerprint() == "84cd99f5c6a09367"
