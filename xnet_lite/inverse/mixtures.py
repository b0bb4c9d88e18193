"""What a spectrum is mixed of, where references are known: linear combination fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import null_space
from scipy.optimize import minimize_scalar, nnls
from scipy.stats import f as f_distribution
from scipy.stats import norm

from xnet_lite import sketch
from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.tables import Table

#: weight of "the sum is one" beside the data: its error is its inverse square
HEAVY = 1e4
#: a fraction is identifiable if noise alone moves it by no more, one sigma
IDENTIFIABLE = 0.01


@dataclass(frozen=True, eq=False, repr=False)
class Combination(Face):
    """A spectrum as a sum of references, how sure each part of it is, and what is left.

    Attributes
    ----------
    names : sequence of str
        Of the references.
    fractions : ndarray, shape (n_references,)
        None is negative.
    std : ndarray, shape (n_references,)
        What noise of the size that is left does to them.
    p : ndarray, shape (n_references,)
        Chance that a fit improves so much by a reference that is not there (F-test).
    energy, mu, made : ndarray, shape (n_energies,)
        Energies (shifted), the spectrum there, and the sum.
    shift : float
        What was added to the energies of the spectrum, eV.
    p_white : float
        Chance that white noise is left as smooth as what is left here: a small one says
        that a reference is missing, or none fits.
    """

    names: Sequence[str]
    fractions: Array
    std: Array
    p: Array
    energy: Array
    mu: Array
    made: Array
    shift: float = 0.0
    p_white: float = float("nan")
    notes: Sequence[str] = field(default_factory=list)

    @property
    def residual(self) -> Array:
        """What is left, (n_energies,)."""
        return self.mu - self.made

    @property
    def r_factor(self) -> float:
        """Σ residual² / Σ μ²."""
        return float((self.residual**2).sum() / (self.mu**2).sum())

    @property
    def identifiable(self) -> bool:
        """Whether noise moves every fraction by 0.01 or less (one sigma)."""
        return bool((self.std <= IDENTIFIABLE).all())

    @property
    def table(self) -> Table:
        """Fractions with what belongs beside them."""
        rows = [
            {"reference": name, "fraction": f, "±": s, "p without it": f"{p:.2g}"}
            for name, f, s, p in zip(
                self.names, self.fractions, self.std, self.p, strict=True
            )
        ]
        return Table(rows, note=f"R factor {self.r_factor:.2g}")

    def _facts(self) -> dict[str, object]:
        parts = zip(self.names, self.fractions, self.std, strict=True)
        return {
            "fractions": ", ".join(f"{n} {f:.3f} ± {s:.3f}" for n, f, s in parts),
            "sum": f"{self.fractions.sum():.3f}",
            "R factor": f"{self.r_factor:.2g}",
            "shift": f"{self.shift:+.2f} eV" if self.shift else None,
        }

    def _notes(self) -> Sequence[str]:
        return self.notes

    def _sketch(self) -> str:
        curves = {"spectrum": self.mu, "sum": self.made, "left": self.residual}
        return sketch.lines(self.energy, curves, x_label="energy / eV")


def combine(
    energy: ArrayLike,
    mu: ArrayLike,
    references: Mapping[str, ArrayLike],
    *,
    closed: bool = False,
    max_shift: float = 0.0,
) -> Combination:
    """Fit a spectrum by references on its grid, none of them below zero.

    min over f ≥ 0 of Σ_E (μ(E) − Σ_j f_j ref_j(E + δ))², and over |δ| ≤ `max_shift`.

    Parameters
    ----------
    energy : array (n_energies,)
        eV.
    mu : array (n_energies,)
        Normalised as the references are.
    references : mapping of str to array (n_energies,)
    closed : bool
        Let the fractions add up to one. Without it their sum tells whether the
        normalisations agree.
    max_shift : float
        How far the spectrum may be shifted onto the sum, eV.

    Returns
    -------
    Combination

    Raises
    ------
    InputError
        If grids differ, values are not finite, no reference is given, or there are as
        many as energies, or two of them are the same.

    Source
    ------
    The F-test of nested fits: W. C. Hamilton, Acta Cryst. 18, 502 (1965),
    doi:10.1107/S0365110X65001081; the smoothness of what is left: J. von Neumann, Ann.
    Math. Stat. 12, 367 (1941), doi:10.1214/aoms/1177731677.

    Differs: p is halved, since a fraction cannot be negative; `std` is that of the fit
    without that bound, so that a reference which is left out has one, too.

    Example
    -------
    >>> energy = np.linspace(0, 40, 81)
    >>> a, b = (0.5 + np.arctan(energy - at) / np.pi for at in (10, 14))
    >>> combine(energy, 0.3 * a + 0.7 * b, {"a": a, "b": b}).fractions.round(3).tolist()
    [0.3, 0.7]
    """
    energy, mu, columns = _checked(energy, mu, references)
    within("[0, 50]", max_shift=max_shift)
    inside = slice(None)
    if max_shift:
        inside = (energy >= energy[0] + max_shift) & (energy <= energy[-1] - max_shift)
    if len(energy[inside]) <= len(references) + 1:
        said = f"{len(energy[inside])} energies for {len(references)} references"
        raise InputError(f"{said}: give fewer references, a longer grid or less shift")
    target = mu[inside]

    def moved(shift: float) -> Array:
        # the references: moving the scan would smooth its noise, and so please itself
        at = energy[inside] + shift
        return np.column_stack([np.interp(at, energy, one) for one in columns.T])

    def misfit(shift: float) -> float:
        return _fit(moved(shift), target, closed)[1]

    shift = 0.0
    if max_shift:
        trial = np.linspace(-max_shift, max_shift, 9)
        at = float(trial[int(np.argmin([misfit(one) for one in trial]))])
        step = max_shift / 4
        bounds = max(at - step, -max_shift), min(at + step, max_shift)
        shift = float(minimize_scalar(misfit, bounds=bounds, method="bounded").x)
    columns = moved(shift)
    fractions, squares = _fit(columns, target, closed)
    made = columns @ fractions
    slope = np.gradient(made, energy[inside]) if max_shift else None
    std, free = _spread(columns, slope, squares, closed)
    p = _significance(columns, target, squares, free, closed)
    white = _whiteness(target - made)
    told = list(references), fractions, std, p, energy[inside] + shift, target, made
    return Combination(*told, shift, white, _said(std, white))


def unmix(
    energy: ArrayLike,
    mu: ArrayLike,
    library: Mapping[str, ArrayLike],
    *,
    alpha: float = 0.01,
    at_most: int = 4,
    closed: bool = False,
) -> Combination:
    """Find which spectra of a library a spectrum is mixed of, one by one.

    One more is taken, and each of those that were is exchanged for a better one as long
    as there are such, until the F-test of one more gives a chance above `alpha` divided
    by how many were tried (Bonferroni).

    Parameters
    ----------
    energy, mu, closed
        As in `combine`.
    library : mapping of str to array (n_energies,)
    alpha : float
        Chance of one reference too many.
    at_most : int
        References.

    Returns
    -------
    Combination
        With the references that were taken.

    Raises
    ------
    InputError
        As `combine`.

    Example
    -------
    >>> energy = np.linspace(0, 40, 81)
    >>> at = {"early": 8, "middle": 11, "late": 15}
    >>> edges = {k: 0.5 + np.arctan(energy - x) / np.pi for k, x in at.items()}
    >>> noise = np.random.default_rng(0).normal(0, 0.003, 81)
    >>> mixed = 0.4 * edges["early"] + 0.6 * edges["late"] + noise
    >>> sorted(unmix(energy, mixed, edges).names)
    ['early', 'late']
    """
    within("(0, 1)", alpha=alpha)
    within("[1, inf)", whole=True, at_most=at_most)
    energy, mu, columns = _checked(energy, mu, library)
    names = list(library)
    taken, before = _exchanged(columns, mu, [], closed)
    while len(taken) < min(at_most, len(names), len(energy) - 2):
        more, after = _exchanged(columns, mu, taken, closed)
        p = _p_of(before, after, len(energy) - len(more))
        if p > alpha / (len(names) - len(taken)):
            break
        taken, before = more, after
    chosen = {names[i]: columns[:, i] for i in taken}
    return combine(energy, mu, chosen, closed=closed)


def _exchanged(
    columns: Array, mu: Array, taken: list[int], closed: bool
) -> tuple[list[int], float]:
    """One reference more, then each in turn exchanged for better ones; the misfit."""
    best, chosen, turn = np.inf, [*taken, -1], len(taken)
    stay = 0
    while stay < len(chosen):
        others = [i for k, i in enumerate(chosen) if k != turn]
        free = [i for i in range(columns.shape[1]) if i not in others]
        trial = [_fit(columns[:, [*others, i]], mu, closed)[1] for i in free]
        low = int(np.argmin(trial))
        better = trial[low] < best * (1 - 1e-12)
        if better:
            best, chosen[turn] = trial[low], free[low]
        stay = 1 if better else stay + 1
        turn = (turn + 1) % len(chosen)
    return chosen, float(best)


def _checked(
    energy: ArrayLike, mu: ArrayLike, references: Mapping[str, ArrayLike]
) -> tuple[Array, Array, Array]:
    """Energies, spectrum and references as columns, all finite and of one length."""
    energy, mu = floats("energy", energy), floats("mu", mu)
    if not references:
        raise InputError("no reference: give one or more")
    made = {name: floats(name, one) for name, one in references.items()}
    for name, one in {"mu": mu, **made}.items():
        if energy.ndim != 1 or one.shape != energy.shape:
            said = f"{name} has shape {one.shape} and energy {energy.shape}"
            raise InputError(f"{said}: put all spectra on one grid")
        if not np.isfinite(one).all():
            raise InputError(f"{name} is not finite everywhere: correct or cut it")
    if not (np.diff(energy) > 0).all():
        raise InputError("energy does not increase, sort the points and remove doubles")
    return energy, mu, np.column_stack(list(made.values()))


def _fit(columns: Array, mu: Array, closed: bool) -> tuple[Array, float]:
    """Fractions, and the sum of squares that they leave."""
    if closed:
        heavy = HEAVY * np.ones((1, columns.shape[1]))
        columns, mu = np.vstack([columns, heavy]), np.append(mu, HEAVY)
    fractions, norm_left = nnls(columns, mu)
    return fractions, float(norm_left**2)


def _spread(
    columns: Array, slope: Array | None, squares: float, closed: bool
) -> tuple[Array, int]:
    """Standard errors, and degrees of freedom."""
    n = columns.shape[1]
    free = null_space(np.ones((1, n))) if closed else np.eye(n)
    design = columns @ free
    if slope is not None:
        design = np.column_stack([design, slope])
    left = max(len(columns) - design.shape[1], 1)
    if not design.size:
        return np.zeros(n), left
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError("two references are the same, or one is a sum of others")
    covariance = np.linalg.inv(design.T @ design)[: free.shape[1], : free.shape[1]]
    covariance = free @ covariance @ free.T * squares / left
    return np.sqrt(np.diag(covariance)), left


def _significance(
    columns: Array, mu: Array, squares: float, free: int, closed: bool
) -> Array:
    """Chance of the gain by each reference if it is not there."""
    n = columns.shape[1]
    if n == 1:
        return np.array([_p_of(float((mu**2).sum()), squares, free)])
    without = (np.delete(columns, i, axis=1) for i in range(n))
    return np.array(
        [_p_of(_fit(some, mu, closed)[1], squares, free) for some in without]
    )


def _p_of(before: float, after: float, free: int) -> float:
    """One-sided chance of an F-test with one more reference."""
    gain = max(before - after, 0.0) / max(after, np.finfo(float).tiny) * max(free, 1)
    return float(f_distribution.sf(gain, 1, max(free, 1)) / 2)


def _whiteness(residual: Array) -> float:
    """Chance that white noise changes as little from point to point."""
    n, squares = len(residual), float((residual**2).sum())
    if squares == 0:
        return 1.0
    ratio = float((np.diff(residual) ** 2).sum()) / squares
    return float(norm.cdf((ratio - 2) / np.sqrt(4 * (n - 2) / (n**2 - 1))))


def _said(std: Array, white: float) -> list[str]:
    """What a reader should know of a fit."""
    said = []
    if white < 1e-3:
        said.append(
            "what is left is smooth, not noise: a reference is missing, or another "
            "normalisation or energy scale; the errors are too small then"
        )
    if (std > IDENTIFIABLE).any():
        said.append(
            f"noise alone moves a fraction by {std.max():.3f} (one sigma): the "
            "references are too much alike to tell it better from this spectrum"
        )
    return said
