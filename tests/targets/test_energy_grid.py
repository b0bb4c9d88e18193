"""The spectrum as its own target."""

import numpy as np

from xnet_lite.targets import EnergyGrid

ENERGY = np.arange(4.0)
SPECTRA = np.array([[0.0, 1.0, 5.0, 1.0], [0.0, 3.0, 1.0, 1.0], [0.0, 2.0, 3.0, 1.0]])


def test_the_plain_grid_hands_spectra_through():
    target = EnergyGrid().fit(SPECTRA, ENERGY)
    assert (target.transform(SPECTRA) == SPECTRA).all()
    assert (target.inverse_transform(SPECTRA) == SPECTRA).all()
    assert target.n_targets == 4


def test_the_standardised_grid_has_mean_zero_and_deviation_one():
    targets = EnergyGrid(standardise=True).fit_transform(SPECTRA, ENERGY)
    np.testing.assert_allclose(targets.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(targets[:, 1:3].std(axis=0), 1.0, rtol=1e-12)


def test_an_energy_where_no_spectrum_differs_stays_at_zero():
    target = EnergyGrid(standardise=True).fit(SPECTRA, ENERGY)
    assert not target.transform(SPECTRA)[:, [0, 3]].any()
    # divided by a thousandth of the largest deviation, not by nothing
    largest = SPECTRA[:, 2].std()
    assert target.transform(SPECTRA + 0.1)[0, 0] == 0.1 / (1e-3 * largest)


def test_what_was_learnt_is_of_the_training_spectra():
    target = EnergyGrid(standardise=True).fit(SPECTRA, ENERGY)
    mean, deviation = SPECTRA.mean(axis=0), SPECTRA.std(axis=0)
    new = np.array([0.0, 10.0, 10.0, 1.0])
    expected = (new - mean)[1:3] / deviation[1:3]
    np.testing.assert_allclose(target.transform(new)[1:3], expected, rtol=1e-12)
