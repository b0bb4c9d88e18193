"""Crystals of the measured substances are what the literature says of them."""

import pytest

from benchmarks.measured import SUBSTANCES, run

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


def test_a_substance_and_its_verdict_have_a_row_each(mirror):
    mirror("XraySpectroscopy/XASDataLibrary")
    mirror("gudasergey/pyFitIt")

    class Options:
        metals, known, quick = ("Ni",), None, True

    substance, verdict = run(Options)
    assert substance.split == "Ni metal"
    assert substance.metrics["error"] == pytest.approx(
        abs(substance.metrics["found"] - 2.492), abs=1e-3
    )
    assert verdict.metrics["scans"] == 2
