"""Notebooks 40 to 44: fewer spectra, better chosen; structures fitted and in motion."""

import numpy as np

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
