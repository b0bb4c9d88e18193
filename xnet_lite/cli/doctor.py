"""Is everything here in order? `doctor`."""

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Literal, NamedTuple

import typer

from xnet_lite import __version__
from xnet_lite.cli.shell import FAILED, Debug, guarded, show_table
from xnet_lite.errors import InputError

State = Literal["ok", "note", "broken"]
PACKAGE = "xnet-lite"


class Check(NamedTuple):
    """One thing looked at: "ok", worth a "note", or "broken", and what to do."""

    what: str
    state: State
    found: str


# versions that install and import without complaint and are broken, beside others
KNOWN_BAD: tuple[tuple[str, str, State, str], ...] = (
    ("nglview>4.0", "", "broken", "red boxes in JupyterLab 4: {}nglview==4.0"),
    ("numpy>=2.3", "nglview==4.0", "note", "where nglview 4.0 fails: {}'numpy<2.3'"),
    ("ase>=3.27", "dscribe<=2.1.2", "broken", "MBTR, LMBTR fail: {}ase==3.26.0"),
    ("rfc3987-syntax", "", "note", "slows each kernel: pip uninstall rfc3987-syntax"),
)


@guarded("nothing was changed, run it again")
def doctor(debug: Debug = False) -> None:
    """Look at versions, threads, GPU, caches, data; exit 1 if something is broken."""
    checks = [one for look in LOOKS for one in _looked(look)]
    show_table(
        [{"what": one.what, "found": one.found, "state": one.state} for one in checks]
    )
    broken = [one.what for one in checks if one.state == "broken"]
    if broken:
        typer.echo(f"broken: {', '.join(broken)}")
        raise typer.Exit(FAILED)
    typer.echo("all in order")


def _looked(look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """The checks of one look; what fails in it is broken."""
    try:
        yield from look()
    except Exception as error:
        name = look.__name__.strip("_").replace("_", " ")
        yield Check(name, "broken", str(error).partition("\n")[0][:200])


def _versions() -> Iterator[Check]:
    """This package, Python, and what it needs."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Check(PACKAGE, "ok", f"{__version__} in {Path(__file__).parents[1]}")
    yield Check("Python", "ok", found)
    from packaging.requirements import Requirement

    try:
        lines = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        lines = []
        yield Check("installation", "note", "not installed, run from its folder")
    for need in map(Requirement, lines):
        extra = need.marker is not None and not need.marker.evaluate({"extra": ""})
        yield from _requirement(need.name, str(need.specifier), extra)


def _requirement(name: str, wanted: str, extra: bool) -> Iterator[Check]:
    """One package; an extra is only told of where it is there and does not fit."""
    found = _version(name)
    if found and not _installed(name + wanted):
        yield Check(name, "broken", f"{found}, but {wanted} is needed")
    elif not extra and found:
        yield Check(name, "ok", found)
    elif not extra:
        yield Check(name, "broken", f"missing: pip install '{name}{wanted}'")


def _known_bad_pins() -> Iterator[Check]:
    """Versions known to be broken."""
    found = []
    for bad, other, state, remedy in KNOWN_BAD:
        if _installed(bad) and (not other or _installed(other)):
            beside = f" beside {_installed(other)}" if other else ""
            told = f"{_installed(bad)}{beside}: {remedy.format('pip install ')}"
            found.append(Check("known-bad versions", state, told))
    yield from found or [Check("known-bad versions", "ok", "none")]


def _computing() -> Iterator[Check]:
    """Threads, GPU, and whether the engine answers."""
    import torch

    said = f"{torch.get_num_threads()} for PyTorch on {os.cpu_count()} cores"
    wanted = os.environ.get("OMP_NUM_THREADS", "not set")
    yield Check("threads", "ok", f"{said}, OMP_NUM_THREADS {wanted}")
    names = map(torch.cuda.get_device_name, range(torch.cuda.device_count()))
    yield Check("GPU", "ok", ", ".join(names) or "none, the CPU is used")
    yield Check("engine", "ok", f"answers, white line {_white_line():+.1f} eV for FeO6")


def _white_line() -> float:
    """Energy of the highest point of an octahedral FeO6, eV from the edge."""
    import numpy as np
    from ase import Atoms

    from xnet_lite.scattering import MultipleScattering
    from xnet_lite.structures import Site

    corners = 2.1 * np.vstack([np.zeros(3), np.eye(3), -np.eye(3)])
    spectrum = MultipleScattering(l_max=2)(Site(Atoms("FeO6", corners), 0))
    return float(spectrum.energy_rel[np.argmax(spectrum.mu)])


def _folders() -> Iterator[Check]:
    """The cache, where something is written, and the mirror."""
    from xnet_lite.datasets.public import remote

    cache = remote.cache_folder()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            yield Check("cache folder", "ok", str(cache))
    except OSError as error:
        remedy = f"set {remote.CACHE} to a folder where you may write"
        yield Check("cache folder", "broken", f"{cache}: {error.strerror}, {remedy}")
    folder = remote.mirror_folder()
    if folder is not None and not folder.is_dir():
        yield Check("mirror", "broken", f"{remote.MIRROR} names {folder}, no folder")
    else:
        yield Check("mirror", "ok", os.environ.get(remote.MIRROR, "none is set"))


def _embedded_data() -> Iterator[Check]:
    """Embedded sets, read whole so that their hashes are checked; the default model."""
    from xnet_lite.datasets import read_dataset
    from xnet_lite.datasets.listing import embedded_sets
    from xnet_lite.jobs.default_model import NAME, default_model

    for name, folder in embedded_sets().items():
        try:
            found = f"{len(read_dataset(folder))} sites in {folder}"
            yield Check(f"data {name}", "ok", found)
        except InputError as error:
            yield Check(f"data {name}", "broken", str(error))
    try:
        yield Check(f"model {NAME}", "ok", repr(default_model()))
    except InputError as error:
        yield Check(f"model {NAME}", "broken", str(error))


def _version(package: str) -> str | None:
    """The version of an installed package."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _installed(wanted: str) -> str:
    """Name and version of a package that is there and fits, else nothing."""
    from packaging.requirements import Requirement

    need = Requirement(wanted)
    found = _version(need.name)
    fits = found and need.specifier.contains(found, prereleases=True)
    return f"{need.name} {found}" if fits else ""


LOOKS = (_versions, _known_bad_pins, _computing, _folders, _embedded_data)
