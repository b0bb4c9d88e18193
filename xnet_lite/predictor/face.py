"""How a predictor shows itself: its parts, what it learnt from, its training."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from xnet_lite import sketch
from xnet_lite.faces import Face
from xnet_lite.preprocessing.scaler import FeatureScaler
from xnet_lite.saving import shown
from xnet_lite.targets import PCATargets

#: what was not seen, by the key in `meta_` of what is known of it
UNSEEN = {"out_of_bag": "compounds", "left_out": "ligand families"}


class Shown(Face):
    """The face of a predictor, whose parts may have learnt or not."""

    descriptor: Any
    targets: Any
    model: Any
    scaler: Any
    selection: Any
    energy_: Any
    features_: Any
    mean_spectrum_: Any
    meta_: dict[str, Any]

    @property
    def n_known(self) -> int:
        """How many sites it learnt from."""
        places = getattr(self, "places_", None)
        return len(self.features_ if places is None else places.known_)

    def _parts(self) -> dict[str, str]:
        """The steps from a site to its spectrum, in words; learnt ones where it has."""
        model = getattr(self, "regressor_", self.model)
        steps = {
            "descriptor": self.descriptor,
            "selection": getattr(self, "selection_", self.selection),
            "scaler": getattr(self, "scaler_", self.scaler or FeatureScaler()),
            "model": getattr(model, "model_", getattr(model, "builder", model)),
            "targets": getattr(self, "targets_", self.targets or PCATargets()),
        }
        return {k: shown(step) for k, step in steps.items() if step is not None}

    def _facts(self) -> Mapping[str, object]:
        if not hasattr(self, "regressor_"):
            return self._parts() | {"learnt from": "nothing yet, call fit"}
        meta, energy = self.meta_, self.energy_
        unseen = meta.get("out_of_bag", {}).get("a_median")
        held = [meta.get(key, {}).get("coverage_2_all") for key in UNSEEN]
        shares = zip(UNSEEN.values(), held, strict=True)
        said = ", ".join(f"{share:.0%} of {of}" for of, share in shares if share)
        return self._parts() | {
            "learnt from": " of ".join(
                filter(None, (f"{self.n_known} sites", meta.get("dataset")))
            ),
            "elements": ", ".join(meta.get("absorbers", [])),
            "energies": f"{len(energy)}, {energy[0]:g} to {energy[-1]:g} eV",
            "error of sites not seen": unseen
            and f"{unseen:.2f} % (median, out of bag)",
            "±2σ hold, of points not seen": said or None,
        }

    def _line(self) -> str:
        parts = (text.removeprefix("partial(") for text in self._parts().values())
        steps = (re.split(r"[(,]", text)[0] for text in parts)
        return f"{' → '.join(steps)}; learnt from {self._facts()['learnt from']}"

    def _sketch(self) -> str:
        """The losses of a training, or else the mean of the spectra it learnt from."""
        if not hasattr(self, "regressor_"):
            return ""
        known = {"mean of what it learnt from": self.mean_spectrum_}
        curve = sketch.lines(self.energy_, known, x_label="energy / eV", mark=0.0)
        return getattr(self.regressor_, "_sketch", str)() or curve
