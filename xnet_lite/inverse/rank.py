"""How many components a series of spectra holds, and whether one of them is this one.

Principal components of the table as it stands, not centred: so the rank of one compound
is one, whatever its amount.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import f as f_distribution

from xnet_lite import sketch
from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face

#: chance of a component that is none, for those counts that have one
ALPHA = 0.01
#: 99 % quantile of the Tracy-Widom law of real matrices (Johnstone 2001, Table 2)
TRACY_WIDOM_99 = 2.0234


@dataclass(frozen=True, eq=False, repr=False)
class Rank(Face):
    """Eigenvalues of a series, and how many of them several rules take for real.

    Attributes
    ----------
    eigenvalues : ndarray, shape (n,)
        Squares of the singular values, falling; n is the smaller side of the table.
    shape : (int, int)
        Energies (or scans) and scans (or energies), the longer side first.
    """

    eigenvalues: Array
    shape: tuple[int, int]

    @property
    def real_error(self) -> Array:
        """RE(n) = √(Σ_{j>n} λ_j / (r (c − n))), noise left by n = 1 … c − 1."""
        r, c = self.shape
        n = np.arange(1, c)
        left = self.eigenvalues[::-1].cumsum()[::-1][1:]
        return np.asarray(np.sqrt(left / (r * (c - n))))

    @property
    def indicator(self) -> Array:
        """IND(n) = RE(n) / (c − n)² for n = 1 … c − 1: lowest at the rank."""
        _, c = self.shape
        return np.asarray(self.real_error / (c - np.arange(1, c)) ** 2)

    @property
    def n_indicator(self) -> int:
        """Where Malinowski's indicator is lowest."""
        return int(self.indicator.argmin()) + 1

    @property
    def n_scree(self) -> int:
        """Where the curve of log λ bends most: the end of its cliff."""
        logs = np.log(np.maximum(self.eigenvalues, np.finfo(float).tiny))
        bend = logs[:-2] - 2 * logs[1:-1] + logs[2:]
        return int(bend.argmax()) + 1

    @property
    def n_f_test(self) -> int:
        """How many differ from the pool of those behind them, F-test at 1 %."""
        (r, c), values = self.shape, self.eigenvalues
        j = np.arange(1, c + 1)
        weight = (r - j + 1) * (c - j + 1)
        for n in range(c - 1):
            ratio = weight[n + 1 :].sum() / weight[n] * values[n]
            rest = max(values[n + 1 :].sum(), np.finfo(float).tiny)
            if f_distribution.sf(ratio / rest, 1, c - n - 1) > ALPHA:
                return n
        return c - 1

    @property
    def n_noise_edge(self) -> int:
        """How many exceed what the largest of white noise is, Tracy-Widom at 1 %.

        Noise that neighboring points share, as interpolated scans have it, counts.
        """
        (r, c), values = self.shape, self.eigenvalues
        for n in range(c - 1):
            # the noise, of what lies behind the next one, were it real
            noise = values[n + 1 :].sum() / ((r - n - 1) * (c - n - 1))
            tall, wide = np.sqrt(r - n - 1), np.sqrt(c - n)
            spread = (tall + wide) * (1 / tall + 1 / wide) ** (1 / 3)
            if values[n] <= noise * ((tall + wide) ** 2 + TRACY_WIDOM_99 * spread):
                return n
        return c - 1

    @property
    def counts(self) -> dict[str, int]:
        """How many each rule finds."""
        return {
            "IND": self.n_indicator,
            "scree": self.n_scree,
            "F-test": self.n_f_test,
            "noise edge": self.n_noise_edge,
        }

    def _facts(self) -> dict[str, object]:
        r, c = self.shape
        found = ", ".join(f"{name} {n}" for name, n in self.counts.items())
        noise = self.real_error[max(self.n_noise_edge, 1) - 1]
        return {"of": f"{r} × {c}", "components": found, "noise": f"{noise:.2g}"}

    def _sketch(self) -> str:
        n = np.arange(1, len(self.eigenvalues) + 1, dtype=float)
        logs = np.log10(np.maximum(self.eigenvalues, np.finfo(float).tiny))
        return sketch.lines(n, {"log₁₀ eigenvalue": logs}, x_label="component")


