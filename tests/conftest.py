"""Fixtures that several folders of tests share."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest


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
