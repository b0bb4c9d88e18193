"""Notebooks 40 to 44: fewer spectra, better chosen; structures fitted and in motion."""

from typing import Any

import numpy as np

from xnet_lite.exercises.course.finding import closest
from xnet_lite.exercises.questions import Exercise, Guess, Open, Question

NOTEBOOKS: dict[str, dict[str, Question]] = {
    "40_delta": {
        "back by": Exercise(
            lambda alignment, low, high, energy: alignment(low, high, energy)[0],
            (
                "`alignment` wants both levels of the same sites, and the energies.",
                "Known sites are the first `size` of `rest`: no others.",
                "Give it `codes['both']` and `few.spectra` of the same sites; the "
                "first of what it returns is the shift.",
            ),
            tolerance=0.05,
            unit="eV",
        ),
        "break even": Exercise(
            lambda dear, cheap, n: n * dear / (dear - cheap),
            (
                "Write the bill of either way for n sites.",
                "All sites are computed cheaply, 100 dearly as well.",
                "100 × dear + n × cheap = n × dear: solve for n.",
            ),
            tolerance=1.0,
            unit="sites",
        ),
        "40 with the fewest": Guess(
            "With the fewest dear spectra: which form has the least error on new "
            "compounds?",
            ("direct", "input", "ratio", "subtract", "both"),
            lambda curves: min(
                ("direct", "input", "ratio", "subtract", "both"),
                key=lambda form: float(curves[form][0]),
            ),
            "Say which forms begin below the cheap level, and which one far above it.",
        ),
        "40 wiggles": Exercise(
            closest,
            (
                "The mean spectrum stays; its deviations are too large.",
                "Shrink them as long as the area in the title falls.",
                "They were stretched by a third: what undoes that, up to what Δ is "
                "about?",
            ),
            tolerance=0.035,
            question="One site of the stretched level, and its dear spectrum. By "
            "which factor must the wiggles about the mean be multiplied to come "
            "nearest?",
        ),
        "40 is it worth it": Open(
            "Your group has a cheap code and a dear one, and would like to use "
            "Δ-learning. What do you find out first?",
            (
                "The ratio of their prices: it bounds what can be saved, and dear "
                "spectra for teaching come first.",
                "Whether their zeros and amplitudes agree: align before subtracting, "
                "or give the cheap one as an input.",
                "What error is needed, of spectra or of differences, and what direct "
                "learning reaches with as many dear ones.",
            ),
        ),
    },
    "41_sampling": {
        "best two points": Exercise(
            lambda: 1.0,
            (
                "Where would you hold a ruler to draw a line that does not tilt?",
                "The determinant of two rows is (x₁ − x₂)².",
                "Make it as large as points between 0 and 1 allow.",
            ),
            tolerance=0.01,
        ),
        "worst way": Exercise(
            lambda table: max(table, key=lambda row: row["area"])["way"],
            (
                'Each row of `tables["a_median"]` has a "way" and an "area".',
                "Large errors all along the curve make a large area under it.",
                '`max(rows, key=lambda row: row["area"])` is the row that is wanted.',
            ),
            choices=(
                "random",
                "farthest point",
                "similarity",
                "cluster-balanced",
                "D-optimal",
                "uncertainty",
                "committee",
                "hybrid",
                "expected error",
            ),
            why="Large errors all along the curve make a large area under it.",
        ),
        "41 the median": Guess(
            "Which of these ways to choose has the least area under its curve at the "
            "*median* of the test sites?",
            ("random", "similarity", "farthest point", "uncertainty", "another one"),
            lambda table: _least(table),
            "Say by how many per cent it differs from chance, and what three seeds "
            "are worth.",
        ),
        "41 a third point": Exercise(
            lambda: 0.5,
            (
                "The line is the determinant for every place of the third point.",
                "Bring the level onto the top of that line.",
                "It is as far from one end as from the other.",
            ),
            tolerance=0.02,
            question="For a parabola, the ends 0 and 1 are not enough. Where is the "
            "third point best?",
        ),
        "41 a curve in a paper": Open(
            "A paper shows that a clever way to choose reaches the error of chance "
            "with half as many labels. What do you need to know before you use it?",
            (
                "The measure: median, mean square or tail; what wins in one may lose "
                "in another.",
                "The start, the batch, the space, the model, and chance on the same "
                "seeds, with the scatter.",
                "The pool and the test: outliers that help nobody, compounds like "
                "those you will ask for.",
            ),
        ),
    },
    "42_active": {
        "price of asking": Exercise(
            lambda thinking, engine: 100 * thinking / (thinking + engine),
            (
                '`clever.log` is a list of rows: each has "choice / s" and "engine / '
                's".',
                "Add both columns up: one row a batch, without the last.",
                "Choosing, over choosing and computing together, times 100.",
            ),
            tolerance=0.5,
            unit="%",
        ),
        "doubling": Exercise(
            lambda few, many, before, after: (
                100 * (1 - 2 ** (np.log(after / before) / np.log(many / few)))
            ),
            (
                "On logarithmic axes a learning curve is about a line.",
                "The slope is log(after / before) / log(many / few).",
                "Doubling multiplies the error by 2 ** slope: what is lost of it?",
            ),
            tolerance=0.5,
            unit="%",
        ),
        "42 who is ahead": Guess(
            "At the end of the campaign: who is ahead in the tail (p90), by more than "
            "2 % of the error?",
            ("the clever way", "chance", "neither"),
            lambda clever, chance: _ahead(float(clever[-1]), float(chance[-1])),
            "Say what either has paid, choosing included.",
        ),
        "42 best batch": Exercise(
            lambda errors: int(np.argmin(np.diff(np.asarray(errors)))) + 1,
            (
                "The rings on the curves follow the slider.",
                "Go through the batches and read the error of the clever way at each.",
                "The largest fall from one batch to the next is wanted; the start is "
                "batch 0.",
            ),
            question="Step through the batches. Which one lowered the error of the "
            "clever way most? (The start is batch 0.)",
        ),
        "42 when to stop": Open(
            "A campaign has asked for 200 of 10 000 sites. Nobody has a test set. "
            "When do you stop, and what do you tell whoever pays?",
            (
                "When errors at known sites that are left out, averaged over what is "
                "left, promise less than the next batch costs.",
                "A line through scattered points: several promises in a row, and that "
                "it may be wrong.",
                "What chance would have reached for the same seconds, and what the "
                "tail, not the median, needs.",
            ),
        ),
    },
    "43_refinement": {
        "spectra of a grid": Exercise(
            lambda reach, step: (round(2 * reach / step) + 1) ** 2,
            (
                "How many points lie along one number?",
                "From −REACH to +REACH, both ends counted: one more than steps.",
                "Two numbers: square it.",
            ),
        ),
        "bond and zero": Exercise(
            lambda samples: float(np.corrcoef(samples[:, 0], samples[:, 2])[0, 1]),
            (
                "Fe-C is column 0 of the samples; which one is the shift?",
                "np.corrcoef of columns 0 and 2 is a table of two by two.",
                "What stands off its diagonal is wanted.",
            ),
            tolerance=0.02,
        ),
        "43 how far down": Exercise(
            lambda engine, geometry, reach: (
                _top(engine, geometry, -reach) - _top(engine, geometry, reach)
            ),
            (
                "The line above the figure says where the spectrum is highest.",
                "Read it at the left end of the slider, then at the right end.",
                "The difference of the two energies, left minus right.",
            ),
            tolerance=0.6,
            unit="eV",
            question="By how many eV does the highest point come down from the left "
            "end of the slider to the right one?",
        ),
        "43 tied or free": Guess(
            "Two scans of one bond: zero and width as the engine has them, or both "
            "free. Which one ends nearer to the truth?",
            ("zero and width tied", "both free", "the same to 0.005 Å"),
            lambda profiles, truth: _nearer(profiles, truth),
            "Say by how much a zero that is off is mistaken for a bond.",
        ),
        "43 an interval in print": Open(
            "A fit of a measured spectrum says: Fe–C 1.82 ± 0.01 Å. You are the "
            "referee. What do you ask?",
            (
                "Was the zero of energy free, with the broadening and the scale; and "
                "how do they hang together with the bond?",
                "Does the misfit look like noise or like a wave: an interval speaks "
                "of the spectrum, not of the theory.",
                "Which other numbers were held, how many structures fit as well, and "
                "what would chemistry have said without a fit.",
            ),
        ),
    },
    "44_motion": {
        "independent frames": Exercise(
            lambda frames, inefficiency: frames / inefficiency,
            (
                "Frames of 10 fs are much alike: there are fewer than there seem.",
                "`inefficiency(moving.spectra)`: so many frames are worth one.",
                "Divide the number of frames by it.",
            ),
            tolerance=0.5,
            unit="frames",
        ),
        "first ring": Exercise(
            lambda rings, pulled: pulled[rings][0] if any(rings) else pulled[-1],
            (
                "`flight.rings(leaving)` has true or false for each frame.",
                "`pulled` has the distances of the same frames: a mask picks rows.",
                "Of `pulled[flight.rings(leaving)]` the first one is wanted.",
            ),
            tolerance=0.01,
            unit="Å",
        ),
        "44 stand-in": Guess(
            "What is measured is the mean of spectra. Which single structure is the "
            "better stand-in for it?",
            ("minimum", "mean structure"),
            lambda found: min(found, key=lambda name: float(found[name])),
            "Say how far off the other one is, and what its hydrogens have to do with "
            "it.",
        ),
        "44 a lower bell": Exercise(
            lambda doubt, pulled: float(np.max(doubt[pulled <= 0.5])),
            (
                "The bell rings where the doubt is above it: look left of 0.5 Å.",
                "Lower the bell until the line of doubt touches it there.",
                "It is the highest doubt up to 0.5 Å; mind the false alarms in the "
                "title.",
            ),
            tolerance=0.15,
            unit="%",
            question="How low must the bell hang to ring before the ligand is 0.5 Å "
            "away? Give the highest such bell, and look at what it costs in false "
            "alarms.",
        ),
        "44 a mean in print": Open(
            "A paper averages spectra of 500 frames, 2 fs apart, and gives σ/√500 as "
            "the error. What do you write in the review?",
            (
                "Frames 2 fs apart remember each other: far fewer are independent; "
                "blocks tell the true error.",
                "One picosecond sees no slow motion: whether the mean is that of the "
                "ensemble, it cannot say.",
                "Neither the engine's own error nor that of the forces is in such a "
                "band.",
            ),
        ),
    },
}


def _least(table: list[dict[str, Any]]) -> str:
    """Which way has the least area."""
    best = str(min(table, key=lambda row: row["area"])["way"])
    asked = ("random", "similarity", "farthest point", "uncertainty")
    return best if best in asked else "another one"


def _ahead(clever: float, chance: float) -> str:
    """Who has the smaller error, by more than 2 %."""
    if abs(clever / chance - 1) <= 0.02:
        return "neither"
    return "the clever way" if clever < chance else "chance"


def _top(engine: Any, geometry: Any, longer: float) -> float:
    """Where the spectrum of a stretched molecule is highest, eV from the edge."""
    one = engine(geometry.at([longer, 0]))
    return float(one.energy_rel[one.mu.argmax()])


def _nearer(profiles: dict[str, Any], truth: float) -> str:
    """Which of two scans ends nearer to the truth."""
    off = {name: abs(one.best - truth) for name, one in profiles.items()}
    if np.ptp(list(off.values())) < 0.005:
        return "the same to 0.005 Å"
    return min(off, key=lambda name: off[name])
