"""Training jobs: what is learnt and held out, how it is weighed, what it predicts."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch

from xnet_lite.datasets import load
from xnet_lite.descriptors import RDC
from xnet_lite.errors import InputError
from xnet_lite.jobs import MODELS, TrainingJob, job_of, predict_site, prepare, teach
from xnet_lite.jobs.features import described, describer
from xnet_lite.jobs.teaching import held_out
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.structures import Site
from xnet_lite.studies.evaluation import evaluate
from xnet_lite.trust import out_of_bag


@pytest.fixture(scope="module")
def fitted(embedded):
    """A vote of two small networks on the small set, and the set."""
    job = TrainingJob(
        "tm-complexes-k-fe",
        members=2,
        hyperparameters={"hidden": [8]},
        training={"epochs": 2},
    )
    dataset = load("tm-complexes-k-fe")
    return teach(job, prepare(job, dataset)), dataset


# --- training jobs ----------------------------------------------------------------


def test_no_compound_is_both_learnt_and_held_out(embedded):
    job, dataset = TrainingJob("tm-complexes-k-fe"), load("tm-complexes-k-fe")
    ready = prepare(job, dataset)
    assert len(ready.train) + len(ready.test) == len(dataset)
    shared = set(dataset.groups[ready.train]) & set(dataset.groups[ready.test])
    assert not shared


def test_a_predictor_knows_its_split_after_saving(fitted, tmp_path):
    predictor, dataset = fitted
    predictor.save(tmp_path / "model")
    again = type(predictor).load(tmp_path / "model")
    job, ready = held_out(again, dataset)
    assert job.members == 2
    np.testing.assert_array_equal(ready.test, prepare(job, dataset).test)


def test_a_vote_remembers_how_it_does_with_sites_it_never_saw(fitted, tmp_path):
    predictor, dataset = fitted
    known = predictor.unseen_
    mean, std = out_of_bag(predictor, predictor.features_)
    rows, train = known["rows"], prepare(job_of(predictor), dataset).train
    assert np.isnan(np.delete(mean, rows, axis=0)).all()
    errors = relative_spectral_error(mean[rows], dataset.spectra[train][rows])
    np.testing.assert_allclose(known["error"], errors)
    np.testing.assert_allclose(known["std"], std[rows].mean(1))
    predictor.save(tmp_path / "model")
    again = type(predictor).load(tmp_path / "model").unseen_
    assert again.keys() == known.keys()
    for name, values in known.items():
        np.testing.assert_array_equal(again[name], values)


def test_weights_do_not_depend_on_the_number_of_threads(fitted):
    predictor, dataset = fitted
    job = TrainingJob.from_dict(predictor.meta_["job"])
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        again = teach(job, prepare(job, dataset))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
    weights = [one.regressor_.model_.state_dict() for one in (predictor, again)]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_a_job_written_down_with_a_former_name_is_read_without_a_word(fitted):
    predictor, _ = fitted
    now = predictor.meta_
    predictor.meta_ = now | {"job": now["job"] | {"model": "mlp"}}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert job_of(predictor) == TrainingJob.from_dict(now["job"])
    finally:
        predictor.meta_ = now


def test_a_baseline_learns_in_one_piece_whatever_is_asked():
    assert TrainingJob("x", "ridge", members=15) == TrainingJob("x", "ridge")


def test_a_changed_dataset_is_refused(fitted):
    predictor, dataset = fitted
    with pytest.raises(InputError, match="no longer the one"):
        held_out(predictor, dataset[:-2])


def test_the_nearest_neighbor_gives_a_known_spectrum_back_whole(embedded):
    job, dataset = (
        TrainingJob("tm-complexes-k-fe", "1-NN", hold_out=0.0),
        load("tm-complexes-k-fe"),
    )
    predictor = teach(job, prepare(job, dataset))
    np.testing.assert_allclose(
        predictor.predict(dataset.sites[:3]), dataset.spectra[:3]
    )


def test_a_model_is_scored_beside_baselines_on_what_it_never_saw(fitted):
    predictor, dataset = fitted
    found = evaluate(predictor, dataset)
    assert next(iter(found.metrics)) == "this model"
    assert len(found.metrics) == 5
    test = held_out(predictor, dataset)[1].test
    direct = predictor.score([dataset.sites[i] for i in test], dataset.spectra[test])
    assert found.metrics["this model"]["a_median"] == pytest.approx(direct["a_median"])
    assert "12 of 60 sites held out by compound, seed 0" in found.notes


def test_spectra_of_other_units_are_brought_to_one_scale(fitted):
    predictor, dataset = fitted
    meta = {**dataset.meta, "units": "arbitrary"}
    other = replace(dataset, spectra=3 * dataset.spectra, meta=meta)
    scaled = evaluate(predictor, other)
    same = evaluate(predictor, dataset, "all")
    assert any("divided by its mean" in note for note in scaled.notes)
    expected = same.metrics["mean spectrum"]["a_median"]
    found = scaled.metrics["mean spectrum"]["a_median"]
    # predictions are divided too, by a mean that is 1 to about a percent
    assert found == pytest.approx(expected, rel=0.05)


def test_other_energies_are_refused(fitted):
    predictor, dataset = fitted
    other = replace(dataset, energy=dataset.energy + 1.0)
    with pytest.raises(InputError, match="choose a dataset on the same ones"):
        evaluate(predictor, other)


# --- predictions ------------------------------------------------------------------


def test_relative_energies_become_absolute_and_absolute_ones_stay(fitted, example):
    predictor, _ = fitted
    relative = predict_site(predictor, example)
    assert relative.energy[0] == pytest.approx(7112.0 - 15.0)
    facts = predictor.meta_ | {"energy_reference": "absolute"}
    predictor.meta_, before = facts, predictor.meta_
    try:
        absolute = predict_site(predictor, example)
    finally:
        predictor.meta_ = before
    np.testing.assert_array_equal(absolute.energy, predictor.energy_)


def test_an_edge_that_was_not_learnt_is_refused(fitted, example):
    with pytest.raises(InputError, match="the model learnt the edges K"):
        predict_site(fitted[0], Site(example.atoms, 0, "L3"))


def test_a_model_of_ready_made_features_cannot_describe_a_structure(whole, example):
    bare = replace(whole[:20], name="bare", sites=None, features=np.eye(20), labels={})
    job = TrainingJob("bare", "ridge", hold_out=0.0)
    predictor = teach(job, prepare(job, bare))
    with pytest.raises(InputError, match="ready-made features"):
        predict_site(predictor, example)


def test_public_features_are_made_of_a_structure_by_their_own_descriptor(whole):
    features = np.ones((5, 97))
    public = replace(whole[:5], name="tmqm-k-fe", sites=None, features=features)
    found, descriptor = described(public, {})
    np.testing.assert_array_equal(found.features, features)
    assert descriptor.n_features == 97
    assert descriptor.g4_grid == "xanesnet"


# --- names ------------------------------------------------------------------------


def test_a_descriptor_is_found_by_its_class():
    assert isinstance(describer({"class": "RDC"}), RDC)
    with pytest.raises(InputError, match="descriptor 'Descriptor' does not exist"):
        describer({"class": "Descriptor"})


def test_hyperparameters_reach_the_model():
    assert MODELS["ARD"].model(steps=7).steps == 7
    network = MODELS["quick MLP"].model(hidden=[3])(2, 4)
    assert network.hyperparameters()["hidden"] == [3]


def test_a_graph_network_fades_where_its_graph_ends():
    descriptor = {"class": "NeighborGraph", "cutoff": 4.0, "n_neighbors": 6}
    job = TrainingJob("tm-complexes-k-fe", model="quick GNN", descriptor=descriptor)
    one = job.predictor(describer(descriptor), of_sites=True)
    assert one.model(28, 3).cutoff == 4.0
    assert not one.scaler.standardise


def test_a_graph_network_without_structures_is_refused():
    job = TrainingJob("tmqm-k-v", model="quick GNN")
    with pytest.raises(InputError, match="model 'quick GNN' reads structures and"):
        job.predictor()


def test_a_graph_network_refuses_another_descriptor():
    with pytest.raises(InputError, match="reads NeighborGraph, the descriptor is"):
        TrainingJob("x", model="quick GNN", descriptor={"class": "WACSF"})


def test_slower_networks_are_fewer_unless_asked():
    names = ("quick MLP", "quick CNN", "quick LSTM", "quick GNN")
    asked = [TrainingJob("x", model=name).members for name in names]
    assert asked == [15, 15, 5, 5]
    assert TrainingJob("x", model="quick GNN", members=2).members == 2


def test_a_graph_network_is_weighed_beside_baselines_with_features_of_their_own(
    embedded,
):
    job = TrainingJob(
        "tm-complexes-k-fe",
        model="quick GNN",
        members=1,
        descriptor={"class": "NeighborGraph", "n_neighbors": 4},
        hyperparameters={"n_channels": 4, "n_blocks": 0, "hidden": [8]},
        training={"epochs": 1},
    )
    dataset = load("tm-complexes-k-fe")
    found = evaluate(teach(job, prepare(job, dataset)), dataset)
    assert found.metrics["kernel ridge"]["a_median"] < 12
