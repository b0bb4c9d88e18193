"""How wrong is this one? An error learnt from sites that members never saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Ints, Labels, Mask
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.predictor import Predictor
from xnet_lite.predictor.places import N_NEAR, nearest, weights

#: what an error is learnt from
SIGNS = ("spread", "distance", "disagreement", "errors nearby")
#: least value of a sign: a site that is known has distance 0
LEAST = 0.02
#: share of known compounds whose error is within the interval
SHARE = 0.9
#: parts that are predicted by the others, compounds whole
N_FOLDS = 10


@dataclass(frozen=True, eq=False, repr=False)
class ExpectedError(Face):
    """A relative error as a product of powers of what is seen of a prediction.

    error = scale · Π signᵢ^weightᵢ, no weight below 0: an error that is expected never
    falls where members spread more, a site is farther from the known ones, the spectra
    of these differ more from the one predicted, or these had larger errors when they
    were not learnt from.

    Attributes
    ----------
    scale : float
        Percent.
    weights : mapping of str to float
        Exponents, by the names of :data:`SIGNS`; 0 of one that is missing.
    low, high : float
        Factors of the ends of the interval in which 90 % of known compounds are.
    doubted : mapping of str to (float, float or None)
        The same factors of sites with a doubt of that name; None where fewer than 19
        known ones had it, which promise no end.

    Example
    -------
    >>> signs = np.random.default_rng(0).uniform(1, 9, (50, 4))
    >>> learnt = ExpectedError.fit(signs, 2 * signs[:, 0], np.arange(50))
    >>> learnt.predict([[3.0, 1.0, 1.0, 1.0]]).round(2)
    array([[6., 6., 6.]])
    """

    scale: float
    weights: Mapping[str, float]
    low: float = 1.0
    high: float = 1.0
    doubted: Mapping[str, Sequence[float | None]] = field(default_factory=dict)

    @classmethod
    def fit(
        cls,
        signs: ArrayLike,
        errors: ArrayLike,
        groups: Ints,
        *,
        doubts: Mapping[str, Mask] | None = None,
        n_near: int | None = None,
    ) -> ExpectedError:
        """Learn it, in logarithms by non-negative least squares.

        Parameters
        ----------
        signs : array (n_sites, 4)
            Spread of the members (percent), distance to the nearest known site,
            disagreement with the nearest ones and errors of these (percent), of sites
            not learnt from.
        errors : array (n_sites,)
            Relative spectral errors of those, percent.
        groups : int array (n_sites,)
            Compounds: the interval is that of compounds which others predict.
        doubts : mapping of str to bool array (n_near,), optional
            Which sites had which doubt: their intervals are learnt from them alone.
        n_near : int, optional
            How many first sites the intervals are of; the others, of which more was
            left out than their compound, teach the powers alone.

        Raises
        ------
        InputError
            If there are fewer than 10 sites.
        """
        x, y = _logs(signs), np.log(np.maximum(errors, LEAST))
        if len(x) < N_FOLDS:
            raise InputError(f"{len(x)} sites are too few to learn errors: give 10")
        off: Array = np.full(len(y), np.nan)
        for fold in folds(groups):
            start, slope = _line_of(x[~fold], y[~fold])
            off[fold] = y[fold] - start - x[fold] @ slope
        start, slope = _line_of(x, y)
        off = off[:n_near]
        tail = (1 - SHARE) / 2
        low, high = np.exp(np.nanquantile(off, [tail, 1 - tail]))
        powers = dict(zip(SIGNS, slope.tolist(), strict=True))
        doubted = {k: _ends_of(off[there]) for k, there in (doubts or {}).items()}
        return cls(float(np.exp(start)), powers, float(low), float(high), doubted)

    def predict(self, signs: ArrayLike) -> Array:
        """Return expected error and its interval's ends, (n_sites, 3), percent."""
        powers = np.array([self.weights.get(name, 0.0) for name in SIGNS])
        middle = self.scale * np.exp(_logs(signs) @ powers)
        return np.stack([middle, self.low * middle, self.high * middle], axis=1)

    def around(self, error: float, doubts: Iterable[str] = ()) -> tuple[float, float]:
        """Return the ends of the interval, percent; the widest that a doubt asks for.

        Example
        -------
        >>> of_few = ExpectedError(1.0, {}, 0.5, 2.0, {"crystal": (0.0, None)})
        >>> of_few.around(3.0), of_few.around(3.0, ["crystal"])
        ((1.5, 6.0), (0.0, inf))
        """
        ends = [self.doubted[one] for one in doubts if one in self.doubted]
        low = min([self.low, *(one[0] or 0.0 for one in ends)])
        high = max([self.high, *(one[1] or np.inf for one in ends)])
        return error * low, error * high

    def follows(
        self,
        lessons: Mapping[str, tuple[Array, Array, Ints]],
        limit: float,
        large: float,
    ) -> dict[str, dict[str, float]]:
        """Return how it follows errors of sites left out, and what it catches alone.

        Parameters
        ----------
        lessons : mapping of str to (signs, errors, groups)
            As `fit` takes them.
        limit, large : float
            Percent: what is expected above the one is flagged, and an error above the
            other should be.

        Returns
        -------
        mapping of str to mapping
            Of each lesson: Pearson's "r" with the error, the share of large errors that
            is "caught", and of all others that is flagged, "false_alarms".
        """
        found = {}
        for name, (signs, error, _) in lessons.items():
            told, wrong = self.predict(signs)[:, 0], error > large
            found[name] = {
                "r": float(np.corrcoef(told, error)[0, 1]),
                "caught": float((told[wrong] > limit).mean()) if wrong.any() else 1.0,
                "false_alarms": float((told[~wrong] > limit).mean()),
            }
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON; keyword arguments that make it again."""
        weights = dict(self.weights)
        doubted = {name: list(ends) for name, ends in self.doubted.items()}
        return {"scale": self.scale, "weights": weights} | {
            "low": self.low,
            "high": self.high,
            "doubted": doubted,
        }

    def _facts(self) -> dict[str, object]:
        powers = [f"{k}^{v:.2f}" for k, v in self.weights.items()]
        return {
            "error": f"{self.scale:.2f} % · {' · '.join(powers)}",
            "interval": f"{self.low:.2f} to {self.high:.2f} times that",
        }


def signs_of(
    predictor: Predictor,
    where: Array,
    mean: Array,
    std: Array,
    groups: tuple[Labels, Labels] | None = None,
) -> Array:
    """Return what an error is learnt from, (n_sites, 4), in the order of :data:`SIGNS`.

    Parameters
    ----------
    predictor : Predictor
        Its `known_` has the "spectra", its `unseen_` errors of known sites.
    where : array (n_sites, n_axes)
        As `Predictor.place` has it.
    mean, std : array (n_sites, n_energies)
        Of the members' spectra.
    groups : pair of array (n_sites,) and (n_known,), optional
        As `places.nearest` has it.
    """
    away, rows = nearest(where, predictor.known_places, N_NEAR, groups)
    like = np.einsum("nk,nke->ne", weights(away), predictor.known_["spectra"][rows])
    with np.errstate(invalid="ignore"):
        level = np.abs(mean).mean(axis=1)
        spread = 100 * std.mean(axis=1) / level
        disagreement = 100 * np.abs(like - mean).mean(axis=1) / level
    known = predictor.unseen_  # a file from before tells no errors
    errors = predictor.errors_nearby(where, groups) if known else np.ones(len(where))
    return np.stack([spread, away[:, 0], disagreement, errors], axis=1)


def folds(groups: Ints) -> Sequence[Mask]:
    """Return masks of ten parts, groups whole and spread evenly.

    Example
    -------
    >>> [int(part.sum()) for part in folds(np.arange(20) // 2)][:3]
    [2, 2, 2]
    """
    _, place = np.unique(groups, return_inverse=True)
    turn = np.random.default_rng(0).permutation(place.max() + 1)[place] % N_FOLDS
    return [turn == i for i in range(N_FOLDS) if (turn == i).any()]


def _ends_of(off: Array) -> tuple[float, float | None]:
    """Factors between which a further error lies, by the ranks of these logarithms."""
    n, tail = len(off), (1 - SHARE) / 2
    rank = int((n + 1) * tail + 1e-9)  # 20 · 0.05 may be a rounding below 1
    if not rank:
        return 0.0, None
    ranked = np.exp(np.sort(off))
    return float(ranked[rank - 1]), float(ranked[n - rank])


def _logs(signs: ArrayLike) -> Array:
    """Logarithms of signs."""
    return np.log(np.maximum(np.asarray(signs, dtype=float), LEAST))


def _line_of(x: Array, y: Array) -> tuple[float, Array]:
    """Start and slopes, none below 0, of a line through points."""
    slope = scipy.optimize.nnls(x - x.mean(axis=0), y - y.mean())[0]
    return float(y.mean() - x.mean(axis=0) @ slope), slope
