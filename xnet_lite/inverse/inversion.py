"""From a scan to what known structures say of it, and whether they may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import xraydb

from xnet_lite import sketch
from xnet_lite.arrays import Array, Ints
from xnet_lite.complexes import readable
from xnet_lite.datasets import load
from xnet_lite.errors import InputError, shortened
from xnet_lite.faces import Face
from xnet_lite.inverse.answers import (
    N_NEAREST,
    Answer,
    LeftOut,
    Second,
    answered,
    left_out,
    second_opinion,
)
from xnet_lite.inverse.known import MEASURES, KnownSpectra, Matched
from xnet_lite.inverse.readied import Readied, ready
from xnet_lite.provenance import provenance
from xnet_lite.spectra import Spectrum
from xnet_lite.spectra.absorbers import element_of
from xnet_lite.spectra.normalisation import Range
from xnet_lite.structures import Site

#: raised whenever a reader of the old one would misread the new one
FORMAT = "xnet-lite inversion 1"
#: the embedded set that knows the K edge of a metal
CORPUS = "tm-complexes-k-{}"
METALS = ("Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn")
#: eV from a tabulated edge within which a scan's edge is taken for it
ITS_OWN = 30.0
UNITS = {"energy": "eV", "mu": "edge step 1", "distance": "Å", "error": "percent"}


@dataclass(frozen=True, eq=False, repr=False)
class Inversion(Face):
    """A scan, what it is like, what that says of its structure, and a verdict.

    Attributes
    ----------
    readied : Readied
    known : KnownSpectra
    matched : Matched
    rows : ndarray of int, shape (n_nearest,)
        The known spectra that answer, the nearest first.
    answer : Answer
    left_out : LeftOut
    second : Second or None
        By models instead of neighbors; None where too few spectra are known.
    settings : mapping
        What was asked for.
    source : mapping
        "file" and "sha256" of the scan, where it is known.
    """

    readied: Readied
    known: KnownSpectra
    matched: Matched
    rows: Ints
    answer: Answer
    left_out: LeftOut
    second: Second | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)

    @property
    def away(self) -> float:
        """Relative error of the nearest known spectrum, percent."""
        return float(self.matched.measures[MEASURES[0]][self.rows[0]])

    @property
    def signs(self) -> Array:
        """What the verdict goes by, as `LeftOut` has it, (3,)."""
        apart = float(np.std(list(self.answer.others.values())))
        return np.array([self.away, self.answer.spread, apart])

    @property
    def word(self) -> str:
        """ "known", "near" or "far"."""
        return self.left_out.words(self.signs[None])[0]

    @property
    def band(self) -> float | None:
        """How far off the first-shell distance may be, Å; None unless it is known."""
        return self.left_out.band(self.signs, self.word)

    @property
    def sites(self) -> list[Site]:
        """Structures of the nearest known spectra."""
        assert self.known.data.sites is not None
        return [self.known.data.sites[row] for row in self.rows]

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        left, word, signs = self.left_out, self.word, self.signs
        said = (
            f"the nearest known spectrum is {signs[0]:.1f} % away",
            f"the nearest disagree by {signs[1]:.2f} Å",
            f"what is nearest hangs on the measure, by {signs[2]:.2f} Å",
        )
        over = "known" if word == "near" else "near"
        why = [
            f"{one} (so are {(left.signs[:, i] >= signs[i]).mean():.1%} of known ones)"
            for i, one in enumerate(said)
            if word == "known" or signs[i] > left.limits[over][i]
        ]
        if word == "known":
            why = [why[0]]
        if word == "far":
            return f"far: {', '.join(why)}: nothing is promised of the structure"
        share = left.called(word).mean()
        hint = ", yet take this one for a hint" if word == "near" else ""
        return (
            f"{word}: {', '.join(why)}; of known compounds, each judged by others, "
            f"{share:.0%} are called {word}, and nine in ten distances of these were "
            f"right to {left.right_to(word):.2f} Å{hint}; all are computed, and a "
            "measured one is farther from its own"
        )

    @property
    def told(self) -> str:
        """What the nearest agree on, in words."""
        one, band = self.answer, self.band
        within = "" if band is None else f" ± {band:.2f}"
        return (
            f"first shell at {one.distance:.2f}{within} Å (spread {one.spread:.2f}); "
            f"{_listed(one.shares)}"
        )

    @property
    def second_told(self) -> str:
        """What models say instead, in words; empty where there are none."""
        one = self.second
        if one is None:
            return ""
        return (
            f"second opinion, by models that all of them taught: first shell at "
            f"{one.distance:.2f} Å, {one.number:.1f} atoms; {_listed(one.chances)}"
        )

    @property
    def notes(self) -> list[str]:
        """What was read, done and fitted, in sentences."""
        return [*self.readied.notes, *self.matched.notes]

    @property
    def nearest(self) -> list[dict[str, object]]:
        """The nearest as rows of a table, with their places by the other measures."""
        ranks, made = self.matched.ranks, []
        first, *others = MEASURES
        for row, site in zip(self.rows, self.sites, strict=True):
            shell = self.known.shells[row]
            places = ", ".join(str(ranks[name][row]) for name in others)
            made.append(
                {
                    "known": readable(site.name or site.label),
                    "error / %": f"{self.matched.measures[first][row]:.1f}",
                    "place by others": places,
                    "R / Å": f"{shell.distance:.2f}",
                    "atoms": shell.number,
                    "elements": " ".join(shell.elements),
                }
            )
        return made

    @property
    def by_measure(self) -> list[dict[str, object]]:
        """What each measure takes for nearest, and what distance its eight tell."""
        made: list[dict[str, object]] = []
        sites = self.known.data.sites
        assert sites is not None
        for name, values in self.matched.measures.items():
            site = sites[int(values.argmin())]
            made.append(
                {
                    "measure": name,
                    "nearest": readable(site.name or site.label),
                    "value": f"{values.min():.3g}",
                    "R / Å": f"{self.answer.others[name]:.3f}",
                }
            )
        return made

    @property
    def provenance(self) -> dict[str, Any]:
        """What made it, of which scan, with which settings, and when."""
        data = self.known.data
        known = {"set": data.name, "sha256": data.fingerprint()}
        asked: dict[str, Any] = {"settings": self.settings, "units": UNITS}
        return provenance(**asked, scan=self.source or None, known=known)

    def as_dict(self) -> dict[str, Any]:
        """Return it as `invert --out x.json` writes it."""
        one, matched = self.readied, self.matched
        return {
            "format": FORMAT,
            "absorber": self.known.absorber,
            "edge": self.known.edge,
            "energy": one.normalised.energy.round(6).tolist(),
            "mu": one.normalised.mu.tolist(),
            "e0": one.e0,
            "edge_step": one.normalised.meta["edge_step"],
            "ranges": {k: list(map(float, v)) for k, v in one.ranges.items()},
            "edge_step_range": list(one.steps),
            "noise": one.noise,
            "gaussian": matched.gaussian,
            "losses": self.known.losses,
            "shift": float(matched.shifts[self.rows[0]]),
            "verdict": {
                "word": self.word,
                "sentence": self.sentence,
                "away_percent": self.away,
                "signs": self.signs.tolist(),
                "limits": {k: v.tolist() for k, v in self.left_out.limits.items()},
            },
            "first_shell": {
                "distance": self.answer.distance,
                "band": self.band,
                "spread": self.answer.spread,
                "number": self.answer.number,
                "by_measure": dict(self.answer.others),
            },
            "shares": {k: dict(v) for k, v in self.answer.shares.items()},
            "second_opinion": _plain(self.second),
            "nearest": [self._near(row, s) for row, s in zip(self.rows, self.sites)],
            "notes": self.notes,
            "provenance": self.provenance,
        }

    def _near(self, row: int, site: Site) -> dict[str, Any]:
        """One of the nearest, ready for JSON."""
        shell, ranks = self.known.shells[row], self.matched.ranks
        return {
            "name": site.name or site.label,
            "measures": {k: float(v[row]) for k, v in self.matched.measures.items()},
            "ranks": {name: int(places[row]) for name, places in ranks.items()},
            "shift": float(self.matched.shifts[row]),
            "distance": shell.distance,
            "number": shell.number,
            "elements": list(shell.elements),
        }

    def _facts(self) -> dict[str, object]:
        band = self.band
        return {
            "verdict": self.word,
            "first shell": f"{self.answer.distance:.2f} Å",
            "±": band and f"{band:.2f} Å",
            "nearest": f"{self.away:.1f} % away",
        }

    def _notes(self) -> Sequence[str]:
        return self.notes

    def _sketch(self) -> str:
        row = self.rows[0]
        curves = {"scan": self.matched.scan[row], "nearest": self.matched.known[row]}
        unit = "energy from the edge / eV"
        return sketch.lines(self.matched.energy, curves, x_label=unit, mark=0.0)


def invert(
    scan: Spectrum,
    known: KnownSpectra | None = None,
    *,
    e0: float | None = None,
    pre: Range | None = None,
    post: Range | None = None,
) -> Inversion:
    """Ask known structures what a scan is of.

    The scan is normalised; known spectra are broadened to its resolution and it is
    shifted onto them; the eight nearest by relative error answer, each with the inverse
    square of its error as weight. How near is near is taken from the known compounds,
    each left out in turn, at the same resolution.

    Parameters
    ----------
    scan : Spectrum
        As it was read, absolute energies.
    known : KnownSpectra, optional
        The embedded set of the scan's element by default.
    e0, pre, post
        As in `normalise`.

    Returns
    -------
    Inversion

    Raises
    ------
    InputError
        As `ready`, `element_of_edge` and `KnownSpectra.match`.

    Source
    ------
    Several measures of likeness side by side: C. Zheng et al., npj Comput. Mater. 4, 12
    (2018), doi:10.1038/s41524-018-0067-x.

    Differs: there measures vote by their ranks; here all are shown, and the one that
    does as well as any by itself on compounds left out decides.

    Example
    -------
    >>> from xnet_lite.spectra import read_spectrum
    >>> found = invert(read_spectrum("Fe_foil.xdi"))  # doctest: +SKIP
    """
    readied = ready(scan, e0=e0, pre=pre, post=post)
    if known is None:
        scan, readied = _named(scan, readied)
        known = KnownSpectra(load(CORPUS.format(scan.absorber.lower())))
    matched = known.match(readied.normalised)
    rows = matched.order[:N_NEAREST]
    answer, judged = answered(known, matched, rows), left_out(known, matched)
    second = second_opinion(known, matched)
    return Inversion(readied, known, matched, rows, answer, judged, second)


def with_element(scan: Spectrum, absorber: str = "") -> Spectrum:
    """Return a scan that says what element it is of.

    Parameters
    ----------
    scan : Spectrum
    absorber : str
        Symbol, number or name; as the scan says, or where its edge is, without.

    Raises
    ------
    InputError
        If that is no element, or nothing says which.

    Example
    -------
    >>> from xnet_lite.spectra import read_spectrum
    >>> with_element(read_spectrum("Fe_foil.xdi"), "cobalt").absorber
    'Co'
    """
    if absorber:
        element = element_of(absorber)
        if not element:
            said = f"absorber {shortened(absorber)} is no element"
            raise InputError(f"{said}: give one, for instance Fe")
        return replace(scan, absorber=element, edge=scan.edge or "K")
    return _named(scan, ready(scan))[0]


def _listed(shares: Mapping[str, Mapping[str, float]]) -> str:
    """The four most likely of each, in words."""
    lists = {
        name: ", ".join(f"{k} {v:.0%}" for k, v in list(of.items())[:4])
        for name, of in shares.items()
    }
    return "; ".join(f"{name} {words}" for name, words in lists.items())


def _plain(second: Second | None) -> dict[str, Any] | None:
    """A second opinion, ready for JSON: null for what it does not tell."""
    if second is None:
        return None
    told: dict[str, Any] = {k: dict(v) for k, v in second.chances.items()}
    numbers = {k: getattr(second, k) for k in ("distance", "spread", "number")}
    plain = {k: v if np.isfinite(v) else None for k, v in numbers.items()}
    return plain | {"chances": told}


def _named(scan: Spectrum, readied: Readied) -> tuple[Spectrum, Readied]:
    """The scan with its element, taken from where its edge is if it says none."""
    if scan.absorber:
        if scan.absorber not in METALS or scan.edge not in ("K", ""):
            said = f"the scan is of {scan.absorber} {scan.edge}"
            raise InputError(
                f"{said}: known are K edges of {METALS[0]} to {METALS[-1]}; give a set "
                "of your own"
            )
        return scan, readied
    edges = {metal: float(xraydb.xray_edge(metal, "K").energy) for metal in METALS}
    metal = min(edges, key=lambda one: abs(edges[one] - readied.e0))
    if abs(edges[metal] - readied.e0) > ITS_OWN:
        raise InputError(
            f"the scan names no element, and its edge at {readied.e0:.0f} eV is no K "
            f"edge of {METALS[0]} to {METALS[-1]}: say which"
        )
    note = f"no element named: its edge is where {metal} has K, {edges[metal]:g} eV"
    notes = [*scan.meta.get("notes", ()), note]
    scan = replace(scan, absorber=metal, edge="K", meta={**scan.meta, "notes": notes})
    normalised = replace(readied.normalised, absorber=metal, edge="K")
    return scan, replace(readied, raw=scan, normalised=normalised)
