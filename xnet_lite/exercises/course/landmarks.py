"""Notebook 07: landmarks of a spectrum, and those that are the engine's own."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from xnet_lite.arrays import Array, Mask
from xnet_lite.exercises.questions import Exercise, Guess, Open, Question

NOTEBOOKS: dict[str, dict[str, Question]] = {
    "07_landmarks": {
        "07 steepest": Guess(
            "Where is the steepest point of most computed iron spectra?",
            (
                "within 2 eV of zero",
                "on the rise to the main peak, above 5 eV",
                "half here, half there",
            ),
            lambda points: _where(points),
            "Say how many there are of each kind, and what an instrument makes of "
            "that.",
        ),
        "07 more oxidised": Guess(
            "By both presets: where is the edge of Fe₂O₃, beside that of FeO?",
            ("higher by both", "lower by both", "they disagree"),
            lambda rows: _order([row["Fe2O3 / eV"] - row["FeO / eV"] for row in rows]),
            "Say by how many electronvolts, and what measurement says.",
        ),
        "07 four or six": Guess(
            "By what factor is the absorption before the edge larger in TiO₄ than in "
            "TiO₆?",
            ("less than two", "two to five", "more than five"),
            lambda spectra, before: _factor(_ratio(spectra, before)),
            "Say what an inversion centre forbids, and to which transitions.",
        ),
        "07 how many times": Exercise(
            lambda spectra, before: _ratio(spectra, before),
            (
                "`before` is a mask over the axis: it picks the window.",
                "`titania[name].mu[before].mean()` is the mean absorption there.",
                "Divide that of TiO4 by that of TiO6.",
            ),
            tolerance=0.05,
        ),
        "07 off centre": Exercise(
            lambda moves, heights: float(np.interp(1.5 * heights[0], heights, moves)),
            (
                "The title says how many times the height of the centred one it is.",
                "It starts flat: go to where the line rises.",
                "1.50 is wanted in the title.",
            ),
            tolerance=0.015,
            unit="Å",
            question="How far must titanium move along a bond until the absorption "
            "before the edge is one and a half times that of the centred octahedron?",
        ),
        "07 an edge in print": Open(
            "A paper says: the edge of our catalyst lies 1.2 eV above that of the "
            "reference, so iron is Fe³⁺. What do you ask?",
            (
                "How the edge was defined and calibrated: steepest point, half rise, "
                "which foil, measured together?",
                "Whether the reference has like ligands and symmetry: these move an "
                "edge as well, and a pre-edge reaches the half first.",
                "What else says so: the pre-edge, a second reference, another method. "
                "A computed edge cannot: it is off by electronvolts.",
            ),
        ),
    },
}


def _where(points: Array) -> str:
    """In words, where most steepest points are."""
    near, far = np.mean(np.abs(points) < 2), np.mean(points > 5)
    if near > 2 * far:
        return "within 2 eV of zero"
    if far > 2 * near:
        return "on the rise to the main peak, above 5 eV"
    return "half here, half there"


def _order(differences: list[float]) -> str:
    """Whether differences have one sign."""
    if min(differences) > 0:
        return "higher by both"
    return "lower by both" if max(differences) < 0 else "they disagree"


def _ratio(spectra: Mapping[str, Any], before: Mask) -> float:
    """How many times the absorption of four neighbors is that of six."""
    return float(spectra["TiO4"].mu[before].mean() / spectra["TiO6"].mu[before].mean())


def _factor(ratio: float) -> str:
    """In words, a factor."""
    return (
        "less than two"
        if ratio < 2
        else "two to five"
        if ratio < 5
        else "more than five"
    )
