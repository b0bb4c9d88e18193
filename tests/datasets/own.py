"""Files of one's own, made up: structures, spectra, a folder of both."""

from pathlib import Path

import numpy as np

E0 = 7112.0
#: eV from the edge, of a spectrum that begins and ends as the embedded ones do
REL = np.linspace(-20.0, 65.0, 256)


def structure(distance: float = 1.9, metal: str = "Fe") -> str:
    """A metal with two ligands, as XYZ."""
    return f"3\n\n{metal} 0 0 0\nO {distance} 0 0\nN 0 {distance} 0\n"


def absorption(rel: np.ndarray = REL, peak: float = 8.0) -> np.ndarray:
    """A step with a white line."""
    step = 0.5 + np.arctan(rel) / np.pi
    return step + np.exp(-(((rel - peak) / 4) ** 2))


def columns(energy: np.ndarray, mu: np.ndarray) -> str:
    """Two columns under their names."""
    lines = [f"{e:.4f} {m:.8f}" for e, m in zip(energy, mu, strict=True)]
    return "\n".join(["# energy mu", *lines]) + "\n"


def spectrum(peak: float = 8.0, e0: float = E0) -> str:
    """A spectrum on absolute energies."""
    return columns(REL + e0, absorption(peak=peak))


def folder(root: Path, n: int = 4) -> Path:
    """A folder of n pairs whose white line follows the distance."""
    root.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        (root / f"a-{i}.xyz").write_text(structure(1.8 + 0.05 * i))
        (root / f"a-{i}.txt").write_text(spectrum(6.0 + i))
    return root