def rank(spectra: ArrayLike) -> Rank:
    """Return the eigenvalues of a series, with several rules to count components.

    Parameters
    ----------
    spectra : array (n_scans, n_energies)
        On one grid, four scans or more.

    Returns
    -------
    Rank

    Raises
    ------
    InputError
        For fewer than four scans or energies, or values that are not finite.

    Source
    ------
    E. R. Malinowski, Anal. Chem. 49, 612 (1977), doi:10.1021/ac50012a027 (RE, IND);
    J. Chemometrics 3, 49 (1989), doi:10.1002/cem.1180030106 (F-test); S. Kritchman and
    B. Nadler, Chemom. Intell. Lab. Syst. 94, 19 (2008),
    doi:10.1016/j.chemolab.2008.06.002 (noise edge).

    Differs: the noise of the last is taken from what is left, without its correction
    for small tables.

    Example
    -------
    >>> rng = np.random.default_rng(0)
    >>> mixed = rng.random((12, 2)) @ rng.random((2, 90))
    >>> table = mixed + rng.normal(0, 0.01, (12, 90))
    >>> rank(table).counts
    {'IND': 2, 'scree': 2, 'F-test': 2, 'noise edge': 2}
    """
    table = _table(spectra)
    values = np.linalg.svd(table, compute_uv=False)
    return Rank(
        np.asarray(values**2, dtype=float), (max(table.shape), min(table.shape))
    )


@dataclass(frozen=True, eq=False, repr=False)
class TargetTest(Face):
    """A reference held against the space that a series spans.

    Attributes
    ----------
    transformed : ndarray, shape (n_energies,)
        What of the reference the series can make.
    spoil : float
        How much more the reference is off than the noise of the series explains: below
        3 it belongs to the series, above 6 it does not.
    """

    transformed: Array
    spoil: float

    @property
    def word(self) -> str:
        """Malinowski's classes: "in", "perhaps" or "out"."""
        return "in" if self.spoil < 3 else "perhaps" if self.spoil < 6 else "out"

    def _facts(self) -> dict[str, object]:
        return {"SPOIL": self.spoil, "in the series": self.word}


def target_test(spectra: ArrayLike, reference: ArrayLike, n: int) -> TargetTest:
    """Ask whether a reference can be a component of a series.

    x̂ = U Uᵀ x with the n first components U; AET² = |x̂ − x|²/(r − n) is what is left,
    REP = RE |t| what the noise of the series alone leaves, t the amounts of x̂, and
    SPOIL = √(AET² − REP²)/REP.

    Parameters
    ----------
    spectra : array (n_scans, n_energies)
    reference : array (n_energies,)
        On the same grid and scale.
    n : int
        Number of components.

    Returns
    -------
    TargetTest

    Raises
    ------
    InputError
        If n is no number from 1 to one less than the scans, or the grids differ.

    Source
    ------
    E. R. Malinowski, Anal. Chim. Acta 103, 339 (1978),
    doi:10.1016/S0003-2670(01)83099-3.

    Differs: a reference of its own noise counts as off by it.

    Example
    -------
    >>> rng = np.random.default_rng(0)
    >>> pure = rng.random((2, 90))
    >>> table = rng.random((12, 2)) @ pure + rng.normal(0, 0.01, (12, 90))
    >>> target_test(table, pure[0], 2).word, target_test(table, rng.random(90), 2).word
    ('in', 'out')
    """
    table, x = _table(spectra), floats("reference", reference)
    n_energies = table.shape[1]
    if x.shape != (n_energies,):
        said = f"the reference has shape {x.shape}, the spectra {n_energies} energies"
        raise InputError(f"{said}: put it on their grid")
    within(f"[1, {min(table.shape)})", whole=True, n=n)
    scores, values = np.linalg.svd(table.T, full_matrices=False)[:2]
    amounts = scores[:, :n].T @ x
    made = scores[:, :n] @ amounts
    left = float(((made - x) ** 2).sum()) / (n_energies - n)
    error = np.sqrt((values[n:] ** 2).sum() / (max(table.shape) * (len(values) - n)))
    expected = float(error * np.linalg.norm(amounts / values[:n]))
    spoil = np.sqrt(max(left - expected**2, 0.0)) / max(expected, 1e-300)
    return TargetTest(made, float(spoil))


def _table(spectra: ArrayLike) -> Array:
    """Spectra as a finite table of enough rows."""
    table = floats("spectra", spectra)
    if table.ndim != 2 or min(table.shape) < 4:
        said = f"spectra have shape {table.shape}"
        raise InputError(f"{said}: give four scans or more on one grid of energies")
    if not np.isfinite(table).all():
        raise InputError("spectra hold what is not finite: correct or remove it")
    return table
