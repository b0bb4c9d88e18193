"""Selections: each finds what matters, survives the disk, and says what is wrong."""

import json

import numpy as np
import pytest
from safetensors.numpy import load, load_file, save, save_file
from sklearn.feature_selection import SequentialFeatureSelector, VarianceThreshold
from sklearn.linear_model import Ridge as RidgeOracle
from sklearn.model_selection import LeaveOneOut

from xnet_lite.descriptors.base import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.models import KernelRidge, Ridge
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import (
    BackwardSelection,
    CorrelationFilter,
    ForwardSelection,
    ImportanceFilter,
    Selection,
    VarianceFilter,
)

RNG = np.random.default_rng(11)
ENERGY = np.linspace(-10.0, 40.0, 30)
N, N_FEATURES = 120, 12
USEFUL = [1, 4, 7]
#: features of which three make the spectrum; these vary most as well
X = RNG.random((N, N_FEATURES)) * np.where(np.isin(np.arange(12), USEFUL), 3.0, 1.0)
WAVES = np.cos(ENERGY / np.array([[4.0], [7.0], [11.0]]))
MU = 3 + np.sqrt(X[:, USEFUL]) @ WAVES + 0.01 * RNG.normal(size=(N, 30))

SELECTIONS = {
    "variance": VarianceFilter(share=0.25),
    "variance of roots": VarianceFilter(share=0.25, power=0.5),
    "importance": ImportanceFilter(share=0.25),
    "importance by ridge": ImportanceFilter(share=0.25, model=Ridge()),
    "forward": ForwardSelection(share=0.25),
    "forward, its own number": ForwardSelection(),
    "backward": BackwardSelection(share=0.25),
    "backward, its own number": BackwardSelection(tolerance=0.05),
}
ALL = SELECTIONS | {"correlation": CorrelationFilter(threshold=0.2)}
every = pytest.mark.parametrize("selection", ALL.values(), ids=ALL)


class Distances(Descriptor):
    """Twelve named features, for tests."""

    n_features = N_FEATURES
    feature_names = [f"d{i}" for i in range(N_FEATURES)]

    def describe(self, site):
        raise NotImplementedError


class Last(Selection):
    """A user's own selection."""

    def choose(self, features, spectra):
        return np.arange(features.shape[1]) == features.shape[1] - 1


@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=SELECTIONS)
def test_the_features_that_matter_are_found(selection):
    kept = selection.fit(X, MU).kept_
    assert np.flatnonzero(kept).tolist() == USEFUL


@every
def test_transforming_keeps_columns_as_they_are(selection):
    selection.fit(X, MU)
    np.testing.assert_array_equal(selection.transform(X), X[:, selection.kept_])


@every
def test_names_stay_with_their_features(selection):
    selection.fit(X, MU)
    names = selection.kept_names(Distances.feature_names)
    assert names == [f"d{i}" for i in np.flatnonzero(selection.kept_)]


@every
def test_the_same_data_give_the_same_choice(selection):
    first = selection.fit(X, MU).kept_
    np.testing.assert_array_equal(selection.fit(X, MU).kept_, first)


@every
def test_a_selection_comes_back_from_its_state(selection):
    settings, arrays = selection.fit(X, MU).state()
    settings, arrays = json.loads(json.dumps(settings)), load(save(arrays))
    again = type(selection).from_state(settings, arrays)
    assert again.config() == selection.config()
    np.testing.assert_array_equal(again.transform(X), selection.transform(X))


@every
def test_a_predictor_with_a_selection_is_the_one_taught_with_the_kept_features(
    selection,
):
    chosen = Predictor(model=Ridge(), selection=selection).fit(X, MU, ENERGY)
    kept = chosen.selection_.kept_
    plain = Predictor(model=Ridge()).fit(X[:, kept], MU, ENERGY)
    np.testing.assert_array_equal(chosen.predict(X), plain.predict(X[:, kept]))


