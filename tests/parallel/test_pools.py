"""Processes end with the one that began them, however it ends."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

#: s; what is waited for takes one or two, on a busy machine ten
PATIENCE = 120

# a shell that runs the tests in the background hands on that Ctrl-C is ignored
HEAD = """
import os, signal, sys, time
from pathlib import Path
from xnet_lite.parallel import resumable_map

signal.signal(signal.SIGINT, signal.default_int_handler)

def work(number):
    Path(sys.argv[1], str(os.getpid())).touch()
    time.sleep(3600)

"""
MAP = 'resumable_map(work, [1, 2], ["a", "b"], workers=2, progress=False)\n'
GUARDED = HEAD + 'if __name__ == "__main__":\n    ' + MAP


def begun(tmp_path, text):
    """A script as a process of its own, with a folder where workers leave their ids."""
    (tmp_path / "ids").mkdir()
    (tmp_path / "script.py").write_text(text)
    return subprocess.Popen(
        [sys.executable, tmp_path / "script.py", tmp_path / "ids"],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def workers_of(tmp_path, parent):
    """The ids of both workers, once they are at work."""
    while len(found := [int(path.name) for path in (tmp_path / "ids").iterdir()]) < 2:
        assert parent.poll() is None, parent.stderr.read()
        time.sleep(0.05)
    return found


def lives(process):
    """Whether a process is there and is not a zombie."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_worker_outlives_its_parent(tmp_path, end):
    parent = begun(tmp_path, GUARDED)
    workers = workers_of(tmp_path, parent)
    os.kill(parent.pid, end)
    parent.communicate(timeout=PATIENCE)
    patience = time.monotonic() + PATIENCE
    while any(lives(worker) for worker in workers):
        assert time.monotonic() < patience, "workers go on without their parent"
        time.sleep(0.05)


@linux
def test_ctrl_c_stops_what_is_under_way_and_is_told_once(tmp_path):
    parent = begun(tmp_path, GUARDED)
    workers_of(tmp_path, parent)
    os.killpg(parent.pid, signal.SIGINT)  # as a terminal does
    _, said = parent.communicate(timeout=PATIENCE)
    assert parent.returncode in (130, -signal.SIGINT)
    assert said.count("Traceback") == 1
    assert said.strip().endswith("KeyboardInterrupt")


@linux
def test_a_worker_that_is_killed_is_told_in_a_sentence(tmp_path):
    parent = begun(tmp_path, GUARDED)
    os.kill(workers_of(tmp_path, parent)[0], signal.SIGKILL)
    _, said = parent.communicate(timeout=PATIENCE)
    assert "RuntimeError: a worker process was ended from outside" in said


def test_a_script_without_a_guard_is_told_of_it_once(tmp_path):
    parent = begun(tmp_path, HEAD + MAP)
    _, said = parent.communicate(timeout=PATIENCE)
    assert parent.returncode == 1
    assert said.count("Traceback") == 1
    assert 'below `if __name__ == "__main__":`' in said.splitlines()[-1]
