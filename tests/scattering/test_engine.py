import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from scipy.spatial.transform import Rotation

from xnet_lite.errors import InputError
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site

OCTAHEDRON = np.array(
    [[0, 0, 0], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1.0]]
)
CARBONYL = [[0, 0, 0], [0, 0, 1.8], [0, 0, 2.95]]


def octahedron(distance=2.0):
    return Site(Atoms("FeO6", distance * OCTAHEDRON), 0)


def distorted(seed=3):
    rng = np.random.default_rng(seed)
    atoms = Atoms("FeO6", 2.0 * OCTAHEDRON + 0.1 * rng.normal(size=(7, 3)))
    return Site(atoms, 0)


def test_one_atom_alone_has_no_fine_structure():
    chi = MultipleScattering().solve(Site(Atoms("Fe"), 0)).chi
    np.testing.assert_allclose(chi, 0, atol=1e-12)


def test_the_edge_stands_at_its_tabulated_energy():
    spectrum = MultipleScattering()(octahedron())
    assert (spectrum.e0, spectrum.absorber) == (7112.0, "Fe")
    jump = spectrum.energy_rel[np.argmax(spectrum.mu > 0.5)]
    assert -5 < jump < 15


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_atoms_that_were_spoilt_after_the_site_was_made_are_refused(value):
    site = octahedron()
    site.atoms.positions[3, 1] = value
    with pytest.raises(InputError, match="atom 3 has a coordinate that is not finite"):
        MultipleScattering()(site)


def test_the_mean_above_15_ev_is_one():
    spectrum = MultipleScattering()(octahedron())
    assert spectrum.mu[spectrum.energy_rel >= 15].mean() == pytest.approx(1)


def test_turning_the_structure_changes_nothing():
    site = distorted()
    turned = site.atoms.copy()
    turn = Rotation.from_euler("xyz", [0.3, 1.1, -0.7]).as_matrix()
    turned.positions = turned.positions @ turn.T + [1.0, -2.0, 0.5]
    engine = MultipleScattering()
    difference = engine(site).mu - engine(Site(turned, 0)).mu
    assert np.abs(difference).max() < 2e-5  # complex64 in the solution


def test_the_order_of_the_atoms_changes_nothing():
    site = distorted()
    order = np.array([3, 5, 0, 1, 6, 2, 4])
    shuffled = Site(site.atoms[order], 2)
    engine = MultipleScattering()
    assert np.abs(engine(site).mu - engine(shuffled).mu).max() < 2e-5


def test_natolis_rule_holds_for_an_octahedron():
    # E R² of the main peak above the interstitial level: 84 to 90 eV Å² in a trial
    product = []
    for distance in (1.9, 2.0, 2.1, 2.2):
        solution = MultipleScattering().solve(octahedron(distance))
        above = solution.energy > 4
        peak = np.argmax(np.where(above, solution.chi, -1))
        product.append(solution.kinetic[peak] * distance**2)
    assert np.std(product) / np.mean(product) < 0.06
    assert np.mean(product) == pytest.approx(86, abs=6)


def test_light_along_a_linear_carbonyl_sees_it_and_across_does_not():
    solution = MultipleScattering(r_fms=4).solve(Site(Atoms("FeCO", CARBONYL), 0))
    high = solution.energy > 10
    chi = solution.tensor[high] / solution.mu0[high, None, None] - np.eye(3)
    along, across = (np.sqrt(np.mean(chi[:, i, i] ** 2)) for i in (2, 0))
    assert along > 5 * across


def test_the_polarised_spectrum_is_the_projected_tensor():
    site = Site(Atoms("FeCO", CARBONYL), 0)
    parts = [
        MultipleScattering(polarisation=axis).solve(site).tensor
        for axis in ([1, 0, 0], [0, 0, 2])
    ]
    np.testing.assert_array_equal(parts[0], parts[1])
    along = MultipleScattering(polarisation=[0, 0, 2])(site).mu
    across = MultipleScattering(polarisation=[1, 0, 0])(site).mu
    assert np.abs(along - across).max() > 0.1