@every
def test_a_loaded_predictor_with_a_selection_predicts_the_same(tmp_path, selection):
    predictor = Predictor(Distances(), model=KernelRidge(), selection=selection)
    predictor.fit(X, MU, ENERGY).save(tmp_path)
    loaded = Predictor.load(tmp_path, classes=[Distances])
    np.testing.assert_array_equal(loaded.predict(X), predictor.predict(X))
    assert loaded.feature_names == predictor.feature_names


def test_fitting_leaves_the_selection_it_was_given_alone():
    selection = VarianceFilter(share=0.5)
    Predictor(model=Ridge(), selection=selection).fit(X, MU, ENERGY)
    assert not hasattr(selection, "kept_")


def test_a_predictor_knows_the_names_of_what_it_sees():
    plain = Predictor(model=Ridge()).fit(X, MU, ENERGY)
    assert plain.feature_names == [f"feature {i}" for i in range(N_FEATURES)]
    chosen = Predictor(Distances(), model=Ridge(), selection=ForwardSelection(0.25))
    assert chosen.fit(X, MU, ENERGY).feature_names == ["d1", "d4", "d7"]


def test_a_users_own_selection_is_passed_and_found_by_name(tmp_path):
    own = Predictor(model=Ridge(), selection=Last()).fit(X, MU, ENERGY)
    own.save(tmp_path)
    with pytest.raises(InputError, match=r"selection is a 'Last'.*classes=\[Last\]"):
        Predictor.load(tmp_path)
    loaded = Predictor.load(tmp_path, classes=[Last])
    assert loaded.feature_names == ["feature 11"]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.arange(9) < 3, "are not the 9 that were chosen from"),
        (np.arange(12) < 3, "does not describe a predictor"),
    ],
)
def test_a_mask_that_was_changed_on_disk_is_refused(tmp_path, mask, message):
    selection = VarianceFilter(share=0.5)
    Predictor(model=Ridge(), selection=selection).fit(X, MU, ENERGY).save(tmp_path)
    arrays = tmp_path / "model.safetensors"
    save_file(load_file(arrays) | {"selection.kept": mask}, arrays)
    settings = json.loads((tmp_path / "model.json").read_text())
    settings["arrays"]["selection.kept"]["shape"] = [len(mask)]
    del settings["sha256"]  # as 0.1.0 wrote none
    (tmp_path / "model.json").write_text(json.dumps(settings))
    with pytest.raises(InputError, match=message):
        Predictor.load(tmp_path)


def test_the_variance_filter_agrees_with_a_threshold():
    kept = VarianceFilter(share=0.5).fit(X, MU).kept_
    threshold = np.sort(X.var(axis=0))[5]
    oracle = VarianceThreshold(threshold).fit(X)
    np.testing.assert_array_equal(kept, oracle.get_support())


def test_the_correlation_filter_drops_copies_and_what_never_varies():
    doubled = np.column_stack([X[:, 0], 2 - 5 * X[:, 0], np.ones(N), X[:, 1], X])
    kept = CorrelationFilter(threshold=0.99).fit(doubled, MU).kept_
    assert np.flatnonzero(kept).tolist() == [0, 3, *range(6, 16)]


def test_no_two_kept_features_are_correlated_beyond_the_threshold():
    mixed = X @ RNG.normal(size=(N_FEATURES, 30))
    kept = CorrelationFilter(threshold=0.6).fit(mixed, MU).transform(mixed)
    off = np.corrcoef(kept.T) - np.eye(kept.shape[1])
    assert np.abs(off).max() <= 0.6
    assert 1 < kept.shape[1] < 30


@pytest.mark.parametrize(
    ("kind", "direction"),
    [(ForwardSelection, "forward"), (BackwardSelection, "backward")],
)
def test_a_path_in_closed_form_is_that_of_fitting_again_and_again(kind, direction):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(12, 5)) @ rng.normal(size=(5, 5))
    x -= x.mean(axis=0)
    y = x @ rng.normal(size=(5, 3)) + rng.normal(size=(12, 3))
    y -= y.mean(axis=0)
    order, _ = kind().path(x, y, strength=0.7)
    for k in (2, 3):
        oracle = SequentialFeatureSelector(
            RidgeOracle(alpha=0.7),
            n_features_to_select=k,
            direction=direction,
            scoring="neg_mean_squared_error",
            cv=LeaveOneOut(),
        ).fit(x, y)
        assert set(order[:k]) == set(np.flatnonzero(oracle.get_support()))


