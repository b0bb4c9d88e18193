"""What printed examples find, those of docstrings and of pages: four files."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from ase.io import read, write

from xnet_lite.exercises import cards
from xnet_lite.spectra import Spectrum, write_spectrum

# no run of tests writes on the card of whoever runs it
os.environ["XNET_LITE_CARD"] = "off"
STRUCTURE = Path(__file__).parent / "data" / "examples" / "fe-bpy3.xyz"


@pytest.fixture
def example_folder(tmp_path, monkeypatch):
    """Work in a folder with a structure, a trajectory, a foil and a scan of counts."""
    shutil.copy(STRUCTURE, tmp_path / "my.xyz")
    write(tmp_path / "trajectory.extxyz", [read(STRUCTURE)] * 3)
    energy = np.linspace(7062.0, 7212.0, 301)
    mu = np.arctan(energy - 7112.0) / np.pi + 0.5
    foil = Spectrum(energy, mu, e0=7112.0, absorber="Fe")
    write_spectrum(foil, tmp_path / "Fe_foil.xdi")
    counts = [energy, np.ones(301), 9e4 + energy, 9e4 * np.exp(-mu), 900 * mu]
    names = "Energy(eV) Seconds I0 It If"
    np.savetxt(tmp_path / "my_scan.dat", np.transpose(counts), header=names)
    monkeypatch.setenv("XNET_LITE_CARD", str(tmp_path))
    monkeypatch.setitem(cards._SESSION, "card", cards.Card(""))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _doctests_run_apart(request, doctest_namespace):
    """Give each example of a docstring that folder to work in, and NumPy as `np`."""
    if isinstance(request.node, pytest.DoctestItem):
        doctest_namespace["np"] = np
        request.getfixturevalue("example_folder")
