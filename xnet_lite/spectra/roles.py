"""What a column is, from its name alone: energy, absorption, counts, or none."""

import re

_RATIO = re.compile(r"\s*-?\s*(ln|log)\s*\(|\s*i?f\w*\s*/\s*i_?0")
_UNIT = re.compile(r"[(\[{]\s*([^)\]}]*?)\s*[)\]}]|[/_,\s]\s*(k?ev)\s*$", re.IGNORECASE)
#: units of energy that can be converted, in eV
UNITS = {"ev": 1.0, "kev": 1000.0}
_ANOTHER = re.compile(
    r"[mg]ev|nm|å|a|angstroms?|cm-1|cm\^-1|1/cm|ry|rydberg|ha|hartree|a\.?u|deg(rees?)?"
    r"|m?rad|pixels?|hz|thz|j"
)
_SPELLED = {"electronvolt": "ev", "electronvolts": "ev", "kiloelectronvolt": "kev"}
_NO_ENERGY = re.compile(
    r"ring|err|edge|gap|und|resol|fermi|electron|offset|e0|beamenergy|dispersion|loss"
)
_ENERGY = frozenset(
    (
        *("e", "en", "ev", "kev", "ekev", "eev", "enkev", "enev", "xev", "xkev"),
        *("hv", "hnu", "hν", "omega", "mono"),
    )
)
# absorption that is there already, by how it was measured; first the raw one
ABSORPTION = {
    "mu": "", "xmu": "", "mux": "", "mue": "", "mutrans": "transmission",
    "mut": "transmission", "mufluor": "fluorescence", "muf": "fluorescence",
    "absorption": "", "absorbance": "", "absorb": "", "abs": "", "xas": "", "xanes": "",
    "normtrans": "transmission", "normfluor": "fluorescence",
    "norm": "", "normmu": "", "munorm": "", "normalized": "", "normalised": "",
    "normalizedmu": "", "normalizedabsorption": "", "normalisedabsorption": "",
    "xmunorm": "", "flat": "", "flatnorm": "", "murefer": "reference",
    "muref": "reference",
}  # fmt: skip
_MU = frozenset(("mu", "mutrans", "mufluor", "normtrans", "normfluor", "xanes"))
_COUNTS = {
    "i0": r"i0(?!i[t1f]).*|io|izero|ic0|ion0|ionchamber0|mon|monitor|incident.*"
    r"|incomingbeam",
    "transmission": r"it|i1|it(r|rans.*|ransmission)|trans|transmission|transmitted.*"
    r"|i1(counts|raw|eh\d?|det)|ic1|ion1|ionchamber1|absorbedbeam",
    "fluorescence": r"if|iff|ifl.*|fluo.*|flu|iflu|pips|lytle|tfy|pfy|[ft]ey_?f|vortex",
    "reference": r"ir|i2|irefer.*|iref|ic2|ion2|ionchamber2|reference",
    "yield": r"tey|itey|drain|draincurrent|electronyield|iey",
}
_INDEX = re.compile(
    r"|#|index|points?|pts?|no|nr|n|row|idx|scanpoints?|datapoint|number"
)
_ASIDE = re.compile(
    r"time.*|sec(onds?)?|dwell.*|count(er)?time.*|epoch|timer|err.*|.*error|std.*|sigma"
    r"|k|q|r|e0|theta|angle.*|bragg.*|twotheta|.*temp.*|ring.*|scalerpresettime|chi.*|win"
    r"|wavelength.*|lambda|n?bkg.*|fbkg|pre(edge|line)?|post(edge|line)?|n?der.*|n?sec|relenergy|mag|phase|mu0"
)


def plain(name: str) -> str:
    """Return a name without unit, case and signs.

    Example
    -------
    >>> plain("Mono Energy (eV)"), plain("mu(E)"), plain("I_0"), plain("E/keV")
    ('monoenergy', 'mu', 'i0', 'e')
    """
    word = _UNIT.sub(
        " ", name.strip().strip("\"'").lower().replace("µ", "mu").replace("μ", "mu")
    )
    return re.sub(r"[^a-z0-9ν#]+", "", word)


def plain_unit(word: str) -> str:
    """Return a unit without brackets and case; "" where a word is none.

    Example
    -------
    >>> plain_unit("(keV)"), plain_unit("electronvolts"), plain_unit("||")
    ('kev', 'ev', '')
    """
    word = re.sub(r"[^\w./^-]", "", word.lower()).strip("./^-")
    return _SPELLED.get(word, word)


def unit_of(name: str) -> str:
    """Return the unit that stands in the name of an energy, "" where none does.

    Example
    -------
    >>> unit_of("energy (keV)"), unit_of("E/eV"), unit_of("Enkev"), unit_of("energy")
    ('kev', 'ev', 'kev', '')
    """
    if match := _UNIT.search(name):
        word = plain_unit(match[1] or match[2] or "")
        if word in UNITS or _ANOTHER.fullmatch(word):
            return word
    ends = re.search(r"(k?ev)$", plain(name))
    return ends[1] if ends else ""


def role_of(name: str) -> str:
    """Return what a column of this name is.

    Returns
    -------
    str
        "energy", "absorption", "i0", "transmission", "fluorescence", "reference",
        "yield", "index", "aside" for what is certainly no absorption, or "" for what
        nobody can tell.

    Example
    -------
    >>> [role_of(name) for name in ("Mono Energy", "xmu", "I1", "dwell", "Fe foil")]
    ['energy', 'absorption', 'transmission', 'aside', '']
    """
    word = plain(name)
    if word in _ENERGY or ("energ" in word and not _NO_ENERGY.search(word)):
        return "energy"
    if word in ABSORPTION or _RATIO.match(name.lower()):
        return "absorption"
    for role, pattern in _COUNTS.items():
        if re.fullmatch(pattern, word):
            return role
    if _INDEX.fullmatch(word):
        return "index"
    return "aside" if _ASIDE.fullmatch(word) else ""


def is_plain_mu(name: str) -> bool:
    """Return whether a name says absorption in a way that needs no word about it."""
    return plain(name) in _MU
