"""Three predictors that xnet_lite 0.1.0 wrote: they load, and predict what they did.

`expected.json` has rows of the embedded Fe sites, and the spectra that 0.1.0 predicted
for them, rounded to six decimals.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from xnet_lite.datasets import load
from xnet_lite.predictor import Predictor

HERE = Path(__file__).parent / "saved_by_0_1_0"
EXPECTED = json.loads((HERE / "expected.json").read_text())
PARTS = {
    "vote": "WACSF VarianceFilter RelevanceScaler PCATargets Network",
    "ard": "RDC CorrelationFilter FeatureScaler EnergyGrid ARDKernelRidge",
    "cnn": "WACSF FeatureScaler CDF Network",
}


@pytest.fixture(scope="module")
def sites():
    """The sites that the expected spectra are of."""
    dataset = load("tm-complexes-k-fe")
    return [dataset.sites[row] for row in EXPECTED["rows"]]


@pytest.mark.parametrize("name", PARTS)
def test_a_predictor_of_0_1_0_predicts_what_it_did(name, sites):
    spectra = Predictor.load(HERE / name).predict(sites)
    # six decimals are half of 1e-6 off; float32 sums in another order, on another
    # machine, about 1e-5
    np.testing.assert_allclose(spectra, EXPECTED["spectra"][name], rtol=0, atol=2e-5)


@pytest.mark.parametrize("name", PARTS)
def test_a_predictor_of_0_1_0_has_its_parts(name):
    loaded = Predictor.load(HERE / name)
    parts = (
        loaded.descriptor,
        loaded.selection_,
        loaded.scaler_,
        loaded.targets_,
        loaded.regressor_,
    )
    assert [type(p).__name__ for p in parts if p is not None] == PARTS[name].split()


@pytest.mark.parametrize("name", PARTS)
def test_arrays_of_0_1_0_are_written_again_byte_for_byte(tmp_path, name):
    Predictor.load(HERE / name).save(tmp_path)
    before, after = (folder / "model.safetensors" for folder in (HERE / name, tmp_path))
    assert after.read_bytes() == before.read_bytes()


@pytest.mark.parametrize("name", PARTS)
def test_settings_of_0_1_0_are_written_again_beside_those_that_came_since(
    tmp_path, name
):
    Predictor.load(HERE / name).save(tmp_path)
    before, after = (
        json.loads((folder / "model.json").read_text())
        for folder in (HERE / name, tmp_path)
    )
    assert after.pop("sha256").keys() == {"model.safetensors"}
    for part in ("descriptor", "model", "scaler", "selection", "targets"):
        if part in before:
            was, now = before.pop(part), after.pop(part)
            assert now["class"] == was["class"]
            assert now["settings"] == now["settings"] | was["settings"]
    assert after == before
