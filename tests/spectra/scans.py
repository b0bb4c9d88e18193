"""A measured edge that is known exactly, to write into files of every kind."""

import numpy as np

#: eV; manganese, K
EDGE, BROAD = 6539.0, 2.2
ENERGY = np.concatenate(
    [np.arange(6440, 6520, 4.0), np.arange(6520, 6580, 0.4), np.arange(6580, 6900, 2.5)]
)
MU = 0.7 - 2e-4 * (ENERGY - EDGE) + np.arctan((ENERGY - EDGE) / BROAD) / np.pi + 0.5
I0 = 2e5 + 3e3 * np.cos(ENERGY / 90)
IT = I0 * np.exp(-MU)
IF = 0.03 * I0 * MU


def table(*columns, separator=" ", decimal=".", form="{:.6f}"):
    """Columns as lines of text."""
    rows = (separator.join(map(form.format, row)) for row in zip(*columns, strict=True))
    return "\n".join(row.replace(".", decimal) for row in rows) + "\n"
