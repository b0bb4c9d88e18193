"""Make xnet_lite/datasets/public/public_files.json: the public sets and their hashes.

usage: XNET_LITE_MIRROR=<folder> python tools/make_registry.py

The mirror is a folder laid out as <owner>/<repo>/<commit>/<path>. SHA-256 is computed
from it; files that it does not hold are given by their git blob id, written below.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tarfile
from pathlib import Path
from typing import Any

import xraydb

from xnet_lite.datasets.public.catalogue import spell_members
from xnet_lite.datasets.public.tarfiles import content_digest

TARGET = Path(__file__).parents[1] / "xnet_lite/datasets/public/public_files.json"

SOURCES = {
    "xanesnet": {
        "repo": "conorrankine/xanesnet",
        "commit": "c3a69ca3a8ba7bb47f2d7c24fb46a29bd1b885c1",
        "licence": "GPL-3.0",
        "citation": (
            "C. D. Rankine, T. J. Penfold, J. Chem. Phys. 156, 164102 (2022), "
            "doi:10.1063/5.0087255"
        ),
    },
    "newcastle": {
        "repo": "NewcastleRSE/XANESNET",
        "commit": "121f79fd5443f3cc558123dd5a0af1c1ba0bb80a",
        "licence": "GPL-3.0",
        "citation": (
            "T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5, 021001 (2024), "
            "doi:10.1088/2632-2153/ad5074"
        ),
    },
    "omnixas": {
        "repo": "AI-multimodal/OmniXAS",
        "commit": "57a6282d3c6717586a1a562614c64a5d18d3ba6f",
        "licence": "BSD-3-Clause",
        "citation": (
            "S. R. Kharel et al., OmniXAS: a universal deep-learning framework for "
            "materials x-ray absorption spectra, arXiv:2409.19552 (2024)"
        ),
    },
    "xaslib": {
        "repo": "XraySpectroscopy/XASDataLibrary",
        "commit": "8aba61866513d572de562ab60a51c8a4a082168b",
        "licence": "public domain",
        "citation": "XAS Data Library, https://github.com/XraySpectroscopy/XASDataLibrary",
    },
    "pyfitit": {
        "repo": "gudasergey/pyFitIt",
        "commit": "7bdf56ae59180604d54bdc78bdbbbf522b2a4d3c",
        "licence": "GPL-3.0",
        "citation": (
            "A. Martini et al., Comput. Phys. Commun. 250, 107064 (2020), "
            "doi:10.1016/j.cpc.2019.107064"
        ),
    },
}
# git blob ids in conorrankine/xanesnet, xanesnet/datasets/tmqm/k_edge_<el>.npz
TMQM_BLOBS = {
    "Ti": "b3aa98f38fbf2ce91ea3f45d19cfc07ad6443ddc",
    "V": "966d51878942ed3674afc4e372ff5ea8f6c57bc6",
    "Cr": "0808f562e352fb31f9301f2c559c6c1102585c11",
    "Mn": "c6ef00f95a4418e77b09fa6f89bcaae32417a75a",
    "Fe": "433752c3b7654ba7d45faac07d4278af83695127",
    "Co": "0ebde8b66408653028da5550482dfe598d27bd0b",
    "Ni": "7854dddb7de7ec875a170bf8d6623b2c2ae6da45",
    "Cu": "2e311ddb566a604ec92c5fddceafdfdc18e77917",
    "Zn": "b88670dcb602b47f2474e3784349546157465f9e",
}
TITLES = {
    "tmqm-k-": "{} complexes of tmQM: 97 wACSF features, FDMNES spectra",
    "csd-fe-k": "{} complexes of the CSD: structures, FDMNES spectra",
    "orca-s-k": "small {} molecules: structures, ORCA TDDFT spectra",
    "omnixas-cu-k": "{} sites of crystals: structures, FEFF9 spectra",
    "omnixas-cu-feff": "{} sites of crystals: M3GNet features, FEFF spectra",
    "omnixas-ti-feff": "{} sites of crystals: M3GNet features, FEFF spectra",
    "omnixas-cu-vasp": "{} sites of crystals: M3GNet features, VASP and FEFF spectra",
    "omnixas-ti-vasp": "{} sites of crystals: M3GNet features, VASP and FEFF spectra",
    "xasdatalibrary": "measured scans, Ti to Zn: spectra",
    "fe-terpy": "{}(terpy)2 measured in ground and excited state: one structure",
}
TMQM = "xanesnet/datasets/tmqm/"
ML_DATA = "tutorial_omnixas/ml_data/"
FEFF_CU = "tutorial_omnixas/FEFF/Cu/"
ARCHIVE = "archive.tar.gz"
PAIRS = (
    "data/{0}/xyz_test/ data/{0}/xanes_test/ data/{0}/xyz_train/ data/{0}/xanes_train/"
)
FE_TERPY = "Examples/Feterpy direct method/"
# Counts of what `load` gives, verified by tests/datasets against the mirror.
N_SITES = {
    "tmqm-k-v": 1439,
    "csd-fe-k": 109,
    "orca-s-k": 108,
    "omnixas-cu-k": 4362,
    "omnixas-cu-feff": 832,
    "omnixas-ti-feff": 1282,
    "omnixas-cu-vasp": 642,
    "omnixas-ti-vasp": 754,
    "xasdatalibrary": 124,
    "fe-terpy": 2,
}


def main() -> None:
    """Write the catalogue."""
    mirror = os.environ.get("XNET_LITE_MIRROR", "")
    if not Path(mirror).is_dir() or not mirror:
        sys.exit("Set XNET_LITE_MIRROR to the folder that mirrors the repositories.")
    record = {"sources": SOURCES, "datasets": dict(datasets(Path(mirror)))}
    text = json.dumps(record, indent=1, ensure_ascii=False)
    TARGET.write_text(text + "\n", encoding="utf-8", newline="\n")
    n_files = text.count("sha256:") + text.count("git:")
    print(f"{TARGET.name}: {len(record['datasets'])} datasets, {n_files} hashes")


def datasets(mirror: Path) -> list[tuple[str, dict[str, Any]]]:
    """Describe every public dataset."""
    return [
        *(tmqm(mirror, element) for element in TMQM_BLOBS),
        entry(mirror, "csd-fe-k", "newcastle", "Fe", PAIRS.format("fe").split()),
        entry(mirror, "orca-s-k", "newcastle", "S", PAIRS.format("graph-set").split()),
        omnixas_cu(mirror),
        *(omnixas_level(mirror, element, "feff") for element in ("Cu", "Ti")),
        *(omnixas_level(mirror, element, "vasp") for element in ("Cu", "Ti")),
        entry(mirror, "xasdatalibrary", "xaslib", "", xaslib_folders(mirror)),
        entry(mirror, "fe-terpy", "pyfitit", "Fe", [FE_TERPY]),
    ]


def xaslib_folders(mirror: Path) -> list[str]:
    """Return the folders of the library, one for each element."""
    data = folder(mirror, "xaslib") / "data"
    return [f"data/{path.name}/" for path in sorted(data.iterdir()) if path.is_dir()]


def omnixas_level(mirror: Path, element: str, code: str) -> tuple[str, dict[str, Any]]:
    """Describe the features and spectra of one code; VASP comes with FEFF."""
    name = f"omnixas-{element.lower()}-{code}"
    name, record = entry(mirror, name, "omnixas", element, [ML_DATA])
    codes = ("FEFF",) if code == "feff" else ("VASP", "FEFF")
    starts = tuple(f"{element}_{code}_" for code in codes)
    listed = record["files"][ML_DATA]
    record["files"][ML_DATA] = {f: h for f, h in listed.items() if f.startswith(starts)}
    return name, record


def omnixas_cu(mirror: Path) -> tuple[str, dict[str, Any]]:
    """Describe the Cu crystals: an archive, known by what it says.

    The repository has them as single files, which GitHub packs into an archive of
    the whole commit; the mirror holds a smaller archive, laid out alike. The hash
    of the members holds for both.
    """
    name, record = entry(mirror, "omnixas-cu-k", "omnixas", "Cu", [])
    path = folder(mirror, "omnixas") / ARCHIVE
    with tarfile.open(path) as archive:
        names = [name.split("/", 1)[1] for name in archive.getnames()]
    sites: dict[str, list[str]] = {}
    for member in sorted(names):
        if member.endswith("_Cu/xmu.dat"):
            material, _, number, _ = member.removeprefix(FEFF_CU).split("/")
            sites.setdefault(material, []).append(number.removesuffix("_Cu"))
    record["members"] = {
        "structure": FEFF_CU + "{material}/POSCAR",
        "spectrum": FEFF_CU + "{material}/FEFF-XANES/{number}_Cu/xmu.dat",
        "sites": [" ".join([m, *numbers]) for m, numbers in sites.items()],
    }
    digest = content_digest(path, spell_members(record["members"]))
    source = SOURCES["omnixas"]
    record["url"] = (
        f"https://codeload.github.com/{source['repo']}/tar.gz/{source['commit']}"
    )
    record["files"] = {"": {ARCHIVE: f"{sha256(path)} members:{digest}"}}
    return name, record


def tmqm(mirror: Path, element: str) -> tuple[str, dict[str, Any]]:
    """Describe one tmQM set; only that of V is mirrored."""
    name = f"tmqm-k-{element.lower()}"
    name, record = entry(mirror, name, "xanesnet", element, [])
    file = f"k_edge_{element.lower()}.npz"
    path = folder(mirror, "xanesnet") / TMQM / file
    blob = f"git:{TMQM_BLOBS[element]}"
    record["files"] = {TMQM: {file: sha256(path) if path.is_file() else blob}}
    return name, record


def entry(
    mirror: Path, name: str, source: str, element: str, folders: list[str]
) -> tuple[str, dict[str, Any]]:
    """Describe one dataset made of all files of some folders."""
    record = {
        "source": source,
        "title": TITLES[re.sub("^tmqm-k-.*", "tmqm-k-", name)].format(element),
        "element": element,
        "edge": "K",
        "e0": float(xraydb.xray_edge(element, "K").energy) if element else None,
        "n_sites": N_SITES.get(name),
        "files": {
            below: {
                path.name: sha256(path)
                for path in sorted((folder(mirror, source) / below).iterdir())
                if path.is_file()
            }
            for below in folders
        },
    }
    return name, record


def folder(mirror: Path, source: str) -> Path:
    """Return where a repository lies in the mirror."""
    return mirror / SOURCES[source]["repo"] / SOURCES[source]["commit"]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as the catalogue writes it."""
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
