"""Learning curves by a way to choose: one run, and many beside each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import ttest_rel

from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, split
from xnet_lite.errors import InputError, one_of
from xnet_lite.faces import Face
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.strategies.sampling import Protocol, View, Way
from xnet_lite.tables import mean_std

#: what a curve can be read by -> how, of the errors in percent of the test sites
MEASURES: dict[str, Callable[[Array], Any]] = {
    "a_median": lambda errors: np.median(errors, axis=1),
    "a_mean": lambda errors: errors.mean(1),
    "a_p90": lambda errors: np.percentile(errors, 90, axis=1),
}


@dataclass(frozen=True, eq=False, repr=False)
class Curve(Face):
    """How the error falls with sites chosen in one way, from one seed.

    Attributes
    ----------
    sizes : int array (n_sizes,)
    errors : array (n_sizes, n_test)
        Metric A of every test site, percent.
    mse : array (n_sizes,)
        Mean over test sites and energies.
    chosen : int array (largest size,)
        Rows of the dataset, in the order in which they were chosen.
    """

    sizes: Ints
    errors: Array
    mse: Array
    chosen: Ints

    def by(self, measure: str) -> Array:
        """Return the error at each size: one of `MEASURES`, or "mse"."""
        one_of("measure", measure, [*MEASURES, "mse"])
        found = self.mse if measure == "mse" else MEASURES[measure](self.errors)
        return np.asarray(found, dtype=float)

    def area(self, measure: str) -> float:
        """Return the mean error over the logarithm of the size: area over width."""
        x, y = np.log(self.sizes), self.by(measure)
        if len(x) < 2:
            return float(y[0])
        return float(((y[1:] + y[:-1]) / 2 * np.diff(x)).sum() / (x[-1] - x[0]))

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; `Curve.of` reads it."""
        return {name: np.asarray(value).tolist() for name, value in vars(self).items()}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Curve:
        """Return the curve that a record holds."""
        return cls(**{name: np.asarray(value) for name, value in record.items()})

    def _facts(self) -> Mapping[str, object]:
        pairs = zip(self.sizes.tolist(), self.by("a_median"), strict=True)
        return {f"{size} sites": f"{error:.2f} %" for size, error in pairs}


class Gathered(NamedTuple):
    """One measure of several curves, as `plots.plot_learning_curve` draws it."""

    sizes: Ints
    errors: Array  # (n_sizes, n_seeds)
    seconds: Array  # none were measured


def sampled(dataset: XASDataset, protocol: Protocol, way: Way, seed: int = 0) -> Curve:
    """Return the learning curve of a model whose sites were chosen in one way.

    Test sites and those of the start depend on the seed and not on the way, so that
    curves of one seed can be compared in pairs.

    Parameters
    ----------
    dataset : XASDataset
        With features.
    protocol : Protocol
    way : callable
        One of `WAYS`, or any function from (View, n) to n free rows.
    seed : int

    Raises
    ------
    InputError
        If there are no features, fewer sites than are asked for, or the way returns
        rows that are not free.

    Example
    -------
    >>> from xnet_lite.strategies.sampling import farthest
    >>> rng = np.random.default_rng(0)
    >>> x = rng.random((30, 2))
    >>> data = XASDataset("line", np.arange(3.0), x @ rng.random((2, 3)), features=x)
    >>> curve = sampled(data, Protocol((4, 8), n_test=6), farthest)
    >>> curve.errors.shape, len(set(curve.chosen.tolist()))
    ((2, 6), 8)
    """
    train, test = split(dataset, protocol.n_test, by=protocol.by, seed=seed)
    pool = replace(dataset[train], sites=None)
    if pool.features is None or dataset.features is None:
        raise InputError(f"{dataset.name!r} has no features: describe it first")
    sizes = list(protocol.sizes)
    if sizes[-1] > len(pool):
        raise InputError(
            f"{sizes[-1]} sites cannot be chosen of a pool of {len(pool)}: give "
            "smaller sizes or a smaller n_test"
        )
    space = protocol.scaler.fit_transform(pool.features)
    known = np.random.default_rng([seed, 0]).permutation(len(pool))[: sizes[0]]
    errors, mse = [], []
    for i, size in enumerate(sizes):
        if i:
            view = View(pool, space, known, protocol, seed)
            known = np.concatenate([known, checked(way(view, size - len(known)), view)])
        model = protocol.model.fresh([seed]).fit(pool[known])
        mu, true = model.predict(dataset.features[test]), dataset.spectra[test]
        errors.append(relative_spectral_error(mu, true))
        mse.append(((mu - true) ** 2).mean())
    return Curve(np.array(sizes), np.array(errors), np.array(mse), train[known])


