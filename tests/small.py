"""Small things that several tests learn from: a corpus, and made-up spectra."""

import numpy as np

from xnet_lite.datasets import XASDataset, load

N_IRON, N_COPIES, N_OTHER = 50, 10, 6
N_SITES = N_IRON + N_COPIES  # of iron
NAME = "tm-complexes-k"
#: eV, of made-up spectra
ENERGY = np.linspace(-10, 40, 30)


def small_corpus() -> XASDataset:
    """The first iron sites of the embedded set, displaced copies, and another metal."""
    whole = load(NAME)
    iron = whole.labels["metal"] == "Fe"
    displaced = whole.labels["displaced"]
    rows = [
        np.flatnonzero(iron & ~displaced)[:N_IRON],
        np.flatnonzero(iron & displaced)[:N_COPIES],
        np.flatnonzero(whole.labels["metal"] == "Ti")[:N_OTHER],
    ]
    return whole[np.concatenate(rows)]


def waves(features: np.ndarray, energy: np.ndarray = ENERGY) -> np.ndarray:
    """Spectra (n_sites, n_energies) that follow from the first two features."""
    return 1 + np.sin(energy / 5 + features[:, :1]) * features[:, 1:2]
