"""Notebooks 20 to 22: how far to trust a prediction, and what it hangs on."""

import math
from typing import Any

import numpy as np

from xnet_lite.exercises.questions import Exercise, Guess, Open, Question

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
        "20 who keeps it": Guess(
            "Four ways to make a band of ±2σ: of which one will the share inside be "
            "nearest to 95 % on new compounds?",
            ("bootstrap", "deep ensemble", "MC dropout", "Gaussian process"),
            lambda raw: _nearest(raw),
            "Say which of them are too sure of themselves, and what they have in "
            "common.",
        ),
        "20 one width": Exercise(
            lambda in_std: float(np.quantile(in_std, 0.9)),
            (
                "The title has the share of all points: 90 % is wanted.",
                "Two are not enough: go up, and watch where on the axis the line "
                "stays low.",
                "It is the 90 % quantile of |error| over σ, over all points.",
            ),
            tolerance=0.15,
            question="One factor for all energies: how many σ of the bootstrap hold "
            "nine of ten points of these sites?",
        ),
        "20 another world": Open(
            "A network with a calibrated band reads *measured* spectra. Somebody "
            "points at the narrow band and says: so it is right. What do you answer?",
            (
                "A band speaks of the world it was calibrated in; what all its "
                "spectra have wrong is not in it.",
                "Coverage is an average over compounds: for one molecule, and for "
                "families not seen, it promises little.",
                "What would help: a few measured spectra of known structures, and a "
                "witness that looks at atoms.",
            ),
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
        "21 which shell": Guess(
            "Take out the first shell, or all that is beyond 3.5 Å: which one changes "
            "the spectrum more within 5 eV of the edge?",
            ("the first shell", "what is beyond 3.5 Å"),
            lambda out: _shell(out),
            "Say how the two compare above 40 eV, and why a slow electron hears "
            "farther.",
        ),
        "21 highest bar": Exercise(
            lambda seen, window: float(seen.distances[np.argmax(seen.penalty(window))]),
            (
                "Brush from 25 to 30 eV, or move both ends of the slider there.",
                "The bars are shells; the highest one is wanted.",
                "Its name has the distances it stands for: give their middle.",
            ),
            tolerance=0.6,
            unit="Å",
            question="Which shell does the window from 25 to 30 eV depend on most in "
            "the network? Give its distance.",
        ),
        "21 a nice map": Open(
            "A paper shows a coloured map of feature importances and concludes which "
            "atoms a spectrum depends on. What do you ask?",
            (
                "Importance for whom: a network's habits are not physics; hold them "
                "against atoms taken out of the engine.",
                "What correlated features do: one hides another unless they are "
                "scrambled together.",
                "Whether the network is good where it was asked, and how the map "
                "changes with seed and method.",
            ),
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
        "22 who notices": Guess(
            "At a tenth of false alarms: which sign catches most of the large errors?",
            ("spread", "distance", "disagreement", "errors nearby", "expected error"),
            lambda share, caught: max(
                caught, key=lambda name: np.interp(0.1, share, caught[name])
            ),
            "Say how many it catches, and how many it misses.",
        ),
        "22 four of five": Exercise(
            lambda told: float(np.quantile(told, 0.2)),
            (
                "The title counts the large errors above the limit: 80 % are wanted.",
                "A lower limit catches more, and rings for more of the others.",
                "It is the expected error below which a fifth of the large ones lie.",
            ),
            tolerance=0.25,
            unit="%",
            question="How low must the limit on the expected error be, so that four "
            "of five large errors lie above it? (See what that costs in false alarms.)",
        ),
        "22 known": Open(
            "The verdict on a site is *known*, the expected error 3 %. You compute "
            "it: 11 % off. Is the verdict broken?",
            (
                "A rate is no promise: some of ten known sites are worse than the "
                "interval, and the card says how many.",
                "What no witness looks at: spin, charge, a solvent, or another theory "
                "of the truth.",
                "One case settles nothing: collect such cases, see what they share, "
                "and leave that out in a test.",
            ),
        ),
    },
}


def _nearest(raw: list[dict[str, Any]]) -> str:
    """Whose ±2σ holds a share nearest to 95.4 % of new compounds."""
    share = {one["band"]: one["±2σ"] for one in raw if one["exam"] == "new compounds"}
    return min(share, key=lambda name: abs(share[name] - 95.4))


def _shell(out: Any) -> str:
    """What changes a spectrum more near its edge: the first shell, or far ones."""
    near = np.abs(out.whole.energy_rel) < 5
    first, far = (np.abs(mu - out.whole.mu)[near].sum() for mu in out.spectra)
    return "the first shell" if first > far else "what is beyond 3.5 Å"
