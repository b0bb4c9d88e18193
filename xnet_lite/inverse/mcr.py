"""A series of mixtures taken apart without references, and how far that is certain."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize, nnls

from xnet_lite import sketch
from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.inverse.mixtures import HEAVY

#: share of the misfit below whose change the iteration ends
ENOUGH = 1e-8


@dataclass(frozen=True, eq=False, repr=False)
class Resolved(Face):
    """Spectra and amounts that together make a series.

    Attributes
    ----------
    fractions : ndarray, shape (n_scans, n_components)
        Amounts; each row adds up to one if closed.
    spectra : ndarray, shape (n_components, n_energies)
    rms : float
        Root mean square of what is left.
    n_iterations : int
    closed : bool
    n_known : int
        How many of the spectra, the first ones, were given.
    """

    fractions: Array
    spectra: Array
    rms: float
    n_iterations: int
    closed: bool
    n_known: int = 0

    def ranges(self) -> Array:
        """Return the least and the greatest mean amount of each component.

        Every T with C T⁻¹ ≥ 0 and T S ≥ 0 (and rows of T that add up to one, if closed)
        makes the same series of other spectra: what the constraints leave open is no
        matter of noise, and no method finds it out. Given spectra stay as they are.

        Returns
        -------
        ndarray, shape (n_components, 2)

        Source
        ------
        R. Tauler, J. Chemometrics 15, 627 (2001), doi:10.1002/cem.655.

        Differs: of amounts and not of the size of a component; spectra may fall below
        zero by the noise of a scan; searched from what was found and not over all of
        the region, so the true range may be wider.
        """
        ends = [
            [self._end(i, sign) for sign in (1, -1)] for i in range(len(self.spectra))
        ]
        return np.array(ends)

    def _end(self, component: int, sign: int) -> float:
        """Least (1) or greatest (-1) mean amount of a component."""
        n = len(self.spectra)
        noise = np.full(self.spectra.size, self.rms)
        slack = np.concatenate([np.full(self.fractions.size, 1e-9), noise])

        def turned(values: Array) -> tuple[Array, Array]:
            turn = np.eye(n)
            turn[self.n_known :] += values.reshape(n - self.n_known, n)
            return self.fractions @ np.linalg.pinv(turn), turn @ self.spectra

        def amount(values: Array) -> float:
            return sign * float(turned(values)[0][:, component].mean())

        def positive(values: Array) -> Array:
            amounts, spectra = turned(values)
            return np.concatenate([amounts.ravel(), spectra.ravel()]) + slack

        rules = [{"type": "ineq", "fun": positive}]
        if self.closed:
            rules.append({"type": "eq", "fun": lambda v: v.reshape(-1, n).sum(axis=1)})
        start = np.zeros((n - self.n_known) * n)
        if not start.size:
            return float(self.fractions[:, component].mean())
        found = minimize(
            amount, start, constraints=rules, method="SLSQP", options={"maxiter": 200}
        )
        best = found.x if positive(found.x).min() > -1e-4 else start
        return sign * min(amount(best), amount(start))

    def _facts(self) -> dict[str, object]:
        means = ", ".join(f"{mean:.3f}" for mean in self.fractions.mean(axis=0))
        return {
            "components": len(self.spectra),
            "known": self.n_known or None,
            "mean amounts": means,
            "left": f"{self.rms:.2g}",
            "iterations": self.n_iterations,
        }

    def _sketch(self) -> str:
        at = np.arange(self.spectra.shape[1], dtype=float)
        curves = {f"component {i}": one for i, one in enumerate(self.spectra, 1)}
        return sketch.lines(at, curves, x_label="point")


@dataclass(frozen=True, repr=False)
class MCR(Face):
    """Multivariate curve resolution by alternating least squares.

    D ≈ C S: amounts C for spectra S, spectra for amounts, each by least squares with no
    value below zero, in turn, on the n first principal components of D.

    Parameters
    ----------
    n_components : int
    closed : bool
        Let the amounts of each scan add up to one, as fractions of normalised spectra
        do.
    known : array (n_known, n_energies), optional
        Spectra of components that are known; they stay as they are.
    iterations : int
        At most.

    Source
    ------
    R. Tauler, Chemom. Intell. Lab. Syst. 30, 133 (1995),
    doi:10.1016/0169-7439(95)00047-X; the start: M. C. U. Araújo et al., Chemom. Intell.
    Lab. Syst. 57, 65 (2001), doi:10.1016/S0169-7439(01)00119-8 (successive
    projections, here of scans).

    Differs: positive least squares in place of cutting what is negative; the sum of one
    is part of the fit, not put upon it afterwards.

    Example
    -------
    >>> energy = np.linspace(0, 40, 81)
    >>> pure = np.array([0.5 + np.arctan(energy - at) / np.pi for at in (10, 14)])
    >>> share = np.linspace(0, 1, 11)
    >>> found = MCR(2).fit(np.column_stack([share, 1 - share]) @ pure)
    >>> found.fractions[:, 0].round(2).tolist()[::5]
    [1.0, 0.5, 0.0]
    """

    n_components: int
    closed: bool = True
    known: ArrayLike | None = field(default=None, repr=False)
    iterations: int = 500

    def __post_init__(self) -> None:
        within("[1, 20]", whole=True, n_components=self.n_components)
        within("[1, inf)", whole=True, iterations=self.iterations)

    def fit(self, spectra: ArrayLike) -> Resolved:
        """Take a series apart.

        Parameters
        ----------
        spectra : array (n_scans, n_energies)

        Returns
        -------
        Resolved
            Known components first, then those found, in the order of their purest scan.

        Raises
        ------
        InputError
            For fewer scans than components, more known spectra than components, another
            grid, or values that are not finite.
        """
        table, known = self._checked(spectra)
        left, values, right = np.linalg.svd(table, full_matrices=False)
        n = self.n_components
        smooth = (left[:, :n] * values[:n]) @ right[:n]
        shapes = np.maximum(np.vstack([known, self._start(smooth, known)]), 0)
        before, turn = np.inf, 0
        while turn < self.iterations:
            turn += 1
            amounts = _positive(shapes.T, smooth.T, self.closed).T
            rest = (smooth - amounts[:, : len(known)] @ known).T
            shapes[len(known) :] = _positive(amounts[:, len(known) :], rest.T)
            misfit = float(((smooth - amounts @ shapes) ** 2).sum())
            if abs(before - misfit) <= ENOUGH * max(before, 1e-300) or n == len(known):
                break
            before = misfit
        found = shapes[len(known) :]
        purest = _positive(shapes.T, smooth.T, self.closed)[len(known) :].argmax(axis=1)
        shapes[len(known) :] = found[np.argsort(purest, kind="stable")]
        amounts = _positive(shapes.T, smooth.T, self.closed).T
        rms = float(np.sqrt(np.mean((table - amounts @ shapes) ** 2)))
        return Resolved(amounts, shapes, rms, turn, self.closed, len(known))

    def _checked(self, spectra: ArrayLike) -> tuple[Array, Array]:
        """The series and the known spectra, which belong together."""
        table = floats("spectra", spectra)
        if table.ndim != 2 or len(table) < self.n_components:
            said = f"spectra have shape {table.shape}"
            raise InputError(f"{said}: give {self.n_components} scans or more")
        none = np.empty((0, table.shape[1]))
        known = none if self.known is None else floats("known", self.known)
        known = np.atleast_2d(known)
        if known.shape[1] != table.shape[1] or len(known) > self.n_components:
            said = f"known spectra have shape {known.shape}, scans {table.shape}"
            raise InputError(
                f"{said}: give at most n_components of them, on their grid"
            )
        if not (np.isfinite(table).all() and np.isfinite(known).all()):
            raise InputError("spectra hold what is not finite: correct or remove it")
        return table, known

    def _start(self, table: Array, known: Array) -> Array:
        """Scans that are farthest from all that was taken before, one by one."""
        rows: list[int] = []
        taken = list(known)
        while len(rows) + len(known) < self.n_components:
            rest = table - table.mean(axis=0) if not taken else _apart(table, taken)
            rows.append(int((rest**2).sum(axis=1).argmax()))
            taken.append(table[rows[-1]])
        return table[np.array(rows, dtype=int)]


def _apart(table: Array, taken: list[Array]) -> Array:
    """What of each scan lies outside of the plane through some spectra."""
    rest, axes = table - taken[0], np.array(taken) - taken[0]
    return np.asarray(rest - rest @ np.linalg.pinv(axes) @ axes)


def _positive(columns: Array, targets: Array, closed: bool = False) -> Array:
    """Amounts ≥ 0 of columns that make each target, (n_columns, n_targets)."""
    if not columns.shape[1]:  # nnls ends the process
        return np.empty((0, targets.shape[1]))
    if closed:
        columns = np.vstack([columns, HEAVY * np.ones((1, columns.shape[1]))])
        targets = np.vstack([targets, HEAVY * np.ones((1, targets.shape[1]))])
    return np.column_stack([nnls(columns, target)[0] for target in targets.T])
