"""Spectra of what moves: a mean over frames, its error, and a network on the fly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Mask, floats
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import MLP
from xnet_lite.models.band import Band
from xnet_lite.predictor import Predictor
from xnet_lite.structures import Site
from xnet_lite.training import TrainConfig
from xnet_lite.trust import bootstrap

#: series that are drawn anew to tell the error of a mean
N_DRAWS = 300
#: frames next to each other that a network is taught together or not at all: what a
#: bootstrap draws
TOGETHER = 5
#: how many times the largest doubt of frames that are trusted rings the bell
MARGIN = 1.5
#: networks that vote
N_VOTES = 8


def mean_structure(sites: Sequence[Site]) -> Site:
    """Return the site whose atoms stand at their mean positions.

    Nobody has seen it: where a group turns, its mean is too small.

    Parameters
    ----------
    sites : sequence of Site
        Frames of one molecule, turned onto each other.

    Raises
    ------
    InputError
        If there are none, or their atoms differ.

    Example
    -------
    >>> from ase import Atoms
    >>> pair = [Site(Atoms("FeO", [[0, 0, 0], [0, 0, r]]), 0) for r in (1.8, 2.0)]
    >>> float(mean_structure(pair).atoms.get_distance(0, 1))
    1.9
    """
    if not sites:
        raise InputError("there are no frames: give one or more")
    first = sites[0].atoms
    if any((one.atoms.numbers != first.numbers).any() for one in sites):
        raise InputError("frames differ in their atoms: give those of one molecule")
    atoms = first.copy()
    atoms.positions = np.mean([one.atoms.positions for one in sites], axis=0)
    return replace(sites[0], atoms=atoms, name="mean structure")


def autocorrelation(spectra: ArrayLike) -> Array:
    """Return how alike frames are that are so many apart, (n_frames // 2,).

    ρ(t) = ⟨δμ(s, E) δμ(s + t, E)⟩ / ⟨δμ²⟩, over frames s and energies E, of deviations
    from the mean spectrum.

    Parameters
    ----------
    spectra : array (n_frames, n_energies)
        In the order of time.

    Example
    -------
    >>> autocorrelation([[1.0], [-1.0], [1.0], [-1.0]]).tolist()
    [1.0, -1.0]
    """
    mu = _series(spectra)
    off = mu - mu.mean(0)
    n = len(mu)
    found = [(off[: n - t] * off[t:]).sum() / (n - t) for t in range(n // 2)]
    return np.array(found) / (found[0] or 1.0)


def inefficiency(spectra: ArrayLike) -> float:
    """Return how many frames tell as much as one that is independent.

    g = 1 + 2 Σ (1 - t / n) ρ(t), up to the first t at which ρ is not above 0.

    Parameters
    ----------
    spectra : array (n_frames, n_energies)

    Source: J. D. Chodera et al., J. Chem. Theory Comput. 3 (2007) 26,
    doi:10.1021/ct0502864, eq. 15.
    Differs: one number for a whole spectrum, energies weighted by how much they vary.
    """
    rho, n = autocorrelation(spectra), len(np.asarray(spectra))
    last = int(np.argmax(rho <= 0)) or len(rho)
    lags = np.arange(1, last)
    return float(1 + 2 * ((1 - lags / n) * rho[1:last]).sum())


def resampled_means(
    spectra: ArrayLike,
    block: int,
    *,
    n: int | None = None,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> Array:
    """Return means of series made of blocks of this one, (n_draws, n_energies).

    Blocks of frames that follow each other are drawn by chance and put end to end; what
    happens within a block stays as it was. The series is a circle.

    Parameters
    ----------
    spectra : array (n_frames, n_energies)
    block : int
        Frames; longer than what frames remember. 1 takes them for independent.
    n : int, optional
        Frames of each series; as many as there are by default.
    n_draws, seed : int

    Source: H. R. Künsch, Ann. Stat. 17 (1989) 1217, doi:10.1214/aos/1176347265.
    Differs: blocks may go over the end to the beginning.

    Example
    -------
    >>> resampled_means(np.ones((6, 2)), 3, n_draws=4).shape
    (4, 2)
    """
    mu = _series(spectra)
    within(f"[1, {len(mu)}]", whole=True, block=block)
    within("[1, inf)", whole=True, optional=True, n=n)
    within("[1, inf)", whole=True, n_draws=n_draws)
    rng, size = np.random.default_rng(seed), n or len(mu)
    means = np.empty((n_draws, mu.shape[1]))
    for draw in range(n_draws):
        starts = rng.integers(len(mu), size=-(-size // block))
        rows = (starts[:, None] + np.arange(block)).ravel()[:size]
        means[draw] = mu[rows % len(mu)].mean(0)
    return means


def ensemble_mean(spectra: ArrayLike, block: int, *, seed: int = 0) -> Band:
    """Return the mean spectrum and its own standard deviation, (1, n_energies) each.

    Parameters
    ----------
    spectra : array (n_frames, n_energies)
    block, seed
        As in `resampled_means`.

    Example
    -------
    >>> ensemble_mean(np.eye(4), 1).mean
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    mu = _series(spectra)
    std = resampled_means(mu, block, seed=seed).std(0, ddof=1)
    return Band(mu.mean(0)[None], std[None], f"over blocks of {block} frames")


def error_by_frames(
    spectra: ArrayLike, sizes: Sequence[int], block: int, *, seed: int = 0
) -> Array:
    """Return the error of a mean over so many frames, percent, (n_sizes,).

    The standard deviation of the mean, as a share of the mean absorption; independent
    frames make it fall as N^(-1/2).

    Parameters
    ----------
    spectra : array (n_frames, n_energies)
    sizes : sequence of int
    block, seed
        As in `resampled_means`.
    """
    mu = _series(spectra)
    found = [resampled_means(mu, block, n=size, seed=seed).std(0) for size in sizes]
    return 100 * np.array([one.mean() for one in found]) / mu.mean()


def likeness(differences: ArrayLike, others: ArrayLike) -> Array:
    """Return the correlation of difference spectra, row by row, (n_frames,).

    Example
    -------
    >>> likeness([[1.0, 0.0, -1.0]], [[2.0, 0.0, -2.0]])
    array([1.])
    """
    a, b = (_series(one) for one in (differences, others))
    a, b = a - a.mean(1, keepdims=True), b - b.mean(1, keepdims=True)
    norm = np.sqrt((a**2).sum(1) * (b**2).sum(1))
    return (a * b).sum(1) / np.where(norm > 0, norm, 1.0)


def networks(data: XASDataset, seed: int, *, epochs: int = 200) -> Predictor:
    """Return eight narrow networks, each taught with stretches of time drawn anew."""
    config = TrainConfig(epochs=epochs, learning_rate=2e-3, seed=seed)
    narrow = Predictor(model=partial(MLP, hidden=[128], n_waves=0), config=config)
    return bootstrap(narrow, data, n_members=N_VOTES, seed=seed)


@dataclass(frozen=True, eq=False, repr=False)
class OnTheFly(Face):
    """A network that was taught along a trajectory until it was trusted.

    Attributes
    ----------
    predictor : Predictor
    n_known : int
        Frames whose spectra it was taught.
    log : list of dict
        A row for each check, for `tables.Table`. The error of a block is what came out
        when it was computed; NaN where it was not.
    factor : float
        How many times the doubt the error was, over all blocks that were computed.
    bell : float
        Doubt in percent above which it asks for help.
    stopped : bool
        False if the frames ended first.
    """

    predictor: Predictor
    n_known: int
    log: list[dict[str, Any]]
    factor: float
    bell: float
    stopped: bool

    def doubt(self, frames: XASDataset) -> Array:
        """Return the deviation of the votes, percent of the absorption, (n_frames,)."""
        return _doubt(self.predictor, frames)[1]

    def expected(self, frames: XASDataset) -> Array:
        """Return the error to expect, percent (n_frames,)."""
        return self.factor * self.doubt(frames)

    def rings(self, frames: XASDataset) -> Mask:
        """Return for which frames it asks for help, (n_frames,)."""
        return self.doubt(frames) > self.bell

    def _facts(self) -> dict[str, object]:
        ended = "trusted" if self.stopped else "never trusted: the frames ended"
        return {
            "taught": f"{self.n_known} frames, {ended}",
            "error / doubt": f"{self.factor:.2f}",
            "bell": f"{self.bell:.2f} %",
        }


def on_the_fly(
    frames: XASDataset,
    *,
    block: int,
    threshold: float,
    teach: Callable[[XASDataset, int], Predictor] = networks,
    margin: float = MARGIN,
    seed: int = 0,
) -> OnTheFly:
    """Teach a network along a trajectory, block by block, until it can be trusted.

    Before a block is computed the network tells its doubt; times the factor by which
    errors of earlier blocks exceeded theirs, that is the error to expect. Twice running
    below the threshold, and the rest is left to the network.

    Parameters
    ----------
    frames : XASDataset
        In the order of time, with features and, to be looked at as they come, spectra.
    block : int
        Frames that are computed between two checks.
    threshold : float
        Percent.
    teach : callable
        From frames and a seed to a predictor with a band.
    margin : float
        The bell rings above so many times the largest doubt of the block that was
        trusted last.
    seed : int

    Returns
    -------
    OnTheFly

    Raises
    ------
    InputError
        If there are fewer frames than two blocks, or they have no features.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001, section
    8.4, doi:10.1088/2632-2153/ad5074.
    Differs: there the network is stopped by its error on frames that are known; here by
    its doubt about those that are not.
    """
    within("[1, inf)", whole=True, block=block)
    within("(0, inf)", threshold=threshold, margin=margin)
    if frames.features is None or len(frames) < 2 * block:
        raise InputError(
            f"{len(frames)} frames in blocks of {block}: give two blocks or more, with "
            "features"
        )
    stretch = np.arange(len(frames)) // TOGETHER
    data = replace(frames, labels={**frames.labels, "compound": stretch}, sites=None)
    log: list[dict[str, Any]] = []
    wrong: list[Array] = []
    doubts: list[Array] = []
    for n in range(block, len(frames), block):
        predictor, ahead = teach(data[:n], seed), data[n : n + block]
        mu, doubt = _doubt(predictor, ahead)
        factor = float(np.mean(wrong) / np.mean(doubts)) if wrong else np.nan
        row = {
            "known": n,
            "doubt / %": doubt.mean(),
            "expected / %": factor * doubt.mean(),
        }
        trusted = [r["expected / %"] <= threshold for r in (*log[-1:], row)]
        bell = margin * float(doubt.max())
        if len(trusted) == 2 and all(trusted):
            log.append(row | {"error / %": np.nan, "decision": "trusted"})
            return OnTheFly(predictor, n, log, factor, bell, True)
        wrong.append(relative_spectral_error(mu, ahead.spectra).mean())
        doubts.append(doubt.mean())
        log.append(row | {"error / %": wrong[-1], "decision": "compute the next"})
    factor = float(np.mean(wrong) / np.mean(doubts))
    return OnTheFly(predictor, n, log, factor, bell, False)


def _doubt(predictor: Predictor, frames: XASDataset) -> tuple[Array, Array]:
    """Mean spectra, and the deviation of the votes in percent of the absorption."""
    assert frames.features is not None
    band = predictor.predict_band(frames.features)
    return band.mean, 100 * band.std.mean(1) / band.mean.mean(1)


def _series(spectra: ArrayLike) -> Array:
    """Spectra in the order of time, two frames or more unless rows are compared."""
    mu = floats("spectra", spectra)
    if mu.ndim != 2 or not len(mu):
        raise InputError(f"spectra have shape {mu.shape}: give (n_frames, n_energies)")
    return mu
