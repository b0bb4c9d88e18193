"""Malformed words: what every verb of the command is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.abuse.material import Material
from benchmarks.abuse.trial import Case, command, process
from xnet_lite.jobs import TrainingJob
from xnet_lite.training import TrainConfig

X, S, M = "{root}/good.xyz", "{root}/scan.csv", "{root}/model"
#: words of a verb -> what the sentence names
_WORDS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "predict": (
        ("nowhere.xyz",),
        ("",),
        (".",),
        ("/dev/zero",),
        ("x" * 5000,),
        (X, "--absorber", "²"),
        (X, "--absorber", "Qq"),
        (X, "--absorber", "99"),
        (X, "--absorber", "9" * 5000),
        (X, "--frame", "7"),
        (X, "--frame", "first"),
        (X, "--frame", "9" * 5000),
        (X, "--model", "nowhere"),
        (X, "--model", X),
        (X, "--model", M, "--fwhm", "-1"),
        (X, "--model", M, "--fwhm", "nan"),
        (X, "--model", M, "--fwhm", "wide"),
        (X, "--model", M, "--fwhm", "1e9"),
        (X, "--model", M, "--align"),
        (X, "--model", M, "--compare", "nowhere.txt"),
        (X, "--model", M, "--compare", X),
        (X, "--model", M, "--compare", "/dev/zero"),
        (X, "--model", M, "--out", "a.pdf"),
        (X, "--model", M, "--out", "/proc/a.json"),
        (X, "--model", M, "--out", "."),
        (X, "--model", M, "--figure", "a.gif"),
        (X, "--model", M, "--figure", "x" * 300 + ".svg"),
        (X, "--frames", "some"),
        (X, "--frames", "7"),
        (X, "--frames", "9" * 5000),
        (X, "--frames", "all", "--frame", "1"),
        (X, "--frames", "all", "--fwhm", "1"),
        (X, "--frames", "all", "--out", "a.json"),
        (X, "--frames", "all", "--out", "/proc/a"),
        (X, "--weights", "nowhere.txt"),
        (X, "--weights", X),
        (X, "--weights", "/dev/zero"),
        (X, "nowhere.xyz", "--absorber", "Qq"),
        (X, "--bogus"),
        (),
        ("{root}/good.cif", "--absorber", "O", "--model", M),
    ),
    "invert": (
        ("nowhere.dat",),
        ("",),
        ("/dev/zero",),
        (X,),
        (),
        (S, "--absorber", "Qq"),
        (S, "--absorber", "9" * 5000),
        (S, "--absorber", "U"),
        (S, "--known", "nowhere"),
        (S, "--known", X),
        (S, "--e0", "nan"),
        (S, "--e0", "1e9"),
        (S, "--pre", "-30", "-150"),
        (S, "--pre", "a", "b"),
        (S, "--post", "nan", "nan"),
        (S, "--number", "7"),
        (S, "--signal", "smell"),
        (S, "--unit", "parsec"),
        (S, "--out", "a.pdf"),
        (S, "--out", "/proc/a.json"),
    ),
    "simulate": (
        ("nowhere.xyz",),
        (X, "--preset", "vasp"),
        (X, "--preset", ""),
        (X, "--r-fms", "-1"),
        (X, "--r-fms", "nan"),
        (X, "--r-fms", "inf"),
        (X, "--r-fms", "five"),
        ("{root}/good.cif", "--r-fms", "30"),
        ("{root}/good.cif", "--r-fms", "1e6"),
        (X, "--order", "0"),
        (X, "--order", "-1"),
        (X, "--order", "1.5"),
        (X, "--order", "50"),
        (X, "--order", "1000000000"),
        (X, "--l-max", "0"),
        (X, "--l-max", "high"),
        (X, "--polarisation", "0", "0", "0"),
        (X, "--polarisation", "inf", "0", "1"),
        (X, "--polarisation", "nan", "0", "1"),
        (X, "--polarisation", "1", "2"),
        (X, "--device", "mps"),
        (X, "--device", ""),
        (X, "--device", "cuda:99"),
        (X, "--out", "a.docx"),
        (X, "--out", "/proc/self/a.csv"),
        (X, "--frame", "-9"),
    ),
    "train": (
        (),
        ("--data", "nowhere"),
        ("--data", ""),
        ("--data", "x" * 5000),
        ("--data", "../../etc"),
        ("--data", "{root}/set", "--from", "nowhere"),
        ("--data", "{root}/set", "--from", ""),
        ("--data", "{root}/set", "--from", "{root}/ridge"),
        ("--data", "{root}/set", "--from", "nine-metals", "--members", "3"),
        ("--from", "nine-metals"),
        ("--data", "{root}/set", "--model", "svm"),
        ("--data", "{root}/set", "--model", ""),
        ("--data", "{root}/set", "--members", "0"),
        ("--data", "{root}/set", "--members", "-3"),
        ("--data", "{root}/set", "--members", "100000000"),
        ("--data", "{root}/set", "--members", "many"),
        ("--data", "{root}/set", "--hold-out", "1"),
        ("--data", "{root}/set", "--hold-out", "-0.1"),
        ("--data", "{root}/set", "--hold-out", "nan"),
        ("--data", "{root}/set", "--seed", "-1"),
        ("--data", "{root}/set", "--seed", "1.5"),
        ("--data", "{root}/set", "--seed", "9" * 5000),
        ("--data", "{root}/set", "--out", "{root}/job.json"),
        ("--data", "{root}/set", "--out", "/proc/model"),
        ("{root}/set", "--data", "{root}/set"),
        ("nowhere.json",),
        (X,),
        (S, "--data", "x"),
        ("/dev/zero",),
    ),
    "evaluate": (
        ("--model", "nowhere"),
        ("--model", X),
        ("--model", M, "nowhere"),
        ("--model", M, "--split", "test"),
        ("--model", M, "--split", ""),
        ("--model", M, "--out", "a.csv"),
        ("--model", M, "--out", "/proc/a.json"),
        ("--model", M, "fe-dynamics-9"),
        ("--model", M, X),
        ("--model", M, "--translate", "--bogus"),
    ),
    "search": (
        (),
        ("--data", "nowhere"),
        ("--data", "{root}/set", "--model", "svm"),
        ("--data", "{root}/set", "--trials", "0"),
        ("--data", "{root}/set", "--trials", "-1"),
        ("--data", "{root}/set", "--minutes", "-1"),
        ("--data", "{root}/set", "--minutes", "nan"),
        ("--data", "{root}/set", "--folds", "0"),
        ("--data", "{root}/set", "--folds", "1000"),
        ("--data", "{root}/set", "--folds", "x"),
        ("--data", "{root}/set", "--space", "nowhere.json"),
        ("--data", "{root}/set", "--space", X),
        ("--data", "{root}/set", "--out", "a.txt"),
        ("--data", "{root}/set", "--out", "{root}/good.xyz/a.json"),
        ("--data", "{root}/set", "--storage", "."),
        ("--data", "{root}/set", "--storage", X, "--trials", "1"),
        ("nowhere.json",),
    ),
    "batch": (
        (),
        ("nowhere",),
        ("nowhere.ipynb",),
        (X,),
        ("/dev/zero",),
        ("10_first_network", "-p", "EPOCHS"),
        ("10_first_network", "-p", "=3"),
        ("10_first_network", "-p", "NIX", "3"),
        ("10_first_network", "--grid", "SEED"),
        ("10_first_network", "--grid", "NIX=1,2"),
        ("10_first_network", "--grid", "SEED="),
        ("10_first_network", "--workers", "0"),
        ("10_first_network", "7"),
        ("10_first_network,nowhere",),
        ("10_first_network,10_first_network",),
        ("10_first_network", "--out", X),
        ("10_first_network", "-p", "EPOCHS", "__import__('os')", "--grid", "A=1"),
    ),
    "data": (
        ("info", "nowhere"),
        ("info", ""),
        ("info", "x" * 5000),
        ("get", "nowhere"),
        ("get", "tmqm-k-v"),
        ("get", "../.."),
        ("make", "nowhere"),
        ("make", "tmqm-k-v"),
        ("make", "tm-complexes-k", "--metal", "Qq"),
        ("make", "tm-complexes-k", "--metal", ""),
        ("make", "tm-complexes-k", "--metal", "Ti", "--metal", "Ti", "--n-sites", "1"),
        ("make", "fe-dynamics", "--metal", "Fe"),
        ("make", "fe-dynamics", "--seed", "-1"),
        ("make", "fe-dynamics", "--n-sites", "0"),
        ("make", "fe-dynamics", "--n-sites", "many"),
        ("make", "fe-dynamics", "--workers", "-2"),
        ("make", "fe-dynamics", "--out", X),
        ("make", "fe-dynamics", "--out", "/proc/x"),
        ("bogus",),
        ("list", "extra"),
    ),
    "app": (
        (),
        ("bogus",),
        ("",),
        ("predict", "--port", "-1"),
        ("predict", "--port", "99999"),
        ("predict", "--port", "http"),
        ("predict", "--theme", "pink"),
        ("predict", "--theme", ""),
        ("predict", "--bogus"),
        ("predict", "invert"),
    ),
    "lab": (
        ("--port", "-1"),
        ("--port", "99999"),
        ("--port", "http"),
        ("--port", "nan"),
        ("--bogus",),
    ),
    "card": (
        ("extra",),
        ("--name", ""),
        ("--name", "x" * 5000),
        ("--name", "two\nlines"),
        ("--take", "nowhere.json"),
        ("--take", X),
        ("--take", "."),
        ("--take", "/dev/zero"),
        ("--out", "a.pdf"),
        ("--out", "/proc/a.json"),
        ("--out", "a.json"),
        ("--bogus",),
    ),
    "class": (
        (),
        ("nowhere",),
        ("",),
        (X,),
        ("{root}/model",),
        ("x" * 5000,),
        ("{root}", "--out", "a.pdf"),
        ("{root}", "--out", "/proc/a.html"),
        ("{root}", "extra"),
    ),
    "doctor": (("extra",), ("--bogus",), ("--debug", "x")),
    "first-light": (
        ("nowhere.xyz",),
        ("{root}/good.cif", "--seeds", "0"),
        (X, "--out", "{root}/good.xyz"),
        (X, "--seeds", "many"),
        (S,),
        ("/dev/zero",),
    ),
    "bogus": ((), ("x",)),
}
#: every so many of them also as a process of its own
REAL = 8


def verbs() -> Iterator[Case]:
    """Malformed words of every verb, some of them as real processes."""
    number = 0
    for verb, many in _WORDS.items():
        for words in many:
            told = " ".join(map(str, words))[:60]
            yield Case(verb, told, command(verb, *words))
            number += 1
            if number % REAL == 0:
                yield Case(f"{verb} (process)", told, process(verb, *words))


#: a job with one setting that no job has
_JOBS: dict[str, dict[str, Any]] = {
    "data 7": {"data": 7},
    "data none": {"data": None},
    "data a list": {"data": ["a"]},
    "model 7": {"model": 7},
    "model none": {"model": None},
    "model a mapping": {"model": {}},
    "members 1.5": {"members": 1.5},
    "members true": {"members": True},
    "members a word": {"members": "all"},
    "split mass": {"split": "mass"},
    "split none": {"split": None},
    "hold_out NaN": {"hold_out": float("nan")},
    "hold_out a word": {"hold_out": "fifth"},
    "hold_out true": {"hold_out": True},
    "seed NaN": {"seed": float("nan")},
    "seed a list": {"seed": [1]},
    "descriptor a word": {"descriptor": "WACSF"},
    "descriptor unknown": {"descriptor": {"class": "Os"}},
    "descriptor cutoff": {"descriptor": {"class": "WACSF", "cutoff": -1}},
    "descriptor n_max": {"descriptor": {"class": "SOAP", "n_max": 1e6}},
    "descriptor deep": {"descriptor": {"class": "Joined", "parts": [[[[]]]]}},
    "hyperparameters a list": {"model": "quick MLP", "hyperparameters": [1]},
    "hidden words": {"model": "quick MLP", "hyperparameters": {"hidden": ["a"]}},
    "hidden 1e10": {"model": "quick MLP", "hyperparameters": {"hidden": [1e10]}},
    "hidden 1.5": {"model": "quick MLP", "hyperparameters": {"hidden": [1.5]}},
    "batch_norm maybe": {
        "model": "quick MLP",
        "hyperparameters": {"batch_norm": "maybe"},
    },
    "hyperparameter unknown": {"model": "quick MLP", "hyperparameters": {"width": 3}},
    "training a list": {"model": "quick MLP", "training": [3]},
    "training unknown": {"model": "quick MLP", "training": {"epoch": 3}},
    "epochs 0": {"model": "quick MLP", "training": {"epochs": 0}},
    "epochs 1e400": {"model": "quick MLP", "training": {"epochs": float("inf")}},
    "learning_rate -1": {"model": "quick MLP", "training": {"learning_rate": -1}},
    "device cuda": {"model": "quick MLP", "training": {"device": "cuda:99"}},
    "schedule unknown": {"model": "quick MLP", "training": {"schedule": "wavy"}},
    "setting unknown": {"datas": 1},
    "a graph network without a graph": {
        "model": "quick GNN",
        "descriptor": {"class": "WACSF"},
    },
}


def _trained(settings: dict[str, Any]) -> Callable[[Material], object]:
    """What hands the command a job of its own."""

    def run(material: Material) -> object:
        job = {"data": str(material.dataset), "model": "ridge"} | settings
        Path("job.json").write_text(json.dumps(job))
        return command("train", "job.json")(material)

    return run


def jobs() -> Iterator[Case]:
    """Malformed jobs, as files and as mappings."""
    for name, settings in _JOBS.items():
        yield Case("a job as JSON", name, _trained(settings))
        if not name.startswith("device"):
            yield Case(
                "TrainingJob",
                name,
                lambda m, s=settings: TrainingJob.from_dict(
                    {"data": str(m.dataset), "model": "ridge"} | s
                ),
            )
    for name, given in {
        "unknown": {"epoch": 1},
        "a list": [1],
        "nothing": None,
        "a word": "fast",
        "no names": {3: 4},
    }.items():
        yield Case("TrainConfig", name, lambda _, g=given: TrainConfig.from_dict(g))


#: a space of a search that nothing can be searched in
_SPACES: dict[str, Any] = {
    "a list": [1],
    "empty": {},
    "unknown setting": {"training.epoch": {"low": 1, "high": 2}},
    "low above high": {"training.epochs": {"low": 9, "high": 2}},
    "low a word": {"training.epochs": {"low": "a", "high": 2}},
    "no choices": {"hyperparameters.hidden": {"choices": []}},
    "NaN": {"training.learning_rate": {"low": float("nan"), "high": 1}},
    "log of zero": {"training.learning_rate": {"low": 0, "high": 1, "log": True}},
    "step of zero": {"training.epochs": {"low": 1, "high": 2, "step": 0}},
    "a number": {"training.epochs": 3},
    "a model unknown": {"model": {"choices": ["svm"]}},
}


def spaces() -> Iterator[Case]:
    """Malformed spaces of a search."""
    for name, space in _SPACES.items():

        def run(material: Material, space: Any = space) -> object:
            Path("space.json").write_text(json.dumps(space))
            data, model = str(material.dataset), ("--model", "quick MLP")
            words = "search", "--data", data, *model, "--space", "space.json"
            return command(*words, "--trials", "1")(material)

        yield Case("a space of a search", name, run)


def cases() -> Iterator[Case]:
    """All of them."""
    for part in (verbs, jobs, spaces):
        yield from part()
