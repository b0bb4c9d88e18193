"""A long calculation each of whose results follows from the one before."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from xnet_lite.errors import InputError
from xnet_lite.parallel.maps import one_thread


def checkpointed_chain(
    step: Callable[[int, Any], Any],
    first: Any,
    n_steps: int,
    file: str | Path,
    *,
    progress: bool = True,
    label: str = "",
) -> list[Any]:
    """Return states 1 … n, where state k is step(k, state k − 1).

    States are appended to a text file, one JSON line each, and read back on the next
    call. Each step sees its predecessor as the file has it, so that an interruption
    changes nothing; a line cut short by a kill is dropped. Work is done on one thread.

    Parameters
    ----------
    step : callable
        From a number and a state to the next state, storable as JSON.
    first : object
        State 0.
    n_steps : int
        How many states follow.
    file : str or Path
        Checkpoint; its name must tell apart everything that states depend on.
    progress : bool
        Show a bar with the time left.
    label : str
        What the bar says.

    Returns
    -------
    list
        Without state 0.

    Raises
    ------
    InputError
        If the file is no checkpoint; the message names it.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = f"{folder}/sums.jsonl"
    ...     checkpointed_chain(lambda k, s: s + k, 0, 4, file, progress=False)
    [1, 3, 6, 10]
    """
    file = Path(file)
    states = [json.loads(json.dumps(first)), *_stored(file)]
    file.parent.mkdir(parents=True, exist_ok=True)
    numbers = track(
        range(len(states), n_steps + 1),
        description=label,
        total=n_steps,
        completed=len(states) - 1,
        console=Console(stderr=True),  # standard output is for results
        disable=not progress,
    )
    with one_thread(), file.open("a", encoding="utf-8") as stream:
        for number in numbers:
            line = json.dumps(step(number, states[-1]))
            stream.write(line + "\n")
            stream.flush()
            os.fsync(stream.fileno())
            states.append(json.loads(line))
    return states[1 : n_steps + 1]


def _stored(file: Path) -> list[Any]:
    """States on file; a last line cut short by a kill is cut off the file too."""
    if not file.exists():
        return []
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        file.write_bytes(whole)
    try:
        return [json.loads(line) for line in whole.splitlines()]
    except ValueError:
        raise InputError(
            f"{file} is not a checkpoint this program wrote; delete it to start again."
        ) from None
