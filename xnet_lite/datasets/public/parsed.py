"""Public sets whose files take seconds to read are kept parsed in the cache."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.public.catalogue import PublicSet
from xnet_lite.datasets.public.remote import cache_folder, cached
from xnet_lite.datasets.saved import read_dataset, save_dataset

# Raise the number of a set when its reader changes.
PARSED = {"omnixas-cu-k": 1}


def load_parsed(entry: PublicSet, read: Callable[[], XASDataset]) -> XASDataset:
    """Load a set from its parsed copy, which is made if need be.

    Parameters
    ----------
    entry : PublicSet
        One of those that PARSED names.
    read : callable
        Reads the set from its own files.

    Returns
    -------
    XASDataset
        Positions to 1e-6 Å, as `save_dataset` keeps them.
    """
    return kept(parsed_folder(entry), read)


def kept(folder: Path, read: Callable[[], XASDataset]) -> XASDataset:
    """Return the dataset that a folder keeps, or read it and keep it there."""
    return cached(folder, read_dataset, read, save_dataset, again=True)


def parsed_folder(entry: PublicSet) -> Path:
    """Return where a parsed set is kept, named by what it was made from.

    The folder may not exist. Its files carry their own hashes, so an altered copy is
    never used.
    """
    key = " ".join(digest for file in entry.files for digest in file.digests)
    stamp = hashlib.sha256(f"{PARSED[entry.name]} {key}".encode()).hexdigest()[:16]
    return cache_folder() / "parsed" / f"{entry.name}-{stamp}"
