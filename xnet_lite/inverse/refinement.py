"""Fit a structure to a spectrum: what it is, and how well the spectrum can tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.optimize import minimize

from xnet_lite import sketch
from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, hinted, one_of, within
from xnet_lite.faces import Face
from xnet_lite.inverse.fitting import Lines, Misfit, Posterior
from xnet_lite.inverse.forward import Forward
from xnet_lite.inverse.moves import Geometry
from xnet_lite.inverse.surrogate import Surrogate, design
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site
from xnet_lite.tables import Table

#: share of a range that an interval may cover before the spectrum cannot tell
FLAT = 0.7
#: spectra computed to check the samples, and rounds of it
N_CHECKED, N_ROUNDS = 16, 2
#: engine against surrogate: below this share of equal weights, more are needed
POOR = 0.3
SHIFT, FWHM = "shift", "fwhm"


@dataclass(frozen=True, eq=False, repr=False)
class Refinement(Face):
    """Structures that fit a spectrum.

    Attributes
    ----------
    geometry : Geometry
    target : Spectrum
    best : mapping of str to float
        Numbers of the best fit: those of the geometry, "shift" (what is added to the
        energies of the computed ones, eV) and "fwhm" (of the Gaussian, eV).
    samples : array (n_samples, n_numbers)
        From the posterior, in the order of `best`.
    fitted : array (n_points,)
        The best fit at `energy`, energies of the target in its range.
    energy : array (n_points,)
    r_factor : float
        Σ(target − fitted)² / Σ target², at the best fit.
    correlated_over : float
        Points over which misfit hangs together: so many count as one.
    surrogate : Surrogate
    agreement : float
        Of the surrogate with the engine, over samples: 1 where both give all of them
        the same weight, small where few count (Kish's effective share).
    n_computed : int
        Spectra that the engine, or the network, was asked for.
    level : float
        Of intervals.
    notes : list of str
        What the spectrum cannot tell, and what was assumed.
    """

    geometry: Geometry
    target: Spectrum
    best: Mapping[str, float]
    samples: Array
    fitted: Array
    energy: Array
    r_factor: float
    correlated_over: float
    surrogate: Surrogate
    agreement: float
    n_computed: int
    level: float = 0.9
    notes: list[str] = field(default_factory=list)

    @cached_property
    def intervals(self) -> dict[str, tuple[float, float]]:
        """Central interval of each number, a share `level` of the samples in it."""
        outside = (1 - self.level) / 2
        ends = np.quantile(self.samples, [outside, 1 - outside], axis=0)
        return {name: (low, high) for name, low, high in zip(self.best, *ends.tolist())}

    def site(self) -> Site:
        """Return the structure of the best fit."""
        return self.geometry.at([self.best[name] for name in self.geometry.names])

    def distances(self, atoms: Sequence[int]) -> Array:
        """Return distances of atoms from the absorber over samples, (n, n_atoms), Å."""
        n = len(self.geometry.names)
        some = self.samples[:: max(1, len(self.samples) // 200), :n]
        return np.array([self.geometry.distances(one, atoms) for one in some])

    def table(self) -> Table:
        """Return a row a number: best fit, median, interval, what is known of it."""
        flat = set(flat_names(self.geometry, self.samples, self.level))
        rows = []
        units = [one.unit for one in self.geometry.moves] + ["eV", "eV"]
        medians = np.median(self.samples, axis=0)
        for name, unit, middle in zip(self.best, units, medians, strict=True):
            low, high = self.intervals[name]
            rows.append(
                {
                    "number": f"{name} / {unit}",
                    "best fit": f"{self.best[name]:.4f}",
                    "median": f"{middle:.4f}",
                    f"{100 * self.level:g} % from": f"{low:.4f}",
                    "to": f"{high:.4f}",
                    "told": "no" if name in flat else "yes",
                }
            )
        return Table(rows, self.geometry.site.label)

    def _facts(self) -> dict[str, object]:
        found = {}
        for name in self.geometry.names:
            low, high = self.intervals[name]
            found[name] = f"{low:.3f} to {high:.3f}"
        return {**found, "R": f"{self.r_factor:.2g}", "computed": self.n_computed}

    def _notes(self) -> list[str]:
        return self.notes

    def _sketch(self) -> str:
        wanted = np.interp(self.energy, self.target.energy, self.target.mu)
        unit = "energy / eV"
        return sketch.lines(
            self.energy, {"target": wanted, "fit": self.fitted}, x_label=unit
        )


@hinted
def refine(
    target: Spectrum,
    geometry: Geometry,
    forward: Forward,
    *,
    n_design: int | None = None,
    shift: tuple[float, float] = (-3.0, 3.0),
    fwhm: tuple[float, float] = (0.0, 4.0),
    background: int = 1,
    level: float = 0.9,
    seed: int = 0,
    say: Callable[[str], object] = lambda sentence: None,
) -> Refinement:
    """Fit a structure, the zero of energy, a broadening and the scale to a spectrum.

    Structures that fill the box of the moves are computed, and a surrogate is put
    through their spectra. A sampler (emcee) draws from the posterior on it, with flat
    priors in the box; some of the samples are computed and added, twice: the second
    time they tell how far the surrogate can be trusted (`agreement`). Scale and
    background are fitted at every step, the size of the misfit is integrated out.
    Points whose misfit hangs together count as one (`correlated_over`): what is wrong
    with the theory widens the intervals instead of narrowing them.

    Parameters
    ----------
    target : Spectrum
        With e0: energies from it are those of `forward`, but for the shift.
    geometry : Geometry
        What may change.
    forward : callable
        See `by_engine`, `by_predictor` and `by_delta`.
    n_design : int, optional
        Spectra to begin with; 16 for one number, 32 for two, 64 for three …
    shift, fwhm : tuple of float
        Ranges of the shift of computed energies and of the Gaussian's width, eV.
    background : int
        Terms of a polynomial that is added: 0 none, 1 a constant, 2 a line.
    level : float
        Of intervals.
    seed : int
        Of design and sampler.
    say : callable
        Is told how far it is.

    Returns
    -------
    Refinement

    Raises
    ------
    InputError
        If target and computed spectra share too few energies, or a range is empty.

    Source: profile scans as in C. D. Rankine et al., J. Phys. Chem. A 124 (2020) 4263,
    doi:10.1021/acs.jpca.0c03723, figure 6; sampling by D. Foreman-Mackey et al., PASP
    125 (2013) 306, doi:10.1086/670067.
    Differs: that paper scans one distance at a time, with nothing else free and no
    interval.
    """
    checked_kinds(target, geometry)
    ranges = checked_ranges(shift, fwhm)
    within("[0, 1e9]", whole=True, seed=seed)
    within("[0, 3]", whole=True, background=background)
    within("(0, 1)", level=level)
    n, n_moves = n_design or 8 * 2 ** len(geometry.moves), len(geometry.moves)
    values = design(geometry.bounds, n, seed)
    say(f"{n} structures to begin with")
    energy_rel, spectra = forward([geometry.at(one) for one in values])
    misfit = Misfit(target, energy_rel, shift, background)

    def posterior() -> Posterior:
        surrogate = Surrogate.fitted(geometry.bounds, values, spectra)
        return Posterior(misfit, surrogate, ranges, energy_rel, seed)

    for i in range(N_ROUNDS):
        now = posterior()
        some = now.sampled(seed + i)[:N_CHECKED]
        say(f"{len(some)} of its samples, to see how far the surrogate holds")
        computed = forward([geometry.at(one[:n_moves]) for one in some])[1]
        agreement = now.agreement(some, energy_rel, computed)
        values = np.vstack([values, some[:, :n_moves]])
        spectra = np.vstack([spectra, computed])
    now = posterior()
    fitted = misfit.fitted(now.curve(now.best))
    found = Refinement(
        geometry,
        target,
        dict(zip([*geometry.names, SHIFT, FWHM], now.best.tolist(), strict=True)),
        now.sampled(seed + N_ROUNDS),
        fitted,
        misfit.energy + (target.e0 or 0.0),
        float(((misfit.mu - fitted) ** 2).sum() / (misfit.mu @ misfit.mu)),
        now.correlated_over,
        now.surrogate,
        agreement,
        len(values),
        level,
    )
    return replace(found, notes=_notes(found, now.bounds))


def checked_ranges(shift: tuple[float, float], fwhm: tuple[float, float]) -> Array:
    """Ends of shift and width, (2, 2)."""
    for name, value in {SHIFT: shift, FWHM: fwhm}.items():
        ends = floats(name, value)
        if ends.shape != (2,) or not (np.isfinite(ends).all() and ends[0] < ends[1]):
            raise InputError(f"{name} is {value}: give two numbers, low and high")
    within("[0, inf)", fwhm=fwhm[0])
    return np.array([shift, fwhm], dtype=float)


def checked_kinds(target: object, geometry: object) -> None:
    """Refuse what is no spectrum, or no structure that may change."""
    for name, value, kind in (
        ("target", target, Spectrum),
        ("geometry", geometry, Geometry),
    ):
        if not isinstance(value, kind):
            raise InputError(f"{name} is {value!r}: give a {kind.__name__}")


def flat_names(geometry: Geometry, samples: Array, level: float) -> list[str]:
    """Return the numbers that a spectrum cannot tell: intervals fill their ranges."""
    outside = (1 - level) / 2
    low, high = np.quantile(samples, [outside, 1 - outside], axis=0)
    n = len(geometry.names)
    share = (high - low)[:n] / np.ptp(geometry.bounds, axis=1)
    return [name for name, one in zip(geometry.names, share / level) if one > FLAT]


def _notes(found: Refinement, bounds: Array) -> list[str]:
    """What a reader must know of a refinement."""
    notes = [
        f"{name}: the spectrum cannot tell it within "
        f"{move.low:g} to {move.high:g} {move.unit}"
        for move in found.geometry.moves
        for name in flat_names(found.geometry, found.samples, found.level)
        if name == move.name
    ]
    for (name, best), (low, high) in zip(found.best.items(), bounds, strict=True):
        if min(best - low, high - best) < 0.01 * (high - low) and (name, low) != (
            FWHM,
            best,
        ):
            notes.append(f"{name}: the best fit lies at the end of its range, widen it")
    if found.agreement < POOR:
        notes.append(
            f"the surrogate agrees with what was computed by {found.agreement:.2f} "
            "only: give a larger n_design or a narrower range"
        )
    if found.correlated_over > 2:
        notes.append(
            f"misfit hangs together over {found.correlated_over:.0f} points, which "
            "count as one: the theory, and not noise, limits the fit"
        )
    return notes


@dataclass(frozen=True, eq=False, repr=False)
class Scan(Face):
    """How a spectrum is missed along one number, shift, width and scale refitted.

    Attributes
    ----------
    name, unit : str
    values, r_factors : array (n,)
        Numbers, and Σ(target − fitted)² / Σ target² there.
    best : float
        Where a parabola through the lowest three has its lowest point.
    """

    name: str
    unit: str
    values: Array
    r_factors: Array
    best: float


@hinted
def scan(
    target: Spectrum,
    geometry: Geometry,
    forward: Forward,
    name: str,
    *,
    n: int = 21,
    shift: tuple[float, float] = (-3.0, 3.0),
    fwhm: tuple[float, float] = (0.0, 4.0),
    background: int = 1,
) -> Scan:
    """Return the misfit along one of the moves, the others left at 0.

    Parameters
    ----------
    target, geometry, forward, shift, fwhm, background
        As in `refine`.
    name : str
        Of the move.
    n : int
        Points from its low to its high end.

    Raises
    ------
    InputError
        For a name that is none of the moves'.
    """
    checked_kinds(target, geometry)
    within("[3, 1000]", whole=True, n=n)
    one_of("name", name, geometry.names)
    place = geometry.names.index(name)
    low, high = geometry.bounds[place]
    values = np.linspace(low, high, n)
    numbers = np.zeros((n, len(geometry.moves)))
    numbers[:, place] = values
    energy_rel, spectra = forward([geometry.at(one) for one in numbers])
    misfit = Misfit(target, energy_rel, shift, background)
    lines = Lines(energy_rel, spectra, fwhm)
    ends = checked_ranges(shift, fwhm)
    found = np.array([_lowest(misfit, lines, row, ends) for row in np.eye(n)])
    r = found / (misfit.mu @ misfit.mu)
    k = int(np.clip(r.argmin(), 1, n - 2))
    low, middle, high = r[k - 1 : k + 2]
    bent = low - 2 * middle + high
    step = 0.5 * (low - high) / bent * (values[1] - values[0]) if bent > 0 else 0.0
    best = float(np.clip(values[k] + step, values[0], values[-1]))
    return Scan(name, geometry.moves[place].unit, values, r, best)


def _lowest(misfit: Misfit, lines: Lines, weights: Array, ends: Array) -> float:
    """The least that is left of a spectrum, shift and width free."""
    found = [
        minimize(
            lambda one: misfit(lines(weights, one[0], one[1], misfit.energy)),
            [start, ends[1].mean()],
            method="Nelder-Mead",
            bounds=[tuple(one) for one in ends],
        ).fun
        for start in (ends[0].mean(), *ends[0] / 2)
    ]
    return float(min(found))
