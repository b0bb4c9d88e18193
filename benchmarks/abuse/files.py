"""Malformed files: structures, spectra, datasets, predictors."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.abuse.material import CIF, XYZ, Material
from benchmarks.abuse.trial import Case
from xnet_lite.datasets import load, read_dataset
from xnet_lite.datasets.saved import read_record
from xnet_lite.predictor import Predictor
from xnet_lite.spectra import read_spectra, read_spectrum
from xnet_lite.structures import read_site, read_sites

Contents = bytes | str
#: bytes that no program wrote as text
NOISE = hashlib.sha256(b"noise").digest() * 64
DEEP = "[" * 200_000
DIGITS = "9" * 6000


def _spoilt(path: Path, contents: Contents) -> Path:
    """A file with these contents."""
    data = contents.encode() if isinstance(contents, str) else contents
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def anything(suffix: str) -> dict[str, Callable[[Path], Path]]:
    """Return what is no file of any kind, by name: makers of paths in a folder."""

    def named(name: str, contents: Contents) -> Callable[[Path], Path]:
        return lambda folder: _spoilt(folder / f"{name}{suffix}", contents)

    def special(make: Callable[[Path], object]) -> Callable[[Path], Path]:
        def begun(folder: Path) -> Path:
            path = folder / f"special{suffix}"
            make(path)
            return path

        return begun

    bomb = gzip.compress(bytes(300 * 2**20), 1)
    return {
        "empty": named("empty", b""),
        "blank": named("blank", b" \n\t\n " * 50),
        "noise": named("noise", NOISE),
        "zeros": named("zeros", bytes(4096)),
        "a picture": named("picture", b"\x89PNG\r\n\x1a\n" + NOISE),
        "a page": named("page", "<!doctype html><html><body>404</body></html>\n"),
        "a PDF": named("paper", b"%PDF-1.7\n" + NOISE),
        "an archive": named("archive", b"PK\x03\x04" + NOISE),
        "half a gzip": named("half", gzip.compress(NOISE * 9)[:400]),
        "a gzip bomb": named("bomb", bomb),
        "a pickle": named("pickle", b"\x80\x04\x95" + NOISE),
        "deep brackets": named("deep", DEEP),
        "one long line": named("line", "x" * 3_000_000),
        "unicode alone": named("emoji", "🧪🧬🔬\n" * 40),
        "right to left": named("rtl", "‮" + "abc\n" * 30),
        "surrogates": named("surrogate", b"\xed\xa0\x80" * 200),
        "a folder": special(Path.mkdir),
        "a pipe": special(os.mkfifo),
        "no such file": special(lambda path: None),
        "a link to itself": special(lambda path: path.symlink_to(path)),
        "a link to nowhere": special(lambda path: path.symlink_to("nowhere")),
        "a link to a device": special(lambda path: path.symlink_to("/dev/zero")),
        "a link to the kernel": special(lambda path: path.symlink_to("/proc/kmsg")),
    }


def _files(
    group: str, read: Callable[[Path], object], suffix: str, texts: dict[str, Contents]
) -> Iterator[Case]:
    """Cases of a reader: anything, and texts that are nearly right."""
    for name, make in anything(suffix).items():
        yield Case(
            group,
            f"{name} as {suffix or 'no suffix'}",
            lambda _, make=make: read(make(Path.cwd())),
            ("special", *_stems(name)),
        )
    for name, contents in texts.items():
        yield Case(
            group,
            f"{suffix}: {name}",
            lambda _, c=contents: read(_spoilt(Path(f"input{suffix}"), c)),
            ("input",),
        )


def _stems(name: str) -> tuple[str, ...]:
    """How the file of a kind is called."""
    return tuple(
        stem
        for stem in (
            *(
                "empty",
                "blank",
                "noise",
                "zeros",
                "picture",
                "page",
                "paper",
                "archive",
            ),
            *("half", "bomb", "pickle", "deep", "line", "emoji", "rtl", "surrogate"),
        )
    )


XYZ_TEXTS: dict[str, Contents] = {
    "count too large": XYZ.replace("3\n", "30\n", 1),
    "count negative": XYZ.replace("3\n", "-3\n", 1),
    "count of 6000 digits": XYZ.replace("3\n", f"{DIGITS}\n", 1),
    "count with a fraction": XYZ.replace("3\n", "3.5\n", 1),
    "cut in the middle of a line": XYZ[:-8],
    "coordinate nan": XYZ.replace("1.9", "nan"),
    "coordinate inf": XYZ.replace("1.9", "inf"),
    "coordinate huge": XYZ.replace("1.9", "1e300"),
    "coordinate a word": XYZ.replace("1.9", "one"),
    "coordinate lacks": XYZ.replace("O 0 0 1.9", "O 0 0"),
    "atoms overlap": XYZ.replace("1.9", "0.01"),
    "no such element": XYZ.replace("Fe", "Qq"),
    "element 200": XYZ.replace("Fe", "200"),
    "element of unicode": XYZ.replace("Fe", "Ｆｅ"),
    "no metal": XYZ.replace("Fe", "C"),
    "two metals": XYZ.replace("O ", "Ni "),
    "nothing but a count": "0\n\n",
    "a spectrum": "7112.0 0.1\n7113.0 0.2\n7114.0 0.3\n",
    "decimal commas": XYZ.replace(".", ","),
    "lattice of words": '3\nLattice="a b c d e f g h i"\n' + XYZ.split("\n", 2)[2],
    "lattice of inf": '3\nLattice="inf 0 0 0 5 0 0 0 5"\n' + XYZ.split("\n", 2)[2],
    "lattice without volume": '3\nLattice="5 0 0 5 0 0 0 0 5"\n'
    + XYZ.split("\n", 2)[2],
    "lattice of a hair": '3\nLattice="1e-9 0 0 0 5 0 0 0 5"\n' + XYZ.split("\n", 2)[2],
    "lattice of 8 numbers": '3\nLattice="5 0 0 0 5 0 0 0"\n' + XYZ.split("\n", 2)[2],
    "properties that lie": "3\nProperties=species:S:1:pos:R:9\n"
    + XYZ.split("\n", 2)[2],
    "a second frame cut": XYZ + XYZ[:20],
}
CIF_TEXTS: dict[str, Contents] = {
    "cell negative": CIF.replace("length_a 4.3", "length_a -4.3"),
    "cell nan": CIF.replace("length_a 4.3", "length_a nan"),
    "cell zero": CIF.replace("length_b 4.3", "length_b 0"),
    "cell lacks": CIF.replace("_cell_length_c 4.3\n", ""),
    "cell a word": CIF.replace("length_c 4.3", "length_c long"),
    "cell huge": CIF.replace("4.3", "1e12"),
    "angle 0": CIF.replace("alpha 90", "alpha 0"),
    "angle 400": CIF.replace("beta 90", "beta 400"),
    "angles that close no cell": CIF.replace(" 90", " 150"),
    "no such group": CIF.replace("F m -3 m", "F q 9 9"),
    "coordinate a word": CIF.replace("0.5 0.5 0.5", "0.5 half 0.5"),
    "coordinate nan": CIF.replace("0.5 0.5 0.5", "nan 0.5 0.5"),
    "row cut": CIF[:-5],
    "loop without rows": CIF[: CIF.index("Fe1")],
    "no such element": CIF.replace("Fe1 Fe", "Qq1 Qq"),
    "no atoms at all": CIF[: CIF.index("loop_")],
    "text never ends": CIF.replace("'F m -3 m'", "\n;F m -3 m"),
    "no block": "# nothing\n",
    "atoms doubled": CIF.replace("O1 O 0.5 0.5 0.5", "O1 O 0.001 0 0"),
}
POSCAR_TEXTS: dict[str, Contents] = {
    "scale a word": "FeO\nbig\n4 0 0\n0 4 0\n0 0 4\nFe O\n1 1\nDirect\n0 0 0\n.5 0 0\n",
    "cut": "FeO\n1\n4 0 0\n0 4 0\n",
    "cell without volume": "F\n1\n4 0 0\n4 0 0\n0 0 4\nFe\n1\nDirect\n0 0 0\n",
}


def _columns(values: Any, head: str = "") -> str:
    """Two columns as text."""
    return head + "".join(f"{a} {b}\n" for a, b in values)


_E = np.arange(7050.0, 7250.0, 1.0)
_MU = 0.5 + np.arctan((_E - 7112) / 2) / np.pi
_GOOD = list(zip(_E.tolist(), _MU.round(5).tolist()))


def _at(place: int, value: object) -> list[tuple[object, object]]:
    """The good scan with one absorption that is another."""
    return [(e, value if i == place else mu) for i, (e, mu) in enumerate(_GOOD)]


SCAN_TEXTS: dict[str, Contents] = {
    "one column": "".join(f"{e}\n" for e, _ in _GOOD),
    "one row": "7112 0.5\n",
    "nothing but comments": "# energy mu\n" * 20,
    "all energies alike": _columns([(7112, i) for i in range(50)]),
    "absorption nan": _columns(_at(100, "nan")),
    "absorption inf": _columns(_at(100, "inf")),
    "absorption a word": _columns(_at(100, "high")),
    "absorption complex": _columns(_at(100, "1+2j")),
    "absorption huge": _columns(_at(100, "1e999")),
    "energies nan": _columns([("nan", mu) for _, mu in _GOOD]),
    "energies in keV": _columns([(e / 1000, mu) for e, mu in _GOOD]),
    "energies in parsec": _columns(_GOOD, "# energy(parsec) mu\n"),
    "energies in nm": _columns([(1239841.98 / e, mu) for e, mu in _GOOD]),
    "rows of unlike length": "7112 0.5\n7113 0.6 0.7\n7114\n" * 20,
    "a structure": XYZ,
    "text in the middle": _columns(_GOOD[:90]) + "ABORTED\n" + _columns(_GOOD[90:]),
    "JSON": '{"energy": [1, 2], "mu": [1, 2]}\n',
    "a number of 6000 digits": _columns(_at(3, DIGITS)),
}
XDI = "# XDI/1.0\n# Element.symbol: Fe\n# Element.edge: K\n# Column.1: energy eV\n"
XDI += "# Column.2: mutrans\n# ---\n"
XDI_TEXTS: dict[str, Contents] = {
    "no such element": _columns(_GOOD, XDI.replace("symbol: Fe", "symbol: Qq")),
    "no such edge": _columns(_GOOD, XDI.replace("edge: K", "edge: Q")),
    "unit parsec": _columns(_GOOD, XDI.replace("energy eV", "energy parsec")),
    "e0 a word": _columns(_GOOD, XDI.replace("# ---", '# Xnet_lite.e0: "low"\n# ---')),
    "no data": XDI,
}
CSV_HEAD = "# xnet_lite spectrum\n# absorber: {}\n# edge: {}\n# e0: {}\n# meta: {}\n"


def _csv(absorber: str, edge: str, e0: str, meta: str) -> str:
    """A spectrum of our own with this head."""
    rows = "".join(f"{e},{mu}\n" for e, mu in _GOOD)
    return CSV_HEAD.format(absorber, edge, e0, meta) + "energy,mu\n" + rows


CSV_TEXTS: dict[str, Contents] = {
    "absorber 7": _csv("7", '"K"', "7112.0", "{}"),
    "absorber unknown": _csv('"Uuz"', '"K"', "7112.0", "{}"),
    "edge a list": _csv('"Fe"', '["K"]', "7112.0", "{}"),
    "e0 true": _csv('"Fe"', '"K"', "true", "{}"),
    "e0 NaN": _csv('"Fe"', '"K"', "NaN", "{}"),
    "e0 1e400": _csv('"Fe"', '"K"', "1e400", "{}"),
    "meta a list": _csv('"Fe"', '"K"', "7112.0", "[1]"),
    "meta no JSON": _csv('"Fe"', '"K"', "7112.0", "{oops"),
    "meta deep": _csv('"Fe"', '"K"', "7112.0", '{"a":' + "[" * 100_000),
    "quotes that never end": 'energy,mu\n"7112,0.5\n' * 20,
}


def structures() -> Iterator[Case]:
    """Malformed structures."""
    yield from _files("read_site", read_site, ".xyz", XYZ_TEXTS)
    yield from _files("read_site", read_site, ".cif", CIF_TEXTS)
    for name, contents in POSCAR_TEXTS.items():
        yield Case(
            "read_site",
            f"POSCAR: {name}",
            lambda _, c=contents: read_site(_spoilt(Path("POSCAR"), c)),
            ("POSCAR",),
        )
    for name, absorber in {
        "index 99": 99,
        "index -1": -1,
        "nothing": "",
        "a list": [0],
        "a fraction": 0.5,
        "nan": float("nan"),
        "unicode": "Ｆｅ",
        "superscript": "²",
        "5000 digits": "1" * 5000,
        "a number too large": 10**30,
        "true": True,
    }.items():
        yield Case(
            "read_site",
            f"absorber {name}",
            lambda m, a=absorber: read_site(m.xyz, a),
            ("absor",),
        )
    for edge in ("", "k", "Q", "K1", 1, None, ["K"]):
        yield Case(
            "read_site",
            f"edge {edge!r}",
            lambda m, e=edge: read_site(m.xyz, edge=e),
            ("edge",),
        )
    for frame in (1, -2, 10**30, 0.5, "0", None, float("nan")):
        yield Case(
            "read_site",
            f"frame {frame!r}",
            lambda m, f=frame: read_site(m.xyz, frame=f),
            ("frame",),
        )
    for path in (None, 7, [], "x" * 5000, "a\0b", "", b"\xff.xyz"):
        yield Case(
            "read_site", f"path {str(path)[:12]!r}", lambda _, p=path: read_site(p)
        )
        yield Case(
            "read_sites", f"path {str(path)[:12]!r}", lambda _, p=path: read_sites(p)
        )


def spectra() -> Iterator[Case]:
    """Malformed spectra."""
    yield from _files("read_spectrum", read_spectrum, ".dat", SCAN_TEXTS)
    for suffix, texts in ((".xdi", XDI_TEXTS), (".csv", CSV_TEXTS)):
        for name, contents in texts.items():
            yield Case(
                "read_spectrum",
                f"{suffix}: {name}",
                lambda _, c=contents, s=suffix: read_spectrum(
                    _spoilt(Path(f"input{s}"), c)
                ),
                ("input",),
            )
    for suffix in (".h5", ".prj", ".nxs", ".xmu", ".spec"):
        for name in ("noise", "empty", "half a gzip", "a page"):
            yield Case(
                "read_spectrum",
                f"{suffix}: {name}",
                lambda _, s=suffix, n=name: read_spectrum(anything(s)[n](Path.cwd())),
                _stems(name),
            )
    for name, options in {
        "format unknown": {"format": "wav"},
        "format 7": {"format": 7},
        "columns unknown": {"columns": ["nix", "nox"]},
        "columns 9": {"columns": [0, 9]},
        "columns a number": {"columns": 3},
        "columns one": {"columns": ["energy"]},
        "unit parsec": {"unit": "parsec"},
        "unit 3": {"unit": 3},
        "signal unknown": {"signal": "smell"},
        "scan 5": {"scan": 5},
        "scan -3": {"scan": -3},
        "scan a word": {"scan": "first"},
        "scan nan": {"scan": float("nan")},
    }.items():
        yield Case(
            "read_spectrum",
            name,
            lambda m, o=options: read_spectrum(m.scan, **o),
            tuple(key.rstrip("s") for key in options),
        )
    for path in (None, 7, "x" * 5000, "a\0b", ""):
        yield Case(
            "read_spectra",
            f"path {str(path)[:12]!r}",
            lambda _, p=path: read_spectra(p),
        )


def _copy(folder: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(folder, Path("copy")))


def _edited(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Change a JSON file."""
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))


