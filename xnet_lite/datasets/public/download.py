"""Files of public repositories: from the mirror, the cache or the network, checked."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pooch
import requests
from rich.console import Console
from rich.progress import Progress

from xnet_lite.datasets.public import remote
from xnet_lite.errors import InputError
from xnet_lite.writing import scratch_folder

ATTEMPTS = 2
_WORKERS = 8
# seconds to connect, and between two pieces of an answer
_TIMEOUT = (10, 60)
# Below this many files a progress bar says less than it costs.
_BAR_FROM = 5


def fetch_files(
    files: Sequence[remote.RemoteFile], title: str, *, progress: bool = True
) -> list[Path]:
    """Return a checked local copy of every file, downloading what is not here.

    A copy in the mirror folder is used where it lies. A copy in the cache that
    does not match is dropped and fetched again; a download that does not match is
    dropped and fetched once more, and never takes the place of a file.

    Parameters
    ----------
    files : sequence of RemoteFile
        What is needed.
    title : str
        Name of the dataset, for the messages and the progress bar.
    progress : bool
        Show a bar on stderr while several files are downloaded.

    Returns
    -------
    list of Path
        In the order of `files`.

    Raises
    ------
    InputError
        When a file can neither be found nor downloaded, or is not the right one.
    """
    mirror = remote.mirror_folder()
    if mirror is not None and not mirror.is_dir():
        raise InputError(f"{remote.MIRROR}={mirror} is no folder; correct or unset it.")
    found = [_checked_copy(file, title) for file in files]
    missing = [i for i, path in enumerate(found) if path is None]
    bar = progress and len(missing) >= _BAR_FROM
    with (
        Progress(console=Console(stderr=True), transient=True, disable=not bar) as show,
        ThreadPoolExecutor(_WORKERS) as pool,
    ):
        task = show.add_task(f"downloading {title}", total=len(missing))
        jobs = {pool.submit(_download, files[i], title): i for i in missing}
        try:
            for job in as_completed(jobs):
                found[jobs[job]] = job.result()
                show.advance(task)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return [path for path in found if path is not None]


def _checked_copy(file: remote.RemoteFile, title: str) -> Path | None:
    """Return a local copy that matches; refuse a wrong mirror, drop a wrong cache."""
    path = remote.local_copy(file)
    try:
        if path is None or remote.matches(path, file):
            return path
    except OSError as error:
        raise InputError(
            f"{title}: {path} cannot be read ({error.strerror}); mend its permissions "
            f"or its disk, or unset {remote.MIRROR}."
        ) from None
    if path.is_relative_to(remote.cache_folder()):
        path.unlink()
        return None
    said = f"{title}: {path} is not the file it should be ({file.digests[0]})"
    raise InputError(f"{said}; replace it or unset {remote.MIRROR}.")


def _download(file: remote.RemoteFile, title: str) -> Path:
    """Download one file into the cache, twice if the first arrives damaged."""
    target = remote.cache_folder() / file.key
    for _ in range(ATTEMPTS):
        try:
            with scratch_folder(target.parent) as scratch:
                came = scratch / target.name
                pooch.HTTPDownloader(timeout=_TIMEOUT)(file.address(), came, None)
                if remote.matches(came, file):
                    return came.replace(target)
        except requests.exceptions.ChunkedEncodingError:
            continue
        except requests.RequestException as error:
            raise InputError(_absent(file, title, target, error)) from error
        except OSError as error:
            raise InputError(
                f"{title}: {target} cannot be written ({error.strerror}); set "
                f"{remote.CACHE} to a folder where you may write."
            ) from error
    raise InputError(
        f"{title}: {file.address()} arrived damaged {ATTEMPTS} times (expected "
        f"{file.digests[0]}) and was not kept; try again later or set {remote.MIRROR}."
    )


def _absent(
    file: remote.RemoteFile, title: str, target: Path, error: requests.RequestException
) -> str:
    """Say which file is missing and the three ways to get it."""
    answer = error.response
    reason = type(error).__name__ if answer is None else f"HTTP {answer.status_code}"
    return (
        f"{title} needs {file.path}, which is not on this machine and could not be "
        f"downloaded from {file.address()} ({reason}); go online and repeat, or put "
        f"the file at {target}, or set {remote.MIRROR} to a folder that holds "
        f"{file.key}."
    )
