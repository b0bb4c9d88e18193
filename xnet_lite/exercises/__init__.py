"""What notebooks call: answers checked without giving them away, numbers collected.

Chain: `checks`, `ranges` and `recorded` stand by themselves; `answers` knows what is
right.
"""

from xnet_lite.exercises.answers import Secret, check
from xnet_lite.exercises.checks import check_choice, check_number
from xnet_lite.exercises.ranges import Range, check_parameters
from xnet_lite.exercises.recorded import RECORD, record

__all__ = [
    "RECORD",
    "Range",
    "Secret",
    "check",
    "check_choice",
    "check_number",
    "check_parameters",
    "record",
]
