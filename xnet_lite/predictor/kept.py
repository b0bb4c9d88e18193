"""A predictor as files, and back."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from typing_extensions import Self

from xnet_lite.arrays import Array, Arrays, Ints
from xnet_lite.predictor import storage
from xnet_lite.predictor.face import Shown
from xnet_lite.predictor.parts import check_restored, describe, rebuild, understood
from xnet_lite.predictor.places import Places
from xnet_lite.texts import path_of

# the parts of a file and the attributes that hold them
PARTS = {"descriptor": "descriptor", "selection": "selection_", "scaler": "scaler_"}
PARTS |= {"targets": "targets_", "model": "regressor_", "calibration": "calibration_"}
PARTS |= {"places": "places_"}
ARRAYS = ("energy", "features", "mean_spectrum")
#: what stands before the names of `unseen_` and `known_` in a file
UNSEEN, KNOWN = "unseen", "known"


class Stored(Shown):
    """What of a predictor goes into files, and comes back from them."""

    meta_: dict[str, Any]
    members_: Ints | None
    places_: Places | None
    features_: Array
    unseen_: Arrays
    known_: Arrays

    def save(self, folder: str | Path) -> None:
        """Write `model.json` and `model.safetensors` into a folder."""
        storage.write(Path(folder), *self._kept())

    def fingerprint(self) -> str:
        """Return the SHA-256 that its `model.safetensors` has."""
        parts = [getattr(self, name) for name in (*PARTS.values(), "known_")]
        same, mark = vars(self).get("_mark", ([], ""))
        if len(same) != len(parts) or any(map(operator.is_not, same, parts)):
            mark = storage.digest(self._kept()[1])
            vars(self)["_mark"] = parts, mark
        return str(mark)

    @classmethod
    def load(cls, folder: str | Path, classes: Iterable[Any] = ()) -> Self:
        """Read a predictor back; nothing in the files is run.

        Parameters
        ----------
        folder : path
            What `save` wrote.
        classes : iterable of classes or objects
            Descriptor, target and model classes of your own that it was made with (or
            a ready descriptor), found by their class's name.

        Raises
        ------
        InputError
            If anything in it is missing, changed, of another version or unknown.
        """
        where = path_of(folder, "a predictor")
        settings, arrays = storage.read(where)
        predictor = cls()
        with understood(where):
            for part, thing in rebuild(settings, arrays, classes, where).items():
                setattr(predictor, PARTS[part], thing)
            for name in ARRAYS:
                setattr(predictor, f"{name}_", arrays[name])
            predictor.meta_ = storage.section(settings, "meta", where)
            predictor.members_ = None
            predictor.unseen_ = storage.under(arrays, UNSEEN)
            predictor.known_ = storage.under(arrays, KNOWN)
            check_restored(predictor, where)
        return predictor

    def _kept(self) -> tuple[dict[str, Any], Arrays]:
        """Settings and arrays that make it again."""
        parts = {part: getattr(self, name) for part, name in PARTS.items()}
        settings, arrays = describe(parts)
        arrays |= {name: getattr(self, f"{name}_") for name in ARRAYS}
        if self.places_ is not None:  # of graphs places tell all; one row is a trial
            arrays["features"] = self.features_[:1]
        arrays |= storage.above(self.unseen_, UNSEEN)
        arrays |= storage.above(self.known_, KNOWN)
        return settings | {"meta": self.meta_}, arrays
