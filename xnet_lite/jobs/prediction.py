"""One prediction with everything that belongs beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xraydb

from xnet_lite import sketch
from xnet_lite.arrays import Array, Ints
from xnet_lite.complexes import readable
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.jobs.default_model import check_known, default_job, default_model
from xnet_lite.jobs.teaching import taught
from xnet_lite.models.band import Band
from xnet_lite.predictor import Predictor
from xnet_lite.provenance import UNITS, provenance
from xnet_lite.scattering import boundary_doubts
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site
from xnet_lite.trust import KnownSites

#: raised whenever a reader of the old one would misread the new one
FORMAT = "xnet-lite prediction 1"
N_NEIGHBORS = 5
SINGLE = (
    "the model is a single one and gives no error band: train one with 15 members "
    "to see how sure it is"
)


@dataclass(frozen=True, eq=False, repr=False)
class Prediction(Face):
    """A predicted spectrum, how sure it is, and which known sites are near.

    Attributes
    ----------
    site : Site
    energy : ndarray, shape (n_energies,)
        Absolute photon energy, eV.
    mu : ndarray, shape (n_energies,)
        Mean over the members, in the unit of the training set.
    band : Band or None
        How sure that is; None for a single model.
    e0 : float
        Edge energy, eV.
    neighbors : sequence of mappings
        "name", "formula" as chemists write it, and "distance" (in feature space) of
        the nearest training sites.
    warnings : sequence of str
        Why not to believe it.
    indices : ndarray of int
        Rows of the neighbors in the training set.
    model : mapping
        What made it, as `identity_of` has it.
    settings : mapping
        What else was asked for.
    """

    site: Site
    energy: Array
    mu: Array
    band: Band | None
    e0: float
    neighbors: list[dict[str, Any]]
    warnings: list[str]
    indices: Ints
    model: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def energy_rel(self) -> Array:
        """Energy from the edge, eV."""
        return self.energy - self.e0

    @property
    def spectrum(self) -> Spectrum:
        """The mean as a spectrum."""
        site = self.site
        return Spectrum(self.energy, self.mu, self.e0, site.absorber, site.edge)

    @property
    def std(self) -> Array | None:
        """Standard deviation over the members, (n_energies,); None for one model."""
        return None if self.band is None else self.band.std

    @property
    def nearest(self) -> list[dict[str, str]]:
        """The neighbors as rows of a table."""
        return [
            {
                "nearest known sites": one["formula"],
                "distance": f"{one['distance']:.2f}",
            }
            for one in self.neighbors
        ]

    def _facts(self) -> dict[str, object]:
        return {
            "of": self.site.label,
            "e0": f"{self.e0:.1f} eV",
            "±2σ": None
            if self.std is None
            else f"{2 * self.std.mean():.3f} on average",
            "nearest": "; ".join(
                f"{one['formula']} at {one['distance']:.2f}"
                for one in self.neighbors[:1]
            ),
        }

    def _notes(self) -> list[str]:
        return [*self.site.notes, *self.warnings]

    def _sketch(self) -> str:
        spread = 0 * self.mu if self.std is None else 2 * self.std
        return sketch.lines(
            self.energy_rel,
            {"prediction ± 2σ": self.mu},
            [(self.mu - spread, self.mu + spread)],
            x_label="energy from the edge / eV",
            mark=0.0,
        )

    @property
    def provenance(self) -> dict[str, Any]:
        """What made it, from which structure, with which settings, and when."""
        known = {"structure": self.site.identity(), "model": self.model}
        mu = self.model.get("units") or UNITS["mu"]
        units = UNITS | {"mu": mu} | ({} if self.std is None else {"std": mu})
        return provenance(settings=self.settings, units=units, **known)

    def as_dict(self) -> dict[str, Any]:
        """Return it as `predict --out x.json` writes it."""
        return {
            "format": FORMAT,
            "energy": self.energy.round(6).tolist(),
            "mu": self.mu.tolist(),
            "std": None if self.std is None else self.std.tolist(),
            "e0": self.e0,
            "absorber": self.site.absorber,
            "absorber_index": self.site.absorber_index,
            "neighbors": self.neighbors,
            "notes": list(self.site.notes),
            "warnings": self.warnings,
            "provenance": self.provenance,
        }


def identity_of(predictor: Predictor) -> dict[str, Any]:
    """Return what tells a predictor from others, ready for JSON."""
    meta = predictor.meta_
    model = meta.get("job", {}).get("model", type(predictor.regressor_).__name__)
    told = {
        key: meta.get(key) for key in ("dataset", "fingerprint", "version", "units")
    }
    return {"model": model, **told, "sha256": predictor.fingerprint()}


def predict(
    site: Site,
    folder: Path | None = None,
    *,
    say: Callable[[str], None] = lambda _: None,
) -> Prediction:
    """Predict the spectrum of one site by a kept model, or by the default one.

    Parameters
    ----------
    site : Site
    folder : Path, optional
        Of a model; without it, the default one of the site's element is taken, and
        trained where that is the first time.
    say : callable
        Told what takes long.

    Raises
    ------
    InputError
        For a folder without a model, or an element or an edge that is not known.
    """
    if folder is not None:
        return predict_site(taught(folder), site)
    check_known(site)
    return predict_site(default_model(default_job(site.absorber), say=say), site)


def predict_site(
    predictor: Predictor, site: Site, n_neighbors: int = N_NEIGHBORS
) -> Prediction:
    """Predict the spectrum of one site.

    Parameters
    ----------
    predictor : Predictor
        Trained on sites, or on features whose descriptor it knows.
    site : Site
    n_neighbors : int
        How many of the nearest training sites to name.

    Returns
    -------
    Prediction

    Raises
    ------
    InputError
        For an element or an edge that the predictor did not learn, or one that has no
        descriptor.
    """
    facts = predictor.meta_
    edges = facts.get("edges") or [site.edge]
    if site.edge not in edges:
        raise InputError(
            f"{site.label}: the model learnt the edges {', '.join(edges)}, give one"
        )
    if predictor.descriptor is None:
        raise InputError(
            f"{site.label}: the model learnt from ready-made features and cannot "
            "describe a structure, train one on a dataset with structures"
        )
    band = predictor.predict_band(site)[0] if predictor.has_band else None
    known = KnownSites.of(predictor)
    near = known.nearest(site, n_neighbors)
    warnings = [sentence for sentence in known.warnings(site) if sentence]
    warnings += boundary_doubts(site, by_engine=False)
    if band is None:
        warnings.append(SINGLE)
    e0 = float(facts.get("e0") or xraydb.xray_edge(site.absorber, site.edge).energy)
    absolute = facts.get("energy_reference", "e0") == "absolute"
    return Prediction(
        site=site,
        energy=predictor.energy_ + (0.0 if absolute else e0),
        mu=predictor.predict(site)[0] if band is None else band.mean,
        band=band,
        e0=e0,
        neighbors=[
            {
                "name": name,
                "formula": readable(name),
                "distance": round(float(distance), 4),
            }
            for name, distance in zip(near.names[0], near.distances[0], strict=True)
        ],
        warnings=warnings,
        indices=near.indices[0],
        model=identity_of(predictor),
    )
