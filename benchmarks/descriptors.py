"""Structures per second of every descriptor, on one thread, beside its peers.

    python -m benchmarks.descriptors
    python -m benchmarks.descriptors --quick --json -

Structures lie in memory as atoms; a figure is the best of several runs, neighbors
included, in CPU time of this process. Two peers: dscribe's ACSF with the same
functions and all elements alike (the same numbers as `WACSF(weight="one")`), run here,
and the reference code, whose figures were measured once and are stated.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import product

import numpy as np
from ase import Atoms
from threadpoolctl import threadpool_limits

from benchmarks.report import Row, measured, parser, publish
from xnet_lite.arrays import Array
from xnet_lite.datasets import load
from xnet_lite.descriptors import ARMSR, CHEMISTRY, LMBTR, MSR, PDOS, RDC, SOAP, WACSF
from xnet_lite.descriptors.base import gaussian_grid
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

Transform = Callable[[Sequence[Site]], Array]

DESCRIPTORS = {
    "WACSF": WACSF(),
    "WACSF.xanesnet": WACSF.xanesnet(),
    "WACSF four weights": WACSF(weight=CHEMISTRY),
    "WACSF elements": WACSF(elements=("H", "C", "N", "O", "P", "S", "Cl")),
    "WACSF G1 and G2": WACSF(n_g4=0),
    "RDC": RDC(),
    "RDC.xanesnet": RDC.xanesnet(),
    "MSR 3 bodies": MSR(n_s4=0),
    "MSR 4 bodies": MSR(),
    "MSR 5 bodies": MSR(n_s5=38),
    "ARMSR": ARMSR(),
    "MSR.xanesnet 3 bodies": MSR.xanesnet(n_s4=0),
    "MSR.xanesnet 4 bodies": MSR.xanesnet(),
    "MSR.xanesnet 5 bodies": MSR.xanesnet(n_s5=38),
    "ARMSR.xanesnet": ARMSR.xanesnet(),
    "LMBTR": LMBTR(),
    "LMBTR distances": LMBTR(n_k3=0),
    "LMBTR angles": LMBTR(n_k2=0),
}
#: through dscribe
OPTIONAL = {
    "SOAP": SOAP(),
    "SOAP n8 l6": SOAP(n_max=8, l_max=6),
    "SOAP mu2 n8 l6": SOAP(n_max=8, l_max=6, compression="mu2"),
}
N_SLOW = 5  # structures of a descriptor that takes seconds each
#: structures a second of NewcastleRSE/XANESNET 121f79fd (2026-04-27) and, paths, of
#: NewcastleRSE/xray-spectroscopy-ml 69dd0418 (2025-10-17) on the 99 Fe structures, one
#: thread of a two-core machine in CPU time, spread up to twice; of 22 to 34 the better
REFERENCE = {
    "WACSF.xanesnet": 896.0,
    "RDC.xanesnet": 9900.0,
    "MSR.xanesnet 3 bodies": 179.0,
    "MSR.xanesnet 4 bodies": 10.5,
    "MSR.xanesnet 5 bodies": 0.08,
    "ARMSR.xanesnet": 34.0,
}
COLUMNS = {
    "structures_per_s": "structures/s",
    "reference_per_s": "reference code/s (stated)",
    "ratio": "ours / reference",
    "n_features": "features",
}
N_ATOMS = 67  # mean of the 99 Fe structures
SPACING, SHAKE = 2.4, 0.2  # Å
N_RUNS, N_RUNS_QUICK = 20, 5
SIZES, SIZES_QUICK = (10, 100, 1000, 10_000), (10, 100, 1000)


def main() -> int:
    """Measure and print."""
    arguments = parser(__doc__ or "", seeds=(0,)).parse_args()
    n_runs = N_RUNS_QUICK if arguments.quick else N_RUNS
    sizes = SIZES_QUICK if arguments.quick else SIZES
    rows: list[Row] = []
    absent = [name for name in ("dscribe", "pyscf") if not find_spec(name)]
    notes = [f"{name} is not installed: get the extra `chem`" for name in absent]
    with threadpool_limits(1):
        for seed in arguments.seeds:
            try:
                rows += _public(seed, n_runs)
            except InputError as error:
                note = f"the 99 Fe structures of csd-fe-k are lacking: {error}"
                notes += [] if note in notes else [note]
            for size in sizes:
                rows += _random(size, seed, max(1, min(n_runs, 1000 // size)))
    publish("descriptors", rows, COLUMNS, arguments, notes)
    return 0


def _public(seed: int, n_runs: int) -> list[Row]:
    """Rows of the 99 Fe structures that the reference code was timed on."""
    dataset = load("csd-fe-k")
    train = np.flatnonzero(dataset.labels["split"] == "train")
    order = np.random.default_rng(seed).permutation(train)
    sites = list(dataset[order].sites or ())
    transforms = {name: d.transform for name, d in DESCRIPTORS.items()} | _dscribe()
    rows = [
        _row(
            (dataset.name, f"{len(sites)} sites", name, seed), transform, sites, n_runs
        )
        for name, transform in transforms.items()
    ]
    if find_spec("pyscf"):
        few = sorted(sites, key=lambda site: len(site.atoms))[:: len(sites) // N_SLOW]
        key = (dataset.name, f"{len(few)} sites", "PDOS", seed)
        rows.append(_row(key, PDOS().transform, few, 1))
    return rows


def _random(size: int, seed: int, n_runs: int) -> list[Row]:
    """Rows of as many structures as wanted, made here."""
    sites = _crowds(size, seed)
    return [
        _row(("made here", f"{size} sites", name, seed), d.transform, sites, n_runs)
        for name, d in DESCRIPTORS.items()
    ]


def _row(
    key: tuple[str, str, str, int],
    transform: Transform,
    sites: Sequence[Site],
    n_runs: int,
) -> Row:
    """Time one descriptor: the best run counts, the first is not among them."""
    transform(sites[:1])
    with measured() as cost:
        n_features = transform(sites).shape[1]
    seconds = [cost.cpu_s]
    for _ in range(n_runs - 1):
        start = time.process_time()
        transform(sites)
        seconds.append(time.process_time() - start)
    cost.cpu_s = min(seconds)
    speed = len(sites) / cost.cpu_s
    stated = REFERENCE.get(key[2], np.nan) if key[0] == "csd-fe-k" else np.nan
    metrics = {
        "structures_per_s": speed,
        "reference_per_s": stated,
        "ratio": speed / stated,
        "n_features": float(n_features),
    }
    return Row(*key, metrics, cost)


def _crowds(size: int, seed: int) -> list[Site]:
    """Fe at the center of a cubic lattice whose atoms are shaken and of any element."""
    steps = SPACING * np.arange(-3, 4)
    lattice = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    order = np.argsort(np.linalg.norm(lattice, axis=1), kind="stable")
    rng = np.random.default_rng(seed)
    positions = rng.normal(lattice[order[:N_ATOMS]], SHAKE, (size, N_ATOMS, 3))
    numbers = rng.choice([1, 6, 7, 8], (size, N_ATOMS))
    numbers[:, 0] = 26
    pairs = zip(numbers, positions, strict=True)
    return [Site(Atoms(numbers=z, positions=places), 0) for z, places in pairs]


def _dscribe() -> dict[str, Transform]:
    """What runs through dscribe, and its symmetry functions on our grids."""
    if not find_spec("dscribe"):
        return {}
    from dscribe.descriptors import ACSF

    radial = zip(*gaussian_grid("shifted", 0.5, 5.5, 32), strict=True)
    angular = product(gaussian_grid("centred", 1.0, 5.5, 8)[0], (1, 2, 4, 8), (1, -1))
    acsf = ACSF(
        r_cut=6.0,
        g2_params=[list(pair) for pair in radial],
        g4_params=[list(triple) for triple in angular],
        species=["H"],
    )

    def transform(sites: Sequence[Site]) -> Array:
        """Features of sites whose atoms are all called H."""
        like = [Atoms(f"H{len(site.atoms)}", site.atoms.positions) for site in sites]
        found = [
            acsf.create(atoms, centers=[site.absorber_index])[0]
            for atoms, site in zip(like, sites, strict=True)
        ]
        return np.array(found)

    ours = {name: descriptor.transform for name, descriptor in OPTIONAL.items()}
    return ours | {"dscribe ACSF, one element": transform}


if __name__ == "__main__":
    sys.exit(main())
