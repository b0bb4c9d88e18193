"""A structure comes back out of its spectrum, with an interval that holds it."""

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.descriptors import MSR
from xnet_lite.errors import InputError
from xnet_lite.inverse import (
    Geometry,
    Surrogate,
    by_delta,
    by_engine,
    by_predictor,
    design,
    fitting,
    refine,
    scan,
)
from xnet_lite.inverse import moves as moving
from xnet_lite.inverse import refinement as refining
from xnet_lite.inverse.fitting import correlation
from xnet_lite.models import KernelRidge
from xnet_lite.predictor import Predictor
from xnet_lite.spectra import Spectrum, convolve_gaussian, unit_mean
from xnet_lite.strategies import DeltaPredictor
from xnet_lite.structures import Site
from xnet_lite.targets import EnergyGrid

ENERGY = np.linspace(-15.0, 60.0, 301)
E0 = 7112.0
#: numbers of atoms at which a structure is looked for
OXYGEN, SULFUR = 1, 2


def site():
    """Iron with an oxygen and a sulfur, at right angles."""
    return Site(Atoms("FeOS", [[0, 0, 0], [2.0, 0, 0], [0, 2.3, 0]]), 0)


def computed(sites):
    """A spectrum with waves of both distances, the sulfur's four times as large."""
    k = np.sqrt(np.maximum(ENERGY + 8, 0) * 0.2625)
    step = 0.5 + np.arctan(ENERGY / 1.5) / np.pi
    spectra = []
    for one in sites:
        oxygen, sulfur = one.atoms.get_distances(0, [OXYGEN, SULFUR])
        wave = 0.05 * np.sin(2 * k * oxygen) + 0.2 * np.sin(2 * k * sulfur + 1)
        spectra.append(step * (1 + wave * np.exp(-k / 4)))
    return ENERGY, np.array(spectra)


def geometry(*donors):
    """Bonds that may change by 0.2 Å."""
    return Geometry(site(), [moving.stretch(site(), one) for one in donors or ("S",)])


