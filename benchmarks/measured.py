"""Measured spectra of known structure: what is found, and what is promised of it.

    python -m benchmarks.measured
    python -m benchmarks.measured --metals Cu --known omnixas-cu-k

Scans of the XAS Data Library of substances whose crystal is simple enough to be built
here from its lattice, and the two of Fe(terpy)2, ground state and excited. Each is held
against the embedded complexes of its metal (or another set, `--known`), as `xnet-lite
invert` does, with nothing fitted to any of them. Errors are those of the mean
first-shell distance, over all sites of the metal in a crystal; beside them those of
`Reverse` with kernel ridge, taught the known spectra as blurred as the scan, and of the
mean distance of all that are known, whatever the scan. "within" is the share of
scans that lie within the band, where one is given (to "known" scans alone). The rows
below the substances count scans by their verdict. Spin elongates Fe(terpy)2 by about
0.2 Å; its structure here is that of the ground state, so of the excited one only what
is found is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.spacegroup import crystal

from benchmarks.report import Cost, Row, measured, parser, publish
from xnet_lite.datasets import load, load_spectra
from xnet_lite.errors import InputError
from xnet_lite.inverse import (
    WITH_ELEMENTS,
    Inversion,
    KnownSpectra,
    Reverse,
    Shell,
    invert,
)
from xnet_lite.inverse.inversion import CORPUS, METALS
from xnet_lite.models import KernelRidge
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site

COLUMNS = {
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
LIBRARY, TERPY = "xasdatalibrary", "fe-terpy"
QUICK = 2


def rock_salt(metal: str, a: float) -> Atoms:
    """A monoxide."""
    return bulk(f"{metal}O", "rocksalt", a=a)


def corundum(metal: str, a: float, c: float, z: float, x: float) -> Atoms:
    """A sesquioxide."""
    basis = [(0, 0, z), (x, 0, 0.25)]
    return crystal([metal, "O"], basis, spacegroup=167, cellpar=[a, a, c, 90, 90, 120])


def rutile(metal: str, a: float, c: float, u: float) -> Atoms:
    """A dioxide."""
    basis = [(0, 0, 0), (u, u, 0)]
    return crystal([metal, "O"], basis, spacegroup=136, cellpar=[a, a, c, 90, 90, 90])


def calcite(metal: str, a: float, c: float, x: float) -> Atoms:
    """A carbonate."""
    basis, cell = [(0, 0, 0), (0, 0, 0.25), (x, 0, 0.25)], [a, a, c, 90, 90, 120]
    return crystal([metal, "C", "O"], basis, spacegroup=167, cellpar=cell)


def pyrite() -> Atoms:
    """FeS2."""
    basis, cell = [(0, 0, 0), (0.3847, 0.3847, 0.3847)], [5.418] * 3 + [90] * 3
    return crystal(["Fe", "S"], basis, spacegroup=205, cellpar=cell)


def magnetite() -> Atoms:
    """Fe3O4, tetrahedra and octahedra."""
    basis, cell = [(1 / 8,) * 3, (1 / 2,) * 3, (0.2549,) * 3], [8.396] * 3 + [90] * 3
    return crystal(["Fe", "Fe", "O"], basis, spacegroup=227, setting=2, cellpar=cell)


def goethite() -> Atoms:
    """FeOOH, without its hydrogen."""
    basis = [(-0.0477, 0.1459, 0.25), (0.288, -0.1989, 0.25), (-0.197, -0.0532, 0.25)]
    cell = [4.608, 9.956, 3.0215, 90, 90, 90]
    # Pbnm: Pnma with its axes turned
    turned = [(y, z, x) for x, y, z in basis]
    lattice = [cell[1], cell[2], cell[0], 90, 90, 90]
    return crystal(["Fe", "O", "O"], turned, spacegroup=62, cellpar=lattice)


def tenorite() -> Atoms:
    """CuO."""
    basis, cell = [(0.25, 0.25, 0), (0, 0.4184, 0.25)], [4.6837, 3.4226, 5.1288]
    return crystal(["Cu", "O"], basis, spacegroup=15, cellpar=[*cell, 90, 99.54, 90])


@dataclass(frozen=True)
class Substance:
    """A crystal, and the scans that are of it, by how their files' names begin."""

    name: str
    files: tuple[str, ...]
    build: Callable[[], Atoms]
    metal: str = field(default="")

    def shell(self) -> tuple[float, float]:
        """Mean distance, Å, and number of first-shell atoms over sites of the metal."""
        atoms = self.build()
        rows = [i for i, s in enumerate(atoms.symbols) if s == self.metal]
        shells = [Shell.of(Site(atoms, row, "K")) for row in rows]
        distances = np.mean([one.distance for one in shells])
        return float(distances), float(np.mean([one.number for one in shells]))


def _metal(name: str, *files: str, **lattice: float | str) -> Substance:
    """A pure metal."""
    return Substance(f"{name} metal", files, lambda: bulk(name, **lattice), name)


