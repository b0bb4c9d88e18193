"""Small figures of our own: SVG of a few kilobytes that needs no library and no page.

They are drawn in the colour of the text beside them, and read on white and on black.
"""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array

#: blue and vermillion, read on white and on black; then the colour of the text
COLORS = ("#2E8BC0", "#D55E00", "currentColor")
WIDTH, HEIGHT = 340, 150
# px of room around the lines: for names above, for the energies below
_SIDE, _TOP, _BOTTOM = 6, 20, 34
# points of a line that are kept: more than there are pixels would be lost
_MOST_POINTS = 200
# share of its covalent radius that an atom is drawn with
_BALL = 0.55


def lines(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    bands: Sequence[tuple[ArrayLike, ArrayLike]] = (),
    *,
    x_label: str = "",
    mark: float | None = None,
) -> str:
    """Return lines over bands, with the ends of the axis, as SVG.

    Parameters
    ----------
    x : array (n_points,)
        Increasing.
    curves : mapping of str to array (n_points,)
        What a line is called -> its heights; breaks where a height is not finite.
    bands : sequence of (low, high), arrays (n_points,)
        Filled areas behind the lines, wide ones first.
    x_label : str
        What x is, with its unit.
    mark : float, optional
        Where a fine upright line stands.

    Returns
    -------
    str

    Example
    -------
    >>> lines([0, 1], {"loss": [2.0, 1.0]}).startswith("<svg")
    True
    """
    there = np.asarray(x, dtype=float)
    kept = np.unique(np.linspace(0, len(there) - 1, _MOST_POINTS).round().astype(int))
    heights = {name: np.asarray(y, dtype=float)[kept] for name, y in curves.items()}
    areas = [(np.asarray(a)[kept], np.asarray(b)[kept]) for a, b in bands]
    every = np.concatenate([*heights.values(), *sum(areas, ())])
    low, high = _range(every[np.isfinite(every)])
    start, end = _range(there)
    at = _along(there[kept], start, end, _SIDE, WIDTH - _SIDE)

    def up(values: Array) -> Array:
        return _along(values, low, high, HEIGHT - _BOTTOM, _TOP)

    drawn = [_area(at, up(a), up(b)) for a, b in areas]
    if mark is not None and start < mark < end:
        place = _along(np.array([mark]), start, end, _SIDE, WIDTH - _SIDE)[0]
        drawn.append(_rule(place, _TOP, place, HEIGHT - _BOTTOM, "2 3"))
    drawn.append(_rule(_SIDE, HEIGHT - _BOTTOM, WIDTH - _SIDE, HEIGHT - _BOTTOM))
    names, across = [], float(_SIDE)
    for (name, y), color in zip(heights.items(), COLORS * len(heights)):
        drawn.append(_line(at, up(y), color))
        names.append(_text(across, 12, name, color=color))
        across += 6.2 * len(name) + 14
    below = HEIGHT - _BOTTOM + 14
    ends = (
        _text(_SIDE, below, f"{start:.4g}"),
        _text(WIDTH - _SIDE, below, f"{end:.4g}", "end"),
    )
    label = _text(WIDTH / 2, below, x_label, "middle")
    said = f"{', '.join(curves)} against {x_label or 'position'}"
    return _svg(WIDTH, HEIGHT - 12, said, [*drawn, *names, *ends, label])


def molecule(
    positions: ArrayLike,
    radii: ArrayLike,
    colors: ArrayLike,
    bonds: ArrayLike,
    marked: int,
    size: int = 150,
) -> str:
    """Return atoms and bonds, seen across their two longest axes, as SVG.

    Parameters
    ----------
    positions : array (n_atoms, 3)
        Å.
    radii : array (n_atoms,)
        Covalent radii, Å.
    colors : array (n_atoms, 3)
        Red, green, blue, 0 to 1.
    bonds : int array (n_bonds, 2)
    marked : int
        The atom that gets a ring.
    size : int
        Pixels of an edge.

    Returns
    -------
    str

    Example
    -------
    >>> molecule([[0, 0, 0]], [1.3], [[0.9, 0.4, 0.2]], [], 0).count("<circle")
    2
    """
    there = np.asarray(positions, dtype=float)
    center = there - (there.max(0) + there.min(0)) / 2
    axes = np.linalg.svd(center, full_matrices=False)[2]
    turned = center @ np.vstack([axes, np.zeros((3 - len(axes), 3))]).T
    balls = _BALL * np.asarray(radii, dtype=float)
    reach = float((np.abs(turned[:, :2]).max(1) + balls).max()) + 0.3  # Å
    at = size / 2 + size / 2 * turned[:, :2] / reach
    balls = balls * size / 2 / reach
    paint = (255 * np.asarray(colors, dtype=float)).astype(int)
    stroke = 'stroke="currentColor" stroke-opacity="0.55"'
    pieces = []
    for bond in np.asarray(bonds, dtype=int).reshape(-1, 2).tolist():
        stick = f'<path d="{_path(*at[bond].T)}" {stroke} stroke-width="2"/>'
        pieces.append((turned[bond, 2].mean(), stick))
    for i, (x, y) in enumerate(at):
        fill = "rgb({},{},{})".format(*paint[i])
        ball = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{balls[i]:.1f}" '
        ring = f'{ball}fill="none" stroke="currentColor" stroke-width="4"/>'
        whole = (ring if i == marked else "") + f'{ball}fill="{fill}" {stroke}/>'
        pieces.append((turned[i, 2], whole))
    pieces.sort(key=lambda piece: piece[0])  # what is behind is drawn first
    return _svg(size, size, "structure", [piece for _, piece in pieces])


def _range(values: Array) -> tuple[float, float]:
    """Least and greatest of some numbers, apart from each other."""
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    return float(low), float(high if high > low else low + 1.0)


def _along(values: Array, low: float, high: float, start: float, end: float) -> Array:
    """Values between low and high as pixels between start and end."""
    return start + (end - start) * (values - low) / (high - low)


def _path(x: Array, y: Array) -> str:
    """A line through points; one that is not finite is left out, and breaks it."""
    pen, steps = "M", []
    for across, down in zip(x, y):
        if np.isfinite(across) and np.isfinite(down):
            steps.append(f"{pen}{across:.1f} {down:.1f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(steps)


def _line(x: Array, y: Array, color: str) -> str:
    """A line of a figure."""
    style = f'fill="none" stroke="{color}" stroke-width="1.6" stroke-linejoin="round"'
    return f'<path d="{_path(x, y)}" {style}/>'


def _area(x: Array, low: Array, high: Array) -> str:
    """A filled area."""
    around = _path(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]]))
    return f'<path d="{around}Z" fill="{COLORS[0]}" fill-opacity="0.22"/>'


def _rule(x1: float, y1: float, x2: float, y2: float, dashes: str = "") -> str:
    """A fine straight line."""
    more = f' stroke-dasharray="{dashes}"' if dashes else ""
    path = f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"
    return f'<path d="{path}" stroke="currentColor" stroke-opacity="0.5"{more}/>'


def _text(
    x: float, y: float, text: str, anchor: str = "start", color: str = "currentColor"
) -> str:
    """Words of a figure."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="11" fill="{color}">{escape(text)}</text>'


def _svg(width: int, height: int, said: str, parts: Sequence[str]) -> str:
    """A figure, with what a screen reader says of it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(said)}" '
        f'style="font-family:system-ui,sans-serif;max-width:100%">{"".join(parts)}</svg>'
    )
