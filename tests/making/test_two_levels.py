"""Making the set of two levels, with engines of no cost."""

import hashlib
import re

import numpy as np
import pytest
from ase import Atoms

from tests.fake_engine import engine
from xnet_lite.datasets import XASDataset, read_dataset
from xnet_lite.errors import InputError
from xnet_lite.making.two_levels import make_two_levels
from xnet_lite.scattering import ENERGY_REL, Level
from xnet_lite.structures import Site

N_SITES = 6


def source_set(**changes):
    """A stand-in for the corpus: 9 sites, of which 6 are relaxed iron."""
    rng = np.random.default_rng(1)
    metals = np.array(["Fe", "V", "Fe", "Fe", "Fe", "Fe", "Fe", "Fe", "Fe"])
    displaced = np.arange(9) > 6
    sites = [
        Site(Atoms(f"{metal}O4", rng.normal(0.0, 2.0, (5, 3))), 0, name=f"site {i}")
        for i, metal in enumerate(metals)
    ]
    labels = {
        "metal": metals,
        "displaced": displaced,
        "compound": np.arange(9).astype(str),
        "e0": np.where(metals == "Fe", 7112.0, 5465.0),
    }
    flat = np.ones((9, len(ENERGY_REL))) + 0.1 * np.arange(9)[:, None]
    meta = {"edge": "K", "energy_reference": "e0", "engine": "dear engine"}
    whole = {"name": "corpus", "energy": ENERGY_REL, "spectra": flat, "sites": sites}
    return XASDataset(**whole | {"labels": labels, "meta": meta} | changes)


def make(root, source=None, **changes):
    """The set made in a folder; its files."""
    settings = {"n_sites": N_SITES, "workers": 1, "progress": False}
    levels = {"cheap": Level("cheap engine", engine), "dear": Level("dear", engine)}
    make_two_levels(
        root / "set",
        source=source or source_set(),
        work_folder=root / "work",
        **settings | levels | changes,
    )
    return {path.name: path.read_bytes() for path in sorted((root / "set").iterdir())}


@pytest.fixture(scope="module", autouse=True)
def chemistry():
    """What the card names the versions of."""
    pytest.importorskip("rdkit", reason="the card names its version")
    pytest.importorskip("tblite", reason="the card names its version")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Bytes of the files, and the set they hold."""
    root = tmp_path_factory.mktemp("levels")
    files = make(root)
    return files, read_dataset(root / "set")


def test_relaxed_iron_sites_come_in_the_order_of_the_source(made):
    _, found = made
    names = [site.name for site in found.sites]
    assert names == [f"site {i}" for i in (0, 2, 3, 4, 5, 6)]
    assert found.labels["compound"].tolist() == ["0", "2", "3", "4", "5", "6"]


def test_the_dear_spectra_are_those_of_the_source(made):
    _, found = made
    expected = source_set().spectra[[0, 2, 3, 4, 5, 6]]
    assert np.array_equal(found.spectra, expected)


def test_the_cheap_spectra_are_normalised_and_of_the_same_sites(made):
    _, found = made
    assert found.spectra_low.shape == found.spectra.shape
    above = found.spectra_low[:, found.energy > 15].mean(axis=1)
    assert above == pytest.approx(1.0, abs=1e-6)
    last = engine(found.sites[-1])
    mu = np.interp(7112.0 + found.energy, last.energy, last.mu)
    mu = mu / mu[found.energy > 15].mean()
    # the engine's grid is coarser than the set's
    assert found.spectra_low[-1] == pytest.approx(mu, abs=5e-3)


def test_the_set_knows_its_absorber_edge_and_engines(made):
    _, found = made
    facts = ("absorber", "e0", "edge", "engine", "engine_low", "source")
    assert [found.meta[key] for key in facts] == [
        *("Fe", 7112.0, "K", "dear engine", "cheap engine", "corpus")
    ]


def test_the_time_it_took_is_in_no_file_but_the_card(made, tmp_path):
    def slow(site):
        for _ in range(3):
            engine(site)
        return engine(site)

    files, _ = made
    other = make(tmp_path, dear=Level("dear", slow))
    changed = {name for name in files if files[name] != other[name]}
    assert changed <= {"CARD.md"}


def test_the_card_tells_the_seconds_and_the_error(made):
    files, found = made
    card = files["CARD.md"].decode()
    errors = np.abs(found.spectra_low - found.spectra).sum(axis=1)
    errors = 100 * errors / found.spectra.sum(axis=1)
    assert f"median {np.median(errors):.2f} %" in card
    assert re.search(r"\| dear \| 0\.\d{3} \|\n\| cheap \| 0\.\d{3} \|", card)
    assert f"Means over {N_SITES} sites drawn with seed 20261121" in card


def test_the_card_says_where_it_comes_from(made):
    files, _ = made
    card = files["CARD.md"].decode()
    for word in ("CC BY 4.0", "data make fe-two-levels", "of\n  `corpus`", "cheap eng"):
        assert word in card
    for name in ("arrays.npz", "meta.json", "structures.extxyz.gz"):
        assert f"`{name}` {hashlib.sha256(files[name]).hexdigest()}" in card


def test_a_killed_run_goes_on_to_the_same_files(made, tmp_path):
    files, _ = made
    calls = []

    class Killed(Exception):
        pass

    def mortal(site):
        calls.append(site.name)
        if len(calls) == 4:
            raise Killed
        return engine(site)

    with pytest.raises(Killed):
        make(tmp_path, cheap=Level("cheap engine", mortal))
    resumed = make(tmp_path)
    assert calls == [f"site {i}" for i in (0, 2, 3, 4)]
    for name in ("arrays.npz", "meta.json", "structures.extxyz.gz"):
        assert resumed[name] == files[name]


def test_too_few_sites_in_the_source_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"has only 6 relaxed Fe sites.*not 7"):
        make(tmp_path, n_sites=7)


def test_no_sites_are_refused(tmp_path):
    with pytest.raises(InputError, match="n_sites is 0"):
        make(tmp_path, n_sites=0)


def test_a_source_on_another_grid_is_refused(tmp_path):
    with pytest.raises(InputError, match="not on the grid of the engines, -15 to 60"):
        make(tmp_path, source_set(energy=ENERGY_REL + 1.0))


def test_a_source_without_structures_is_refused(tmp_path):
    with pytest.raises(InputError, match="has no structures"):
        make(tmp_path, source_set(sites=None))
