"""Active learning with live physics: the model asks, the engine answers.

A campaign looks at structures that have no spectrum, chooses a batch in one of the
`WAYS`, lets the engine compute it, and chooses again, until its CPU seconds are spent
or another batch promises too little. Every choice and every spectrum is on disk before
the next is begun, so that a killed campaign goes on to the same end.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.faces import Face
from xnet_lite.parallel import (
    PROCESSES,
    Scheduler,
    checkpoint_file,
    one_thread,
    opened,
    resumable_map,
)
from xnet_lite.parallel.maps import append_lines, read_lines
from xnet_lite.saving import shown
from xnet_lite.strategies.costs import answered, foretold, n_near
from xnet_lite.strategies.curves import checked
from xnet_lite.strategies.findings import Findings
from xnet_lite.strategies.sampling import WAYS, Protocol, View, Way, at_random
from xnet_lite.structures import Site

#: expected errors that it takes to foretell the next: they scatter by a tenth
N_TREND = 4


@dataclass(frozen=True, repr=False)
class Campaign(Face):
    """Who is asked, how sites are chosen, and when it ends.

    Attributes
    ----------
    oracle : callable
        From a site to its spectrum (n_energies,), such as a `scattering.Level`; its
        `name`, or else its repr, tells it from others in checkpoints. For other
        processes it must be able to travel there.
    energy : array (n_energies,)
        eV, of its spectra.
    describe : callable
        From sites to features (n_sites, n_features), such as `WACSF().transform`.
    protocol : Protocol
        `sizes` are known sites at the start, drawn by chance, then after each batch;
        model, band, committee and scaler are what ways look at.
    way : str or callable
        One of `WAYS` by its name, `thrifty`, or a function of one's own.
    budget : float
        CPU seconds, of engine and choice together.
    least_gain : float
        By which share a batch must promise to lower the error of the sites that are
        left: two in a row that fall short end the campaign. 0 never ends it so, and
        saves the time to find out.
    price : callable, optional
        From a site to the CPU seconds that it is charged. Without it a site is charged
        what it took, and choosing what that took: then a run anew may end a site
        earlier or later. With it choosing is free, and the end certain.
    first, fresh : int
        Candidates that are looked at from the start, all by default, and how many come
        with each batch: for a pool that is made on demand.
    seed : int

    Raises
    ------
    InputError
        For a way that does not exist, or a number out of range.

    Example
    -------
    >>> from ase import Atoms
    >>> pool = [Site(Atoms("FeO", [[0, 0, 0], [r, 0, 0]]), 0) for r in (1.8, 2.0, 2.2)]
    >>> bonds = lambda sites: [[one.atoms.get_distance(0, 1)] for one in sites]
    >>> oracle = lambda site: np.full(3, site.atoms.get_distance(0, 1))
    >>> protocol = Protocol((2, 3))
    >>> campaign = Campaign(oracle, np.arange(3.0), bonds, protocol, "farthest point")
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     campaign.run(pool, folder, progress=False).why
    'all sizes were reached'
    """

    oracle: Callable[[Site], Array]
    energy: Array
    describe: Callable[[Sequence[Site]], Any]
    protocol: Protocol
    way: str | Way = "hybrid"
    budget: float = np.inf
    least_gain: float = 0.0
    price: Callable[[Site], float] | None = None
    first: int | None = None
    fresh: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.way, str):
            one_of("way", self.way, WAYS)
        if not self.budget > 0:
            raise InputError(f"budget is {self.budget}: give CPU seconds above 0")
        within("[0, 1)", least_gain=self.least_gain)
        within("[1, inf)", whole=True, optional=True, first=self.first)
        within("[0, inf)", whole=True, fresh=self.fresh, seed=self.seed)

    def run(
        self,
        pool: Iterable[Site],
        folder: str | Path,
        *,
        workers: int = 1,
        scheduler: Scheduler = PROCESSES,
        progress: bool = True,
    ) -> Findings:
        """Ask until the end, or go on where a run into this folder was ended.

        Parameters
        ----------
        pool : iterable of Site
            Candidates; of one that makes them, such as `OnDemand`, no more are taken
            than are looked at.
        folder : str or Path
            Of the checkpoints. Spectra lie in one file an oracle: campaigns beside each
            other compute a site once and are all charged for it. Decisions lie in one a
            campaign. A larger budget goes on where a smaller one ended.
        workers, scheduler, progress
            As in `parallel.resumable_map`, of each batch.

        Raises
        ------
        InputError
            If the pool holds fewer sites than the start takes, or none can be computed.
        """
        with opened(scheduler, workers) as door, one_thread():
            how = {"workers": workers, "scheduler": door, "progress": progress}
            desk = _Desk(self, pool, Path(folder), **how)
            while not (why := desk.turn()):
                pass
        return desk.findings(why)

    @property
    def called(self) -> str:
        """What the way is called."""
        way = self.way
        return way if isinstance(way, str) else getattr(way, "__name__", repr(way))

    def _settings(self) -> list[Any]:
        """All that choices depend on, the budget left out."""
        told = self.protocol
        learners = [vars(one) for one in (told.model, *told.committee)]
        parts = [{name: shown(part) for name, part in one.items()} for one in learners]
        named = [shown(told.scaler), shown(told.banded), self.called, shown(self.price)]
        numbers = [self.least_gain, self.first, self.fresh, self.seed]
        return [list(told.sizes), parts, named, numbers]

    def _facts(self) -> Mapping[str, object]:
        whole = self.protocol._facts()
        shared = ("known sites", "model", "distance", "band", "committee")
        return {
            "oracle": _name(self.oracle),
            "way": self.called,
            "budget": f"{self.budget:g} CPU s",
            "ends below a gain of": f"{100 * self.least_gain:g} %",
            "candidates": f"{self.first or 'all'}, {self.fresh} more a batch",
        } | {key: whole[key] for key in shared}


class _Desk:
    """A campaign at work: candidates, decisions, and answers so far."""

    def __init__(
        self, campaign: Campaign, pool: Iterable[Site], folder: Path, **how: Any
    ) -> None:
        self.campaign, self.coming, self.how = campaign, iter(pool), how
        self.sites: list[Site] = []
        self.near: list[int] = []
        self.features: Array = np.empty((0, 0))
        self.grow(campaign.first)
        oracle = _name(campaign.oracle)
        marks = [one.fingerprint() for one in self.sites]
        seen = hashlib.sha256(self.features.tobytes()).hexdigest()
        settings: list[Any] = [
            oracle,
            marks,
            seen,
            repr(pool) if campaign.fresh else "",
        ]
        settings += campaign._settings()
        self.spectra = checkpoint_file(folder / "spectra", oracle)
        self.file = checkpoint_file(folder / "decisions", settings)
        self.decisions = read_lines(self.file)
        for _ in self.decisions[1:]:
            self.grow(campaign.fresh)
        self.answers: dict[int, dict[str, Any]] = {}
        self.ask()

    def grow(self, n: int | None) -> None:
        """Look at n more candidates; at all that are left for None."""
        if new := list(islice(self.coming, n)):
            told = np.asarray(self.campaign.describe(new), dtype=float)
            self.features = np.vstack([self.features, told]) if self.sites else told
            self.sites += new
            self.near += map(n_near, new)

    @property
    def chosen(self) -> list[int]:
        """Rows of all decisions, in order."""
        return [row for one in self.decisions for row in one["rows"]]

    @property
    def known(self) -> list[int]:
        """Those that have a spectrum."""
        return [row for row in self.chosen if "mu" in self.answers[row]]

    def ask(self) -> None:
        """Let the oracle compute what was chosen and is not there."""
        rows = [row for row in self.chosen if row not in self.answers]
        if not rows:
            return
        new = [self.sites[row] for row in rows]
        found = resumable_map(
            partial(answered, self.campaign.oracle),
            new,
            [site.fingerprint() for site in new],
            checkpoint=self.spectra,
            label=f"batch {len(self.decisions)}, {len(rows)} sites",
            **self.how,
        )
        self.answers |= dict(zip(rows, found, strict=True))
        if not self.known:
            said = "; ".join({one["refused"] for one in self.answers.values()})
            raise InputError(f"no site could be computed: {said}")

    def turn(self) -> str:
        """Decide, and ask; return why there is nothing to be done, if so."""
        start = time.process_time()
        decision = self._next() if self.decisions else self._begin()
        if isinstance(decision, str):
            return decision
        decision["thought"] = time.process_time() - start
        self.decisions += append_lines(self.file, [decision])
        self.ask()
        return ""

    def _begin(self) -> dict[str, Any]:
        """The start: so many sites by chance."""
        n = self.campaign.protocol.sizes[0]
        if n > len(self.sites):
            raise InputError(
                f"the start takes {n} sites, and there are {len(self.sites)}: give "
                "more candidates or smaller sizes"
            )
        rows = at_random(self._view(), n)
        return {"rows": rows.tolist(), "known": 0, "candidates": len(self.sites)}

    def _next(self) -> dict[str, Any] | str:
        """The next batch, or why there is none."""
        later = [n for n in self.campaign.protocol.sizes if n > len(self.chosen)]
        if not later:
            return "all sizes were reached"
        self.grow(self.campaign.fresh)
        kept, view = self._kept(), self._view()
        n = min(later[0] - len(self.chosen), len(view.free))
        if not n:
            return "the pool is empty"
        said: dict[str, Any] = {"known": len(view.known), "candidates": len(kept)}
        if self.campaign.least_gain:
            said["expected"] = float(view.expected_error().mean())
            said["gain"] = self._gain(len(view.known), said["expected"], n)
            last_two = self.decisions[-1].get("gain"), said["gain"]
            if all(g is not None and g < self.campaign.least_gain for g in last_two):
                return f"{n} more sites promise a gain of {100 * said['gain']:.1f} %"
        left = self.campaign.budget - self.spent[-1]
        typical = self.charged(self.chosen) / len(self.chosen)
        if self.campaign.price is None:
            n = int(min(n, left / typical))
        if n < 1:
            return "the budget is spent"
        way = self.campaign.way
        choose = WAYS[way] if isinstance(way, str) else way
        rows = kept[checked(choose(view, n), view)]
        if self.campaign.price is not None:
            costs = np.cumsum([self.campaign.price(self.sites[row]) for row in rows])
            rows = rows[costs <= left]
        return said | {"rows": rows.tolist()} if len(rows) else "the budget is spent"

    def _kept(self) -> Ints:
        """Candidates that the oracle has not refused."""
        refused = [row for row, one in self.answers.items() if "mu" not in one]
        return np.setdiff1d(np.arange(len(self.sites)), refused)

    def _view(self) -> View:
        """What a way may look at: spectra of known sites, and zeros."""
        campaign, kept, known = self.campaign, self._kept(), self.known
        spectra = np.zeros((len(kept), len(campaign.energy)))
        places = np.searchsorted(kept, known).astype(int)
        if known:
            spectra[places] = [self.answers[row]["mu"] for row in known]
        features = self.features[kept]
        pool = XASDataset("pool", campaign.energy, spectra, features=features)
        space = campaign.protocol.scaler.fit_transform(features)
        costs = self._costs()[kept]
        return View(pool, space, places, campaign.protocol, campaign.seed, costs)

    def _costs(self) -> Array:
        """CPU seconds that each candidate is expected to be charged."""
        if self.campaign.price is not None:
            return np.array([self.campaign.price(site) for site in self.sites])
        return foretold(self.near, {i: a["seconds"] for i, a in self.answers.items()})

    def _gain(self, known: int, expected: float, n: int) -> float | None:
        """By which share n more sites lower the error, if it goes on as it went."""
        past = [(d["known"], d["expected"]) for d in self.decisions if "expected" in d]
        line = np.log([*past, (known, expected)])
        if len(line) < N_TREND:
            return None
        # the more are known, the less the expectation scatters
        slope = np.polyfit(line[:, 0], line[:, 1], 1, w=np.exp(line[:, 0] / 2))[0]
        return float(1 - ((known + n) / known) ** slope)

    def charged(self, rows: Sequence[int]) -> float:
        """CPU seconds that sites are charged."""
        price = self.campaign.price
        if price is None:
            return float(sum(self.answers[row]["seconds"] for row in rows))
        return float(sum(price(self.sites[row]) for row in rows))

    @property
    def spent(self) -> Array:
        """CPU seconds after each batch."""
        free = self.campaign.price is not None
        each = [self.charged(one["rows"]) for one in self.decisions]
        thought = [0.0 if free else one["thought"] for one in self.decisions]
        return np.cumsum(np.add(each, thought))

    def findings(self, why: str) -> Findings:
        """What there is at the end."""
        known, sizes = self.known, [len(one["rows"]) for one in self.decisions]
        refused = {
            self.sites[row].name or self.sites[row].label: one["refused"]
            for row, one in self.answers.items()
            if "refused" in one
        }
        batches = np.repeat(np.arange(len(sizes)), sizes)
        has = np.isin(self.chosen, known)
        dataset = XASDataset(
            "campaign",
            self.campaign.energy,
            np.array([self.answers[row]["mu"] for row in known]),
            sites=[self.sites[row] for row in known],
            features=self.features[known],
            labels={"batch": batches[has]},
            meta={"oracle": _name(self.campaign.oracle)},
        )
        rows, log = np.array(known), self.log(why)
        protocol, seed = self.campaign.protocol, self.campaign.seed
        return Findings(dataset, rows, log, self.spent, refused, protocol, seed)

    def log(self, why: str) -> list[dict[str, Any]]:
        """A row for each decision."""
        rows = []
        for i, (one, spent) in enumerate(zip(self.decisions, self.spent, strict=True)):
            gain, by = one.get("gain"), self.campaign.called if i else "chance"
            seconds = [self.answers[row]["seconds"] for row in one["rows"]]
            row = {
                "batch": i,
                "known": one["known"],
                "candidates": one["candidates"],
                "decision": f"{len(seconds)} by {by}",
                "expected error / %": one.get("expected", np.nan),
                "promised gain / %": np.nan if gain is None else 100 * gain,
                "choice / s": one["thought"],
                "engine / s": sum(seconds),
                "spent / s": float(spent),
            }
            rows.append(row)
        last = dict.fromkeys(rows[0], np.nan) | {"batch": len(rows), "decision": why}
        last |= {"known": len(self.known), "candidates": len(self.sites)}
        return [*rows, last | {"spent / s": float(self.spent[-1])}]


def _name(oracle: object) -> str:
    """What tells an oracle from others."""
    own = getattr(oracle, "name", None) or getattr(oracle, "__qualname__", None)
    return str(own or repr(oracle))