#: what takes the place of a fact, of whatever type it should be
WRONG: dict[str, Any] = {
    "null": None,
    "a word": "seven",
    "a number": -7,
    "a list": [[]],
    "a mapping": {"a": {}},
    "true": True,
    "NaN": float("nan"),
}


def _wrong(
    group: str, file: str, key: str, read: Callable[[Path], object], source: str
) -> Iterator[Case]:
    """A fact of a JSON file taken away or made another."""

    def run(material: Material, edit: Callable[[dict[str, Any]], object]) -> object:
        folder = _copy(material.root / source)
        _edited(folder / file, edit)
        return read(folder)

    yield Case(group, f"{key} lacks", lambda m: run(m, lambda x: x.pop(key)), (file,))
    for name, value in WRONG.items():
        yield Case(
            group,
            f"{key} is {name}",
            lambda m, v=value: run(m, lambda x: x.update({key: v})),
            ("copy", "meta.json", "model.json", key),
        )


def _right(key: str, name: str) -> bool:
    """Whether a wrong value is a right one by chance, or of no consequence."""
    right = {
        "name": {"a word"},
        "n_sites": {"a number", "true"},
        "seed": {"a number"},
        "meta": {"a mapping"},
        "absorbers": {"a mapping"},
        "version": {"true"},
    }
    return name in right.get(key, set())


