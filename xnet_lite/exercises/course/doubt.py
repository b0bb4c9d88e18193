"""Notebooks 20 to 22: how far to trust a prediction, and what it hangs on."""

import math

from xnet_lite.exercises.questions import Exercise, Question

NOTEBOOKS: dict[str, dict[str, Question]] = {
    "20_uncertainty": {
        "last rank": Exercise(
            lambda n, level: math.ceil((n + 1) * level),
            (
                "Put the new score among the 99: how many places are there for it?",
                "The new site has one of n + 1 ranks, each as likely as the others.",
                "Nine of ten of these ranks must lie at or below q.",
            ),
        ),
        "who does not notice": Exercise(
            lambda: "all of them",
            (
                "What did each σ learn from?",
                "Has any of them seen a spectrum of the other theory?",
                "The structures are ordinary: what could look strange about them?",
            ),
            choices=(
                "the bootstrap",
                "the calibrated band",
                "all of them",
                "none of them",
            ),
            why="Every σ here was learnt from one theory, and nothing in it knows of "
            "another.",
        ),
    },
    "21_interpretation": {
        "reaches farther": Exercise(
            lambda importance, low, high: (
                "low" if importance.reach(low) > importance.reach(high) else "high"
            ),
            (
                "`true.reach(LOW)` and `true.reach(HIGH)` are distances in Å.",
                "The farther one wins; does it fit what you know of slow electrons?",
                "A slow electron is scattered many times before it is lost.",
            ),
            choices=("low", "high"),
            why="A slow electron travels farther before it is scattered for good.",
        ),
    },
    "22_trust": {
        "first to speak": Exercise(
            lambda: "chemist",
            (
                "What does each of the witnesses look at: outputs, features, or atoms?",
                "Without hydrogens the first shell is as it was: features move little.",
                "Who counts bonds?",
            ),
            choices=("spread", "distance", "chemist", "none"),
            why="Carbon that misses hydrogen is seen in the atoms, whatever the "
            "numbers say.",
        ),
    },
}
