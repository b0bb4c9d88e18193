"""Δ-learning: a cheap spectrum of every site, and a model of what it lacks."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite import metrics
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.errors import InputError, one_of
from xnet_lite.faces import Face
from xnet_lite.models.band import Band
from xnet_lite.predictor import Inputs, Predictor
from xnet_lite.predictor.inputs import lesson, to_features

#: what a form has the model learn, and whether it sees the low level
FORMS = {
    "subtract": ("difference", False),
    "both": ("difference", True),
    "input": ("spectrum", True),
    "ratio": ("ratio", False),
}
#: shifts of the low level that are tried, eV
SHIFTS = np.arange(-100, 101) / 10.0
#: least low level that a ratio divides by, as a share of its mean over all energies
RATIO_FLOOR = 0.05


class DeltaPredictor(Face):
    """Predicts dear spectra from cheap ones, and from sites or their features.

    With B = slope · μ_low(E + shift), of one shift and one slope for all sites,

    | subtract: μ = B + model(features)
    | both: μ = B + model(features, B)
    | input: μ = model(features, B)
    | ratio: μ = max(B, floor) · model(features)

    Shift and slope are those that leave least of the variance of dear spectra about
    their mean over the training sites. What is left is then uncorrelated with the low
    level; without them a model of the features would have to learn the low level too.

    Parameters
    ----------
    predictor : Predictor
        What learns the correction: any model, descriptor, scaler and targets, those of
        the correction: `EnergyGrid()`, `PCATargets(10)`.
    form : {"both", "subtract", "input", "ratio"}
    align : bool
        False takes the low level as it is, shift 0 and slope 1.

    Raises
    ------
    InputError
        For another form, or one that shows the low level to a model that reads graphs.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, eq. 19; R. Ramakrishnan et al., J. Chem. Theory
    Comput. 11 (2015) 2087, doi:10.1021/acs.jctc.5b00099.
    Differs: eq. 19 is "subtract" without `align`. Where a shift needs energies beyond
    the grid, the first or the last value stands for them.

    Example
    -------
    >>> from xnet_lite.models import KernelRidge
    >>> x, low, energy = np.eye(4), np.random.default_rng(0).random((4, 5)), range(5)
    >>> known = DeltaPredictor(Predictor(model=KernelRidge()), "subtract")
    >>> known = known.fit(x, low + 1, energy, low=low)  # dearer by 1 throughout
    >>> bool(np.allclose(known.predict(x, low), low + 1))
    True
    """

    shift_: float
    slope_: float
    floor_: float

    def __init__(
        self, predictor: Predictor, form: str = "both", align: bool = True
    ) -> None:
        one_of("form", form, FORMS)
        if FORMS[form][1] and isinstance(predictor.descriptor, NeighborGraph):
            raise InputError(
                f"form {form!r} puts the low level beside the features, where a graph "
                "has no place for it: take 'subtract' or 'ratio', or another descriptor"
            )
        self.predictor, self.form, self.align = predictor, form, bool(align)

    def fit(
        self,
        inputs: Inputs,
        spectra: ArrayLike | None = None,
        energy: ArrayLike | None = None,
        *,
        low: ArrayLike | None = None,
        meta: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> DeltaPredictor:
        """Learn from sites that were computed at both levels.

        Parameters
        ----------
        inputs, spectra, energy, meta, **options
            As in `Predictor.fit`, of the dear level.
        low : array (n_sites, n_energies), optional
            The cheap spectra of the same sites on the same energies; a dataset's
            `spectra_low` where they are not given.

        Raises
        ------
        InputError
            If the low level is missing, not finite or of another shape, or as
            `Predictor.fit` has it.
        """
        mu, grid, groups = lesson(inputs, spectra, energy, options.pop("groups", None))
        mu_low = _low_level(inputs, low, mu.shape)
        self.predictor = copy.deepcopy(self.predictor)
        self.shift_, self.slope_ = 0.0, 1.0
        if self.align:
            self.shift_, self.slope_ = alignment(mu_low, mu, grid)
        base = moved(mu_low, grid, self.shift_, self.slope_)
        self.floor_ = float(RATIO_FLOOR * np.abs(base).mean())
        kind = FORMS[self.form][0]
        if kind == "difference":
            mu = mu - base
        elif kind == "ratio":
            mu = mu / np.maximum(base, self.floor_)
        facts = {"form": self.form, "align": self.align, "shift": self.shift_}
        facts |= {"slope": self.slope_, "floor": self.floor_}
        meta = dict(meta or {}) | {"delta": facts}
        features = to_features(inputs, self.predictor.descriptor)
        seen = self._seen(features, base)
        self.predictor.fit(seen, mu, grid, groups=groups, meta=meta, **options)
        return self

    def predict(self, inputs: Inputs, low: ArrayLike | None = None) -> Array:
        """Return dear spectra (n_sites, n_energies).

        Parameters
        ----------
        inputs : XASDataset, sequence of Site, or array (n_sites, n_features)
        low : array (n_sites, n_energies), optional
            Their cheap spectra; a dataset's `spectra_low` where they are not given.
        """
        seen, base = self._given(inputs, low)
        return self._whole(self.predictor.predict(seen), base)

    def predict_members(self, inputs: Inputs, low: ArrayLike | None = None) -> Array:
        """Return every member's spectra, (n_members, n_sites, n_energies)."""
        seen, base = self._given(inputs, low)
        return self._whole(self.predictor.predict_members(seen), base)

    def predict_band(self, inputs: Inputs, low: ArrayLike | None = None) -> Band:
        """Return dear spectra and their standard deviation: that of the correction.

        Raises
        ------
        InputError
            If the predictor within has no band: `trust.bootstrap` teaches one that has.
        """
        seen, base = self._given(inputs, low)
        band = self.predictor.predict_band(seen)
        of_ratio = FORMS[self.form][0] == "ratio"
        scale = np.maximum(base, self.floor_) if of_ratio else 1.0
        return Band(self._whole(band.mean, base), band.std * scale, band.how)

    def score(
        self,
        inputs: Inputs,
        spectra: ArrayLike | None = None,
        low: ArrayLike | None = None,
    ) -> dict[str, float]:
        """Return every metric of `metrics.summarise` on these sites."""
        spectra, energy, _ = lesson(inputs, spectra, self.predictor.energy_)
        band = self.predict_band(inputs, low) if self.predictor.has_band else None
        found = self.predict(inputs, low) if band is None else band.mean
        std = None if band is None else band.std
        return metrics.summarise(found, spectra, energy=energy, spectra_std=std)

    def save(self, folder: str | Path) -> None:
        """Write what `Predictor.save` writes; its meta says how Δ is put to use."""
        self.predictor.save(folder)

    @classmethod
    def load(cls, folder: str | Path, classes: Iterable[Any] = ()) -> DeltaPredictor:
        """Read one back, as `Predictor.load` reads.

        Raises
        ------
        InputError
            If it is a predictor that knows of no low level, or as `Predictor.load`.
        """
        predictor = Predictor.load(folder, classes)
        facts = predictor.meta_.get("delta")
        if not isinstance(facts, dict):
            raise InputError(
                f"{folder} holds a predictor without a low level: read it with "
                "Predictor.load"
            )
        try:
            found = cls(predictor, facts["form"], facts["align"])
            found.shift_, found.slope_ = float(facts["shift"]), float(facts["slope"])
            found.floor_ = float(facts["floor"])
        except (KeyError, TypeError) as error:
            raise InputError(f"{folder}: its Δ lacks {error}: save it again") from error
        return found

    def base(self, low: ArrayLike) -> Array:
        """Return B, the low level moved and scaled as was learnt, (..., n_energies)."""
        energy = self.predictor.energy_
        return moved(np.asarray(low, dtype=float), energy, self.shift_, self.slope_)

    def _given(self, inputs: Inputs, low: ArrayLike | None) -> tuple[Array, Array]:
        """What the predictor within reads of these sites, and B."""
        features = to_features(inputs, self.predictor.descriptor)
        shape = (len(features), len(self.predictor.energy_))
        base = self.base(_low_level(inputs, low, shape))
        return self._seen(features, base), base

    def _seen(self, features: Array, base: Array) -> Array:
        """Features, and the low level beside them where the model is shown it."""
        return np.hstack([features, base]) if FORMS[self.form][1] else features

    def _whole(self, learnt: Array, base: Array) -> Array:
        """Spectra of what the model learnt to predict."""
        kind = FORMS[self.form][0]
        if kind == "ratio":
            return learnt * np.maximum(base, self.floor_)
        return learnt + base if kind == "difference" else learnt

    def _facts(self) -> Mapping[str, object]:
        moved_by = hasattr(self, "shift_") and f"{self.shift_:+.1f} eV"
        return {
            "form": self.form,
            "low level moved by": moved_by or None,
            "and scaled by": getattr(self, "slope_", None),
            "correction": self.predictor,
        }


