"""One training loop for every model, one model or a stack of them.

Chain, each importing only what stands before it: `config`, `history`, `start`, `steps`,
`loop`.
"""

from xnet_lite.training.config import SCHEDULES, TrainConfig
from xnet_lite.training.history import EpochReport, History, Watch
from xnet_lite.training.loop import fit, predict

__all__ = [
    "SCHEDULES",
    "EpochReport",
    "History",
    "TrainConfig",
    "Watch",
    "fit",
    "predict",
]
