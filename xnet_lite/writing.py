"""Files that appear whole or not at all: whatever this library writes, it writes here.

A file is written beside its place, forced to the disk and moved there in one step; what
a kill leaves beside it is swept by the next call that writes into the same folder.
"""

import hashlib
import itertools
import os
import re
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from xnet_lite.errors import InputError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

#: of a scratch file: the machine, the process, a number; none is longer than names can
_HOST = re.sub(r"\W", "", socket.gethostname())[:32]
_SCRATCH = f".xnet-lite-{_HOST}-{{}}-{{}}.part"
_NAMED = re.compile(re.escape(f".xnet-lite-{_HOST}-") + r"(\d+)-\d+\.part")
_numbers = itertools.count()
#: digits of a hash in the name of a file that waits
SHORT = 16


def write(path: str | Path, contents: str | bytes) -> Path:
    """Write a file so that its place holds the old one or the new one, never a part.

    Parameters
    ----------
    path : str or Path
        Folders are made where they lack; a link is followed. A pipe or a device is
        written into, not replaced.
    contents : str or bytes
        Text is written as UTF-8 with Unix line ends.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    OSError
        If it cannot be; the old file is as it was, nothing is left beside it.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/new/a.txt", "x").read_text()
    'x'
    """
    data = contents.encode() if isinstance(contents, str) else contents
    place = Path(os.path.realpath(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and not place.is_file():
        place.write_bytes(data)
        return Path(path)
    scratch = _scratch(place.parent)
    try:
        with scratch.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if place.exists():
            shutil.copymode(place, scratch)
        scratch.replace(place)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    _settle(place.parent)
    return Path(path)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Fill a folder that appears whole or not at all; one that is there stays.

    Yields
    ------
    Path
        Where to write; it becomes `folder` at the end.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as above:
    ...     with new_folder(Path(above, "a")) as made:
    ...         _ = write(made / "b", "x")
    ...     Path(above, "a", "b").read_text()
    'x'
    """
    with scratch_folder(folder.parent) as scratch:
        yield scratch
        # two at work at once: the first one's is as good
        with suppress(FileExistsError):
            if not folder.exists():
                scratch.rename(folder)
                _settle(folder.parent)


@contextmanager
def scratch_folder(folder: Path) -> Iterator[Path]:
    """Work in a folder inside another that is made if need be; it goes afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = _scratch(folder)
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def write_together(
    folder: Path, index: tuple[str, str], files: Mapping[str, bytes]
) -> None:
    """Write files and the index that names them by their hashes, as if in one step.

    Whenever it is interrupted, the index is the old one or the new one, and `described`
    finds the files that it names. Other files in the folder stay as they are.

    Parameters
    ----------
    folder : Path
        Made where it lacks.
    index : tuple of str
        Name and text of a file that holds the SHA-256 of the others.
    files : mapping of str to bytes
        By name.
    """
    beside = {name: _beside(folder, name, sha256(data)) for name, data in files.items()}
    for name, place in beside.items():
        write(place, files[name])
    write(folder / index[0], index[1])  # from here on the new ones count
    for name, place in beside.items():
        place.replace(folder / name)
    _settle(folder)
    for name in files:
        for left in folder.glob(f".{name}.{'[0-9a-f]' * SHORT}"):
            left.unlink(missing_ok=True)


def described(folder: Path, name: str, digest: str) -> bytes:
    """Return what is in the file that an index names by its hash.

    Parameters
    ----------
    folder, name, digest
        As `write_together` wrote it.

    Raises
    ------
    OSError
        If the file cannot be read.
    InputError
        If it is another one.
    """
    beside = _beside(folder, name, digest)
    path = beside if beside.is_file() else folder / name
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is no ordinary file: copy the whole folder again")
    contents = path.read_bytes()
    if sha256(contents) != digest:
        raise InputError(f"{path} is not the file it should be: its SHA-256 is another")
    return contents


def sha256(contents: bytes) -> str:
    """Return the SHA-256 of bytes, hexadecimal."""
    return hashlib.sha256(contents).hexdigest()


def check_writable(path: Path) -> None:
    """Refuse a file that could not be written, before any work is done for it.

    Raises
    ------
    InputError
        With the reason; the folder is made where it lacks.
    """
    with _sayable(path, "give another file"):
        if path.is_dir():
            raise InputError(f"{path}: is a folder, give a file")
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(0, "the file is read-only")
        if not path.exists() or path.is_file():
            _try(Path(os.path.realpath(path)).parent)


def check_folder(folder: Path) -> None:
    """Make a folder, or say why it cannot be, or why nothing can be written there.

    Raises
    ------
    InputError
        With the reason.
    """
    with _sayable(folder, "give another folder"):
        _try(folder)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Work alone on a file: another process that asks for it waits for its turn.

    A process that ends in whatever way lets go. Where the system has no such locks
    (Windows), nobody waits.
    """
    lock = path.with_name(f".{path.name}.lock")
    if fcntl is None:
        yield
        return
    while True:
        with lock.open("a") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            # whoever had it before has removed it: then another one counts
            if not _is_still(stream.fileno(), lock):
                continue
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)
            return


def _is_still(handle: int, path: Path) -> bool:
    """Whether an open file is the one at a path."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(handle), path.stat())
    return False


@contextmanager
def _sayable(path: Path, remedy: str) -> Iterator[None]:
    """Turn what the system says of a place into a sentence."""
    try:
        yield
    except InputError:
        raise
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be written ({why}), {remedy}") from None


def _try(folder: Path) -> None:
    """Write something into a folder, and take it away again."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = _scratch(folder)
    try:
        scratch.write_bytes(b"x")
    finally:
        scratch.unlink(missing_ok=True)


def _scratch(folder: Path) -> Path:
    """A new name in a folder, freed of what killed processes left there."""
    for left in folder.glob(_SCRATCH.format("*", "*")):
        match = _NAMED.fullmatch(left.name)
        if match and not _lives(int(match[1])):
            with suppress(OSError):
                shutil.rmtree(left) if left.is_dir() else left.unlink()
    return folder / _SCRATCH.format(os.getpid(), next(_numbers))


def _lives(process: int) -> bool:
    """Whether a process of this machine is at work."""
    if os.name != "posix":
        return True  # asking would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _beside(folder: Path, name: str, digest: str) -> Path:
    """Where a file waits until its index counts."""
    return folder / f".{name}.{digest[:SHORT]}"


def _settle(folder: Path) -> None:
    """Force the names in a folder to the disk, where the system can."""
    if os.name != "posix":
        return
    with suppress(OSError):  # some file systems refuse it
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
