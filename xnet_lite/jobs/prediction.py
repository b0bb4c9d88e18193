"""One prediction with everything that belongs beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xnet_lite import sketch
from xnet_lite.arrays import Array, Ints
from xnet_lite.complexes import readable
from xnet_lite.datasets.footing import tabulated
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.jobs.comparison import Comparison, csv_of
from xnet_lite.jobs.default_model import check_known, default_model
from xnet_lite.jobs.teaching import taught
from xnet_lite.models.band import Band
from xnet_lite.predictor import Predictor
from xnet_lite.predictor.inputs import check_absorbers, to_features
from xnet_lite.provenance import UNITS, provenance
from xnet_lite.scattering import boundary_doubts
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site
from xnet_lite.trust import Judge, KnownSites, Nearest, Verdict

#: raised whenever a reader of the old one would misread the new one
FORMAT = "xnet-lite prediction 1"
N_NEIGHBORS = 5
SINGLE = (
    "the model is a single one and gives no error band and no verdict: train one with "
    "15 members to see how sure it is"
)
MUTE = "the model was kept without a verdict: train it anew to have one"


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
    verdict : Verdict or None
        Whether the like is known, and what error to expect; None of a single model, and
        of one that was kept without.
    covered : mapping of str to float
        Shares of points within the band: of "compounds" that no member saw, and of
        ligand "families" that others did not, where they are known.
    near : ndarray, shape (n_neighbors, n_energies), or None
        Spectra of the neighbors, where they were kept.
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
    verdict: Verdict | None = None
    covered: Mapping[str, float] = field(default_factory=dict)
    near: Array | None = None
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

    @property
    def promise(self) -> list[str]:
        """How wide the band is and how far it was kept; the verdict, if it is good."""
        said = []
        if self.std is not None:
            kept = [f"of {k} never seen {x:.0%}" for k, x in self.covered.items()]
            ends = f"; {', '.join(kept)} of the points were within it" if kept else ""
            wide = 2 * self.std.mean()
            said.append(f"±2σ is {wide:.3f} on average over the energies{ends}")
        if self.verdict is not None and self.verdict.word == "known":
            said.append(self.verdict.sentence)
        return said

    @property
    def beside(self) -> dict[str, Array]:
        """Spectra of the nearest known sites, by what they are called."""
        if self.near is None:
            return {}
        names = [one["formula"] for one in self.neighbors]
        return {
            f"known {i}: {name}": mu
            for i, (name, mu) in enumerate(zip(names, self.near, strict=True), 1)
        }

    def _facts(self) -> dict[str, object]:
        return {
            "of": self.site.label,
            "e0": f"{self.e0:.1f} eV",
            "±2σ": None
            if self.std is None
            else f"{2 * self.std.mean():.3f} on average",
            "verdict": self.verdict and self.verdict.word,
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
            "band_coverage": dict(self.covered),
            "verdict": None if self.verdict is None else self.verdict.as_dict(),
            "neighbors": self._neighbors(),
            "notes": list(self.site.notes),
            "warnings": self.warnings,
            "provenance": self.provenance,
        }

    def as_csv(self, comparison: Comparison | None = None) -> str:
        """Return it as `predict --out x.csv` writes it, with what it is compared with.

        Columns: energy and mu, std where there is a band, spectra of the neighbors.
        """
        told = self.as_dict()
        kept = ("absorber_index", "neighbors", "band_coverage", "verdict", "notes")
        meta = {key: told[key] for key in (*kept, "warnings", "provenance")}
        meta["neighbors"] = self.neighbors
        more = {} if self.std is None else {"std": self.std}
        more |= {f"near_{i}": mu for i, mu in enumerate(self.beside.values(), 1)}
        return csv_of(self.spectrum, more, meta, comparison)

    def _neighbors(self) -> list[dict[str, Any]]:
        """The neighbors with their spectra, ready for JSON."""
        if self.near is None:
            return self.neighbors
        spectra = self.near.tolist()
        return [
            {**one, "mu": mu} for one, mu in zip(self.neighbors, spectra, strict=True)
        ]


def identity_of(predictor: Predictor, name: str | None = None) -> dict[str, Any]:
    """Return what tells a predictor from others, ready for JSON.

    Parameters
    ----------
    predictor : Predictor
    name : str, optional
        What it is called; the kind of its model where it has no name.
    """
    meta = predictor.meta_
    model = meta.get("job", {}).get("model", type(predictor.regressor_).__name__)
    told = {
        key: meta.get(key) for key in ("dataset", "fingerprint", "version", "units")
    }
    mark = {"sha256": predictor.fingerprint()}
    return {"name": name or meta.get("name") or model, "model": model, **told, **mark}


def predict(site: Site, folder: Path | None = None) -> Prediction:
    """Predict the spectrum of one site by a kept model, or by the default one.

    Parameters
    ----------
    site : Site
    folder : Path, optional
        Of a model; without it, the default one is taken.

    Raises
    ------
    InputError
        For a folder without a model, or an element or an edge that is not known.
    """
    if folder is not None:
        return predict_site(taught(folder), site, name=Path(folder).resolve().name)
    check_known(site)
    return predict_site(default_model(), site)


def predict_site(
    predictor: Predictor,
    site: Site,
    n_neighbors: int = N_NEIGHBORS,
    name: str | None = None,
) -> Prediction:
    """Predict the spectrum of one site.

    Parameters
    ----------
    predictor : Predictor
        Trained on sites, or on features whose descriptor it knows.
    site : Site
    n_neighbors : int
        How many of the nearest training sites to name.
    name : str, optional
        What the model is called, in every output.

    Returns
    -------
    Prediction

    Raises
    ------
    InputError
        For an element or an edge that the predictor did not learn, or one that has no
        descriptor.
    """
    return predict_sites(predictor, [site], n_neighbors, name)[0]


def predict_sites(
    predictor: Predictor,
    sites: Sequence[Site],
    n_neighbors: int = N_NEIGHBORS,
    name: str | None = None,
) -> list[Prediction]:
    """Predict the spectra of some sites in one go; takes what `predict_site` does."""
    for site in sites:
        _check(predictor, site)
    seen = to_features(sites, predictor.descriptor)
    band = predictor.predict_band(seen) if predictor.has_band else None
    mu = predictor.predict(seen) if band is None else band.mean
    judge = Judge.of(predictor)
    known = KnownSites.of(predictor) if judge is None else judge.places
    near, outside = known.nearest(seen, n_neighbors), known.warnings(seen)
    verdicts = [None] * len(sites) if judge is None else judge.verdicts(sites, seen)
    model, facts = identity_of(predictor, name), predictor.meta_
    absolute = facts.get("energy_reference", "e0") == "absolute"
    found = []
    for i, site in enumerate(sites):
        warnings = _warnings(verdicts[i], outside[i], band is None)
        rows, e0 = near.indices[i], _edge_energy(facts, site)
        found.append(
            Prediction(
                site=site,
                energy=predictor.energy_ + (0.0 if absolute else e0),
                mu=mu[i],
                band=None if band is None else band[i],
                e0=e0,
                neighbors=_named(near, i),
                warnings=warnings + boundary_doubts(site, by_engine=False),
                indices=rows,
                verdict=verdicts[i],
                covered=_covered(facts),
                near=None if judge is None else judge.spectra(rows),
                model=model,
            )
        )
    return found


def _check(predictor: Predictor, site: Site) -> None:
    """Refuse a site that a predictor cannot see."""
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
    check_absorbers([site], facts)


def _edge_energy(facts: Mapping[str, Any], site: Site) -> float:
    """Where the zero of a site's energies is, eV."""
    e0 = facts.get("e0") or facts.get("edge_energies", {}).get(site.absorber)
    return float(e0 or tabulated(site.absorber, site.edge))


def _warnings(verdict: Verdict | None, outside: str, single: bool) -> list[str]:
    """What a verdict has to say, or that there is none."""
    if verdict is None:
        return [*([outside] if outside else []), SINGLE if single else MUTE]
    alarm = [] if verdict.word == "known" else [verdict.sentence]
    return alarm + verdict.sentences


def _named(near: Nearest, i: int) -> list[dict[str, Any]]:
    """The nearest known sites of site i, as JSON has them."""
    return [
        {
            "name": name,
            "formula": readable(name),
            "distance": round(float(distance), 4),
        }
        for name, distance in zip(near.names[i], near.distances[i], strict=True)
    ]


def _covered(facts: Mapping[str, Any]) -> dict[str, float]:
    """How far a band was kept, by what was not seen."""
    told = {"compounds": "out_of_bag", "families": "left_out"}
    found = {name: facts.get(key, {}) for name, key in told.items()}
    key = "coverage_2_all"
    return {name: one[key] for name, one in found.items() if key in one}
