"""How spectra are brought to what a model reads."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.preprocessing import SpectrumReader
from xnet_lite.targets import CDF, EnergyGrid, PCATargets

RNG = np.random.default_rng(1)
ENERGY = np.linspace(0.0, 30.0, 20)
SPECTRA = 2 + RNG.random((60, 6)) @ np.sin(np.outer(np.arange(1, 7), ENERGY / 9))


@pytest.mark.parametrize("target", [None, EnergyGrid(), CDF(), PCATargets(5)])
def test_what_is_read_has_mean_zero_and_mean_square_one(target):
    read = SpectrumReader(ENERGY, target).fit_transform(SPECTRA)
    np.testing.assert_allclose(read.mean(0), 0, atol=1e-12)
    assert (read**2).mean() == pytest.approx(1)


def test_levelled_components_vary_alike_and_others_as_they_did():
    spread = {
        level: SpectrumReader(ENERGY, PCATargets(5), level)
        .fit_transform(SPECTRA)
        .std(0)
        for level in (0.0, 0.5, 1.0)
    }
    np.testing.assert_allclose(spread[1.0], 1)
    ratios = {level: s / s[0] for level, s in spread.items()}
    np.testing.assert_allclose(ratios[0.5] ** 2, ratios[0.0])


def test_spectra_come_back_as_far_as_the_target_keeps_them():
    reader = SpectrumReader(ENERGY, CDF()).fit(SPECTRA)
    back = reader.inverse_transform(reader.transform(SPECTRA))
    np.testing.assert_allclose(back, SPECTRA)


def test_relevance_finds_the_component_that_tells():
    hidden = SpectrumReader(ENERGY, PCATargets(4), 1.0).fit_transform(SPECTRA)
    reader = SpectrumReader(ENERGY, PCATargets(4), 1.0, relevance=True)
    reader.fit(SPECTRA, hidden[:, [2]])
    assert reader.relevance_.argmax() == 2


def test_relevance_without_anything_to_tell_is_refused():
    with pytest.raises(InputError, match="relevance needs targets"):
        SpectrumReader(ENERGY, relevance=True).fit(SPECTRA)


def test_a_reader_made_again_reads_the_same():
    reader = SpectrumReader(ENERGY, CDF(), 0.3).fit(SPECTRA)
    again = SpectrumReader.from_state(*reader.state())
    np.testing.assert_array_equal(again.transform(SPECTRA), reader.transform(SPECTRA))
    assert repr(again) == repr(reader) == "SpectrumReader(CDF(), level=0.3)"


def test_a_representation_that_the_library_does_not_have_is_refused():
    settings, arrays = SpectrumReader(ENERGY).fit(SPECTRA).state()
    with pytest.raises(InputError, match="target"):
        SpectrumReader.from_state(settings | {"target": "os"}, arrays)


def test_another_grid_is_refused():
    with pytest.raises(InputError, match="resample"):
        SpectrumReader(ENERGY).fit(SPECTRA).transform(SPECTRA[:, :9])
