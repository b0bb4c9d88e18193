"""Fixtures that several folders of tests share."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.small import NAME, small_corpus
from xnet_lite.datasets import listing, load, save_dataset
from xnet_lite.datasets.public.remote import mirror_folder
from xnet_lite.errors import InputError
from xnet_lite.structures import read_site

MIRROR = mirror_folder()
STRUCTURE = Path(__file__).parents[1] / "data" / "examples" / "fe-bpy3.xyz"


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items):
    """Mark what takes `mirror`, itself or through a fixture; skip it without one."""
    absent = pytest.mark.skip(reason="public data: XNET_LITE_MIRROR names no folder")
    for item in items:
        if "mirror" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.public_data)
            if MIRROR is None or not MIRROR.is_dir():
                item.add_marker(absent)


@pytest.fixture(scope="session")
def mirror() -> Callable[[str], Path]:
    """Where a public repository lies in the mirror; taking it is what marks a test."""

    def folder(repository: str) -> Path:
        commits = sorted((MIRROR / repository).glob("*"))
        if not commits:
            pytest.skip(f"needs {repository}: not in the mirror {MIRROR}")
        return commits[-1]

    return folder


@pytest.fixture(scope="module")
def whole():
    """The iron sites of the embedded set as it ships."""
    try:
        return load("tm-complexes-k-fe")
    except InputError as error:
        pytest.skip(f"needs the embedded set: {error}")


@pytest.fixture(scope="module")
def example():
    """The structure that ships with the package."""
    return read_site(STRUCTURE)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """A small set as the only embedded one, and an empty cache."""
    root = tmp_path_factory.mktemp("embedded")
    save_dataset(small_corpus(), root / NAME)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "embedded_roots", lambda: [root])
        patch.setenv("XNET_LITE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield root


@pytest.fixture
def without(monkeypatch) -> Callable[[str], None]:
    """Make a package look as if it were not installed."""

    def hide(package: str) -> None:
        for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, package, None)

    return hide


_RODS = """3
nickel
Ni 0 0 0
O 1.9 0 0
O -1.9 0 0
4
two of zinc
Zn 0 0 0
Zn 0 0 6
O 1.9 0 0
O 0 1.9 6
"""


@pytest.fixture
def many_files(tmp_path, example):
    """Structures: one good, one of two frames, one broken, one unknown."""
    place = tmp_path / "structures"
    (place / "deep").mkdir(parents=True)
    example.atoms.write(place / "bpy3.xyz", format="xyz")
    (place / "deep" / "rods.xyz").write_text(_RODS)
    (place / "broken.xyz").write_text("nothing")
    (place / "mo.xyz").write_text("2\n\nMo 0 0 0\nO 1.9 0 0\n")
    (place / "notes.txt").write_text("no structure")
    return place
