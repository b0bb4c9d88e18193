"""Values of the parent code beside ours, and by how much and why they differ.

Origin: black-box values of NewcastleRSE/XANESNET 121f79fd (2026-04-27), float64, for
data/fe/xanes_test with width 2, ef -5, ec 30, el 30, width_max 15. Its convolution is a
sum over the grid times π/dE, and it pads by 50 widths (100 eV) and no further.
"""

import numpy as np
import pytest

from xnet_lite.spectra import arctangent_width, convolve_lorentzian, read_spectrum

MODEL = {
    "gamma_hole": 2.0,
    "gamma_max": 15.0,
    "e_width": 30.0,
    "e_centre": 30.0,
    "e_fermi": -5.0,
}
WIDTHS = {
    -4.0: 2.010132478431264,
    -1.0: 2.1624363797920063,
    0.0: 2.2542405524785427,
    5.0: 3.035629111675774,
    20.0: 8.031462805157542,
    25.0: 9.5,
    60.0: 13.304114282884838,
}
WIDTHS_BELOW = {-10.0: 2.251901687449233, -19.0: 3.7236867357287293}
POINTS = [60, 100, 150, 200]
# file: (e0, arctangent, fixed width), area-normalised with dE = 0.330078125 eV
CONVOLVED = {
    "ACOMUA": (
        7111.0,
        [0.2475969511, 0.5491251119, 0.4081780117, 0.3804123492],
        [0.173298662, 0.6566458792, 0.3912659851, 0.3891146396],
    ),
    "ARADOO": (
        7128.0,
        [0.05331833297, 0.800341459, 0.4714022419, 0.3374312399],
        [0.0256120071, 0.7577012825, 0.510015142, 0.3028429011],
    ),
}


def test_the_width_is_that_of_the_parent_above_the_fermi_energy():
    mine = arctangent_width(list(WIDTHS), **MODEL)
    np.testing.assert_allclose(mine, list(WIDTHS.values()), rtol=1e-12)


def test_the_width_below_the_fermi_energy_is_the_hole_and_the_parents_is_not():
    mine = arctangent_width(list(WIDTHS_BELOW), **MODEL)
    assert mine.tolist() == [2.0, 2.0]
    differences = np.array(list(WIDTHS_BELOW.values())) - mine
    np.testing.assert_allclose(differences, [0.252, 1.724], atol=5e-4)  # as printed


@pytest.mark.parametrize("name", CONVOLVED)
@pytest.mark.parametrize(
    ("kind", "whole", "cut"), [("fixed", 0.006, 0.0015), ("arctangent", 0.015, 0.0015)]
)
def test_the_convolution_differs_from_the_parents_by_the_tail_it_leaves_out(
    mirror, name, kind, whole, cut
):
    folder = mirror("NewcastleRSE/XANESNET") / "data" / "fe" / "xanes_test"
    spectrum = read_spectrum(next(folder.glob(f"{name}*")))
    e0, arctangent, fixed = CONVOLVED[name]
    parent = np.array(fixed if kind == "fixed" else arctangent)[1:]
    # behind the edge; at it the sum over points of 0.33 eV is itself coarse
    out = spectrum.energy[POINTS][1:]

    def width(energy):
        if kind == "fixed":
            return np.full(len(energy), 2.0)
        return arctangent_width(energy - e0, **MODEL)

    energy, mu = spectrum.energy, spectrum.mu
    mine = convolve_lorentzian(energy, mu, width(energy), e0 - 5, energy_out=out)
    assert (np.abs(mine / parent - 1) < whole).all()

    more = energy[-1] + np.arange(1.0, 101.0)
    energy = np.concatenate([energy, more, more[-1:] + 1e-6])
    mu = np.concatenate([mu, np.full(100, mu[-1]), [0.0]])  # ends after 50 widths
    mine = convolve_lorentzian(energy, mu, width(energy), e0 - 5, energy_out=out)
    assert (np.abs(mine / parent - 1) < cut).all()
