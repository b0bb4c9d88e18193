"""The card of a dataset made here: what it holds, where it comes from, its limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from xnet_lite.complexes import MAX_FORCE, ligand
from xnet_lite.datasets import XASDataset
from xnet_lite.making.hashes import file_hashes

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

# what a sentence about a compound holds -> what happened
REASONS = {
    "too crowded": "atoms would clash",
    "do not fit": "ligands do not fit on the polyhedron",
    "not self-consistent": "not self-consistent",
    "not relaxed": "no minimum within the steps",
    "rearranged": "other bonds after relaxation",
    "dissociated": "a ligand left on relaxation",
}

_TEXT = """# {name}

{title}: {n_sites} sites of {n_compounds} distinct complexes, {n_energies} energies.

- **Origin**: made by xnet-lite {version} with `xnet-lite data make {name}`
  (`xnet_lite/making/corpus.py`; seed {seed}). No outside structure or spectrum went
  in; the table of starting distances was set by medians of 109 public Fe complexes and
  by GFN2-xTB minima, so it is not blind to those.
- **Licence**: CC BY 4.0.
- **Structures**: built by `xnet_lite/datasets/complexes` (RDKit): ligands on a
  coordination polyhedron, torsions scanned, settled with UFF; then relaxed with
  GFN2-xTB (tblite) as a closed shell (even electron count, multiplicity 1, charge −1, 0
  or 1) until no force exceeds {max_force:g} eV/Å. `structures.extxyz.gz`, Å, the
  absorber first.
- **Spectra**: K edge, `{engine}`. `arrays.npz`, `energy` in eV from the tabulated edge
  (label `e0`), {low:g} to {high:g} in {n_energies} steps; `spectra` dimensionless:
  {units}.
- **Labels** (`label.*` in `arrays.npz`, one a site): {labels}. `geometry`,
  `coordination_number` and `first_shell` are read off the relaxed structure, the rest
  is as built. Split by `compound`: isomers and displaced copies share it.
- **Displaced copies**: {n_displaced} sites are copies with random thermal displacements
  (`displaced`), for lessons on uncertainty; every other site is another compound.
- **Versions**: {versions}.

## Known limits
- Closed-shell minima, as the public Fe geometries are: high-spin complexes have bonds
  0.1–0.2 Å longer in experiment. The ground state of many Ti(II), V(III), Cr(II),
  Mn(III) and Ni(II) complexes is not a closed shell: their structures here are those
  of the model, not of a crystal. Cu(II) and every other odd electron count is left out.
- A largest force of {max_force:g} eV/Å is near a minimum, not always at it: soft
  molecules bend on, and their spectra with them (`02_structures` shows one).
- The spectra are the engine's. Against FDMNES on 109 public Fe complexes it errs by
  about 3.5 % a spectrum (median, best shift each), 4.5 % with one shift for all: see
  `python -m benchmarks.scattering`. Edge positions below 0.5 eV mean nothing.
- Displacements are independent atom by atom; real vibrations are not.
- An error found by cross-validation inside this set says nothing about real complexes:
  see `python -m benchmarks.transfer`.

## Counts
{counts}

## Metal–donor distances
Medians in Å over the relaxed sites; for Fe with the 109 public complexes beside them.

{distances}

## Left out
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
        As :func:`xnet_lite.making.corpus.make` fills it.
    folder : str or Path
        Where its files are; their hashes go on the card.
    shells : sequence
        For each site the kinds and distances [Å] of its bonds.
    left_out : sequence of str
        What became of each complex that is not there.

    Example
    -------
    >>> write_card(dataset, "data/tm-complexes-k", shells)   # doctest: +SKIP
    """
    folder, meta = Path(folder), dataset.meta
    low, high = dataset.energy[[0, -1]]
    text = _TEXT.format(
        name=dataset.name,
        title=meta["title"],
        n_sites=len(dataset),
        n_compounds=len(set(dataset.labels["compound"])),
        n_energies=len(dataset.energy),
        version=meta["versions"]["xnet-lite"],
        seed=meta["plan"]["seed"],
        max_force=MAX_FORCE,
        engine=meta["engine"],
        low=low,
        high=high,
        units=meta["units"],
        labels=", ".join(f"`{key}`" for key in dataset.labels),
        n_displaced=int(np.sum(dataset.labels["displaced"])),
        versions=", ".join(f"{name} {v}" for name, v in meta["versions"].items()),
        counts=_counts(dataset),
        distances=_distances(dataset.labels, shells),
        left_out=_reasons(left_out),
        files=file_hashes(folder),
    )
    (folder / "CARD.md").write_text(text, encoding="utf-8", newline="\n")


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


def _distances(
    labels: Mapping[str, np.ndarray], shells: Sequence[Sequence[tuple[str, float]]]
) -> str:
    """The table of distances: one line a kind of bond, one column a metal."""
    metals = list(dict.fromkeys(labels["metal"].tolist()))
    lengths: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for metal, relaxed, shell in zip(
        labels["metal"], labels["relaxed"], shells, strict=True
    ):
        for kind, distance in shell if relaxed else ():
            lengths[kind][str(metal)].append(distance)
    heads = [metal + (" (public)" if metal == "Fe" else "") for metal in metals]
    rows = ["| bond | " + " | ".join(heads) + " |", "|---" * (len(metals) + 1) + "|"]
    ranked = sorted(lengths, key=lambda k: -sum(map(len, lengths[k].values())))
    for kind in ranked:
        cells = [_median(kind, metal, lengths[kind][metal]) for metal in metals]
        rows.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _median(kind: str, metal: str, lengths: Sequence[float]) -> str:
    """Median and count of one kind of bond of one metal, the public ones behind."""
    if not lengths:
        return ""
    own = f"{np.median(lengths):.2f} ×{len(lengths)}"
    public = PUBLIC_FE_DISTANCES.get(kind) if metal == "Fe" else None
    return own if public is None else f"{own} ({public[0]:.2f} ×{public[1]})"


def _reasons(left_out: Sequence[str]) -> str:
    """What became of compounds that are not there, by reason."""
    if not left_out:
        return "Nothing."
    reasons = Counter(
        next((r for word, r in REASONS.items() if word in sentence), "other")
        for sentence in left_out
    )
    lines = [f"- {reason}: {n} compounds" for reason, n in reasons.most_common()]
    detail = "; ".join(left.rstrip(".") for left in left_out)
    return "\n".join(lines) + f"\n\n{detail}."
