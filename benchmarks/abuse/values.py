"""Malformed values: what descriptors, targets, metrics, models and the engine take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from ase import Atoms
from ase.build import bulk

from benchmarks.abuse.material import Material
from benchmarks.abuse.trial import Case
from xnet_lite import descriptors, metrics, models, spectra, targets, training, trust
from xnet_lite.datasets import XASDataset, folds, split
from xnet_lite.parallel import resumable_map
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import (
    CorrelationFilter,
    FeatureScaler,
    ImportanceFilter,
    SpectrumReader,
    VarianceFilter,
)
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site, cluster, neighbors

NAN, INF = float("nan"), float("inf")
#: by what a positive length is never
LENGTH = (0.0, -1.0, NAN, INF, "6", None, [6.0], 1j, True)
#: by what a count is never
COUNT = (-1, 2.5, NAN, INF, "6", None, [6], 10**12)
#: by what a choice among names is never
CHOICE = ("", "nix", 0, None, [], ["zero"], {"a": 1})
#: by what a share is never
SHARE = (-0.1, 1.5, NAN, INF, "half", [0.1])

_DESCRIPTORS: dict[Any, dict[str, Sequence[object]]] = {
    descriptors.WACSF: {
        "cutoff": LENGTH,
        "n_g2": COUNT,
        "n_g4": COUNT,
        "g2": CHOICE,
        "cutoff_beyond": CHOICE,
        "zeta": ((), (0,), (NAN,), ("a",), 3, None, (1, 1), (1, INF)),
        "lambda_": ((), (2,), (NAN,), "up", None, (1, 1)),
        "r_min": (-9.0, NAN, INF, "0", 99.0, None),
        "weight": (NAN, "nix", None, {"Qq": 1.0}, {"Fe": NAN}, (), [[]], -INF),
        "elements": ("Fe", (7,), (("Fe", "Qq"),), 3, ((),), (("Fe",), ("Fe", 3))),
        "g1": ("yes", None, 3),
    },
    descriptors.RDC: {
        "cutoff": LENGTH,
        "dr": (*LENGTH, 1e-12),
        "alpha": LENGTH,
        "r_min": (-1.0, NAN, INF, "0", 99.0, None),
        "r_max": (-1.0, NAN, INF, "9", 1e15),
        "pairs": CHOICE,
    },
    descriptors.MSR: {
        "cutoff": LENGTH,
        "n_s2": COUNT,
        "n_s4": COUNT,
        "r_min": (NAN, INF, "0", 99.0, None),
        "paths": CHOICE,
        "weight": (NAN, "nix", None, {"Qq": 1.0}),
    },
    descriptors.ARMSR: {
        "cutoff": LENGTH,
        "n_s3": COUNT,
        "n_angles": COUNT,
        "angles": CHOICE,
    },
    descriptors.SOAP: {
        "cutoff": LENGTH,
        "n_max": (*COUNT, 0, 10**6),
        "l_max": (-1, 21, 2.5, NAN, "4", None, [4], 10**6),
        "sigma": LENGTH,
        "compression": CHOICE,
        "species": ("Fe", (7,), (("Fe", "Qq"),), 3, ((),), ()),
    },
    descriptors.LMBTR: {
        "cutoff": LENGTH,
        "n_k2": COUNT,
        "n_k3": COUNT,
        "k2": CHOICE,
        "weighting": CHOICE,
        "scale": (-1.0, NAN, INF, "1", None),
        "spread": LENGTH,
        "species": ("Fe", (7,), (("Fe", "Qq"),), 3),
    },
    descriptors.NeighborGraph: {
        "cutoff": LENGTH,
        "n_neighbors": (*COUNT, 0, 10**6),
    },
    descriptors.PDOS: {
        "cutoff": LENGTH,
        "orbital": ("g", 3, [], ""),
        "n_points": COUNT,
        "fwhm": LENGTH,
        "smearing": (-1.0, NAN, INF, "0.2", None),
        "basis": ("nix", "", 3, None),
        "charge": (99, 0.5, NAN, "1", None, 10**9),
        "e_min": (NAN, 99.0, "low", None, -INF),
        "e_max": (NAN, -99, "high", None, INF),
    },
}


def _shown(value: object) -> str:
    """A value in a line."""
    return repr(value)[:30]


def _fails_on(
    group: str,
    make: Callable[..., object],
    words: dict[str, Sequence[object]],
    then: Callable[[Any, Material], object],
) -> Iterator[Case]:
    """One argument at a time is what it never is."""
    for name, values in words.items():
        for value in values:
            yield Case(
                group,
                f"{getattr(make, '__name__', '')} {name}={_shown(value)}",
                lambda m, n=name, v=value: then(make(**{n: v}), m),
                (name.rstrip("_"), _shown(value)),
            )


def _described(made: Any, material: Material) -> object:
    """What a descriptor makes of the structure."""
    return made.describe(material.site)


def of_descriptors() -> Iterator[Case]:
    """Arguments of descriptors, and sites."""
    for kind, words in _DESCRIPTORS.items():
        yield from _fails_on("descriptors", kind, words, _described)
    for name, settings in {
        "no class": {},
        "class unknown": {"class": "Os"},
        "class a list": {"class": []},
        "class a base": {"class": "Descriptor"},
        "argument unknown": {"class": "WACSF", "radius": 3},
        "argument of 1e5 words": {"class": "WACSF", **{f"a{i}": i for i in range(99)}},
        "parts none": {"class": "Joined", "parts": []},
        "parts words": {"class": "Joined", "parts": ["WACSF", "nix"]},
        "parts a number": {"class": "Joined", "parts": 3},
        "a number": 7,
        "nothing": None,
    }.items():
        yield Case(
            "descriptors",
            f"descriptor_of {name}",
            lambda _, s=settings: descriptors.descriptor_of(s),
        )
    for name, sites in {
        "one site": lambda m: m.site,
        "words": lambda m: ["a", "b"],
        "atoms": lambda m: [m.site.atoms],
        "a number": lambda m: 7,
        "nothing": lambda m: None,
    }.items():
        for kind in (descriptors.WACSF, descriptors.RDC, descriptors.PDOS):
            yield Case(
                "descriptors",
                f"{kind.__name__} of {name}",
                lambda m, k=kind, s=sites: k().transform(s(m)),
            )
    for name, spoil in SPOILT.items():
        yield Case(
            "descriptors",
            f"WACSF after {name}",
            lambda _, s=spoil: descriptors.WACSF().describe(s()),
        )
        yield Case(
            "engine", f"after {name}", lambda _, s=spoil: MultipleScattering()(s())
        )


def _oxide() -> Site:
    """Two atoms."""
    return Site(Atoms("FeO", [[0, 0, 0], [0, 0, 1.9]]), 0)


def _changed(change: Callable[[Atoms], object]) -> Callable[[], Site]:
    """A site whose atoms were changed behind its back."""

    def made() -> Site:
        site = _oxide()
        change(site.atoms)
        return site

    return made


def _put(name: str, value: object) -> Callable[[Atoms], object]:
    """What writes into an array of atoms."""
    return lambda atoms: atoms.arrays[name].__setitem__(1, value)


SPOILT: dict[str, Callable[[], Site]] = {
    "nan in positions": _changed(_put("positions", NAN)),
    "inf in positions": _changed(_put("positions", INF)),
    "1e300 in positions": _changed(_put("positions", 1e300)),
    "element 0": _changed(_put("numbers", 0)),
    "element 200": _changed(_put("numbers", 200)),
    "element -3": _changed(_put("numbers", -3)),
    "both atoms in one place": _changed(_put("positions", 0.0)),
    "its atoms taken away": _changed(lambda atoms: atoms.__delitem__([0, 1])),
    "a cell of nan": _changed(
        lambda a: (a.set_pbc(True), a.set_cell([[NAN, 0, 0], [0, 5, 0], [0, 0, 5]]))
    ),
    "a cell without volume": _changed(lambda a: a.set_pbc(True)),
}


def of_structures() -> Iterator[Case]:
    """Sites, neighbors, clusters."""
    for index in (-1, 2, 1.5, NAN, "0", None, [0], 10**20):
        yield Case(
            "structures",
            f"Site absorber_index={_shown(index)}",
            lambda _, i=index: Site(Atoms("FeO", [[0, 0, 0], [0, 0, 2]]), i),
            ("absorber", "index"),
        )
    for atoms in (None, "FeO", 7, [], Atoms()):
        yield Case(
            "structures", f"Site atoms={_shown(atoms)}", lambda _, a=atoms: Site(a, 0)
        )
    for cutoff in (*LENGTH, 1e6):
        for kind in (neighbors, cluster):
            yield Case(
                "structures",
                f"{kind.__name__} of a crystal, {_shown(cutoff)}",
                lambda _, k=kind, c=cutoff: k(Site(bulk("Cu", a=3.6), 0), c),
                ("cutoff", "radius", "Å"),
            )


_ENERGY = np.linspace(-15.0, 60.0, 76)
_MU = 0.5 + np.arctan(_ENERGY) / np.pi
_ROWS = np.outer(np.linspace(0.9, 1.1, 12), _MU)
_GRIDS: dict[str, tuple[Any, Any]] = {
    "spectra nan": (_ROWS * NAN, _ENERGY),
    "spectra inf": (_ROWS * INF, _ENERGY),
    "spectra one row": (_ROWS[0], _ENERGY),
    "spectra none": (_ROWS[:0], _ENERGY),
    "spectra words": (_ROWS.astype(str) + np.array("x"), _ENERGY),
    "spectra complex": (_ROWS * 1j, _ENERGY),
    "spectra ragged": ([[1.0, 2.0], [1.0]], _ENERGY),
    "spectra nothing": (None, _ENERGY),
    "energy falls": (_ROWS, _ENERGY[::-1]),
    "energy alike": (_ROWS, 0 * _ENERGY),
    "energy nan": (_ROWS, _ENERGY * NAN),
    "energy short": (_ROWS, _ENERGY[:9]),
    "energy words": (_ROWS, ["a"] * 76),
    "energy nothing": (_ROWS, None),
}
_TARGETS: dict[Any, dict[str, Sequence[object]]] = {
    targets.TDCT: {"n_components": (0, *COUNT, 77)},
    targets.PCATargets: {"n_components": (0, *COUNT, 77)},
    targets.Fourier: {"n_components": (0, *COUNT, 77), "detrend": ("no", None, 7)},
    targets.CDF: {"area": ("no", None, 7)},
    targets.EnergyGrid: {"standardise": ("no", None, 7)},
    targets.GaussianBasis: {
        "widths": ((), (0.0,), (-1.0,), (NAN,), (INF,), ("a",), 3.0, None),
        "stride": (0, *COUNT),
        "ridge": (-1.0, NAN, INF, "0", None),
    },
    targets.PiecewisePolynomials: {
        "scales": ((), (0,), (-1,), (NAN,), (2.5,), ("a",), 3, None, (10**9,)),
        "degree": (-1, 2.5, NAN, "3", None, 10**6),
    },
}


def of_targets() -> Iterator[Case]:
    """Arguments of targets, and spectra."""
    for kind, words in _TARGETS.items():
        yield from _fails_on(
            "targets", kind, words, lambda made, _: made.fit(_ROWS, _ENERGY)
        )
        for name, (rows, energy) in _GRIDS.items():
            yield Case(
                "targets",
                f"{kind.__name__}: {name}",
                lambda _, k=kind, r=rows, e=energy: k().fit(r, e),
                ("spectra", "energy", "energies", "number"),
            )
        yield Case(
            "targets",
            f"{kind.__name__} not fitted",
            lambda _, k=kind: k().transform(_ROWS),
        )


_BAD_PAIRS: dict[str, tuple[Any, Any]] = {
    "unlike shapes": (_ROWS, _ROWS[:, :9]),
    "true ones zero": (_ROWS, 0 * _ROWS),
    "true ones nan": (_ROWS, _ROWS * NAN),
    "predictions inf": (_ROWS * INF, _ROWS),
    "words": ([["a"]], [["b"]]),
    "nothing": (None, None),
    "no spectra": (_ROWS[:0], _ROWS[:0]),
    "ragged": ([[1.0], [1.0, 2.0]], [[1.0], [1.0, 2.0]]),
    "complex": (_ROWS * 1j, _ROWS),
}
_METRICS = (
    *(metrics.relative_spectral_error, metrics.median_relative_error, metrics.mse),
    *(metrics.r2, metrics.spearman),
)


def of_metrics() -> Iterator[Case]:
    """Spectra that no metric has a value for."""
    for metric in _METRICS:
        for name, (pred, true) in _BAD_PAIRS.items():
            zero_is_fine = metric is metrics.mse and name == "true ones zero"
            if not zero_is_fine:
                yield Case(
                    "metrics",
                    f"{metric.__name__}: {name}",
                    lambda _, f=metric, p=pred, t=true: f(p, t),
                )
    for name, (pred, true) in _BAD_PAIRS.items():
        if name != "true ones zero":
            yield Case(
                "metrics",
                f"coverage: {name}",
                lambda _, p=pred, t=true: metrics.coverage(p, p, t),
            )
        yield Case(
            "metrics",
            f"summarise: {name}",
            lambda _, p=pred, t=true: metrics.summarise(
                p, t, energy=_ENERGY, mean_spectrum=_MU
            ),
        )
    for k in (-1.0, NAN, "2", None):
        yield Case(
            "metrics",
            f"coverage k={k!r}",
            lambda _, k=k: metrics.coverage(_ROWS, _ROWS, _ROWS, k=k),
            ("k is",),
        )


_ENGINE: dict[str, Sequence[object]] = {
    "preset": ("nix", 7, [], ""),
    "r_fms": (*LENGTH, 1e9),
    "l_max": (0, *COUNT[:5], [6]),
    "order": (0, *COUNT[:5], [6], 51, 10**9),
    "hole": ("no", None, 7),
    "self_energy": ("no", 7),
    "polarisation": ((0, 0, 0), (1, 0), (NAN, 0, 1), (INF, 0, 1), "x", 3, (1j, 0, 0)),
    "energies": (
        *((), [0.0], [1.0, 0.0], [0.0, NAN], [0.0, INF], [-INF, 50.0], "ab", 7),
        *([0.0, 300.0], [-1e9, 50.0], [0.0, 10.0], [[0.0, 20.0]], [1e-300, 1e-299]),
    ),
    "device": ("", "foo", "mps", "cuda:99", "meta", 7, None),
    "dtype": ("nix", None, torch.float32, torch.int64, 7),
}


def of_engine() -> Iterator[Case]:
    """Arguments of the engine, and sites."""
    crystal = Site(bulk("Cu", a=3.6), 0)
    yield from _fails_on(
        "engine", MultipleScattering, _ENGINE, lambda made, _: made(crystal)
    )
    for radius in (12.0, 50.0, 500.0):
        yield Case(
            "engine",
            f"a crystal at {radius} Å",
            lambda _, r=radius: MultipleScattering(r_fms=r)(crystal),
            ("r_fms",),
        )
    for name, site in {
        "helium": lambda: Site(Atoms("He"), 0),
        "an L edge": lambda: Site(Atoms("Fe"), 0, "L3"),
        "element 118": lambda: Site(Atoms([118]), 0),
        "atoms too near": lambda: Site(Atoms("FeO", [[0, 0, 0], [0, 0, 0.3]]), 0),
        "words": lambda: "Fe",
        "nothing": lambda: None,
        "atoms": lambda: Atoms("Fe"),
    }.items():
        yield Case("engine", name, lambda _, s=site: MultipleScattering()(s()))
    for name, options in {
        "workers 0": {"workers": 0},
        "workers 1.5": {"workers": 1.5},
        "workers a word": {"workers": "two"},
        "workers none": {"workers": None},
        "checkpoint a folder": {"checkpoint": "."},
        "checkpoint a number": {"checkpoint": 7},
    }.items():
        yield Case(
            "engine",
            f"map {name}",
            lambda m, o=options: MultipleScattering().map([m.site] * 2, **o),
            ("workers", "checkpoint", "folder", "path"),
        )
        yield Case(
            "engine",
            f"resumable_map {name}",
            lambda _, o=options: resumable_map(abs, [1, 2], progress=False, **o),
            ("workers", "checkpoint", "folder", "path"),
        )


_TRAINING: dict[str, Sequence[object]] = {
    "epochs": (0, *COUNT[:7]),
    "batch_size": (0, *COUNT[:7]),
    "learning_rate": (*LENGTH,),
    "weight_decay": (-1.0, NAN, INF, "1", None),
    "schedule": CHOICE,
    "warmup": (*SHARE, 1.0),
    "clip": (0.0, -1.0, NAN, "1"),
    "average": (*SHARE, 1.0),
    "mixed_precision": ("no", None, 7),
    "patience": (0, -1, 1.5, NAN, "3"),
    "validation": (*SHARE, 0.0),
    "seed": (-1, 1.5, NAN, "0", None),
    "standardise_targets": ("no", None, 7),
    "device": ("", "foo", "cuda:99", 7, None),
}
_MODELS: dict[Any, dict[str, Sequence[object]]] = {
    models.MLP: {
        "hidden": ("a", ["a"], [1.5], [0], [-1], [10**10], None, 5, [NAN], [[8]]),
        "activation": CHOICE,
        "dropout": (*SHARE, 1.0),
        "n_waves": COUNT,
        "wave_scale": (-1.0, NAN, INF, "1", None),
        "loss": CHOICE,
        "batch_norm": ("maybe", None, 3),
        "residual": ("maybe", None, 3),
        "initialiser": CHOICE,
    },
    models.CNN: {
        "channels": ("a", [0], [1.5], [], None, [10**10]),
        "kernel_size": (0, *COUNT),
        "stride": (0, *COUNT[:6]),
        "wave_size": (0, *COUNT[:6]),
        "dropout": SHARE,
    },
    models.LSTM: {
        "step": (0, -1, 1.5, NAN, "3", 10**9),
        "n_hidden": (0, *COUNT),
        "n_layers": (0, *COUNT),
        "hidden": (["a"], [1.5], [10**10]),
    },
    models.ARDKernelRidge: {
        "steps": (0, *COUNT[:6]),
        "rows": (0, *COUNT[:6]),
        "rate": LENGTH,
        "seed": (-1, 1.5, NAN, "0", None),
    },
    models.KernelRidge: {
        "lengths": ((), (0.0,), (-1.0,), (NAN,), ("a",), 3, None),
        "noises": ((), (-1.0,), (NAN,), (INF,), ("a",), 3, None),
    },
    models.Ridge: {"alphas": ((), (0.0,), (-1.0,), (NAN,), (INF,), ("a",), 3, None)},
}
_X, _Y = np.random.default_rng(0).normal(size=(2, 12, 5))
_BAD_TABLES: dict[str, tuple[Any, Any]] = {
    "unlike rows": (_X, _Y[:3]),
    "nan in features": (_X * NAN, _Y),
    "inf in targets": (_X, _Y * INF),
    "one row of numbers": (_X[0], _Y[0]),
    "no rows": (_X[:0], _Y[:0]),
    "no features": (_X[:, :0], _Y),
    "words": ([["a"]] * 12, _Y),
    "ragged": ([[1.0], [1.0, 2.0]], _Y[:2]),
    "nothing": (None, None),
    "complex": (_X * 1j, _Y),
}


def of_models() -> Iterator[Case]:
    """Training settings, arguments of models, tables."""
    yield from _fails_on(
        "models", training.TrainConfig, _TRAINING, lambda made, _: _fitted(made)
    )
    for kind, words in _MODELS.items():
        network = issubclass(kind, models.SpectrumModel)
        make = partial(kind, 65, 5) if network else kind
        make.__name__ = kind.__name__  # type: ignore[attr-defined]
        then = (lambda made, _: made) if network else (lambda made, _: made.fit(_X, _Y))
        yield from _fails_on("models", make, words, then)
    for width in ((0, 5), (5, 0), (-1, 5), (1.5, 5), (NAN, 5), ("5", 5), (10**11, 5)):
        yield Case(
            "models", f"MLP of {width}", lambda _, w=width: models.MLP(*w), ("n_",)
        )
    for kind in (*_BASELINES, models.ARDKernelRidge):
        for name, pair in _BAD_TABLES.items():
            yield Case(
                "models",
                f"{kind.__name__}: {name}",
                lambda _, k=kind, p=pair: k().fit(*p),
            )
        yield Case(
            "models", f"{kind.__name__} not fitted", lambda _, k=kind: k().predict(_X)
        )
        if kind is models.MeanSpectrum:
            continue  # looks at none
        yield Case(
            "models",
            f"{kind.__name__}: other features",
            lambda _, k=kind: k().fit(_X, _Y).predict(_X[:, :3]),
        )
    for name, pair in _BAD_TABLES.items():
        yield Case(
            "models",
            f"training.fit: {name}",
            lambda _, p=pair: training.fit(
                partial(models.MLP, 5, 5), *p, training.TrainConfig(epochs=1)
            ),
        )
    many = np.broadcast_to(np.zeros((1, 2)), (200_000, 2))
    for kind in (models.KernelRidge, models.ARDKernelRidge):
        yield Case(
            "models",
            f"{kind.__name__} of 200 000 sites",
            lambda _, k=kind: k().fit(many, many),
            ("200",),
        )


_BASELINES = (
    *(models.MeanSpectrum, models.NearestNeighbor, models.Ridge, models.KernelRidge),
)


def _fitted(config: training.TrainConfig) -> object:
    """A network of one epoch that was trained so."""
    return training.fit(partial(models.MLP, 5, 5, hidden=[4]), _X, _Y, config)


def _spectrum(**changes: Any) -> Spectrum:
    """A good spectrum with some of it another."""
    good = {"energy": _ENERGY + 7112, "mu": _MU, "e0": 7112.0, "absorber": "Fe"}
    return Spectrum(**{**good, **changes})


_SPECTRUM: dict[str, Sequence[object]] = {
    "energy": (_ENERGY[::-1], _ENERGY * NAN, _ENERGY[:3], [], None, "x", 0 * _ENERGY),
    "mu": (_MU * NAN, _MU * INF, _MU[:3], [], None, "x", _MU * 1j, _MU[None]),
    "e0": (NAN, INF, "7112", True, [7112.0], -5j),
    "absorber": ("Qq", 26, None, [], "fe\n", "²"),
    "edge": ("Q", 1, None, [], "K1"),
    "meta": (None, 7, [1], "x"),
}
_STEPS: dict[Callable[..., object], Sequence[dict[str, Any]]] = {
    spectra.normalise: (
        {"e0": NAN},
        {"e0": 1e9},
        {"e0": "7112"},
        {"pre": (5, -5)},
        {"pre": (NAN, -5)},
        {"pre": 3},
        {"pre": (-1000, -900)},
        {"post": (500, 600)},
        {"post": ("a", "b")},
        {"post": (60, 15)},
        {"degrees": (-1, 1)},
        {"degrees": (1, 99)},
        {"degrees": (0.5, 1)},
        {"degrees": 2},
    ),
    spectra.broaden: (
        *({"fwhm": value} for value in (-1.0, NAN, INF, "1", None, [1.0])),
    ),
    spectra.resample: (
        {"energy": []},
        {"energy": [7112.0, NAN]},
        {"energy": [7200.0, 7112.0]},
        {"energy": [0.0, 1.0]},
        {"energy": "grid"},
        {"energy": None},
    ),
    spectra.align: (
        {"reference": NAN},
        {"reference": "good"},
        {"reference": None},
        {"reference": INF},
    ),
    spectra.without_pre_edge: ({"e0": NAN}, {"e0": "7112"}, {"e0": None}, {"e0": 1e9}),
}


def of_spectra() -> Iterator[Case]:
    """Spectra, and what is done with them."""
    for name, values in _SPECTRUM.items():
        for value in values:
            yield Case(
                "spectra",
                f"Spectrum {name}={_shown(value)}",
                lambda _, n=name, v=value: _spectrum(**{n: v}),
            )
    for step, many in _STEPS.items():
        for words in many:
            yield Case(
                "spectra",
                f"{step.__name__} {_shown(words)}",
                lambda _, s=step, w=words: s(_spectrum(), **w),
                (*words, "Å", "eV"),
            )
    for name, pair in {
        "falling": (_ENERGY, _MU[::-1]),
        "flat": (_ENERGY, 0 * _MU),
        "nan": (_ENERGY, _MU * NAN),
        "one point": ([1.0], [1.0]),
        "nothing": (None, None),
        "unlike": (_ENERGY, _MU[:5]),
        "energies falling": (_ENERGY[::-1], _MU),
    }.items():
        yield Case("spectra", f"find_e0: {name}", lambda _, p=pair: spectra.find_e0(*p))


def of_datasets() -> Iterator[Case]:
    """Datasets in memory, splits, resampling, scalers, predictors."""
    for name, (rows, energy) in _GRIDS.items():
        if name == "spectra none":
            continue  # an empty set is one
        yield Case(
            "datasets",
            f"XASDataset {name}",
            lambda _, r=rows, e=energy: XASDataset("a", e, r),
        )
    good = partial(XASDataset, "a", _ENERGY, _ROWS)
    for name, words in {
        "features nan": {"features": np.full((12, 2), NAN)},
        "features too few": {"features": np.ones((3, 2))},
        "features one row": {"features": np.ones(12)},
        "sites too few": {"sites": [_oxide()]},
        "sites words": {"sites": ["a"] * 12},
        "labels too few": {"labels": {"compound": ["a"]}},
        "labels no mapping": {"labels": [1]},
        "spectra_low short": {"spectra_low": _ROWS[:, :3]},
        "meta a number": {"meta": 7},
    }.items():
        yield Case("datasets", f"XASDataset {name}", lambda _, w=words: good(**w))
    for words in (
        *({"n_test": value} for value in (0, -1, 12, 99, 2.5, NAN, "3", [3])),
        *({"fraction": value} for value in (0.0, 1.0, -0.1, NAN, INF, "half")),
        *({"n_test": 3, "by": value} for value in ("mass", "", None, [], "cluster")),
        *({"n_test": 3, "seed": value} for value in (-1, 1.5, "a", [])),
        {},
        {"n_test": 3, "fraction": 0.1},
    ):
        yield Case(
            "datasets", f"split {_shown(words)}", lambda _, w=words: split(good(), **w)
        )
    for words in (
        *({"n_folds": value} for value in (0, 1, 13, 2.5, NAN, "3", None)),
        *({"n_repeats": value} for value in (0, -1, 1.5, "2")),
        *({"by": value} for value in ("mass", None)),
        *({"seed": value} for value in (-1, 1.5, "a")),
    ):
        yield Case(
            "datasets", f"folds {_shown(words)}", lambda _, w=words: folds(good(), **w)
        )
    for n in (0, -1, 2.5, "3", NAN):
        yield Case("datasets", f"sample {n!r}", lambda _, n=n: good().sample(n))
    for words in (
        *({"n_sites": value} for value in (0, -1, 2.5, NAN, "3", 10**12)),
        *({"n_members": value} for value in (0, 1, -1, 2.5, NAN, "3", 10**9)),
        *({"seed": value} for value in (-1, 1.5, "a")),
        *({"groups": value} for value in ([1], ["a"] * 12, 7)),
    ):
        yield Case(
            "trust",
            f"resample {_shown(words)}",
            lambda _, w=words: trust.resample(**{"n_sites": 12, **w}),
        )
    yield from _fails_on(
        "preprocessing",
        FeatureScaler,
        {
            "power": (0.0, -1.0, NAN, INF, "1", None),
            "floor": (0.0, -1.0, NAN, "1", None),
        },
        lambda made, _: made.fit(_X),
    )
    yield from _fails_on(
        "preprocessing",
        partial(SpectrumReader, np.arange(float(_X.shape[1]))),
        {"level": SHARE, "relevance": ("yes", None, 3)},
        lambda made, _: made.fit(_X, _Y),
    )
    yield from _fails_on(
        "preprocessing", VarianceFilter, {"share": SHARE}, lambda m, _: m.fit(_X, _Y)
    )
    yield from _fails_on(
        "preprocessing",
        CorrelationFilter,
        {"threshold": SHARE},
        lambda made, _: made.fit(_X, _Y),
    )
    yield from _fails_on(
        "preprocessing",
        ImportanceFilter,
        {"share": SHARE, "repeats": (0, -1, 1.5, "2", None)},
        lambda made, _: made.fit(_X, _Y),
    )
    for name, inputs in {
        "nothing": lambda m: None,
        "words": lambda m: ["a", "b"],
        "a number": lambda m: 7,
        "rows nan": lambda m: np.full((2, 99), NAN),
        "rows too narrow": lambda m: np.ones((2, 3)),
        "another element": lambda m: Site(Atoms("NiO", [[0, 0, 0], [0, 0, 2]]), 0),
        "no sites": lambda m: [],
        "a site of nan": lambda m: SPOILT["nan in positions"](),
        "atoms": lambda m: m.site.atoms,
    }.items():
        yield Case(
            "predictor",
            f"predict {name}",
            lambda m, i=inputs: m.predictor.predict(i(m)),
        )
        yield Case(
            "predictor",
            f"fit on {name}",
            lambda m, i=inputs: Predictor(descriptors.RDC(), model=models.Ridge()).fit(
                i(m), _ROWS, _ENERGY
            ),
        )
    yield Case(
        "predictor",
        "not fitted",
        lambda m: Predictor(descriptors.RDC()).predict(m.site),
    )


def cases() -> Iterator[Case]:
    """All of them."""
    for part in (
        *(of_descriptors, of_structures, of_targets, of_metrics, of_engine),
        *(of_models, of_spectra, of_datasets),
    ):
        yield from part()