def test_a_straight_carbonyl_focuses_the_wave():
    def from_oxygen(angle):
        bend = np.radians(180 - angle)
        oxygen = [1.15 * np.sin(bend), 0, 1.8 + 1.15 * np.cos(bend)]
        with_o = Atoms("FeCO", [[0, 0, 0], [0, 0, 1.8], oxygen])
        engine = MultipleScattering(r_fms=4)
        full = engine.solve(Site(with_o, 0))
        less = engine.solve(Site(with_o[:2], 0))
        high = full.energy > 15
        return np.sqrt(np.mean((full.chi - less.chi)[high] ** 2))

    assert from_oxygen(180) > 1.5 * from_oxygen(140)


def test_more_shells_converge_in_copper():
    site = Site(bulk("Cu", cubic=True), 0)
    near = {"energies": np.arange(-10.0, 20.1, 0.5), "l_max": 2}
    mu = {
        r: MultipleScattering("feff_overlapped", r_fms=r, **near)(site).mu
        for r in (2.8, 3.8, 4.6, 5.5)
    }
    error = {r: np.abs(mu[r] - mu[5.5]).mean() for r in mu}
    # shell by shell is not monotonic; the fourth shell is what matters
    assert error[4.6] < 0.6 * min(error[2.8], error[3.8])


def test_settings_change_the_spectrum():
    site = octahedron()
    reference = MultipleScattering()(site).mu
    for options in (
        {"l_max": 1},
        {"hole": False},
        {"order": 1},
        {"self_energy": True},
        {"r_fms": 1.0},
    ):
        assert np.abs(MultipleScattering(**options)(site).mu - reference).max() > 1e-3


def test_map_returns_what_single_calls_return_and_resumes(tmp_path):
    sites = [octahedron(2.0), octahedron(2.2)]
    engine = MultipleScattering(energies=np.arange(-10.0, 30.0, 1.0))
    memory = tmp_path / "done.jsonl"
    first = engine.map(sites[:1], checkpoint=memory, progress=False)
    memory.write_text(memory.read_text() + '{"key": "cut o')  # killed while writing
    both = engine.map(sites, checkpoint=memory, progress=False)
    np.testing.assert_array_equal(first[0].mu, both[0].mu)
    np.testing.assert_array_equal(both[1].mu, engine(sites[1]).mu)
    assert len(memory.read_text().splitlines()) == 2


def test_a_batch_padded_as_on_a_gpu_agrees_with_single_sites():
    sites = [octahedron(2.0), Site(Atoms("FeCO", CARBONYL), 0), octahedron(2.2)]
    energies = np.arange(-10.0, 30.0, 1.0)
    # any device but plain "cpu" takes the padded path
    batched = MultipleScattering(energies=energies, device="cpu:0")
    single = MultipleScattering(energies=energies)
    for site, spectrum in zip(sites, batched.map(sites, progress=False)):
        assert np.abs(spectrum.mu - single(site).mu).max() < 2e-5


def test_two_processes_give_the_bytes_of_one():
    sites = [octahedron(2.0), octahedron(2.1), octahedron(2.2)]
    engine = MultipleScattering(energies=np.arange(-10.0, 30.0, 1.0))
    one = engine.map(sites, progress=False)
    two = engine.map(sites, workers=2, progress=False)
    for a, b in zip(one, two):
        np.testing.assert_array_equal(a.mu, b.mu)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "vasp"}, "preset 'vasp' is not one of"),
        ({"r_fms": -1}, "r_fms is -1"),
        ({"l_max": 0}, "l_max is 0"),
        ({"order": 1.5}, "order is 1.5"),
        ({"polarisation": [0, 0, 0]}, "not a direction"),
        ({"energies": [3, 2, 1]}, "do not increase"),
        ({"energies": [0, 5000]}, "within -1000 to 200 eV"),
    ],
)
def test_a_bad_setting_is_refused_by_name(options, message):
    with pytest.raises(InputError, match=message):
        MultipleScattering(**options)


@pytest.mark.parametrize(
    ("site", "message"),
    [
        (Site(Atoms("FeO", [[0, 0, 0], [0, 0, 0.2]]), 0), "0.20 Å apart"),
        (Site(Atoms("FeO", [[0, 0, 0], [0, 0, 2]]), 0, "L3"), "edge L3"),
        (Site(Atoms("HFe", [[0, 0, 0], [0, 0, 2]]), 0), "absorber H"),
    ],
)
def test_a_site_that_cannot_be_computed_is_refused(site, message):
    with pytest.raises(InputError, match=message):
        MultipleScattering()(site)
