"""What the edge of a structure does to a spectrum of the engine.

    python -m benchmarks.boxes

The engine has one level between the spheres for molecules, a constant, and another for
crystals, an average of their potential; a cell in the file decides. A molecule in the
middle of an empty cell is the same molecule, and the middle of a large piece of a
crystal the same crystal, yet their spectra differ by what this prints: the relative
error from -15 to 60 eV, also after the best shift in energy, and how far the highest
point moves. The molecules are the first site of each metal in `tm-complexes-k` and the
example; the crystals are cut to 11 Å.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ase.build import bulk

from benchmarks.report import Row, measured, parser, publish
from benchmarks.scattering import SHIFTS
from xnet_lite.datasets import load
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import Spectrum, unit_mean
from xnet_lite.structures import Site, cluster, read_site
from xnet_lite.studies.first_light import example_file

BOX, PIECE = 30.0, 11.0  # Å; beyond what the engine looks at
PRESETS = ("fdmnes_like", "feff_overlapped", "feff_like")
GRID = np.arange(-15.0, 60.01, 0.2)
CRYSTALS = {  # ase.build.bulk
    "Fe": {"name": "Fe"},
    "Ni": {"name": "Ni"},
    "Cu": {"name": "Cu"},
    "Ti": {"name": "Ti"},
    "MnO": {"name": "MnO", "crystalstructure": "rocksalt", "a": 4.445},
    "NiO": {"name": "NiO", "crystalstructure": "rocksalt", "a": 4.177},
    "ZnS": {"name": "ZnS", "crystalstructure": "zincblende", "a": 5.409},
}
COLUMNS = {
    "error": "error %",
    "least": "least",
    "most": "most",
    "shifted": "after shift %",
    "top": "highest point moves / eV",
}


def molecules() -> list[Site]:
    """One complex of each metal of the embedded set, and the example."""
    known = load("tm-complexes-k").sites or []
    firsts = {site.absorber: site for site in reversed(known)}
    return [*firsts.values(), read_site(example_file())]


def boxed(site: Site) -> Site:
    """The molecule in an empty cell whose images are out of reach."""
    atoms = site.atoms.copy()
    atoms.set_cell(3 * [BOX])
    atoms.center()
    atoms.pbc = True
    return Site(atoms, site.absorber_index, site.edge, site.name)


def crystals() -> list[Site]:
    """A few crystals; their metal, which stands first, absorbs."""
    return [Site(bulk(**how), 0, name=name) for name, how in CRYSTALS.items()]


def piece(site: Site) -> Site:
    """What is left of a crystal in a file without a cell."""
    return cluster(site, PIECE)


def differences(one: Spectrum, other: Spectrum) -> tuple[float, float, float]:
    """Error in percent, the same after the best shift, how far the top moves in eV."""
    target = unit_mean(GRID, np.interp(GRID, other.energy_rel, other.mu)[None])
    moved = np.array([np.interp(GRID + s, one.energy_rel, one.mu) for s in SHIFTS])
    errors = relative_spectral_error(
        unit_mean(GRID, moved), target.repeat(len(SHIFTS), 0)
    )
    plain = errors[np.abs(SHIFTS).argmin()]
    tops = [x.energy_rel[x.mu.argmax()] for x in (one, other)]
    return float(plain), float(errors.min()), abs(float(tops[0] - tops[1]))


def run(
    name: str, sites: list[Site], change: Callable[[Site], Site], preset: str
) -> Row:
    """Compute sites twice and compare."""
    engine = MultipleScattering(preset, energies=np.arange(-31.0, 76.1, 0.25))
    with measured() as cost:
        found = np.array([differences(engine(change(x)), engine(x)) for x in sites])
    errors, shifted, tops = found.T
    metrics = {
        "error": float(np.median(errors)),
        "least": float(errors.min()),
        "most": float(errors.max()),
        "shifted": float(np.median(shifted)),
        "top": float(np.median(tops)),
    }
    return Row(f"{name} ({len(sites)})", "–", preset, 0, metrics, cost)


def main() -> None:
    """Run the comparison for both presets."""
    chosen = parser(__doc__ or "", seeds=(0,)).parse_args()
    few = slice(2) if chosen.quick else slice(None)
    rows = [
        run(name, sites[few], change, preset)
        for name, sites, change in (
            ("molecules in a box", molecules(), boxed),
            ("pieces of crystals", crystals(), piece),
        )
        for preset in PRESETS
    ]
    publish("boxes", rows, COLUMNS, chosen)


if __name__ == "__main__":
    main()
