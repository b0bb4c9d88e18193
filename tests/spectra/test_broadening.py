"""Broadening: closed forms, exactness on any grid, and what must be kept."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from xnet_lite.errors import InputError
from xnet_lite.spectra import (
    Spectrum,
    arctangent_width,
    broaden,
    broadener,
    convolve_gaussian,
    convolve_lorentzian,
)

PARAMETERS = {"gamma_hole": 2.0, "gamma_max": 15.0, "e_width": 30.0, "e_centre": 30.0}
FAR = np.array([-1e7, 1e7])


def lorentzian(energy, fwhm):
    """Area 1, centre 0."""
    return fwhm / 2 / np.pi / (energy**2 + fwhm**2 / 4)


def uneven(seed=0, n_energies=30):
    """A random spectrum with random widths on a random grid."""
    rng = np.random.default_rng(seed)
    energy = np.sort(rng.uniform(0, 50, n_energies))
    return energy, rng.random(n_energies), rng.uniform(0.5, 8, n_energies)


def by_quadrature(energy, mu, fwhm, e_cut, at):
    """The defining integral, done numerically piece by piece."""

    def integrand(e):
        half = np.interp(e, energy, fwhm) / 2
        return np.interp(e, energy, mu) * half / np.pi / ((e - at) ** 2 + half**2)

    start = max(energy[0], e_cut)
    nodes = [start, *energy[energy > start]]
    total = sum(
        quad(integrand, a, b, epsabs=1e-13, points=[at] if a < at < b else None)[0]
        for a, b in pairwise(nodes)
    )
    return total + mu[-1] * (0.5 - np.arctan((nodes[-1] - at) / fwhm[-1] * 2) / np.pi)


@pytest.mark.parametrize("e_cut", [-5.0, 1.9, 23.4, 60.0])
def test_the_lorentzian_convolution_is_its_integral_on_any_grid(e_cut):
    energy, mu, fwhm = uneven()
    out = np.array([-10.0, 5.0, energy[4], 20.0, 49.9, 70.0])
    mine = convolve_lorentzian(energy, mu, fwhm, e_cut, energy_out=out)
    exact = [by_quadrature(energy, mu, fwhm, e_cut, at) for at in out]
    np.testing.assert_allclose(mine, exact, atol=1e-11)  # that of the quadrature


def test_a_step_becomes_an_arctangent():
    energy = np.array([0.0, 3.0, 50.0])
    out = np.linspace(-40, 400, 23)
    mine = convolve_lorentzian(energy, np.ones(3), 2.5, 1.0, energy_out=out)
    exact = 0.5 + np.arctan((out - 1.0) / 1.25) / np.pi
    np.testing.assert_allclose(mine, exact, atol=1e-14)


def test_a_lorentzian_on_a_lorentzian_adds_widths():
    energy = np.linspace(-400, 400, 4001)
    out = np.linspace(-10, 10, 41)
    mine = convolve_lorentzian(energy, lorentzian(energy, 3.0), 2.0, energy_out=out)
    # straight pieces of 0.2 eV: h²/8 times the curvature, relative to the peak
    np.testing.assert_allclose(mine, lorentzian(out, 5.0), atol=2e-4)


def test_a_gaussian_on_a_gaussian_adds_widths_in_squares():
    energy = np.linspace(-30, 30, 1201)

    def gaussian(fwhm):
        return np.exp(-4 * np.log(2) * (energy / fwhm) ** 2) / fwhm

    mine = convolve_gaussian(energy, gaussian(3.0), 4.0)
    np.testing.assert_allclose(mine, gaussian(5.0), atol=1e-4)  # straight pieces


def test_the_lorentzian_convolution_keeps_area_with_a_width_for_every_energy():
    energy, mu, fwhm = uneven(1)
    mu[-1] = 0  # nothing past the end
    # a wide uniform grid, and beyond it tails that fall as 1/E², each of area E μ(E)
    out = np.arange(-4000.0, 4000.0, 0.1)
    mine = convolve_lorentzian(energy, mu, fwhm, energy_out=out)
    tails = mine[0] * abs(out[0]) + mine[-1] * abs(out[-1])
    area = np.trapezoid(mu, energy)
    # the tails hold 1e-3 of it, and fall about some 25 eV instead of about 0
    assert np.trapezoid(mine, out) + tails == pytest.approx(area, rel=1e-4)


def test_a_constant_stays_itself_deep_inside_and_forever_past_the_end():
    mine = convolve_lorentzian([0.0, 10.0], [1.0, 1.0], 1.0, energy_out=FAR)
    np.testing.assert_allclose(mine, [0, 1], atol=1e-7)  # the foot of the edge, 1/πE


def test_nothing_depends_on_points_added_to_straight_pieces():
    energy, mu, fwhm = uneven(2)
    fine = np.sort(np.concatenate([energy, (energy[1:] + energy[:-1]) / 2]))
    mine = convolve_lorentzian(
        fine,
        np.interp(fine, energy, mu),
        np.interp(fine, energy, fwhm),
        energy_out=energy,
    )
    np.testing.assert_allclose(mine, convolve_lorentzian(energy, mu, fwhm), atol=1e-13)


def test_many_spectra_are_convolved_as_each_alone():
    energy, mu, fwhm = uneven(3)
    both = convolve_lorentzian(energy, np.stack([mu, mu**2]), fwhm)
    np.testing.assert_allclose(both[1], convolve_lorentzian(energy, mu**2, fwhm))


def test_the_gaussian_convolution_leaves_straight_lines_alone():
    energy, _, _ = uneven(4)
    out = np.linspace(15, 35, 9)
    mine = convolve_gaussian(energy, 3 * energy - 2, 2.0, energy_out=out)
    np.testing.assert_allclose(mine, 3 * out - 2)


@pytest.mark.parametrize("convolve", [convolve_lorentzian, convolve_gaussian])
def test_a_width_of_zero_is_refused(convolve):
    with pytest.raises(InputError, match=r"fwhm (is 0.0|0.0 eV is not positive)"):
        convolve([0.0, 1.0], [0.0, 1.0], 0.0)


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="as many values in its last axis"):
        convolve_lorentzian([0.0, 1.0], [0.0, 1.0, 2.0], 1.0)
    with pytest.raises(InputError, match="fwhm has shape"):
        convolve_lorentzian([0.0, 1.0], [0.0, 1.0], [1.0, 1.0, 1.0])
    with pytest.raises(InputError, match="energy does not increase"):
        convolve_gaussian([1.0, 0.0], [0.0, 1.0], 1.0)


def test_the_arctangent_width_rises_from_the_hole_to_the_hole_plus_maximum():
    width = arctangent_width([-9.0, 0.0, 1e-9, 30.0, 1e9], **PARAMETERS)
    # half of the maximum at the centre
    np.testing.assert_allclose(width, [2, 2, 2, 9.5, 17], atol=1e-6)


def test_the_formula_of_the_paper_is_ours_above_the_fermi_level_and_rises_below_it():
    paper = {"gamma_hole": 1.25, "gamma_max": 15.0, "e_width": 30.0, "e_centre": 30.0}
    energy = np.array([-35.0, -15.0, -10.0, -4.0, 20.0, 70.0])
    e = (energy + 5.0) / 30.0
    printed = 1.25 + 15 * (0.5 + np.arctan(np.pi / 6 * (e - 1 / e**2)) / np.pi)
    width = arctangent_width(energy, **paper, e_fermi=-5.0)
    np.testing.assert_allclose(width[3:], printed[3:], rtol=1e-12)
    np.testing.assert_allclose(printed[:3], [4.89, 2.21, 1.50], atol=0.005)
    np.testing.assert_array_equal(width[:3], 1.25)


def test_the_arctangent_width_refuses_a_centre_at_zero():
    with pytest.raises(InputError, match="e_centre is 0: give a number > 0"):
        arctangent_width([1.0], **{**PARAMETERS, "e_centre": 0})


def test_broaden_with_the_arctangent_cuts_at_the_fermi_energy():
    energy = np.linspace(7080, 7180, 201)
    spectrum = Spectrum(energy, np.ones(201), e0=7112.0)
    model = {**PARAMETERS, "e_fermi": -5.0}
    width = arctangent_width(spectrum.energy_rel, **model)
    direct = convolve_lorentzian(energy, spectrum.mu, width, 7107.0)
    np.testing.assert_array_equal(broaden(spectrum, arctangent=model).mu, direct)


def test_broaden_takes_lorentzian_and_gaussian_in_any_order():
    energy = np.linspace(0, 100, 801)
    mu = np.exp(-((energy - 50) ** 2))
    spectrum = Spectrum(energy, mu)
    one = broaden(spectrum, fwhm=1.0, gaussian=2.0).mu
    other = broaden(broaden(spectrum, gaussian=2.0), fwhm=1.0).mu
    np.testing.assert_allclose(one, other, atol=2e-3)  # the middle result is sampled


def test_broaden_refuses_no_width_and_two_widths():
    spectrum = Spectrum([0.0, 1.0], [0.0, 1.0], e0=0.5)
    with pytest.raises(InputError, match="nothing to broaden with"):
        broaden(spectrum)
    with pytest.raises(InputError, match="two Lorentzian widths"):
        broaden(spectrum, 1.0, arctangent=PARAMETERS)


def test_a_point_a_hair_above_the_cut_does_no_harm():
    energy = np.array([-1.0, 1e-16, 1.0, 2.0])
    with_hair = convolve_lorentzian(energy, [0.0, 1.0, 1.0, 1.0], 1.0, 0.0)
    energy[1] = 0.0
    exact = convolve_lorentzian(energy, [0.0, 1.0, 1.0, 1.0], 1.0, 0.0)
    np.testing.assert_allclose(with_hair, exact, atol=1e-12)


# --- the arctangent of 2020 -------------------------------------------------------


def test_a_narrow_peak_gets_the_width_of_the_arctangent_at_its_energy():
    energy = np.linspace(-15, 65, 801)
    narrow = np.exp(-(((energy - 25) / 0.3) ** 2))[None]  # 30 eV above the Fermi level
    smooth = broadener(energy)(narrow)[0]
    wide = energy[smooth > smooth.max() / 2]
    # half of 15 eV; less on one side than on the other, since the width grows
    assert np.ptp(wide) == pytest.approx(7.5, abs=0.3)


def test_what_lies_below_the_fermi_level_stays_as_it_is():
    energy = np.linspace(-15, 60, 226)
    mu = np.exp(-((energy + 10) ** 2) / 2)[None]
    # a width of 0.01 eV, on points that are 0.33 eV apart
    np.testing.assert_allclose(broadener(energy)(mu), mu, atol=0.01)


def test_the_first_point_of_a_broadened_spectrum_does_not_fall():
    smooth = broadener(np.linspace(-15, 60, 226))
    first, second, third = smooth(np.ones((1, 226)))[0, :3]
    assert second - first == pytest.approx(third - second, abs=1e-4)
