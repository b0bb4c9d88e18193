"""Measured spectra of known structure: what is found, and what is promised of it.

    python -m benchmarks.measured
    python -m benchmarks.measured --metals Cu --known omnixas-cu-k
    python -m benchmarks.measured --known tm-crystals-k
    python -m benchmarks.measured --known tm-crystals-k --strangers
    python -m benchmarks.measured --part adapted

Scans of the XAS Data Library of substances whose crystal is simple enough to be built
here from its lattice, and the two of Fe(terpy)2, ground state and excited. Each is held
against the embedded complexes of its metal (or other sets, `--known`, of which the
sites of its metal are taken; {} in a name stands for it), as `xnet-lite invert` does,
with nothing fitted to any of them. Errors are those of the mean first-shell distance,
over all sites of the metal in a crystal; beside them those of the second opinion
(`Reverse` with kernel ridge, taught the known spectra as blurred as the scan), and of
the mean distance of all that are known, whatever the scan. "within" is the share of
scans that lie within the band, where one is given (to "known" scans alone). The rows
below the substances count scans by their verdict. Spin elongates Fe(terpy)2 by about
0.2 Å; its structure here is that of the ground state, so of the excited one only what
is found is shown.

With `--strangers` no known crystal has the composition of the one that was measured.

`adapted`: what it takes to bring theory to experiment. The same kernel is taught known
spectra as they are and reads scans as they are; with the broadening, shift and scale
that are fitted; with shaken copies besides (shift to 0.5 eV, broadening to 1 eV, scale
to 5 %); and it reads scans that a network has translated into theory: an AEGAN of pairs
of shaken and unshaken theory, and of the scans, which have no partner: a judge compares
what it makes of these with theory. It sees the scans, but no distance of any.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from ase import Atoms

from benchmarks.report import Cost, Row, measured, parser, publish
from benchmarks.substances import SUBSTANCES
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, load, load_spectra
from xnet_lite.errors import InputError
from xnet_lite.inverse import (
    WITH_ELEMENTS,
    Bidirectional,
    Inversion,
    KnownSpectra,
    Reverse,
    Shell,
    augmented,
    invert,
)
from xnet_lite.inverse.inversion import CORPUS, METALS
from xnet_lite.models import AEGAN, KernelRidge
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.spectra import Spectrum
from xnet_lite.training import TrainConfig

ADAPTED = {
    "raw": "as it is Å",
    "fitted": "fitted Å",
    "shaken": "shaken Å",
    "translated": "translated Å",
    "mean": "mean's Å",
    "scans": "scans",
}
FOUND = {
    "found": "found Å",
    "band": "± Å",
    "true": "crystal Å",
    "error": "error Å",
    "kernel": "kernel's Å",
    "mean": "mean's Å",
    "within": "within %",
    "number": "atoms found",
    "true_number": "crystal",
    "away": "nearest %",
    "gaussian": "blur eV",
    "scans": "scans",
}
COLUMNS = {"found": FOUND, "adapted": ADAPTED}
LIBRARY, TERPY = "xasdatalibrary", "fe-terpy"
QUICK = 2
#: of copies of theory: eV, eV, share
SHAKEN = {"shift": 0.5, "broadening": 1.0, "scale": 0.05}
#: of the translation: known spectra of each scan, energies from the edge, and losses
N_THEORY, GRID = 30, np.arange(-9.0, 48.0, 0.5)
LOSSES = {"adv_x": 0.0, "adv_y": 0.1, "cyc_x": 0.3, "cyc_y": 0.0}
EPOCHS = 40


def scans(metals: Sequence[str]) -> Iterator[tuple[str, str, Spectrum, float, float]]:
    """Name, metal, scan, distance and number of the crystal; NaN where unknown."""
    try:
        library = load_spectra(LIBRARY)
    except InputError:
        library = []
    for one in SUBSTANCES:
        if one.metal in metals:
            true = one.shell()
            for scan in library:
                if scan.meta["file"].startswith(one.files):
                    yield one.name, one.metal, scan, *true
    if "Fe" in metals:
        ground, excited = load_spectra(TERPY)
        sites = load(TERPY).sites
        assert sites is not None
        shell = Shell.of(sites[0])
        yield "Fe(terpy)2, ground", "Fe", ground, shell.distance, shell.number
        yield "Fe(terpy)2, excited", "Fe", excited, np.nan, np.nan


def told(found: Inversion, true: float, number: float) -> dict[str, float]:
    """What a table shows of one scan."""
    band, distance = found.band, found.answer.distance
    error = abs(distance - true)
    within = np.nan if band is None or np.isnan(error) else 100.0 * (error <= band)
    second = np.nan if found.second is None else found.second.distance
    return {
        "found": distance,
        "band": np.nan if band is None else band,
        "true": true,
        "error": error,
        "kernel": abs(second - true),
        "mean": abs(usual(found) - true),
        "within": within,
        "number": found.answer.number,
        "true_number": number,
        "away": found.away,
        "gaussian": found.matched.gaussian,
    }


def usual(found: Inversion) -> float:
    """The mean distance of all that are known, Å."""
    return float(np.nanmean([shell.distance for shell in found.known.shells]))


def taught(lesson: XASDataset) -> Reverse:
    """A kernel that reads radial functions."""
    return Reverse(WITH_ELEMENTS, model=KernelRidge()).fit(lesson)


def adapted(
    found: Inversion, true: float, number: float, translation: Array
) -> dict[str, float]:
    """Errors of what the kernel reads, by how theory was brought to the scan, Å."""
    known, matched = found.known, found.matched
    energy, scan = matched.energy, matched.scan[matched.order[:1]]
    normalised = found.readied.normalised
    there = np.interp(energy, normalised.energy - known.e0, normalised.mu)
    inside = [np.interp(energy, known.energy, one) for one in known.data.spectra]
    raw = replace(known.data, energy=energy, spectra=np.array(inside))
    fitted = replace(raw, spectra=matched.known)
    plain = taught(fitted)
    shells = {
        "raw": taught(raw).shells(there),
        "fitted": plain.shells(scan),
        "shaken": taught(augmented(fitted, 1, **SHAKEN)).shells(scan),
        "translated": plain.shells(np.interp(energy, GRID, translation)),
    }
    errors = {name: abs(float(one.mean[0, 0]) - true) for name, one in shells.items()}
    return errors | {"mean": abs(usual(found) - true)}


def translations(all_found: Sequence[Inversion], epochs: int) -> Array:
    """Scans as theory would have them, (n_scans, n_energies)."""
    rng = np.random.default_rng(0)
    theory, scans = [], []
    for found in all_found:
        matched = found.matched
        rows = rng.choice(len(matched.known), min(N_THEORY, len(matched.known)), False)
        curves = [*matched.known[rows], matched.scan[matched.order[0]]]
        *known, scan = [np.interp(GRID, matched.energy, one) for one in curves]
        theory += known
        scans.append(scan)
    lesson = XASDataset("theory", GRID, np.array(theory), features=np.array(theory))
    copies = augmented(lesson, 1, **SHAKEN).spectra[len(lesson) :]
    pairs = replace(lesson, features=copies)
    model = Predictor(
        scaler=FeatureScaler(power=1.0),
        model=partial(AEGAN, weights=LOSSES),
        config=TrainConfig(epochs=1),
    )
    both = Bidirectional(model.fit(pairs)).with_halves(
        pairs, features=np.array(scans), config=TrainConfig(epochs=epochs)
    )
    return both.spectra(np.array(scans))


def composition(atoms: Atoms) -> dict[str, int]:
    """Elements and their numbers, without common factors."""
    reduced, _ = atoms.symbols.formula.reduce()
    return dict(reduced.count())


def known_of(
    names: Sequence[str], metal: str, without: dict[str, int] | None = None
) -> KnownSpectra | None:
    """Known spectra of a metal out of sets."""
    sets = [load(name.format(metal.lower())) for name in names]
    try:
        return KnownSpectra.of_sets(
            metal, sets, lambda site: not without or composition(site.atoms) != without
        )
    except InputError:
        return None


def run(args: Namespace) -> list[Row]:
    """Return a row for every substance, and one for every verdict."""
    known: dict[tuple[str, str], KnownSpectra | None] = {}
    itself = {one.name: composition(one.substance.atoms) for one in SUBSTANCES}
    asked: list[tuple[str, Inversion, float, float, Cost]] = []
    for substance, metal, scan, true, number in scans(args.metals):
        n_scans = QUICK if args.quick else args.scans
        if n_scans and sum(one[0] == substance for one in asked) >= n_scans:
            continue
        key = metal, substance if args.strangers else ""
        if key not in known:
            known[key] = known_of(args.known, metal, itself.get(key[1]))
        held = known[key]
        if held is not None:
            with measured() as cost:
                found = invert(scan, held)
            asked.append((substance, found, true, number, cost))
    if args.part == "adapted":
        made = translations([one[1] for one in asked], 1 if args.quick else EPOCHS)
        numbers = [adapted(*one[1:4], scan) for one, scan in zip(asked, made)]
    else:
        numbers = [told(*one[1:4]) for one in asked]
    return _rows(" and ".join(args.known), asked, numbers)


def _rows(name: str, asked: Sequence[Any], numbers: Sequence[Any]) -> list[Row]:
    """A row for every substance, and one for every verdict."""
    substances: dict[str, list[tuple[str, dict[str, float], Cost]]] = {}
    for (substance, found, *_, cost), row in zip(asked, numbers, strict=True):
        substances.setdefault(substance, []).append((found.word, row, cost))
    rows = []
    for substance, group in substances.items():
        words = [word for word, _, _ in group]
        told_words = ", ".join(w for w in ("known", "near", "far") if w in words)
        rows.append(_row(name, substance, told_words, group))
    everyone = [one for all_ in substances.values() for one in all_]
    for word in ("known", "near", "far"):
        group = [one for one in everyone if one[0] == word]
        if group:
            rows.append(_row(name, "all", word, group))
    return rows


def _row(
    held: str, name: str, word: str, group: Sequence[tuple[str, dict[str, float], Cost]]
) -> Row:
    """Medians over some scans; shares are means."""
    keys = group[0][1]
    values = {key: np.array([numbers[key] for _, numbers, _ in group]) for key in keys}
    told_: dict[str, float] = {"scans": len(group)}
    for key, column in values.items():
        there = column[np.isfinite(column)]
        middle = np.mean if key == "within" else np.median
        told_[key] = float(middle(there)) if len(there) else float("nan")
    seconds = float(np.mean([cost.cpu_s for _, _, cost in group]))
    return Row(held, name, word, 0, told_, Cost(seconds))


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "", (0,))
    options.add_argument("--metals", nargs="+", choices=METALS, default=list(METALS))
    options.add_argument(
        "--known", nargs="+", default=[CORPUS], metavar="NAME", help="sets of them"
    )
    options.add_argument(
        "--strangers", action="store_true", help="leave out what was measured"
    )
    options.add_argument("--scans", type=int, help="of a substance at most")
    options.add_argument("--part", choices=COLUMNS, default="found")
    args = options.parse_args()
    notes = ["medians over scans; quick run: two scans a substance"] * args.quick
    publish("measured", run(args), COLUMNS[args.part], args, notes)


if __name__ == "__main__":
    main()
