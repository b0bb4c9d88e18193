"""Fixtures that several folders of tests share."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.small import NAME, small_corpus
from xnet_lite.datasets import listing, load, save_dataset
from xnet_lite.errors import InputError
from xnet_lite.structures import read_site
from xnet_lite.studies.first_light import example_file


@pytest.fixture(scope="session")
def mirrored() -> Callable[[str], Path]:
    """Folder of a public repository in the mirror; skips where there is none."""

    def folder(repository: str) -> Path:
        mirror = Path(os.environ.get("XNET_LITE_MIRROR", "").removeprefix("file://"))
        if not mirror.name or not mirror.is_dir():
            pytest.skip(f"needs {repository}: XNET_LITE_MIRROR names no folder")
        commits = sorted((mirror / repository).glob("*"))
        if not commits:
            pytest.skip(f"needs {repository}: not in the mirror {mirror}")
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
    return read_site(example_file())


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """A small set as the only embedded one, and an empty cache."""
    root = tmp_path_factory.mktemp("embedded")
    save_dataset(small_corpus(), root / NAME)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "embedded_roots", lambda: [root])
        patch.setenv("XNET_LITE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield root


@pytest.fixture(scope="session")
def mirror():
    """The folder with the public data; without it the test is skipped."""
    folder = os.environ.get("XNET_LITE_MIRROR", "")
    if not os.path.isdir(folder):  # noqa: PTH112
        pytest.skip("XNET_LITE_MIRROR names no folder with the public data")
    return folder