def target(values, seed=0, noise=0.01, donors=("S",), fwhm=1.0, shift=0.6):
    """A spectrum to be refined: broadened, shifted, on another scale, noisy."""
    mu = computed([geometry(*donors).at(values)])[1][0]
    draw = np.random.default_rng(seed)
    mu = 0.3 + 2.5 * (
        convolve_gaussian(ENERGY, mu, fwhm) + noise * draw.normal(size=301)
    )
    return Spectrum(ENERGY + E0 + shift, mu, E0, "Fe")


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Chains that are long enough for a smooth posterior of three numbers."""
    monkeypatch.setattr(fitting, "N_STEPS", 250)
    monkeypatch.setattr(fitting, "N_BURN", 80)
    monkeypatch.setattr(fitting, "N_TRIED", 128)
    monkeypatch.setattr(fitting, "N_STARTS", 2)


def test_a_bond_comes_back_with_shift_and_width():
    found = refine(target([0.07]), geometry(), computed)
    assert found.best["Fe-S"] == pytest.approx(0.07, abs=0.005)
    assert found.best["shift"] == pytest.approx(0.6, abs=0.1)
    assert found.best["fwhm"] == pytest.approx(1.0, abs=0.3)
    assert found.agreement > 0.8
    assert found.correlated_over < 2
    assert found.site().atoms.get_distance(0, SULFUR) == pytest.approx(2.37, abs=0.005)
    assert found.distances([SULFUR]).mean() == pytest.approx(2.37, abs=0.01)
    assert found.notes == []
    assert "Fe-S / Å" in str(found.table().rows)


def test_intervals_hold_what_they_promise(monkeypatch):
    values = np.random.default_rng(1).uniform(-0.1, 0.1, 12)
    held = []
    monkeypatch.setattr(refining, "N_ROUNDS", 1)
    for i, value in enumerate(values):
        found = refine(target([value], seed=i, noise=0.03), geometry(), computed)
        low, high = found.intervals["Fe-S"]
        held.append(low <= value <= high)
    # of intervals that hold 90 %, fewer than 8 of 12 do so once in two hundred times
    assert sum(held) >= 8


def test_a_number_that_the_spectrum_cannot_tell_is_said_to_be_so():
    two = geometry("S", "O")
    noisy = target([0.05, 0.05], donors=("S", "O"), noise=0.25)
    found = refine(noisy, two, computed, n_design=48)
    (note,) = [one for one in found.notes if one.startswith("Fe-O")]
    assert "cannot tell" in note
    told = {row["number"]: row["told"] for row in found.table().rows}
    assert told["Fe-O / Å"] == "no"


def test_misfit_of_the_theory_widens_the_interval():
    clean = target([0.05])
    wave = 0.1 * np.sin(ENERGY / 4)
    wrong = Spectrum(clean.energy, clean.mu + wave, E0, "Fe")
    width = {}
    for name, one in {"clean": clean, "wrong": wrong}.items():
        found = refine(one, geometry(), computed)
        width[name] = np.ptp(found.intervals["Fe-S"])
    assert found.correlated_over > 5
    assert "the theory, and not noise" in " ".join(found.notes)
    assert width["wrong"] > 5 * width["clean"]


def test_a_best_fit_at_the_end_of_a_range_is_said():
    narrow = Geometry(site(), [moving.stretch(site(), "S", reach=0.03)])
    found = refine(target([0.1]), narrow, computed)
    assert any("end of its range" in note for note in found.notes)


def test_the_same_seed_gives_the_same_numbers():
    twice = [refine(target([0.02]), geometry(), computed, seed=3) for _ in range(2)]
    np.testing.assert_array_equal(twice[0].samples, twice[1].samples)


def test_a_scan_has_its_lowest_point_where_the_bond_is():
    found = scan(target([0.06]), geometry(), computed, "Fe-S", n=9)
    assert found.best == pytest.approx(0.06, abs=0.02)
    assert found.values[found.r_factors.argmin()] == pytest.approx(0.05)


class Engine:
    """What counts how many structures it is asked for."""

    asked = 0

    def map(self, sites, **options):
        """Compute them."""
        self.asked += len(sites)
        energy, spectra = computed(sites)
        return [Spectrum(energy + E0, mu, E0, "Fe") for mu in spectra]


@pytest.mark.parametrize("arctangent", [False, True])
def test_an_engine_is_asked_through_its_map(arctangent):
    engine = Engine()
    energy, spectra = by_engine(engine, arctangent=arctangent)([site()] * 2)
    assert engine.asked == 2
    np.testing.assert_allclose(energy, ENERGY)
    is_as_computed = np.allclose(spectra, computed([site()] * 2)[1])
    assert is_as_computed != arctangent


def off(sites):
    """A theory that takes the sulfur for 0.05 Å farther than it is."""
    moved = [one.atoms.copy() for one in sites]
    for atoms in moved:
        atoms.positions[SULFUR, 1] += 0.05
    return computed([Site(atoms, 0) for atoms in moved])


def taught_off():
    """What it lacks, learnt from other bonds."""
    lengths = np.random.default_rng(1).uniform(-0.3, 0.3, 40)
    sites = [geometry().at([one]) for one in lengths]
    levels = (unit_mean(ENERGY, theory(sites)[1]) for theory in (off, computed))
    low, high = levels
    kernel = Predictor(MSR(n_s4=0), EnergyGrid(), KernelRidge())
    delta = DeltaPredictor(kernel, align=False).fit(sites, high, ENERGY, low=low)
    network = Predictor(MSR(n_s4=0), EnergyGrid(), KernelRidge())
    return delta, network.fit(sites, low, ENERGY)


@pytest.mark.parametrize("low", ["engine", "network"])
def test_a_delta_takes_away_what_a_theory_that_is_off_does_to_a_bond(low):
    delta, network = taught_off()
    forward = off if low == "engine" else by_predictor(network)
    biased = scan(target([0.03]), geometry(), forward, "Fe-S", n=9)
    mended = scan(target([0.03]), geometry(), by_delta(delta, forward), "Fe-S", n=9)
    assert biased.best == pytest.approx(-0.02, abs=0.01)
    assert mended.best == pytest.approx(0.03, abs=0.01)


def test_a_low_level_that_ends_before_its_delta_is_refused():
    delta = taught_off()[0]
    short = by_delta(delta, lambda sites: (ENERGY[:-9], computed(sites)[1][:, :-9]))
    with pytest.raises(InputError, match="compute it as far as that"):
        short([site()])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"shift": (1, 1)}, "shift is"),
        ({"fwhm": (-1, 1)}, "fwhm is -1"),
        ({"level": 1}, "level is 1"),
        ({"background": 4}, "background is 4"),
        ({"n_design": 2}, "4 or more"),
    ],
)
def test_arguments_out_of_range_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        refine(target([0.0]), geometry(), computed, **change)


def test_a_target_without_e0_or_overlap_is_refused():
    plain = target([0.0])
    with pytest.raises(InputError, match="no e0"):
        refine(Spectrum(plain.energy, plain.mu), geometry(), computed)
    far = Spectrum(plain.energy + 500, plain.mu, E0)
    with pytest.raises(InputError, match="share 0 energies"):
        refine(far, geometry(), computed)


def test_a_scan_of_an_unknown_move_names_those_there_are():
    with pytest.raises(InputError, match="Fe-S"):
        scan(target([0.0]), geometry(), computed, "Fe-O")


def test_a_surrogate_tells_how_far_off_it_is():
    bounds = np.array([[-1.0, 1.0], [0.0, 2.0]])
    x = design(bounds, 40)
    waves = np.linspace(0, 3, 50)

    def truth(at):
        return np.sin(waves * at[:, :1] + at[:, 1:]) + np.cos(2 * waves * at[:, 1:])

    model = Surrogate.fitted(bounds, x, truth(x))
    more = design(bounds, 64, seed=5)
    off = np.sqrt(np.mean((model(more) - truth(more)) ** 2))
    assert off < 0.02
    assert 0.1 < model.rms / off < 10


def test_designs_fill_their_box_and_repeat():
    bounds = np.array([[0.0, 2.0]])
    points = design(bounds, 16)
    assert np.histogram(points, 4, (0, 2))[0].tolist() == [4, 4, 4, 4]
    np.testing.assert_array_equal(points, design(bounds, 16))


def test_correlation_counts_points_that_hang_together():
    noise = np.random.default_rng(0).normal(size=600)
    smooth = np.convolve(noise, np.ones(8), "same")
    assert correlation(noise) < 1.5
    assert 5 < correlation(smooth) < 12
