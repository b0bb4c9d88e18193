"""The card of a dataset made here: what it holds, where it comes from, its limits."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from ase import units

from xnet_lite.arrays import Array, Labels
from xnet_lite.complexes import MAX_FORCE, Complex, ligand, shell_distances
from xnet_lite.crystals.build import SIGMA, STRAIN, TOLERANCE
from xnet_lite.datasets import XASDataset
from xnet_lite.making.langevin import Thermostat
from xnet_lite.texts import beside
from xnet_lite.writing import write

CARD = "CARD.md"
# eV from the tabulated edge; iron's pre-edge lies below, its main edge above
_PRE_EDGE_ENDS = 4.0
#: Å, median and number of bonds by kind in the 109 public Fe complexes with FDMNES
#: spectra (closed-shell GFN2-xTB geometries of tmQM); checked in tests/datasets
PUBLIC_FE_DISTANCES: dict[str, tuple[float, int]] = {
    kind: (float(median), int(n))
    for kind, (median, n) in json.loads(
        beside(__package__, "public_fe_distances.json")
    ).items()
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


def write_card(
    dataset: XASDataset, folder: str | Path, template: str, **facts: Any
) -> None:
    """Write ``CARD.md`` beside the files of a dataset.

    Parameters
    ----------
    dataset : XASDataset
        As its maker fills it; what its meta says may stand on the card.
    folder : str or Path
        Where its files are; their hashes go on the card.
    template : str
        Text beside this file with a name in braces for each fact.
    **facts
        What only the maker knows.

    Example
    -------
    >>> write_card(dataset, "out/set", "two_levels.md", n_timed=10)   # doctest: +SKIP
    """
    low, high = dataset.energy[[0, -1]]
    versions = dataset.meta["versions"]
    common = {
        "name": dataset.name,
        "e0": dataset.meta.get("e0"),
        "n_sites": len(dataset),
        "n_compounds": len(set(dataset.groups)),
        "n_energies": len(dataset.energy),
        "low": low,
        "high": high,
        "labels": ", ".join(f"`{key}`" for key in dataset.labels),
        "version": versions["xnet-lite"],
        "versions": ", ".join(f"{name} {v}" for name, v in versions.items()),
        "files": file_hashes(folder),
    }
    text = beside(__package__, template).format(**{**dataset.meta, **common, **facts})
    write(Path(folder, CARD), text)


def file_hashes(folder: str | Path) -> str:
    """List the files of a dataset, without its card.

    Parameters
    ----------
    folder : str or Path
        Where they are.

    Returns
    -------
    str
        One line a file: name, SHA-256, size.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "x").write_bytes(b"1")
    ...     file_hashes(folder)[:24]
    '- `x` 6b86b273ff34fce19d'
    """
    files = sorted(p for p in Path(folder).iterdir() if p.is_file() and p.name != CARD)
    return "\n".join(_line(path) for path in files)


def _line(path: Path) -> str:
    """Name, hash and size of a file."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return f"- `{path.name}` {digest} ({len(content) / 1e6:.2f} MB)"


