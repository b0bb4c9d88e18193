"""Notebooks 30 to 34: from a spectrum back to where atoms are."""

import numpy as np

from xnet_lite.exercises.course.finding import reverse_cnn
from xnet_lite.exercises.questions import Exercise, Question, drawn

NOTEBOOKS: dict[str, dict[str, Question]] = {
    "30_reverse": {
        "oxidation state": Exercise(
            lambda: "the ligands",
            (
                "Which of the three does our engine have at all?",
                "It is dipole alone, and puts every edge of a metal at one energy.",
                "What differs between a compound of iron(II) and one of iron(III) "
                "that the engine sees?",
            ),
            choices=("the edge's position", "the pre-edge", "the ligands"),
            why="The engine puts the edge of every compound at the same energy.",
        ),
        "reverse weights": Exercise(
            reverse_cnn,
            (
                "How long is a row behind each of the three convolutions?",
                "Without padding n numbers become (n − 8) // 2 + 1; two filters see "
                "one line, then two.",
                "A filter has 8 weights a line and one bias; a dense layer has "
                "(inputs + 1) × outputs. Try it on 475 first.",
            ),
        ),
    },
    "31_robustness": {
        "natoli": Exercise(
            lambda distance, before, after: distance * (before / after) ** 0.5,
            (
                "If ΔE grows, R falls: the answer is below 2 Å.",
                "Write ΔE R² = ΔE' R'² and solve for R'.",
                "R' = R times the square root of ΔE over ΔE'.",
            ),
            tolerance=0.005,
            unit="Å",
        ),
        "crossing": Exercise(
            lambda off, clean, shaken: next(
                (s for s in np.arange(0, 2.05, 0.1) if off(clean, s) > off(shaken, s)),
                2.0,
            ),
            (
                "off(reader, 0.5) and off(taught, 0.5) are the errors at 0.5 eV.",
                "At 0 eV the clean one is better: go up until it is not.",
                "`next(s for s in np.arange(0, 2.05, 0.1) if …)` stops there.",
            ),
            tolerance=0.06,
            unit="eV",
        ),
    },
    "32_bidirectional": {
        "spectra alone": Exercise(
            lambda: "cyc and rec",
            (
                "Which loss compares with a structure that is known?",
                "`pred` does: it needs pairs, so it is out, and with it all.",
                "A reconstruction compares a spectrum with itself; what does a cycle "
                "do?",
            ),
            choices=("pred", "rec", "cyc and rec", "all"),
            why="Neither asks for the truth of the other side; a judge of x learns "
            "from x.",
        ),
    },
    "33_beamline": {
        "called known": Exercise(
            lambda left: 100 * float(left.called("known").mean()),
            (
                "`left.words(left.signs)` has a word for each left-out compound.",
                "How many of these words are 'known', of how many?",
                "The mean of a mask is a share: times 100.",
            ),
            tolerance=0.5,
            unit="%",
        ),
        "verdict on iron": Exercise(
            lambda found: found.word,
            (
                "Ask `stranger`: it holds all that was found.",
                "`stranger.word` is the verdict.",
                "It need not be what you expect of a metal among molecules.",
            ),
            choices=("known", "near", "far"),
            why="A smooth spectrum is not far from other smooth ones, whatever it is "
            "of.",
        ),
    },
    "34_mixtures": {
        "hidden share": Exercise(
            drawn,
            (
                "Two references and no noise: a fit finds the share exactly.",
                "`combine` wants the energies, the spectrum, and references by name.",
                "`combine(energy, hidden, pair).fractions[0]` belongs to the first "
                "name.",
            ),
            tolerance=0.005,
        ),
        "harmless": Exercise(
            lambda: "amount",
            (
                "The count looks for directions in which the rows of a series differ.",
                "Which of the three adds no new direction?",
                "A row of the table times a number stays in the same direction.",
            ),
            choices=("amount", "drift", "background"),
            why="A row of the table times a number stays in the same direction.",
        ),
    },
}
