"""A long calculation each of whose results follows from the one before."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xnet_lite.parallel.maps import append_lines, one_thread, progress_bar, read_lines


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

    A checkpoint like that of `resumable_map`. Each step sees its predecessor as the
    file has it, so that an interruption changes nothing. Work is done on one thread.

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
    progress, label
        As in `resumable_map`.

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
    states = [json.loads(json.dumps(first)), *read_lines(file)]
    done = len(states) - 1
    with one_thread(), progress_bar(label, n_steps, done, progress) as advance:
        for number in range(len(states), n_steps + 1):
            states += append_lines(file, [step(number, states[-1])])
            advance(1)
    return states[1 : n_steps + 1]
