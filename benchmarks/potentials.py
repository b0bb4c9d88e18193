"""Self-consistent potentials against those of FEFF9: levels, radii, element by element.

    python -m benchmarks.potentials --sites 100 --keep FOLDER --figure potentials.html

Each of the 4 362 spectra of `omnixas-cu-k` tells the Fermi level, the level between the
spheres, the electron radius there, and the radii that FEFF ended with. Sites are drawn
by chance; no spectrum is computed. Differences are ours less FEFF's: `mean`, `s.d.`
and Pearson's r over sites. Rows of an element are of the Fermi level where it occurs,
in at least `LEAST` sites, by the size of its mean. `rounds` and CPU seconds are of a
site; in `not found` the share whose search did not end.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import numpy as np
from ase.data import chemical_symbols
from ase.units import Bohr

from benchmarks.report import Cost, Row, measured, parser, publish
from xnet_lite.arrays import Array
from xnet_lite.datasets import load, load_spectra
from xnet_lite.errors import InputError
from xnet_lite.parallel.maps import checkpoint_file, resumable_map
from xnet_lite.plots.base import empty_figure
from xnet_lite.scattering import self_consistent
from xnet_lite.structures import Site

SET, N_SITES, N_QUICK, LEAST = "omnixas-cu-k", 100, 4, 4
LEVELS = ("Fermi level / eV", "between / eV", "r_s / bohr")
SPHERES = ("muffin tin / Å", "Norman / Å")
COLUMNS = {
    "mean": "mean",
    "sd": "s.d.",
    "r": "r",
    "n": "n",
    "rounds": "rounds",
    "lost": "not found %",
    "cpu_site": "CPU s/site",
}


def one_site(site: Site) -> dict[str, Any]:
    """Levels and radii of a site, as FEFF's header has them."""
    with measured() as cost:
        found = self_consistent(site)
    last = found.last
    pairs = zip(found.radius * Bohr, found.norman * Bohr)
    return {
        "levels": [last.fermi, last.interstitial, last.r_s],
        "spheres": {str(s.z): pair for s, pair in zip(found.species, pairs)},
        "rounds": len(found.rounds),
        "converged": found.converged,
    } | vars(cost)


def differences(ours: Array, theirs: Array) -> dict[str, float]:
    """Mean and spread of what ours is more, and correlation."""
    wrong = ours - theirs
    r = np.corrcoef(ours, theirs)[0, 1] if len(ours) > 2 else np.nan
    return {"mean": wrong.mean(), "sd": wrong.std(), "r": r, "n": len(wrong)}


def rows_of(done: list[dict[str, Any]], heads: list[dict[str, Any]]) -> list[Row]:
    """One row a quantity, then one an element."""
    ours = np.array([one["levels"] for one in done])
    theirs = np.array([[h["mu"], h["vint"], h["rs_int"]] for h in heads])
    cost = Cost(sum(o["cpu_s"] for o in done), max(o["peak_mb"] for o in done))
    once = {
        "rounds": float(np.mean([one["rounds"] for one in done])),
        "lost": 100 * float(np.mean([not one["converged"] for one in done])),
        "cpu_site": float(np.median([one["cpu_s"] for one in done])),
    }
    rows = []
    for i, name in enumerate(LEVELS):
        metrics = differences(ours[:, i], theirs[:, i]) | once
        rows.append(Row(SET, "all", name, 0, metrics, cost))
    pairs = [
        (one["spheres"][str(z)], sphere)
        for one, head in zip(done, heads)
        for z, sphere in head["spheres"].items()
        if str(z) in one["spheres"]
    ]
    for i, name in enumerate(SPHERES):
        both = np.array([(a[i], b[i]) for a, b in pairs])
        rows.append(Row(SET, "all", name, 0, differences(*both.T), Cost()))
    return rows + by_element(ours[:, 0], theirs[:, 0], heads)


def by_element(ours: Array, theirs: Array, heads: list[dict[str, Any]]) -> list[Row]:
    """Fermi levels of the sites with an element, the worst first."""
    rows = []
    for z in sorted({z for head in heads for z in head["spheres"]}):
        has = np.array([z in head["spheres"] for head in heads])
        if LEAST <= has.sum() < len(has):
            metrics = differences(ours[has], theirs[has])
            name = f"Fermi level with {chemical_symbols[z]}"
            rows.append(Row(SET, "element", name, 0, metrics, Cost()))
    return sorted(rows, key=lambda row: -abs(row.metrics["mean"]))


def draw(done: list[dict[str, Any]], heads: list[dict[str, Any]], file: str) -> None:
    """Write the Fermi levels of both as points over each other."""
    ours = [one["levels"][0] for one in done]
    theirs = [head["mu"] for head in heads]
    figure = empty_figure("", "Fermi level of FEFF9 / eV", "ours / eV")
    ends = [min(ours + theirs), max(ours + theirs)]
    figure.add_scatter(x=ends, y=ends, mode="lines", name="equal")
    figure.add_scatter(x=theirs, y=ours, mode="markers", name="sites")
    figure.write_html(file)


def run(args: Namespace) -> list[Row]:
    """Let the potentials of some sites find themselves, and compare."""
    data, spectra = load(SET), load_spectra(SET)
    n_sites = N_QUICK if args.quick else args.sites
    chosen = np.random.default_rng(args.seeds[0]).permutation(len(data))[:n_sites]
    sites = [(data.sites or [])[i] for i in chosen]
    keep = checkpoint_file(f"{args.keep}/potentials", {}) if args.keep else None
    keys = [site.fingerprint() for site in sites]
    done = resumable_map(one_site, sites, keys, checkpoint=keep, label="potentials")
    heads = [spectra[i].meta for i in chosen]
    if args.figure:
        draw(done, heads, args.figure)
    return rows_of(done, heads)


def main() -> None:
    """Compare, print, and draw."""
    options = parser(__doc__ or "", seeds=(0,))
    options.add_argument("--sites", type=int, default=N_SITES)
    options.add_argument("--keep", metavar="FOLDER", help="of sites that are done")
    options.add_argument("--figure", metavar="FILE", help=".html of Fermi levels")
    args = options.parse_args()
    rows, notes = [], []
    try:
        rows = run(args)
    except InputError as error:
        notes.append(f"{SET}: left out, {error}")
    publish("potentials", rows, COLUMNS, args, notes)


if __name__ == "__main__":
    main()
