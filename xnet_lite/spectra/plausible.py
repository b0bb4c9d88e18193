"""What a spectrum should look like; what does not is doubted in a sentence."""

from dataclasses import replace

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.spectra.absorbers import edge_of, edges_of, element_of, where_edge_is
from xnet_lite.spectra.edge import find_e0, step_at, without_glitches
from xnet_lite.spectra.spectrum import Spectrum

#: eV; nothing absorbs above the K edge of the heaviest elements
HIGHEST = 150e3
# keV: where a scan in keV lies, and what it covers at most
LOWEST_KEV, HIGHEST_KEV, LONGEST_KEV = 0.05, 150.0, 5.0
#: points below which nothing is said about a curve
FEW = 10
#: eV that a scan should go on behind the steepest point, and have at all
BEHIND, SPAN = 5.0, 30.0
#: eV around the steepest point that its rise is measured over
AROUND = 10.0
# a rise lower than this many deviations of the noise, or than this share of what the
# curve does beside it, is no edge; the least in the XAS Data Library's 124 scans is 0.7
NOISE, SHARE = 4.0, 0.4
#: eV; measured edges lie from -5 to 22 eV from where the tables have them
FAR_BELOW, FAR_ABOVE = 20.0, 40.0


def named(absorber: str, edge: str) -> tuple[str, str, list[str]]:
    """Return element and edge as tables spell them, and what was said instead.

    Parameters
    ----------
    absorber, edge : str
        As a file has them.

    Returns
    -------
    absorber, edge : str
        "" where the file says nothing, or nonsense.
    notes : list of str

    Example
    -------
    >>> named("26", "k-edge")
    ('Fe', 'K', ["element '26' is read as Fe", "edge 'k-edge' is read as K"])
    """
    notes, found = [], []
    for what, said, read in (
        ("element", absorber, element_of),
        ("edge", edge, edge_of),
    ):
        word = read(said)
        if word is None:
            notes.append(f"doubtful: {what} {said!r} is none, it is taken as unknown")
        elif word and word.lower() != said.strip().lower():
            notes.append(f"{what} {said!r} is read as {word}")
        found.append(word or "")
    return found[0], found[1], notes


def check_unit(energy: Array, absorber: str = "", told: bool = False) -> None:
    """Refuse energies that cannot be eV.

    Parameters
    ----------
    energy : array (n_energies,)
        What is taken as eV, increasing.
    absorber : str
        Symbol of the element, "" if unknown.
    told : bool
        Whether the caller gave the unit: then a scan may look like keV.

    Raises
    ------
    InputError
        One sentence.

    Example
    -------
    >>> check_unit(np.array([7100.0, 7120.0]), "Fe")
    """
    first, last = float(energy[0]), float(energy[-1])
    where = f"the energies, {first:g} to {last:g}, "
    if last > HIGHEST:
        raise InputError(f"{where}lie above every edge in eV: is the unit another one?")
    like_kev = first > LOWEST_KEV and last < HIGHEST_KEV and last - first < LONGEST_KEV
    inside = [
        name
        for name, e in edges_of(absorber).items()
        if first < e / 1000 < last and e > 1000 * LOWEST_KEV
    ]
    if not told and like_kev and (inside or len(energy) >= FEW):
        there = f" and hold the {absorber} {inside[0]} edge" if inside else ""
        raise InputError(f"{where}look like keV{there}: give unit='keV' (or 'eV')")


def looked_over(spectrum: Spectrum, computed: bool = False) -> Spectrum:
    """Return the spectrum with every doubt about it in `meta["notes"]`.

    Parameters
    ----------
    spectrum : Spectrum
        As read.
    computed : bool
        Whether a program computed it: then it may have any shape.

    Returns
    -------
    Spectrum
        Its edge named where the file names the element alone.

    Example
    -------
    >>> looked_over(Spectrum([-30.0, 70.0], [0.0, 1.0])).meta["notes"][0][:40]
    'doubtful: the energies, -30 to 70 eV, co'
    """
    energy = spectrum.energy
    doubts: list[str] = []
    notes: list[str] = []
    if spectrum.absorber and not spectrum.edge:
        spectrum, notes = _edge_named(spectrum)
    if energy[0] <= 0:
        doubts.append(
            f"the energies, {energy[0]:g} to {energy[-1]:g} eV, count from an edge: "
            "add its energy to have absolute ones"
        )
    elif not computed:
        doubts += _beside_tables(spectrum)
    if not computed and len(energy) >= 2 * FEW and np.ptp(energy) >= SPAN:
        doubts += _shape(energy, without_glitches(spectrum.mu))
    notes += [f"doubtful: {doubt}" for doubt in doubts]
    if not notes:
        return spectrum
    known = spectrum.meta.get("notes", ())
    return replace(spectrum, meta={**spectrum.meta, "notes": [*known, *notes]})


def _edge_named(spectrum: Spectrum) -> tuple[Spectrum, list[str]]:
    """The edge of the element that the energies hold, the deepest of several."""
    first, last = spectrum.energy[[0, -1]]
    edges = edges_of(spectrum.absorber)
    inside = [name for name, e in edges.items() if first < e < last]
    if not inside:
        return spectrum, []
    edge = max(inside, key=edges.__getitem__)
    said = f"no edge named: {spectrum.absorber} {edge}, {edges[edge]:g} eV, is inside"
    return replace(spectrum, edge=edge), [said]


def _beside_tables(spectrum: Spectrum) -> list[str]:
    """Where the energies leave the edge out that they are said to be of."""
    around = where_edge_is(spectrum.absorber, spectrum.edge)
    if around is None:
        return []
    first, last = spectrum.energy[[0, -1]]
    at = edges_of(spectrum.absorber)[spectrum.edge]
    edge = f"the {spectrum.absorber} {spectrum.edge} edge at {at:g} eV"
    scan = f"the scan, {first:g} to {last:g} eV,"
    if last < at + BEHIND:
        return [f"{scan} ends before {edge}, or in it"]
    if first > at:
        return [f"{scan} begins behind {edge}"]
    try:
        e0 = find_e0(spectrum.energy, spectrum.mu)
    except InputError:
        return []
    if not at - FAR_BELOW < e0 < at + FAR_ABOVE:
        return [f"the steepest rise, at {e0:.1f} eV, is far from {edge}"]
    return []


def _shape(energy: Array, mu: Array) -> list[str]:
    """What a measured edge does and this curve does not."""
    if step_at(energy, mu).max() <= 0:
        return ["the absorption falls all the way, as counts of a detector do"]
    try:
        e0 = find_e0(energy, mu)
    except InputError:
        return ["the absorption never rises, so no edge is seen"]
    if energy[-1] - e0 < BEHIND:
        return [
            f"the scan ends {energy[-1] - e0:.1f} eV behind its steepest rise, at "
            f"{e0:.1f} eV: no step is seen, it may have been stopped before the edge"
        ]
    places = e0 + AROUND * np.array([-3, -1, 1, 2, 4])
    before, low, high, behind, far = np.interp(places, energy, mu)
    rise, beside = high - low, abs(low - before) + abs(far - behind)
    noise = np.median(np.abs(np.diff(mu, 2))) * 1.4826 / np.sqrt(6)
    if rise < NOISE * noise or rise < SHARE * beside:
        return [f"no step is seen: the steepest rise, at {e0:.1f} eV, is as all around"]
    return []
