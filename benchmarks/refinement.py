"""Structures fitted to spectra: are bonds found, and do intervals hold them?

    python -m benchmarks.refinement
    python -m benchmarks.refinement --targets 4 --structures bpy3
    python -m benchmarks.refinement --targets 0 --simulated --profiles bpy3 heme

Simulated targets: a structure is changed by numbers drawn within 70 % of its moves'
ranges and computed; the spectrum is broadened by 1.2 eV, shifted by up to 1 eV, put on
another scale and made noisy (1 % of the edge step). Then it is looked for with all of
that free. `same` theory: target and fit by one engine. `other`: the target has another
core hole and energies between the spheres, so that the theory of the fit is off.
`corrected`: the same targets, fitted by the engine with a Δ that `N_DEAR` other sites,
of other compounds, have taught from pairs of both theories. `network`: the target by
the engine, the fit by ARD kernel ridge, taught by spectra of other compounds alone;
`corrected network`: the targets of `other`, fitted by that network with such a Δ;
`graph`: by a graph network, taught by the same as `network`; `downhill`: by the
gradient of that graph network (`descend`). Rows are means over targets and numbers;
`within` is the share of 90 % intervals that hold the true number, `told` that of
numbers that the fit says it can tell.

Profiles: as the paper of 2020 (doi:10.1021/acs.jpca.0c03723, its figure 6), one bond at
a time. `bpy3`: Fe-N. `heme`: a porphyrin with imidazole for histidine and NO, built and
relaxed here, for want of myoglobin's own structure. The target is the engine's spectrum
of the structure with all of its bonds changed by up to 0.06 Å; the other bonds stay as
they are built, as in the paper. `off` is where the lowest misfit is, less the truth;
`rise` what the misfit gains 0.1 Å from its lowest, over the lowest: flat is below 1.

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
from xnet_lite.complexes import Recipe, build, relax
from xnet_lite.datasets import XASDataset, load, load_spectra
from xnet_lite.errors import InputError
from xnet_lite.inverse import (
    Descent,
    Forward,
    Geometry,
    Refinement,
    by_delta,
    by_engine,
    by_predictor,
    descend,
    ligands,
    refine,
    scan,
    stretch,
)
from xnet_lite.inverse.refinement import FLAT
from xnet_lite.jobs import TrainingJob, prepare, recipe, taught, teach
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import Spectrum, convolve_gaussian, normalise, unit_mean
from xnet_lite.strategies import DeltaPredictor
from xnet_lite.structures import Site, read_site
from xnet_lite.targets import EnergyGrid

COLUMNS = {
    "off": "off / Å",
    "off_most": "at most",
    "within": "within",
    "width": "interval / Å",
    "told": "told",
    "agreement": "agreement",
    "rise": "rise",
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
#: theories of the fit; those that a Δ corrects have targets of the other theory
THEORIES = (
    "same",
    "other",
    "corrected",
    "network",
    "corrected network",
    "graph",
    "downhill",
)
#: sites that both theories compute, for a Δ to learn from
N_DEAR = 100
HEME = Recipe("Fe", 2, "octahedral", ("por", "im", "no"))
#: Å that bonds of a profile's target are changed by at most; points of a scan
CHANGED, POINTS = 0.06, {"engine": 9, "graph": 21, "network": 21}
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
    own, other = engines(name, keep)
    if which in ("same", "other"):
        return own if which == "same" else other, own
    if which == "corrected":
        return other, by_delta(lacking(own, keep, "own"), own)
    if which == "corrected network":
        network = by_predictor(learnt("ARD", keep))
        return other, by_delta(lacking(network, keep, "network"), network)
    model = "ARD" if which == "network" else "GNN"
    return own, by_predictor(learnt(model, keep))


def engines(name: str, keep: Path) -> tuple[Forward, Forward]:
    """Return our engine and the other theory."""
    engine = MultipleScattering(r_fms=WHOLE)
    rules = {"r_fms": WHOLE, "energies": engine.energies}
    other = MultipleScattering("feff_overlapped", **rules)
    own = by_engine(engine, checkpoint=keep / f"{name}-own.jsonl")
    return own, by_engine(other, checkpoint=keep / f"{name}-other.jsonl")


def lacking(low: Forward, keep: Path, called: str) -> DeltaPredictor:
    """Return what a low level lacks of the other theory, by other compounds, kept."""
    folder = keep / f"delta-{called}"
    if folder.exists():
        return DeltaPredictor.load(folder)
    data = others().sample(N_DEAR, 0)
    sites = list(data.sites or [])
    other = engines("taught", keep)[1]
    if called == "own":
        low = engines("taught", keep)[0]
    levels = []
    for theory in (low, other):
        energy, spectra = theory(sites)
        there = [np.interp(data.energy, energy, mu) for mu in spectra]
        levels.append(unit_mean(data.energy, np.array(there)))
    model = recipe("ARD").predictor(0, describer(DESCRIPTOR), targets=EnergyGrid())
    delta = DeltaPredictor(model, "both")
    delta.fit(sites, levels[1], data.energy, low=levels[0], groups=data.groups)
    delta.save(folder)
    return delta


def learnt(model: str, keep: Path) -> Predictor:
    """Return a model taught by what is none of the compounds here, kept."""
    folder = keep / model
    if folder.exists():
        return taught(folder)
    job = TrainingJob(SET, model, hold_out=0.0)
    predictor = teach(job, prepare(job, others()))
    predictor.save(folder)
    return predictor


def others() -> XASDataset:
    """Return what is none of the compounds here."""
    data = load(SET)
    known = {formula for formula, _ in STRUCTURES.values()}
    formulas = [one.atoms.get_chemical_formula() for one in data.sites or []]
    return data[np.array([one not in known for one in formulas])]


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
            if theory == "downhill":
                found = descend(spectrum, structure, learnt("GNN", keep))
                told = walked(found, numbers)
            else:
                told = scores(refine(spectrum, structure, fit), numbers)
        yield Row(name, "simulated", theory, seed, told, cost)


def walked(found: Descent, numbers: Array) -> dict[str, float]:
    """Return the same of a way down."""
    names = found.geometry.names
    off = np.abs([found.best[name] for name in names] - numbers)
    low, high = np.array([found.interval(name) for name in names]).T
    range_ = np.ptp(found.geometry.bounds, axis=1)
    return {
        "off": float(off.mean()),
        "off_most": float(off.max()),
        "within": float(((numbers >= low) & (numbers <= high)).mean()),
        "width": float((high - low).mean()),
        "told": float(((high - low) < FLAT * range_).mean()),
        "n_computed": float(found.n_computed),
        "r_factor": float(found.r_factors.min()),
    }


def heme() -> Geometry:
    """Return the complex of the profiles, and its three kinds of bonds."""
    built = relax(build(HEME))
    site = Site(built.atoms, 0, name="heme")
    symbols = np.array(site.atoms.get_chemical_symbols())
    moves = []
    for atoms, donors in ligands(site):
        names = {1: "Fe-Im", 4: "Fe-porphyrin"}
        name = "Fe-NO" if len(atoms) == 2 else names[len(donors)]
        assert set(symbols[donors]) == {"N"}
        moves.append(stretch(site, donors.tolist(), name=name))
    return Geometry(site, moves)


def profiles(name: str, keep: Path) -> Iterator[Row]:
    """Yield a row a bond and a theory: the lowest point of its profile."""
    structure = heme() if name == "heme" else geometry(name)
    engine = by_engine(
        MultipleScattering(r_fms=WHOLE), checkpoint=keep / f"{name}-own.jsonl"
    )
    draw = np.random.default_rng(len(structure.names))
    numbers = draw.uniform(-CHANGED, CHANGED, len(structure.names))
    energy, (mu,) = engine([structure.at(numbers)])
    wanted = Spectrum(energy + ZERO, convolve_gaussian(energy, mu, FWHM), ZERO)
    fits = {"engine": engine, "graph": by_predictor(learnt("GNN", keep))}
    for theory, fit in fits.items():
        for bond, true in zip(structure.names, numbers, strict=True):
            with measured() as cost:
                found = scan(wanted, structure, fit, bond, n=POINTS[theory])
            around = np.abs(np.abs(found.values - found.best) - 0.1)
            least = found.r_factors.min()
            rise = found.r_factors[np.argsort(around)[:2]].min() / max(least, 1e-12) - 1
            off = abs(found.best - float(true))
            said = {"off": off, "rise": float(rise), "n_computed": POINTS[theory]}
            yield Row(f"{name}, {bond}", "profile", theory, 0, said, cost)


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
    options.add_argument("--profiles", nargs="*", choices=["bpy3", "heme"], default=[])
    options.add_argument(
        "--simulated", action="store_true", help="leave out the measured spectra"
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
        for name in given.profiles:
            rows += profiles(name, keep)
            print(f"profiles of {name}: done", file=sys.stderr)
        try:
            more, notes = ([], []) if given.simulated else terpy(keep)
        except InputError as error:
            more, notes = [], [f"fe-terpy is left out: {error}"]
    publish("refinement", rows + more, COLUMNS, given, notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
