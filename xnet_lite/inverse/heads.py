"""One question, answered from spectra straight away, with no structure between."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import GroupKFold
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from xnet_lite.arrays import Array, Labels, Mask, floats
from xnet_lite.errors import InputError, shortened
from xnet_lite.faces import Face
from xnet_lite.models import Regressor
from xnet_lite.preprocessing import SpectrumReader
from xnet_lite.targets.base import SpectralTarget

#: eV from the edge where a question may be asked: before it, at it, anywhere
WINDOWS = {"pre-edge": (-15.0, -3.0), "edge": (-3.0, 10.0), "whole": (-np.inf, np.inf)}
#: what a table of classes must show beside any model, and what does well
CLASSIFIERS: dict[str, Any] = {
    "majority": DummyClassifier(),
    "1-NN": KNeighborsClassifier(1),
    "SVC": SVC(C=30.0),
}


#: parts into which groups are dealt to learn what scores are worth, and their seed
N_FOLDS, FOLD_SEED = 5, 0
#: score of a class that a fold had not seen; ends of what scores are multiplied by, ln
UNSEEN, STRENGTHS = -5.0, (-4.0, 5.0)

_VERBS = ("fit", "predict")


class Head(Face):
    """One property of sites from their spectra: a class, several at once, a number.

    Parameters
    ----------
    model : scikit-learn classifier or Regressor
        Not fitted; `CLASSIFIERS` has some. A `Regressor` of this library tells numbers.
    window : tuple of float
        eV, the part of the spectrum that is looked at.
    reads : SpectralTarget, optional
        How that part is represented; 30 principal components by default.
    level : float
        As `SpectrumReader` has it.

    Raises
    ------
    InputError
        For no model or window; from `fit`, if the window holds fewer than 3 energies,
        labels are no one a spectrum, or a classifier is given one class alone.

    Example
    -------
    >>> energy = np.linspace(-10, 30, 20)
    >>> spectra = 1 + np.outer(np.arange(8) % 2, np.sin(energy / 5))
    >>> head = Head(CLASSIFIERS["1-NN"]).fit(spectra, energy, ["a", "b"] * 4)
    >>> head.predict(spectra[:2]).tolist(), head.score(spectra, ["a", "b"] * 4)
    (['a', 'b'], 1.0)
    """

    def __init__(
        self,
        model: Any,
        window: tuple[float, float] = WINDOWS["whole"],
        reads: SpectralTarget | None = None,
        level: float = 0.5,
    ) -> None:
        if np.shape(window) != (2,) or not all(hasattr(model, n) for n in _VERBS):
            said = f"model {shortened(model)}, window {shortened(window)}"
            raise InputError(f"{said}: give one of CLASSIFIERS, and two energies")
        self.model, self.window, self.reads, self.level = model, window, reads, level

    def fit(
        self,
        spectra: ArrayLike,
        energy: ArrayLike,
        labels: ArrayLike,
        groups: ArrayLike | None = None,
    ) -> Head:
        """Learn the labels (n_sites,), or (n_sites, n_questions), of spectra.

        With groups (n_sites,), compounds for instance, a classifier of one question
        also learns from groups left out what its scores are worth: see `chances`.
        """
        grid, answers = floats("energy", energy), np.asarray(labels)
        rows = floats("spectra", spectra)
        low, high = self.window
        self.seen_: Mask = (low <= grid) & (grid <= high)
        if self.seen_.sum() < 3 or len(answers) != len(rows):
            raise InputError(
                f"{self.seen_.sum()} energies from {low:g} to {high:g} eV and "
                f"{len(answers)} labels of {len(rows)} spectra: give 3 energies or "
                "more, and a label for each spectrum"
            )
        alike = len(answers) > 0 and (answers[:1] == answers).all(axis=0).any()
        if alike and not isinstance(self.model, Regressor | DummyClassifier):
            raise InputError("all labels are one and the same: there is nothing to ask")
        reader = SpectrumReader(grid[self.seen_], self.reads, self.level)
        read = reader.fit_transform(rows[:, self.seen_])
        self.reader_, model = reader, copy.deepcopy(self.model)
        if isinstance(model, Regressor):
            answers = np.asarray(answers, dtype=float).reshape(len(rows), -1)
        elif answers.ndim > 1:
            model = MultiOutputClassifier(model)
        self.one_ = np.ndim(labels) == 1
        self.model_ = model.fit(read, answers)
        self.strength_: float | None = None
        if groups is not None and hasattr(model, "decision_function"):
            self.strength_ = self._strength(read, answers, np.asarray(groups))
        return self

    def predict(self, spectra: ArrayLike) -> Labels:
        """Return what it answers of spectra on the energies that it was taught on."""
        if not hasattr(self, "model_"):
            raise InputError("this head has learnt nothing yet: call fit first")
        rows: Array = np.atleast_2d(floats("spectra", spectra))
        said = np.asarray(
            self.model_.predict(self.reader_.transform(rows[:, self.seen_]))
        )
        return said.ravel() if self.one_ else said

    def chances(self, spectra: ArrayLike) -> tuple[Labels, Array]:
        """Return classes (n_classes,), and how likely each is, (n_sites, n_classes).

        p = softmax(strength × scores), with the one strength by which answers to groups
        that were left out come most likely true; of a classifier that tells chances
        itself, these.

        Raises
        ------
        InputError
            If it was taught without groups, several questions, or numbers.

        Source: temperature scaling, C. Guo et al., ICML 2017, arXiv:1706.04599.
        Differs: scores are those of groups left out, not of one validation part.
        """
        own = hasattr(getattr(self, "model_", None), "predict_proba")
        strength: float | None = getattr(self, "strength_", None)
        if not own and strength is None:
            raise InputError(
                "what its scores are worth is not known: fit a classifier of one "
                "question, with groups"
            )
        rows: Array = np.atleast_2d(floats("spectra", spectra))
        read = self.reader_.transform(rows[:, self.seen_])
        if strength is None:
            return self.model_.classes_, self.model_.predict_proba(read)
        told = softmax(strength * _scores(self.model_, read), axis=1)
        return self.model_.classes_, told

    def score(self, spectra: ArrayLike, labels: ArrayLike) -> float:
        """Return the share of spectra with all answers right."""
        same = self.predict(spectra) == np.asarray(labels)
        return float(same.reshape(len(same), -1).all(axis=1).mean())

    def _strength(self, read: Array, answers: Labels, groups: Labels) -> float:
        """By what scores are multiplied so that they are worth what they say."""
        n_folds = min(N_FOLDS, len(np.unique(groups)))
        if n_folds < 2:
            raise InputError("all spectra are of one group: give two groups or more")
        classes, column = np.unique(answers, return_inverse=True)
        scores = np.full((len(read), len(classes)), UNSEEN)
        folds = GroupKFold(n_folds, shuffle=True, random_state=FOLD_SEED)
        for old, new in folds.split(read, groups=groups):
            if len(np.unique(answers[old])) > 1:
                model = copy.deepcopy(self.model).fit(read[old], answers[old])
                seen = np.searchsorted(classes, model.classes_)
                scores[np.ix_(new, seen)] = _scores(model, read[new])

        def unlikely(log: float) -> float:
            told = log_softmax(np.exp(log) * scores, axis=1)
            return -float(told[np.arange(len(told)), column].mean())

        found = minimize_scalar(unlikely, bounds=STRENGTHS, method="bounded")
        return float(np.exp(found.x))

    def _facts(self) -> dict[str, object]:
        low, high = self.window
        return {"model": repr(self.model), "looks at": f"{low:g} to {high:g} eV"}


def _scores(model: Any, read: Array) -> Array:
    """Scores of all classes, (n_sites, n_classes), of two as well."""
    scores = np.asarray(model.decision_function(read))
    return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores
