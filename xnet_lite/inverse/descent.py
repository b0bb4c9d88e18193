"""Downhill through a network: from misfit to atoms, without a spectrum too many.

A surrogate is put through spectra that fill a box, and boxes of many numbers take too
many. A network tells how its own spectrum changes as each atom moves, all at once, so
that a step costs one spectrum and one walk back, however many numbers there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.optimize import minimize
from scipy.stats import norm

from xnet_lite import sketch
from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, hinted, within
from xnet_lite.faces import Face
from xnet_lite.inverse.fitting import Lines, Misfit, correlation
from xnet_lite.inverse.moves import Geometry
from xnet_lite.inverse.refinement import FWHM, SHIFT, checked_kinds, checked_ranges
from xnet_lite.inverse.surrogate import design
from xnet_lite.predictor import Predictor
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site
from xnet_lite.tables import Table
from xnet_lite.trust.attribution import linear_parts, moved_features, position_slopes

#: eV: over which the change with shift and width is taken
NUDGE = 0.01
#: steps of one way down
MOST_STEPS = 100


@dataclass(frozen=True, eq=False, repr=False)
class Descent(Face):
    """Where ways down through a network end.

    Attributes
    ----------
    geometry : Geometry
    target : Spectrum
    best : mapping of str to float
        Numbers of the lowest end: those of the geometry, "shift" and "fwhm" (eV).
    errors : mapping of str to float
        Standard errors, as if the misfit were straight there; infinite for what
        changes nothing.
    ends : array (n_starts, n_numbers)
        Where each way ended, in the order of `best`.
    r_factors : array (n_starts,)
        Σ(target − fitted)² / Σ target² there: where the ends differ and these do not,
        the spectrum cannot tell them apart.
    path : array (n_steps,)
        The same along the best way, from its start.
    energy, fitted : array (n_points,)
        The best fit at energies of the target, eV.
    n_computed : int
        Spectra that the network was asked for.
    """

    geometry: Geometry
    target: Spectrum
    best: Mapping[str, float]
    errors: Mapping[str, float]
    ends: Array
    r_factors: Array
    path: Array
    energy: Array
    fitted: Array
    n_computed: int

    def interval(self, name: str, level: float = 0.9) -> tuple[float, float]:
        """Return the central interval of a number, cut at the ends of its range."""
        low, high = self.geometry.bounds[self.geometry.names.index(name)]
        reach = norm.ppf(0.5 + level / 2) * self.errors[name]
        middle = self.best[name]
        return max(low, middle - reach), min(high, middle + reach)

    def site(self) -> Site:
        """Return the structure of the best fit."""
        return self.geometry.at([self.best[name] for name in self.geometry.names])

    def table(self) -> Table:
        """Return a row a number: best fit, interval."""
        rows = []
        for move in self.geometry.moves:
            low, high = self.interval(move.name)
            row = {"number": f"{move.name} / {move.unit}"}
            row |= {"best fit": f"{self.best[move.name]:.4f}"}
            rows.append(row | {"90 % from": f"{low:.4f}", "to": f"{high:.4f}"})
        return Table(rows, self.geometry.site.label)

    def _facts(self) -> dict[str, object]:
        found = {name: f"{self.best[name]:.3f}" for name in self.geometry.names}
        return {**found, "R": f"{self.r_factors.min():.2g}", "asked": self.n_computed}

    def _sketch(self) -> str:
        return sketch.lines(
            self.energy,
            {
                "target": np.interp(self.energy, self.target.energy, self.target.mu),
                "fit": self.fitted,
            },
            x_label="energy / eV",
        )


def pulled(
    predictor: Predictor, site: Site, slope: Callable[[Array], Array]
) -> tuple[Array, Array]:
    """Return a predicted spectrum, and how a number changes as each atom moves.

    Parameters
    ----------
    predictor : Predictor
        A network, with a descriptor that has a `gradient`: `NeighborGraph`, `WACSF`.
    site : Site
    slope : callable
        From the spectrum (n_energies,) to how the number changes with it.

    Returns
    -------
    spectrum : array (n_energies,)
    pull : array (n_atoms, 3)
        Its unit per Å.

    Raises
    ------
    InputError
        As `trust.attribution.position_slopes`.
    """
    network, known = linear_parts(predictor)
    moved = moved_features(predictor, site)  # (n_features, n_atoms, 3)
    x = torch.as_tensor(predictor.scale([site]), dtype=torch.float32)
    x.requires_grad_(True)
    members = network.model_.members()
    targets = torch.stack([model(x)[0] for model in members]).mean(0)
    told = targets.detach().double().numpy() * network.target_scale_
    told = told + network.target_mean_
    spectrum = predictor.targets_.inverse_transform(told.reshape(1, -1))[0]
    weights = (known.matrix.numpy() @ slope(spectrum)) * network.target_scale_
    targets.backward(torch.as_tensor(np.ravel(weights), dtype=targets.dtype))
    assert x.grad is not None
    back = x.grad[0].double().numpy()
    return spectrum, np.einsum("f,fax->ax", back, moved)


class _Slope:
    """Logarithm of the misfit of numbers scaled to −1 … 1, and its slope."""

    def __init__(
        self, geometry: Geometry, predictor: Predictor, misfit: Misfit, ranges: Array
    ) -> None:
        self.geometry, self.predictor, self.misfit = geometry, predictor, misfit
        n = len(predictor.energy_)
        self.lines = Lines(predictor.energy_, np.eye(n), ranges[1])
        self.bounds = np.vstack([geometry.bounds, ranges])
        self.n_computed = 0

    def numbers(self, scaled: Array) -> Array:
        """In their units."""
        low, high = self.bounds.T
        return np.asarray(low + (scaled + 1) / 2 * (high - low))

    def curve(self, spectrum: Array, shift: float, width: float) -> Array:
        """A spectrum at the energies of the target."""
        return self.lines(spectrum, shift, width, self.misfit.energy)

    def nudged(self, spectrum: Array, shift: float, width: float) -> Array:
        """How the curve changes with shift and with width, (2, n_points) per eV."""
        found = []
        for i, value in enumerate((shift, width)):
            ends = np.clip([value - NUDGE, value + NUDGE], *self.bounds[i - 2])
            pairs = [(one, width) if i == 0 else (shift, one) for one in ends]
            low, high = (self.curve(spectrum, *pair) for pair in pairs)
            found.append((high - low) / (ends[1] - ends[0]))
        return np.array(found)

    def __call__(self, scaled: Array) -> tuple[float, Array]:
        """The logarithm and its slope."""
        self.n_computed += 1
        numbers = self.numbers(scaled)
        shift, width = numbers[-2:]
        misfit, at = self.misfit, self.misfit.energy

        def of_spectrum(spectrum: Array) -> Array:
            along = misfit.slope(self.curve(spectrum, shift, width))
            return self.lines.back(along, shift, width, at)

        site = self.geometry.at(numbers[:-2])
        spectrum, pull = pulled(self.predictor, site, of_spectrum)
        curve = self.curve(spectrum, shift, width)
        ways = self.geometry.slopes(numbers[:-2])  # (n_moves, n_atoms, 3)
        rest = self.nudged(spectrum, shift, width) @ misfit.slope(curve)
        slope = np.concatenate([np.einsum("max,ax->m", ways, pull), rest])
        left = max(misfit(curve), 1e-30)
        half = np.ptp(self.bounds, axis=1) / 2
        return float(np.log(left)), slope * half / left


@hinted
def descend(
    target: Spectrum,
    geometry: Geometry,
    predictor: Predictor,
    *,
    starts: int = 4,
    shift: tuple[float, float] = (-3.0, 3.0),
    fwhm: tuple[float, float] = (0.0, 4.0),
    background: int = 1,
    seed: int = 0,
) -> Descent:
    """Fit a structure to a spectrum by going downhill through a network.

    The misfit of `refine`, scale and background fitted, is lowered by L-BFGS over the
    numbers of the geometry, the shift and the width. Its slope with the atoms comes
    from the network by one walk back: spectrum, targets, descriptor, positions. Ways
    begin at the structure as it is and at points that fill the box.

    Parameters
    ----------
    target, geometry, shift, fwhm, background, seed
        As in `refine`. Many numbers cost little more than few: see `wander`.
    predictor : Predictor
        A network whose targets are a linear representation of spectra, with a
        descriptor that has a `gradient`: `NeighborGraph` or `WACSF`.
    starts : int
        Ways down.

    Returns
    -------
    Descent

    Raises
    ------
    InputError
        As `refine`, and for a predictor without slopes.

    Source: D. C. Liu and J. Nocedal, Math. Program. 45 (1989) 503,
    doi:10.1007/BF01589116.
    Differs: a network's gradient on positions as in force fields, of a misfit instead
    of an energy.
    """
    checked_kinds(target, geometry)
    if not isinstance(predictor, Predictor):
        raise InputError(f"predictor is {predictor!r}: give a Predictor of a network")
    within("[1, 256]", whole=True, starts=starts)
    within("[0, 1e9]", whole=True, seed=seed)
    within("[0, 3]", whole=True, background=background)
    ranges = checked_ranges(shift, fwhm)
    misfit = Misfit(target, predictor.energy_, shift, background)
    slope = _Slope(geometry, predictor, misfit, ranges)
    low, high = slope.bounds.T
    as_it_is = np.append(np.zeros(len(geometry.moves)), ranges.mean(axis=1))
    points = np.vstack([as_it_is, design(slope.bounds, starts, seed)])[:starts]
    found = [_way(slope, 2 * (one - low) / (high - low) - 1) for one in points]
    whole = misfit.mu @ misfit.mu
    lows = np.exp([path[-1] for _, path in found]) / whole
    ends = np.array([slope.numbers(end) for end, _ in found])
    best, path = ends[lows.argmin()], found[int(lows.argmin())][1]
    names = [*geometry.names, SHIFT, FWHM]
    spectrum = predictor.predict([geometry.at(best[:-2])])[0]
    fitted = misfit.fitted(slope.curve(spectrum, *best[-2:]))
    errors = _errors(slope, best, spectrum, fitted)
    return Descent(
        geometry,
        target,
        dict(zip(names, best.tolist(), strict=True)),
        dict(zip(names, errors.tolist(), strict=True)),
        ends,
        lows,
        np.exp(path) / whole,
        misfit.energy + (target.e0 or 0.0),
        fitted,
        slope.n_computed,
    )


def _way(slope: _Slope, start: Array) -> tuple[Array, list[float]]:
    """Where a way down ends, and the logarithm of the misfit along it."""
    path = [slope(start)[0]]
    known: dict[str, Any] = {"jac": True, "method": "L-BFGS-B"}
    found = minimize(
        slope,
        start,
        bounds=[(-1.0, 1.0)] * len(start),
        callback=lambda intermediate_result: path.append(intermediate_result.fun),
        options={"maxiter": MOST_STEPS, "ftol": 1e-7, "gtol": 1e-5},
        **known,
    )
    return found.x, [*path, float(found.fun)]


def _errors(slope: _Slope, best: Array, spectrum: Array, fitted: Array) -> Array:
    """Standard errors by Gauss and Newton; misfit that hangs together counts as one."""
    misfit, (shift, width) = slope.misfit, best[-2:]
    site = slope.geometry.at(best[:-2])
    of_atoms = position_slopes(slope.predictor, site)  # (n_energies, n_atoms, 3)
    ways = slope.geometry.slopes(best[:-2])
    rows = np.einsum("eax,max->me", of_atoms, ways)
    curves = [slope.curve(row, shift, width) for row in rows]
    curve = slope.curve(spectrum, shift, width)
    changes = np.vstack([*curves, slope.nudged(spectrum, shift, width)])
    # scale and background are free: what they can make up for tells nothing
    factors = np.column_stack([curve, misfit.basis])
    basis = np.linalg.qr(factors)[0]
    scale = misfit.scale(curve)
    told = scale * (changes - (changes @ basis) @ basis.T).T
    left = misfit.mu - fitted
    hangs = correlation(left)
    n_free = max(len(left) / hangs - factors.shape[1] - len(best), 1.0)
    variance = (left @ left) / hangs / n_free
    size = np.ptp(slope.bounds, axis=1)
    # within their boxes: what changes nothing has an error as large as it likes
    bent = (told * size).T @ (told * size)
    values, vectors = np.linalg.eigh(bent)
    values = np.maximum(values, 1e-12 * max(values[-1], 1e-30))
    spread = (vectors**2 / values).sum(axis=1)
    return np.asarray(size * np.sqrt(spread * variance * hangs))
