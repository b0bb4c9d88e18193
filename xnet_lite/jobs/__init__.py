"""Jobs behind the command: the catalogue of models, teaching, predicting.

Chain, each importing only what stands before it: `recipes` (the one catalogue),
`features` (what models read of a dataset), `job` (a training as JSON has it),
`teaching` (from a job to a predictor that remembers), `default_model` (taught once,
kept in the cache), `prediction` (one site, with what belongs beside it), `comparison`
(a spectrum as it would be measured, beside a scan), `batch` (a notebook over a grid).
"""

from xnet_lite.jobs.comparison import Comparison, compare
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.prediction import Prediction, predict, predict_site
from xnet_lite.jobs.recipes import BASELINES, MODELS, Recipe, recipe
from xnet_lite.jobs.teaching import Prepared, job_of, prepare, taught, teach

__all__ = [
    "BASELINES",
    "MODELS",
    "Comparison",
    "Prediction",
    "Prepared",
    "Recipe",
    "TrainingJob",
    "compare",
    "job_of",
    "predict",
    "predict_site",
    "prepare",
    "recipe",
    "taught",
    "teach",
]
