"""From radial functions to what a person asks for: distances, how many, how alike.

A G2 curve is a sum over neighbors, g(r_i) = Σ_j w_j f_c(R_j) exp(−η (r_i − R_j)²). Its
peaks are distances; undoing the sum gives atoms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ase.data import atomic_numbers, chemical_symbols
from numpy.typing import ArrayLike
from scipy.optimize import linear_sum_assignment, nnls
from scipy.signal import find_peaks

from xnet_lite.arrays import Array, floats
from xnet_lite.descriptors import WACSF
from xnet_lite.descriptors.base import cosine_cutoff
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.structures import Site, neighbors

#: a peak counts when it stands out by this share of its curve's range
PROMINENCE = 0.02
#: a predicted peak can be the true one when it lies this close, Å
WINDOW = 0.5
#: Å within which a peak is said to be right
NEAR = 0.1
#: Å where first-shell and farther peaks are looked for
FIRST, FARTHER = (1.0, 3.5), (3.5, 6.0)
#: Å between the places at which atoms are looked for, and the nearest of them
FINE, NEAREST = 0.025, 1.3
#: Å where a first shell ends, for elements up to neon, up to argon, and beyond: 2.5 is
#: that of the paper of 2023, bonds of heavier elements are longer
REACHES = (2.5, 2.9, 3.1)
#: what `shells` tells of a first shell: Å, atoms, Å
QUANTITIES = ("distance", "number", "spread")
_TINY = 1e-12


def refined_peaks(
    curve: ArrayLike, distances: ArrayLike, prominence: float = PROMINENCE
) -> Array:
    """Return where a curve has peaks, between its points, (n_peaks,) Å.

    A parabola through the logarithms at the highest point and beside it: for a single
    Gaussian that is exact.

    Parameters
    ----------
    curve : array (n_points,)
    distances : array (n_points,)
        Å, evenly spaced.
    prominence : float
        Share of the curve's range.

    Raises
    ------
    InputError
        If both are not of one length, or of fewer than 3 points.

    Source: T. David et al., Digital Discovery 2 (2023) 1461, doi:10.1039/d3dd00101f.
    Differs: there peaks stand on points of the grid, and errors are multiples of 0.1 Å.

    Example
    -------
    >>> r = np.linspace(0.5, 5.5, 50)
    >>> refined_peaks(np.exp(-48 * (r - 2.034) ** 2), r).round(6)
    array([2.034])
    """
    g, r = floats("curve", curve), floats("distances", distances)
    if g.shape != r.shape or g.ndim != 1 or len(g) < 3:
        said = f"a curve {g.shape} over distances {r.shape}"
        raise InputError(f"{said} has no peaks to be refined: give 3 points or more")
    top = find_peaks(g, prominence=max(prominence * np.ptp(g), _TINY))[0]
    low, mid, high = np.log(np.maximum(g[top + np.array([[-1], [0], [1]])], _TINY))
    bend = low - 2 * mid + high
    moved = np.where(bend < 0, (low - high) / np.where(bend < 0, 2 * bend, 1), 0)
    return np.asarray(r[top] + moved * (r[1] - r[0]))


@dataclass(frozen=True, eq=False, repr=False)
class DistanceParity(Face):
    """Every true peak beside the told one it is matched to, and what was made up.

    Attributes
    ----------
    true, told : array (n_peaks,)
        Å; NaN where there is none: of `told` a miss, of `true` a false peak.
    site : array (n_peaks,)
        Row of the curve.

    Example
    -------
    >>> nan = float("nan")
    >>> found = DistanceParity([2.0, 2.5, nan], [2.04, nan, 3.0], [0, 0, 0])
    >>> found.hit_rate, found.false_rate, found.near_rate
    (0.5, 0.5, 0.5)
    """

    true: Array
    told: Array
    site: Array

    def __post_init__(self) -> None:
        for name in ("true", "told", "site"):
            value = np.asarray(getattr(self, name), dtype=float)
            object.__setattr__(self, name, value)

    @property
    def errors(self) -> Array:
        """|told - true| of matched peaks, (n_matched,), Å."""
        off = np.abs(self.told - self.true)
        return off[np.isfinite(off)]

    @property
    def hit_rate(self) -> float:
        """Share of true peaks that have a partner."""
        return len(self.errors) / max(1, int(np.isfinite(self.true).sum()))

    @property
    def false_rate(self) -> float:
        """Share of told peaks that have none."""
        return 1 - len(self.errors) / max(1, int(np.isfinite(self.told).sum()))

    @property
    def near_rate(self) -> float:
        """Share of true peaks whose partner is within 0.1 Å."""
        near = int((self.errors <= NEAR).sum())
        return near / max(1, int(np.isfinite(self.true).sum()))

    def summary(self) -> dict[str, float]:
        """Return rates, and median, mean and quartile range of errors, Å."""
        off = self.errors if len(self.errors) else np.array([np.nan])
        low, middle, high = np.percentile(off, [25, 50, 75])
        return {
            "near": self.near_rate,
            "hit": self.hit_rate,
            "false": self.false_rate,
            "median": float(middle),
            "mean": float(off.mean()),
            "iqr": float(high - low),
        }

    def _facts(self) -> dict[str, object]:
        return {name: f"{value:.3g}" for name, value in self.summary().items()}


def distance_parity(
    told: ArrayLike,
    true: ArrayLike,
    distances: ArrayLike,
    *,
    between: tuple[float, float] = FIRST,
    window: float = WINDOW,
) -> DistanceParity:
    """Match the peaks of told curves to those of true ones.

    Each told peak is used once; pairs have the least total distance within the window.
    True peaks count between two distances; told ones are false when they lie there and
    no true peak, wherever it is, has them for a partner.

    Parameters
    ----------
    told, true : array (n_sites, n_points)
    distances : array (n_points,)
        Å.
    between : tuple of float
        Å.
    window : float
        Å.

    Raises
    ------
    InputError
        If the shapes differ.
    """
    pairs = floats("told curves", told), floats("true curves", true)
    if pairs[0].shape != pairs[1].shape or pairs[0].ndim != 2:
        shapes = f"told {pairs[0].shape} and true {pairs[1].shape}"
        raise InputError(f"curves {shapes} do not fit: give two tables of one shape")
    rows: list[tuple[float, float, int]] = []
    for site, (one, other) in enumerate(zip(*pairs, strict=True)):
        made, there = (refined_peaks(g, distances) for g in (one, other))
        for a, b in _matched(made, there, window):
            if between[0] <= (a if np.isnan(b) else b) < between[1]:
                rows.append((b, a, site))
    columns = np.array(rows, dtype=float).reshape(-1, 3).T
    return DistanceParity(*columns)


def _matched(told: Array, true: Array, window: float) -> list[tuple[float, float]]:
    """Pairs of told and true, NaN where there is no partner."""
    gaps = np.abs(told[:, None] - true)
    # a pair outside the window costs more than all pairs inside it together
    cost = np.where(gaps <= window, gaps, window * (1 + len(true)))
    which, whom = linear_sum_assignment(cost)
    kept = gaps[which, whom] <= window
    which, whom = which[kept], whom[kept]
    pairs = list(zip(told[which].tolist(), true[whom].tolist()))
    pairs += [(float(one), np.nan) for one in np.delete(told, which)]
    return pairs + [(np.nan, float(one)) for one in np.delete(true, whom)]


def unfolded(curves: ArrayLike, descriptor: WACSF) -> tuple[Array, Array]:
    """Return at which distances atoms must stand to give these curves, and how many.

    The least squares n ≥ 0 with g_i = Σ_k f_c(R_k) exp(−η (r_i − R_k)²) n_k.

    Parameters
    ----------
    curves : array (n_curves, n_g2)
    descriptor : WACSF
        Of shifted G2.

    Returns
    -------
    places : array (n_places,)
        Å, every 0.025 Å from 1.3 Å.
    atoms : array (n_curves, n_places)
        Times what an atom counts in the curve.

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("FeN2", [[0, 0, 0], [2.0, 0, 0], [0, 2.1, 0]]), 0)
    >>> one = WACSF(n_g2=50, n_g4=0, weight="one", g1=False)
    >>> r, n = unfolded(one.transform([site]), one)
    >>> float(n.sum().round(3)), r[n[0] > 0.5].round(3).tolist()
    (2.0, [2.0, 2.1])
    """
    r = descriptor.distances
    places = np.asarray(np.arange(NEAREST, descriptor.cutoff - FINE, FINE), float)
    eta = 1 / (2 * (r[1] - r[0]) ** 2)
    seen = np.exp(-eta * (r[:, None] - places) ** 2)
    seen *= cosine_cutoff(places, descriptor.cutoff)
    rows = _rows(curves, descriptor.n_g2)
    return places, np.array([nnls(seen, row)[0] for row in rows])


def shells(curves: ArrayLike, descriptor: WACSF) -> Array:
    """Return mean distance, number and spread of first shells, (n_sites, 3).

    Atoms are unfolded from the curve of each group of elements, which counts each atom
    as 1, and kept within `REACHES`; elements in no group, as hydrogen, are left out.

    Parameters
    ----------
    curves : array (n_sites, n_features)
        Of the descriptor: the last channels are those of its `elements`.
    descriptor : WACSF
        With `elements`.

    Returns
    -------
    array (n_sites, 3)
        Å, atoms, Å: `QUANTITIES`. Distance and spread are NaN of an empty shell.

    Raises
    ------
    InputError
        For a descriptor that does not tell elements apart.
    """
    ends, rows = _reaches(descriptor), _rows(curves, descriptor.n_features)
    channels = rows.reshape(len(rows), -1, descriptor.n_g2)[:, -len(ends) :]
    atoms: Array = np.zeros(())
    for i, (_, end) in enumerate(ends):
        places, found = unfolded(channels[:, i], descriptor)
        atoms = atoms + np.where(places < end, found, 0.0)
    return _moments(places, atoms)


def true_shells(sites: Sequence[Site], descriptor: WACSF) -> Array:
    """Return the same of structures, (n_sites, 3), with no curve between.

    Example
    -------
    >>> from ase import Atoms
    >>> from xnet_lite.inverse import WITH_ELEMENTS
    >>> site = Site(Atoms("ZnS2", [[0, 0, 0], [2.3, 0, 0], [-2.4, 0, 0]]), 0)
    >>> true_shells([site], WITH_ELEMENTS).round(3).tolist()
    [[2.35, 2.0, 0.05]]
    """
    end = np.zeros(len(chemical_symbols))
    for group, reach in _reaches(descriptor):
        end[[atomic_numbers[symbol] for symbol in group]] = reach
    found = []
    for site in sites:
        near = neighbors(site, descriptor.cutoff)
        kept = near.distances[near.distances < end[near.numbers]]
        found.append(_moments(kept, np.ones((1, len(kept))))[0])
    return np.array(found)


def _reaches(descriptor: WACSF) -> list[tuple[tuple[str, ...], float]]:
    """Elements of each channel that counts atoms, and where their shell ends."""
    if not descriptor.elements:
        raise InputError("this descriptor tells no elements apart: give it elements")
    groups = [(one,) if isinstance(one, str) else one for one in descriptor.elements]
    heaviest = [max(atomic_numbers[symbol] for symbol in group) for group in groups]
    rows = np.searchsorted([atomic_numbers["Ne"], atomic_numbers["Ar"]], heaviest)
    return [(group, REACHES[row]) for group, row in zip(groups, rows, strict=True)]


def _rows(curves: ArrayLike, width: int) -> Array:
    """Curves as a table of this many numbers a row."""
    rows = np.atleast_2d(floats("curves", curves))
    if rows.ndim != 2 or rows.shape[1] != width:
        raise InputError(
            f"curves {rows.shape} are none of this descriptor: give {width} a row"
        )
    return rows


def _moments(places: Array, atoms: Array) -> Array:
    """Mean, sum and standard deviation of atoms (n_sites, n_places)."""
    number = atoms.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = atoms @ places / number
        square = atoms @ places**2 / number - mean**2
    return np.stack([mean, number, np.sqrt(np.maximum(square, 0))], axis=1)
