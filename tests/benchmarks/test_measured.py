"""Crystals of the measured substances are what the literature says of them."""

from argparse import Namespace

import numpy as np
import pytest

from benchmarks.measured import ADAPTED, composition, known_of, run
from benchmarks.substances import SUBSTANCES

#: mean distance of the first shell, Å, and its atoms
TRUE = {
    "MnO": (2.22, 6),
    "Fe2O3": (2.03, 6),
    "FeOOH": (2.02, 6),
    "FeS2": (2.26, 6),
    "CuO": (1.96, 4),
    "Cu metal": (2.56, 12),
    "ZnS": (2.34, 4),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_crystal_has_the_shell_that_is_known(name):
    (one,) = [s for s in SUBSTANCES if s.name == name]
    distance, number = one.shell()
    assert distance == pytest.approx(TRUE[name][0], abs=0.01)
    assert number == TRUE[name][1]


def asked(part, known=("tm-complexes-k-{}",)):
    """What the command line would say, of nickel alone."""
    options = {"metals": ["Ni"], "known": list(known), "quick": True}
    return Namespace(**options, part=part, strangers=False, scans=None)


def test_a_substance_and_its_verdict_have_a_row_each(mirror):
    mirror("XraySpectroscopy/XASDataLibrary")
    mirror("gudasergey/pyFitIt")

    substance, other, *verdicts = run(asked("found"))
    assert other.split == "Ni(OH)2"
    assert substance.split == "Ni metal"
    assert substance.metrics["error"] == pytest.approx(
        abs(substance.metrics["found"] - 2.492), abs=1e-3
    )
    assert sum(verdict.metrics["scans"] for verdict in verdicts) == 4


def test_every_way_from_theory_to_experiment_has_an_error(mirror):
    mirror("XraySpectroscopy/XASDataLibrary")
    mirror("gudasergey/pyFitIt")
    substance, *_ = run(asked("adapted"))
    assert all(np.isfinite(substance.metrics[name]) for name in ADAPTED)


def test_sets_of_known_spectra_are_joined_and_cut_to_the_metal():
    both = known_of(["tm-complexes-k-{}", "tm-complexes-k"], "Ni")
    alone = known_of(["tm-complexes-k-{}"], "Ni")
    assert len(both.data) == 2 * len(alone.data)
    assert len(set(both.groups)) == 2 * len(set(alone.groups))
    assert {site.absorber for site in both.data.sites} == {"Ni"}


def test_what_was_measured_can_be_left_out_of_what_is_known():
    zinc = {"Zn": 1, "S": 1}
    whole = known_of(["tm-crystals-k"], "Zn")
    others = known_of(["tm-crystals-k"], "Zn", zinc)
    gone = [s for s in whole.data.sites if composition(s.atoms) == zinc]
    assert len(gone) == len(whole.data) - len(others.data) > 0
