"""Which columns of a scan make its spectrum: by name, by order, or as told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xnet_lite.errors import InputError, one_of, shortened
from xnet_lite.spectra.roles import ABSORPTION, is_plain_mu, plain, role_of, unit_of
from xnet_lite.spectra.scan import Scan, counts_up

#: which columns to take: names, or numbers from 0, by role or as (energy, mu)
Columns = Mapping[str, str | int] | Sequence[str | int]
SIGNALS = ("absorption", "transmission", "fluorescence", "yield", "reference")
_ROLES = ("energy", "mu", "i0", "it", "if", "ir", "ey")
_COUNT_OF = {
    "it": "transmission",
    "if": "fluorescence",
    "ey": "yield",
    "ir": "reference",
}
#: absorption without a name is not as large; counts of a detector are
LARGE = 50.0


@dataclass
class Choice:
    """Which columns of a scan make its spectrum.

    Attributes
    ----------
    energy : int
        Column of the energies.
    signal : str
        One of `SIGNALS`; "absorption" is taken as it is.
    parts : list of int
        The column of absorption; or the counts behind the sample, or of what it emits,
        and those before it.
    mode : str
        How it was measured, "" where nobody says it.
    notes : list of str
        What was assumed.
    """

    energy: int
    signal: str
    parts: list[int]
    mode: str = ""
    notes: list[str] = field(default_factory=list)


def choose(
    scan: Scan, columns: Columns | None = None, signal: str | None = None
) -> Choice:
    """Return which columns are taken.

    Parameters
    ----------
    scan : Scan
        Columns with their names.
    columns : mapping or sequence, optional
        Names, or numbers from 0: {"energy": "Mono", "i0": "IC0", "it": 3}, or (energy,
        mu). Without it the names decide, and where there are none the order.
    signal : str, optional
        What is wanted of several: "absorption" (that is there), "transmission",
        "fluorescence", "yield" (of electrons) or "reference". Without it the first of
        these that is there.

    Returns
    -------
    Choice

    Raises
    ------
    InputError
        For a column that is not there, no energy, or nothing to make absorption of.

    Example
    -------
    >>> scan = Scan(["energy", "i0", "it"], np.array([[7112.0, 2.0, 1.0]]))
    >>> choose(scan).notes
    ['absorption is ln(i0/it), transmission']
    """
    if signal is not None:
        one_of("signal", signal, SIGNALS)
    if columns is not None:
        return _as_told(scan, columns, signal)
    roles = [role_of(name) for name in scan.names]
    if not any(roles):
        return _by_order(scan, signal)
    energy, notes = _energy(scan, roles)
    found = _absorption(scan, energy, roles, signal) if signal != "reference" else None
    found = found or _counts(scan, energy, roles, signal)
    found = found or _leftover(scan, energy, roles, signal)
    found.notes[:0] = notes
    return found


def _energy(scan: Scan, roles: list[str]) -> tuple[int, list[str]]:
    """The column of energies: one in eV, that was read back, before the others."""
    found = [i for i, role in enumerate(roles) if role == "energy"]
    if not found:
        of_chi = "k" in map(plain, scan.names)
        chi = "; chi(k) is no absorption over energy" if of_chi else ""
        raise InputError(
            f"no column is called energy ({', '.join(scan.titles)}){chi}: name it in "
            'the file, or give columns={"energy": …, "mu": …}'
        )

    def rank(i: int) -> tuple[bool, bool, bool]:
        name = plain(scan.names[i])
        asked = any(word in name for word in ("request", "set", "rel", "nominal"))
        rare = "energ" not in name and name != "omega"
        return asked, unit_of(scan.names[i]) == "kev", rare

    best = min(found, key=rank)
    others = [scan.names[i] for i in found if i != best]
    said = f"energies are of column {scan.names[best]!r}, not of {', '.join(others)}"
    return best, [said] if others else []


def _absorption(
    scan: Scan, energy: int, roles: list[str], signal: str | None
) -> Choice | None:
    """A column that is absorption already."""
    order = list(ABSORPTION)
    found = [i for i, role in enumerate(roles) if role == "absorption"]
    words = {i: plain(scan.names[i]) for i in found}
    modes = {i: ABSORPTION.get(word, "") for i, word in words.items()}
    wanted = SIGNALS[:4] if signal in (None, "absorption") else (signal,)
    found = [i for i in found if (modes[i] or "absorption") in wanted]
    if not found:
        return None
    best = min(found, key=lambda i: (*order, words[i]).index(words[i]))
    name, notes = scan.names[best], []
    if not is_plain_mu(name):
        normalised = any(word in plain(name) for word in ("norm", "flat"))
        kind = ", normalised" if normalised else ""
        notes.append(f"column {name!r} is taken as absorption as it is{kind}")
    return Choice(energy, "absorption", [best], modes[best], notes)


def _counts(
    scan: Scan, energy: int, roles: list[str], signal: str | None
) -> Choice | None:
    """Counts before the sample with counts behind it, or of what it emits."""
    there = [s for s in SIGNALS[1:] if s in roles and (s != "reference" or signal == s)]
    wanted = [s for s in there if signal in (None, s)]
    before = "transmission" if signal == "reference" else "i0"
    if not wanted or before not in roles:
        return None
    best = wanted[0]
    choice = _made_of(scan, energy, best, roles.index(best), roles.index(before))
    others = [s for s in there if s != best]
    others += [scan.names[i] for i, r in enumerate(roles) if r == best][1:]
    if others:
        choice.notes.append(f"{', '.join(others)} is there too, give signal or columns")
    return choice


def _made_of(scan: Scan, energy: int, signal: str, counts: int, before: int) -> Choice:
    """What is made of two columns of counts."""
    a, b = scan.titles[before], scan.titles[counts]
    formula = f"{b}/{a}" if signal in ("fluorescence", "yield") else f"ln({a}/{b})"
    said = f"absorption is {formula}, {signal}"
    return Choice(energy, signal, [counts, before], signal, [said])


def _leftover(scan: Scan, energy: int, roles: list[str], signal: str | None) -> Choice:
    """The one column that nobody can tell, if it can be absorption."""
    emitted = () if "i0" in roles else ("fluorescence", "yield")
    left = [i for i, r in enumerate(roles) if (not r and scan.names[i]) or r in emitted]
    if (
        signal not in (None, "absorption")
        or not left
        or set(roles) & {"i0", "transmission"}
    ):
        wanted = f"{signal} cannot be made" if signal else "no absorption is"
        raise InputError(
            f"{wanted} among the columns {', '.join(scan.titles)}, expected mu, norm, "
            'or i0 with it or if; give columns={"energy": 0, "i0": 1, "it": 2}'
        )
    others = [scan.names[i] for i in left[1:]]
    aside = f", not {', '.join(others)}" if others else ""
    said = f"column {scan.names[left[0]]!r} is taken as absorption{aside}"
    return _unless_counts(scan, Choice(energy, "absorption", left[:1], "", [said]))


def _by_order(scan: Scan, signal: str | None) -> Choice:
    """Energy first and absorption second, where no name says more."""
    n = scan.values.shape[1]
    if signal not in (None, "absorption"):
        raise InputError(f"the columns have no names, so {signal} needs columns={{…}}")
    first = int(n > 2 and counts_up(scan.values[:, 0]))
    said = (
        f"no column has a name: column {first + 1} is taken as energy, column "
        f"{first + 2} as absorption"
    )
    notes = ["column 1 only counts the points", said] if first else [said]
    return _unless_counts(scan, Choice(first, "absorption", [first + 1], "", notes))


def _unless_counts(scan: Scan, choice: Choice) -> Choice:
    """Refuse to take for absorption what is large, or the same everywhere."""
    values = scan.values[:, choice.parts[0]]
    title = scan.titles[choice.parts[0]]
    name = f"column {title!r}" if not title.startswith("column ") else title
    typical = float(np.nanmedian(np.abs(values)))
    counted = f"is about {typical:.4g} as the counts of a detector are"
    odd = counted if typical > LARGE else ""
    if len(values) > 2 and np.nanmax(values) == np.nanmin(values):
        odd = f"is {values[0]:g} everywhere"
    if odd:
        raise InputError(
            f"{name} {odd}, it was not taken for absorption: say which columns are "
            'what, columns={"energy": 0, "mu": 1} or {"energy": 0, "i0": 1, "it": 2}'
        )
    return choice


def _as_told(scan: Scan, columns: Columns, signal: str | None) -> Choice:
    """The columns that the caller names."""
    if not isinstance(columns, Mapping | Sequence) or isinstance(columns, str):
        raise InputError(f"columns is {shortened(columns)}: give (energy, mu)")
    if not isinstance(columns, Mapping):
        roles = ("energy", "mu") if len(columns) == 2 else ()
        columns = dict(zip(roles, columns))
    unknown = [role for role in columns if role not in _ROLES]
    counts = [role for role in columns if role in _COUNT_OF]
    if "energy" not in columns or unknown or not ("mu" in columns or counts):
        raise InputError(
            "columns are given as (energy, mu) or by role: energy with mu, or energy "
            f"and i0 with it, if, ey or ir{f', not {unknown}' if unknown else ''}"
        )
    at = {role: _index(scan, which) for role, which in columns.items()}
    if "mu" in at:
        return Choice(at["energy"], "absorption", [at["mu"]])
    wanted = [role for role in counts if signal in (None, _COUNT_OF[role])]
    before = "it" if wanted == ["ir"] else "i0"
    if not wanted or before not in at:
        raise InputError(
            f"counts {', '.join(counts)} need those before them, give {before!r} too"
        )
    return _made_of(scan, at["energy"], _COUNT_OF[wanted[0]], at[wanted[0]], at[before])


def _index(scan: Scan, which: str | int) -> int:
    """The number of a column that the caller names or counts."""
    n = scan.values.shape[1]
    if (
        isinstance(which, (int, np.integer))
        and not isinstance(which, bool)
        and -n <= which < n
    ):
        return int(which) % n
    names = [name.strip().lower() for name in scan.titles]
    if isinstance(which, str) and which.strip().lower() in names:
        return names.index(which.strip().lower())
    raise InputError(f"no column is {which!r}, only {', '.join(scan.titles)} (from 0)")
