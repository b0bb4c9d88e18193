"""One training loop for every model, one model or a stack of them.

Chain, each importing only what stands before it: `config`, `history`, `steps`, `order`,
`loop`.
"""

from xnet_lite.training.config import SCHEDULES, TrainConfig
from xnet_lite.training.history import EpochReport, History, Watch
from xnet_lite.training.loop import fit, predict
from xnet_lite.training.order import Order, shuffled

__all__ = [
    "SCHEDULES",
    "EpochReport",
    "History",
    "Order",
    "TrainConfig",
    "Watch",
    "fit",
    "predict",
    "shuffled",
]
