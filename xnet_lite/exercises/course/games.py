"""Notebook 50: what the games ask beside their own rules."""

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.exercises.questions import Exercise, Guess, Open, Question

NOTEBOOKS: dict[str, dict[str, Question]] = {
    "50_games": {
        "50 what leaks show": Guess(
            "Take the median distance of test sites to the nearest training site. In "
            "the most suspicious of the eight reports: how large is it, beside the "
            "usual one?",
            ("less than half", "half to nine tenths", "about the same"),
            lambda gaps: _suspicious(gaps),
            "Say which reports stand apart, and which leak no distance shows.",
        ),
        "50 repeated": Exercise(
            lambda gaps: sum(
                float(np.mean(one < 0.05)) >= 0.1 for one in gaps.values()
            ),
            (
                "`gaps` has one array a report, one distance a test site.",
                "The mean of a mask is a share: `(one < 0.05).mean()`.",
                "Count the reports whose share is a tenth or more.",
            ),
        ),
        "50 what to buy": Guess(
            "Four ways to spend the credits. Which kernel is best on other compounds?",
            ("cheapest first", "the crowd first", "the rim first", "by chance"),
            lambda scores: max(
                ("cheapest first", "the crowd first", "the rim first", "by chance"),
                key=lambda name: float(scores[name]),
            ),
            "Say how many sites each of them bought, and what the crowd is missing.",
        ),
        "50 for the money": Exercise(
            lambda price, budget: int(np.sum(np.cumsum(np.sort(price)) <= budget)),
            (
                "Bring the upright line to where *cheapest first* meets the budget.",
                "The lines are sums of prices, in the order of buying.",
                "Sort the prices, add them up, count the sums within the budget.",
            ),
            tolerance=1.0,
            unit="sites",
            question="How many sites does the budget buy, if the cheapest are taken "
            "first?",
        ),
        "50 fair play": Open(
            "A team has played 200 times and leads the board by one point. How would "
            "you run the competition next time?",
            (
                "The best of many tries is chosen on the test: few plays, or one, and "
                "choosing on a part of what is known.",
                "A last season that nobody has seen, announced at the end.",
                "Several seasons with their scatter, and the baseline in the same "
                "table.",
            ),
        ),
    },
}


def _suspicious(gaps: dict[str, ArrayLike]) -> str:
    """How the smallest of medians stands to the usual one."""
    medians = [float(np.median(np.asarray(one))) for one in gaps.values()]
    share = min(medians) / float(np.median(medians))
    if share < 0.5:
        return "less than half"
    return "half to nine tenths" if share < 0.9 else "about the same"
