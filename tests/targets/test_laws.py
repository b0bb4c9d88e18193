"""Laws that every spectral target of the library obeys."""

import json

import numpy as np
import pytest
from safetensors.numpy import load, save

from xnet_lite import targets
from xnet_lite.errors import InputError
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.targets import EnergyGrid, PCATargets, SpectralTarget

#: every target: its ways to be built
TARGETS = {
    "EnergyGrid": EnergyGrid,
    "EnergyGrid standardised": lambda: EnergyGrid(standardise=True),
    "PCATargets": lambda: PCATargets(n_components=6),
}
every = pytest.mark.parametrize("build", TARGETS.values(), ids=TARGETS)

ENERGY = np.linspace(-10.0, 50.0, 61)


@pytest.fixture(scope="module")
def spectra():
    """40 spectra: an edge with a white line of random height, width and place."""
    rng = np.random.default_rng(8)
    height, width, place = rng.uniform(
        [[0.2], [2.0], [2.0]], [[1.5], [6.0], [9.0]], (3, 40)
    )
    edge = 0.5 + np.arctan(ENERGY) / np.pi
    lines = height * np.exp(-(((ENERGY[:, None] - place) / width) ** 2))
    return edge + lines.T


def test_the_laws_run_over_every_target_of_the_library():
    kinds = {getattr(targets, name) for name in targets.__all__} - {SpectralTarget}
    assert {type(build()) for build in TARGETS.values()} == kinds


@every
def test_there_are_n_targets_for_each_spectrum(build, spectra):
    target = build()
    assert target.fit(spectra, ENERGY) is target
    assert target.transform(spectra).shape == (40, target.n_targets)
    assert target.transform(spectra[0]).shape == (target.n_targets,)


@every
def test_members_of_an_ensemble_keep_their_axis(build, spectra):
    target = build().fit(spectra, ENERGY)
    members = np.stack([spectra, 2 * spectra, 0 * spectra])
    back = target.inverse_transform(target.transform(members))
    assert back.shape == members.shape
    one_by_one = [target.inverse_transform(target.transform(m)) for m in members]
    np.testing.assert_allclose(back, one_by_one, rtol=1e-12)


@every
def test_targets_survive_the_way_back_and_there(build, spectra):
    target = build().fit(spectra, ENERGY)
    wanted = np.random.default_rng(0).normal(size=(7, target.n_targets))
    again = target.transform(target.inverse_transform(wanted))
    np.testing.assert_allclose(again, wanted, rtol=1e-9, atol=1e-10)


@every
def test_the_reconstruction_error_is_that_of_the_way_there_and_back(build, spectra):
    target = build().fit(spectra[:30], ENERGY)
    back = target.inverse_transform(target.transform(spectra[30:]))
    error = target.reconstruction_error(spectra[30:])
    assert error.shape == (10,)
    np.testing.assert_allclose(error, relative_spectral_error(back, spectra[30:]))
    assert error.max() < 5


@every
def test_what_is_learnt_does_not_depend_on_the_order_of_spectra(build, spectra):
    one = build().fit(spectra, ENERGY)
    other = build().fit(spectra[::-1], ENERGY)
    np.testing.assert_allclose(
        one.transform(spectra), other.transform(spectra), rtol=1e-6, atol=1e-8
    )


@every
def test_a_target_comes_back_from_its_state(build, spectra):
    target = build().fit(spectra, ENERGY)
    settings, arrays = target.state()
    settings, arrays = json.loads(json.dumps(settings)), load(save(arrays))
    again = type(target).from_state(settings, arrays)
    assert again.config() == target.config()
    assert (again.energy_ == ENERGY).all()
    features = target.transform(spectra)
    assert (again.transform(spectra) == features).all()
    assert (
        again.inverse_transform(features) == target.inverse_transform(features)
    ).all()


@every
def test_a_state_without_one_of_its_arrays_is_refused(build, spectra):
    settings, arrays = build().fit(spectra, ENERGY).state()
    for name in arrays:
        rest = {key: value for key, value in arrays.items() if key != name}
        with pytest.raises(InputError, match=f"array '{name}' is missing"):
            type(build()).from_state(settings, rest)


@every
def test_a_setting_that_is_not_known_is_refused(build, spectra):
    _, arrays = build().fit(spectra, ENERGY).state()
    with pytest.raises(InputError, match=r"cannot be built from .*'depth'"):
        type(build()).from_state({"depth": 3}, arrays)


@every
def test_a_target_that_is_not_fitted_says_so(build, spectra):
    with pytest.raises(InputError, match="is not fitted yet, call fit first"):
        build().transform(spectra)


@every
def test_spectra_on_another_grid_are_refused(build, spectra):
    with pytest.raises(InputError, match="have not the 61 energies"):
        build().fit(spectra, ENERGY).transform(spectra[:, 1:])


@every
@pytest.mark.parametrize(
    ("rows", "energy", "message"),
    [
        (np.ones((3, 4)), np.arange(5.0), "do not fit"),
        (np.ones(4), np.arange(4.0), "do not fit"),
        (np.ones((0, 4)), np.arange(4.0), "do not fit"),
        (np.full((9, 7), np.nan), np.arange(7.0), "must be finite"),
        (np.ones((9, 7)), np.arange(7.0)[::-1], "energy increasing"),
    ],
)
def test_spectra_that_cannot_be_learnt_are_refused(build, rows, energy, message):
    with pytest.raises(InputError, match=message):
        build().fit(rows, energy)


@every
def test_spectra_that_are_all_alike_give_finite_targets(build):
    rows = np.tile(np.arange(8.0), (9, 1))
    target = build().fit(rows, np.arange(8.0))
    features = target.transform(rows)
    assert np.isfinite(features).all()
    np.testing.assert_allclose(target.inverse_transform(features), rows, atol=1e-9)
