"""Saving and loading: the same predictions, no code run, no doubtful file accepted."""

import contextlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from tests.network import small
from tests.small import ENERGY, waves
from xnet_lite.descriptors.base import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.models import (
    MLP,
    ARDKernelRidge,
    KernelRidge,
    MeanSpectrum,
    NearestNeighbor,
    Ridge,
    SpectrumModel,
)
from xnet_lite.predictor import Predictor
from xnet_lite.targets import EnergyGrid, PCATargets
from xnet_lite.training import TrainConfig

RNG = np.random.default_rng(9)
X = RNG.random((40, 4))
MU = waves(X)
QUICK = TrainConfig(epochs=2, batch_size=8)


class MyModel(SpectrumModel):
    """A user's own network."""

    def __init__(self, n_features, n_targets, *, scale=1.0):
        super().__init__(n_features, n_targets, scale=scale)
        self.line = torch.nn.Linear(n_features, n_targets)
        self.scale = scale

    def forward(self, features):
        return self.scale * self.line(features)


class MyDescriptor(Descriptor):
    """A user's own descriptor."""

    n_features = 4
    feature_names = ["a", "b", "c", "d"]

    def __init__(self, cutoff=5.0):
        self.cutoff = cutoff

    def describe(self, site):
        return np.zeros(4)


def saved(folder, **parts):
    """A small predictor in a folder."""
    predictor = Predictor(**({"model": small, "config": QUICK} | parts))
    predictor.fit(X, MU, ENERGY).save(folder)
    return predictor


def change(folder, edit):
    """Edit model.json in place."""
    path = folder / "model.json"
    settings = json.loads(path.read_text())
    edit(settings)
    path.write_text(json.dumps(settings))


@pytest.mark.parametrize(
    "model",
    [
        small,
        MLP.published_2022,
        MeanSpectrum(),
        NearestNeighbor(),
        Ridge(),
        KernelRidge(),
        ARDKernelRidge(steps=2),
    ],
)
@pytest.mark.parametrize("targets", [EnergyGrid(), PCATargets(n_components=5)])
def test_a_loaded_predictor_predicts_the_same(tmp_path, model, targets):
    predictor = saved(tmp_path, model=model, targets=targets)
    loaded = Predictor.load(tmp_path)
    np.testing.assert_array_equal(loaded.predict(X), predictor.predict(X))
    np.testing.assert_array_equal(loaded.energy_, ENERGY)
    assert loaded.meta_ == predictor.meta_


def test_a_loaded_ensemble_has_its_members(tmp_path):
    predictor = Predictor(model=small, config=QUICK)
    predictor.fit(X, MU, ENERGY, members=RNG.integers(0, 40, (3, 40))).save(tmp_path)
    loaded = Predictor.load(tmp_path)
    assert loaded.n_members == 3
    np.testing.assert_array_equal(
        loaded.predict_members(X), predictor.predict_members(X)
    )


