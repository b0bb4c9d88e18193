"""What long jobs share: where their checkpoints lie and what those depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from xnet_lite.parallel.maps import resumable_map


def checkpointed_map(
    work: Callable[[Any], Any],
    items: Sequence[Any],
    path: str | Path,
    *,
    settings: Mapping[str, Any],
    workers: int = 1,
    progress: bool = True,
    label: str = "",
) -> list[Any]:
    """Apply a function to every item, keeping each result as soon as it is there.

    A resumable map (`xnet_lite.parallel`) whose file is named after the settings.

    Parameters
    ----------
    work : callable
        From an item to something storable as JSON. With several workers it is sent
        to fresh processes: a function of a module, or a `functools.partial` of one.
    items : sequence
        What to work on.
    path : str or Path
        Checkpoint file; its name is completed with a hash of `settings`.
    settings : mapping
        Everything that results depend on, storable as JSON: other settings never
        meet the same checkpoint.
    workers : int
        Processes; 1 works in this one.
    progress : bool
        Show a bar with the time left.
    label : str
        What the bar says.

    Returns
    -------
    list
        One result an item, in the order of the items.

    Raises
    ------
    InputError
        If the checkpoint is not one; the message names the file.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     checkpointed_map(abs, [-1, 2], f"{folder}/x", settings={}, progress=False)
    [1, 2]
    """
    file = _checkpoint(Path(path), settings)
    keys = [str(i) for i in range(len(items))]
    return resumable_map(
        work,
        items,
        keys,
        checkpoint=file,
        workers=workers,
        progress=progress,
        label=label,
    )


def source_digest(package: ModuleType) -> str:
    """Hash of a package's source: a checkpoint must not outlive the code that wrote it.

    Parameters
    ----------
    package : module
        A package whose files lie in one folder.

    Returns
    -------
    str
        Hexadecimal SHA-256.

    Example
    -------
    >>> import xnet_lite.scattering
    >>> len(source_digest(xnet_lite.scattering))
    64
    """
    digest = hashlib.sha256()
    for file in sorted(Path(str(package.__file__)).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _checkpoint(path: Path, settings: Mapping[str, Any]) -> Path:
    """The file of these settings."""
    text = json.dumps(settings, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return path.with_name(f"{path.name}.{digest}.jsonl")
