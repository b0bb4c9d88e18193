"""Long work: maps over processes and chains, with progress, that survive a kill.

Files: `maps` (every item by itself, over processes; where results lie and what those
depend on), `chains` (each result follows from the one before), `schedulers` (one door
to processes and to Dask's workers), `pools` (processes that end with whoever began
them), `devices` (which one computes).
"""

from xnet_lite.parallel.chains import checkpointed_chain
from xnet_lite.parallel.devices import checked_device
from xnet_lite.parallel.maps import (
    checkpoint_file,
    checkpointed_map,
    one_thread,
    progress_bar,
    resumable_map,
    source_digest,
)
from xnet_lite.parallel.schedulers import PROCESSES, Scheduler, opened, spread

__all__ = [
    "PROCESSES",
    "Scheduler",
    "checked_device",
    "checkpoint_file",
    "checkpointed_chain",
    "checkpointed_map",
    "one_thread",
    "opened",
    "progress_bar",
    "resumable_map",
    "source_digest",
    "spread",
]
