"""From spectra that we computed to published ones: what a model taught here can do.

    python -m benchmarks.transfer
    python -m benchmarks.transfer --models GNN --seeds 0 1 2

Every model learns from the Fe sites of `tm-complexes-k` alone (complexes built here,
spectra by our engine) and is scored on all 109 published FDMNES spectra of `csd-fe-k`:
-15…55 eV in 0.5 eV steps, each spectrum divided by its mean above 15 eV. There is one
global energy shift, the `edge_offset` of the engine's preset, which is part of every
taught spectrum; nothing is fitted to the spectra that are scored. The row `the engine`
is the floor: the physics itself on the published structures.
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np
from ase.data import covalent_radii

from benchmarks.forward import Training
from benchmarks.report import Cost, Row, measured, models_option, parser, publish
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, load
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.errors import InputError
from xnet_lite.jobs import BASELINES, MODELS
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR, site_scaler
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import Level, MultipleScattering
from xnet_lite.spectra import unit_mean
from xnet_lite.structures import Site

GRID = np.arange(-15.0, 55.01, 0.5)
SIZES, QUICK_SIZES = (25, 100, 300, 600, 1000), (25, 60)
GAINS = (10, 25, 50)
N_DRAWS = 4  # of the published spectra that are added
QUICK_SITES, QUICK_MEMBERS = 80, 2
BOUND = 1.25  # sums of covalent radii
SMALL_CLASS = 4  # classes with fewer sites are counted together
COLUMNS = {
    "a_median": "error %",
    "q1": "q1",
    "q3": "q3",
    "a_mean": "mean",
    "a_p90": "p90",
    "to_engine": "to the engine %",
    "engine": "engine %",
    "n": "n",
}


#: what `xnet-lite train` teaches where no model is named
VOTE = "vote of 15 quick MLPs"
NAMES = (*BASELINES, "ARD", "quick MLP", VOTE, "GNN")
CURVE = ("kernel ridge", "ARD", "quick MLP")


def fitted(name: str, data: Training) -> Predictor:
    """Teach one of the models, as `xnet-lite train` does, one member or a vote."""
    kind = "quick MLP" if name == VOTE else name
    seeds = {"hyperparameters": {"seed": data.seed}} if name == "ARD" else {}
    n_members = QUICK_MEMBERS if data.quick else MODELS[kind].members
    predictor = data.untaught(kind, scaler=site_scaler(), **seeds)
    return data.teach(predictor, n_members if name == VOTE else 1)


def reads_structures(name: str) -> bool:
    """Whether a model reads the neighbors' graphs and not a descriptor's features."""
    return name in MODELS and MODELS[name].reads_structures


def on_grid(spectra: Array, energy: Array) -> Array:
    """Interpolate and divide each spectrum by its mean above 15 eV."""
    return unit_mean(GRID, np.array([np.interp(GRID, energy, mu) for mu in spectra]))


def summary(errors: Array, to_engine: Array | None = None) -> dict[str, float]:
    """Median, quartiles, mean, p90 of errors in percent."""
    low, middle, high, far = np.percentile(errors, [25, 50, 75, 90])
    found = {"a_median": middle, "q1": low, "q3": high, "a_mean": errors.mean()}
    found |= {"a_p90": far, "n": float(len(errors))}
    if to_engine is not None:
        found["to_engine"] = float(np.median(to_engine))
    return {name: float(value) for name, value in found.items()}


def shell_class(site: Site) -> str:
    """Elements bound to the absorber, "C N" for instance."""
    numbers, centre = site.atoms.numbers, site.absorber_index
    gaps = site.atoms.get_distances(centre, range(len(numbers)))
    near = gaps < BOUND * (covalent_radii[numbers] + covalent_radii[numbers[centre]])
    near[centre] = False
    symbols = {s for s, there in zip(site.atoms.symbols, near) if there and s != "H"}
    return " ".join(sorted(symbols))


class Exam:
    """What models learn from, and the published spectra they are scored on."""

    def __init__(self, taught: XASDataset, published: XASDataset, quick: bool) -> None:
        descriptor = describer(DESCRIPTOR)
        self.quick, self.name = quick, taught.name
        self.groups = taught.groups
        own, self.sites = list(taught.sites or []), list(published.sites or [])
        graph = NeighborGraph()
        # what each kind of model reads: of our sites, and of the published ones
        self.features = descriptor.transform(own), descriptor.transform(self.sites)
        self.graphs = graph.transform(own), graph.transform(self.sites)
        self.spectra = on_grid(taught.spectra, taught.energy)
        self.truth = on_grid(published.spectra, published.energy)
        with measured() as self.engine_cost:
            # computed where the published ones are, and interpolated as they are
            engine = MultipleScattering("fdmnes_like", energies=published.energy)
            level = Level("the engine", engine, GRID)
            self.engine = np.array([level(site) for site in self.sites])

    def errors(self, spectra: Array) -> Array:
        """Error of every published spectrum, percent."""
        return np.asarray(relative_spectral_error(spectra, self.truth))

    def row(self, split: str, model: str, seed: int, mu: Array, cost: Cost) -> Row:
        """Score predictions of all published spectra."""
        away = np.asarray(relative_spectral_error(mu, self.engine))
        row = Row(self.name, split, model, seed, summary(self.errors(mu), away), cost)
        print(f"{split}, {model}: {row.metrics['a_median']:.2f} %", file=sys.stderr)
        return row

    def inputs(self, model: str) -> tuple[Array, Array]:
        """What a model reads of our sites, and of the published ones."""
        return self.graphs if reads_structures(model) else self.features

    def teach(self, model: str, seed: int, rows: Array, extra: Array) -> Predictor:
        """Fit a model on some of our sites and some published ones."""
        own, new = self.inputs(model)
        x = np.vstack([own[rows], new[extra]])
        y = np.vstack([self.spectra[rows], self.truth[extra]])
        groups = np.append(self.groups[rows], [f"published {i}" for i in extra])
        labels = {"compound": groups}
        data = XASDataset(self.name, GRID, y, features=x, labels=labels)
        return fitted(model, Training(data, seed, self.quick))


NONE = np.zeros(0, dtype=int)


def compare(exam: Exam, seed: int, models: list[str]) -> list[Row]:
    """Every model taught with all our sites; the engine; errors by first shell."""
    rows = [exam.row("all sites", "the engine", seed, exam.engine, exam.engine_cost)]
    everything = np.arange(len(exam.spectra))
    for model in models:
        with measured() as cost:
            taught = exam.teach(model, seed, everything, NONE)
            mu = taught.predict(exam.inputs(model)[1])
        rows.append(exam.row("all sites", model, seed, mu, cost))
        if model == "ARD":
            rows += by_class(exam, model, seed, exam.errors(mu))
    return rows


def by_class(exam: Exam, model: str, seed: int, errors: Array) -> list[Row]:
    """Errors by the elements of the first shell, the most frequent first."""
    classes = [shell_class(site) for site in exam.sites]
    counted = Counter(classes)
    named = [c if counted[c] >= SMALL_CLASS else "others" for c in classes]
    floor = exam.errors(exam.engine)
    rows = []
    for label, _ in Counter(named).most_common():
        there = np.array([one == label for one in named])
        found = summary(errors[there]) | {"engine": float(np.median(floor[there]))}
        rows.append(Row(exam.name, f"first shell {label}", model, seed, found))
    return rows


def learning_curve(exam: Exam, seed: int, models: list[str]) -> list[Row]:
    """Errors against the number of our compounds."""
    compounds = np.random.default_rng(seed).permutation(np.unique(exam.groups))
    rows = []
    for size in QUICK_SIZES if exam.quick else SIZES:
        if size >= len(compounds):
            break
        chosen = np.flatnonzero(np.isin(exam.groups, compounds[:size]))
        for model in (one for one in CURVE if one in models):
            with measured() as cost:
                taught = exam.teach(model, seed, chosen, NONE)
                mu = taught.predict(exam.inputs(model)[1])
            rows.append(exam.row(f"{size} compounds", model, seed, mu, cost))
    return rows


def gains(exam: Exam, seed: int, models: list[str]) -> list[Row]:
    """Errors on the other published spectra once a few of them are added."""
    rng = np.random.default_rng(seed)
    everything = np.arange(len(exam.spectra))
    rows = []
    kernels = ("kernel ridge",) if exam.quick else CURVE[:2]
    for count in GAINS[:1] if exam.quick else GAINS:
        for model in (one for one in kernels if one in models):
            errors, new = [], exam.inputs(model)[1]
            with measured() as cost:
                for _ in range(1 if exam.quick else N_DRAWS):
                    order = rng.permutation(len(new))
                    predictor = exam.teach(model, seed, everything, order[:count])
                    left = order[count:]
                    mu = predictor.predict(new[left])
                    errors.append(relative_spectral_error(mu, exam.truth[left]))
            found = summary(np.concatenate(errors))
            split = f"and {count} published"
            rows.append(Row(exam.name, split, model, seed, found, cost))
    return rows


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "", seeds=(0,))
    options.add_argument("--data", default="tm-complexes-k-fe", metavar="NAME")
    models_option(options, NAMES)
    chosen = options.parse_args()
    rows: list[Row] = []
    notes = ["quick run: few sites and epochs, figures mean nothing"]
    try:
        taught, published = load(chosen.data), load("csd-fe-k")
    except InputError as error:
        publish("transfer", rows, COLUMNS, chosen, [f"left out: {error}"])
        return
    if chosen.quick:
        taught, published = taught[:QUICK_SITES], published[:12]
    exam = Exam(taught, published, chosen.quick)
    for seed in chosen.seeds:
        for part in (compare, learning_curve, gains):
            rows += part(exam, seed, chosen.models)
    publish("transfer", rows, COLUMNS, chosen, notes if chosen.quick else [])


if __name__ == "__main__":
    main()
