"""A small embedded corpus: iron with some displaced copies, and another metal."""

import numpy as np

from xnet_lite.datasets import XASDataset, load

N_IRON, N_COPIES, N_OTHER = 50, 10, 6
N_SITES = N_IRON + N_COPIES  # of iron
NAME = "tm-complexes-k"


def small_corpus() -> XASDataset:
    """The first sites of the embedded set, with the copies of the first of them."""
    whole = load(NAME)
    iron = whole.labels["metal"] == "Fe"
    displaced = whole.labels["displaced"]
    rows = [
        np.flatnonzero(iron & ~displaced)[:N_IRON],
        np.flatnonzero(iron & displaced)[:N_COPIES],
        np.flatnonzero(whole.labels["metal"] == "Ti")[:N_OTHER],
    ]
    return whole[np.concatenate(rows)]
