"""What a predictor says of sites that it did not learn from, and what follows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite import metrics
from xnet_lite.arrays import Array, Ints, Labels
from xnet_lite.datasets import XASDataset, folds
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.models import ARDKernelRidge
from xnet_lite.models.band import Band
from xnet_lite.models.calibration import Calibration
from xnet_lite.parallel.maps import resumable_map
from xnet_lite.predictor import Predictor
from xnet_lite.predictor.inputs import Inputs, lesson
from xnet_lite.predictor.places import nearest
from xnet_lite.trust.uncertainty import bootstrap, deep_ensemble, out_of_bag

#: parts that what stays together is dealt into, and members that learn from the others
N_FOLDS, FOLD_MEMBERS = 5, 4
# what is known of unseen sites beside the band
_PARTS = ("truth", "distance", "rows", "votes", "groups")


@dataclass(frozen=True, eq=False, repr=False)
class Unseen(Face):
    """What a predictor says of sites that it did not learn from, and the truth.

    From here a band is calibrated (`calibrate`) and intervals are made (`Conformal`);
    `a + b` joins two.

    Attributes
    ----------
    band : Band
        As the models say it, (n_unseen, n_energies).
    truth : array (n_unseen, n_energies)
    distance : array (n_unseen,)
        To the nearest site that was known, as `Predictor.distance` has it.
    rows : int array (n_unseen,)
        Which sites of the set they are.
    votes : int array (n_unseen,)
        How many members were asked.
    groups : array (n_unseen,)
        Sites of one group are no independent witnesses.
    nearby : array (n_unseen,), optional
        Errors that known sites nearby had, percent, where `beside` told them.
    """

    band: Band
    truth: Array
    distance: Array
    rows: Ints
    votes: Ints
    groups: Labels
    nearby: Array | None = None

    @property
    def hints(self) -> Array:
        """What foretells errors beside the band, as `Predictor.hints` has it."""
        told = [self.distance] if self.nearby is None else [self.distance, self.nearby]
        return np.stack(told, axis=1)

    def beside(self, predictor: Predictor, groups: ArrayLike) -> Unseen:
        """Return it with the errors that known sites nearby had.

        Parameters
        ----------
        predictor : Predictor
            That tells them by its `unseen_`; it learnt from the same set.
        groups : array (n_known,)
            Of all sites of the set: those of a site's own group do not tell of it.
        """
        labels = np.asarray(groups)
        where = predictor.known_places[self.rows]
        told = predictor.errors_nearby(where, (labels[self.rows], labels))
        return replace(self, nearby=told)

    @property
    def error(self) -> Array:
        """Relative spectral error of every site, percent, (n_unseen,)."""
        return metrics.relative_spectral_error(self.band.mean, self.truth)

    def __len__(self) -> int:
        """Return the number of sites."""
        return len(self.truth)

    def __getitem__(self, index: Any) -> Unseen:
        """Return some of the sites."""
        parts = {name: getattr(self, name)[index] for name in _PARTS}
        told = None if self.nearby is None else self.nearby[index]
        return Unseen(self.band[index], nearby=told, **parts)

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        arrays = {name: getattr(self, name).tolist() for name in _PARTS}
        band = {"mean": self.band.mean.tolist(), "std": self.band.std.tolist()}
        return arrays | band | {"how": self.band.how}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Unseen:
        """Make it again of what `as_dict` returned."""
        band = Band(kept["mean"], kept["std"], kept["how"])
        return cls(band, *(np.asarray(kept[name]) for name in _PARTS))

    def __add__(self, other: Unseen) -> Unseen:
        """Return both together; a site may be there twice."""
        mean = np.concatenate([self.band.mean, other.band.mean])
        std = np.concatenate([self.band.std, other.band.std])
        pairs = {n: (getattr(self, n), getattr(other, n)) for n in _PARTS}
        rest = {n: np.concatenate(pair) for n, pair in pairs.items()}
        told = [part.nearby for part in (self, other) if part.nearby is not None]
        nearby = np.concatenate(told) if len(told) == 2 else None
        return Unseen(Band(mean, std, self.band.how), nearby=nearby, **rest)

    def _facts(self) -> dict[str, object]:
        share = float(self.band.holds(self.truth).mean())
        return {
            "sites": f"{len(self)} in {len(np.unique(self.groups))} groups",
            "error": f"{np.median(self.error):.2f} %, median",
            "within ±2σ": f"{share:.1%} of all points",
        }


def unseen_of_bag(
    predictor: Predictor, spectra: ArrayLike, groups: ArrayLike | None = None
) -> Unseen:
    """Return the training sites as seen by members that did not learn from them.

    Parameters
    ----------
    predictor : Predictor
        From `bootstrap`, in this session.
    spectra : array (n_sites, n_energies)
        Those it was taught.
    groups : array (n_sites,), optional
        What was drawn as a whole; distances are to sites of other groups.

    Raises
    ------
    InputError
        As `out_of_bag`; or if no site was left out by two members.
    """
    mean, std = out_of_bag(predictor, predictor.features_)
    rows = np.flatnonzero(np.isfinite(mean).all(1))
    if not len(rows):
        raise InputError("no site was left out by two members: bootstrap more of them")
    members = np.asarray(predictor.members_)
    votes = sum(~np.isin(rows, row) for row in members)
    labels = np.arange(len(mean)) if groups is None else np.asarray(groups)
    places = predictor.known_places
    far = nearest(places[rows], places, 1, (labels[rows], labels))[0][:, 0]
    band = Band(mean[rows], std[rows], f"{len(members)} members")
    truth = np.asarray(spectra, dtype=float)[rows]
    return Unseen(band, truth, far, rows, np.asarray(votes), labels[rows])


def left_out(
    predictor: Predictor,
    data: XASDataset,
    labels: ArrayLike | None = None,
    *,
    n_folds: int = N_FOLDS,
    n_members: int = FOLD_MEMBERS,
    seed: int = 0,
    resampled: bool = True,
    tuned: Callable[[XASDataset, int], Predictor] | None = None,
    **mapping: Any,
) -> Unseen:
    """Return every site as seen by models that learnt from none of its kind.

    The kinds are dealt into folds; each fold is predicted by a vote (or a single model
    with a band of its own) that learnt from the others.

    Parameters
    ----------
    predictor : Predictor
        Fitted or not; it stays as it is.
    data : XASDataset
    labels : array (n_sites,), optional
        Kind of each site: a ligand family, say. Compounds where none are given.
    n_folds, n_members, seed : int
        Fewer folds where there are fewer kinds.
    resampled : bool
        Each member learns from compounds drawn anew; False: all from all.
    tuned : callable, optional
        From the sites of the other folds, and the number of the fold, to what learnt
        from them, where a predictor does not learn by itself.
    **mapping
        `workers`, `checkpoint` and so on, as `parallel.resumable_map` takes them.

    Raises
    ------
    InputError
        If there are fewer than 2 kinds, or the model has no band.
    """
    kinds = data.groups if labels is None else np.asarray(labels)
    n_folds = min(n_folds, len(np.unique(kinds)))
    parted = XASDataset(
        data.name, data.energy, data.spectra, labels={"compound": kinds}
    )
    parts = [*folds(parted, n_folds, seed=seed)]
    asked: dict[str, Any] = {"n_members": n_members, "seed": seed}
    asked["resampled"] = resampled
    learn = tuned or partial(_voting, predictor, **asked)
    work = partial(_left_out_of, learn, data, kinds, parts)
    # of one checkpoint, other kinds or members are other results
    told = hashlib.sha256(repr((kinds.tolist(), asked)).encode()).hexdigest()[:16]
    keys = [f"{told} {i} of {n_folds}" for i in range(n_folds)]
    quiet: dict[str, Any] = {"progress": False, "label": "left out"}
    found = resumable_map(work, [*range(n_folds)], keys, **quiet | mapping)
    return sum((Unseen.of(one) for one in found[1:]), start=Unseen.of(found[0]))


def _voting(
    predictor: Predictor,
    data: XASDataset,
    i: int,
    *,
    n_members: int,
    seed: int,
    resampled: bool,
) -> Predictor:
    """A vote, or a model with a band of its own, that learns anew from some sites."""
    one = predictor.fresh([i])
    if isinstance(one.model, ARDKernelRidge):
        return one.fit(data)
    if resampled:
        return bootstrap(one, data, n_members=n_members, seed=seed)
    return deep_ensemble(one, data, n_members=n_members)


def _left_out_of(
    learn: Callable[[XASDataset, int], Predictor],
    data: XASDataset,
    kinds: Labels,
    parts: Sequence[tuple[Ints, Ints]],
    i: int,
) -> dict[str, Any]:
    """One fold as what learnt from the others sees it, ready for JSON."""
    train, test = parts[i]
    found = held_out(learn(data[train], i), data[test], test, kinds[test])
    return found.as_dict()


def held_out(
    predictor: Predictor,
    data: Inputs,
    rows: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    spectra: ArrayLike | None = None,
) -> Unseen:
    """Return sites that were kept apart, as a fitted predictor sees them.

    Parameters
    ----------
    predictor : Predictor
    data : XASDataset, or sites or features with their spectra
    rows, groups : array (n_sites,), optional
        What `Unseen` keeps; a dataset's own groups where none are given.
    spectra : array (n_sites, n_energies), optional
    """
    truth, _, labels = lesson(data, spectra, predictor.energy_, groups)
    band = predictor.predict_band(data, calibrated=False)
    every, hints = np.arange(len(truth)), predictor.hints(data)
    return Unseen(
        band,
        truth,
        hints[:, 0],
        every if rows is None else np.asarray(rows),
        np.full(len(truth), predictor.n_members),
        every if labels is None else np.asarray(labels),
        *hints.T[1:],
    )


def calibrate(
    predictor: Predictor, unseen: Unseen, weight: ArrayLike | None = None
) -> Predictor:
    """Give a predictor's band the width that sites it did not see had.

    Parameters
    ----------
    predictor : Predictor
        It is changed, and returned.
    unseen : Unseen
        From `unseen_of_bag`, `left_out`, `held_out` or several of them together: the
        band will be right for what is like these.
    weight : array (n_unseen,), optional
        How much each of them counts.

    Raises
    ------
    InputError
        If there are fewer than 20 sites.

    Example
    -------
    >>> from xnet_lite.training import TrainConfig
    >>> rng = np.random.default_rng(0)
    >>> x, y, energy = rng.random((40, 3)), rng.random((40, 5)), np.arange(5.0)
    >>> model = bootstrap(Predictor(config=TrainConfig(epochs=1)), x, y, energy)
    >>> calibrate(model, unseen_of_bag(model, y)).predict_band(x).how
    '15 members, calibrated on 40 unseen sites'
    """
    predictor.calibration_ = _learnt(unseen, predictor.n_members, weight)
    return predictor


def cross_calibrated(
    unseen: Unseen, n_models: int, weight: ArrayLike | None = None, seed: int = 0
) -> Band:
    """Return the band of every unseen site as calibrated on the others' half.

    What `calibrate` gives cannot be judged by the sites it learnt from; this can.

    Parameters
    ----------
    unseen : Unseen
        Whole groups are drawn into one half or the other.
    n_models : int
        That will vote.
    weight : array (n_unseen,), optional
        As in `calibrate`.
    seed : int
    """
    counts = np.ones(len(unseen)) if weight is None else np.asarray(weight, dtype=float)
    _, group = np.unique(unseen.groups, return_inverse=True)
    side = np.random.default_rng(seed).permutation(group.max() + 1)[group] % 2
    std = np.empty_like(unseen.truth)
    for half in (0, 1):
        learnt = _learnt(unseen[side != half], n_models, counts[side != half])
        some = unseen[side == half]
        std[side == half] = learnt.transform(some.band, some.hints).std
    return Band(unseen.band.mean, std, f"{unseen.band.how}, cross-calibrated")


def _learnt(unseen: Unseen, n_models: int, weight: ArrayLike | None) -> Calibration:
    """What unseen sites teach of the band of so many models."""
    fewer = 1 / unseen.votes - 1 / n_models
    # of k members the mean errs by v/k more than that of very many
    noise = float((unseen.band.std**2).mean() / _mean_square(unseen))
    shrink = np.sqrt(np.clip(1 - noise * fewer, 0.25, None))
    known = unseen.band, unseen.truth, unseen.hints
    return Calibration().fit(*known, shrink, weight)


def _mean_square(unseen: Unseen) -> float:
    """Mean square error over sites and energies."""
    return float(((unseen.truth - unseen.band.mean) ** 2).mean()) or 1.0
