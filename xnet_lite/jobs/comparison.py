"""A computed spectrum as an experiment would show it, and a measured one beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from typing import Any

import numpy as np

from xnet_lite import sketch
from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.spectra import (
    NORMALISED_ABOVE,
    Spectrum,
    align,
    broadener,
    convolve_gaussian,
    find_e0,
    unit_mean,
    without_pre_edge,
)
from xnet_lite.spectra.csv import format_csv

#: how the curves are called
LIKE, SCAN = "experiment-like", "scan"
LIKE_STD = "experiment-like-std"
#: eV: wider than any instrument
WIDEST = 50.0
#: energies that two spectra must share, and those of them above 15 eV
FEWEST, FEWEST_ABOVE = 10, 5
WIDE = (
    f"{LIKE}: its band is the band of the raw curve, broadened alike: errors at "
    "energies that the broadening joins are taken to be of one sign, so it is no less "
    "wide than it should be"
)
ZERO = (
    "the zero of energy is e0 = {e0:.1f} eV; computed edges and calibrations of "
    "beamlines are each off by ±0.5 eV and more, so a shift of that size means nothing"
)


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Face):
    """A computed spectrum, as it would be measured, and a scan on the same footing.

    Attributes
    ----------
    raw : Spectrum
        As it was computed or predicted.
    like : Spectrum or None
        The same, broadened.
    like_std : ndarray, shape (n_energies,), or None
        Standard deviation of `like`, at most: as if it were off alike at energies that
        the broadening joins.
    scan : ndarray, shape (n_energies,), or None
        Absorption at the energies of `raw`, on the scale of the computed one; NaN where
        the scan has none.
    errors : mapping of str to float
        Metric A against the scan, percent: "raw" and "experiment-like".
    shift : float
        What was added to the scan's energies, eV.
    notes : list of str
        What was done and assumed, in sentences.
    """

    raw: Spectrum
    like: Spectrum | None = None
    like_std: Array | None = None
    scan: Array | None = None
    errors: Mapping[str, float] = field(default_factory=dict)
    shift: float = 0.0
    notes: list[str] = field(default_factory=list)

    def columns(self) -> dict[str, Array]:
        """Return what stands beside the raw spectrum, by name."""
        like = None if self.like is None else self.like.mu
        curves = {LIKE: like, LIKE_STD: self.like_std, SCAN: self.scan}
        return {name: mu for name, mu in curves.items() if mu is not None}

    def _drawn(self) -> dict[str, Array]:
        """The columns that are spectra."""
        return {name: mu for name, mu in self.columns().items() if name != LIKE_STD}

    def curves(self) -> dict[str, Spectrum]:
        """Return the same as spectra; the scan where it has values."""
        found = {}
        for name, mu in self._drawn().items():
            there = np.isfinite(mu)
            energy = self.raw.energy[there]
            found[name] = replace(self.raw, energy=energy, mu=mu[there])
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON; None where the scan has no value."""
        curves = {
            name.replace("-", "_"): [x if np.isfinite(x) else None for x in mu.tolist()]
            for name, mu in self.columns().items()
        }
        facts = {"errors_percent": dict(self.errors), "scan_shift_ev": self.shift}
        return curves | (facts if self.scan is not None else {}) | {"notes": self.notes}

    def _facts(self) -> dict[str, object]:
        return {name: f"{error:.2f} %" for name, error in self.errors.items()}

    def _notes(self) -> list[str]:
        return self.notes

    def _sketch(self) -> str:
        curves = {"raw": self.raw.mu} | {
            name: np.nan_to_num(mu) for name, mu in self._drawn().items()
        }
        unit = "energy from the edge / eV"
        return sketch.lines(self.raw.energy_rel, curves, x_label=unit, mark=0.0)


def compare(
    raw: Spectrum,
    scan: Spectrum | None = None,
    *,
    std: Array | None = None,
    fwhm: float | None = None,
    arctangent: bool = False,
    aligned: bool = False,
) -> Comparison:
    """Return a computed spectrum broadened, and beside a scan.

    The scan loses its pre-edge line where it begins 45 eV before its edge; both are
    divided by their mean above 15 eV over the energies that they share.

    Parameters
    ----------
    raw : Spectrum
        With the lifetime of the core hole in it, as the engine and the embedded sets
        have it; with e0.
    scan : Spectrum, optional
        On absolute energies, or on energies from the edge (then they include 0).
    std : array (n_energies,), optional
        Standard deviation of the computed one; it is broadened too.
    fwhm : float, optional
        Of a Gaussian, the instrument's, eV.
    arctangent : bool
        Widths that grow with energy, as `spectra.broadener` has them; before the
        Gaussian.
    aligned : bool
        Shift the scan onto the computed spectrum by least squares, ±15 eV.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If a width is out of range, the scan is of another element or has no edge, or
        too few energies are shared.

    Example
    -------
    >>> energy = np.linspace(-15.0, 60.0, 226)
    >>> step = Spectrum(energy + 7112, 0.5 + np.arctan(energy) / np.pi, e0=7112.0)
    >>> compare(step, step, fwhm=1.0).errors["raw"]
    0.0
    """
    broaden, notes = _broadening(raw, fwhm, arctangent)
    like = None if broaden is None else replace(raw, mu=broaden(raw.mu))
    like_std = None if broaden is None or std is None else broaden(std)
    if like_std is not None:
        notes.append(WIDE)
    notes.append(ZERO.format(e0=raw.e0 or 0.0))
    if scan is None:
        return Comparison(raw, like, like_std, notes=notes)
    if scan.absorber not in ("", raw.absorber):
        what = f"the scan is of {scan.absorber}, the spectrum of {raw.absorber}"
        raise InputError(f"{what}: compare the same element")
    target = like or raw
    plain, said = _ready(scan, target, aligned)
    energy, mu, there = _shared(plain, raw)
    curves = {"raw": raw} | ({LIKE: like} if like else {})
    errors = {
        name: float(
            relative_spectral_error(
                unit_mean(energy, one.mu[there]), unit_mean(energy, mu)
            )
        )
        for name, one in curves.items()
    }
    above = energy > NORMALISED_ABOVE
    column = np.full(len(raw), np.nan)
    column[there] = mu * (target.mu[there][above].mean() / mu[above].mean())
    told = ", ".join(f"{name} {error:.1f} %" for name, error in errors.items())
    notes += [
        *said,
        f"both are divided by their mean above {NORMALISED_ABOVE:g} eV; error against "
        f"the scan (metric A, {energy[0]:.0f} to {energy[-1]:.0f} eV): {told}",
        *(f"{SCAN}: {note}" for note in scan.meta.get("notes", ())),
    ]
    shift = float(plain.meta.get("energy_shift", 0.0))
    return Comparison(raw, like, like_std, column, errors, shift, notes)


