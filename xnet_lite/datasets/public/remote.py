"""A file of a public repository: where it may lie, and how to know it is the one."""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, unquote, urlparse

import pooch

from xnet_lite.datasets.public.tarfiles import content_digest
from xnet_lite.errors import InputError
from xnet_lite.writing import new_folder

Thing = TypeVar("Thing")

MIRROR, CACHE = "XNET_LITE_MIRROR", "XNET_LITE_CACHE"
RAW = "https://raw.githubusercontent.com"


@dataclass(frozen=True)
class RemoteFile:
    """One file of a public repository at one commit, and how to know it is the one.

    Attributes
    ----------
    repo, commit, path : str
        `owner/name`, 40 hex digits, path inside the repository.
    digests : tuple of str
        Any one must hold: "sha256:…" of the bytes, "git:…" (the blob id, SHA-1 of
        "blob <size>\\0" and the bytes) or "members:…" (`tarfiles.content_digest`).
    url : str
        Address, where it is not the usual one of the raw file.
    members : tuple of str
        Members that "members:…" covers.
    """

    repo: str
    commit: str
    path: str
    digests: tuple[str, ...]
    url: str = ""
    members: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Place of the file in a mirror and in the cache: owner/repo/commit/path."""
        return f"{self.repo}/{self.commit}/{self.path}"

    def address(self) -> str:
        """Return where to download it: below XNET_LITE_MIRROR if that is an address."""
        mirror = os.environ.get(MIRROR, "")
        if _is_address(mirror):
            return f"{mirror.rstrip('/')}/{quote(self.key)}"
        return self.url or f"{RAW}/{quote(self.key)}"


def cache_folder() -> Path:
    """Return where downloads are kept: XNET_LITE_CACHE or the user's cache folder.

    Returns
    -------
    Path
        The folder; it may not exist yet.
    """
    chosen = os.environ.get(CACHE, "")
    return Path(chosen).expanduser() if chosen else Path(pooch.os_cache("xnet-lite"))


def cached(
    folder: Path,
    read: Callable[[Path], Thing],
    make: Callable[[], Thing],
    save: Callable[[Thing, Path], object],
    *,
    again: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Thing:
    """Return what a folder of the cache holds, or make it and put it there.

    It appears whole or not at all; what is damaged is made again.

    Parameters
    ----------
    folder : Path
        Named after everything that its content depends on.
    read, make, save : callable
        Read it, raising `InputError` where it is damaged; make it; write it.
    again : bool
        Read what was just written, so that the first time is as ever after.
    say : callable
        Told where it cannot be kept.
    """
    if folder.is_dir():
        try:
            return read(folder)
        except InputError:
            shutil.rmtree(folder, ignore_errors=True)
    made = make()
    try:
        with new_folder(folder) as whole:
            save(made, whole)
        return read(folder) if again else made
    except OSError as error:  # a cache that cannot be written costs time, not a result
        say(f"it could not be kept in {folder} ({error.strerror}): next time again")
    return made


def mirror_folder() -> Path | None:
    """Return the folder that XNET_LITE_MIRROR names, or None.

    Returns
    -------
    Path or None
        None when the variable is unset, empty or an http(s) address.
    """
    mirror = os.environ.get(MIRROR, "")
    if mirror.startswith("file://"):
        mirror = unquote(urlparse(mirror).path)
    if not mirror or _is_address(mirror):
        return None
    return Path(mirror).expanduser()


def _is_address(mirror: str) -> bool:
    """Tell an http(s) base address from a folder."""
    return mirror.startswith(("http://", "https://"))


def local_copy(file: RemoteFile) -> Path | None:
    """Return where the file lies on this machine, unchecked, or None.

    Parameters
    ----------
    file : RemoteFile
        What to look for, in the mirror folder first, then in the cache.

    Returns
    -------
    Path or None
    """
    folders = [mirror_folder(), cache_folder()]
    places = [folder / file.key for folder in folders if folder is not None]
    return next((place for place in places if place.is_file()), None)


def matches(path: Path, file: RemoteFile) -> bool:
    """Tell whether the bytes at `path` are the file that was asked for.

    Parameters
    ----------
    path : Path
        Bytes to judge.
    file : RemoteFile
        Carries the digests; one that holds is enough.

    Returns
    -------
    bool
    """
    checks: dict[str, Callable[[], str]] = {
        "sha256": lambda: hashlib.sha256(path.read_bytes()).hexdigest(),
        "git": lambda: git_blob_id(path.read_bytes()),
        "members": lambda: content_digest(path, file.members),
    }
    for digest in file.digests:
        kind, expected = digest.split(":")
        if checks[kind]() == expected:
            return True
    return False


def git_blob_id(content: bytes) -> str:
    """Return the id under which git stores these bytes.

    Parameters
    ----------
    content : bytes
        A file's content.

    Returns
    -------
    str
        SHA-1 of "blob <size>\\0" followed by the content, 40 hex digits.

    Example
    -------
    >>> git_blob_id(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()
