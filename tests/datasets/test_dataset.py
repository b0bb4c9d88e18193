"""XASDataset: what it holds and what a subset of it is."""

import numpy as np
import pytest

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError


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
