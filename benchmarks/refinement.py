"""Structures fitted to spectra: are bonds found, and do intervals hold them?

    python -m benchmarks.refinement
    python -m benchmarks.refinement --targets 4 --structures bpy3

Simulated targets: a structure is changed by numbers drawn within 70 % of its moves'
ranges and computed; the spectrum is broadened by 1.2 eV, shifted by up to 1 eV, put on
another scale and made noisy (1 % of the edge step). Then it is looked for with all of
that free. `same` theory: target and fit by one engine. `other`: the target has another
core hole and energies between the spheres, so that the theory of the fit is off.
`network`: the target by the engine, the fit by ARD kernel ridge, taught by spectra of
other compounds alone. Rows are means over targets and numbers; `within` is the share of
90 % intervals that hold the true number, `told` that of numbers that the fit says it
can tell.

Measured: `fe-terpy` (public data), whose ground and excited states are fitted by one
number, how far all six nitrogens are; what the excited state leaves open of shift and
width bounds those of the ground state, which one beamline measured with one zero.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.report import Row, measured, parser, publish
from xnet_lite.arrays import Array
from xnet_lite.datasets import load, load_spectra
from xnet_lite.errors import InputError
from xnet_lite.inverse import (
    Forward,
    Geometry,
    Refinement,
    by_engine,
    by_predictor,
    ligands,
    refine,
    stretch,
)
from xnet_lite.jobs import TrainingJob, prepare, teach
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import Spectrum, convolve_gaussian, normalise
from xnet_lite.structures import read_site

COLUMNS = {
    "off": "off / Å",
    "off_most": "at most",
    "within": "within",
    "width": "interval / Å",
    "told": "told",
    "agreement": "agreement",
    "n_computed": "computed",
}
#: holds every molecule here whole
WHOLE = 12.0
FWHM, NOISE, SHARE, ZERO = 1.2, 0.01, 0.7, 7112.0
SET, BPY3 = "tm-complexes-k-fe", Path("data", "examples", "fe-bpy3.xyz")
#: by formula in the embedded set, and the donors whose bonds are looked for
STRUCTURES = {
    "bpy3": ("", ["N"]),
    "Fe(CO)4Cl2": ("C4Cl2FeO4", ["C", "Cl"]),
    "FeCl2(CO)2(PH3)2": ("C2H6Cl2FeO2P2", ["C", "Cl", "P"]),
}
THEORIES = ("same", "other", "network")
#: eV: shifts of the measured spectra's zero against the engine's, and widths
SHIFTS, WIDTHS, REACH = (0.0, 20.0), (0.0, 6.0), 0.35


def geometry(name: str) -> Geometry:
    """Return a structure of the benchmark, and how it may change."""
    formula, donors = STRUCTURES[name]
    if not formula:
        site = read_site(BPY3)
        return Geometry(site, [stretch(site, one) for one in donors])
    sites = load(SET).sites or []
    found = (one for one in sites if one.atoms.get_chemical_formula() == formula)
    site = next(found)
    return Geometry(site, [stretch(site, one) for one in donors])


def theories(name: str, keep: Path, which: str) -> tuple[Forward, Forward]:
    """Return what makes targets, and what fits them."""
    engine = MultipleScattering(r_fms=WHOLE)
    own = by_engine(engine, checkpoint=keep / f"{name}-own.jsonl")
    if which == "same":
        return own, own
    if which == "other":
        rules = {"r_fms": WHOLE, "energies": engine.energies}
        other = MultipleScattering("feff_overlapped", **rules)
        return by_engine(other, checkpoint=keep / f"{name}-other.jsonl"), own
    data = load(SET)
    formulas = [one.atoms.get_chemical_formula() for one in data.sites or []]
    others = data[
        np.array(formulas) != geometry(name).site.atoms.get_chemical_formula()
    ]
    job = TrainingJob(SET, "ARD", hold_out=0.0)
    return own, by_predictor(teach(job, prepare(job, others)))


def target(structure: Geometry, make: Forward, seed: int) -> tuple[Array, Spectrum]:
    """Return numbers drawn by chance, and the spectrum that is to tell them."""
    draw = np.random.default_rng(seed)
    numbers = draw.uniform(*(SHARE * structure.bounds.T))
    energy, spectra = make([structure.at(numbers)])
    mu = convolve_gaussian(energy, spectra[0], FWHM)
    mu = draw.uniform(0.5, 2) * (mu / mu[energy > 40].mean())
    mu = mu + NOISE * mu[energy > 40].mean() * draw.normal(size=len(mu))
    return numbers, Spectrum(energy + ZERO + draw.uniform(-1, 1), mu, ZERO)


def scores(found: Refinement, numbers: Array) -> dict[str, float]:
    """Return how far off the numbers are, and whether intervals hold them."""
    names = found.geometry.names
    best = np.array([found.best[name] for name in names])
    low, high = np.array([found.intervals[name] for name in names]).T
    told = [row["told"] == "yes" for row in found.table().rows[: len(names)]]
    return {
        "off": float(np.abs(best - numbers).mean()),
        "off_most": float(np.abs(best - numbers).max()),
        "within": float(((numbers >= low) & (numbers <= high)).mean()),
        "width": float((high - low).mean()),
        "told": float(np.mean(told)),
        "agreement": found.agreement,
        "n_computed": float(found.n_computed),
        "r_factor": found.r_factor,
    }


def simulated(name: str, theory: str, n_targets: int, keep: Path) -> Iterator[Row]:
    """Yield a row a target."""
    structure = geometry(name)
    make, fit = theories(name, keep, theory)
    for seed in range(n_targets):
        numbers, spectrum = target(structure, make, seed)
        with measured() as cost:
            found = refine(spectrum, structure, fit)
        yield Row(name, "simulated", theory, seed, scores(found, numbers), cost)


def terpy(keep: Path) -> tuple[list[Row], list[str]]:
    """Return rows of the measured states, and sentences on what they say."""
    site = load("fe-terpy").sites[0]  # type: ignore[index]
    engine = MultipleScattering(r_fms=WHOLE)
    fit = by_engine(engine, arctangent=True, checkpoint=keep / "terpy.jsonl")
    structure = Geometry(site, [stretch(site, reach=REACH)])
    donors = np.concatenate([own for _, own in ligands(site)])
    spectra = {one.meta["state"]: one for one in load_spectra("fe-terpy")}
    rows, notes, draws = [], [], {}
    ranges = {"shift": SHIFTS, "fwhm": WIDTHS}
    for state in ("excited", "ground"):
        plain = replace(normalise(spectra[state]), e0=engine(site).e0)
        with measured() as cost:
            found = refine(plain, structure, fit, **ranges)
        ranges = {name: found.intervals[name] for name in ranges}
        (name,) = structure.names
        low, high = found.intervals[name]
        draws[state] = found.samples[:, 0]
        metrics = {"width": high - low, "agreement": found.agreement}
        metrics |= {"n_computed": float(found.n_computed)}
        rows.append(Row("fe-terpy", "measured", state, 0, metrics, cost))
        ends = structure.distances([low], donors), structure.distances([high], donors)
        said = "to".join(f" {one.mean():.3f} " for one in ends).strip()
        notes.append(f"fe-terpy, {state}: Fe-N {said} Å (R {found.r_factor:.4f})")
    longer = draws["excited"] - draws["ground"]
    low, middle, high = np.quantile(longer, [0.05, 0.5, 0.95])
    notes.append(f"fe-terpy: {middle:.3f} Å longer excited, {low:.3f} to {high:.3f}")
    return rows, notes


def main() -> int:
    """Run it."""
    options = parser(str(__doc__).split("\n")[0], seeds=())
    options.add_argument("--targets", type=int, default=10, help="of each structure")
    options.add_argument(
        "--structures", nargs="+", choices=list(STRUCTURES), default=list(STRUCTURES)
    )
    options.add_argument(
        "--theories", nargs="+", choices=THEORIES, default=list(THEORIES)
    )
    options.add_argument("--keep", type=Path, help="folder for what is computed")
    given = options.parse_args()
    n_targets = 2 if given.quick else given.targets
    names = given.structures[:1] if given.quick else given.structures
    with TemporaryDirectory() as temporary:
        keep = given.keep or Path(temporary)
        keep.mkdir(parents=True, exist_ok=True)
        rows = []
        for name in names:
            for theory in given.theories:
                rows += simulated(name, theory, n_targets, keep)
                print(f"{name}, {theory}: done", file=sys.stderr)
        try:
            more, notes = terpy(keep)
        except InputError as error:
            more, notes = [], [f"fe-terpy is left out: {error}"]
    publish("refinement", rows + more, COLUMNS, given, notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