def _written(file: str, contents: Contents) -> Callable[[Path], object]:
    """What replaces a file of a folder."""
    return lambda folder: _spoilt(folder / file, contents)


def _rehashed(folder: Path, file: str, index: str, contents: bytes) -> None:
    """Replace a file, and its hash too."""
    (folder / file).write_bytes(contents)
    digest = hashlib.sha256(contents).hexdigest()
    _edited(folder / index, lambda x: x["sha256"].update({file: digest}))


def _npz(**arrays: Any) -> bytes:
    """Arrays as a file."""
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def _bomb_npz() -> bytes:
    """A small archive that unpacks to 8 GB."""
    stream = io.BytesIO()
    head = b"\x93NUMPY\x01\x00"
    text = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000,), }"
    text += " " * (117 - len(text)) + "\n"
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("energy.npy", "w", force_zip64=True) as file,
    ):
        file.write(head + struct.pack("<H", len(text)) + text.encode())
        for _ in range(512):
            file.write(bytes(2**20))
    return stream.getvalue()


def _traversing() -> bytes:
    """An archive whose members lie elsewhere."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../../energy.npy", b"x")
        archive.writestr("/etc/energy.npy", b"x")
    return stream.getvalue()


def _arrays(data: Any, **changes: Any) -> bytes:
    """The arrays of a dataset with some replaced; None takes one away."""
    arrays = {"energy": data.energy, "spectra": data.spectra}
    arrays |= {f"label.{k}": v for k, v in data.labels.items()}
    arrays |= changes
    return _npz(**{k: v for k, v in arrays.items() if v is not None})


ARRAYS: dict[str, Callable[[Any], bytes]] = {
    "no archive": lambda d: NOISE,
    "cut": lambda d: _arrays(d)[:2000],
    "no energy": lambda d: _arrays(d, energy=None),
    "no spectra": lambda d: _arrays(d, spectra=None),
    "energy falls": lambda d: _arrays(d, energy=d.energy[::-1]),
    "energy complex": lambda d: _arrays(d, energy=d.energy * 1j),
    "energy words": lambda d: _arrays(d, energy=d.energy.astype(str) + np.array("x")),
    "spectra nan": lambda d: _arrays(d, spectra=d.spectra * np.nan),
    "spectra too few": lambda d: _arrays(d, spectra=d.spectra[:3]),
    "spectra one row": lambda d: _arrays(d, spectra=d.spectra[0]),
    "spectra objects": lambda d: _arrays(d, spectra=d.spectra.astype(object)),
    "labels too few": lambda d: _arrays(d, **{"label.compound": np.array(["a"])}),
    "members elsewhere": lambda d: _traversing(),
    "a bomb": lambda d: _bomb_npz(),
}


def datasets() -> Iterator[Case]:
    """Malformed datasets."""
    for name, make in anything(".json").items():
        yield Case(
            "read_record",
            name,
            lambda _, make=make: read_record(make(Path.cwd())),
            ("special", *_stems(name)),
        )
    for key in ("format", "version", "name", "n_sites", "absorbers", "meta", "sha256"):
        for case in _wrong("read_dataset", "meta.json", key, read_dataset, "set"):
            if not _right(key, case.name.removeprefix(f"{key} is ")):
                yield case

    def run(material: Material, edit: Callable[[Path], object]) -> object:
        folder = _copy(material.dataset)
        edit(folder)
        return read_dataset(folder)

    for name, make_bytes in ARRAYS.items():
        yield Case(
            "read_dataset",
            f"arrays: {name}",
            lambda m, f=make_bytes: run(
                m, lambda x: _rehashed(x, "arrays.npz", "meta.json", f(m.data))
            ),
            ("copy", "arrays.npz", "tm-complexes-k-fe"),
        )
    structures = "structures.extxyz.gz"
    for name, contents in {
        "no gzip": NOISE,
        "cut": gzip.compress(NOISE * 99)[:900],
        "one structure": gzip.compress(XYZ.encode()),
        "a bomb": gzip.compress(bytes(400 * 2**20), 1),
        "no text": gzip.compress(NOISE),
    }.items():
        yield Case(
            "read_dataset",
            f"structures: {name}",
            lambda m, c=contents: run(
                m, lambda x: _rehashed(x, structures, "meta.json", c)
            ),
            ("copy", structures),
        )
    for file in ("arrays.npz", structures, "meta.json"):
        yield Case(
            "read_dataset",
            f"{file} lacks",
            lambda m, f=file: run(m, lambda x: (x / f).unlink()),
            ("copy",),
        )
        yield Case(
            "read_dataset",
            f"{file} is another",
            lambda m, f=file: run(m, _written(f, NOISE)),
            ("copy", "meta.json"),
        )
    for name in (None, 7, "", "../..", "x" * 5000, "a\0b", "nowhere", "tmqm-k-v"):
        yield Case("load", f"name {str(name)[:12]!r}", lambda _, n=name: load(n))


OWN: dict[str, Callable[[Path], object]] = {
    "nothing in it": lambda f: [p.unlink() for p in f.iterdir()],
    "structures alone": lambda f: [p.unlink() for p in f.glob("*.txt")],
    "spectra alone": lambda f: [p.unlink() for p in f.glob("*.xyz")],
    "all structures spoilt": lambda f: [p.write_bytes(NOISE) for p in f.glob("*.xyz")],
    "all spectra spoilt": lambda f: [p.write_bytes(NOISE) for p in f.glob("*.txt")],
    "all spectra pipes": lambda f: [
        (p.unlink(), os.mkfifo(p)) for p in list(f.glob("*.txt"))
    ],
    "a table of nothing": _written("table.csv", "structure,spectrum\n"),
    "a table of other columns": _written("table.csv", "a,b\n1,2\n"),
    "a table of files elsewhere": _written(
        "table.csv", "structure,spectrum\n../../x.xyz,/etc/passwd\n"
    ),
    "a table with an absorber of none": _written(
        "table.csv", "structure,spectrum,absorber\n0.xyz,0.txt,Qq\n"
    ),
    "a table with e0 of words": _written(
        "table.csv", "structure,spectrum,e0\n0.xyz,0.txt,low\n"
    ),
    "a table with a frame too many": _written(
        "table.csv", "structure,spectrum,frame\n0.xyz,0.txt,9\n"
    ),
    "a JSON of a number": _written("table.json", "7"),
    "a JSON of words": _written("table.json", '["a", "b"]'),
    "a JSON too deep": _written("table.json", DEEP),
}


def own() -> Iterator[Case]:
    """Malformed folders and tables of one's own."""

    def run(material: Material, edit: Callable[[Path], object]) -> object:
        folder = _copy(material.root / "own")
        edit(folder)
        tables = [p for p in folder.iterdir() if p.stem == "table"]
        return load(str(tables[0] if tables else folder))

    for name, edit in OWN.items():
        yield Case("load a folder", name, lambda m, e=edit: run(m, e))


