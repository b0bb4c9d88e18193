"""Every question of the course, by notebook: a file a part, so no page has an answer.

Chain: `finding` (how a right value is found) stands by itself; the parts stand beside
each other: `basics` and `landmarks` (notebooks 0x), `networks` (1x), `doubt` (2x),
`inverse` (3x), `economy` (4x) and `games` (50).
"""

from xnet_lite.exercises.course import (
    basics,
    doubt,
    economy,
    games,
    inverse,
    landmarks,
    networks,
)
from xnet_lite.exercises.questions import Question

#: notebook -> its questions by name, in the order of the course
COURSE: dict[str, dict[str, Question]] = {
    **basics.NOTEBOOKS,
    **landmarks.NOTEBOOKS,
    **networks.NOTEBOOKS,
    **doubt.NOTEBOOKS,
    **inverse.NOTEBOOKS,
    **economy.NOTEBOOKS,
    **games.NOTEBOOKS,
}
QUESTIONS: dict[str, Question] = {
    name: one for questions in COURSE.values() for name, one in questions.items()
}

__all__ = ["COURSE", "QUESTIONS"]
