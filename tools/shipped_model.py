"""Makes the model that comes with the package, and its card.

    python -m tools.shipped_model
    python -m tools.shipped_model --keep out/shipped --workers 2

Five networks learn from all sites of `tm-complexes-k`; compounds and ligand families
are left out in five parts each, and networks are trained anew for each part: they tell
what to expect of what is new. What was trained with parts left out is kept, and goes on
after an interruption.
"""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.datasets import load
from xnet_lite.jobs import prepare, teach
from xnet_lite.jobs.default_model import NAME, default_job, made_small, shipped_folder
from xnet_lite.making.cards import file_hashes
from xnet_lite.parallel.maps import checkpoint_file
from xnet_lite.predictor import Predictor
from xnet_lite.tables import Table
from xnet_lite.writing import write

CARD = "CARD.md"


def main() -> None:
    """Train, keep, and write the card."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", default="out/shipped", help="folder of a checkpoint")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    args = parser.parse_args()
    job = default_job()
    data = load(job.data)
    kept = checkpoint_file(Path(args.keep, NAME), job.as_dict() | {"n": len(data)})
    mapping = {"workers": args.workers, "checkpoint": kept}
    predictor = teach(job, prepare(job, data), progress=True, **mapping)
    predictor.meta_["name"] = NAME
    folder = shipped_folder()
    made_small(predictor).save(folder)
    text = card(Predictor.load(folder), data.labels["metal"], file_hashes(folder))
    write(folder / CARD, text)


def card(predictor: Predictor, metals: Any, files: str) -> str:
    """Return the card of the shipped model.

    Parameters
    ----------
    predictor : Predictor
    metals : array (n_sites,)
        Of the sites that it learnt from.
    files : str
        Names and hashes.
    """
    meta = predictor.meta_
    rows, error = predictor.unseen_["rows"], predictor.unseen_["error"]
    found = []
    for metal in meta["absorbers"]:
        some = error[metals[rows] == metal]
        found.append(
            {
                "metal": metal,
                "sites": str(len(some)),
                "median error / %": f"{np.median(some):.2f}",
                "90 % below / %": f"{np.percentile(some, 90):.2f}",
            }
        )
    medians = [float(one["median error / %"]) for one in found]
    return _TEXT.format(
        name=NAME,
        table=Table(found).markdown(),
        mean=f"{np.mean(medians):.2f}",
        compounds=_said(meta["out_of_bag"]),
        families=_said(meta["left_out"]),
        caught=_caught(meta["verdict"]["rates"]),
        follows=_follows(meta["verdict"]["follows"]),
        members=predictor.n_members,
        n_sites=predictor.n_known,
        model=getattr(predictor.regressor_, "model_", ""),
        files=files,
        **{key: meta[key] for key in ("dataset", "fingerprint", "version")},
    )


def _said(scores: Mapping[str, float]) -> str:
    """Error, coverage, and how σ follows the error, in words."""
    return (
        f"{scores['a_median']:.2f} % (median), "
        f"{100 * scores['coverage_2_all']:.1f} % of all points within ±2σ, r of error "
        f"and σ {scores['std_error_r']:.2f}"
    )


def _follows(kept: Mapping[str, Mapping[str, float]]) -> str:
    """How the expected error follows the real one, in words."""
    new, kinds = kept["compounds"], kept["kinds"]
    return (
        f"r {new['r']:.2f} with the error of compounds and {kinds['r']:.2f} with that "
        f"of families; it alone calls {kinds['caught']:.0%} of the families' large "
        f"errors far, and {new['false_alarms']:.0%} of compounds in vain"
    )


def _caught(rates: Mapping[str, Mapping[str, float]]) -> str:
    """How often the words of a verdict are wrong."""
    said = [
        f"{word}: {1 - one['misses']:.0%} of large errors, "
        f"{one['false_alarms']:.0%} of all others"
        for word, one in rates.items()
    ]
    return "; ".join(said)


_TEXT = """# {name}

One graph network for the K edges of nine metals, Ti to Zn: from a structure to its
spectrum, with a calibrated band and a verdict.

- **Origin**: made by xnet-lite {version} with `python -m tools.shipped_model`, which
  repeats it; {members} networks, `{model}`.
- **Licence**: BSD-3-Clause, as the package.
- **Learnt from**: `{dataset}`, all {n_sites} sites, whose card tells how structures and
  spectra were made (fingerprint {fingerprint}). Level of theory: that of the set.
- **Weights** in half precision, known spectra to three digits; nothing in the files is
  run when they are read.

## What to expect of what is new
Relative spectral error Σ|predicted − computed| / Σ|computed|. Compounds were left out
in five parts, and two networks trained anew for each: what they say of compounds that
they did not see. The shipped ones are five and saw all, so they should do a little
better.

{table}

- mean of the nine medians: {mean} %
- all compounds left out: {compounds}
- ligand families left out as a whole, in five parts, two networks each:
  {families}
- expected error of a verdict, its five numbers learnt from both:
  {follows}
- called far, and near or far, of compounds left out, an error above twice the median
  being large: {caught}

## Known limits
- Molecules with one metal and first shells of the kinds on the card of `{dataset}`; a
  crystal, a second metal within 4 Å or a new ligand atom is told by the verdict.
- It imitates the engine, not experiment: what the engine has wrong, it repeats.
- Settings of the network were chosen on a part of the training compounds, and those
  compounds are in the table too.

## Files (SHA-256)
{files}
"""

if __name__ == "__main__":
    main()
