"""Find a dataset by name: embedded in the package, or public and downloaded."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TypeVar

from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.folder import is_own, load_own, own_files, whole_path
from xnet_lite.datasets.listing import (
    DatasetInfo,
    embedded_info,
    embedded_part,
    embedded_parts,
    own_info,
    public_info,
)
from xnet_lite.datasets.pairing import TABLES
from xnet_lite.datasets.public import crystals, measured, molecules
from xnet_lite.datasets.public.catalogue import PublicSet, by_path, public_sets
from xnet_lite.datasets.public.download import fetch_files
from xnet_lite.datasets.public.parsed import PARSED, load_parsed
from xnet_lite.datasets.saved import read_dataset
from xnet_lite.errors import InputError, shortened
from xnet_lite.spectra import Spectrum

Reader = Callable[[PublicSet, Mapping[str, Path]], XASDataset]
Found = TypeVar("Found")
SpectraReader = Callable[[PublicSet, Mapping[str, Path]], list[Spectrum]]
# By the name, or by what it begins with where many sets are read alike.
READERS: dict[str, Reader] = {
    "tmqm-k-": molecules.read_tmqm,
    "csd-fe-k": molecules.read_csd_fe,
    "orca-s-k": molecules.read_orca_s,
    "omnixas-cu-k": crystals.read_omnixas_cu,
    "omnixas-cu-feff": crystals.read_omnixas_feff,
    "omnixas-ti-feff": crystals.read_omnixas_feff,
    "omnixas-cu-vasp": crystals.read_omnixas_vasp,
    "omnixas-ti-vasp": crystals.read_omnixas_vasp,
    "xasdatalibrary": measured.read_xasdatalibrary,
    "fe-terpy": molecules.read_fe_terpy,
}
# Sets whose spectra lose something on a common grid.
SPECTRA_READERS: dict[str, SpectraReader] = {
    "omnixas-cu-k": crystals.spectra_omnixas_cu,
    "xasdatalibrary": measured.spectra_xasdatalibrary,
    "fe-terpy": molecules.spectra_fe_terpy,
}


def load(name: str, *, progress: bool = True) -> XASDataset:
    """Load a dataset, downloading and checking its files where needed.

    Parameters
    ----------
    name : str
        One of the names that `list_datasets` gives; "tm-complexes-k-fe" is the part
        of "tm-complexes-k" whose absorber is Fe. Or the path of a folder or table of
        one's own structures and spectra, as `folder.load_own` takes it.
    progress : bool
        Show a bar on stderr while several files are downloaded.

    Returns
    -------
    XASDataset

    Raises
    ------
    InputError
        When no dataset has this name, or a file is missing and cannot be
        downloaded, or is not the one it should be.

    Example
    -------
    >>> load("fe-two-levels").spectra.shape
    (640, 226)
    """
    if not isinstance(name, str):
        raise InputError(f"{shortened(name)} is no dataset: give a name or a folder")
    part = embedded_part(name)
    if part is not None:
        whole = read_dataset(part[0])
        return replace(whole.where(metal=part[1]), name=name) if part[1] else whole
    if _is_own(name):
        return load_own(name)
    entry = _public(name)
    reader = next(read for start, read in READERS.items() if name.startswith(start))
    read = partial(_read, entry, reader, progress)
    return load_parsed(entry, read) if name in PARSED else read()


def load_spectra(name: str, *, progress: bool = True) -> list[Spectrum]:
    """Load the spectra of a dataset one by one, on absolute energies.

    Called as `load`.

    Returns
    -------
    list of Spectrum
        On their own energies, as they stand in the files, for xasdatalibrary,
        fe-terpy and omnixas-cu-k; the rows of `load(name)` for the others, e0
        added to relative energies.

    Raises
    ------
    InputError
        As `load`.
    """
    read = SPECTRA_READERS.get(name)
    if read is not None and embedded_part(name) is None:
        return _read(_public(name), read, progress)
    dataset = load(name, progress=progress)
    relative = dataset.meta.get("energy_reference") == "e0"
    e0 = dataset.meta.get("e0")
    energy = dataset.energy + (e0 if relative and e0 else 0.0)
    absorber, edge = dataset.meta.get("absorber", ""), dataset.meta.get("edge", "K")
    return [Spectrum(energy, mu, e0, absorber, edge) for mu in dataset.spectra]


def fetch(name: str, *, progress: bool = True) -> list[Path]:
    """Bring the files of a dataset to this machine, checked.

    Called as `load`.

    Returns
    -------
    list of Path
        The files, in the mirror or in the cache; those of an embedded set are
        where the package is, one's own where they are.
    """
    part = embedded_part(name)
    if part is not None:
        return sorted(path for path in part[0].iterdir() if path.is_file())
    if _is_own(name):
        return own_files(name)
    return fetch_files(_public(name).files, name, progress=progress)


def list_datasets() -> list[DatasetInfo]:
    """Tell which datasets there are, embedded ones first.

    Returns
    -------
    list of DatasetInfo

    Example
    -------
    >>> "tmqm-k-v" in [info.name for info in list_datasets()]
    True
    """
    embedded = [embedded_info(*part) for part in embedded_parts()]
    return embedded + [public_info(entry) for entry in public_sets().values()]


def info(name: str) -> DatasetInfo:
    """Return the line of `list_datasets` about the dataset of a name.

    Raises
    ------
    InputError
        When no dataset has this name.
    """
    part = embedded_part(name)
    if part is None and _is_own(name):
        return own_info(load_own(name))
    return embedded_info(*part) if part else public_info(_public(name))


def check_name(name: str) -> None:
    """Refuse the name of a dataset that does not exist; nothing is read."""
    if embedded_part(name) is None and not _is_own(name):
        _public(name)


def full_name(name: str) -> str:
    """Return the name under which a dataset is found from any folder.

    Example
    -------
    >>> full_name("tm-complexes-k-fe")
    'tm-complexes-k-fe'
    """
    return whole_path(name) if embedded_part(name) is None and _is_own(name) else name


def _is_own(name: str) -> bool:
    """Whether a name is the path of one's own files; a known dataset comes first."""
    return name not in public_sets() and is_own(name)


def _public(name: str) -> PublicSet:
    """Return the catalogue's entry; name the nearest when there is none."""
    sets = public_sets()
    if name in sets:
        return sets[name]
    known = [one.name for one in list_datasets()]
    near = get_close_matches(name, known, n=3, cutoff=0.4) or known
    if "/" in name or "\\" in name or name.endswith(TABLES):
        raise InputError(f"{name}: no such folder or table; give its new place.")
    raise InputError(
        f"No dataset is called {shortened(name)}; there is {', '.join(near)}."
    )


def _read(entry: PublicSet, reader: Callable[..., Found], progress: bool) -> Found:
    """Read a public set from its own files."""
    paths = fetch_files(entry.files, entry.name, progress=progress)
    return reader(entry, by_path(entry, paths))