def test_a_loaded_predictor_saves_to_the_same_bytes(tmp_path):
    saved(tmp_path / "first")
    Predictor.load(tmp_path / "first").save(tmp_path / "second")
    for name in ("model.json", "model.safetensors"):
        first, second = (tmp_path / part / name for part in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()


def test_a_users_own_classes_are_passed_and_found_by_name(tmp_path):
    own = saved(tmp_path, descriptor=MyDescriptor(cutoff=3.0), model=MyModel)
    loaded = Predictor.load(tmp_path, classes=[MyModel, MyDescriptor])
    np.testing.assert_array_equal(loaded.predict(X), own.predict(X))
    assert loaded.descriptor.cutoff == 3.0
    ready = MyDescriptor(cutoff=4.0)
    assert Predictor.load(tmp_path, [MyModel, ready]).descriptor is ready


def test_a_class_the_library_does_not_have_is_named_with_the_remedy(tmp_path):
    saved(tmp_path, descriptor=MyDescriptor(), model=MyModel)
    with pytest.raises(InputError, match=r"descriptor is a 'MyDescriptor'.*classes="):
        Predictor.load(tmp_path)
    with pytest.raises(InputError, match=r"model is a 'MyModel'.*classes=\[MyModel\]"):
        Predictor.load(tmp_path, [MyDescriptor])


def test_a_name_of_something_else_in_the_library_is_not_built(tmp_path):
    saved(tmp_path)
    change(tmp_path, lambda s: s["targets"].update({"class": "MLP"}))
    with pytest.raises(InputError, match="does not describe a predictor"):
        Predictor.load(tmp_path)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda s: s.update(version=2), "has version 2, this library reads 1"),
        (lambda s: s.update(version="1"), "has version '1'"),
        (lambda s: s.pop("version"), "has version None"),
        (lambda s: s.update(format="other"), "is not a predictor of this library"),
        (lambda s: s.pop("scaler"), "has no 'scaler'"),
        (lambda s: s.pop("targets"), "has no 'targets'"),
        (lambda s: s.pop("model"), "has no 'model'"),
        (lambda s: s.pop("arrays"), "has no 'arrays'"),
        (lambda s: s.pop("meta"), "has no 'meta'"),
        (lambda s: s["model"].pop("class"), "does not describe"),
        (lambda s: s["model"]["settings"].pop("config"), "does not describe"),
        (lambda s: s["model"]["settings"].update(n_targets=3), "does not describe"),
        (lambda s: s["model"]["settings"].update(n_members=2), "does not describe"),
        (
            lambda s: s["model"]["settings"]["hyperparameters"].update(width=3),
            "does not describe",
        ),
        (
            lambda s: s["model"]["settings"]["hyperparameters"].update(hidden=[10**12]),
            "hidden is",
        ),
        (
            lambda s: s["model"]["settings"]["config"].update(epochs=-1),
            "epochs is -1",
        ),
        (lambda s: s["arrays"]["energy"].update(shape=[31]), "array 'energy' is"),
        (lambda s: s["arrays"].pop("energy"), "array 'energy'"),
    ],
)
def test_changed_settings_are_refused_with_a_sentence(tmp_path, edit, message):
    saved(tmp_path)
    change(tmp_path, edit)
    with pytest.raises(InputError, match=message):
        Predictor.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("energy", np.arange(29.0)),
        ("energy", np.arange(30, dtype=np.float32)),
        ("features", np.zeros((40, 5))),
        ("scaler.mean", np.zeros(5)),
        ("model.weights.out.bias", np.zeros(3, np.float32)),
        ("mean_spectrum", np.full(30, np.nan)),
        ("extra", np.zeros(1)),
    ],
)
def test_changed_arrays_are_refused_also_without_a_hash(tmp_path, name, array):
    saved(tmp_path)
    change(tmp_path, lambda s: s.pop("sha256"))
    path = tmp_path / "model.safetensors"
    save_file(load_file(path) | {name: array}, path)
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        Predictor.load(tmp_path)


@pytest.mark.parametrize("name", ["model.weights.out.weight", "energy", "scaler.mean"])
@pytest.mark.parametrize("edit", [np.zeros_like, np.negative, lambda a: a * 1e30])
def test_arrays_of_the_same_shape_but_other_values_are_refused(tmp_path, name, edit):
    saved(tmp_path)
    path = tmp_path / "model.safetensors"
    arrays = load_file(path)
    save_file(arrays | {name: edit(arrays[name]).astype(arrays[name].dtype)}, path)
    with pytest.raises(InputError, match=r"safetensors is damaged .*SHA-256"):
        Predictor.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "edit"),
    [("energy", np.negative), ("scaler.std", np.zeros_like)],
)
def test_absurd_arrays_without_a_hash_are_refused(tmp_path, name, edit):
    saved(tmp_path)
    change(tmp_path, lambda s: s.pop("sha256"))
    path = tmp_path / "model.safetensors"
    arrays = load_file(path)
    save_file(arrays | {name: edit(arrays[name])}, path)
    with pytest.raises(InputError, match="no finite spectra"):
        Predictor.load(tmp_path)


