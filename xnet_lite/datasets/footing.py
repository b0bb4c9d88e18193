"""Spectra of many origins on one footing: one zero, one scale, one grid."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.spectra import (
    NORMALISED_ABOVE,
    Spectrum,
    find_e0,
    unit_mean,
    without_pre_edge,
)

#: where edges are, unless a number is given
TABULATED, FOUND = "tabulated", "found"
#: eV from the edge: first and last energy, and the step, where spectra cover them
GRID = (-15.0, 60.0, 1 / 3)
#: eV from the edge: what each must cover where no grid is given
LEAST = (-5.0, 30.0)
#: eV: how far edges may lie from the tabulated one, the middle of them and each
NEAR, FAR = 20.0, 50.0
#: points of a spectrum on the common grid, at least
FEWEST = 10
#: the same words as on the embedded sets, with which they can be compared
UNITS = f"absorption divided by its mean above {NORMALISED_ABOVE:g} eV"


@dataclass(frozen=True)
class Candidate:
    """A spectrum, what it is of, and the edge energy that somebody gave, eV."""

    name: str
    spectrum: Spectrum
    element: str
    given: float | None = None
    e0: float = 0.0

    @property
    def is_relative(self) -> bool:
        """Whether its energies are counted from the edge already."""
        energy = self.spectrum.energy
        return bool(energy[0] <= 0 <= energy[-1])

    @property
    def energy(self) -> Array:
        """Energy from the edge, eV."""
        return self.spectrum.energy - self.e0

    @property
    def zero(self) -> float:
        """Absolute energy of the edge, eV; the tabulated one where nothing tells it."""
        edge = self.spectrum.edge
        return tabulated(self.element, edge) if self.is_relative else self.e0


@dataclass(frozen=True)
class Footing:
    """Scans that fit each other, as rows on one grid.

    Attributes
    ----------
    scans : list of Candidate
        Those that are left, with their e0.
    energy : ndarray, shape (n_energies,)
        eV from the edge.
    spectra : ndarray, shape (n_scans, n_energies)
        Divided by their mean above 15 eV.
    notes : list of str
        What was assumed, in sentences.
    skipped : dict of str to str
        Name of a scan, and why it is left out.
    """

    scans: list[Candidate]
    energy: Array
    spectra: Array
    notes: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)


def on_one_footing(
    scans: Sequence[Candidate],
    *,
    e0: Any = TABULATED,
    grid: Sequence[float] | None = None,
) -> Footing:
    """Put spectra on one zero, one scale and one grid.

    Parameters
    ----------
    scans : sequence of Candidate
        Names are all different.
    e0 : "tabulated", "found" or float
        What energies are counted from: one number for each element (the tabulated edge
        if the middle of the steepest rises is within 20 eV of it, else that middle),
        which keeps shifts between compounds; each spectrum's own steepest rise; or this
        number, eV. A scan's own `given` comes before it.
    grid : (first, last, step), optional
        eV from the edge. Without it -15 to 60 eV in steps of 1/3 eV, or what all
        spectra cover that cover -5 to 30 eV.

    Returns
    -------
    Footing
        Maybe empty.

    Raises
    ------
    InputError
        For an e0 or a grid that cannot be.

    Example
    -------
    >>> energy = np.arange(7000.0, 7200.0)
    >>> scans = [Candidate("a", Spectrum(energy, np.arctan(energy - 7112) + 2), "Fe")]
    >>> on_one_footing(scans).spectra.shape
    (1, 226)
    """
    wanted = e0 if e0 in (TABULATED, FOUND) else _number(e0)
    skipped: dict[str, str] = {}
    placed, notes = _placed(scans, wanted, skipped)
    covering, energy, said = _gridded(placed, grid, skipped)
    kept, rows, n_lines = [], [], 0
    for scan in covering:
        plain = without_pre_edge(scan.spectrum, scan.e0)
        mu = np.interp(energy, scan.energy, plain.mu)
        mean = mu[energy > NORMALISED_ABOVE].mean()
        if mean > 0:
            kept.append(scan)
            rows.append(unit_mean(energy, mu))
            n_lines += plain is not scan.spectrum
        else:
            skipped[scan.name] = (
                f"its mean above {NORMALISED_ABOVE:g} eV is {mean:.3g}, not positive"
            )
    if kept:
        line = (
            f"from {n_lines} of {len(kept)} spectra, which begin far before the edge,"
        )
        none = "no spectrum begins far before the edge: no pre-edge line is taken off"
        notes += [*said, f"{line} the pre-edge line is taken" if n_lines else none]
        notes.append(f"spectra are {UNITS}")
    return Footing(kept, energy, np.array(rows), notes, skipped)


def tabulated(element: str, edge: str) -> float:
    """Return the energy of an element's edge, eV.

    Source: W. T. Elam, B. D. Ravel and J. R. Sieber, Radiat. Phys. Chem. 63 (2002) 121.

    Example
    -------
    >>> tabulated("Fe", "K")
    7112.0
    """
    import xraydb  # takes long to load

    return float(xraydb.xray_edge(element, edge).energy)


def _number(value: Any) -> float:
    """An edge energy that is a number."""
    try:
        if abs(float(value)) < np.inf:
            return float(value)
    except (TypeError, ValueError):
        pass
    raise InputError(f"e0 is {value!r}: give {TABULATED}, {FOUND}, or a number in eV")


def _placed(
    scans: Sequence[Candidate], wanted: Any, skipped: dict[str, str]
) -> tuple[list[Candidate], list[str]]:
    """The scans with their edges, by element, and where these are from."""
    placed, notes = list[Candidate](), []
    rises: dict[str, dict[str, float]] = {}
    for scan in scans:
        if not scan.is_relative:
            spectrum = scan.spectrum
            try:
                rise = find_e0(spectrum.energy, spectrum.mu)
            except InputError as error:
                skipped[scan.name] = str(error)
            else:
                rises.setdefault(scan.element, {})[scan.name] = rise
    for element, found in rises.items():
        some = [scan for scan in scans if scan.name in found]
        e0, note = _edge(element, some[0].spectrum.edge, [*found.values()], wanted)
        notes.append(note)
        for scan in some:
            rise = found[scan.name]
            zero = rise if wanted == FOUND else e0
            zero = zero if scan.given is None else scan.given
            if abs(rise - zero) <= FAR:
                placed.append(replace(scan, e0=zero))
            else:
                skipped[scan.name] = (
                    f"its edge is found at {rise:.1f} eV, {rise - zero:+.0f} eV from "
                    f"{zero:.1f} eV: is it another element, or not in eV?"
                )
    relative = [replace(s, e0=s.given or 0.0) for s in scans if s.is_relative]
    n_given = sum(scan.given is not None for scan in (*placed, *relative))
    for n, what in (
        (len(relative), "count their energies from the edge as they come"),
        (n_given, "have an e0 of their own in the table"),
    ):
        notes += [f"{n} of {len(scans)} spectra {what}"] if n else []
    order = {scan.name: i for i, scan in enumerate(scans)}
    return sorted([*placed, *relative], key=lambda scan: order[scan.name]), notes


def _edge(
    element: str, edge: str, rises: list[float], wanted: Any
) -> tuple[float, str]:
    """The energy that an element's spectra are counted from, and a sentence on it."""
    known, middle = tabulated(element, edge), float(np.median(rises))
    span = f"steepest rises at {min(rises):.1f} to {max(rises):.1f} eV"
    if wanted == FOUND:
        return middle, (
            f"{element}: energies are counted from each spectrum's own steepest rise, "
            f"which takes shifts between compounds out; {span}"
        )
    if isinstance(wanted, float):
        e0, word = wanted, "as given"
    elif abs(middle - known) <= NEAR:
        e0, word = known, f"the tabulated {edge} edge"
    else:
        e0 = round(middle, 1)
        word = f"the middle of them, for the tabulated {edge} edge is at {known:g} eV"
    return e0, (
        f"{element}: energies are counted from {e0:g} eV ({word}), which keeps shifts "
        f"between compounds; {span}"
    )


