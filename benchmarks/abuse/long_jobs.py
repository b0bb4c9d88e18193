"""The jobs that are killed: what each is given, and what it must have in the end."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.abuse.material import Material
from xnet_lite.writing import sha256

#: what tells when or how fast something was made: no two runs agree
WHEN = ("date", "seconds", "cpu_s", "created", "duration")
Finished = Mapping[str, object]


@dataclass(frozen=True)
class Job:
    """A command that takes a while.

    Attributes
    ----------
    name : str
    words : str
        As `moments` takes them; {root} is the material.
    before : callable
        Puts what is there before it into the working folder.
    outcome : callable
        What must be the same, killed or not, from the working folder.
    finished : callable
        What is done and must not be lost or done again, by name.
    journal : str
        Pattern of the files that take a line for everything done.
    """

    name: str
    words: str
    before: Callable[[Material, Path], object]
    outcome: Callable[[Path], object]
    finished: Callable[[Path], Finished] = lambda folder: {}
    journal: str = ""


def _nothing(material: Material, folder: Path) -> None:
    """The folder is empty before."""


def _script(text: str) -> Callable[[Material, Path], object]:
    """A script lies in the folder before, and an old set."""

    def before(material: Material, folder: Path) -> None:
        filled = text.replace("{root}", str(material.root))
        (folder / "script.py").write_text(filled)
        shutil.copytree(material.dataset, folder / "set")

    return before


def _bytes(place: str) -> Callable[[Path], object]:
    """Every file below a folder, to the byte."""

    def outcome(folder: Path) -> object:
        files = sorted(path for path in (folder / place).rglob("*") if path.is_file())
        return {path.name: sha256(path.read_bytes()) for path in files}

    return outcome


def _page(place: str) -> Callable[[Path], object]:
    """A file, but for when it was made."""

    def outcome(folder: Path) -> object:
        text = (folder / place).read_text()
        return timeless(json.loads(text)) if place.endswith(".json") else len(text) > 0

    return outcome


def timeless(value: Any) -> Any:
    """Return a value without what tells when it was made."""
    if isinstance(value, dict):
        return {key: timeless(one) for key, one in value.items() if key not in WHEN}
    return [timeless(one) for one in value] if isinstance(value, list) else value


def _model(folder: Path) -> object:
    """What a trained model learnt: weights, and the data it was taught on."""
    weights = sha256((folder / "model" / "model.safetensors").read_bytes())
    return weights, timeless(json.loads((folder / "model" / "model.json").read_text()))


def _trials(folder: Path) -> Finished:
    """Finished trials of a search, by number."""
    place = folder / "search.db"
    if not place.exists() or not place.stat().st_size:
        return {}
    with closing(sqlite3.connect(place)) as base:
        names = {row[0] for row in base.execute("select name from sqlite_master")}
        if not {"trials", "trial_values"} <= names:
            return {}
        rows = base.execute(
            "select number, value from trials join trial_values using (trial_id) "
            "where trials.state = 'COMPLETE'"
        )
        return {str(number): value for number, value in rows}


def _lines(pattern: str) -> Callable[[Path], Finished]:
    """Whole lines of the journals of a job."""

    def finished(folder: Path) -> Finished:
        found = {}
        for path in folder.glob(pattern):
            lines = path.read_bytes().split(b"\n")[:-1]
            found |= {path.name + json.loads(line)["key"]: line for line in lines}
        return found

    return finished


def _sites(folder: Path) -> object:
    """What was predicted of every site."""
    lines = (folder / "results" / "sites.jsonl").read_text().splitlines()
    return [timeless(json.loads(line)) for line in lines]


def _runs(folder: Path) -> Finished:
    """Runs of a batch that are done: never run again, so never written again."""
    return {
        path.name: path.stat().st_mtime_ns
        for path in folder.glob("runs/*.json")
        if json.loads(path.read_text())["state"] == "done"
    }


def _table(folder: Path) -> object:
    """What the runs of a batch recorded."""
    runs = (json.loads(path.read_text()) for path in folder.glob("runs/*.json"))
    return sorted([str(run["parameters"]), str(run["records"])] for run in runs)


MAPPED = """
from xnet_lite.datasets import load
from xnet_lite.scattering import MultipleScattering

if __name__ == "__main__":
    sites = load("{root}/set").sites[:6]
    engine = MultipleScattering(r_fms=3.0)
    found = engine.map(sites, workers=2, checkpoint="map.jsonl", progress=False)
    text = repr([one.mu.tolist() for one in found])
    with open("spectra.txt", "w") as stream:
        stream.write(text)
"""
SAVED = """
from dataclasses import replace

from xnet_lite.datasets import load, save_dataset

data = load("{root}/set")
for share in (12, 16, 20):
    save_dataset(replace(data[:share], name="set"), "set")
"""
NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "a",
            "metadata": {"tags": ["parameters"]},
            "outputs": [],
            "source": "N = 1",
        },
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "b",
            "metadata": {},
            "outputs": [],
            "source": "from xnet_lite.exercises import record\nrecord(square=N * N)",
        },
    ],
    "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    },
    "nbformat": 4,
    "nbformat_minor": 5,
}


def _notebook(material: Material, folder: Path) -> None:
    """A notebook to run lies in the folder."""
    (folder / "n.ipynb").write_text(json.dumps(NOTEBOOK))


def _job(material: Material, folder: Path) -> None:
    """A job to train, and another model where the new one goes."""
    words = {
        "data": str(material.dataset),
        "model": "quick MLP",
        "members": 3,
        "hyperparameters": {"hidden": [16]},
        "training": {"epochs": 5},
    }
    (folder / "job.json").write_text(json.dumps(words))
    shutil.copytree(material.root / "ridge", folder / "model")


def _old_page(place: str) -> Callable[[Material, Path], object]:
    """An older file lies where the new one goes."""

    def before(material: Material, folder: Path) -> None:
        old = '{"old": 1}' if place.endswith(".json") else "<html></html>\n"
        (folder / place).write_text(old)

    return before


JOBS = (
    Job(
        "data make",
        "data make tm-complexes-k --metal Zn --n-sites 2 --workers 2 --out made",
        _nothing,
        _bytes("made"),
        _lines("out/making/*/*.jsonl"),
        ".jsonl",
    ),
    Job(
        "train over another model",
        "train job.json --out model --overwrite",
        _job,
        _model,
    ),
    Job(
        "search",
        "search --data {root}/set --model ARD --trials 4 --storage search.db "
        "--out best.json",
        _nothing,
        lambda folder: (_page("best.json")(folder), _trials(folder)),
        _trials,
    ),
    Job(
        "batch",
        "batch n.ipynb --grid N=1,2,3 --workers 2 --out runs",
        _notebook,
        _table,
        _runs,
    ),
    Job(
        "simulate into a page",
        "simulate {root}/good.xyz --out page.html",
        _old_page("page.html"),
        _page("page.html"),
    ),
    Job(
        "predict into JSON",
        "predict {root}/good.xyz --model {root}/model --out p.json",
        _old_page("p.json"),
        _page("p.json"),
    ),
    Job(
        "predict many",
        "predict {root}/own --model {root}/model --out results",
        _nothing,
        _sites,
        _lines("results/sites.jsonl"),
        ".jsonl",
    ),
    Job(
        "engine.map",
        "script.py",
        _script(MAPPED),
        lambda folder: (folder / "spectra.txt").read_text(),
        _lines("map.jsonl"),
        ".jsonl",
    ),
    Job(
        "save_dataset over another set",
        "script.py",
        _script(SAVED),
        _bytes("set"),
    ),
)
