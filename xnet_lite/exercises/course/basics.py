"""Notebooks 00 to 06: what a spectrum is, and what a network is given of it."""

import numpy as np

from xnet_lite.exercises.course.finding import closest, side, without_chlorine
from xnet_lite.exercises.questions import Exercise, Guess, Open, Question, drawn

NOTEBOOKS: dict[str, dict[str, Question]] = {
    "00_welcome": {
        "worst site": Exercise(
            lambda errors: int(np.argmax(errors)),
            (
                '`errors["network"]` has one number a test molecule.',
                "The worst has the largest; its position is wanted, not its size.",
                "np.argmax tells where an array is largest.",
            ),
        ),
    },
    "01_absorption": {
        "hidden bond": Exercise(
            drawn,
            (
                "Where is the top of the secret spectrum, and where are those of "
                "`stretched`?",
                "(E − V) R² is known from the table above; what is E − V of the "
                "secret peak?",
                "On the axis, E − V is the energy plus a constant, the same for all: "
                "take it from the first octahedron; then R is a square root.",
            ),
            tolerance=0.04,
            unit="Å",
        ),
    },
    "02_structures": {
        "cis or trans": Exercise(
            lambda chlorides: side(chlorides),
            (
                "Only two of the neighbors are chlorides: their `numbers` are 17.",
                "`vectors` point from iron to each; two of them make an angle.",
                "Their product is about zero at 90°, and about minus the squared "
                "length at 180°.",
            ),
            choices=("cis", "trans"),
            why="The angle between the two vectors tells: near 90° or near 180°.",
        ),
    },
    "03_features": {
        "hidden distance": Exercise(
            drawn,
            (
                "Entries 1 to N_G2 of the vector are its G2 part, one a distance of "
                "`r_grid`.",
                "Six atoms at one distance make one Gaussian over `r_grid`. Its top "
                "lies between two points.",
                "Near its top the logarithm of a Gaussian is a parabola: three points "
                "tell its middle.",
            ),
            tolerance=0.02,
            unit="Å",
        ),
    },
    "04_spectra": {
        "fewest components": Exercise(
            lambda lost, targets: next(n for n in range(1, 65) if lost(targets(n)) < 1),
            (
                "`lost(PCATargets(n))` is a number in percent: ask it for a few n.",
                "More components never lose more: try 16, then halve the interval.",
                "`next(n for n in range(1, 65) if …)` stops at the first that is good.",
            ),
            tolerance=0.5,
        ),
    },
    "05_data": {
        "no chlorine": Exercise(
            without_chlorine,
            (
                '`data.labels["first_shell"]` has a text a site, such as Cl2N4.',
                'A mask, `"Cl" in shell` for each, parts the rows in two.',
                "np.flatnonzero(mask) and np.flatnonzero(~mask) are rows to test and "
                "to train.",
            ),
            tolerance=0.05,
            unit="%",
        ),
    },
    "06_potentials": {
        "free electrons": Exercise(
            lambda r_s: 50.1 / r_s**2,
            (
                "The formula stands above; it needs one number of copper.",
                "`last.r_s` is the radius, in bohr, of a sphere with one electron.",
                "50.1 eV over its square.",
            ),
            tolerance=0.1,
            unit="eV",
        ),
        "electrons of oxygen": Exercise(
            lambda charges: 8 - float(charges[1]),
            (
                'Oxygen is the second kind of atom in `finds["NiO"]`.',
                "A neutral sphere of oxygen holds 8 electrons.",
                "A negative charge says that there are more: subtract it.",
            ),
            tolerance=0.01,
        ),
        "06 first or far": Guess(
            "Two potentials for copper: one takes the Fermi level and the level "
            "between the spheres for granted, one computes them. Which part of the "
            "spectrum changes most?",
            ("the first 20 eV", "what lies beyond"),
            lambda spectra: _where_most(*spectra.values()),
            "Say by how much of its own height each part changes, and why slow "
            "electrons feel a level more.",
        ),
        "06 a mere shift": Exercise(
            closest,
            (
                "Look at the edge first: bring the two steps onto each other.",
                "The wiggles behind the edge count more than the edge: there is more "
                "area between the lines.",
                "Go on in steps of 0.1 eV as long as the area that is written below "
                "the figure falls.",
            ),
            tolerance=0.35,
            unit="eV",
            question="Move the spectrum of the overlapped atoms until it comes "
            "nearest to the self-consistent one. How far is that?",
        ),
        "06 two edges": Open(
            "A colleague has computed two compounds of nickel, finds their edges 0.3 "
            "eV apart, and concludes that nickel is more oxidised in one of them. "
            "What do you answer?",
            (
                "Half an electronvolt is how far such edges scatter against another "
                "code: 0.3 eV means nothing yet.",
                "A charge within a sphere is no oxidation state, and neighbors move "
                "the 1s level too: other ligands shift an edge at one oxidation state.",
                "What would help: the same settings for both, references whose states "
                "are known, or a measurement of both in one run.",
            ),
        ),
    },
}


def _where_most(one: object, other: object) -> str:
    """Where two spectra on one grid differ more."""
    energy = one.energy_rel  # type: ignore[attr-defined]
    gap = np.abs(one.mu - other.mu)  # type: ignore[attr-defined]
    near = (energy > 0) & (energy < 20)
    beyond = energy >= 20
    first = gap[near].mean() > gap[beyond].mean()
    return "the first 20 eV" if first else "what lies beyond"