@pytest.mark.parametrize("kind", [ForwardSelection, BackwardSelection])
def test_the_error_along_a_path_is_the_leave_one_out_error(kind):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(15, 4)), rng.normal(size=(15, 2))
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    order, errors = kind().path(x, y, strength=0.7)
    for k in (1, 3, 4):
        missed = []
        for i in range(15):
            rest = np.delete(np.arange(15), i)
            line = RidgeOracle(alpha=0.7).fit(x[rest][:, order[:k]], y[rest])
            missed.append(line.predict(x[i : i + 1, order[:k]])[0] - y[i])
        assert errors[k - 1] == pytest.approx(np.sqrt(np.mean(np.square(missed))))


def test_backward_keeps_a_pair_that_helps_only_together():
    rng = np.random.default_rng(5)
    hidden, noise, weak = rng.normal(size=(3, 400, 1))
    # their difference is the spectrum; alone either is mostly noise
    features = np.hstack([5 * noise, 5 * noise + hidden, 0.3 * hidden + weak])
    spectra = hidden * np.linspace(0.5, 1.5, 30)
    features = np.sign(features) * features**2  # the scaler takes the root
    backward = BackwardSelection(share=0.67).fit(features, spectra)
    assert backward.order_[:2].tolist() in ([0, 1], [1, 0])
    assert ForwardSelection(share=0.67).fit(features, spectra).order_[0] == 2


def test_more_sites_than_are_needed_are_drawn_by_the_seed():
    few = [
        BackwardSelection(rows=40, seed=seed).fit(X, MU).errors_ for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(few[0], few[1])
    assert not np.array_equal(few[0], few[2])


def test_progress_goes_to_standard_error(capsys):
    ForwardSelection().fit(X, MU, progress=True)
    said = capsys.readouterr()
    assert "ForwardSelection" in said.err
    assert not said.out


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (VarianceFilter(share=0.0), "share is 0.0: give a number > 0 and <= 1"),
        (ImportanceFilter(share=1.5), "share is 1.5: give a number > 0"),
        (ForwardSelection(share=-1), "share is -1: give a number > 0"),
        (BackwardSelection(tolerance=-0.1), "tolerance is -0.1: give a number >= 0"),
        (
            CorrelationFilter(threshold=1.5),
            "threshold is 1.5: give a number >= 0 and <= 1",
        ),
    ],
)
def test_settings_out_of_range_are_refused(selection, message):
    with pytest.raises(InputError, match=message):
        selection.fit(X, MU)


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (VarianceFilter(), "nothing to choose from"),
        (CorrelationFilter(), "keeps none of 3 features: loosen"),
    ],
)
def test_features_that_never_vary_leave_nothing_to_choose(selection, message):
    with pytest.raises(InputError, match=message):
        selection.fit(np.ones((9, 3)), np.ones((9, 5)))


def test_too_few_sites_to_hold_some_out_are_refused():
    with pytest.raises(InputError, match="n_sites is 7: give a number >= 8"):
        ImportanceFilter().fit(X[:7], MU[:7])


@every
def test_features_and_spectra_that_do_not_fit_are_refused(selection):
    with pytest.raises(InputError, match="one row per site each"):
        selection.fit(X[:5], MU)


def test_a_selection_that_is_not_fitted_says_so():
    with pytest.raises(InputError, match="VarianceFilter is not fitted yet"):
        VarianceFilter().transform(X)


def test_features_of_another_descriptor_are_refused():
    fitted = VarianceFilter().fit(X, MU)
    with pytest.raises(InputError, match="are not the 12 that were chosen from"):
        fitted.transform(X[:, :5])
    with pytest.raises(InputError, match="5 names for 12 features"):
        fitted.kept_names(["a"] * 5)


def test_asking_for_names_before_learning_is_refused():
    with pytest.raises(InputError, match="learnt nothing yet"):
        _ = Predictor().feature_names
