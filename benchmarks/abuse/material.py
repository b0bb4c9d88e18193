"""What is in order, for abuse to spoil: files, a dataset, a model, a cache."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.datasets import XASDataset, load, save_dataset
from xnet_lite.jobs import TrainingJob, prepare, taught, teach
from xnet_lite.spectra import Spectrum, write_spectrum
from xnet_lite.structures import Site, read_site

#: sites of the small dataset
N_SITES = 24
#: what a home and a cache of the benchmark are called
FOLDERS = {"HOME": "home", "XDG_CACHE_HOME": "home/cache", "XNET_LITE_CACHE": "cache"}
XYZ = "3\nwater beside iron\nFe 0 0 0\nO 0 0 1.9\nH 0.8 0 2.4\n"
CIF = """data_rust
_cell_length_a 4.3
_cell_length_b 4.3
_cell_length_c 4.3
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'F m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Fe1 Fe 0 0 0
O1 O 0.5 0.5 0.5
"""


@dataclass(frozen=True)
class Material:
    """Files in order, below a folder."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> Material:
        """Return what is below a folder, and let nothing touch the user's cache."""
        for name, folder in FOLDERS.items():
            (root / folder).mkdir(parents=True, exist_ok=True)
            os.environ[name] = str(root / folder)
        os.environ.pop("XNET_LITE_MIRROR", None)
        os.environ |= dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
        return cls(root)

    @classmethod
    def made(cls, root: Path) -> Material:
        """Make it."""
        self = cls.at(root)
        self.xyz.write_text(XYZ)
        self.cif.write_text(CIF)
        data = load("tm-complexes-k-fe")
        small = data[~data.labels["displaced"]][:N_SITES]
        save_dataset(small, self.dataset)
        self._own(small)
        for name, model in (("model", "quick MLP"), ("ridge", "ridge")):
            hyperparameters: dict[str, Any] = {}
            training: dict[str, Any] = {}
            if model == "quick MLP":
                hyperparameters, training = {"hidden": [8]}, {"epochs": 1}
            job = TrainingJob(
                str(self.dataset),
                model,
                members=2,
                hyperparameters=hyperparameters,
                training=training,
            )
            teach(job, prepare(job, small)).save(root / name)
        self.job.write_text(json.dumps({"data": str(self.dataset), "model": "ridge"}))
        energy = 7112 + np.arange(-60.0, 120.0, 0.5)
        mu = 0.5 + np.arctan((energy - 7112) / 2) / np.pi
        write_spectrum(Spectrum(energy, mu, 7112.0, "Fe"), self.scan)
        return self

    def _own(self, data: XASDataset) -> None:
        """A folder of structures and spectra."""
        folder = self.root / "own"
        folder.mkdir()
        for i, site in enumerate((data.sites or [])[:3]):
            site.atoms.write(folder / f"{i}.xyz", format="xyz")
            lines = zip(data.energy + 7112, data.spectra[i])
            text = "".join(f"{e:.2f} {mu:.6f}\n" for e, mu in lines)
            (folder / f"{i}.txt").write_text(text)

    @property
    def xyz(self) -> Path:
        """A structure."""
        return self.root / "good.xyz"

    @property
    def cif(self) -> Path:
        """A crystal."""
        return self.root / "good.cif"

    @property
    def scan(self) -> Path:
        """A spectrum."""
        return self.root / "scan.csv"

    @property
    def job(self) -> Path:
        """A training job."""
        return self.root / "job.json"

    @property
    def dataset(self) -> Path:
        """The folder of a saved dataset."""
        return self.root / "set"

    @cached_property
    def site(self) -> Site:
        """Of the structure."""
        return read_site(self.xyz)

    @cached_property
    def data(self) -> XASDataset:
        """The dataset."""
        return load(str(self.dataset))

    @cached_property
    def predictor(self) -> Any:
        """Of the model."""
        return taught(self.root / "model")

    def filled(self, word: object) -> str:
        """A word of a command with {root} replaced."""
        return str(word).replace("{root}", str(self.root))