def csv_of(
    spectrum: Spectrum,
    more: Mapping[str, Any],
    meta: Mapping[str, Any],
    comparison: Comparison | None = None,
) -> str:
    """Return columns energy, mu and others as CSV, as `read_spectrum` reads it.

    Parameters
    ----------
    spectrum : Spectrum
        Energies are written to 1e-6 eV.
    more : mapping of str to array, (n_energies,)
        Other columns. Where the scan of a comparison has no value its cell, the last
        one, is empty.
    meta : mapping
        What is known of it, above the columns.
    comparison : Comparison, optional
        What stands beside it.

    Example
    -------
    >>> csv_of(Spectrum([7112.0, 7113.0], [0.5, 1.0]), {}, {}).splitlines()[-1]
    '7113.0,1.0'
    """
    if comparison is not None:
        more = {**more, **comparison.columns()}
        meta = {**meta, "notes": [*meta.get("notes", ()), *comparison.notes]}
    energy = spectrum.energy.round(6)
    return format_csv(replace(spectrum, energy=energy, meta=meta), more)


def _broadening(
    raw: Spectrum, fwhm: float | None, arctangent: bool
) -> tuple[Callable[[Array], Array] | None, list[str]]:
    """What broadens on these energies, and a sentence on how; None if nothing does."""
    steps: list[Callable[[Array], Array]] = []
    how = []
    if arctangent:
        steps.append(broadener(raw.energy_rel))
        how.append("the arctangent of Rankine et al. 2020 without the lifetime")
    if fwhm is not None:
        within(f"(0, {WIDEST:g}]", fwhm=fwhm)
        steps.append(partial(convolve_gaussian, raw.energy, fwhm=fwhm))
        how.append(f"a Gaussian of {fwhm:g} eV full width")
    if not how:
        return None, []
    said = [f"{LIKE}: broadened by {' and '.join(how)}"]
    return lambda mu: reduce(lambda found, step: step(found), steps, mu), said


def _ready(
    scan: Spectrum, target: Spectrum, aligned: bool
) -> tuple[Spectrum, list[str]]:
    """The scan on absolute energies without its pre-edge line; shifted if asked."""
    said = []
    if scan.energy[0] <= 0 <= scan.energy[-1]:
        scan = replace(scan, energy=scan.energy + (target.e0 or 0.0))
        said.append(f"{SCAN}: its energies are taken as counted from the edge")
    rise, wanted = (find_e0(one.energy, one.mu) for one in (scan, target))
    plain = without_pre_edge(scan, rise)
    if plain is not scan:
        said.append(f"{SCAN}: its pre-edge line is taken off")
    apart = (
        f"{SCAN}: its steepest rise is {rise - wanted:+.1f} eV from the computed one"
    )
    if aligned:
        # from equal steepest rises: tabulated edges lie anywhere on a slope
        plain = align(replace(plain, e0=rise), replace(target, e0=wanted))
        shift = plain.meta["energy_shift"]
        return plain, [*said, f"{apart}, and it is shifted by {shift:+.2f} eV"]
    return plain, [*said, f"{apart}; nothing is shifted (--align does)"]


def _shared(plain: Spectrum, raw: Spectrum) -> tuple[Array, Array, Array]:
    """Energies from the edge that both have, the scan there, and which they are."""
    there = (raw.energy >= plain.energy[0]) & (raw.energy <= plain.energy[-1])
    energy = raw.energy_rel[there]
    n_above = int((energy > NORMALISED_ABOVE).sum())
    if len(energy) < FEWEST or n_above < FEWEST_ABOVE:
        raise InputError(
            f"the scan covers {plain.energy[0]:.1f} to {plain.energy[-1]:.1f} eV and "
            f"shares {len(energy)} energies with the spectrum, {n_above} of them "
            f"{NORMALISED_ABOVE:g} eV above the edge: give one of the same edge, in eV"
        )
    mu = np.interp(raw.energy[there], plain.energy, plain.mu)
    if not mu[energy > NORMALISED_ABOVE].mean() > 0:
        raise InputError("the scan lies below zero behind its edge: give absorption")
    return energy, mu, there
