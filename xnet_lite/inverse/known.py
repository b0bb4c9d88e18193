"""Known spectra beside a measured one: as blurred as it, as near as they can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xraydb
from scipy.spatial.distance import cdist

from xnet_lite.arrays import Array, Ints, Labels
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.inverse.geometry import REACHES
from xnet_lite.spectra import (
    NORMALISED_ABOVE,
    Spectrum,
    broadener,
    convolve_gaussian,
)
from xnet_lite.structures import Site, neighbors

#: eV from the edge: where spectra are compared
WINDOW = (-10.0, 50.0)
#: eV that must be left of it
SHORTEST = (-5.0, 30.0)
#: widths of a Gaussian that are tried, eV
GAUSSIANS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5)
#: eV: how far the scan may lie from the tabulated edge, and a known spectrum from the
#: others, whose edges scatter by 0.8 eV
SHIFT, OWN_SHIFT, STEP = 12.0, 1.0, 0.25
#: eV at the beginning of the window where every spectrum is zero: tails reach there
FOOT = 2.0
#: Å: how far first-shell bonds reach, by atomic number
REACH = {
    **dict.fromkeys((5, 6, 7, 8, 9), REACHES[0]),
    **dict.fromkeys((14, 15, 16, 17), REACHES[1]),
    **dict.fromkeys((33, 34, 35, 52, 53), REACHES[2]),
}
#: where nothing of that is near, as in a metal: times the nearest distance
ALIKE, FARTHEST = 1.2, 4.0
#: how spectra are held against each other; the lower, the more alike
MEASURES = ("relative error", "angle", "correlation", "slopes", "cumulative")


@dataclass(frozen=True)
class Shell:
    """The first shell of a site: mean distance, Å, number of atoms, their elements."""

    distance: float
    number: int
    elements: tuple[str, ...]

    @classmethod
    def of(cls, site: Site) -> Shell:
        """Return that of a structure; hydrogen does not count.

        Example
        -------
        >>> from xnet_lite.structures import read_site
        >>> shell = Shell.of(read_site("my.xyz"))
        >>> round(shell.distance, 2), shell.number, shell.elements
        (1.91, 6, ('N',))
        """
        near = neighbors(site, FARTHEST)
        reach = np.array([REACH.get(int(z), 0.0) for z in near.numbers])
        inside = near.distances < reach
        if not inside.any():
            inside = near.distances < ALIKE * near.distances.min(initial=FARTHEST)
        symbols = {xraydb.atomic_symbol(int(z)) for z in near.numbers[inside]}
        distances = near.distances[inside]
        mean = float(distances.mean()) if len(distances) else float("nan")
        return cls(mean, int(inside.sum()), tuple(sorted(symbols)))


@dataclass(frozen=True, eq=False, repr=False)
class Matched(Face):
    """A scan on the footing of known spectra, and how near each of these is.

    Attributes
    ----------
    energy : ndarray, shape (n_energies,)
        eV from the edge, within the window.
    scan : ndarray, shape (n_known, n_energies)
        The scan, shifted onto each; mean 1 above 15 eV, as the known ones.
    known : ndarray, shape (n_known, n_energies)
        The known spectra, broadened.
    gaussian : float
        Full width by which they were broadened besides their losses, eV.
    shifts : ndarray, shape (n_known,)
        What was added to the scan's energies, counted from the tabulated edge, eV.
    measures : mapping of str to ndarray, shape (n_known,)
        By `MEASURES`.
    """

    energy: Array
    scan: Array
    known: Array
    gaussian: float
    shifts: Array
    measures: Mapping[str, Array]

    @property
    def order(self) -> Ints:
        """Rows of the known spectra, the nearest by relative error first."""
        return np.argsort(self.measures[MEASURES[0]], kind="stable")

    @property
    def ranks(self) -> dict[str, Ints]:
        """Place of each known spectrum by each measure, from 1."""
        order = {k: np.argsort(v, kind="stable") for k, v in self.measures.items()}
        return {k: np.argsort(v, kind="stable") + 1 for k, v in order.items()}

    @property
    def notes(self) -> list[str]:
        """What was fitted, in sentences."""
        best = self.order[0]
        said = [
            f"known spectra are broadened by a Gaussian of {self.gaussian:g} eV to be "
            f"as blurred as the scan; it is shifted by {self.shifts[best]:+.2f} eV "
            "onto the nearest"
        ]
        if self.gaussian == GAUSSIANS[-1]:
            said.append(
                "they stay sharper than the scan: more than that is not tried, since "
                "it hides what tells structures apart"
            )
        if abs(self.shifts[best]) > SHIFT - OWN_SHIFT:
            said.append(
                "doubtful: no shift fits within what is tried: is this the edge and "
                "the element that is said?"
            )
        return said

    def _facts(self) -> dict[str, object]:
        best = self.order[0]
        return {
            "known spectra": len(self.known),
            "Gaussian": f"{self.gaussian:g} eV",
            "shift": f"{self.shifts[best]:+.2f} eV",
            "nearest": f"{self.measures[MEASURES[0]][best]:.1f} % away",
        }


class KnownSpectra(Face):
    """Spectra of known structures, to hold a scan against.

    Parameters
    ----------
    data : XASDataset
        With structures, of one absorbing element.
    losses : bool
        Broaden them first by the arctangent of 2020, which stands for what a
        photoelectron loses on its way; False where scans are computed, too.

    Raises
    ------
    InputError
        For a set without structures, of several elements, or that ends before the
        window does.
    """

    def __init__(self, data: XASDataset, losses: bool = True) -> None:
        if data.sites is None:
            raise InputError(f"{data.name} has no structures to answer with: give one")
        elements = {(site.absorber, site.edge) for site in data.sites}
        if len(elements) != 1:
            said = ", ".join(sorted(f"{a} {e}" for a, e in elements))
            raise InputError(f"{data.name} is of {said}: give the sites of one element")
        self.data, self.losses = data, losses
        ((self.absorber, self.edge),) = elements
        self.e0 = float(xraydb.xray_edge(self.absorber, self.edge).energy)
        absolute = data.meta.get("energy_reference") == "absolute"
        self.energy = data.energy - (self.e0 if absolute else 0.0)
        if self.energy[0] > WINDOW[0] - OWN_SHIFT or self.energy[-1] < SHORTEST[1]:
            ends = f"{self.energy[0]:.0f} to {self.energy[-1]:.0f} eV"
            raise InputError(
                f"{data.name} covers {ends} from the edge: give one that covers "
                f"{WINDOW[0] - OWN_SHIFT:g} to {SHORTEST[1]:g} eV"
            )

    @classmethod
    def of_sets(
        cls,
        absorber: str,
        sets: Sequence[XASDataset],
        keep: Callable[[Site], bool] = lambda site: True,
    ) -> KnownSpectra:
        """Return what several sets know of one element, on energies that all have.

        Parameters
        ----------
        absorber : str
        sets : sequence of XASDataset
            Those without this element are passed over.
        keep : callable, optional
            Which sites may answer.

        Raises
        ------
        InputError
            If none knows it; or as the class.
        """
        parts = []
        for data in sets:
            there = [s.absorber == absorber and keep(s) for s in data.sites or ()]
            if any(there):
                parts.append(cls(data[np.array(there)]))
        names = " and ".join(one.name for one in sets)
        if not parts:
            raise InputError(
                f"{names}: no site of {absorber or 'an unknown element'} may answer: "
                "give other sets, or name the element of the scan"
            )
        if len(parts) == 1:
            return parts[0]
        low = max(one.energy[0] for one in parts)
        high = min(one.energy[-1] for one in parts)
        energy = parts[0].energy
        energy = energy[(energy >= low) & (energy <= high)]
        pairs = [(one.energy, mu) for one in parts for mu in one.data.spectra]
        spectra = np.array([np.interp(energy, *pair) for pair in pairs])
        sites = [site for one in parts for site in one.data.sites or ()]
        groups = [f"{i} {g}" for i, one in enumerate(parts) for g in one.data.groups]
        labels = {"compound": np.array(groups)}
        return cls(XASDataset(names, energy, spectra, sites=sites, labels=labels))

    @cached_property
    def shells(self) -> list[Shell]:
        """First shells of the sites."""
        assert self.data.sites is not None
        return [Shell.of(site) for site in self.data.sites]

    @cached_property
    def groups(self) -> Labels:
        """What belongs to one compound has one number, (n_known,)."""
        return np.unique(self.data.groups, return_inverse=True)[1]

    @cached_property
    def widths(self) -> dict[float, Array]:
        """Matrices that broaden spectra, by the Gaussian they do it with, eV."""
        unit = np.eye(len(self.energy))
        lossy = broadener(self.energy)(unit) if self.losses else unit
        return {
            width: lossy @ convolve_gaussian(self.energy, unit, width)
            if width
            else lossy
            for width in GAUSSIANS
        }

    def match(self, scan: Spectrum) -> Matched:
        """Broaden and shift, and measure how near each known spectrum is.

        Width and shift are those with which the nearest is nearest, its scale left
        free; then each may have up to 1 eV of its own.

        Parameters
        ----------
        scan : Spectrum
            Normalised; energies absolute, or counted from the edge.

        Returns
        -------
        Matched

        Raises
        ------
        InputError
            For another element, or a scan that is too short.
        """
        if scan.absorber not in ("", self.absorber):
            said = f"the scan is of {scan.absorber}, known spectra of {self.absorber}"
            raise InputError(f"{said}: give those of its element")
        relative = scan.energy[0] <= 0
        energy = scan.energy - (0.0 if relative else self.e0)
        inside = self._window(energy)
        shifts = np.arange(-SHIFT, SHIFT + STEP / 2, STEP)
        there = self.energy[inside]
        moved = np.array([np.interp(there - s, energy, scan.mu) for s in shifts])
        covered = (there[0] - shifts >= energy[0]) & (there[-1] - shifts <= energy[-1])
        shifts, moved = shifts[covered], _footed(there, moved[covered])
        best, at = 0.0, (-np.inf, 0)
        for width, matrix in self.widths.items():
            broad = _footed(there, self.data.spectra @ matrix[:, inside])
            score = _cosines(broad, moved).max(axis=0)
            if score.max() > at[0]:
                best, at = width, (float(score.max()), int(score.argmax()))
        known = _scaled(there, self.data.spectra @ self.widths[best][:, inside])
        near = np.flatnonzero(np.abs(shifts - shifts[at[1]]) <= OWN_SHIFT)
        moved = _scaled(there, moved)
        measures, own = _nearest_shift(there, moved[near][:, None], known)
        own = near[own[0]]
        found = {name: values[0] for name, values in measures.items()}
        return Matched(there, moved[own], known, best, shifts[own], found)

    def left_out(self, matched: Matched, rows: Ints) -> dict[str, Array]:
        """Hold known spectra against those of other compounds, as a scan would be.

        They are as blurred as in a match, and shifted by up to 1 eV onto each.

        Parameters
        ----------
        matched : Matched
        rows : array of int (n_rows,)

        Returns
        -------
        mapping of str to ndarray, shape (n_rows, n_known)
            By `MEASURES`; infinite where the compound is the same.
        """
        width = self.widths[matched.gaussian]
        whole, there = self.data.spectra[rows] @ width, matched.energy
        shifts = np.arange(-OWN_SHIFT, OWN_SHIFT + STEP, 2 * STEP)
        moved = np.array(
            [[np.interp(there - s, self.energy, one) for one in whole] for s in shifts]
        )
        scaled = np.array([_scaled(there, one) for one in moved])
        measures, _ = _nearest_shift(there, scaled, matched.known)
        same = self.groups[rows][:, None] == self.groups
        return {name: np.where(same, np.inf, v) for name, v in measures.items()}

    def _window(self, energy: Array) -> Ints:
        """Which of the known energies the scan covers with some room to shift."""
        low, high = max(WINDOW[0], energy[0] + OWN_SHIFT), min(WINDOW[1], energy[-1])
        if low > SHORTEST[0] or high < SHORTEST[1]:
            raise InputError(
                f"the scan covers {energy[0]:.0f} to {energy[-1]:.0f} eV from the "
                f"{self.absorber} {self.edge} edge: give one that covers at least "
                f"{SHORTEST[0] - OWN_SHIFT:g} to {SHORTEST[1]:g} eV"
            )
        return np.flatnonzero((self.energy >= low) & (self.energy <= high))

    def _facts(self) -> dict[str, object]:
        low, high = self.energy[[0, -1]]
        return {
            "set": self.data.name,
            "of": f"{self.absorber} {self.edge}",
            "spectra": len(self.data),
            "energies": f"{low:g} to {high:g} eV from the edge",
        }


def _cosines(known: Array, scans: Array) -> Array:
    """Cosines between spectra, (n_known, n_scans)."""
    sizes = np.outer(np.linalg.norm(known, axis=1), np.linalg.norm(scans, axis=1))
    return np.asarray(known @ scans.T / sizes)


def _footed(energy: Array, spectra: Array) -> Array:
    """Spectra that are zero on average where the window begins."""
    foot = spectra[:, energy < energy[0] + FOOT].mean(axis=1, keepdims=True)
    return np.asarray(spectra - foot)


def _scaled(energy: Array, spectra: Array) -> Array:
    """Spectra from 0 where the window begins, with a mean of 1 above 15 eV."""
    spectra = _footed(energy, spectra)
    above = energy > NORMALISED_ABOVE
    return np.asarray(spectra / spectra[:, above].mean(axis=1, keepdims=True))


def _nearest_shift(
    energy: Array, moved: Array, known: Array
) -> tuple[dict[str, Array], Ints]:
    """Measures of each pair, (n_scans, n_known), at the shift of its least angle.

    `moved` is (n_shifts, n_scans, n_energies).
    """
    best = _measured(energy, moved[0], known)
    own = np.zeros(best[MEASURES[0]].shape, dtype=int)
    for i, scans in enumerate(moved[1:], start=1):
        other = _measured(energy, scans, known)
        better = other["angle"] < best["angle"]
        own[better] = i
        best = {name: np.where(better, other[name], best[name]) for name in MEASURES}
    return best, own


def _measured(energy: Array, scans: Array, known: Array) -> dict[str, Array]:
    """Every measure of every pair, (n_scans, n_known)."""

    def slopes(a: Array) -> Array:
        return np.asarray(np.gradient(a, energy, axis=1))

    def running(a: Array) -> Array:
        return np.asarray(a.cumsum(axis=1) / a.sum(axis=1, keepdims=True))

    cosine = 1 - cdist(scans, known, "cosine")
    found = (
        100 * cdist(scans, known, "cityblock") / np.abs(known).sum(axis=1),
        np.degrees(np.arccos(np.clip(cosine, -1, 1))),
        cdist(scans, known, "correlation"),
        cdist(slopes(scans), slopes(known), "cosine"),
        100 * cdist(running(scans), running(known), "cityblock") / len(energy),
    )
    return dict(zip(MEASURES, found, strict=True))
