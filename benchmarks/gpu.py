"""CPU against GPU, in one run: training, a vote, the engine.

    python -m benchmarks.gpu
    python -m benchmarks.gpu --quick

Less than eight minutes. Wall-clock seconds of the second of two runs, so that what is
loaded once does not count; the CPU works on one thread, as jobs do. Where there is no
GPU, the CPU's seconds stand alone and the table says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from benchmarks.report import Row, parser, publish
from xnet_lite.datasets import XASDataset, load
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.jobs import MODELS
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR, site_scaler
from xnet_lite.parallel import one_thread
from xnet_lite.scattering import MultipleScattering
from xnet_lite.trust import bootstrap

N_SITES, N_ENGINE, EPOCHS = 1000, 8, 10
QUICK_SITES, QUICK_ENGINE, QUICK_EPOCHS = 60, 1, 1
COLUMNS = {"seconds": "seconds", "off": "off the CPU's by %"}
#: what is done on a device, and what comes of it
Work = Callable[[str], np.ndarray]


def of_network(data: XASDataset, model: str, members: int, epochs: int) -> Work:
    """Train a model, or a vote of it, and predict some spectra."""
    structures = MODELS[model].reads_structures
    made = NeighborGraph() if structures else describer(DESCRIPTOR)
    known = replace(data.described(made), sites=None)
    scaler = None if structures else site_scaler()

    def work(device: str) -> np.ndarray:
        lower = structures and device != "cpu"
        settings = {"epochs": epochs, "device": device, "mixed_precision": lower}
        predictor = MODELS[model].predictor(0, scaler=scaler, **settings)
        if members > 1:
            bootstrap(predictor, known, n_members=members)
        else:
            predictor.fit(known)
        return predictor.predict(known[: min(64, len(known))])

    return work


def of_engine(data: XASDataset, n_sites: int) -> Work:
    """Compute the spectra of some sites."""

    def work(device: str) -> np.ndarray:
        engine = MultipleScattering("fdmnes_like", device=device)
        some = list(data.sites or [])[:n_sites]
        return np.array([one.mu for one in engine.map(some, progress=False)])

    return work


def main() -> None:
    """Run the benchmark from the command line."""
    chosen = parser(__doc__ or "", seeds=(0,)).parse_args()
    quick = chosen.quick
    data = load("tm-complexes-k-fe").sample(QUICK_SITES if quick else N_SITES)
    epochs = QUICK_EPOCHS if quick else EPOCHS
    network = partial(of_network, data, epochs=epochs)
    jobs: dict[str, Work] = {
        "15 quick MLPs": network("quick MLP", 15),
        "GNN": network("GNN", 1),
        "engine": of_engine(data, QUICK_ENGINE if quick else N_ENGINE),
    }
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    rows = []
    for name, work in jobs.items():
        truth = None
        for device in devices:
            with one_thread():
                found = work(device)
                start = time.perf_counter()
                work(device)
                seconds = time.perf_counter() - start
            truth = found if truth is None else truth
            off = 100 * np.abs(found - truth).sum() / np.abs(truth).sum()
            figures = {"seconds": seconds, "off": float(off)}
            rows.append(Row(data.name, device, name, 0, figures))
    notes = [f"{epochs} epochs, {len(data)} sites, torch {torch.__version__}"]
    if "cuda" in devices:
        notes.append(torch.cuda.get_device_name())
    else:
        notes.append("no GPU is here: nothing is said of one")
    publish("gpu", rows, COLUMNS, chosen, notes)


if __name__ == "__main__":
    main()
