"""Easy sites first: curricula, and warm starts from smaller sets, with their controls.

A curriculum is an `Order` for `Predictor.fit`: in each epoch the network learns from
the easiest sites alone, more of them each time, and all from some epoch on. An epoch
has as many steps as without it. A set that grows is learnt stage by stage, each network
going on from the one before; what that is worth shows beside a network that starts cold
and takes as many steps as all stages together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, folds
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import KernelRidge
from xnet_lite.models.base import SpectrumModel
from xnet_lite.predictor import Predictor, fine_tune
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.structures import Site
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import EpochReport, Order, TrainConfig, shuffled

#: parts that tell out-of-fold errors
N_FOLDS = 5
#: Å, within which the lengths of paths are counted
REACH = 6.0


def to_mean(dataset: XASDataset, seed: int = 0) -> Array:
    """Return how far each spectrum is from the mean of all, percent (n_sites,)."""
    mean = np.broadcast_to(dataset.spectra.mean(0), dataset.spectra.shape)
    return relative_spectral_error(mean, dataset.spectra)


def out_of_fold(dataset: XASDataset, seed: int = 0) -> Array:
    """Return the error of kernel ridge that learnt from the other parts, percent.

    Sites of one compound are in one part. The dataset needs features.
    """
    errors = np.zeros(len(dataset))
    kernel = Predictor(targets=EnergyGrid(), model=KernelRidge())
    features = _features(dataset)
    for train, test in folds(dataset, N_FOLDS, seed=seed):
        mu = kernel.fit(dataset[train]).predict(features[test])
        errors[test] = relative_spectral_error(mu, dataset.spectra[test])
    return errors


def coordination(dataset: XASDataset, seed: int = 0) -> Array:
    """Return the number of first neighbors, from the label (n_sites,)."""
    if "coordination_number" not in dataset.labels:
        raise InputError(
            f"{dataset.name!r} has no label 'coordination_number': rate its sites "
            "otherwise"
        )
    return dataset.labels["coordination_number"].astype(float)


def path_length(dataset: XASDataset, seed: int = 0) -> Array:
    """Return the mean distance of all atoms within 6 Å, Å (n_sites,).

    Half the length of a path of single scattering, on average: many far atoms make
    many long paths, and fine structure that oscillates fast.
    """
    if dataset.sites is None:
        said = f"{dataset.name!r} has no structures"
        raise InputError(f"{said}: rate its sites otherwise")
    return np.array([_mean_distance(site) for site in dataset.sites])


#: from a dataset and a seed to how hard each site is, (n_sites,)
Rating = Callable[[XASDataset, int], Array]
#: by the name that a table gives it
RATINGS: dict[str, Rating] = {
    "distance to mean": to_mean,
    "out-of-fold error": out_of_fold,
    "coordination number": coordination,
    "path length": path_length,
}


@dataclass(frozen=True)
class Pace:
    """How many of the sites are learnt from in an epoch.

    Parameters
    ----------
    first : float
        Share of them in the first epoch.
    full : float
        Share of all epochs after which every site is there.

    Example
    -------
    >>> [Pace(0.2, 0.5).share(epoch, 10) for epoch in (0, 5, 9)]
    [0.2, 1.0, 1.0]
    """

    first: float = 0.3
    full: float = 0.5

    def __post_init__(self) -> None:
        within("(0, 1]", first=self.first)
        within("[0, 1]", full=self.full)

    def share(self, epoch: int, epochs: int) -> float:
        """Return the share of sites in an epoch, rising in a straight line."""
        ramp = self.full * epochs
        done = 1.0 if epoch >= ramp else epoch / ramp
        return self.first + (1 - self.first) * done


class Curriculum(Face):
    """An order of training: the easiest sites first, or the hardest.

    Parameters
    ----------
    hardness : array (n_sites,)
        How hard each row of the training data is; only its order counts. Sites that
        are equally hard come in an order of chance.
    epochs : int
        Of the training, as its `TrainConfig` has it.
    pace : Pace
    hardest_first : bool
        Turn it round: an anti-curriculum.
    seed : int
        Of the order among equals.

    Example
    -------
    >>> order = Curriculum([3.0, 1.0, 2.0, 4.0], epochs=10, pace=Pace(0.5, 0.5))
    >>> rng = np.random.default_rng(0)
    >>> sorted(set(order(0, rng, np.arange(4)).tolist()))
    [1, 2]
    >>> len(order(0, rng, np.arange(4)))
    4
    """

    def __init__(
        self,
        hardness: Any,
        epochs: int,
        pace: Pace | None = None,
        *,
        hardest_first: bool = False,
        seed: int = 0,
    ) -> None:
        within("[1, inf)", whole=True, epochs=epochs)
        hard = np.asarray(hardness, dtype=float)
        if hard.ndim != 1 or not np.isfinite(hard).all():
            raise InputError(
                f"hardness has shape {hard.shape} or is not finite: give one number a "
                "site"
            )
        self.epochs, self.pace = epochs, pace or Pace()
        self.hardest_first = hardest_first
        by_chance = np.random.default_rng(seed).permutation(len(hard))
        rank = np.lexsort((by_chance, -hard if hardest_first else hard))
        self.place = np.empty(len(hard), dtype=int)
        self.place[rank] = np.arange(len(hard))

    def __call__(self, epoch: int, rng: np.random.Generator, rows: Ints) -> Ints:
        """Return as many rows as there are, of the share that is open by now."""
        if rows.max() >= len(self.place):
            raise InputError(
                f"there is a hardness of {len(self.place)} sites, and row {rows.max()} "
                "is asked for: rate all sites that are learnt from"
            )
        easiest = rows[np.argsort(self.place[rows], kind="stable")]
        n_open = max(1, round(self.pace.share(epoch, self.epochs) * len(rows)))
        return _repeated(easiest[:n_open], len(rows), rng)

    def _facts(self) -> dict[str, object]:
        return {
            "sites": len(self.place),
            "first": "hardest" if self.hardest_first else "easiest",
            "pace": f"{self.pace.first:g} of the sites, all after "
            f"{self.pace.full:g} of {self.epochs} epochs",
        }


class SelfPaced(Face):
    """A curriculum whose hardness is the network's own loss, epoch by epoch.

    It is an order and a watch at once: `fit(data, order=paced, watch=paced.watch)`.
    The first epoch takes its share by chance.

    Parameters
    ----------
    predictor : Predictor
        The one that is to be fitted: its scaler and targets tell what the network sees.
    dataset : XASDataset
        What it learns from, with features.
    epochs, pace
        As in `Curriculum`.

    Source: M. P. Kumar, B. Packer and D. Koller, NeurIPS 23 (2010) 1189.
    Differs: a share that grows, instead of a threshold of the loss.
    """

    def __init__(
        self,
        predictor: Predictor,
        dataset: XASDataset,
        epochs: int,
        pace: Pace | None = None,
    ) -> None:
        self.epochs, self.pace = epochs, pace or Pace()
        self._predictor, self._data = predictor, dataset
        self._seen: tuple[torch.Tensor, torch.Tensor] | None = None
        self.hardness = np.zeros(len(dataset))

    def __call__(self, epoch: int, rng: np.random.Generator, rows: Ints) -> Ints:
        """Return as many rows as there are, of those with the least loss so far."""
        mixed = rng.permutation(rows)
        easiest = mixed[np.argsort(self.hardness[mixed], kind="stable")]
        n_open = max(1, round(self.pace.share(epoch, self.epochs) * len(rows)))
        return _repeated(easiest[:n_open], len(rows), rng)

    def watch(self, report: EpochReport, model: SpectrumModel) -> None:
        """Note the loss of every site after an epoch."""
        if self._seen is None:
            self._seen = self._scaled()
        x, y = self._seen
        with torch.no_grad():
            self.hardness = ((model(x) - y) ** 2).mean(-1).double().numpy()

    def _scaled(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Features and targets as the network sees them."""
        one, config = self._predictor, self._predictor.config or TrainConfig()
        x = one.scaler_.transform(_features(self._data))
        y = one.targets_.transform(self._data.spectra)
        if config.standardise_targets:
            y = y - y.mean(0)
            y = y / (y.std() or 1.0)
        return torch.as_tensor(x).float(), torch.as_tensor(y).float()

    def _facts(self) -> dict[str, object]:
        return {"sites": len(self._data), "first": "least loss", "epochs": self.epochs}


