"""One question, answered from spectra straight away, with no structure between."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.dummy import DummyClassifier
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

    def fit(self, spectra: ArrayLike, energy: ArrayLike, labels: ArrayLike) -> Head:
        """Learn the labels (n_sites,), or (n_sites, n_questions), of spectra."""
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

    def score(self, spectra: ArrayLike, labels: ArrayLike) -> float:
        """Return the share of spectra with all answers right."""
        same = self.predict(spectra) == np.asarray(labels)
        return float(same.reshape(len(same), -1).all(axis=1).mean())

    def _facts(self) -> dict[str, object]:
        low, high = self.window
        return {"model": repr(self.model), "looks at": f"{low:g} to {high:g} eV"}
