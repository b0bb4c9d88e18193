"""A molecule in motion: what stands in for its mean spectrum, and a network on the fly.

    python -m benchmarks.motion
    python -m benchmarks.motion --seeds 0 --threshold 3

`fe-dynamics`: 300 frames at 300 K, 10 fs apart, of which a network is taught block by
block until the error that it expects of the next one is twice running below the
threshold. `known` frames it has seen then; the rest is predicted, beside mean spectrum
and nearest neighbor of the same frames. `mean of rest`: how far the mean of what is
predicted is from the mean of what is true. `r`: of difference spectra of the elongation
with the engine's, the median over its frames. `first ring`: how far the ligand has left
when the bell rings and does not stop any more; `false`: share of the rest of the
trajectory that rings. Below: spectra that stand in for the mean of all frames, its
error by blocks, and how many frames are worth one.
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.report import Row, measured, parser, publish
from xnet_lite.arrays import Mask
from xnet_lite.datasets import XASDataset, load
from xnet_lite.descriptors import WACSF
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import MeanSpectrum, NearestNeighbor
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import DEAR
from xnet_lite.studies import trajectory

BLOCK, QUICK_FRAMES = 20, 100
COLUMNS = {
    "a_median": "median %",
    "a_p90": "p90",
    "known": "known",
    "mean_of_rest": "mean of rest %",
    "r": "r",
    "first_ring": "first ring / Å",
    "false": "false / %",
}
BASELINES = {"mean spectrum": MeanSpectrum(), "1-NN": NearestNeighbor()}


def told(errors: np.ndarray) -> dict[str, float]:
    """Median and p90."""
    return {"a_median": float(np.median(errors)), "a_p90": np.percentile(errors, 90)}


def for_good(rings: Mask, pulled: np.ndarray) -> float:
    """From which distance on the bell rings to the end; NaN if it is silent there."""
    silent = np.flatnonzero(~rings)
    start = silent[-1] + 1 if len(silent) else 0
    return float(pulled[start]) if start < len(pulled) else float("nan")


def flights(
    data: XASDataset, frames: XASDataset, args: argparse.Namespace
) -> list[Row]:
    """A network on the fly for each seed, beside its baselines."""
    rows = []
    stretched, leaving = (data.where(part=name) for name in ("elongation", "leaving"))
    true = stretched.spectra[1:] - stretched.spectra[0]
    split = f"until {args.threshold:g} %"
    for seed in args.seeds:
        with measured() as cost:
            flight = trajectory.on_the_fly(
                frames, block=BLOCK, threshold=args.threshold, seed=seed
            )
        known, rest = frames[: flight.n_known], frames[flight.n_known :]
        mu = flight.predictor.predict(rest.features)
        said = told(relative_spectral_error(mu, rest.spectra))
        off = relative_spectral_error(mu.mean(0), rest.spectra.mean(0))
        said |= {"known": float(flight.n_known), "mean_of_rest": float(off)}
        guess = flight.predictor.predict(stretched.features)
        alike = trajectory.likeness(guess[1:] - guess[0], true)
        rung = for_good(flight.rings(leaving), leaving.labels["coordinate"])
        said |= {"r": float(np.median(alike)), "first_ring": rung}
        said["false"] = 100 * float(flight.rings(rest).mean())
        rows.append(Row(data.name, split, "on the fly", seed, said, cost))
        for name, model in BASELINES.items():
            one = Predictor(model=model).fit(known)
            errors = relative_spectral_error(one.predict(rest.features), rest.spectra)
            rows.append(Row(data.name, split, name, seed, told(errors)))
    return rows


def stand_ins(data: XASDataset, frames: XASDataset) -> list[str]:
    """What a single structure is worth, and the mean's own error, in words."""
    mean = frames.spectra.mean(0)
    assert frames.sites is not None
    spectra = {
        "minimum": data.where(part="elongation").spectra[0],
        "mean structure": DEAR(trajectory.mean_structure(frames.sites)),
    }
    off = {k: float(relative_spectral_error(mu, mean)) for k, mu in spectra.items()}
    every = np.tile(mean, (len(frames), 1))
    off["median frame"] = float(
        np.median(relative_spectral_error(frames.spectra, every))
    )
    words = ", ".join(f"{name} {error:.2f} %" for name, error in off.items())
    sizes = [BLOCK, 2 * BLOCK, 4 * BLOCK, len(frames)]
    blocks, alone = (
        trajectory.error_by_frames(frames.spectra, sizes, n) for n in (BLOCK, 1)
    )
    slope = np.polyfit(np.log(sizes), np.log(blocks), 1)[0]
    worth = trajectory.inefficiency(frames.spectra)
    return [
        f"off the mean of {len(frames)} frames: {words}",
        f"error of that mean: {blocks[-1]:.2f} % by blocks of {BLOCK} frames, "
        f"{alone[-1]:.2f} % as if independent; falls as N^{slope:.2f}; {worth:.1f} "
        "frames are worth one",
    ]


def main() -> None:
    """Run the benchmark from the command line."""
    options = parser(__doc__ or "", range(5))
    options.add_argument("--threshold", type=float, default=3.5, help="percent")
    args = options.parse_args()
    data = load("fe-dynamics").described(WACSF())
    frames = data.where(part="trajectory")
    if args.quick:
        frames, args.seeds = frames[:QUICK_FRAMES], args.seeds[:1]
    notes = stand_ins(data, frames)
    notes += ["quick run: few frames, figures mean little"] * args.quick
    publish("motion", flights(data, frames, args), COLUMNS, args, notes)


if __name__ == "__main__":
    main()
