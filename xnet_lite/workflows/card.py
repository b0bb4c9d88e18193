"""The card of a dataset made here: what it holds, where it comes from, its limits."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from xnet_lite.datasets import XASDataset
from xnet_lite.datasets.complexes import ligand

# Å, median and number of bonds by kind in the 109 public Fe complexes with FDMNES
# spectra (closed-shell GFN2-xTB geometries of tmQM); checked in tests/datasets
PUBLIC_FE_DISTANCES = {
    "N": (1.91, 233),
    "C (CO)": (1.76, 72),
    "C (η)": (2.15, 169),
    "C (σ)": (1.88, 39),
    "O": (2.07, 29),
    "P": (2.17, 60),
    "S": (2.38, 9),
    "Cl": (2.09, 29),
    "Br": (2.28, 7),
    "I": (2.52, 2),
}

_TEXT = """# {name}

{title}: {n_sites} sites of {n_compounds} distinct complexes, {n_energies} energies.

- **Origin**: made by xnet-lite {version} with `xnet-lite data make {name}`
  (`xnet_lite/workflows/corpus.py`; seed {seed}, {copies} sites a complex). No
  outside structure or spectrum went in; the table of distances was set by medians of
  109 public Fe complexes and by GFN2-xTB minima, so they are not blind to those.
- **Licence**: CC BY 4.0.
- **Structures**: built by `xnet_lite/datasets/complexes` (RDKit): ligands on a
  coordination polyhedron at tabulated distances, torsions scanned, settled with UFF
  around a fixed first shell. `structures.extxyz.gz`, Å, the absorber first.
- **Spectra**: K edge, `{engine}`. `arrays.npz`, `energy` in eV from the tabulated edge
  ({e0} eV), {low:g} to {high:g} in {n_energies} steps; `spectra` dimensionless:
  {units}.
- **Labels** (`label.*` in `arrays.npz`, one a site): {labels}. Split by `compound`:
  its isomers and displaced copies share it.
- **Displaced copies**: {n_displaced} sites carry random thermal displacements
  (`displaced`), and another isomer where there is one (`isomer`).
- **Versions**: {versions}.

## Known limits
- Nothing is relaxed around the metal: distances are tabulated by ligand and geometry,
  so spin, trans influence and strain show only in the displaced copies.
- Low-spin distances throughout; every complex has an even electron count and a charge
  of −1, 0 or 1. Experiment knows high-spin Fe(II) with bonds 0.1–0.2 Å longer.
- The spectra are the engine's. Against FDMNES on 109 public Fe complexes it errs by
  about 3.5 % a spectrum (median, best shift each), 4.5 % with one shift for all: see
  `python -m benchmarks.scattering`. Edge positions below 0.5 eV mean nothing.
- Displacements are independent atom by atom; real vibrations are not.
- An error found by cross-validation inside this set says nothing about real complexes.

## Counts
{counts}

## Metal–donor distances
Medians in Å, with the 109 public Fe complexes beside them.

| bond | n | this set | public | n |
|---|---|---|---|---|
{distances}

{left_out}

## Files (SHA-256)
{files}
"""


def write_card(
    dataset: XASDataset,
    folder: str | Path,
    shells: Sequence[Sequence[tuple[str, float]]],
    left_out: Sequence[str] = (),
) -> None:
    """Write ``CARD.md`` beside the files of a dataset.

    Parameters
    ----------
    dataset : XASDataset
        As :func:`xnet_lite.workflows.corpus.make` fills it.
    folder : str or Path
        Where its files are; their hashes go on the card.
    shells : sequence
        For each site the kinds and distances [Å] of its bonds.
    left_out : sequence of str
        Complexes that could not be built.

    Example
    -------
    >>> write_card(dataset, "data/fe-first", shells)   # doctest: +SKIP
    """
    folder, meta = Path(folder), dataset.meta
    low, high = dataset.energy[[0, -1]]
    missing = f"Left out, because atoms would clash: {'; '.join(left_out)}."
    text = _TEXT.format(
        name=dataset.name,
        title=meta["title"],
        n_sites=len(dataset),
        n_compounds=len(set(dataset.labels["compound"])),
        n_energies=len(dataset.energy),
        version=meta["versions"]["xnet-lite"],
        seed=meta["plan"]["seed"],
        copies=meta["plan"]["copies"],
        engine=meta["engine"],
        e0=meta["e0"],
        low=low,
        high=high,
        units=meta["units"],
        labels=", ".join(f"`{key}`" for key in dataset.labels),
        n_displaced=int(np.sum(dataset.labels["displaced"])),
        versions=", ".join(f"{name} {v}" for name, v in meta["versions"].items()),
        counts=_counts(dataset),
        distances=_distances(shells),
        left_out=missing if left_out else "",
        files="\n".join(_hash_line(path) for path in _files(folder)),
    )
    (folder / "CARD.md").write_text(text, encoding="utf-8", newline="\n")


def _files(folder: Path) -> list[Path]:
    """The files of the dataset, without the card."""
    return sorted(p for p in folder.iterdir() if p.is_file() and p.name != "CARD.md")


def _hash_line(path: Path) -> str:
    """One line: hash, name, size."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return f"- `{path.name}` {digest} ({len(content) / 1e6:.2f} MB)"


def _counts(dataset: XASDataset) -> str:
    """How many compounds and sites there are of each kind."""
    lines = []
    _, first = np.unique(dataset.labels["compound"], return_index=True)
    for key in ("metal", "geometry", "coordination_number", "oxidation_state"):
        values = dataset.labels[key]
        lines.append(f"- {key.replace('_', ' ')}: {_tally(values[first])} compounds")
    kinds = [
        kind
        for names in dataset.labels["ligands"][first]
        for kind in sorted({ligand(name).kind for name in names.split()})
    ]
    lines.append(f"- ligand types ({len(set(kinds))}): {_tally(kinds)} compounds")
    names = [n for text in dataset.labels["ligands"][first] for n in set(text.split())]
    lines.append(f"- ligands ({len(set(names))}): {_tally(names)} compounds")
    shells = dataset.labels["first_shell"]
    lines.append(f"- first shells ({len(set(shells))}): {_tally(shells)} sites")
    return "\n".join(lines)


def _tally(values: Sequence | np.ndarray) -> str:
    """Values with their counts, the most frequent first."""
    counted = Counter(str(value) for value in values)
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{value} {n}" for value, n in ranked)


def _distances(shells: Sequence[Sequence[tuple[str, float]]]) -> str:
    """Rows of the table of distances."""
    lengths = defaultdict(list)
    for shell in shells:
        for kind, distance in shell:
            lengths[kind].append(distance)
    rows = []
    for kind, values in sorted(lengths.items(), key=lambda item: -len(item[1])):
        public, n = PUBLIC_FE_DISTANCES.get(kind, ("", ""))
        rows.append(
            f"| {kind} | {len(values)} | {np.median(values):.2f} | {public} | {n} |"
        )
    return "\n".join(rows)