def corpus_facts(
    dataset: XASDataset,
    shells: Sequence[Sequence[tuple[str, float]]],
    left_out: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what the card of a corpus says of its complexes.

    Parameters
    ----------
    dataset : XASDataset
        As :func:`xnet_lite.making.corpus.make` fills it.
    shells : sequence
        For each site the kinds and distances [Å] of its bonds.
    left_out : sequence of str
        What became of each complex that is not there.
    """
    return {
        "seed": dataset.meta["plan"]["seed"],
        "max_force": MAX_FORCE,
        "n_displaced": int(np.sum(dataset.labels["displaced"])),
        "counts": _counts(dataset),
        "distances": _distances(dataset.labels, shells),
        "left_out": _reasons(left_out),
    }


def crystal_facts(
    dataset: XASDataset, seconds: float, n_timed: int, left_out: Sequence[str]
) -> dict[str, Any]:
    """Return what the card of a set of crystals says of them.

    Parameters
    ----------
    dataset : XASDataset
        As :func:`xnet_lite.making.crystals.make_crystals` fills it.
    seconds : float
        CPU time a site.
    n_timed : int
        Sites of which it is the mean.
    left_out : sequence of str
        Why some compounds are not there.
    """
    labels = dataset.labels
    keys = ("metal", "prototype", "anion", "coordination_number")
    tallies = [f"- {k.replace('_', ' ')}: {_tally(labels[k])} sites" for k in keys]
    why = "\n".join(f"- {one}" for one in left_out) or "Nothing."
    return {
        "seed": dataset.meta["plan"]["seed"],
        "n_prototypes": len(set(labels["prototype"])),
        "n_deformed": int(np.sum(labels["deformed"])),
        "strain": STRAIN,
        "sigma": SIGMA,
        "tolerance": TOLERANCE,
        "seconds": seconds,
        "n_timed": n_timed,
        "hours": seconds * len(dataset) / 3600,
        "counts": "\n".join(tallies),
        "left_out": why,
    }


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


def _tally(values: Sequence[object] | Labels) -> str:
    """Values with their counts, the most frequent first."""
    counted = Counter(str(value) for value in values)
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{value or 'none'} {n}" for value, n in ranked)


def _distances(
    labels: Mapping[str, Labels], shells: Sequence[Sequence[tuple[str, float]]]
) -> str:
    """The table of distances: one line a kind of bond, one column a metal."""
    metals = list(dict.fromkeys(labels["metal"].tolist()))
    lengths: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    columns = labels["metal"], labels["relaxed"], shells
    for metal, relaxed, shell in zip(*columns, strict=True):
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


def dynamics_facts(
    dataset: XASDataset, made: Complex, thermostat: Thermostat
) -> dict[str, Any]:
    """Return what the card of `fe-dynamics` says, with what its numbers show.

    Parameters
    ----------
    dataset : XASDataset
        As :func:`xnet_lite.making.dynamics.make_dynamics` fills it.
    made : Complex
        The complex at its minimum.
    thermostat : Thermostat
        Of the trajectory.
    """
    bonds = ", ".join(f"{kind} {d:.3f}" for kind, d in shell_distances(made))
    return {
        "compound": made.recipe.key,
        "isomer": made.isomer,
        "n_atoms": made.recipe.n_atoms,
        "seed": thermostat.seed,
        "bonds": f"{bonds} Å",
        "n_donors": len(made.bonded),
        "rows": "\n".join(_rows(dataset)),
        "pre_edge_ends": _PRE_EDGE_ENDS,
        **_course(thermostat, dataset.labels),
        **_statistics(dataset, thermostat, made.recipe.n_atoms),
    }


def _course(thermostat: Thermostat, labels: Mapping[str, Labels]) -> dict[str, float]:
    """How the trajectory was run and how far the driven parts go."""
    parts = labels["part"]
    moved, pulled = parts == "elongation", parts == "leaving"
    n_moving = int(np.sum(parts == "trajectory"))
    return {
        **asdict(thermostat),
        "equilibration": thermostat.n_equilibration * thermostat.interval,
        "interval": thermostat.interval,
        "length": n_moving * thermostat.interval,
        "n_moving": n_moving,
        "n_elongation": int(moved.sum()),
        "n_leaving": int(pulled.sum()),
        "stretch": labels["coordinate"][moved].max(),
        "pull": labels["coordinate"][pulled].max(),
    }


def _statistics(
    dataset: XASDataset, thermostat: Thermostat, n_atoms: int
) -> dict[str, float]:
    """Means and standard deviations over the trajectory, and what is expected."""
    labels = dataset.where(part="trajectory").labels
    n_free = 3 * n_atoms
    keys = {"t": "temperature", "e": "energy_xtb", "d": "mean_distance"}
    found = {f"{short}_mean": labels[key].mean() for short, key in keys.items()}
    found |= {f"{short}_std": labels[key].std() for short, key in keys.items()}
    # k_B T/2 for every vibration: rotation and translation cost nothing
    harmonic = 0.5 * (n_free - 6) * units.kB * thermostat.temperature
    scatter = thermostat.temperature * np.sqrt(2 / n_free)
    return found | {"n_free": n_free, "t_expected": scatter, "e_expected": harmonic}


def _rows(dataset: XASDataset) -> list[str]:
    """The driven parts at their start, middle and end."""
    rows = []
    below = dataset.energy < _PRE_EDGE_ENDS
    for part in ("elongation", "leaving"):
        scan = dataset.where(part=part)
        for i in (0, len(scan) // 2, len(scan) - 1):
            energy, height = white_line(scan.energy, scan.spectra[i])
            rows.append(
                f"| {part} | {scan.labels['coordinate'][i]:g} "
                f"| {scan.labels['energy_xtb'][i]:.2f} | {energy:.2f} | {height:.3f} "
                f"| {scan.spectra[i, below].max():.3f} |"
            )
    return rows


def white_line(energy: Array, mu: Array) -> tuple[float, float]:
    """Return the energy and height of the highest point of a spectrum.

    The top of the parabola through the highest point and its two neighbors.

    Parameters
    ----------
    energy : ndarray, shape (n_energies,)
        eV, evenly spaced.
    mu : ndarray, shape (n_energies,)
        Absorption.

    Example
    -------
    >>> x = np.arange(10.0)
    >>> white_line(x, 1 - (x - 4.25) ** 2)
    (4.25, 1.0)
    """
    top = int(np.clip(np.argmax(mu), 1, len(mu) - 2))
    before, at, after = mu[top - 1 : top + 2]
    bend = before - 2 * at + after
    way = 0.5 * (before - after) / bend if bend else 0.0
    step = energy[1] - energy[0]
    return float(energy[top] + way * step), float(at - 0.25 * (before - after) * way)