def moved(low: Array, energy: Array, shift: float, slope: float) -> Array:
    """Return slope · low(E + shift) of spectra (..., n_energies), linear in between.

    Example
    -------
    >>> moved(np.array([[0.0, 1.0, 2.0]]), np.arange(3.0), 0.5, 2.0)
    array([[1., 3., 4.]])
    """
    rows = low.reshape(-1, low.shape[-1])
    found = np.array([np.interp(energy + shift, energy, row) for row in rows])
    return slope * found.reshape(low.shape)


def alignment(low: Array, high: Array, energy: Array) -> tuple[float, float]:
    """Return the shift in eV and the slope that bring a low level nearest a high one.

    Least is Σ (h − slope · l(E + shift))², h and l being both levels less their means
    over the sites: a difference that all sites share is left to the model.

    Parameters
    ----------
    low, high : array (n_sites, n_energies)
    energy : array (n_energies,)
        eV.

    Example
    -------
    >>> energy = np.linspace(0, 20, 81)
    >>> low = np.exp(-(energy - [[8.0], [9.0], [10.0]]) ** 2)
    >>> shift, slope = alignment(low, 0.8 * moved(low, energy, 1.5, 1.0), energy)
    >>> round(shift, 6), round(slope, 6)
    (1.5, 0.8)
    """
    wanted = high - high.mean(0)
    found = (np.inf, 0.0, 1.0)
    # nearest to no shift first: of two that do as well it stays
    for shift in sorted(SHIFTS.tolist(), key=abs):
        there = moved(low, energy, shift, 1.0)
        there -= there.mean(0)
        size = float((there**2).sum())
        slope = float((there * wanted).sum()) / size if size else 1.0
        left = float(((wanted - slope * there) ** 2).sum())
        found = min(found, (left, shift, slope), key=lambda one: one[0])
    return found[1], found[2]


def _low_level(inputs: Inputs, low: ArrayLike | None, shape: tuple[int, ...]) -> Array:
    """The cheap spectra, given or the dataset's, checked."""
    if low is None and isinstance(inputs, XASDataset):
        low = inputs.spectra_low
    if low is None:
        raise InputError(
            "Δ-learning needs the low level of every site: give low=, cheap spectra on "
            "the energies of the dear ones, or a dataset with spectra_low"
        )
    values = np.asarray(low, dtype=float)
    if values.shape != shape:
        raise InputError(
            f"the low level has shape {values.shape}, expected {shape}: give one cheap "
            "spectrum for each site, on the energies of the dear ones"
        )
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values).all(1))[0])
        raise InputError(f"the low level of site {row} is not finite: leave it out")
    return values
