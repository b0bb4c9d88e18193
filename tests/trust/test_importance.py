"""Importance is what closed forms say, and near the edge it reaches farther out."""

import numpy as np
import pytest
from ase.build import bulk

from xnet_lite.datasets import XASDataset, split
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError
from xnet_lite.jobs.default_model import default_model
from xnet_lite.jobs.recipes import MODELS
from xnet_lite.models.baselines import Ridge
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.scattering import DEAR
from xnet_lite.structures import Site, read_site
from xnet_lite.studies.first_light import example_file
from xnet_lite.targets import EnergyGrid
from xnet_lite.trust import (
    group_features,
    occluded_shells,
    permutation_importance,
    shell_importance,
)
from xnet_lite.trust.importance import HIGH, LOW

ENERGY = np.linspace(-10.0, 60.0, 71)
RNG = np.random.default_rng(2)
X = RNG.normal(size=(2000, 3))
#: the first makes low energies, the second high ones, the third nothing
SLOPES = np.stack([1.0 * (ENERGY < 20), 2.0 * (ENERGY > 20), 0 * ENERGY])
DATA = XASDataset("line", ENERGY, 20 + X @ SLOPES, features=X)


@pytest.fixture(scope="module")
def line():
    scaler = FeatureScaler(power=1.0)
    return Predictor(
        targets=EnergyGrid(), model=Ridge([1e-7, 1e-6]), scaler=scaler
    ).fit(DATA)


@pytest.fixture(scope="module")
def found(line):
    return permutation_importance(line, DATA, repeats=20)


def test_a_linear_feature_is_worth_its_slope_times_the_mean_difference_of_two(found):
    # two normal numbers differ by 2/√π on average; 2000 sites × 20 know it to 1 %
    low = found.rise.mean(axis=0)[0, ENERGY < 20]
    np.testing.assert_allclose(low, 2 / np.sqrt(np.pi), rtol=0.03)
    high = found.rise.mean(axis=0)[1, ENERGY > 20]
    np.testing.assert_allclose(high, 4 / np.sqrt(np.pi), rtol=0.03)


def test_a_feature_that_says_nothing_is_worth_nothing(found):
    np.testing.assert_allclose(found.penalty()[2], 0, atol=1e-4)


def test_each_window_sees_what_makes_it(found):
    assert found.penalty(LOW).argmax() == 0
    assert found.penalty(HIGH).argmax() == 1
    np.testing.assert_allclose(found.contrast(), [-1, 1, 0], atol=1e-4)


def test_penalties_of_parts_of_the_spectrum_make_that_of_all(found):
    parts = [(-10.0, 20.0), (20.5, 60.0)]
    of_parts = [
        found.penalty(p) * found.size[(p[0] <= ENERGY) & (p[1] >= ENERGY)].sum()
        for p in parts
    ]
    whole = found.penalty() * found.size.sum()
    np.testing.assert_allclose(np.sum(of_parts, axis=0), whole)


def test_features_that_say_the_same_are_found_as_a_group():
    x = np.hstack([X[:, :1], X[:, :1]])
    twins = XASDataset("twins", ENERGY, 20 + X[:, :1] * SLOPES[:1], features=x)
    scaler = FeatureScaler(power=1.0)
    model = Predictor(
        targets=EnergyGrid(), model=Ridge([1e-7, 1e-6]), scaler=scaler
    ).fit(twins)
    alone = permutation_importance(model, twins).penalty()
    both = permutation_importance(model, twins, groups={"both": np.arange(2)}).penalty()
    # each has half of the slope
    np.testing.assert_allclose(alone / both, 0.5, rtol=0.05)


def test_the_same_seed_scrambles_alike(line):
    pair = [permutation_importance(line, DATA[:50], seed=3).rise for _ in range(2)]
    np.testing.assert_array_equal(*pair)


@pytest.mark.parametrize("by", ["function", "shell", "element", "angle"])
def test_groups_hold_the_features_that_are_named_so(by):
    names = WACSF(elements=("C", "N")).feature_names
    groups = group_features(names, by)
    taken = np.concatenate(list(groups.values()))
    assert len(set(taken)) == len(taken)
    marks = {"function": "G", "shell": " r=", "element": " of ", "angle": " λ="}
    assert len(taken) == sum(marks[by] in f" {name}" for name in names)


def test_a_grouping_that_no_name_knows_is_refused():
    with pytest.raises(InputError, match="no feature is named with its shell"):
        group_features(["G1"], "shell")


def test_columns_that_are_not_there_are_refused(line):
    with pytest.raises(InputError, match="the model sees 0 to 2"):
        permutation_importance(line, DATA, groups={"far": np.array([7])})


def test_a_window_without_energies_is_refused(found):
    with pytest.raises(InputError, match="no energy lies from 90 to 99 eV"):
        found.penalty((90.0, 99.0))


def test_crystals_have_no_shells_here():
    with pytest.raises(InputError, match="is a crystal: give molecules"):
        shell_importance(DEAR.engine, [Site(bulk("Fe"), 0)], ENERGY)


def test_the_low_window_reaches_farther_than_the_high_one_in_network_and_engine(whole):
    train, test = split(whole, fraction=0.2, by="compound", seed=0)
    model = MODELS["quick MLP"].predictor(descriptor=WACSF()).fit(whole[train])
    seen = permutation_importance(model, whole[test], groups="shell")
    sites = [whole.sites[i] for i in test[::40]]
    true = shell_importance(DEAR.engine, sites, whole.energy)
    # about half of what is found with this seed
    assert seen.reach(LOW) > seen.reach(HIGH) + 0.25
    assert true.reach(LOW) > true.reach(HIGH) + 0.15
    # near shells count for more of what is high, far ones for less
    for one in (seen, true):
        near = one.distances < 2.0
        far = one.distances > 3.5
        assert one.contrast()[near].sum() > 0 > one.contrast()[far].sum()


def test_shells_that_are_taken_from_a_model_are_those_of_its_own_prediction():
    site = read_site(example_file())
    model = default_model()
    found = occluded_shells(model, site, radius=3.0)
    assert found.names == ["1.5 to 2 Å", "2.5 to 3 Å"]
    bare = Site(site.atoms[[site.absorber_index]], 0)
    others = np.setdiff1d(np.arange(len(site.atoms)), found_in(site, 1.5, 2.0))
    left = Site(site.atoms[others], int(np.searchsorted(others, site.absorber_index)))
    lost = np.abs(model.predict([left])[0] - model.predict([site])[0])
    np.testing.assert_allclose(found.rise[0, 0], lost, atol=1e-6)  # single precision
    with pytest.raises(InputError, match="no other atom within"):
        occluded_shells(model, bare)


def test_a_crystal_has_no_shells_of_its_own():
    with pytest.raises(InputError, match="is a crystal"):
        occluded_shells(default_model(), Site(bulk("NiO", "rocksalt", a=4.18), 0))


def found_in(site, low, high):
    """The atoms of a shell."""
    away = site.atoms.get_distances(site.absorber_index, range(len(site.atoms)))
    return np.flatnonzero((away >= low) & (away < high))