SUBSTANCES = (
    _metal("V", "V_foil", crystalstructure="bcc", a=3.024),
    Substance("VO", ("VO.xdi",), lambda: rock_salt("V", 4.07), "V"),
    Substance(
        "V2O3", ("V2O3",), lambda: corundum("V", 4.952, 14.003, 0.3463, 0.3116), "V"
    ),
    Substance(
        "Cr2O3",
        ("cr2o3",),
        lambda: corundum("Cr", 4.958, 13.594, 0.3475, 0.3058),
        "Cr",
    ),
    Substance("CrO2", ("cro2",), lambda: rutile("Cr", 4.421, 2.916, 0.301), "Cr"),
    Substance("MnO", ("MnO_",), lambda: rock_salt("Mn", 4.445), "Mn"),
    Substance("MnO2", ("MnO2",), lambda: rutile("Mn", 4.398, 2.873, 0.305), "Mn"),
    _metal(
        "Fe",
        "Fe_Foil",
        "Fe_metal",
        "Hansel2001_Fe_foil",
        crystalstructure="bcc",
        a=2.8665,
    ),
    Substance("FeO", ("FeO_",), lambda: rock_salt("Fe", 4.31), "Fe"),
    Substance(
        "Fe2O3", ("Fe2O3",), lambda: corundum("Fe", 5.038, 13.772, 0.3553, 0.3059), "Fe"
    ),
    Substance("Fe3O4", ("Fe3O4", "Hansel2001_magnetite"), magnetite, "Fe"),
    Substance("FeOOH", ("Hansel2001_goethite",), goethite, "Fe"),
    Substance(
        "FeCO3",
        ("Hansel2001_siderite",),
        lambda: calcite("Fe", 4.692, 15.38, 0.2743),
        "Fe",
    ),
    Substance("FeS2", ("FeS2",), pyrite, "Fe"),
    _metal("Co", "co_metal", crystalstructure="hcp", a=2.507, c=4.069),
    _metal("Ni", "Ni_metal", crystalstructure="fcc", a=3.524),
    _metal("Cu", "Cu_Foil", "cu_metal", crystalstructure="fcc", a=3.615),
    Substance("CuO", ("CuO_",), tenorite, "Cu"),
    _metal("Zn", "Chorover13BM_Znfoil", crystalstructure="hcp", a=2.665, c=4.947),
    Substance(
        "ZnS",
        ("Chorover13BM_ZnS_", "Chorover13BM_Zn_sphalerite"),
        lambda: bulk("ZnS", "zincblende", a=5.409),
        "Zn",
    ),
    Substance(
        "ZnCO3",
        ("Chorover13BM_Zn_smithsonite",),
        lambda: calcite("Zn", 4.6526, 15.0257, 0.2764),
        "Zn",
    ),
)


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


def by_kernel(found: Inversion) -> float:
    """The distance by kernel ridge on radial functions, Å."""
    matched, data = found.matched, found.known.data
    blurred = replace(data, energy=matched.energy, spectra=matched.known)
    model = Reverse(WITH_ELEMENTS, model=KernelRidge()).fit(blurred)
    return float(model.shells(matched.scan[found.rows[:1]]).mean[0, 0])


def told(found: Inversion, true: float, number: float) -> dict[str, float]:
    """What a table shows of one scan."""
    usual = np.mean([shell.distance for shell in found.known.shells])
    band, distance = found.band, found.answer.distance
    error = abs(distance - true)
    within = np.nan if band is None or np.isnan(error) else 100.0 * (error <= band)
    return {
        "found": distance,
        "band": np.nan if band is None else band,
        "true": true,
        "error": error,
        "kernel": abs(by_kernel(found) - true),
        "mean": abs(float(usual) - true),
        "within": within,
        "number": found.answer.number,
        "true_number": number,
        "away": found.away,
        "gaussian": found.matched.gaussian,
    }


def run(args: object) -> list[Row]:
    """Return a row for every substance, and one for every verdict."""
    metals = list(args.metals)  # type: ignore[attr-defined]
    name = args.known  # type: ignore[attr-defined]
    known: dict[str, KnownSpectra] = {}
    substances: dict[str, list[tuple[str, dict[str, float], Cost]]] = {}
    for substance, metal, scan, true, number in scans(metals):
        if args.quick and len(substances.get(substance, ())) >= QUICK:  # type: ignore[attr-defined]
            continue
        if metal not in known:
            known[metal] = KnownSpectra(load(name or CORPUS.format(metal.lower())))
        with measured() as cost:
            found = invert(scan, known[metal])
        numbers = told(found, true, number)
        substances.setdefault(substance, []).append((found.word, numbers, cost))
    held = name or "complexes"
    rows = []
    for substance, group in substances.items():
        words = [word for word, _, _ in group]
        told_words = ", ".join(w for w in ("known", "near", "far") if w in words)
        rows.append(_row(held, substance, told_words, group))
    for word in ("known", "near", "far"):
        group = [one for all_ in substances.values() for one in all_ if one[0] == word]
        if group:
            rows.append(_row(held, "all", word, group))
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
    options.add_argument("--known", help="set of known spectra for one metal")
    args = options.parse_args()
    notes = ["medians over scans; quick run: two scans a substance"] * args.quick
    publish("measured", run(args), COLUMNS, args, notes)


if __name__ == "__main__":
    main()
