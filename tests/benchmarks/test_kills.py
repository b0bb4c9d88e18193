"""Long jobs that are killed lose nothing; and what looks for losses finds them."""

import os
import random
import subprocess
import sys
import time

import pytest

from benchmarks.abuse import kills
from benchmarks.abuse.long_jobs import JOBS, Job
from tests.benchmarks.test_abuse import material  # noqa: F401 (a fixture)

QUICK = ("save_dataset over another set", "engine.map")


def job(name):
    """One of the jobs that are killed."""
    return next(job for job in JOBS if job.name == name)


def test_there_are_nine_jobs():
    assert len({job.name for job in JOBS}) == 9


@pytest.mark.parametrize("name", QUICK)
def test_a_job_that_is_killed_loses_nothing(name, material, tmp_path):  # noqa: F811
    found = kills.tried(job(name), material, tmp_path, 1, seed=0)
    assert [kill.fault for kill in found] == [""]
    assert found[0].how.startswith("before change")


SLOPPY = """
import json
with open("half.json", "w") as stream:
    stream.write('{"a": ')
    stream.flush()
    open("next", "w").close()
    stream.write("1}")
"""


def test_a_file_that_is_half_there_is_found(material, tmp_path):  # noqa: F811
    sloppy = Job(
        "sloppy",
        "script.py",
        lambda material, folder: (folder / "script.py").write_text(SLOPPY),
        lambda folder: (folder / "half.json").read_text(),
    )
    folder = tmp_path / "run"
    folder.mkdir()
    sloppy.before(material, folder)
    end = kills.ran(sloppy, material, folder, kills.Moment())
    assert [line.rpartition("/")[2] for line in end.changes] == ["half.json", "next"]
    moment = kills.Moment(change=2)
    found = kills.killed(sloppy, material, folder, moment, end, '{"a": 1}')
    assert found.fault == "half.json is there in part"


def test_a_process_that_is_left_is_found_and_ended(monkeypatch):
    monkeypatch.setattr(kills, "PATIENCE_S", 0.3)
    env = dict(os.environ) | {kills.MARK: "left"}
    left = subprocess.Popen([sys.executable, "-c", "input()"], env=env, stdin=-1)
    while not list(kills.marked("left")):
        time.sleep(0.02)
    assert not kills.all_ended("left")
    left.communicate()
    assert kills.all_ended("left")


def test_moments_are_before_changes_and_after_seconds_by_turns():
    end = kills.Ended(0, "", ["open a"] * 7, 10.0, False)
    found = list(kills.moments(end, 5, random.Random(0)))
    assert [bool(one.change) for one in found] == [True, False, True, False, True]
    assert all(1 <= one.change <= 7 for one in found[::2])
    assert all(3 <= one.seconds <= 10 for one in found[1::2])
