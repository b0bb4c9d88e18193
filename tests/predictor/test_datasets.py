"""A predictor and a dataset: the same as its arrays, and no more to say."""

from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms

from tests.network import small
from tests.small import waves
from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError
from xnet_lite.models import NearestNeighbor
from xnet_lite.predictor import Predictor, fine_tune
from xnet_lite.structures import Site
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig
from xnet_lite.trust import bootstrap, resample

RNG = np.random.default_rng(2)
ENERGY = np.linspace(-10, 40, 20)
LENGTHS = RNG.uniform(1.7, 2.3, (40, 2))
MU = waves(LENGTHS, ENERGY)
SITES = [
    Site(Atoms("FeO2", [[0, 0, 0], [a, 0, 0], [0, b, 0]]), 0, name=f"s{i}")
    for i, (a, b) in enumerate(LENGTHS)
]
LABELS = {"compound": np.arange(40) // 4}
FACTS = {"e0": 7112.0, "units": "per atom", "absorber": "Fe"}
WHOLE = XASDataset("forty", ENERGY, MU, SITES, labels=LABELS, meta=FACTS)
#: patience, so that groups matter
CAREFUL = TrainConfig(epochs=3, batch_size=8, patience=2, validation=0.3)


def network(descriptor=None):
    return Predictor(descriptor, model=small, config=CAREFUL)


def test_a_dataset_teaches_what_its_sites_and_spectra_teach():
    by_hand = network(WACSF()).fit(SITES, MU, ENERGY, groups=WHOLE.groups)
    np.testing.assert_array_equal(
        network(WACSF()).fit(WHOLE).predict(SITES), by_hand.predict(SITES)
    )


def test_a_dataset_teaches_what_its_features_teach():
    data = replace(WHOLE, features=LENGTHS)
    by_hand = network().fit(LENGTHS, MU, ENERGY, groups=WHOLE.groups)
    np.testing.assert_array_equal(
        network().fit(data).predict(data), by_hand.predict(LENGTHS)
    )


def test_a_part_of_a_described_dataset_teaches_with_the_features_of_the_whole():
    data, some = WHOLE.described(WACSF()), slice(5, 31, 2)
    np.testing.assert_array_equal(
        network(WACSF()).fit(data[some]).features_, data.features[some]
    )


def test_features_of_another_descriptor_do_not_pass_for_ones_own():
    data = WHOLE.described(WACSF(cutoff=3.0))
    own = Predictor(WACSF(), model=NearestNeighbor()).fit(data).features_
    np.testing.assert_array_equal(own, WACSF().transform(SITES))


def test_a_dataset_without_its_structures_predicts_by_its_features():
    taught, data = network(WACSF()).fit(WHOLE), WHOLE.described(WACSF())
    np.testing.assert_array_equal(
        taught.predict(replace(data, sites=None)), taught.predict(SITES)
    )


def test_the_score_of_a_dataset_is_that_of_its_spectra():
    taught = network(WACSF()).fit(WHOLE[:30])
    assert taught.score(WHOLE[30:]) == taught.score(SITES[30:], MU[30:])


def test_other_spectra_can_be_learnt_beside_a_dataset():
    nearest = Predictor(WACSF(), EnergyGrid(), NearestNeighbor())
    np.testing.assert_allclose(nearest.fit(WHOLE, 2 * MU).predict(WHOLE), 2 * MU)


def test_a_predictor_remembers_what_the_dataset_tells():
    meta = Predictor(WACSF(), model=NearestNeighbor()).fit(WHOLE[:3]).meta_
    assert meta == {
        "n_sites": 3,
        "dataset": "forty",
        "energy_reference": "e0",
        "e0": 7112.0,
        "units": "per atom",
        "names": ["s0", "s1", "s2"],
        "absorbers": ["Fe"],
        "edges": ["K"],
    }


def test_what_is_said_comes_before_what_the_dataset_tells():
    nearest = Predictor(WACSF(), model=NearestNeighbor())
    assert nearest.fit(WHOLE, meta={"dataset": "half"}).meta_["dataset"] == "half"


def test_a_bootstrap_of_a_dataset_draws_whole_compounds():
    quick = replace(CAREFUL, patience=None)
    vote = bootstrap(Predictor(WACSF(), model=small, config=quick), WHOLE, n_members=2)
    rows = resample(40, 2, groups=WHOLE.groups)
    np.testing.assert_array_equal(vote.members_, rows)


def test_a_dataset_tunes_what_its_sites_and_spectra_tune():
    source = network(WACSF()).fit(WHOLE)
    by_hand = fine_tune(source, SITES[:20], MU[:20], groups=WHOLE.groups[:20])
    np.testing.assert_array_equal(
        fine_tune(source, WHOLE[:20]).predict(SITES), by_hand.predict(SITES)
    )


def test_an_element_it_never_saw_is_refused_in_a_dataset_too():
    nickel = [Site(Atoms("NiO", [[0, 0, 0], [2, 0, 0]]), 0)]
    taught = Predictor(WACSF(), model=NearestNeighbor()).fit(WHOLE)
    with pytest.raises(InputError, match="has absorber Ni"):
        taught.predict(XASDataset("other", ENERGY, MU[:1], nickel))


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda p: p.fit(SITES), "sites or features come without spectra"),
        (lambda p: p.fit(SITES, MU), "give spectra and energy beside them"),
        (lambda p: p.fit(replace(WHOLE, sites=None)), "'forty' has no structures"),
        (lambda p: Predictor().fit(WHOLE), "'forty' has no features"),
        (lambda p: p.fit(WHOLE).score(SITES), "come without spectra"),
        (
            lambda p: p.fit(WHOLE).score(replace(WHOLE, energy=ENERGY + 1)),
            "'forty' has 20 energies from -9 to 41 eV, the model 20 from -10 to 40",
        ),
    ],
)
def test_what_is_missing_or_does_not_fit_is_told(act, message):
    with pytest.raises(InputError, match=message):
        act(Predictor(WACSF(), model=NearestNeighbor()))


def test_a_fresh_predictor_has_learnt_nothing_and_has_a_seed_of_its_own():
    taught = network().fit(LENGTHS, MU, ENERGY)
    keys = [(0, 0), (0, 1), (1, 0)]
    seeds = [taught.fresh(key).config.seed for key in keys]
    assert len({taught.config.seed, *seeds}) == 4
    assert [network().fresh(key).config.seed for key in keys] == seeds
    assert not hasattr(taught.fresh((0,)), "regressor_")


def test_a_fresh_predictor_learns_apart_from_the_one_it_was_made_of():
    taught = network().fit(LENGTHS, MU, ENERGY)
    before = taught.predict(LENGTHS)
    taught.fresh((0,)).fit(LENGTHS, 2 * MU, ENERGY)
    np.testing.assert_array_equal(taught.predict(LENGTHS), before)
