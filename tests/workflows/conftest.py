"""A small embedded set for the tests of training jobs."""

import pytest

from xnet_lite.datasets import listing, load, save_dataset
from xnet_lite.errors import InputError
from xnet_lite.structures import read_site
from xnet_lite.workflows.first_light import example_file

N_SITES = 60


@pytest.fixture(scope="module")
def whole():
    """The embedded set as it ships."""
    try:
        return load("fe-first")
    except InputError as error:
        pytest.skip(f"needs the embedded set: {error}")


@pytest.fixture(scope="module")
def example():
    """The structure that ships with the package."""
    return read_site(example_file())


@pytest.fixture(scope="module")
def embedded(whole, tmp_path_factory):
    """The first sites of the set as the only embedded one, and an empty cache."""
    root = tmp_path_factory.mktemp("embedded")
    save_dataset(whole[:N_SITES], root / "fe-first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "embedded_roots", lambda: [root])
        patch.setenv("XNET_LITE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield root