def predictors() -> Iterator[Case]:
    """Malformed predictors."""
    # 0.1.0 wrote no hash; one that learnt from features has no descriptor
    optional = {"sha256 lacks", "descriptor lacks", "descriptor is null"}
    keys = "format", "version", "arrays", "sha256", "meta", "descriptor", "model"
    for key in keys:
        for case in _wrong(
            "Predictor.load", "model.json", key, Predictor.load, "model"
        ):
            value = case.name.removeprefix(f"{key} is ")
            if case.name not in optional and not _right(key, value):
                yield case

    def run(material: Material, edit: Callable[[Path], object]) -> object:
        folder = _copy(material.root / "model")
        edit(folder)
        return Predictor.load(folder)

    for name, contents in {
        "noise": NOISE,
        "empty": b"",
        "a head of 8 EB": b"\xff" * 16,
        "a pickle": b"\x80\x04\x95" + NOISE,
        "a head that overlaps": struct.pack("<Q", 90)
        + b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},'.ljust(90),
    }.items():
        yield Case(
            "Predictor.load",
            f"arrays: {name}",
            lambda m, c=contents: run(
                m, lambda f: _rehashed(f, "model.safetensors", "model.json", c)
            ),
            ("model.safetensors",),
        )
    for file in ("model.json", "model.safetensors"):
        yield Case(
            "Predictor.load",
            f"{file} lacks",
            lambda m, f=file: run(m, lambda x: (x / f).unlink()),
            (file,),
        )
        for name in ("noise", "empty", "a folder", "a pipe", "deep brackets", "a page"):

            def replaced(folder: Path, file: str = file, name: str = name) -> None:
                made = anything("")[name](Path.cwd())
                (folder / file).unlink()
                made.rename(folder / file)

            yield Case(
                "Predictor.load",
                f"{file} is {name}",
                lambda m, e=replaced: run(m, e),
                (file, "model"),
            )
    for path in (None, 7, "", "nowhere", "x" * 5000, "a\0b"):
        yield Case(
            "Predictor.load",
            f"path {str(path)[:12]!r}",
            lambda _, p=path: Predictor.load(p),
        )


def cases() -> Iterator[Case]:
    """All of them."""
    for part in (structures, spectra, datasets, own, predictors):
        yield from part()
