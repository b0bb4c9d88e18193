"""One network for nine metals: the table that is printed of it."""

from types import SimpleNamespace

import numpy as np

from benchmarks.universal import by_folds, compounds
from xnet_lite.jobs.default_model import default_model


def test_every_site_of_a_metal_is_predicted_by_what_did_not_learn_from_it():
    seconds, errors = by_folds(True, ("Ti", "mean spectrum", 0))
    assert seconds > 0
    assert len(errors) == 60
    assert min(errors) > 0


def test_the_shipped_model_stands_beside_models_of_one_metal():
    asked = {"metals": ["Ti", "Zn"], "models": ["mean spectrum"], "seeds": [0]}
    rows = compounds(SimpleNamespace(**asked, quick=True, keep=None))
    found = {(row.dataset, row.model): row.metrics for row in rows}
    assert found["Zn", "nine-metals"]["n"] == 440
    for metal in ("Ti", "Zn", "mean of metals"):
        ours, mean = found[metal, "nine-metals"], found[metal, "mean spectrum"]
        assert ours["a_median"] < mean["a_median"]
    every = default_model().unseen_["error"]
    assert found["Ti", "nine-metals"]["a_median"] < np.percentile(every, 90)
