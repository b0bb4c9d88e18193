"""How the command ends, and what it refuses before it begins."""

import errno
import os
import re
import signal
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest

from xnet_lite.cli import shell
from xnet_lite.errors import InputError
from xnet_lite.jobs.recipes import FORMER, MODELS


def test_the_names_that_are_checked_at_once_are_those_of_the_catalogue():
    assert set(shell.MODELS) == set(MODELS)
    assert set(shell.FORMER) == set(FORMER)


SHELL = """
import sys
from xnet_lite.cli import app
try:
    app(sys.argv[1:])
except SystemExit as end:
    print(end.code, "torch" in sys.modules)
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "--data", "nowhere"], "No dataset is called 'nowhere'"),
        (
            ["train", "--data", "tmqm-k-v", "--model", "svm"],
            "model 'svm' is not",
        ),
        (
            ["search", "--data", "tmqm-k-v", "--model", "svm"],
            "model 'svm' is not",
        ),
        (["train", "job.json"], "model 'svm' is not"),
        (["train", "--data", "tmqm-k-v", "--out", "job.json"], "job.json: cannot be"),
        (["search", "--data", "tmqm-k-v", "--out", "job.json/a.json"], "cannot be"),
        (["search", "--data", "tmqm-k-v", "--storage", "."], ".: is a folder"),
    ],
)
def test_names_and_places_are_checked_before_anything_slow_is_imported(
    words, said, tmp_path
):
    (tmp_path / "job.json").write_text('{"data": "tmqm-k-v", "model": "svm"}')
    command = [sys.executable, "-c", SHELL, *words]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert said in found.stderr
    assert found.stdout == "2 False\n"


@pytest.mark.parametrize("device", ["cuda", "mps", "foo", "", "meta", "cuda:99"])
def test_a_device_that_does_not_compute_here_is_a_sentence(device, call, bpy3):
    result = call("simulate", bpy3, "--device", device)
    if result.exit_code == 0:
        pytest.skip(f"{device} computes here")
    assert result.exit_code == 2
    assert f"device {device!r} cannot be used" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["predict", "FILE", "--model"],
        ["train"],
        ["train", "--data"],
        ["evaluate", "--model"],
        ["predict"],
        ["simulate", "FILE", "--out"],
        ["data", "info"],
    ],
)
def test_a_name_too_long_for_a_file_is_bad_input(words, call, bpy3, embedded):
    words = [bpy3 if word == "FILE" else word for word in words]
    result = call(*words, f"{'n' * 300}.json")
    assert result.exit_code == 2
    assert len(result.stderr) < 400
    assert re.search("give|there is|check", result.stderr)


@pytest.mark.parametrize(
    "words",
    [
        ["data", "make", "fe-dynamics", "--seed", -1],
        ["lab", "--port", -1],
        ["lab", "--port", 99999],
    ],
)
def test_a_number_out_of_range_is_bad_input(words, call):
    assert call(*words).exit_code == 2


def test_a_prediction_is_told_though_the_disk_is_full(
    embedded, call, bpy3, tmp_path, monkeypatch
):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("XNET_LITE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "fsync", full)
    result = call("predict", bpy3)
    assert result.exit_code == 0, result.stderr
    assert "predicted" in result.stdout
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("verb", ["predict", "simulate"])
def test_an_output_that_cannot_be_written_is_refused_before_the_structure_is_read(
    verb, call, write
):
    place = write("file", "x") / "x.json"
    result = call(verb, "nowhere.xyz", "--out", place)
    assert result.exit_code == 2
    assert "x.json: cannot be written" in result.stderr


def test_what_libraries_warn_of_is_a_line(capsys):
    @shell.guarded()
    def verb(debug=False):
        warnings.warn("odd cell\nsecond line", UserWarning, stacklevel=2)

    verb()
    assert capsys.readouterr().err == "warning: odd cell\n"


def test_numbers_of_numpy_are_told_as_numbers():
    names = [np.float64(1.5), np.int64(2), np.str_("Fe")]
    assert str(InputError(f"at {names}")) == "at [1.5, 2, 'Fe']"


ENDED = """
import time
from pathlib import Path
from xnet_lite.cli.shell import end_by_sigterm, guarded

@guarded("go on later")
def verb(debug=False):
    try:
        Path("begun").touch()
        time.sleep(3600)
    finally:
        Path("put away").touch()

end_by_sigterm()
try:
    verb()
except BaseException as end:
    raise SystemExit(end.exit_code)
"""


def test_sigterm_ends_as_ctrl_c_does_with_its_own_code(tmp_path):
    command = [sys.executable, "-c", ENDED]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "begun").exists():
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGTERM)
    _, said = process.communicate()
    assert (process.returncode, said) == (143, "xnet-lite: terminated: go on later\n")
    assert (tmp_path / "put away").exists()
