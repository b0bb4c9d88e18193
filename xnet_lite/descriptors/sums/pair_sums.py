"""Sums over pairs of neighbors, of many sites at once.

The pairs of one site are a matrix of squared distances; those in reach are listed, and
their sum is a matrix product again, radial functions by angular functions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial

from xnet_lite.arrays import Array, Ints, Mask
from xnet_lite.descriptors.sums.sums import Workspace, chunks, gaussians, runs
from xnet_lite.errors import InputError
from xnet_lite.structures import NeighborBatch

#: pairs held at a time, counted twice: their arrays fit a processor's cache
PAIRS_AT_ONCE = 40_000


@dataclass(frozen=True)
class Pairs:
    """Pairs of neighbors j before k, those of one site in one run.

    Attributes
    ----------
    first, second : ndarray (n_pairs,)
        Rows of the batch.
    squares : ndarray (n_pairs,)
        r_jk², Å².
    edges : ndarray (n_sites + 1,)
        Where each site begins.
    """

    first: Ints
    second: Ints
    squares: Array
    edges: Ints


@dataclass(frozen=True)
class PairTerms:
    """The terms of a sum over pairs j, k of neighbors of i.

    For every η, λ and ζ: (1 + λ cos θ_jik)^ζ f_c(r_jk) exp(−η Σ(r − r_shift)²).

    Attributes
    ----------
    eta, r_shift : ndarray (n_radial,)
        Å⁻², Å.
    lambda_, zeta : tuple of float
        λ slow, ζ fast.
    cutoff : float
        Å, of f_c.
    reach : float
        Largest r_jk that counts, in cutoffs: 1, or 2 for all.
    """

    eta: Array
    r_shift: Array
    lambda_: Sequence[float]
    zeta: Sequence[float]
    cutoff: float
    reach: float


def pair_sums(batch: NeighborBatch, strength: Array, terms: PairTerms) -> Array:
    """Return Σ_{j<k} strength_cj strength_ck term_jk for every site, channel and term.

    Parameters
    ----------
    batch : NeighborBatch
        Of n_sites sites, n_rows neighbors.
    strength : ndarray (n_channels, n_rows)
        What each neighbor counts, its own f_c(r_ij) included.
    terms : PairTerms

    Returns
    -------
    ndarray (n_sites, n_channels, n_radial, n_lambda, n_zeta)
    """
    n_channels, n_radial = len(strength), len(terms.eta)
    n_angular = len(terms.lambda_) * len(terms.zeta)
    sums = np.zeros((len(batch), n_radial, n_channels * n_angular))
    if not sums.size:
        return sums.reshape(len(batch), n_channels, n_radial, *_angles(terms))
    if batch.distances.size and not batch.distances.min() > 0:
        raise InputError("an atom sits on the absorber, remove one of the two")
    per_pair = 10 + n_radial + n_angular * (n_channels + (n_channels > 1))
    work = Workspace(PAIRS_AT_ONCE * (2 + per_pair // 2))
    sides = _sides(batch)
    for low, high in chunks(batch.counts**2, PAIRS_AT_ONCE):
        work.clear()
        pairs = _pairs(batch, low, high, sides, (terms.cutoff * terms.reach) ** 2, work)
        if not len(pairs.squares):
            continue
        radial, angular = _evaluate(pairs, batch.distances, strength, terms, work)
        for site, (a, b) in enumerate(runs(pairs.edges), start=low):
            np.matmul(radial[:, a:b], angular[:, a:b].T, out=sums[site])
    parts = sums.reshape(len(batch), n_radial, n_channels, *_angles(terms))
    return parts.transpose(0, 2, 1, 3, 4)


def _angles(terms: PairTerms) -> tuple[int, int]:
    """Shape of the angular functions, (n_lambda, n_zeta)."""
    return len(terms.lambda_), len(terms.zeta)


def _sides(batch: NeighborBatch) -> tuple[Array, Array]:
    """Matrices (n_rows, 5) and (5, n_rows) whose product holds r_jk²."""
    squares, ones = batch.distances**2, np.ones(len(batch.distances))
    left = np.column_stack([batch.vectors, squares, ones])
    right = np.vstack([-2 * batch.vectors.T, ones, squares])
    return left, right


@lru_cache(maxsize=128)
def _upper(n: int) -> Mask:
    """Which of n × n pairs have j before k, (n²,)."""
    return np.triu(np.ones((n, n), dtype=bool), 1).ravel()


def _pairs(
    batch: NeighborBatch,
    low: int,
    high: int,
    sides: tuple[Array, Array],
    reach_square: float,
    work: Workspace,
) -> Pairs:
    """Find all pairs j before k of sites low to high with r_jk² below reach_square."""
    left, right = sides
    counts = batch.counts[low:high]
    sizes = counts**2
    total = int(sizes.sum())
    squares = work.array(total)
    place = 0
    for a, b in runs(batch.offsets[low : high + 1]):
        block = squares[place : place + (b - a) ** 2].reshape(b - a, b - a)
        np.matmul(left[a:b], right[:, a:b], out=block)
        place += block.size
    near = np.less(squares, reach_square)
    near &= np.concatenate([_upper(n) for n in counts.tolist()])
    flat = np.flatnonzero(near)
    # the square of pairs of a site is read row by row, a row being one neighbor j
    first_row = np.repeat(batch.offsets[low:high], counts)
    width = np.repeat(counts, counts)
    row_start = np.cumsum(width) - width
    bounds = np.searchsorted(flat, np.append(row_start, total))
    in_row = np.diff(bounds)
    rows = batch.offsets[low : high + 1]
    first = np.repeat(np.arange(rows[0], rows[-1]), in_row)
    second = flat + np.repeat(first_row - row_start, in_row)
    found = np.take(squares, flat, out=work.array(len(flat)), mode="clip")
    return Pairs(first, second, found, bounds[rows - rows[0]])


def _evaluate(
    pairs: Pairs, distances: Array, strength: Array, terms: PairTerms, work: Workspace
) -> tuple[Array, Array]:
    """Radial (n_radial, n_pairs) and weighted angular (…, n_pairs) functions."""
    n_pairs, square = len(pairs.squares), pairs.squares
    basis = work.array(3, n_pairs)
    basis[1], basis[2] = 0.0, 3.0
    around = _outer(np.add, distances**2, pairs, work)  # r_ij² + r_ik²
    np.add(around, square, out=basis[0])
    if terms.r_shift.any():
        basis[1] = _outer(np.add, distances, pairs, work) + np.sqrt(np.abs(square))
    radial = gaussians(basis, terms.eta, terms.r_shift, work)
    cosine = np.subtract(around, square, out=around)  # 2 r_ij r_ik cos θ
    cosine *= _outer(np.multiply, np.sqrt(0.5) / distances, pairs, work)
    angular = _angular(cosine, terms.lambda_, terms.zeta, work)
    fade = _fade(square, terms.cutoff, terms.reach, work)
    weights = [_outer(np.multiply, channel, pairs, work) for channel in strength]
    for weight in weights:
        weight *= fade
    # one channel overwrites what it weighs
    n_rows = len(angular)
    alone = len(weights) == 1
    weighted = angular if alone else work.array(len(weights) * n_rows, n_pairs)
    for channel, weight in enumerate(weights):
        for row, values in enumerate(angular, start=channel * n_rows):
            np.multiply(values, weight, out=weighted[row])
    return radial, weighted


def _outer(operation: np.ufunc, values: Array, pairs: Pairs, work: Workspace) -> Array:
    """values_j (operation) values_k of every pair."""
    left, right = work.array(2, len(pairs.squares))
    np.take(values, pairs.first, out=left, mode="clip")
    np.take(values, pairs.second, out=right, mode="clip")
    return operation(left, right, out=left)


def _angular(
    cosine: Array, lambda_: Sequence[float], zeta: Sequence[float], work: Workspace
) -> Array:
    """(1 + λ cos θ)^ζ, λ slow and ζ fast, (n_lambda n_zeta, n_pairs)."""
    values = work.array(len(lambda_), len(zeta), len(cosine))
    for block, sign in zip(values, lambda_, strict=True):
        rows = dict(zip(zeta, block, strict=True))
        operation = np.add if sign > 0 else np.subtract
        base = operation(1.0, cosine, out=rows.get(1))
        known = {1: base}
        for power, row in rows.items():
            if float(power).is_integer():
                _power(int(power), known, rows)
            else:  # rounding can put the base below 0
                np.power(np.maximum(base, 0.0), power, out=row)
    return values.reshape(-1, len(cosine))


def _power(exponent: int, known: dict[int, Array], rows: dict[float, Array]) -> Array:
    """known[1]^exponent by squaring, into its row where it has one."""
    if exponent not in known:
        half = _power(exponent // 2, known, rows)
        power = np.multiply(half, half, out=rows.get(exponent))
        if exponent % 2:
            power *= known[1]
        known[exponent] = power
    return known[exponent]


def _fade(squares: Array, cutoff: float, reach: float, work: Workspace) -> Array:
    """f_c of a squared distance, not set to zero beyond the cutoff."""
    factors = _half_cosine(reach)
    x = np.multiply(squares, cutoff**-2, out=work.array(len(squares)))
    fade = np.multiply(x, factors[-1], out=work.array(len(squares)))
    for factor in factors[-2:0:-1]:
        fade += factor
        fade *= x
    fade += factors[0]
    fade *= fade
    return fade


@lru_cache
def _half_cosine(reach: float) -> list[float]:
    """Polynomial in x = (r/r_c)² of cos(½ π √x), whose square is f_c, to 1e-14.

    It needs no root and no cosine; degrees 7 and 10 reach rounding on [0, 1], [0, 4].
    """
    fit = Chebyshev.interpolate(
        lambda x: np.cos(0.5 * np.pi * np.sqrt(np.maximum(x, 0.0))),
        7 if reach <= 1 else 10,
        domain=[0.0, reach**2],
    )
    return fit.convert(kind=Polynomial).coef.tolist()
