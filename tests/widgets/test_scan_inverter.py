"""A file that is dropped is normalised, held against known spectra, and judged."""

import numpy as np
import pytest

from tests.inverse.test_inversion import scan_of
from xnet_lite.datasets import load
from xnet_lite.inverse import KnownSpectra
from xnet_lite.widgets import ScanInverter


@pytest.fixture(scope="module")
def copper():
    return load("tm-complexes-k-cu")[:120]


@pytest.fixture
def path(copper, tmp_path):
    one = scan_of(copper, 7, shift=1.0)
    made = tmp_path / "<b>cu.dat"
    np.savetxt(made, np.c_[one.energy, one.mu], header="energy mu")
    return made


@pytest.fixture
def desk(path, copper):
    return ScanInverter(path, KnownSpectra(copper))


def test_a_scan_is_judged_as_soon_as_it_is_there(desk, copper):
    assert desk.found.sites[0] == copper.sites[7]
    assert desk.found.sentence in desk.note.value
    assert len(desk.steps.data) == 3
    assert len(desk.like.data) == 4


def test_an_upload_is_the_same_as_the_file(desk, path, copper):
    other = ScanInverter(known=KnownSpectra(copper))
    other.drop.take(path.name, path.read_bytes())
    assert other.found.sentence == desk.found.sentence


def test_a_range_that_is_moved_is_fitted_anew(desk):
    before = desk.found.readied.normalised.meta["edge_step"]
    desk.post.value = (100.0, 200.0)
    assert desk.found.readied.ranges["post"] == (100.0, 200.0)
    assert desk.found.readied.normalised.meta["edge_step"] != before


def test_what_is_no_scan_is_met_with_a_sentence(desk, tmp_path):
    text = tmp_path / "<script>.txt"
    text.write_text("beam was down\n")
    desk.drop.take(text.name, text.read_bytes())
    assert desk.found is None
    assert "<script>" not in desk.note.value
