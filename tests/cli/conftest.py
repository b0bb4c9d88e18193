"""A small embedded set, an empty cache, and a way to call the command."""

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from tests.small import NAME, small_corpus
from xnet_lite.cli import app
from xnet_lite.datasets import listing, save_dataset
from xnet_lite.errors import InputError
from xnet_lite.studies.first_light import example_file


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Folders with a small corpus, and a cache for this session."""
    try:
        dataset = small_corpus()
    except InputError as error:
        pytest.skip(f"needs the embedded set: {error}")
    root = tmp_path_factory.mktemp("embedded")
    save_dataset(dataset, root / NAME)
    (root / NAME / "CARD.md").write_text("# the small set\n", encoding="utf-8")
    return SimpleNamespace(root=root, cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture
def embedded(small, monkeypatch, tmp_path):
    """The small set as the only embedded one; work happens in an empty folder."""
    monkeypatch.setattr(listing, "embedded_roots", lambda: [small.root])
    monkeypatch.setenv("XNET_LITE_CACHE", str(small.cache))
    monkeypatch.delenv("XNET_LITE_MIRROR", raising=False)
    monkeypatch.chdir(tmp_path)
    return small


@pytest.fixture
def call():
    """Call the command with words; the result has exit_code, stdout and stderr."""
    runner = CliRunner(env={"COLUMNS": "120"})

    def run(*words):
        return runner.invoke(app, [str(word) for word in words])

    return run


@pytest.fixture(scope="session")
def bpy3():
    """The structure that ships with the package."""
    return example_file()


@pytest.fixture
def write(tmp_path):
    """Write a file and return its path."""

    def file(name, content):
        path = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(data)
        return path

    return file
