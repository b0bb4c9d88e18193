"""Which sites to compute next: ways to choose them, and the protocol they share.

A way to choose is a function of a `View` and a number: it returns so many rows of the
pool that have no spectrum yet. It sees features of all sites, and spectra of those
that were chosen before, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, folds
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import MLP, KernelRidge, NearestNeighbor, Ridge
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig
from xnet_lite.trust import bootstrap

#: clusters that `balanced` fills evenly
N_CLUSTERS = 50
#: parts that tell what errors to expect, each predicted by the others
N_FOLDS = 4
#: of the unit matrix, in units of the mean square of a feature: what makes leverage
#: finite as long as there are fewer sites than features
RIDGE = 1e-3


def voting_networks(data: XASDataset, seed: int) -> Predictor:
    """Return five narrow networks, each taught with sites drawn anew."""
    config = TrainConfig(epochs=30, learning_rate=2e-3, seed=seed)
    narrow = Predictor(model=partial(MLP, hidden=[128], n_waves=0), config=config)
    return bootstrap(narrow, data, n_members=5, seed=seed)


def _kernel() -> Predictor:
    """Kernel ridge on whole spectra, yet to learn."""
    return Predictor(targets=EnergyGrid(), model=KernelRidge())


def _unlike() -> tuple[Predictor, ...]:
    """Three models that have little in common."""
    kinds = KernelRidge(), Ridge(), NearestNeighbor()
    return tuple(Predictor(targets=EnergyGrid(), model=kind) for kind in kinds)


@dataclass(frozen=True, repr=False)
class Protocol(Face):
    """All that a learning curve by a way to choose depends on, but for this and a seed.

    Attributes
    ----------
    sizes : sequence of int
        Sites that are known: those of the start, drawn by chance, then after each
        batch.
    model : Predictor
        Whose error is measured; it learns anew at each size.
    banded : callable
        From known sites and a seed to a predictor with a band, for `uncertain`.
    committee : sequence of Predictor
        Whose disagreement counts, for `disputed`.
    scaler : FeatureScaler
        Makes the space of distances: features of the pool, scaled, Euclidean.
    n_test : int
        Sites held out, drawn anew with each seed.
    by : {"random", "compound", "cluster"}
        What of them stays together, as in `datasets.split`.

    Example
    -------
    >>> print(Protocol((10, 20), n_test=5)._facts()["held out"])
    5, by random
    """

    sizes: Sequence[int]
    model: Predictor = field(default_factory=_kernel)
    banded: Callable[[XASDataset, int], Predictor] = voting_networks
    committee: Sequence[Predictor] = field(default_factory=_unlike)
    scaler: FeatureScaler = field(default_factory=FeatureScaler)
    n_test: int = 250
    by: str = "random"

    def __post_init__(self) -> None:
        for size in self.sizes:
            within("[2, inf)", whole=True, size=size)
        if not len(self.sizes) or (np.diff(self.sizes) <= 0).any():
            raise InputError(
                f"sizes are {list(self.sizes)}: give growing numbers of known sites"
            )

    def _facts(self) -> Mapping[str, object]:
        return {
            "known sites": ", ".join(map(str, self.sizes)),
            "held out": f"{self.n_test}, by {self.by}",
            "model": self.model,
            "distance": f"Euclidean, {self.scaler}",
            "band": self.banded.__name__,
            "committee": len(self.committee),
        }


@dataclass(frozen=True)
class View:
    """What a way to choose may look at.

    Attributes
    ----------
    pool : XASDataset
        Candidates by their features; ask for spectra of known sites alone.
    space : array (n_pool, n_features)
        Scaled features of all candidates.
    known : int array (n_known,)
        Rows of the pool that have spectra, in the order in which they were chosen.
    protocol : Protocol
    seed : int
    costs : array (n_pool,), optional
        CPU seconds that each candidate is expected to cost, where somebody knows.
    """

    pool: XASDataset
    space: Array
    known: Ints
    protocol: Protocol
    seed: int = 0
    costs: Array | None = None

    @property
    def free(self) -> Ints:
        """Rows of the pool that have no spectrum yet, (n_free,), in order."""
        return np.setdiff1d(np.arange(len(self.space)), self.known)

    @property
    def rng(self) -> np.random.Generator:
        """Chance that depends on the seed and on how many sites are known."""
        return np.random.default_rng([self.seed, len(self.known)])

    def spread(self) -> Array:
        """Return the standard deviation of each free site, mean over energies."""
        learnt = self.protocol.banded(self.pool[self.known], self.seed)
        return learnt.predict_band(self._free_features()).std.mean(1)

    def disagreement(self) -> Array:
        """Return how far the committee is apart at each free site, over energies."""
        known, new = self.pool[self.known], self._free_features()
        each = [
            one.fresh([0]).fit(known).predict(new) for one in self.protocol.committee
        ]
        return np.std(each, axis=0).mean(1)

    def expected_error(self) -> Array:
        """Return the error in percent that known sites of the like let expect.

        Each known site is predicted by a model of the other parts; a kernel learns the
        logarithm of these errors.
        """
        known = self.pool[self.known]
        errors = np.zeros(len(known))
        for train, test in folds(known, N_FOLDS, by="random", seed=self.seed):
            mu = self.protocol.model.fresh([0]).fit(known[train]).predict(known[test])
            errors[test] = relative_spectral_error(mu, known.spectra[test])
        errors = np.log(np.maximum(errors, 1e-9))
        kernel = KernelRidge().fit(self.space[self.known], errors[:, None])
        return np.exp(kernel.predict(self.space[self.free])[:, 0])

    def _free_features(self) -> Array:
        """Features of the free sites, as they come."""
        assert self.pool.features is not None
        return self.pool.features[self.free]


#: from what may be looked at, and how many, to rows of the pool
Way = Callable[[View, int], Ints]


def at_random(view: View, n: int) -> Ints:
    """Draw by chance: what every other way must beat."""
    return view.rng.choice(view.free, n, replace=False)


def farthest(view: View, n: int) -> Ints:
    """Take the site that is farthest from all known ones, again and again.

    Source: O. Sener and S. Savarese, ICLR (2018), arXiv:1708.00489; T. J. Penfold et
    al., Mach. Learn.: Sci. Technol. 5 (2024) 021001, section 5.
    """
    distance = cdist(view.space, view.space[view.known]).min(1)
    distance[view.known] = -1.0
    chosen = []
    for _ in range(n):
        one = int(distance.argmax())
        chosen.append(one)
        distance = np.minimum(distance, cdist(view.space, view.space[[one]])[:, 0])
        distance[one] = -1.0
    return np.array(chosen)


def similar(view: View, n: int) -> Ints:
    """Take the sites that are nearest to known ones."""
    distance = cdist(view.space[view.free], view.space[view.known]).min(1)
    return _most(view, -distance, n)


def balanced(view: View, n: int) -> Ints:
    """Part the pool by k-means and fill the cluster of which least is known."""
    rng, free = view.rng, view.free
    n_clusters = min(N_CLUSTERS, len(view.space))
    cluster = _clusters(view.space, n_clusters, view.seed)
    counts = np.bincount(cluster[view.known], minlength=n_clusters)
    left = [list(rng.permutation(free[cluster[free] == i])) for i in range(n_clusters)]
    chosen = []
    for _ in range(n):
        i = min((i for i in range(n_clusters) if left[i]), key=lambda i: counts[i])
        chosen.append(left[i].pop())
        counts[i] += 1
    return np.array(chosen)


def d_optimal(view: View, n: int) -> Ints:
    """Make det(XᵀX) of all known sites large: most leverage first, then exchanges.

    X are scaled features with a column of ones; leverage of a site is xᵀ(XᵀX)⁻¹x. While
    the exchange of a chosen site for a free one raises the determinant, the best one is
    done.

    Source: V. V. Fedorov, Theory of Optimal Experiments (Academic Press, 1972).
    Differs: a small multiple of the unit matrix is added, and known sites stay.
    """
    x = np.column_stack([view.space, np.ones(len(view.space))])
    old = x[view.known]
    inverse = np.linalg.inv(old.T @ old + RIDGE * (x**2).mean() * np.eye(x.shape[1]))
    free, chosen = view.free, np.zeros(len(view.free), dtype=bool)
    rows = x[free]
    for _ in range(n):
        leverage = np.einsum("ij,jk,ik->i", rows, inverse, rows, optimize=True)
        one = int(np.where(chosen, -1.0, leverage).argmax())
        chosen[one] = True
        inverse = _with_row(inverse, rows[one], 1.0)
    for _ in range(n):
        cross = rows[chosen] @ inverse @ rows.T  # (n, n_free)
        leverage = np.einsum("ij,jk,ik->i", rows, inverse, rows, optimize=True)
        inside, outside = np.flatnonzero(chosen), np.flatnonzero(~chosen)
        if not len(outside):
            break
        drop = leverage[inside][:, None]
        # of the determinant, row by row out and column by column in
        factor = (1 - drop) * (1 + leverage[outside]) + cross[:, outside] ** 2
        i, j = np.unravel_index(factor.argmax(), factor.shape)
        if factor[i, j] <= 1 + 1e-9:
            break
        inverse = _with_row(inverse, rows[outside[j]], 1.0)
        inverse = _with_row(inverse, rows[inside[i]], -1.0)
        chosen[[inside[i], outside[j]]] = [False, True]
    return free[chosen]


def uncertain(view: View, n: int) -> Ints:
    """Take the sites with the widest band."""
    return _most(view, view.spread(), n)


def disputed(view: View, n: int) -> Ints:
    """Take the sites on which a committee of unlike models is most divided.

    Source: H. S. Seung, M. Opper and H. Sompolinsky, COLT (1992) 287,
    doi:10.1145/130385.130417.
    """
    return _most(view, view.disagreement(), n)


def hybrid(view: View, n: int) -> Ints:
    """Part the free sites into as many clusters, and take the widest band of each."""
    return _best_of_clusters(view, view.spread(), n)


def divided(view: View, n: int) -> Ints:
    """Part the free sites into as many clusters, and take the most disputed of each.

    Not among `WAYS`, but the best for the tail of nine metals (`benchmarks.sampling`).
    """
    return _best_of_clusters(view, view.disagreement(), n)


def thrifty(view: View, n: int) -> Ints:
    """Do as `hybrid` does, with the width of the band for each second that it costs.

    Not among `WAYS`: where spectra are looked up all cost the same. Where costs follow
    from measured seconds a run anew may choose otherwise; `Campaign.price` makes them
    certain.
    """
    costs = np.ones(len(view.space)) if view.costs is None else view.costs
    return _best_of_clusters(view, view.spread() / costs[view.free], n)


def _best_of_clusters(view: View, values: Array, n: int) -> Ints:
    """The largest value of each of n clusters of free sites."""
    free = view.free
    cluster = _clusters(view.space[free], n, view.seed)
    order = np.argsort(-values, kind="stable")
    # the first of each cluster in this order; where clusters are fewer, the next best
    first = order[np.sort(np.unique(cluster[order], return_index=True)[1])]
    rest = order[~np.isin(order, first)]
    return free[np.concatenate([first, rest])[:n]]


def least_known(view: View, n: int) -> Ints:
    """Take the sites where errors of known ones let expect the largest error."""
    return _most(view, view.expected_error(), n)


#: every way to choose, by the name that a table gives it
WAYS: dict[str, Way] = {
    "random": at_random,
    "farthest point": farthest,
    "similarity": similar,
    "cluster-balanced": balanced,
    "D-optimal": d_optimal,
    "uncertainty": uncertain,
    "committee": disputed,
    "hybrid": hybrid,
    "expected error": least_known,
}


def _most(view: View, values: Array, n: int) -> Ints:
    """The free sites with the largest values."""
    return view.free[np.argsort(-values, kind="stable")[:n]]


def _clusters(space: Array, n: int, seed: int) -> Ints:
    """Cluster of each row, by k-means."""
    return KMeans(n, n_init=1, random_state=seed).fit_predict(space)


def _with_row(inverse: Array, row: Array, sign: float) -> Array:
    """(A + sign x xᵀ)⁻¹ of A⁻¹, by Sherman and Morrison."""
    side = inverse @ row
    return inverse - sign * np.outer(side, side) / (1 + sign * row @ side)
