"""How right values are found where that takes more than a line."""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def closest(
    curve: Callable[[float], ArrayLike], target: ArrayLike, values: Iterable[float]
) -> float:
    """Return the value whose curve comes nearest to a target.

    Example
    -------
    >>> closest(lambda slope: slope * np.arange(3), [0, 2, 4], [1.0, 2.0, 3.0])
    2.0
    """
    return min(
        map(float, values),
        key=lambda value: float(np.abs(np.asarray(curve(value)) - target).sum()),
    )


def side(vectors: Any) -> str:
    """Whether two ligands stand beside or across each other."""
    one, other = vectors
    cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    return "trans" if cosine < -0.7 else "cis"


def deep_cnn() -> int:
    """Weights of 97 features through filters of 3: 16, 32, 64 and 128 of them."""
    channels = (1, 16, 32, 64, 128)
    filters = sum((3 * a + 1 + 2) * b for a, b in itertools.pairwise(channels))
    return filters + (128 * 5 + 1) * 256 + (256 + 1) * 226


def reverse_cnn(n: int) -> int:
    """Weights of the reverse network for n energies."""
    for _ in range(3):
        n = (n - 8) // 2 + 1
    dense = itertools.pairwise((2 * n, 256, 128, 50))
    return 9 * 2 + 2 * 17 * 2 + sum((a + 1) * b for a, b in dense)


def noise_found(parity: Any, mean: Any, true: Any, energy: Any, window: float) -> Any:
    """Share of peaks that white noise hits, percent."""
    noise = np.random.default_rng(0).normal(0, 0.05, np.shape(true))
    return 100 * parity(mean + noise, true, energy, window=window).hit_rate


def without_chlorine(score: Any, model: Any, shells: Any) -> Any:
    """Error on sites with chlorine of a model that has seen none."""
    has = np.array(["Cl" in str(shell) for shell in shells])
    return score(model, np.flatnonzero(~has), np.flatnonzero(has))
