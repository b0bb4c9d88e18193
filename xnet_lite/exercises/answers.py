"""What is right: here, so that no page of the course holds an answer.

An exercise is one entry: how the right value follows from what the notebook has, how
far off counts as right, and a hint. A notebook calls `check(name, answer, ...)`. What
it has to hide before somebody looks for it, it draws as a `Secret`.
"""

import hashlib
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from xnet_lite.errors import InputError, one_of
from xnet_lite.exercises.checks import check_choice, check_number

Made = TypeVar("Made")
#: so that the draw of a seed is not that of a generator with that seed
_SALT = "a number to be found"


@dataclass(frozen=True)
class Exercise:
    """One question of the course.

    Attributes
    ----------
    right : callable
        From what the notebook hands over, by name, to the right number or word.
    hint : str
        For those who are not there yet; of a choice, why the right one is right. Names
        in braces are filled in from what was handed over.
    tolerance : float
        How far off still counts as right.
    unit : str
    choices : sequence of str
        Where the answer is one of several words.
    """

    right: Callable[..., Any]
    hint: str
    tolerance: float = 0.0
    unit: str = ""
    choices: Sequence[str] = ()


class Secret:
    """A number between two others that depends on a seed and is told to nobody.

    Parameters
    ----------
    low, high : float
        Between which it lies.
    seed : int

    Example
    -------
    >>> secret = Secret(1.9, 2.3, seed=1)
    >>> secret.made(lambda bond: bond > 1.9), Secret(1.9, 2.3, seed=1) == secret
    (True, True)
    >>> secret
    Secret(between 1.9 and 2.3)
    """

    def __init__(self, low: float, high: float, seed: int = 0) -> None:
        self.low, self.high, self.seed = low, high, seed

    def made(self, make: Callable[[float], Made]) -> Made:
        """Return what a function makes of the number."""
        return make(_drawn(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Secret(between {self.low} and {self.high})"


def check(name: str, answer: Any, **given: Any) -> str:
    """Say whether the answer to an exercise is right, without giving the right one.

    Parameters
    ----------
    name : str
        Of the exercise.
    answer : float, str or None
        What the learner found; None as long as nothing was tried.
    **given
        What the right answer follows from.

    Returns
    -------
    str
        One or two sentences to print.

    Raises
    ------
    InputError
        For an exercise that does not exist, or one that is given something else.

    Example
    -------
    >>> check("worst site", 0, errors=[1.0, 3.0, 2.0])
    'Not yet: 0 is too small. np.argmax tells where an array is largest.'
    """
    one_of("exercise", name, EXERCISES)
    one = EXERCISES[name]
    if answer is None and one.choices:
        return check_choice(None, one.choices[0], one.choices)
    if answer is None:
        return check_number(None, 0.0, tolerance=one.tolerance, unit=one.unit)
    try:
        right = one.right(**given)
    except TypeError as error:
        raise InputError(
            f"exercise {name!r} is given something else: {error}"
        ) from None
    if one.choices:
        return check_choice(answer, right, one.choices, reason=one.hint)
    return check_number(
        answer, right, tolerance=one.tolerance, unit=one.unit, hint=one.hint
    )


def _drawn(secret: Secret) -> float:
    """The number of a secret."""
    digest = hashlib.sha256(f"{_SALT} {secret.seed}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return secret.low + share * (secret.high - secret.low)


def _side(vectors: Any) -> str:
    """Whether two ligands stand beside or across each other."""
    one, other = vectors
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    return "trans" if cosine < -0.7 else "cis"


def _deep_cnn() -> int:
    """Weights of 97 features through filters of 3: 16, 32, 64 and 128 of them."""
    channels = (1, 16, 32, 64, 128)
    filters = sum((3 * a + 1 + 2) * b for a, b in itertools.pairwise(channels))
    return filters + (128 * 5 + 1) * 256 + (256 + 1) * 226


def _reverse_cnn(n: int) -> int:
    """Weights of the reverse network for n energies."""
    for _ in range(3):
        n = (n - 8) // 2 + 1
    dense = itertools.pairwise((2 * n, 256, 128, 50))
    return 9 * 2 + 2 * 17 * 2 + sum((a + 1) * b for a, b in dense)


def _noise_found(parity: Any, mean: Any, true: Any, energy: Any, window: float) -> Any:
    """Share of peaks that white noise hits, percent."""
    noise = np.random.default_rng(0).normal(0, 0.05, np.shape(true))
    return 100 * parity(mean + noise, true, energy, window=window).hit_rate


def _without_chlorine(score: Any, model: Any, shells: Any) -> Any:
    """Error on sites with chlorine of a model that has seen none."""
    has = np.array(["Cl" in str(shell) for shell in shells])
    return score(model, np.flatnonzero(~has), np.flatnonzero(has))


#: every question of the course, by name
EXERCISES: dict[str, Exercise] = {
    "worst site": Exercise(
        lambda errors: int(np.argmax(errors)),
        "np.argmax tells where an array is largest.",
    ),
    "hidden bond": Exercise(
        _drawn,
        "(E − V) R² is known from the table above; what is E − V of the secret peak?",
        tolerance=0.04,
        unit="Å",
    ),
    "cis or trans": Exercise(
        lambda chlorides: _side(chlorides),
        "The angle between the two vectors tells: near 90° or near 180°.",
        choices=("cis", "trans"),
    ),
    "hidden distance": Exercise(
        _drawn,
        "Near its top the logarithm of a Gaussian is a parabola.",
        tolerance=0.02,
        unit="Å",
    ),
    "fewest components": Exercise(
        lambda lost, targets: next(n for n in range(1, 65) if lost(targets(n)) < 1),
        "More components never lose more: try 16, then halve the interval.",
        tolerance=0.5,
    ),
    "no chlorine": Exercise(
        _without_chlorine,
        "np.flatnonzero(mask) and np.flatnonzero(~mask) are rows to test and to train.",
        tolerance=0.05,
        unit="%",
    ),
    "last rank": Exercise(
        lambda n, level: math.ceil((n + 1) * level),
        "The new site has one of n + 1 ranks, each as likely as the others.",
        tolerance=0.0,
    ),
    "who does not notice": Exercise(
        lambda: "all of them",
        "Every σ here was learnt from one theory, and nothing in it knows of another.",
        choices=("the bootstrap", "the calibrated band", "all of them", "none of them"),
    ),
    "stretch": Exercise(
        lambda wrong, std: np.quantile(wrong / std, 0.95) / 2,
        "What is the 95 % quantile of |error| / std?",
        tolerance=0.02,
    ),
    "deeper network": Exercise(
        _deep_cnn,
        "Its filters see 64 channels; the dense layer behind sees 128 times 5 numbers.",
    ),
    "peaks in noise": Exercise(
        _noise_found,
        "peak_parity(noisy, true, energy, window=PEAK_WINDOW).hit_rate is a share.",
        tolerance=1.0,
        unit="%",
    ),
    "best trial": Exercise(
        lambda job, known, unseen, wrong: wrong(
            job.predictor().fit(known).predict(unseen)
        ),
        "Let it `fit(known)`, then ask `wrong` of what it predicts for `unseen`.",
        tolerance=0.05,
        unit="%",
    ),
    "means in print": Exercise(
        lambda odd: len(odd()),
        "Average each column over the nine metals; compare with the mean in print.",
    ),
    "first to speak": Exercise(
        lambda: "chemist",
        "Carbon that misses hydrogen is seen in the atoms, whatever the numbers say.",
        choices=("spread", "distance", "chemist", "none"),
    ),
    "reaches farther": Exercise(
        lambda importance, low, high: (
            "low" if importance.reach(low) > importance.reach(high) else "high"
        ),
        "A slow electron travels farther before it is scattered for good.",
        choices=("low", "high"),
    ),
    "spectra of a grid": Exercise(
        lambda reach, step: (round(2 * reach / step) + 1) ** 2,
        "Points along one number, both ends counted; then two numbers.",
    ),
    "bond and zero": Exercise(
        lambda samples: float(np.corrcoef(samples[:, 0], samples[:, 2])[0, 1]),
        "np.corrcoef of columns 0 and 2; what stands off its diagonal.",
        tolerance=0.02,
    ),
    "free electrons": Exercise(
        lambda r_s: 50.1 / r_s**2,
        "50.1 eV / r_s², r_s in bohr.",
        tolerance=0.1,
        unit="eV",
    ),
    "electrons of oxygen": Exercise(
        lambda charges: 8 - float(charges[1]),
        "A neutral sphere of oxygen holds 8; a negative charge says: more.",
        tolerance=0.01,
    ),
    "cosine of two elements": Exercise(
        lambda two: float(
            two[0] @ two[1] / np.linalg.norm(two[0]) / np.linalg.norm(two[1])
        ),
        "The product of the two vectors over the product of their lengths.",
        tolerance=0.01,
    ),
    "way to another theory": Exercise(
        lambda errors: min(errors, key=errors.get),
        "The smallest error on spectra that none of them learnt from.",
        choices=(
            "as it is",
            "gone on",
            "ARD, these alone",
            "kernel ridge, these alone",
            "1-NN, these alone",
        ),
    ),
    "best two points": Exercise(
        lambda: 1.0, "The determinant of two rows is (x₁ − x₂)².", tolerance=0.01
    ),
    "worst way": Exercise(
        lambda table: max(table, key=lambda row: row["area"])["way"],
        "Large errors all along the curve make a large area under it.",
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
    ),
    "doubling": Exercise(
        lambda few, many, before, after: (
            100 * (1 - 2 ** (np.log(after / before) / np.log(many / few)))
        ),
        "The slope is log(after / before) / log(many / few); doubling is 2 ** slope.",
        tolerance=0.5,
        unit="%",
    ),
    "price of asking": Exercise(
        lambda thinking, engine: 100 * thinking / (thinking + engine),
        "Add both columns up: one row a batch.",
        tolerance=0.5,
        unit="%",
    ),
    "reverse weights": Exercise(
        _reverse_cnn,
        "Without padding n numbers become (n − 8) // 2 + 1; two filters see one line, "
        "then two.",
    ),
    "natoli": Exercise(
        lambda distance, before, after: distance * (before / after) ** 0.5,
        "Write ΔE R² = ΔE' R'² and solve for R'.",
        tolerance=0.005,
        unit="Å",
    ),
    "crossing": Exercise(
        lambda off, clean, shaken: next(
            (s for s in np.arange(0, 2.05, 0.1) if off(clean, s) > off(shaken, s)), 2.0
        ),
        "off(reader, 0.5) and off(taught, 0.5) are the errors at a shift of 0.5 eV.",
        tolerance=0.06,
        unit="eV",
    ),
    "oxidation state": Exercise(
        lambda: "the ligands",
        "The engine puts the edge of every compound at the same energy.",
        choices=("the edge's position", "the pre-edge", "the ligands"),
    ),
    "independent frames": Exercise(
        lambda frames, inefficiency: frames / inefficiency,
        "So many frames are worth one: divide their number by it.",
        tolerance=0.5,
        unit="frames",
    ),
    "first ring": Exercise(
        lambda rings, pulled: pulled[rings][0] if any(rings) else pulled[-1],
        "A mask picks rows: `pulled[flight.rings(leaving)]`; the first one is wanted.",
        tolerance=0.01,
        unit="Å",
    ),
    "spectra alone": Exercise(
        lambda: "cyc and rec",
        "Neither asks for the truth of the other side; a judge of x learns from x.",
        choices=("pred", "rec", "cyc and rec", "all"),
    ),
    "back by": Exercise(
        lambda alignment, low, high, energy: alignment(low, high, energy)[0],
        "Give it `codes['both']` and `few.spectra` of the same sites.",
        tolerance=0.05,
        unit="eV",
    ),
    "hidden share": Exercise(
        _drawn,
        "`combine` wants the energies, the spectrum, and references by name.",
        tolerance=0.005,
    ),
    "called known": Exercise(
        lambda left: 100 * float(left.called("known").mean()),
        "`left.words(left.signs)` has a word for each; how many are 'known'?",
        tolerance=0.5,
        unit="%",
    ),
    "verdict on iron": Exercise(
        lambda found: found.word,
        "A smooth spectrum is not far from other smooth ones, whatever it is of.",
        choices=("known", "near", "far"),
    ),
    "harmless": Exercise(
        lambda: "amount",
        "A row of the table times a number stays in the same direction.",
        choices=("amount", "drift", "background"),
    ),
    "break even": Exercise(
        lambda dear, cheap, n: n * dear / (dear - cheap),
        "All sites are computed cheaply, 100 dearly as well.",
        tolerance=1.0,
        unit="sites",
    ),
}