@pytest.mark.parametrize(
    "facts",
    [{"e0": "x"}, {"job": [1]}, {"names": 3}, {"edges": "K"}, {"out_of_bag": 1.0}],
)
def test_facts_of_another_type_are_refused(tmp_path, facts):
    saved(tmp_path)
    change(tmp_path, lambda s: s["meta"].update(facts))
    with pytest.raises(InputError, match=rf"meta has '{next(iter(facts))}' as"):
        Predictor.load(tmp_path)


@pytest.mark.parametrize("known", [None, [], {}, {"model.safetensors": 5}, "x"])
def test_a_hash_that_is_no_hash_is_refused(tmp_path, known):
    saved(tmp_path)
    change(tmp_path, lambda s: s.update(sha256=known))
    with pytest.raises(InputError, match="safetensors is damaged"):
        Predictor.load(tmp_path)


@pytest.mark.parametrize("stop", range(8))
def test_a_predictor_killed_while_it_replaces_another_leaves_one_whole(
    tmp_path, stop, monkeypatch
):
    old = saved(tmp_path, model=MeanSpectrum())
    steps = iter(range(100))

    def until(step):
        def stepped(*args, **options):
            if next(steps) == stop:
                raise KeyboardInterrupt
            return step(*args, **options)

        return stepped

    for owner, name in ((os, "fsync"), (Path, "replace")):
        monkeypatch.setattr(owner, name, until(getattr(owner, name)))
    new = Predictor(model=NearestNeighbor()).fit(X, MU, ENERGY)
    with contextlib.suppress(KeyboardInterrupt):
        new.save(tmp_path)
    monkeypatch.undo()
    left = Predictor.load(tmp_path).predict(X)
    assert any(np.array_equal(left, one.predict(X)) for one in (old, new))
    new.save(tmp_path)
    np.testing.assert_array_equal(Predictor.load(tmp_path).predict(X), new.predict(X))
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["model.json", "model.safetensors"]


def test_arrays_and_settings_changed_together_are_still_found_out(tmp_path):
    saved(tmp_path)
    change(tmp_path, lambda s: s.pop("sha256"))
    path = tmp_path / "model.safetensors"
    save_file(load_file(path) | {"energy": np.arange(31.0)}, path)
    change(tmp_path, lambda s: s["arrays"]["energy"].update(shape=[31]))
    with pytest.raises(InputError, match="30 energies on a grid of 31"):
        Predictor.load(tmp_path)


def test_numpy_numbers_in_meta_are_written_as_numbers(tmp_path):
    predictor = Predictor(model=MeanSpectrum())
    predictor.fit(X, MU, ENERGY, meta={"a": np.float32(0.5), "b": np.arange(2)})
    predictor.save(tmp_path)
    meta = Predictor.load(tmp_path).meta_
    assert (meta["a"], meta["b"]) == (0.5, [0, 1])


@pytest.mark.parametrize("value", [object(), float("nan")])
def test_meta_that_json_cannot_hold_is_refused_before_anything_is_written(
    tmp_path, value
):
    predictor = Predictor(model=MeanSpectrum()).fit(X, MU, ENERGY, meta={"odd": value})
    with pytest.raises(InputError, match=r"cannot be written as JSON"):
        predictor.save(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["model.json", "model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"\x80\x04random bytes", b"{"])
def test_a_damaged_file_is_refused(tmp_path, name, content):
    saved(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=f"{name}( is damaged|: (is empty|.*no JSON))"):
        Predictor.load(tmp_path)


@pytest.mark.parametrize("name", ["model.json", "model.safetensors"])
def test_a_missing_file_is_named(tmp_path, name):
    saved(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        Predictor.load(tmp_path)