def grown(
    predictor: Predictor, dataset: XASDataset, sizes: Sequence[int], *, warm: bool
) -> list[Predictor]:
    """Learn from sets that grow: the first so many sites of a dataset, then more.

    Parameters
    ----------
    predictor : Predictor
        With a network as its model and a `config`; it is not changed. Features are
        scaled here, by those of all sites, and spectra are learnt on their grid, so
        that all stages learn in one space.
    dataset : XASDataset
        With features.
    sizes : sequence of int
        Sites of each stage, growing.
    warm : bool
        Each stage goes on from the weights of the one before. False starts each anew
        and lets it take as many steps as all warm stages up to it together: the
        control.

    Returns
    -------
    list of Predictor
        One a stage; they take features that `scaled` returned.

    Raises
    ------
    InputError
        If sizes do not grow, or exceed the dataset.
    """
    if (np.diff(sizes) <= 0).any() or not 1 < sizes[0] <= sizes[-1] <= len(dataset):
        raise InputError(
            f"sizes are {list(sizes)}: give growing numbers from 2 to {len(dataset)}"
        )
    config = predictor.config or TrainConfig()
    plain = replace(dataset, features=scaled(dataset, dataset), sites=None)
    stages: list[Predictor] = []
    steps = 0
    for i, size in enumerate(sizes):
        part = plain[:size]
        a_pass = -(-size // config.batch_size)
        steps += config.epochs * a_pass
        if warm and stages:
            stages.append(fine_tune(stages[-1], part, config=config))
            continue
        epochs = config.epochs if warm else round(steps / a_pass)
        one = predictor.fresh([i])
        assert one.config is not None
        one.config = replace(one.config, epochs=epochs)
        one.targets = EnergyGrid()
        one.scaler = FeatureScaler(power=1.0, standardise=False)
        stages.append(one.fit(part))
    return stages


def scaled(like: XASDataset, dataset: XASDataset) -> Array:
    """Return features of a dataset in the space in which `grown` learns from another.

    Example
    -------
    >>> facts = {"features": [[1.0], [9.0]]}
    >>> one = XASDataset("one", np.arange(2.0), np.ones((2, 2)), **facts)
    >>> scaled(one, one)
    array([[-1.],
           [ 1.]])
    """
    return FeatureScaler().fit(_features(like)).transform(_features(dataset))


def learnt(
    predictor: Predictor,
    dataset: XASDataset,
    way: str,
    *,
    pace: Pace | None = None,
    seed: int = 0,
) -> Predictor:
    """Fit a fresh copy of a predictor, with its sites in one order or another.

    Parameters
    ----------
    predictor : Predictor
        With a network as its model and a `config`.
    dataset : XASDataset
        With features; ratings may need labels or structures.
    way : str
        "shuffled", "self-paced", a name of `RATINGS`, or one with "anti " before it.
    pace, seed
        As in `Curriculum`; the seed is that of the network too.

    Raises
    ------
    InputError
        For another name, or a dataset that cannot be rated so.
    """
    one = predictor.fresh([seed])
    assert one.config is not None
    epochs, rating = one.config.epochs, way.removeprefix("anti ")
    if way == "self-paced":
        paced = SelfPaced(one, dataset, epochs, pace)
        return one.fit(dataset, order=paced, watch=paced.watch)
    order: Order = shuffled
    if way != "shuffled":
        if rating not in RATINGS:
            known = ["shuffled", "self-paced", *RATINGS]
            raise InputError(f"way is {way!r}: give one of {', '.join(known)}")
        hard, last = RATINGS[rating](dataset, seed), rating != way
        order = Curriculum(hard, epochs, pace, hardest_first=last, seed=seed)
    return one.fit(dataset, order=order)


def _repeated(rows: Ints, n: int, rng: np.random.Generator) -> Ints:
    """So many rows: all of these in an order of chance, again and again."""
    rounds = -(-n // len(rows))
    return np.concatenate([rng.permutation(rows) for _ in range(rounds)])[:n]


def _features(dataset: XASDataset) -> Array:
    """Features of a dataset that has them."""
    if dataset.features is None:
        raise InputError(f"{dataset.name!r} has no features: describe it first")
    return dataset.features


def _mean_distance(site: Site) -> float:
    """Mean distance of the atoms within reach, Å; 0 of a lone atom."""
    others = range(len(site.atoms))
    away = site.atoms.get_distances(site.absorber_index, others, mic=True)
    away = away[(away > 0) & (away < REACH)]
    return float(away.mean()) if len(away) else 0.0
