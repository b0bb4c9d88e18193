"""From columns to a spectrum: in which unit, in which order, from which counts."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.spectra.choice import Choice, Columns, choose
from xnet_lite.spectra.roles import UNITS, role_of, unit_of
from xnet_lite.spectra.scan import Scan
from xnet_lite.spectra.spectrum import Spectrum

#: keV; no edge lies higher
MOST_KEV = 150.0
#: points from which on one at an end that is far from all others is none
MANY = 10


def spectrum_of(
    scan: Scan,
    columns: Columns | None = None,
    unit: str | None = None,
    signal: str | None = None,
) -> Spectrum:
    """Return the spectrum of a scan, its assumptions in `meta["notes"]`.

    Parameters
    ----------
    scan, columns, signal
        As in `choose`.
    unit : str, optional
        "eV" or "keV"; what the file says without it.

    Returns
    -------
    Spectrum
        Energies increase: falling ones are turned round, those out of order sorted,
        points of one energy averaged. Absorber and edge are as the file has them.

    Raises
    ------
    InputError
        As `choose`; for an unknown unit, a number that is none, a count that is not
        positive.

    Example
    -------
    >>> scan = Scan(["E/keV", "mu"], np.array([[7.113, 0.5], [7.112, 0.4]]))
    >>> spectrum_of(scan).energy.tolist()
    [7112.0, 7113.0]
    """
    choice = choose(scan, columns, signal)
    used = scan.values[:, [choice.energy, *choice.parts]]
    kept, notes = _filled(scan, used)
    used = used[kept]
    lines = np.asarray(scan.lines)[kept].tolist() if len(scan.lines) else []
    scale, said = _scale(scan, choice.energy, used[:, 0], unit)
    mu = used[:, 1] if len(choice.parts) == 1 else _ratio(choice, used, lines)
    _check_ends(used[:, 0], lines)
    energy, mu, sorted_notes = in_order(used[:, 0] * scale, mu)
    meta = dict(scan.meta)
    if choice.mode:
        meta["mode"] = choice.mode
    if notes := [*scan.notes, *choice.notes, *said, *notes, *sorted_notes]:
        meta["notes"] = [*meta.get("notes", ()), *notes]
    return Spectrum(energy, mu, scan.e0, scan.absorber, scan.edge, meta)


def in_order(energy: Array, mu: Array) -> tuple[Array, Array, list[str]]:
    """Return points with increasing energies, and what was done for it.

    Parameters
    ----------
    energy, mu : array (n_points,)
        eV in any order; absorption.

    Returns
    -------
    energy, mu : ndarray (n_energies,)
        Sorted, points of one energy averaged.
    notes : list of str

    Example
    -------
    >>> in_order(np.array([2.0, 1.0, 1.0]), np.array([5.0, 1.0, 3.0]))[:2]
    (array([1., 2.]), array([2., 5.]))
    """
    notes = []
    if energy[-1] < energy[0]:
        energy, mu = energy[::-1], mu[::-1]
        notes.append("the scan ran downwards and was turned round")
    if n := int((np.diff(energy) < 0).sum()):
        order = np.argsort(energy, kind="stable")
        energy, mu = energy[order], mu[order]
        often = "once" if n == 1 else f"{n} times"
        notes.append(f"the energy steps back {often}, the points were sorted")
    if n := int((np.diff(energy) == 0).sum()):
        energy, which, of = np.unique(energy, return_inverse=True, return_counts=True)
        mu = np.bincount(which, weights=mu) / of
        points = "one point has" if n == 1 else f"{n} points have"
        notes.append(f"{points} the energy of another, these were averaged")
    return energy, mu, notes


def sweeps(scan: Scan) -> list[Scan]:
    """Return the parts of a scan that runs through its energies again and again.

    Parameters
    ----------
    scan : Scan
        Several sweeps one below the other begin anew at low energy.

    Returns
    -------
    list of Scan
        The scan itself where it runs once.

    Example
    -------
    >>> twice = np.array([[1.0, 0.0], [2.0, 0.1], [1.0, 0.0], [2.0, 0.2]])
    >>> [part.values[-1, 1] for part in sweeps(Scan(["energy", "mu"], twice))]
    [np.float64(0.1), np.float64(0.2)]
    """
    names = [role_of(name) for name in scan.names] or ["energy"]
    energy = scan.values[:, names.index("energy") if "energy" in names else 0]
    steps = np.diff(energy)
    back = np.sign(np.nansum(np.sign(steps))) * steps < -np.ptp(energy) / 2
    if not back.any():
        return [scan]
    cuts = [0, *(np.flatnonzero(back) + 1).tolist(), len(energy)]
    return [
        replace(
            scan,
            values=scan.values[start:end],
            lines=scan.lines[start:end],
            label=f"{scan.label} sweep {i}".strip(),
        )
        for i, (start, end) in enumerate(pairwise(cuts))
    ]


def _check_ends(energy: Array, lines: Sequence[int]) -> None:
    """Refuse a first or last point farther away than the scan is long: a header."""
    if len(energy) < MANY:
        return
    for end, beside, rest in ((0, 1, energy[1:]), (-1, -2, energy[:-1])):
        if abs(energy[end] - energy[beside]) > np.ptp(rest):
            where = f"line {lines[end]}" if len(lines) else "one end"
            said = f"{where} has the energy {energy[end]:g}, far from all others"
            raise InputError(f"{said}, put # before it if it is no point of the scan")


def _filled(scan: Scan, used: Array) -> tuple[list[int], list[str]]:
    """Rows whose columns hold numbers; a row may be empty, but not in part."""
    finite = np.isfinite(used)
    empty = np.isnan(used).all(axis=1)
    bad = ~finite.all(axis=1) & ~empty
    if bad.any() or empty.all():
        row = int(np.argmax(bad))
        where = f"line {scan.lines[row]}" if len(scan.lines) else f"row {row + 1}"
        raise InputError(f"{where} has a number that is not finite, mend or remove it")
    n = int(empty.sum())
    said = [f"rows without numbers were left out, {n} of {len(used)}"] if n else []
    return np.flatnonzero(~empty).tolist(), said


def _scale(
    scan: Scan, column: int, energy: Array, unit: str | None
) -> tuple[float, list[str]]:
    """What makes the energies eV."""
    if unit is not None:
        unit = str(unit)
        if unit.lower() not in UNITS:
            raise InputError(f"unit {unit!r} is unknown, give 'eV' or 'keV'")
        return UNITS[unit.lower()], []
    name = scan.names[column] if scan.names else ""
    said = unit_of(name) or scan.unit.lower()
    if said and said not in UNITS:
        what = f"the unit of the energy is {said!r}, not eV or keV"
        raise InputError(f"{what}: give unit='eV' or 'keV'")
    if said == "kev" and np.nanmax(np.abs(energy)) > MOST_KEV:
        return 1.0, [f"keV is said, but {energy[0]:g} is too much for it: eV is taken"]
    if not said and not scan.computed and not scan.written_here:
        return 1.0, ["no unit of the energy is said: eV is taken"]
    return UNITS.get(said, 1.0), []


def _ratio(choice: Choice, used: Array, lines: Sequence[int]) -> Array:
    """Absorption from counts."""
    counts, before = used[:, 1], used[:, 2]
    emitted = choice.signal in ("fluorescence", "yield")
    bad = (before <= 0) | (np.zeros(len(counts), bool) if emitted else counts <= 0)
    if bad.any():
        row = int(np.argmax(bad))
        where = f" (line {lines[row]})" if len(lines) else ""
        said = f"row {row + 1} of the data has a count that is not positive{where}"
        raise InputError(f"{said}, remove the row")
    return counts / before if emitted else np.log(before / counts)
