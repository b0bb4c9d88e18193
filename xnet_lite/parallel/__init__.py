"""Long work: maps over processes and chains, with progress, that survive a kill.

Files: `maps` (every item by itself, over processes), `checkpoints` (where results lie
and what those depend on), `chains` (each result follows from the one before).
"""

from xnet_lite.parallel.chains import checkpointed_chain
from xnet_lite.parallel.checkpoints import checkpointed_map, source_digest
from xnet_lite.parallel.maps import one_thread, resumable_map

__all__ = [
    "checkpointed_chain",
    "checkpointed_map",
    "one_thread",
    "resumable_map",
    "source_digest",
]