def gathered(
    curves: Mapping[str, Sequence[Curve]], measure: str = "a_median"
) -> dict[str, Gathered]:
    """Return one measure of the curves of every way, (n_sizes, n_seeds) each."""
    found = {}
    for name, some in curves.items():
        errors = np.stack([curve.by(measure) for curve in some], axis=1)
        found[name] = Gathered(some[0].sizes, errors, np.full(errors.shape, np.nan))
    return found


def compared(
    curves: Mapping[str, Sequence[Curve]],
    measure: str = "a_p90",
    reference: str = "random",
) -> list[dict[str, Any]]:
    """Return a row for each way: its last error, its area, and both beside a reference.

    Parameters
    ----------
    curves : mapping of str to sequence of Curve
        By way, in the same order of seeds.
    measure : str
        One of `MEASURES`, or "mse".
    reference : str
        The way that others are held against, seed by seed.

    Returns
    -------
    list of dict
        "area / reference" is the ratio of means; "p" of a paired t-test of the areas'
        logarithms, two-sided, NaN for the reference and for a single seed; "labels
        needed" is with how many sites the mean curve first comes down to the
        reference's last error, as a share of what the reference's own curve needs; NaN
        where it does not.

    Raises
    ------
    InputError
        If the reference is not among them, or a way has other seeds.
    """
    if reference not in curves:
        raise InputError(f"{reference!r} is not among {', '.join(curves)}")
    base = curves[reference]
    areas = {name: [one.area(measure) for one in some] for name, some in curves.items()}
    means = {name: _mean(some, measure) for name, some in curves.items()}
    goal = float(means[reference][-1])
    most = _reached(base[0].sizes, means[reference], goal)
    rows = []
    for name, some in curves.items():
        if len(some) != len(base):
            raise InputError(
                f"{name!r} has {len(some)} seeds, {reference!r} {len(base)}: give the "
                "same"
            )
        p = np.nan
        if name != reference and len(some) > 1:
            pair = np.log(areas[name]), np.log(areas[reference])
            p = float(ttest_rel(*pair).pvalue)
        ratio = float(np.mean(areas[name]) / np.mean(areas[reference]))
        rows.append(
            {
                "way": name,
                "last": mean_std([one.by(measure)[-1] for one in some]),
                "area": float(np.mean(areas[name])),
                f"area / {reference}": ratio,
                "p": p,
                "labels needed": _reached(some[0].sizes, means[name], goal) / most,
            }
        )
    return rows


def _mean(curves: Sequence[Curve], measure: str) -> Array:
    """The mean curve of several seeds."""
    return np.asarray(np.mean([one.by(measure) for one in curves], axis=0))


def _reached(sizes: Ints, errors: Array, goal: float) -> float:
    """Sites with which a curve first comes down to a goal, log-log; NaN if none do."""
    below = np.flatnonzero(errors <= goal)
    if not len(below):
        return float("nan")
    i = int(below[0])
    if i == 0:
        return float(sizes[0])
    x, y = np.log(sizes[i - 1 : i + 1]), np.log(errors[i - 1 : i + 1])
    at = x[0] + (np.log(goal) - y[0]) / (y[1] - y[0]) * (x[1] - x[0])
    return float(np.exp(at))


def checked(rows: Ints, view: View) -> Ints:
    """Return rows that a way chose, refused where they are known or come twice.

    Raises
    ------
    InputError
    """
    rows = np.asarray(rows)
    if len(np.unique(rows)) < len(rows) or not np.isin(rows, view.free).all():
        raise InputError("a way chose sites that are known, or one twice: mend it")
    return rows
