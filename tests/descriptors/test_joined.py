"""Descriptors joined: features side by side, names told apart, saved and loaded."""

import json

import numpy as np
import pytest

from xnet_lite.descriptors import RDC, WACSF, Descriptor, Joined, descriptor_of
from xnet_lite.errors import InputError
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.models import Ridge
from xnet_lite.predictor import Predictor
from xnet_lite.targets import EnergyGrid

SHELLS, CURVE, NEAR = WACSF(n_g2=4, n_g4=8), RDC(dr=0.5), WACSF(cutoff=4.0, n_g4=0)


class Count(Descriptor):
    """A reader's own part."""

    n_features, feature_names = 1, ["atoms"]

    def __init__(self, scale=1.0):
        self.scale = scale

    def describe(self, site):
        return np.array([self.scale * len(site.atoms)])


def fitted(descriptor, sites):
    """A predictor taught a straight line."""
    energy = np.linspace(0.0, 5.0, 6)
    spectra = np.random.default_rng(2).random((len(sites), 6))
    return Predictor(descriptor, EnergyGrid(), Ridge()).fit(sites, spectra, energy)


def test_features_stand_side_by_side_in_the_order_of_the_sum(sites):
    expected = np.hstack([part.transform(sites) for part in (SHELLS, CURVE, NEAR)])
    assert ((SHELLS + CURVE + NEAR).transform(sites) == expected).all()


def test_a_sum_of_sums_is_one_sum():
    flat = Joined([SHELLS, CURVE, NEAR])
    assert (SHELLS + CURVE) + NEAR == SHELLS + (CURVE + NEAR) == flat
    assert flat.parts == (SHELLS, CURVE, NEAR)


def test_names_are_kept_and_equal_ones_get_the_number_of_their_part():
    names = (WACSF(n_g2=0, n_g4=0) + RDC(dr=6.0) + WACSF(n_g2=0, n_g4=0)).feature_names
    assert names == ["G1", "RDC r=0 Å", "RDC r=6 Å", "G1 (3)"]


def test_the_cutoff_is_the_largest_of_the_parts():
    assert (NEAR + SHELLS).cutoff == 6.0
    assert Joined([Count()]).cutoff == 0.0


def test_a_predictor_is_saved_and_loaded_with_joined_descriptors(sites, tmp_path):
    predictor = fitted(SHELLS + CURVE, sites)
    predictor.save(tmp_path)
    again = Predictor.load(tmp_path)
    assert again.descriptor == SHELLS + CURVE
    assert (again.predict(sites) == predictor.predict(sites)).all()


def test_a_part_of_ones_own_is_loaded_with_its_class(sites, tmp_path):
    fitted(SHELLS + Count(2.0), sites).save(tmp_path)
    found = Predictor.load(tmp_path, classes=[Count]).descriptor.parts[1]
    assert (type(found), found.scale) == (Count, 2.0)


def test_a_part_of_ones_own_is_refused_without_its_class(sites, tmp_path):
    fitted(SHELLS + Count(), sites).save(tmp_path)
    with pytest.raises(InputError, match=r"'Count' does not exist.*classes=\[Count\]"):
        Predictor.load(tmp_path)


def test_a_job_in_json_can_join_descriptors():
    parts = [{"class": "WACSF", "n_g2": 4, "n_g4": 8}, {"class": "RDC", "dr": 0.5}]
    text = json.dumps({"data": "x", "descriptor": {"class": "Joined", "parts": parts}})
    job = TrainingJob.from_dict(json.loads(text))
    assert descriptor_of(job.descriptor) == SHELLS + CURVE


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"class": "Joined"}, "Joined cannot be built"),
        ({"class": "Joined", "parts": []}, "nothing is joined"),
        ({"class": "Joined", "parts": 3}, "parts is 3: give a list"),
        ({"class": "Joined", "parts": ["RDC", "X"]}, "descriptor 'X' does not exist"),
        ({"class": "Joined", "parts": [{"dr": 1.0}]}, "descriptor None does not exist"),
        ({"class": "Joined", "parts": [{"class": "RDC", "d": 1}]}, "no argument 'd'"),
        ({"class": ["RDC"]}, "does not exist: give one of ARMSR, Joined, LMBTR"),
    ],
)
def test_parts_that_cannot_be_built_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        descriptor_of(settings)


def test_what_is_no_descriptor_cannot_be_added():
    with pytest.raises(InputError, match="3 is no descriptor"):
        WACSF() + 3
