"""Questions answered from spectra straight away."""

import numpy as np
import pytest
from sklearn.svm import SVC

from xnet_lite.errors import InputError
from xnet_lite.inverse import CLASSIFIERS, WINDOWS, Head
from xnet_lite.models import ARDKernelRidge

RNG = np.random.default_rng(8)
ENERGY = np.linspace(-15.0, 40.0, 56)
N = 120
#: a class that shows before the edge alone, and a number that shows behind it alone
BUMP = np.exp(-(((ENERGY + 6) / 1.5) ** 2))
KIND = RNG.integers(0, 2, N)
NUMBER = RNG.uniform(1, 3, N)
SPECTRA = 1 + 0.1 * KIND[:, None] * BUMP
SPECTRA += np.outer(NUMBER, (ENERGY > 5) * np.sin(ENERGY / 4)) / 3
SPECTRA += RNG.normal(0, 1e-3, SPECTRA.shape)
WORDS = np.array(["four", "six"])[KIND]
OLD, NEW = slice(0, 90), slice(90, N)


def head(model, *window):
    """A head that looks at a window."""
    return Head(CLASSIFIERS[model], *window).fit(SPECTRA[OLD], ENERGY, WORDS[OLD])


@pytest.mark.parametrize("model", ["1-NN", "SVC"])
def test_what_shows_before_the_edge_is_found_there_and_not_behind_it(model):
    score = {
        name: head(model, window).score(SPECTRA[NEW], WORDS[NEW])
        for name, window in {"before": WINDOWS["pre-edge"], "behind": (6, 40)}.items()
    }
    assert score["before"] == 1.0
    assert score["behind"] < 0.75


def test_the_majority_is_told_of_every_spectrum():
    said = head("majority").predict(SPECTRA[NEW])
    most = max(set(WORDS[OLD]), key=WORDS[OLD].tolist().count)
    assert set(said) == {most}


def test_a_chemical_shift_is_read_at_the_edge_where_edges_carry_one():
    """States of one kind of site, 2 eV apart in edge energy or not at all."""
    rng = np.random.default_rng(2)
    state = rng.integers(2, 4, N)
    right = {}
    for shift in (0.0, 2.0):
        place = shift * (state - 2) + rng.normal(0, 0.3, N)
        spectra = 1 / (1 + np.exp(-(ENERGY - place[:, None])))
        one = Head(CLASSIFIERS["SVC"], WINDOWS["edge"])
        one.fit(spectra[OLD], ENERGY, state[OLD])
        right[shift] = one.score(spectra[NEW], state[NEW])
    assert right[2.0] > 0.95
    assert right[0.0] < 0.75


def test_energies_outside_the_window_are_not_looked_at():
    one = head("SVC", WINDOWS["pre-edge"])
    other = SPECTRA[NEW] + 5.0 * (ENERGY > 0)
    assert (one.predict(other) == one.predict(SPECTRA[NEW])).all()


def test_several_questions_are_right_where_all_their_answers_are():
    both = np.column_stack([KIND, NUMBER > 2])
    one = Head(CLASSIFIERS["SVC"]).fit(SPECTRA[OLD], ENERGY, both[OLD])
    said = one.predict(SPECTRA[NEW])
    right = (said == both[NEW]).all(axis=1).mean()
    assert one.score(SPECTRA[NEW], both[NEW]) == pytest.approx(right)
    assert right > 0.9


def test_chances_of_new_groups_come_true_as_often_as_they_say():
    rng = np.random.default_rng(1)
    # three classes that overlap: nobody can be sure
    kind = rng.integers(0, 3, 900)
    spectra = 1 + np.outer(kind + rng.normal(0, 0.6, 900), BUMP)
    spectra += rng.normal(0, 1e-2, spectra.shape)
    groups = np.repeat(np.arange(300), 3)
    model = SVC(C=1e3, gamma=2.0)  # sure of itself
    one = Head(model, WINDOWS["pre-edge"])
    one.fit(spectra[:600], ENERGY, kind[:600], groups=groups[:600])
    classes, told = one.chances(spectra[600:])
    sure, right = told.max(axis=1), classes[told.argmax(axis=1)] == kind[600:]
    np.testing.assert_allclose(told.sum(axis=1), 1)
    assert sure.mean() == pytest.approx(right.mean(), abs=0.07)
    assert right.mean() < 0.85


def test_two_classes_have_two_chances_and_more_is_told_where_more_shows():
    groups = np.arange(90) // 2
    clear, dark = (
        Head(CLASSIFIERS["SVC"], window)
        .fit(SPECTRA[OLD], ENERGY, WORDS[OLD], groups=groups)
        .chances(SPECTRA[NEW])[1]
        for window in (WINDOWS["pre-edge"], (6, 40))
    )
    assert clear.shape == (30, 2)
    assert clear.max(axis=1).mean() > 0.95
    assert dark.max(axis=1).mean() < 0.75


def test_chances_of_a_model_that_tells_them_are_its_own():
    classes, told = head("majority").chances(SPECTRA[NEW])
    assert set(classes) == {"four", "six"}
    shares = [(WORDS[OLD] == word).mean() for word in classes]
    np.testing.assert_allclose(told, np.tile(shares, (30, 1)))


def test_scores_without_groups_are_worth_nothing():
    with pytest.raises(InputError, match="with groups"):
        head("SVC").chances(SPECTRA[NEW])
    with pytest.raises(InputError, match="two groups or more"):
        Head(CLASSIFIERS["SVC"]).fit(SPECTRA, ENERGY, WORDS, groups=np.zeros(N))


def test_a_kernel_tells_numbers():
    one = Head(ARDKernelRidge()).fit(SPECTRA[OLD], ENERGY, NUMBER[OLD])
    off = np.abs(one.predict(SPECTRA[NEW]) - NUMBER[NEW])
    assert np.median(off) < 0.1 * NUMBER.std()


def test_the_models_on_offer_are_not_changed_by_learning():
    one, other = head("SVC"), head("SVC")
    assert one.model_ is not other.model_
    assert not hasattr(CLASSIFIERS["SVC"], "support_")


def test_a_window_without_energies_is_refused():
    with pytest.raises(InputError, match="3 energies or more"):
        Head(CLASSIFIERS["SVC"], (70, 80)).fit(SPECTRA, ENERGY, WORDS)


def test_a_head_that_has_learnt_nothing_says_so():
    with pytest.raises(InputError, match="call fit first"):
        Head(CLASSIFIERS["SVC"]).predict(SPECTRA)


def test_one_class_is_no_question():
    with pytest.raises(InputError, match="nothing to ask"):
        Head(CLASSIFIERS["SVC"]).fit(SPECTRA, ENERGY, ["four"] * N)


@pytest.mark.parametrize("words", [{"model": 3}, {"window": 3}, {"window": (1, 2, 3)}])
def test_what_is_no_model_or_window_is_refused(words):
    with pytest.raises(InputError, match="one of CLASSIFIERS, and two energies"):
        Head(**({"model": CLASSIFIERS["SVC"]} | words))
