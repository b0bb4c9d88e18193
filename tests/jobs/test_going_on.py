"""Going on from a trained vote: its job, its scale, what it gains by a few spectra."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from xnet_lite.datasets import load
from xnet_lite.errors import InputError
from xnet_lite.jobs import TrainingJob, prepare, teach
from xnet_lite.jobs.default_model import default_model
from xnet_lite.jobs.teaching import going_on
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.trust import Judge
from xnet_lite.trust.calibrating import left_out

QUICK = {"training": {"epochs": 3}}


@pytest.fixture(scope="module")
def shifted():
    """Iron sites whose spectra are those of another theory, in another unit."""
    iron = load("tm-complexes-k-fe")[:60]
    energy = iron.energy
    later = np.array([np.interp(energy - 1.5, energy, mu) for mu in iron.spectra])
    meta = {**iron.meta, "units": "counts"}
    return replace(iron, name="shifted", spectra=50 * later, meta=meta)


@pytest.fixture(scope="module")
def tuned(shifted):
    """The shipped model after 45 of them, and what was held out."""
    job = going_on("nine-metals", "tm-complexes-k-fe", hold_out=0.25)
    job = replace(job, training={**job.training, "epochs": 12})
    ready = prepare(job, shifted)
    return teach(job, ready), ready


def test_it_learns_the_other_theory_on_its_own_scale(tuned, shifted):
    predictor, ready = tuned
    rest = shifted[ready.test]
    truth = rest.spectra / rest.spectra[:, rest.energy > 15].mean(1, keepdims=True)
    before = relative_spectral_error(default_model().predict(rest.sites), truth)
    after = relative_spectral_error(predictor.predict(rest.sites), truth)
    assert np.median(after) < 0.7 * np.median(before)


def test_the_source_stays_as_it_was(tuned):
    assert default_model().n_known > 5000
    assert tuned[0].n_known == len(tuned[1].train)


def test_its_band_and_verdict_are_learnt_anew(tuned):
    predictor, ready = tuned
    assert predictor.calibration_ is not None
    assert predictor.meta_["out_of_bag"]["n_sites"] == len(ready.train)
    assert Judge.of(predictor).large != Judge.of(default_model()).large


def test_its_job_says_what_it_went_on_from(tuned):
    job = TrainingJob.from_dict(tuned[0].meta_["job"])
    assert job.start == "nine-metals"
    assert job.model == "GNN"
    assert job.members == default_model().n_members


def test_other_energies_are_refused(shifted):
    job = going_on("nine-metals", "tm-complexes-k-fe", **QUICK)
    short = shifted[:50]
    short = replace(short, energy=short.energy[:-20], spectra=short.spectra[:, :-20])
    with pytest.raises(InputError, match="energies from -15 to"):
        teach(job, prepare(job, short))


def test_a_model_that_is_no_network_is_refused(embedded, tmp_path):
    job = TrainingJob("tm-complexes-k-fe", "ridge")
    teach(job, prepare(job, load(job.data))).save(tmp_path / "ridge")
    with pytest.raises(InputError, match="go on from a network"):
        going_on(str(tmp_path / "ridge"), job.data)


# --- votes whose members all learn from all ---------------------------------------


def test_members_that_learn_from_all_are_weighed_by_others(embedded):
    settings = {"members": 2, "hyperparameters": {"hidden": [8]}, "hold_out": 0.0}
    job = TrainingJob("tm-complexes-k-fe", resampled=False, **settings, **QUICK)
    data = load(job.data)
    predictor = teach(job, prepare(job, data))
    assert (predictor.members_ == np.arange(len(data))).all()
    assert predictor.meta_["out_of_bag"]["n_sites"] == len(data)
    assert predictor.calibration_ is not None


def test_what_was_left_out_goes_on_after_a_kill(embedded, tmp_path):
    data = load("tm-complexes-k-fe")
    job = TrainingJob(data.name, members=2, hyperparameters={"hidden": [8]}, **QUICK)
    ready = prepare(job, data)
    untaught = job.predictor(ready.descriptor, of_sites=True)
    whole = partial(left_out, untaught, ready.dataset, n_members=2, resampled=False)
    plain, kept = whole(), tmp_path / "folds.jsonl"
    whole(checkpoint=kept)
    lines = kept.read_text().splitlines(keepends=True)
    kept.write_text("".join(lines[:2]) + lines[2][:100])
    again = whole(checkpoint=kept)
    np.testing.assert_array_equal(again.band.mean, plain.band.mean)
    np.testing.assert_array_equal(again.rows, plain.rows)
    assert len(kept.read_text().splitlines()) == 5
