"""Notebooks 10 to 14: networks, taught, compared and tuned."""

import numpy as np

from xnet_lite.exercises.course.finding import closest, deep_cnn, noise_found
from xnet_lite.exercises.questions import Exercise, Guess, Open, Question

NOTEBOOKS: dict[str, dict[str, Question]] = {
    "10_first_network": {
        "stretch": Exercise(
            lambda wrong, std: np.quantile(wrong / std, 0.95) / 2,
            (
                "How many standard deviations off is each point? `wrong` and `std` "
                "tell.",
                "What is the 95 % quantile of |error| / std?",
                "np.quantile(wrong / std, 0.95) should be 2 after stretching.",
            ),
            tolerance=0.02,
        ),
    },
    "11_architectures": {
        "deeper network": Exercise(
            deep_cnn,
            (
                "Count again as the cell above does, layer by layer.",
                "The new filters see 64 channels and 3 numbers of each, with one "
                "bias, and two numbers of their batch norm.",
                "The dense layer behind sees 128 times 5 numbers; its outputs and the "
                "last layer stay as they are.",
            ),
        ),
    },
    "12_published_tables": {
        "peaks in noise": Exercise(
            noise_found,
            (
                "`first[SHOWN].mean_spectrum` is one spectrum: noise makes one a site.",
                "peak_parity(noisy, true, energy, window=PEAK_WINDOW) compares peaks.",
                "Its `hit_rate` is a share: times 100.",
            ),
            tolerance=1.0,
            unit="%",
        ),
        "means in print": Exercise(
            lambda odd: len(odd()),
            (
                "Average each column over the nine metals.",
                "Rows have one digit: each may be 0.05 off, so their mean may be, too.",
                "The printed mean has one digit as well: a gap of more than 0.1 "
                "cannot come from rounding.",
            ),
        ),
    },
    "13_one_network": {
        "13 one or three": Guess(
            "Three small networks, one a metal, or one that sees all of them: what "
            "happens to the error of each metal?",
            (
                "it falls for every metal",
                "it falls for some",
                "it rises for every metal",
            ),
            lambda scores: _fall(
                [s["one network"][0] < s["network, alone"][0] for s in scores.values()]
            ),
            "Say for which metal the difference is largest, in per cent.",
        ),
        "13 a metal left out": Guess(
            "A metal that the network has never met, with ligands that it knows: "
            "where will its error be?",
            (
                "nearer to that of new compounds",
                "nearer to that of copying another metal",
            ),
            lambda table: _nearer(table),
            "Say what a metal costs that was never met, as a multiple of a compound.",
        ),
        "cosine of two elements": Exercise(
            lambda two: float(
                two[0] @ two[1] / np.linalg.norm(two[0]) / np.linalg.norm(two[1])
            ),
            (
                "`shared[[16, 8]]` are the two vectors.",
                "The cosine is their product over the product of their lengths.",
                "`@` multiplies, np.linalg.norm is a length; detach() and numpy() "
                "make arrays of tensors.",
            ),
            tolerance=0.01,
        ),
        "way to another theory": Exercise(
            lambda errors: min(errors, key=errors.get),
            (
                "Lower is better; which numbers can be compared?",
                "All of them: none of the ways has seen the spectra they are tested "
                "on.",
                "min(after, key=after.get) is the name of the smallest.",
            ),
            choices=(
                "as it is",
                "gone on",
                "ARD, these alone",
                "kernel ridge, these alone",
                "1-NN, these alone",
            ),
            why="The smallest error on spectra that none of them learnt from.",
        ),
        "13 back to the edge": Exercise(
            closest,
            (
                "Bring the two rising edges onto each other.",
                "The other theory lies to the right: move the network's mean that way.",
                "Stop where the area between both is least; a broader line cannot be "
                "met by a shift alone.",
            ),
            tolerance=0.25,
            unit="eV",
            question="How much of what separates the two theories is a shift? Move "
            "the mean of the shipped network's predictions until it comes nearest to "
            "the mean of the other theory.",
        ),
        "13 sceptic": Open(
            "Somebody shows you a model card with a median error of 4 % on held-out "
            "compounds and wants to use the model for a compound of theirs. What do "
            "you ask before you agree?",
            (
                "What was held out: rows, compounds, families of ligands or metals, "
                "and whether theirs is more different than any of it.",
                "What the truth was: an engine or an experiment. The error is a "
                "distance to that, and the engine's own is not in it.",
                "Who chose the settings, and on which compounds: a test that was "
                "looked at many times flatters.",
            ),
        ),
    },
    "14_tuning": {
        "best trial": Exercise(
            lambda job, known, unseen, wrong: wrong(
                job.predictor().fit(known).predict(unseen)
            ),
            (
                "`result.job.predictor()` has the best settings, and knows nothing "
                "yet.",
                "Let it `fit(known)`; the search did not see `unseen`, nor may this.",
                "Then ask `wrong` of what it predicts for `unseen`.",
            ),
            tolerance=0.05,
            unit="%",
        ),
    },
}


def _fall(falls: list[bool]) -> str:
    """In words, where an error falls."""
    if all(falls):
        return "it falls for every metal"
    return "it falls for some" if any(falls) else "it rises for every metal"


def _nearer(table: list[dict[str, float]]) -> str:
    """Which of two errors that of a new metal is nearer to."""
    means = {key: np.mean([row[key] for row in table]) for key in list(table[0])[-3:]}
    new = means["new metal / %"]
    copied = means["nearest of another metal / %"] - new
    compounds = new - means["new compounds / %"]
    if abs(compounds) < abs(copied):
        return "nearer to that of new compounds"
    return "nearer to that of copying another metal"
