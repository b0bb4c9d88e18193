"""Whoever works, the same comes out, and the kill of a worker loses nothing."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.models import NearestNeighbor
from xnet_lite.parallel import opened, resumable_map, schedulers
from xnet_lite.parallel.schedulers import MOST_TASKS, chunked
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site
from xnet_lite.studies.cross_validation import cross_validate

distributed = pytest.importorskip("distributed", reason="the extra cluster brings it")
PATIENCE = 120


@pytest.fixture(scope="module")
def client():
    with opened("dask", 2) as client:
        yield client


def ended_once(folder, number):
    """A worker that is killed in the middle of one job, the first time it is done."""
    mark = Path(folder, "killed")
    if number == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def always_ended(number):
    os.kill(os.getpid(), signal.SIGKILL)


def inverse(number):
    return 1 / number


def threads(_):
    import torch

    return torch.get_num_threads()


def test_a_worker_that_is_killed_in_the_middle_loses_nothing(client, tmp_path):
    file = tmp_path / "done.jsonl"
    work, how = partial(ended_once, tmp_path), {"checkpoint": file, "progress": False}
    found = resumable_map(work, range(12), scheduler=client, **how)
    assert (tmp_path / "killed").exists()
    assert found == [number**2 for number in range(12)]
    assert len(file.read_text().splitlines()) == 12


def test_a_job_that_ends_every_worker_is_told_in_a_sentence(client, monkeypatch):
    monkeypatch.setattr(client.cluster.scheduler, "allowed_failures", 0)
    with pytest.raises(RuntimeError, match="ended from outside, one after the other"):
        resumable_map(always_ended, [1], scheduler=client, progress=False)


def test_what_is_in_the_checkpoint_is_not_computed_again(client, tmp_path):
    how = {"checkpoint": tmp_path / "done.jsonl", "progress": False}
    resumable_map(inverse, [1, 2], ["a", "b"], **how)
    assert resumable_map(always_ended, [1, 2], ["a", "b"], scheduler=client, **how)


def test_an_error_of_the_work_is_raised_as_it_is(client):
    with pytest.raises(ZeroDivisionError):
        resumable_map(inverse, [1, 0], scheduler=client, progress=False)


def test_workers_have_one_thread(client):
    found = resumable_map(threads, range(4), scheduler=client, progress=False)
    assert set(found) == {1}


def test_spectra_are_the_same_bytes_by_either_scheduler(client):
    sites = [
        Site(Atoms("FeCO", [[0, 0, 0], [0, 0, r], [0, 0, r + 1.15]]), 0)
        for r in (1.8, 1.9, 2.0)
    ]
    engine = MultipleScattering(energies=np.arange(0.0, 21.0, 5.0))
    one, other = (
        [spectrum.mu.tobytes() for spectrum in engine.map(sites, progress=False, **how)]
        for how in ({"scheduler": "processes"}, {"scheduler": client})
    )
    assert one == other


def test_folds_are_the_same_by_either_scheduler(client):
    rng = np.random.default_rng(0)
    x, mu = rng.random((12, 4)), rng.random((12, 6))
    data = XASDataset("twelve", np.arange(6.0), mu, features=x)
    asked = partial(cross_validate, Predictor(model=NearestNeighbor()), data, 3)
    here, there = asked(), asked(scheduler=client)
    assert here.predictions.tobytes() == there.predictions.tobytes()


@pytest.mark.parametrize("what", ["address", "cluster"])
def test_an_address_and_a_cluster_are_schedulers_too(client, what, capsys):
    named = client.cluster if what == "cluster" else client.scheduler.address
    assert resumable_map(abs, [-1, 2], scheduler=named, progress=False) == [1, 2]
    assert f"dashboard of Dask: {client.dashboard_link}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("scheduler", "said"),
    [
        ("dusk", "scheduler is 'dusk': give 'processes', 'dask', an address"),
        (3, "scheduler is 3: give"),
        ("tcp://127.0.0.1:9", "'tcp://127.0.0.1:9' does not answer"),
    ],
)
def test_a_scheduler_that_is_not_there_is_refused(scheduler, said, monkeypatch):
    monkeypatch.setattr("xnet_lite.parallel.schedulers.PATIENCE", 1)
    with pytest.raises(InputError, match=said):
        resumable_map(abs, [-1, 2], scheduler=scheduler, progress=False)


def test_few_jobs_are_tasks_each_and_many_share_no_more_tasks_than_are_allowed():
    assert chunked(MOST_TASKS) == 1
    for n_jobs in (MOST_TASKS + 1, 10**6, 10**6 + 7):
        size = chunked(n_jobs)
        assert n_jobs / size <= MOST_TASKS < n_jobs / (size - 1)


def test_jobs_that_share_tasks_come_back_in_their_order(client, monkeypatch):
    monkeypatch.setattr(schedulers, "MOST_TASKS", 12)
    assert chunked(100) == 9
    found = resumable_map(abs, range(-100, 0), scheduler=client, progress=False)
    assert found == list(range(100, 0, -1))


SCRIPT = """
from xnet_lite.parallel import resumable_map

{guard}resumable_map(abs, [-1, 2], scheduler="dask", workers=2, progress=False)
"""


def test_a_script_without_a_guard_is_told_of_it(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT.format(guard=""))
    command = [sys.executable, tmp_path / "script.py"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1
    assert 'below `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]


ORPHANS = """
import os, sys, time
from pathlib import Path
from xnet_lite.parallel import resumable_map

def work(folder):
    Path(folder, str(os.getpid())).touch()
    time.sleep(3600)

if __name__ == "__main__":
    resumable_map(work, [sys.argv[1]], scheduler="dask", progress=False)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_worker_outlives_whoever_began_its_cluster(tmp_path):
    (tmp_path / "script.py").write_text(ORPHANS)
    (ids := tmp_path / "ids").mkdir()
    parent = subprocess.Popen([sys.executable, tmp_path / "script.py", ids])
    patience = time.monotonic() + PATIENCE
    while not (found := list(ids.iterdir())):
        assert parent.poll() is None
        assert time.monotonic() < patience
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    while Path("/proc", found[0].name).exists():
        assert time.monotonic() < patience, "a worker goes on without its parent"
        time.sleep(0.05)


def test_slurm_is_handed_a_job_whose_workers_have_one_thread():
    queues = pytest.importorskip("dask_jobqueue", reason="it is no part of the extra")
    with queues.SLURMCluster(
        queue="normal",
        cores=32,
        processes=32,
        memory="64GB",
        walltime="04:00:00",
        job_script_prologue=["export OMP_NUM_THREADS=1"],
        scheduler_options={"dashboard_address": ":0"},
    ) as cluster:
        script = cluster.job_script()
        with opened(cluster) as client:
            assert client.scheduler.address == cluster.scheduler_address
    said = ["#SBATCH -p normal", "#SBATCH --cpus-per-task=32", "#SBATCH -t 04:00:00"]
    said += ["export OMP_NUM_THREADS=1", "--nthreads 1", "--nworkers 32"]
    assert [text for text in said if text not in script] == []
    assert cluster.scheduler_address in script
