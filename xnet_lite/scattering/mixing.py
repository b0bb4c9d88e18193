"""From what went in and what came out, what to put in next."""

import numpy as np

from xnet_lite.arrays import Array

SHARE, DEPTH = 0.15, 5
SMALLEST = 1e-6  # of the singular values that count


class Anderson:
    """Mix so that the change would vanish if it were linear.

    Of the last inputs x and changes f, those combined whose f is smallest, and a share
    of that f: x̄ + β f̄ with x̄ = x - Σ γ_i (x - x_i), γ by least squares.

    Parameters
    ----------
    weight : ndarray
        Of each number in the norm of a change.
    share, depth
        β, and how many steps are looked back.

    Notes
    -----
    Source: D. G. Anderson, J. ACM 12, 547 (1965).
    Differs: nothing.

    Example
    -------
    >>> mix, x = Anderson(np.ones(2)), np.zeros(2)
    >>> for _ in range(4):
    ...     x = mix(x, np.array([[0.0, -3.0], [0.2, 0.0]]) @ x + 1)
    >>> np.allclose(x, [-1.25, 0.75])
    True
    """

    def __init__(self, weight: Array, share: float = SHARE, depth: int = DEPTH) -> None:
        self.weight, self.share, self.depth = weight, share, depth
        self._past: list[tuple[Array, Array]] = []

    def __call__(self, x: Array, found: Array) -> Array:
        """Return the next input, where `x` has given `found`."""
        change = found - x
        if self._past:
            dx = np.array([x - one for one, _ in self._past])
            df = np.array([change - one for _, one in self._past])
            weighted = (df * self.weight).reshape(len(df), -1).T
            target = (change * self.weight).ravel()
            gamma = np.linalg.lstsq(weighted, target, rcond=SMALLEST)[0]
            mean = x - np.tensordot(gamma, dx, axes=1)
            rest = change - np.tensordot(gamma, df, axes=1)
        else:
            mean, rest = x, change
        self._past = [*self._past, (x, change)][-self.depth :]
        return mean + self.share * rest
