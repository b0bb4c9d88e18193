"""Believe it or not: one word on a prediction, with how often that word is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from xnet_lite.arrays import Array, Arrays, Ints, Mask
from xnet_lite.datasets import XASDataset
from xnet_lite.faces import Face
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.predictor import Predictor
from xnet_lite.structures import Site
from xnet_lite.trust.calibrating import Unseen
from xnet_lite.trust.chemistry import CHECKS, KnownChemistry, Surroundings
from xnet_lite.trust.expected_error import N_FOLDS, ExpectedError, folds, signs_of
from xnet_lite.trust.similarity import KnownSites
from xnet_lite.trust.uncertainty import out_of_bag

WORDS = ("known", "near", "far")
#: sites that are well predicted although they were not learnt from: share of them that
#: may be called far, and that may be called near or far
FALSE_ALARMS = {"far": 0.10, "near": 0.30}
#: an error of so many medians is a large one
LARGE = 2.0
#: checks that leave a site "near": compounds often join neighbors in a new way
MILD = ("composition",)
#: key in `Predictor.meta_`
META = "verdict"


@dataclass(frozen=True, eq=False, repr=False)
class Verdict(Face):
    """What to think of one prediction.

    Attributes
    ----------
    word : str
        "known", "near" or "far".
    error, low, high : float
        Expected relative error of the spectrum, and the interval in which 90 % of
        known compounds are, or of those that raise the same doubts; percent. No upper
        end (infinite) where too few did to tell one.
    doubts : mapping of str to str
        Checks that fired, and a sentence each.
    rates : mapping of str to mapping
        Of "far" and "near": "false_alarms" and "misses", as measured on compounds that
        no member saw.
    checks : mapping of str to mapping
        Of each check: its "false_alarms" and what it "caught", as measured likewise.
    large : float
        Percent, from which an error counts as large.
    """

    word: str
    error: float
    low: float
    high: float
    doubts: Mapping[str, str]
    rates: Mapping[str, Mapping[str, float]]
    checks: Mapping[str, Mapping[str, float]]
    large: float

    @property
    def sentence(self) -> str:
        """The word, the error to expect, and how far both can be relied on."""
        rates = self.rates["near" if self.word == "known" else self.word]
        wrong, missed = rates["false_alarms"], rates["misses"]
        over = f"an error above {self.large:.1f} %"
        said = {
            "known": f"so is called all but {wrong:.0%} of what was right, and "
            f"{missed:.0%} of what had {over}",
            "near": f"near or far is called {wrong:.0%} of what was right, and "
            f"{1 - missed:.0%} of what had {over}",
            "far": f"far is called {wrong:.0%} of what was right, and "
            f"{1 - missed:.0%} of what had {over}",
        }[self.word]
        return (
            f"{self.word}: expect an error of {self.error:.1f} % ({self._interval}); "
            f"of compounds that no member had seen, {said}"
        )

    @property
    def _interval(self) -> str:
        """The ends in words, as far as there are any."""
        low = f"{self.low:.1f}"
        if np.isfinite(self.high):
            return f"{low} to {self.high:.1f} %"
        return (
            f"over {low} %" if self.low else "too few were like it to tell how far off"
        )

    @property
    def sentences(self) -> list[str]:
        """What each check that fired has to say, with how often it fires in vain."""
        return [self._of_check(name) for name in self.doubts]

    def _of_check(self, name: str) -> str:
        """The sentence of one check."""
        rate = self.checks.get(name, {}).get("false_alarms")
        rare = "" if rate is None else f" (so are {rate:.1%} of known compounds)"
        return f"{self.doubts[name]}{rare if name != 'features' else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "word": self.word,
            "expected_error_percent": round(self.error, 4),
            "interval_percent": [
                round(self.low, 4),
                round(self.high, 4) if np.isfinite(self.high) else None,
            ],
            "large_percent": round(self.large, 4),
            "doubts": dict(self.doubts),
            "rates": {word: dict(rate) for word, rate in self.rates.items()},
        }

    def _facts(self) -> dict[str, object]:
        return {
            "word": self.word,
            "expected error": f"{self.error:.1f} % ({self._interval})",
            "doubts": ", ".join(self.doubts) or None,
        }

    def _notes(self) -> list[str]:
        return self.sentences


@dataclass(frozen=True, eq=False, repr=False)
class Judge(Face):
    """Pronounces verdicts; what it needs is kept with a predictor.

    Attributes
    ----------
    predictor : Predictor
        An ensemble that a judge was taught of, by :meth:`teach`.
    expected : ExpectedError
    chemistry : KnownChemistry or None
        None where training sites had no structures.
    limits : mapping of str to float
        Expected errors, percent, from which a site is "near" and "far".
    rates, checks, large
        As a :class:`Verdict` has them.
    """

    predictor: Predictor
    expected: ExpectedError
    chemistry: KnownChemistry | None
    limits: Mapping[str, float]
    rates: Mapping[str, Mapping[str, float]]
    checks: Mapping[str, Mapping[str, float]]
    large: float
    places: KnownSites = field(init=False)
    known: Arrays = field(init=False)

    def __post_init__(self) -> None:
        reach = self.predictor.meta_[META].get("reach")
        places = KnownSites.of(self.predictor, threshold=reach)
        object.__setattr__(self, "places", places)
        object.__setattr__(self, "known", self.predictor.known_)

    @classmethod
    def of(cls, predictor: Predictor) -> Judge | None:
        """Return the judge that was kept with a predictor, or None."""
        facts = predictor.meta_.get(META)
        if facts is None or "spectra" not in predictor.known_:
            return None
        kept: Judge | None = vars(predictor).get("_judge")
        if kept is not None and kept.known is predictor.known_:
            return kept
        expected = ExpectedError(**facts["expected"])
        told = {key: facts[key] for key in ("limits", "rates", "checks", "large")}
        judge = cls(predictor, expected, _chemistry(predictor.known_), **told)
        vars(predictor)["_judge"] = judge  # what is known takes longer than a verdict
        return judge

    @classmethod
    def teach(
        cls,
        predictor: Predictor,
        data: XASDataset,
        unseen: Unseen | None = None,
        far: Unseen | None = None,
    ) -> Judge | None:
        """Learn from how models did with sites that they never saw, and keep it.

        Parameters
        ----------
        predictor : Predictor
            Fitted in this session; what is learnt goes into its `meta_` and `known_`.
        data : XASDataset
            What it learnt from.
        unseen : Unseen, optional
            Its sites as seen by models that did not learn from them; those out of bag
            of a `bootstrap` without it.
        far : Unseen, optional
            All of them as seen by models that learnt none of their kind: what signs are
            worth where more is new than a compound.

        Returns
        -------
        Judge or None
            None where fewer than ten sites were not seen by two members.
        """
        if unseen is None:
            mean, std = out_of_bag(predictor, predictor.features_)
        else:
            mean, std = np.full((2, *data.spectra.shape), np.nan)
            mean[unseen.rows], std[unseen.rows] = unseen.band.mean, unseen.band.std
        rows = np.flatnonzero(np.isfinite(mean).all(axis=1))
        if len(rows) < N_FOLDS:
            return None
        groups = np.unique(data.groups, return_inverse=True)[1]
        error = relative_spectral_error(mean[rows], data.spectra[rows])
        predictor.unseen_ = {"rows": rows, "error": error, "std": std[rows].mean(1)}
        around = None if data.sites is None else Surroundings.of(data.sites)
        predictor.known_ = {
            "spectra": data.spectra.astype(np.float32),
            "groups": groups,
            **({} if around is None else around.arrays()),
        }
        signs = signs_of(predictor, predictor.known_places, mean, std, (groups, groups))
        fired = _fired(predictor, around, groups, signs[:, 1])[rows]
        predictor.known_["signs"] = signs = signs[rows]
        large = LARGE * float(np.median(error))
        doubts = dict(zip((*CHECKS, "features"), fired.T, strict=True))
        lessons = {"compounds": (signs, error, groups[rows])}
        if far is not None:
            lessons["kinds"] = (*_far(predictor, far), groups[far.rows])
        lesson = map(np.concatenate, zip(*lessons.values(), strict=True))
        expected = ExpectedError.fit(*lesson, doubts=doubts, n_near=len(rows))
        known = _Known(expected.predict(signs)[:, 0], fired, error > large)
        limits = known.limits()
        predictor.meta_[META] = {
            "expected": expected.as_dict(),
            "large": large,
            "reach": KnownSites.of(predictor).threshold,
            "limits": limits,
            "rates": known.rates(groups[rows]),
            "checks": known.checks(),
            "follows": expected.follows(lessons, limits["far"], large),
        }
        return cls.of(predictor)

    def __call__(self, site: Site) -> Verdict:
        """Return what to think of the prediction for one site.

        Raises
        ------
        InputError
            For an element that was not learnt.
        """
        return self.verdicts([site])[0]

    def spectra(self, rows: Ints) -> Array:
        """Return the spectra of known sites, (n_rows, n_energies), to 1e-6."""
        return self.predictor.known_["spectra"][rows].astype(float).round(6)

    def verdicts(
        self, sites: Sequence[Site], features: Array | None = None
    ) -> list[Verdict]:
        """Return what to think of the predictions for some sites.

        Parameters
        ----------
        sites : sequence of Site
        features : array (n_sites, n_features), optional
            Theirs, where they are known.
        """
        seen = sites if features is None else features
        members = self.predictor.predict_members(seen)
        where = self.predictor.place(seen)
        told = members.mean(0), members.std(0, ddof=1)
        signs = signs_of(self.predictor, where, *told)
        doubts: list[dict[str, str]] = [{} for _ in sites]
        if self.chemistry is not None:
            doubts = self.chemistry.doubts(Surroundings.of(sites))
        for one, sentence in zip(doubts, self.places.warnings(seen), strict=True):
            one |= {"features": sentence} if sentence else {}
        errors = self.expected.predict(signs)[:, 0].tolist()
        return [self._verdict(*one) for one in zip(errors, doubts, strict=True)]

    def _verdict(self, error: float, doubts: Mapping[str, str]) -> Verdict:
        """What an error and doubts lead to."""
        low, high = self.expected.around(error, doubts)
        word, told = self._word(error, doubts), (self.rates, self.checks, self.large)
        return Verdict(word, error, low, high, doubts, *told)

    def _word(self, error: float, doubts: Mapping[str, str]) -> str:
        """What an error and doubts amount to."""
        if error > self.limits["far"] or set(doubts) - set(MILD):
            return "far"
        return "near" if error > self.limits["near"] or doubts else "known"

    def _facts(self) -> dict[str, object]:
        rates = self.rates["far"]
        return {
            "expected error": self.expected._facts()["error"],
            "far": f"from {self.limits['far']:.1f} %, or a check that fires",
            "false alarms": f"{rates['false_alarms']:.0%}",
            "misses": f"{rates['misses']:.0%}",
        }


@dataclass(frozen=True)
class _Known:
    """What is known of sites that no member saw: scores, checks, and who was wrong."""

    scores: Array
    fired: Mask  # (n_sites, n_checks)
    wrong: Mask

    def limits(self, rows: Mask | None = None) -> dict[str, float]:
        """Scores from which the promised share of right ones is far, or near."""
        right = ~self.wrong if rows is None else ~self.wrong & rows
        found = {}
        for word, share in FALSE_ALARMS.items():
            marked = self._by_checks(word)
            # what the checks flag is flagged whatever its score
            score = np.where(marked, np.inf, self.scores)[right]
            found[word] = float(np.quantile(score, 1 - share, method="higher"))
        return {word: min(one, self.scores.max()) for word, one in found.items()}

    def rates(self, groups: Ints) -> dict[str, dict[str, float]]:
        """False alarms and misses by limits from other compounds."""
        flagged = {word: np.zeros(len(groups), dtype=bool) for word in FALSE_ALARMS}
        for fold in folds(groups):
            for word, limit in self.limits(~fold).items():
                here = (self.scores > limit) | self._by_checks(word)
                flagged[word][fold] = here[fold]
        return {word: self._rates_of(marks) for word, marks in flagged.items()}

    def checks(self) -> dict[str, dict[str, float]]:
        """False alarms of each check, and what it caught of what was wrong."""
        return {
            name: {"false_alarms": one["false_alarms"], "caught": 1 - one["misses"]}
            for name, marks in zip((*CHECKS, "features"), self.fired.T, strict=True)
            for one in [self._rates_of(marks)]
        }

    def _by_checks(self, word: str) -> Mask:
        """Which sites the checks alone flag."""
        mild = np.isin((*CHECKS, "features"), MILD if word == "far" else ())
        return np.asarray(self.fired[:, ~mild].any(axis=1))

    def _rates_of(self, marks: Mask) -> dict[str, float]:
        """Share of the right ones that is flagged, of the wrong ones that is not."""
        misses = float((~marks[self.wrong]).mean()) if self.wrong.any() else 0.0
        return {
            "false_alarms": round(float(marks[~self.wrong].mean()), 4),
            "misses": round(misses, 4),
        }


def _chemistry(arrays: Arrays) -> KnownChemistry | None:
    """What training sites look like, if they had structures."""
    if "numbers" not in arrays:
        return None
    return KnownChemistry(Surroundings.from_arrays(arrays))


def _far(predictor: Predictor, far: Unseen) -> tuple[Array, Array]:
    """Signs and errors of sites as models see them that learnt none of their kind."""
    kinds = np.empty(predictor.n_known, dtype=far.groups.dtype)
    kinds[far.rows] = far.groups
    where, pair = predictor.known_places[far.rows], (far.groups, kinds)
    return signs_of(predictor, where, far.band.mean, far.band.std, pair), far.error


def _fired(
    predictor: Predictor, around: Surroundings | None, groups: Ints, distance: Array
) -> Mask:
    """Which checks each training site fails that is held against other compounds."""
    fired = np.zeros((len(groups), len(CHECKS) + 1), dtype=bool)
    fired[:, -1] = distance > KnownSites.of(predictor).threshold
    if around is None:
        return fired
    for fold in folds(groups):
        rows = np.flatnonzero(fold)
        known = KnownChemistry(around[np.flatnonzero(~fold)])
        for row, found in zip(rows, known.doubts(around[rows]), strict=True):
            fired[row, :-1] = [name in found for name in CHECKS]
    return fired
