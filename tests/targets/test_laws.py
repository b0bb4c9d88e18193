"""Laws that every spectral target of the library obeys."""

import json

import numpy as np
import pytest
from safetensors.numpy import load, save

from xnet_lite import targets
from xnet_lite.errors import InputError
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.targets import (
    CDF,
    TDCT,
    EnergyGrid,
    Fourier,
    GaussianBasis,
    PCATargets,
    PiecewisePolynomials,
    SpectralTarget,
)

#: targets whose numbers are independent of each other: its ways to be built
INDEPENDENT = {
    "CDF": CDF,
    "CDF without area": lambda: CDF(area=False),
    "EnergyGrid": EnergyGrid,
    "EnergyGrid standardised": lambda: EnergyGrid(standardise=True),
    "Fourier": lambda: Fourier(n_components=24),
    "Fourier not detrended": lambda: Fourier(n_components=41, detrend=False),
    "GaussianBasis of one width": lambda: GaussianBasis([3.0], stride=2, ridge=0.0),
    "PCATargets": lambda: PCATargets(n_components=6),
    "PiecewisePolynomials of one scale": lambda: PiecewisePolynomials([10]),
    "TDCT": lambda: TDCT(n_components=24),
}
#: targets with more numbers than they have freedom, or that hold them small
REDUNDANT = {
    "GaussianBasis": lambda: GaussianBasis([1.0, 3.0, 9.0], stride=1),
    "PiecewisePolynomials": lambda: PiecewisePolynomials([2, 5, 10]),
}
TARGETS = INDEPENDENT | REDUNDANT
every = pytest.mark.parametrize("build", TARGETS.values(), ids=TARGETS)
independent = pytest.mark.parametrize("build", INDEPENDENT.values(), ids=INDEPENDENT)

#: targets with as many numbers as there are energies, which lose nothing
COMPLETE = {
    "CDF": CDF,
    "EnergyGrid": EnergyGrid,
    "Fourier": lambda: Fourier(n_components=60),
    "Fourier not detrended": lambda: Fourier(n_components=60, detrend=False),
    "GaussianBasis": lambda: GaussianBasis([1.0], stride=1, ridge=0.0),
    "PCATargets": lambda: PCATargets(n_components=60),
    "PiecewisePolynomials": lambda: PiecewisePolynomials([20], degree=2),
    "TDCT": lambda: TDCT(n_components=60),
}
#: the same target with more and more numbers
GROWING = {
    "Fourier": lambda n: Fourier(n_components=n),
    "GaussianBasis": lambda n: GaussianBasis([120 / n], stride=60 // n, ridge=1e-9),
    "PCATargets": lambda n: PCATargets(n_components=n),
    "PiecewisePolynomials": lambda n: PiecewisePolynomials([n // 3], degree=2),
    "TDCT": lambda n: TDCT(n_components=n),
}
#: spectra are sums of fixed shapes: what one unit of a target is worth is known
LINEAR = {name: build for name, build in TARGETS.items() if "CDF" not in name}

ENERGY = np.linspace(-10.0, 50.0, 61)
UNEVEN = -10 + 60 * np.linspace(0.0, 1.0, 61) ** 1.2


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


@independent
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


@every
def test_every_target_keeps_most_of_a_spectrum(build, spectra):
    target = build().fit(spectra[:30], ENERGY)
    assert np.median(target.reconstruction_error(spectra[30:])) < 5  # percent


@pytest.mark.parametrize("build", COMPLETE.values(), ids=COMPLETE)
def test_as_many_targets_as_energies_lose_nothing(build, spectra):
    taught = np.random.default_rng(1).normal(1.0, 0.3, (70, 60))
    target = build().fit(taught, ENERGY[:60])
    assert target.n_targets == 60
    # Gaussians as wide as their spacing overlap: their condition number is 69
    assert target.reconstruction_error(spectra[:, :60]).max() < 1e-10


@pytest.mark.parametrize("build", GROWING.values(), ids=GROWING)
def test_more_targets_lose_less(build, spectra):
    errors = []
    for n in (6, 12, 30, 60):
        taught = np.random.default_rng(1).normal(spectra[0, :60], 0.3, (70, 60))
        target = build(n).fit(taught, ENERGY[:60])
        assert target.n_targets == n
        errors.append(target.reconstruction_error(spectra[:, :60]).mean())
    assert (np.diff(errors) < 0).all()


@pytest.mark.parametrize("build", LINEAR.values(), ids=LINEAR)
def test_an_error_of_a_target_adds_the_same_shape_to_any_spectrum(build, spectra):
    target = build().fit(spectra, ENERGY)
    targets = target.transform(spectra[:2])
    error = np.random.default_rng(5).normal(size=target.n_targets)
    added = target.inverse_transform(targets + error) - target.inverse_transform(
        targets
    )
    np.testing.assert_allclose(added[0], added[1], atol=1e-9)
    doubled = target.inverse_transform(targets + 2 * error)
    half = target.inverse_transform(targets) + 2 * added
    np.testing.assert_allclose(doubled, half, atol=1e-9)


@pytest.mark.parametrize(
    "build",
    [build for name, build in TARGETS.items() if "Fourier" not in name],
    ids=[name for name in TARGETS if "Fourier" not in name],
)
def test_an_uneven_grid_serves_as_well(build, spectra):
    rows = np.array([np.interp(UNEVEN, ENERGY, row) for row in spectra])
    target = build().fit(rows[:30], UNEVEN)
    error = np.median(target.reconstruction_error(rows[30:]))
    assert error < 5  # percent


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
def test_spectra_that_are_all_alike_give_finite_targets(build, spectra):
    rows = np.tile(spectra[0], (9, 1))
    target = build().fit(rows, ENERGY)
    features = target.transform(rows)
    assert np.isfinite(features).all()
    assert np.isfinite(target.inverse_transform(features)).all()
    np.testing.assert_allclose(features, features[:1].repeat(9, 0), atol=1e-9)


@pytest.mark.parametrize(
    "build", [CDF, EnergyGrid, PCATargets], ids=lambda b: b.__name__
)
def test_spectra_that_are_all_alike_come_back(build):
    rows = np.tile(np.arange(40.0), (31, 1))
    target = build().fit(rows, np.arange(40.0))
    back = target.inverse_transform(target.transform(rows))
    np.testing.assert_allclose(back, rows, atol=1e-9)
