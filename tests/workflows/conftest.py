"""A small embedded set for the tests of training jobs."""

import pytest

from tests.small import NAME, small_corpus
from xnet_lite.datasets import listing, load, save_dataset
from xnet_lite.errors import InputError
from xnet_lite.structures import read_site
from xnet_lite.workflows.first_light import example_file


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
