"""Data: what a dataset is, how it is split, and where known ones come from.

Chain, each importing only what stands before it: `dataset`, `packed` and `saved` (on
disk) and `splits`, `public` (the sets of others), `pairing`, `footing` and `folder`
(one's own), `listing`, `registry`.
"""

from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.listing import DatasetInfo
from xnet_lite.datasets.registry import fetch, list_datasets, load, load_spectra
from xnet_lite.datasets.saved import read_dataset, save_dataset
from xnet_lite.datasets.splits import folds, split

__all__ = [
    "DatasetInfo",
    "XASDataset",
    "fetch",
    "folds",
    "list_datasets",
    "load",
    "load_spectra",
    "read_dataset",
    "save_dataset",
    "split",
]
