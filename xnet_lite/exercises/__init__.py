"""What notebooks call: answers checked without giving them away, numbers collected.

Chain: `checks`, `ranges`, `recorded` and `cards` (what a learner has done) stand by
themselves; `questions` are of three kinds; `course` has those of every notebook, a file
a part; `answers` is what is asked of them.
"""

from xnet_lite.exercises.answers import check, commit, compare, hint, look
from xnet_lite.exercises.cards import Card, begin, card
from xnet_lite.exercises.checks import check_choice, check_number
from xnet_lite.exercises.questions import Secret
from xnet_lite.exercises.ranges import Range, check_parameters
from xnet_lite.exercises.recorded import RECORD, record

__all__ = [
    "RECORD",
    "Card",
    "Range",
    "Secret",
    "begin",
    "card",
    "check",
    "check_choice",
    "check_number",
    "check_parameters",
    "commit",
    "compare",
    "hint",
    "look",
    "record",
]
