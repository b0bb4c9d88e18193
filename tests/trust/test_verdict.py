"""One word on a prediction: how often it is wrong, and who gets which."""

import json

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

from xnet_lite.complexes import Recipe, build
from xnet_lite.datasets import load
from xnet_lite.jobs import TrainingJob, prepare, teach
from xnet_lite.jobs.features import describer
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site
from xnet_lite.trust import Judge, bootstrap
from xnet_lite.trust.verdict import FALSE_ALARMS, LARGE

CORNERS = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(3)


@pytest.fixture(scope="module")
def nickel():
    """A judged vote on nickel, and what it learnt from."""
    job = TrainingJob("tm-complexes-k-ni", members=6, hold_out=0.0)
    data = load(job.data)
    return teach(job, prepare(job, data)), data


@pytest.fixture(scope="module")
def judge(nickel):
    return Judge.of(nickel[0])


@pytest.fixture(scope="module")
def carbonyl():
    """Ni(CO)₄ with the distances of its crystal, rounded."""
    shell = [CORNERS * 1.84, CORNERS * (1.84 + 1.14)]
    return Site(Atoms("NiC4O4", np.vstack([[0, 0, 0], *shell])), 0, name="Ni(CO)4")


def test_the_promised_share_of_compounds_that_no_member_saw_is_called_far(judge):
    # limits are those of other compounds: 400 sites know a share of 10 % to 1.5 %
    assert judge.rates["far"]["false_alarms"] == pytest.approx(
        FALSE_ALARMS["far"], abs=0.03
    )
    assert judge.rates["near"]["false_alarms"] == pytest.approx(
        FALSE_ALARMS["near"], abs=0.05
    )
    assert judge.rates["far"]["misses"] >= judge.rates["near"]["misses"]


def test_large_is_twice_the_median_error_of_compounds_that_no_member_saw(nickel):
    known = nickel[0].unseen_
    assert Judge.of(nickel[0]).large == pytest.approx(LARGE * np.median(known["error"]))


def test_tetracarbonylnickel_is_predicted_wrong_and_not_called_known(nickel, carbonyl):
    predictor, _ = nickel
    engine = MultipleScattering()(carbonyl)
    mu = np.interp(predictor.energy_, engine.energy_rel, engine.mu)
    mu /= mu[predictor.energy_ > 15].mean()  # as the training set has it
    error = relative_spectral_error(predictor.predict(carbonyl), mu[None])[0]
    verdict = Judge.of(predictor)(carbonyl)
    assert error > 0.75 * verdict.large  # one and a half times the median
    assert verdict.word != "known"
    assert "four carbon neighbors" in " ".join(verdict.sentences)


def test_tetrathiolatozincate_is_not_called_known():
    pytest.importorskip("rdkit")
    data = load("tm-complexes-k-zn")
    job = TrainingJob(data.name, members=5, hold_out=0.0)
    site = build(Recipe("Zn", 2, "tetrahedral", ("sme",) * 4)).site()
    verdict = Judge.of(teach(job, prepare(job, data)))(site)
    assert verdict.word != "known"


def ferrocene():
    """With the distances of the gas, rounded: Fe–C 2.06, C–C 1.44, C–H 1.08 Å."""
    turn = np.arange(5) * 2 * np.pi / 5
    inner = 1.44 / 2 / np.sin(np.pi / 5)
    height = np.sqrt(2.06**2 - inner**2)
    rings = [
        np.column_stack([r * np.cos(turn), r * np.sin(turn), np.full(5, z)])
        for r in (inner, inner + 1.08)
        for z in (height, -height)
    ]
    return Site(Atoms("FeC10H10", np.vstack([[0, 0, 0], *rings])), 0, name="ferrocene")


def test_ferrocene_is_not_called_known():
    data = load("tm-complexes-k-fe")
    job = TrainingJob(data.name, members=5, hold_out=0.0)
    ready = prepare(job, data).dataset
    vote = bootstrap(job.predictor(describer(job.descriptor)), ready, n_members=5)
    verdict = Judge.teach(vote, ready)(ferrocene())
    assert verdict.word != "known"


def test_how_wrong_a_crystal_is_among_molecules_has_no_upper_end(judge):
    verdict = judge(Site(bulk("NiO", "rocksalt", a=4.18), 0))
    assert verdict.high == np.inf
    ends = f"over {verdict.low:.1f} %" if verdict.low else "too few were like it"
    assert f"({ends}" in verdict.sentence
    assert verdict.as_dict()["interval_percent"][1] is None


def test_of_training_sites_most_are_known_and_hardly_any_is_far(judge, nickel):
    words = [one.word for one in judge.verdicts(nickel[1].sites[:100])]
    assert words.count("known") > 80
    assert words.count("far") < 5


def test_stretching_a_site_never_makes_it_better_known(judge, carbonyl):
    order = ("known", "near", "far")
    words = []
    for length in np.linspace(1.0, 1.5, 11):
        atoms = carbonyl.atoms.copy()
        atoms.positions *= length
        words.append(order.index(judge(Site(atoms, 0)).word))
    assert words[-1] == 2
    assert (np.diff(words) >= 0).all()


def test_a_doubt_that_is_rare_makes_a_site_far_and_a_common_one_near(judge):
    low = 0.9 * judge.limits["near"]
    assert judge._word(low, {}) == "known"
    assert judge._word(low, {"composition": "…"}) == "near"
    assert judge._word(low, {"crystal": "…"}) == "far"
    assert judge._word(1.1 * judge.limits["far"], {}) == "far"


def test_a_judge_comes_back_with_its_predictor(judge, nickel, carbonyl, tmp_path):
    nickel[0].save(tmp_path)
    again = Judge.of(Predictor.load(tmp_path))
    assert again(carbonyl).as_dict() == judge(carbonyl).as_dict()
    json.dumps(judge(carbonyl).as_dict(), allow_nan=False)


def test_the_sentence_holds_the_error_and_the_rates(judge, carbonyl):
    verdict = judge(carbonyl)
    said = verdict.sentence
    assert said.startswith(f"{verdict.word}: expect an error of {verdict.error:.1f} %")
    assert (
        f"{verdict.rates[verdict.word]['false_alarms']:.0%} of what was right" in said
    )
    assert verdict.low < verdict.error < verdict.high
