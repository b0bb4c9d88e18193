"""Notebooks 10 to 14: networks, taught, compared and tuned."""

from typing import Any

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
        "10 two per cent": Exercise(
            lambda back, true: next(
                (n for n in range(1, 41) if _lost(back(n), true) < 2), 40
            ),
            (
                "The title of the figure says what is lost.",
                "Start high and go down as long as it stays below 2 %.",
                "More components never lose more: the answer is the first that is "
                "good; 40 where none is.",
            ),
            tolerance=0.5,
            question="This is the test spectrum that components represent worst. How "
            "many of them does it need, at least, to lose less than 2 % (40, where "
            "none are enough)?",
        ),
        "10 the promise": Guess(
            "Two standard deviations of fifteen networks promise to hold 95 % of all "
            "points. How many will they hold?",
            ("more than 98 %", "92 to 98 %", "70 to 92 %", "less than 70 %"),
            lambda inside: _share(inside),
            "Say by which factor the band would have to be stretched, as well as you "
            "can read it.",
        ),
        "10 two tenths": Open(
            "Your network beats kernel ridge by 0.2 % on one split, and you would "
            "like to say so in print. What do you do first?",
            (
                "Other splits and seeds: folds alone move a model by a few tenths of "
                "a per cent.",
                "A stronger baseline: a kernel that learns which features count.",
                "Make sure that nothing was chosen on the test compounds, and that "
                "none has a sibling in training.",
            ),
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
        "11 as many weights": Exercise(
            closest,
            (
                "Bring the line of this width onto the line of the CNN.",
                "Both counts stand above: the one of the CNN does not move.",
                "It grows with the square of the width: go down from 512 in large "
                "steps first.",
            ),
            tolerance=2.5,
            question="How wide must the two layers of the MLP be, to have as many "
            "weights as the CNN?",
        ),
        "11 who wins": Guess(
            "Four networks, equally many epochs, compounds that none has seen: whose "
            "median error is least?",
            ("MLP", "CNN", "LSTM", "GNN"),
            lambda errors: min(
                (name for name in errors if name in ("MLP", "CNN", "LSTM", "GNN")),
                key=lambda name: float(np.median(errors[name])),
            ),
            "Say by how much it leads, and where the best baseline stands.",
        ),
        "11 shuffled": Guess(
            "Shuffle the features, the same way for all sites: what becomes of the "
            "errors of CNN and LSTM together?",
            ("a tenth worse, or more", "about the same", "a tenth better, or more"),
            lambda medians: _shuffled(medians),
            "Say what a convolution takes for granted about neighbors in a vector.",
        ),
        "11 a fair race": Open(
            "A paper says that a new architecture beats the MLP by half a per cent. "
            "What makes such a race a fair one?",
            (
                "The same inputs, the same split, and equal effort to tune each side; "
                "epochs, seconds and weights say three different things.",
                "Several first weights and several splits: half a per cent of one run "
                "is chance.",
                "A kernel that learns its features, the nearest neighbor and the mean "
                "spectrum in the same table.",
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
        "12 the window": Guess(
            "You widen the window in which a predicted peak counts as found. What "
            "happens?",
            (
                "the mean error grows, more are found",
                "the mean error falls, more are found",
                "the mean error grows, fewer are found",
            ),
            lambda rows: _window(rows),
            "Say which two numbers must stand beside a mean error of peaks.",
        ),
        "12 nine of ten": Exercise(
            lambda found, sizes: float(next(s for s in sizes if found(s) >= 90)),
            (
                "Try a value, call `found_at(value)` in a cell of your own, go on.",
                "At zero all predictions are the mean spectrum; at 0.05 you know the "
                "answer.",
                "Halve the interval until the share is about 90 %.",
            ),
            tolerance=0.003,
            question="White noise of which size, on the mean spectrum, first finds "
            "nine of ten peaks? `found_at(size)` tells how many per cent it finds.",
        ),
        "12 before you cite": Open(
            "You want to write: our error of 3.1 % beats the published 4.2 %. What "
            "must you know before that sentence is true?",
            (
                "The formula, the broadening and the range of energies of both "
                "numbers.",
                "The data: version, element, how sites were held out, and whether "
                "twins were among them.",
                "The scatter over seeds and splits, and what the nearest neighbor "
                "scores on either.",
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
        "14 which switch": Guess(
            "Which single switch helps the published network most, at equally few "
            "epochs?",
            (
                "batch_norm",
                "dropout",
                "loss",
                "learning_rate",
                "schedule",
                "standardise_targets",
            ),
            lambda ablation: min(
                (key for key in ablation if key[0] != "nothing" and key[1] != "MLP"),
                key=lambda key: float(ablation[key]),
            )[0],
            "Say from which error to which, and why a verdict hangs on the rest.",
        ),
        "14 how high": Exercise(
            closest,
            (
                "The shape is the cosine loss's own; only its height is free.",
                "Go on as long as the area in the title falls.",
                "Far above the edge the truth is about one: bring the tail there "
                "first.",
            ),
            tolerance=0.05,
            question="The cosine loss gets shapes and forgets heights. Scale its "
            "prediction, which is shown with a top of 1, until it comes nearest to "
            "the truth. By which factor?",
        ),
        "14 flattered": Open(
            "A search of two hundred trials ends at 3.1 %, and that number is "
            "reported as the result. What do you say?",
            (
                "The best of many draws is flattered by its luck: only compounds that "
                "the search never saw tell what it is worth.",
                "The baselines deserve as much effort, or must at least stand beside "
                "it without any.",
                "How much of the gain another seed or split would undo, and what the "
                "search cost.",
            ),
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


def _lost(back: object, true: object) -> float:
    """Area between two curves, % of the second."""
    one, other = np.asarray(back), np.asarray(true)
    return float(100 * np.abs(one - other).sum() / np.abs(other).sum())


def _share(inside: float) -> str:
    """In words, a share in percent."""
    if inside > 98:
        return "more than 98 %"
    if inside >= 92:
        return "92 to 98 %"
    return "70 to 92 %" if inside >= 70 else "less than 70 %"


def _shuffled(medians: dict[tuple[str, str], Any]) -> str:
    """What a wrong order does to CNN and LSTM."""
    ratio = np.mean(
        [
            np.mean(medians[name, "shuffled"]) / np.mean(medians[name, "in order"])
            for name in ("CNN", "LSTM")
        ]
    )
    if ratio > 1.1:
        return "a tenth worse, or more"
    return "a tenth better, or more" if ratio < 0.9 else "about the same"


def _window(rows: list[dict[str, object]]) -> str:
    """What a wider window does to the mean error and to the share found."""
    first, last = rows[0], rows[-1]
    error = [float(row["mean |ΔE| / eV"]) for row in (first, last)]  # type: ignore[arg-type]
    found = [float(str(row["found"]).rstrip("%")) for row in (first, last)]
    if found[1] < found[0]:
        return "the mean error grows, fewer are found"
    grows = error[1] >= error[0]
    return f"the mean error {'grows' if grows else 'falls'}, more are found"
