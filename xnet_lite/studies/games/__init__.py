"""Four team games that run offline, each with a task, a rule, a baseline and a board.

A *season* is a number: teams that name the same one have the same task. Higher scores
are better. A board keeps answers with scores, so that a teacher can score them anew.
Chain: `board`, then `game` (what all four share), then a file a game.
"""

from xnet_lite.studies.games.board import Board, Entry
from xnet_lite.studies.games.budget import TrainingSet
from xnet_lite.studies.games.game import Game
from xnet_lite.studies.games.kernel import BeatTheKernel
from xnet_lite.studies.games.leak import FindTheLeak
from xnet_lite.studies.games.liar import WhoIsTheLiar

GAMES: tuple[type[Game], ...] = (
    FindTheLeak,
    BeatTheKernel,
    TrainingSet,
    WhoIsTheLiar,
)

__all__ = [
    "GAMES",
    "BeatTheKernel",
    "Board",
    "Entry",
    "FindTheLeak",
    "Game",
    "TrainingSet",
    "WhoIsTheLiar",
]
