"""The card of `fe-dynamics`, with what its numbers show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from ase import units

from xnet_lite.complexes import Complex, shell_distances
from xnet_lite.datasets import XASDataset
from xnet_lite.making.hashes import CARD, file_hashes
from xnet_lite.making.langevin import Thermostat

# eV from the tabulated edge; iron's pre-edge lies below, its main edge above
_PRE_EDGE_ENDS = 4.0

_TEXT = """# {name}

{title}: {n_sites} frames of {compound} (isomer {isomer}, {n_atoms} atoms).

- **Origin**: made by xnet-lite {version} with `xnet-lite data make {name}`
  (`xnet_lite/making/dynamics.py`; seed {seed}). No outside structure or spectrum
  went in.
- **Licence**: CC BY 4.0.
- **Start**: built by `xnet_lite/datasets/complexes` and relaxed with {potential}
  (closed shell). Bonds at the minimum: {bonds}.
- **`part` trajectory** ({n_moving} frames): Langevin dynamics (ASE) with {potential} at
  {temperature:g} K, friction {friction:g} fs⁻¹, time step {timestep:g} fs with true
  masses; {equilibration:g} fs of equilibration thrown away, then a frame every
  {interval:g} fs. `time` in fs counts from the first frame kept; `temperature` is the
  instantaneous one in K, of all 3N degrees of freedom. Frames are turned back onto the
  minimum.
- **`part` elongation** ({n_elongation} frames): every ligand moved rigidly outwards
  from the minimum until its (mean) bond is `coordinate` Å longer, 0 to {stretch:g} Å.
- **`part` leaving** ({n_leaving} frames): one `{leaving}` moved rigidly away along its
  bond by `coordinate` Å, 0 to {pull:g} Å.
- **Spectra**: K edge, `{engine}`. `arrays.npz`, `energy` in eV from the tabulated edge
  ({e0} eV), {low:g} to {high:g} in {n_energies} steps; `spectra` dimensionless:
  {units}.
- **Labels** (`label.*` in `arrays.npz`, one a frame): {labels}. `energy_xtb` in eV from
  the minimum; `mean_distance` in Å from iron to the {n_donors} donors of the minimum,
  the leaving one included. `time` and `temperature` are 0 in the driven parts and
  `coordinate` is 0 in the trajectory: there they mean nothing.
- **Structures**: `structures.extxyz.gz`, Å, iron first and at the origin.
- **Versions**: {versions}.

## What it shows
Trajectory: temperature {t_mean:.1f} ± {t_std:.1f} K (mean and standard deviation over
frames; {t_expected:.1f} K is what {n_free} classical degrees of freedom scatter by),
potential energy {e_mean:.2f} ± {e_std:.2f} eV ({e_expected:.2f} eV in a harmonic
potential), mean distance {d_mean:.3f} ± {d_std:.3f} Å.

| part | `coordinate` [Å] | energy [eV] | white line [eV] | height | pre-edge |
|---|---|---|---|---|---|
{rows}

The white line is the highest point (a parabola through it and its neighbors), the
pre-edge the highest absorption below {pre_edge_ends:g} eV.

## Known limits
- One closed-shell surface (singlet): no spin crossover happens here. The elongated
  complex has the bonds of a quintet and the electrons of a singlet, and its
  `energy_xtb` is not that of a spin state.
- In the driven parts ligands are rigid and nothing relaxes: energies lie above those
  of a relaxed path. A ligand leaves as it would without solvent.
- Nuclei are classical: no zero-point motion, so fast vibrations (X–H above all) are
  too narrow, and slow torsions are not sampled in {length:g} fs. Friction widens the
  lines of a vibrational spectrum taken from `time`.
- Frames {interval:g} fs apart resemble each other: split the trajectory by blocks of
  time, never at random. All frames share one `compound`.
- Bond lengths and force constants are those of {potential}.
- The spectra are the engine's; see the limits on the card of `tm-complexes-k`.
- A trajectory is chaotic: on another processor rounding leads to another one, of the
  same statistics. Driven frames and all spectra come out again from their structures.

## Files (SHA-256)
{files}
"""


def write_dynamics_card(
    dataset: XASDataset, folder: str | Path, made: Complex, thermostat: Thermostat
) -> None:
    """Write ``CARD.md`` beside the files of the dataset.

    Parameters
    ----------
    dataset : XASDataset
        As :func:`xnet_lite.making.dynamics.make_dynamics` fills it.
    folder : str or Path
        Where its files are; their hashes go on the card.
    made : Complex
        The complex at its minimum.
    thermostat : Thermostat
        Of the trajectory.

    Example
    -------
    >>> write_dynamics_card(dataset, "data/fe-dynamics", made, thermostat)
    ... # doctest: +SKIP
    """
    meta, labels = dataset.meta, dataset.labels
    low, high = dataset.energy[[0, -1]]
    text = _TEXT.format(
        name=dataset.name,
        title=meta["title"],
        n_sites=len(dataset),
        compound=made.recipe.key,
        isomer=made.isomer,
        n_atoms=made.recipe.n_atoms,
        version=meta["versions"]["xnet-lite"],
        seed=thermostat.seed,
        potential=meta["potential"],
        bonds=", ".join(f"{kind} {d:.3f}" for kind, d in shell_distances(made)) + " Å",
        leaving=meta["leaving"],
        engine=meta["engine"],
        e0=meta["e0"],
        low=low,
        high=high,
        n_energies=len(dataset.energy),
        units=meta["units"],
        labels=", ".join(f"`{key}`" for key in labels),
        n_donors=len(made.bonded),
        versions=", ".join(f"{name} {v}" for name, v in meta["versions"].items()),
        rows="\n".join(_rows(dataset)),
        pre_edge_ends=_PRE_EDGE_ENDS,
        files=file_hashes(folder),
        **_course(thermostat, labels),
        **_statistics(dataset, thermostat, made.recipe.n_atoms),
    )
    Path(folder, CARD).write_text(text, encoding="utf-8", newline="\n")


def _course(
    thermostat: Thermostat, labels: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """How the trajectory was run and how far the driven parts go."""
    parts = labels["part"]
    moved, pulled = parts == "elongation", parts == "leaving"
    n_moving = int(np.sum(parts == "trajectory"))
    return {
        "temperature": thermostat.temperature,
        "friction": thermostat.friction,
        "timestep": thermostat.timestep,
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


def white_line(energy: np.ndarray, mu: np.ndarray) -> tuple[float, float]:
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
