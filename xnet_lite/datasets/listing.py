"""Which datasets there are, told without reading their arrays."""

from dataclasses import dataclass, fields
from pathlib import Path

from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.public.catalogue import PublicSet, SetFacts
from xnet_lite.datasets.public.parsed import PARSED, parsed_folder
from xnet_lite.datasets.public.remote import local_copy
from xnet_lite.datasets.saved import META, read_record


@dataclass(frozen=True)
class DatasetInfo(SetFacts):
    """One line about a dataset, told without reading its arrays.

    Attributes
    ----------
    name, title, element, edge, n_sites, licence, citation, origin
        As in `SetFacts`.
    kind : str
        "embedded" (in the package), "public" (downloaded at first use) or "own".
    cached : bool
        All its files are on this machine.
    """

    kind: str
    cached: bool


def embedded_sets() -> dict[str, Path]:
    """Find the datasets that come with the package.

    Returns
    -------
    dict of str to Path
        Folder by name: `xnet_lite/_data/<name>` of an installed package, or
        `data/<name>` of a checkout.
    """
    found: dict[str, Path] = {}
    for root in embedded_roots():
        for record in sorted(root.glob(f"*/{META}")):
            found.setdefault(record.parent.name, record.parent)
    return found


def embedded_roots() -> list[Path]:
    """Return the folders that may hold embedded datasets, the nearest first.

    Returns
    -------
    list of Path
    """
    package = Path(__file__).resolve().parents[1]
    roots = [package / "_data"]
    if (package.parent / "pyproject.toml").is_file():
        roots.append(package.parent / "data")
    return roots


def embedded_part(name: str) -> tuple[Path, str] | None:
    """Find an embedded dataset, or the part of one that holds a single absorber.

    Parameters
    ----------
    name : str
        A dataset's name, or that of a set of several absorbers followed by a hyphen
        and one of them in lower case: "tm-complexes-k-fe".

    Returns
    -------
    tuple of Path and str, or None
        Its folder, and the absorber ("" for the whole set); None if there is none.
    """
    found = embedded_sets()
    if name in found:
        return found[name], ""
    whole, _, last = name.rpartition("-")
    if whole in found and last.capitalize() in _absorbers(found[whole]):
        return found[whole], last.capitalize()
    return None


def _absorbers(folder: Path) -> dict[str, int]:
    """Absorbers of an embedded set of several and their sites, else nothing."""
    listed = read_record(folder / META)["absorbers"]
    return listed if len(listed) > 1 else {}


def embedded_parts() -> list[tuple[Path, str]]:
    """List every embedded dataset, and the parts of those with several absorbers.

    Returns
    -------
    list of tuple
        Folder and absorber ("" for the whole set).
    """
    return [
        (folder, absorber)
        for folder in embedded_sets().values()
        for absorber in ["", *_absorbers(folder)]
    ]


def embedded_info(folder: Path, absorber: str = "") -> DatasetInfo:
    """Describe an embedded set from its meta.json.

    Parameters
    ----------
    folder : Path
        One of those that `embedded_sets` found.
    absorber : str
        Only the part with this absorber.

    Returns
    -------
    DatasetInfo

    Raises
    ------
    InputError
        When its meta.json is damaged or of another version.
    """
    record = read_record(folder / META)
    meta, absorbers = record["meta"], record["absorbers"]
    alone = next(iter(absorbers)) if len(absorbers) == 1 else meta.get("absorber", "")
    return DatasetInfo(
        name=part_name(folder.name, absorber),
        title=meta.get("title", ""),
        kind="embedded",
        cached=True,
        element=absorber or alone,
        edge=meta.get("edge", "K"),
        n_sites=absorbers[absorber] if absorber else record["n_sites"],
        licence=meta.get("licence", "CC-BY-4.0"),
        citation=meta.get("citation", ""),
        origin=meta.get("origin", "made by this package, see CARD.md"),
    )


def part_name(name: str, absorber: str) -> str:
    """Name the part of a set with one absorber.

    Example
    -------
    >>> part_name("tm-complexes-k", "Fe"), part_name("fe-dynamics", "")
    ('tm-complexes-k-fe', 'fe-dynamics')
    """
    return f"{name}-{absorber.lower()}" if absorber else name


def public_info(entry: PublicSet) -> DatasetInfo:
    """Describe a public set, its files unread."""
    cached = all(local_copy(file) is not None for file in entry.files)
    parsed = entry.name in PARSED and parsed_folder(entry).is_dir()
    facts = {one.name: getattr(entry, one.name) for one in fields(SetFacts)}
    return DatasetInfo(**facts, kind="public", cached=cached or parsed)


def own_info(dataset: XASDataset) -> DatasetInfo:
    """Describe a set of one's own files."""
    return DatasetInfo(
        name=dataset.name,
        title=dataset.meta.get("title", ""),
        kind="own",
        cached=True,
        element=dataset.meta.get("absorber", ""),
        edge=dataset.meta.get("edge", "K"),
        n_sites=len(dataset),
        licence=dataset.meta.get("licence", ""),
        citation=dataset.meta.get("citation", ""),
        origin=dataset.meta.get("origin", "your own files"),
    )