def _gridded(
    scans: Sequence[Candidate], grid: Sequence[float] | None, skipped: dict[str, str]
) -> tuple[list[Candidate], Array, list[str]]:
    """The scans that cover the grid, the grid, and a sentence on it."""
    first, last, step = GRID if grid is None else _checked(grid)
    low, high = LEAST if grid is None else (first, last)
    covering = []
    for scan in scans:
        energy = scan.energy
        n_points = int(((energy >= first) & (energy <= last)).sum())
        if energy[0] > low or energy[-1] < high or n_points < FEWEST:
            skipped[scan.name] = (
                f"has {n_points} points from {energy[0]:.1f} to {energy[-1]:.1f} eV "
                f"from the edge, needed are {FEWEST}, from {low:g} to {high:g} eV"
            )
        else:
            covering.append(scan)
    if not covering:
        return [], np.zeros(0), []
    begins = max(covering, key=lambda scan: scan.energy[0])
    ends = min(covering, key=lambda scan: scan.energy[-1])
    # a hair of slack: what adding and subtracting e0 leaves
    n_late = max(0, int(np.ceil((begins.energy[0] - first) / step - 1e-6)))
    n_last = int(np.floor((min(ends.energy[-1], last) - first) / step + 1e-6))
    start, end = first + n_late * step, first + n_last * step
    n_energies = n_last - n_late + 1
    said = f"the grid has {n_energies} energies from {start:.4g} to {end:.4g} eV"
    limits = [f"{begins.name} begins there"] if n_late else []
    limits += [f"{ends.name} ends there"] if ends.energy[-1] < last - step else []
    said += f": {', '.join(limits)}" if limits else ", which all cover"
    common = np.asarray(np.linspace(start, end, n_energies), dtype=float)
    return covering, common, [said]


def _checked(grid: Sequence[float]) -> tuple[float, float, float]:
    """A grid that spectra can be put on."""
    try:
        first, last, step = map(float, grid)
        if step > 0 and NORMALISED_ABOVE < last < np.inf and last - first > 9 * step:
            return first, last, step
    except (TypeError, ValueError):
        pass
    raise InputError(
        f"grid is {grid!r}: give [first, last, step] in eV from the edge, with last "
        f"above {NORMALISED_ABOVE:g}, for instance [-15, 60, 0.5]"
    )
