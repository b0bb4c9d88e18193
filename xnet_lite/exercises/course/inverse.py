"""Notebooks 30 to 34: from a spectrum back to where atoms are."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.exercises.course.finding import closest, reverse_cnn
from xnet_lite.exercises.questions import Exercise, Guess, Open, Question, drawn

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
        "30 who reads best": Guess(
            "Five readers: who tells most of the first-shell peaks of new compounds "
            "within 0.1 Å?",
            (
                "mean curve",
                "1-NN",
                "network of 2023",
                "kernel (ARD)",
                "our network",
            ),
            lambda scores: max(scores, key=lambda name: scores[name]["near"]),
            "Say what the mean curve reaches, which looks at no spectrum, and how far "
            "the best is above it.",
        ),
        "30 one bump": Exercise(
            closest,
            (
                "The bump is as high as the curve's highest point: go there.",
                "The title says how much area lies between them; watch it fall.",
                "Close to the best place it changes slowly: go on in steps of 0.02 Å.",
            ),
            tolerance=0.05,
            unit="Å",
            question="The curve of another site, and one bump as high as its top. "
            "Where does the bump leave least area between the lines?",
        ),
        "30 a distance in print": Open(
            "A network reads a measured spectrum and says: first shell at 1.98 ± 0.02 "
            "Å. What do you ask before this is printed?",
            (
                "What ± stands for: the spread of a vote holds less than it promises; "
                "intervals from sites not seen hold.",
                "Whether the spectrum is like those it learnt from: computed against "
                "measured, this chemistry at all, its zero of energy.",
                "What the mean curve and the nearest neighbor would have said, and "
                "within which window a hit counts.",
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
        "31 pulled apart": Exercise(
            closest,
            (
                "All up to the first resonance stays; look at what lies behind.",
                "Bring the second top onto that of the other line.",
                "Go on in steps of 0.1 eV as long as the area in the title falls.",
            ),
            tolerance=0.16,
            unit="eV",
            question="By how many eV has somebody pulled the second resonance of this "
            "spectrum outwards?",
        ),
        "31 what moves them": Guess(
            "Which change to the spectra moves the told distances most?",
            (
                "a shift by 2 eV",
                "broadening by 3 eV",
                "noise of 1 %",
                "another one",
            ),
            lambda rows: _mover(rows),
            "Say by how many ångström, and which changes hardly matter.",
        ),
        "31 the price": Guess(
            "Taught with shaken spectra, asked about clean ones: what does it cost?",
            (
                "nothing, it is even better",
                "less than a tenth of the error more",
                "more than that",
            ),
            lambda rows: _price(rows[0]["taught shaken"] / rows[0]["taught clean"]),
            "Say from which shift on the price is worth paying.",
        ),
        "31 before a beamtime": Open(
            "Your network shall read spectra of a beamline where nobody trusts the "
            "zero of energy to better than 1 eV. What do you do before the beamtime?",
            (
                "Shift held-out spectra by 1 eV and look at what the told distances "
                "do.",
                "Teach with shifted spectra and weigh what it costs on clean ones, or "
                "fit the zero together with the structure.",
                "Do not take steadiness under shaking for truth: the distance to "
                "known spectra warns better. And measure a foil.",
            ),
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
        "32 what helps": Guess(
            "Two networks apart, and the same with couplings between them: which of "
            "these lowers the error of spectra of new compounds by more than a tenth?",
            ("autoencoders", "cycles", "judges", "none of them"),
            lambda scores: _coupling(scores),
            "Say which column the couplings do lower, and by how much.",
        ),
        "32 half way": Exercise(
            closest,
            (
                "Zero is one structure, one is the other: begin in the middle.",
                "Watch the area in the title while you go to either side.",
                "Were the network a straight line, 0.5 would leave no area at all.",
            ),
            tolerance=0.045,
            question="Features half way between two structures need not give a "
            "spectrum half way between theirs. At which share of the second comes it "
            "nearest to the mean of the two?",
        ),
        "32 agreement": Open(
            "A model's spectrum, turned into a structure and back, agrees with itself "
            "to 1 %. A referee takes that for proof that the structure is right. What "
            "do you say?",
            (
                "A cycle asks both halves to agree, not to be right: both may be "
                "wrong together.",
                "The error of the structure itself, on compounds left out, is another "
                "column, beside the nearest neighbor.",
                "What comes back are features: several structures may share them, and "
                "some features belong to none.",
            ),
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
        "33 a short line": Guess(
            "The line behind the edge, fitted from 20 to 60 eV and not from 75 to 390 "
            "eV: by how much does the edge step change?",
            ("less than 2 %", "2 to 10 %", "more than 10 %"),
            lambda rows: _step(rows),
            "Say what that does to every value of the normalised spectrum.",
        ),
        "33 at the desk": Exercise(
            lambda again, before: _moved(again().word, before.word),
            (
                "The second pair of handles belongs to the line behind the edge.",
                "Set it to 20 and 60 eV; read the sentence in bold, before and after.",
                "Known, near, far: has the word changed?",
            ),
            choices=("it stays", "it gets worse", "it gets better"),
            why="A verdict weighs nearness: what a line does to the scale, it does to "
            "all known spectra alike.",
            question="Move the line behind the edge to 20 to 60 eV. What becomes of "
            "the verdict (known, near, far)?",
        ),
        "33 say it to the group": Open(
            "The verdict on your scan is *near*, the nearest structure is a carbonyl. "
            "What do you tell your group, and what not?",
            (
                "Not that it is a carbonyl: similar spectra, and a list of where to "
                "look first.",
                "What was assumed: ranges of the two lines, width, shift; and whether "
                "another choice changes the list.",
                "What the set has and has not: theory of molecules; no measured scan "
                "was called known.",
            ),
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
        "34 where they cross": Guess(
            "Spectra of two compounds cross at some energies, where no share moves "
            "the absorption. A third compound joins. What becomes of these points?",
            ("all stay", "some stay", "none stays"),
            lambda two, three: _crossings(three),
            "Say what a lost isosbestic point proves, and what one that stays does "
            "not.",
        ),
        "34 by eye": Exercise(
            closest,
            (
                "Look at the strongest line first, it differs most between the two.",
                "The title says how much area is left: make that as small as you can.",
                "It will not come to zero: a tenth of something else is in there.",
            ),
            tolerance=0.015,
            question="The hidden mixture again, with a tenth of a third compound in "
            "it. Which share of a (the rest is b) leaves least area?",
        ),
        "34 how many": Open(
            "A series of forty scans, four rules that say 3, 3, 4, 7 components, and "
            "a colleague who wants four spectra out of it. What do you do?",
            (
                "Look for what adds directions and is no compound: drift, background, "
                "normalisation, glitches.",
                "Target tests with references, and what the residual looks like: "
                "smooth or noise.",
                "Without pure ends or a known spectrum the resolved ones are one of "
                "many: give the range of the shares.",
            ),
        ),
    },
}


def _mover(rows: list[dict[str, Any]]) -> str:
    """Which change moves distances most."""
    moved = {row["change"]: row["moved"] for row in rows if row["moved"] >= 0}
    most = max(moved, key=lambda name: moved[name]) if moved else ""
    words = {"shifted 2 eV": "a shift by 2 eV", "broadened 3 eV": "broadening by 3 eV"}
    words["noise 1 %"] = "noise of 1 %"
    return words.get(most, "another one")


def _price(ratio: float) -> str:
    """In words, how many times an error grows."""
    if ratio <= 1:
        return "nothing, it is even better"
    small = "less than a tenth of the error more"
    return small if ratio < 1.1 else "more than that"


def _coupling(scores: dict[str, dict[str, float]]) -> str:
    """Which coupling lowers the error of spectra by more than a tenth."""
    limit = 0.9 * scores["two networks apart"]["spectrum"]
    names = {f"+ {name}": name for name in ("autoencoders", "cycles", "judges")}
    best = min(names, key=lambda name: scores[name]["spectrum"])
    return names[best] if scores[best]["spectrum"] < limit else "none of them"


def _step(rows: list[dict[str, Any]]) -> str:
    """By how much the last line's edge step differs from the first one's."""
    change = 100 * abs(rows[-1]["edge step"] / rows[0]["edge step"] - 1)
    if change < 2:
        return "less than 2 %"
    return "2 to 10 %" if change <= 10 else "more than 10 %"


def _moved(after: str, before: str) -> str:
    """What becomes of a verdict."""
    order = ("known", "near", "far")
    change = order.index(after) - order.index(before)
    if change == 0:
        return "it stays"
    return "it gets worse" if change > 0 else "it gets better"


def _crossings(three: ArrayLike) -> str:
    """How many crossings still hold the absorption to a hundredth of an edge step."""
    held = np.asarray(three) < 0.01
    if held.size and held.all():
        return "all stay"
    return "some stay" if held.any() else "none stays"
