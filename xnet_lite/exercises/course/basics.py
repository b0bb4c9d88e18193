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
        "00 how different": Guess(
            "Spectra of different iron complexes: where they differ most, how large "
            "is their scatter, beside the mean absorption?",
            ("below 10 %", "10 to 30 %", "above 30 %"),
            lambda spread: _size(spread),
            "Say what this number means for a model that always answers with the mean "
            "spectrum.",
        ),
        "00 half inside": Exercise(
            lambda off: float(np.median(off)),
            (
                "The title of the figure counts for you: 50 % is wanted.",
                "A wider band holds more points; go up while it says less than 50 %.",
                "It is the median of |error| over std, one value a point.",
            ),
            tolerance=0.15,
            question="How many standard deviations wide must the band around iron in "
            "water be to each side, so that it holds half of the engine's points? (An "
            "honest band of a normal error would need 0.67.)",
        ),
        "00 to a friend": Open(
            "A friend has not read this page. Tell them in three sentences what the "
            "network did, and what its band does not say.",
            (
                "It learnt from examples that physics made, and was asked about "
                "compounds that it had not seen.",
                "It was held against baselines: the mean spectrum and the nearest "
                "neighbor.",
                "Its band is disagreement between networks: what all of them learnt "
                "wrong, or never saw, stays hidden.",
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
        "01 which way": Guess(
            "The bonds of FeO₆ grow longer. Which way does its main peak go?",
            ("up in energy", "down in energy", "nowhere, it changes height alone"),
            lambda kinetic, bonds: _way(kinetic, bonds),
            "Say by what factor E − V changes, and by how much (E − V) R² does.",
        ),
        "01 how far down": Exercise(
            lambda top: top(1.8) - top(2.4),
            (
                "The line above the figure says where each curve is highest.",
                "Go to 1.8 Å, then to 2.4 Å, and read where *all paths* is highest.",
                "The difference of the two energies, the higher one first.",
            ),
            tolerance=0.6,
            unit="eV",
            question="By how many eV does the top of *all paths* come down from the "
            "short end of the slider, 1.8 Å, to its long end, 2.4 Å?",
        ),
        "01 ruler": Open(
            "A peak position is a ruler for bond lengths. Somebody reads 2.05 Å off a "
            "measured spectrum with it. What could have misled them?",
            (
                "The zero of energy: a monochromator that is off, or the half "
                "electronvolt by which an engine places edges, moves every peak.",
                "The constant in the rule: it belongs to one kind of neighbors and "
                "their potential, other elements need another one.",
                "The structure: bonds of two lengths, a shell behind the first, or "
                "focusing make one peak of many causes.",
            ),
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
        "02 longer or shorter": Guess(
            "Chloride pushes electrons into the bond across iron. Once the molecule "
            "may relax, what of a nitrogen opposite a chloride, beside one opposite a "
            "nitrogen?",
            ("its bond is longer", "its bond is shorter", "no change beyond 0.005 Å"),
            lambda effect: _length(effect),
            "Say by how many hundredths of an ångström, and hold that against the "
            "control.",
        ),
        "02 third relative": Exercise(
            lambda geometry, rows: str(geometry[rows[2]]),
            (
                "Three numbers of sites are printed above the map, the nearest first.",
                "Bring the slider of the map to the third of them.",
                "The words at the map tell the geometry of the chosen site.",
            ),
            choices=(
                "half-sandwich",
                "linear",
                "octahedral",
                "sandwich",
                "square-planar",
                "square-pyramidal",
                "tetrahedral",
                "trigonal-bipyramidal",
                "trigonal-planar",
            ),
            why="Relatives in all features mostly share the geometry, wherever they "
            "lie on the plane.",
            question="Bring the map to the third of the nearest relatives that are "
            "printed above. What geometry has it?",
        ),
        "02 three questions": Open(
            "You are handed an optimised structure of an iron complex and asked for "
            "its spectrum. Which three questions come first?",
            (
                "Which spin state was assumed: it moves bonds and spectrum more than "
                "an isomer does.",
                "Which method relaxed it, and where did it stop: small forces are "
                "also found on a gentle slope.",
                "What stands around it in the experiment: solvent, counter-ions, "
                "temperature, or a crystal.",
            ),
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
        "03 peaks of G2": Guess(
            "Four C at 1.92 Å, two Cl at 2.30 Å, four N at 3.08 Å: how many separate "
            "peaks has G2?",
            ("one", "two", "three"),
            lambda g2: _peaks(g2),
            "Say which atoms share a peak, and how far apart the grid's points are.",
        ),
        "03 who makes it": Exercise(
            lambda given, site: _most(given, site.atoms.numbers),
            (
                "The halos show who gives to the number of the slider.",
                "Its bar is highest of all radial ones: which atoms lie at that "
                "distance?",
                "Count atoms times atomic number, and mind the cutoff: four light "
                "ones may lose to two heavy ones.",
            ),
            choices=("C", "N", "Cl"),
            why="Two heavy atoms can weigh more than four light ones.",
            question="The explorer starts at the highest of the radial numbers. Which "
            "element gives most of it?",
        ),
        "03 who is blind": Open(
            "A network gives two isomers one and the same spectrum. How do you find "
            "out whether its description or the network itself is to blame?",
            (
                "Describe both isomers: equal vectors mean that no network could tell "
                "them apart.",
                "If they differ, compare the difference with the spread of features "
                "in the training set, after scaling: it may drown.",
                "Ask the engine whether the spectra differ at all, and whether the "
                "training set has such pairs.",
            ),
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
        "04 fewest numbers": Guess(
            "Which way to write spectra loses least for equally many numbers?",
            ("PCA", "TDCT", "Fourier", "Gaussians", "polynomials"),
            lambda curves: min(curves, key=lambda way: sum(curves[way])),
            "Say how many numbers it needs for 1 %, and how many the next one.",
        ),
        "04 one per cent": Exercise(
            lambda fitted, spectrum, counts: next(
                (n for n in counts if fitted(n).reconstruction_error(spectrum) < 1),
                counts[-1],
            ),
            (
                "The line at the slider says what PCA has lost of this spectrum.",
                "Go up from the left until it says less than 1 %.",
                "The number at the slider is the answer, the last stop where none "
                "does.",
            ),
            question="At which stop of the slider does PCA first lose less than 1 % "
            "of this spectrum? (The last stop, if at none.)",
        ),
        "04 two zeros": Open(
            "Two groups measured one compound. Their edges lie 8 eV apart. What may "
            "have happened, and what do you do?",
            (
                "Two zeros are in use: the steepest point, and a tabulated edge.",
                "A monochromator may be off: ask for the foil that was measured with "
                "it.",
                "Bring both to one convention, matching whole curves, and write the "
                "convention into the file.",
            ),
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
        "05 who pays": Guess(
            "Of the sets with copies: from a split by chance to one by compound, "
            "whose error grows by the largest factor?",
            ("mean spectrum", "1-NN", "ridge", "kernel ridge", "ARD"),
            lambda scores: _payer(scores),
            "Say by what factor, and what that says of the score before.",
        ),
        "05 half have twins": Exercise(
            lambda gaps: float(np.median(gaps)),
            (
                "The title of the figure says how many have a twin at this linkage.",
                "Go on until it says 50 %.",
                "It is the median of the distances to the nearest stranger.",
            ),
            tolerance=0.15,
            question="How large must the linkage be so that half of the sites have a "
            "twin in another compound?",
        ),
        "05 your split": Open(
            "You have 300 spectra along a trajectory of one molecule and one each of "
            "50 others. A model shall predict a molecule that is in neither. How do "
            "you split, and what do you report?",
            (
                "By compound: frames of the trajectory all stay on one side.",
                "Nearest neighbor and mean spectrum beside the model, over several "
                "seeds with the scatter.",
                "How far the new molecule lies from all that is known, and that the "
                "300 count for little more than one compound.",
            ),
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


def _size(spread: float) -> str:
    """In words, a spread in percent."""
    return (
        "below 10 %" if spread < 10 else "10 to 30 %" if spread < 30 else "above 30 %"
    )


def _way(kinetic: object, bonds: object) -> str:
    """Which way a peak goes as bonds grow."""
    energies, lengths = np.asarray(kinetic), np.asarray(bonds)
    change = energies[lengths.argmax()] - energies[lengths.argmin()]
    if change == 0:
        return "nowhere, it changes height alone"
    return "up in energy" if change > 0 else "down in energy"


def _length(effect: float) -> str:
    """What becomes of a bond, from its change in Å."""
    if abs(effect) <= 0.005:
        return "no change beyond 0.005 Å"
    return "its bond is longer" if effect > 0 else "its bond is shorter"


def _peaks(values: object) -> str:
    """How many maxima a curve has, those below a twentieth of the highest left out."""
    y = np.concatenate([[0.0], np.asarray(values), [0.0]])
    top = (y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:]) & (y[1:-1] > 0.05 * y.max())
    return ("one", "two", "three")[min(int(top.sum()), 3) - 1]


def _most(given: object, numbers: object) -> str:
    """Which of three elements gives most to a number."""
    shares, of = np.asarray(given), np.asarray(numbers)
    elements = {"C": 6, "N": 7, "Cl": 17}
    return max(elements, key=lambda symbol: shares[of == elements[symbol]].sum())


def _payer(scores: dict[str, dict[str, list[float]]]) -> str:
    """Whose error grows most without copies."""
    before, after = scores["copies, by chance"], scores["copies, by compound"]
    return max(after, key=lambda one: np.mean(after[one]) / np.mean(before[one]))
