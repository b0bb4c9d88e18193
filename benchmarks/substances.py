"""Which scans of the XAS Data Library are of which crystal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xnet_lite import crystals
from xnet_lite.inverse import Shell


@dataclass(frozen=True)
class Scanned:
    """A measured crystal, and how the files of its scans begin."""

    crystal: str
    files: tuple[str, ...]

    @property
    def substance(self) -> crystals.Substance:
        """Its lattice, from the literature."""
        return crystals.SUBSTANCES[self.crystal]

    @property
    def metal(self) -> str:
        """Whose edge is measured."""
        return self.substance.metal

    @property
    def name(self) -> str:
        """What it is called; elements are metals."""
        return self.crystal + (" metal" if self.crystal == self.metal else "")

    def shell(self) -> tuple[float, float]:
        """Mean distance, Å, and number of first-shell atoms over sites of the metal."""
        sites = [(Shell.of(site), share) for site, share in self.substance.sites()]
        weights = [share for _, share in sites]
        found = [(one.distance, one.number) for one, _ in sites]
        distance, number = np.average(found, axis=0, weights=weights)
        return float(distance), float(number)


SUBSTANCES = (
    Scanned("V", ("V_foil",)),
    Scanned("VO", ("VO.xdi",)),
    Scanned("V2O3", ("V2O3",)),
    Scanned("VO2", ("VO2",)),
    Scanned("V2O5", ("V2O5",)),
    Scanned("Cr2O3", ("cr2o3",)),
    Scanned("Cr2S3", ("cr2s3",)),
    Scanned("CrO2", ("cro2",)),
    Scanned("K2CrO4", ("k2cro4",)),
    Scanned("MnO", ("MnO_",)),
    Scanned("MnO2", ("MnO2",)),
    Scanned("Mn2O3", ("Mn2O3",)),
    Scanned("Mn3O4", ("Mn3O4",)),
    Scanned("Fe", ("Fe_Foil", "Fe_metal", "Hansel2001_Fe_foil")),
    Scanned("FeO", ("FeO_",)),
    Scanned("Fe2O3", ("Fe2O3",)),
    Scanned("Fe3O4", ("Fe3O4", "Hansel2001_magnetite")),
    Scanned("FeOOH", ("Hansel2001_goethite",)),
    Scanned("FeCO3", ("Hansel2001_siderite",)),
    Scanned("FeS2", ("FeS2",)),
    Scanned("Fe3C", ("Fe3C",)),
    Scanned("Co", ("co_metal",)),
    Scanned("Ni", ("Ni_metal",)),
    Scanned("Ni(OH)2", ("NiOH2",)),
    Scanned("Cu", ("Cu_Foil", "cu_metal")),
    Scanned("CuO", ("CuO_",)),
    Scanned("CuS", ("CuS_",)),
    Scanned("Zn", ("Chorover13BM_Znfoil", "Zn_foil")),
    Scanned("ZnO", ("ZnO.xdi",)),
    Scanned("ZnS", ("Chorover13BM_ZnS_", "Chorover13BM_Zn_sphalerite")),
    Scanned("ZnSe", ("zn_znse",)),
    Scanned("ZnCO3", ("Chorover13BM_Zn_smithsonite",)),
)
