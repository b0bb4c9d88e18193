"""Datasets on disk: the same bytes twice, the same data back, no code on reading."""

import gzip
import hashlib
import io
import json
import os
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms

from xnet_lite.datasets import XASDataset, read_dataset, save_dataset
from xnet_lite.datasets.packed import (
    read_arrays,
    read_sites_file,
    write_arrays,
    write_sites,
)
from xnet_lite.errors import InputError
from xnet_lite.structures import Site


def test_saving_twice_gives_the_same_bytes_whatever_the_clock_says(
    dataset, tmp_path, monkeypatch
):
    save_dataset(dataset, tmp_path / "now")
    monkeypatch.setattr(time, "time", lambda: 2e9)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2e9))
    save_dataset(dataset, tmp_path / "later")
    files = sorted(path.name for path in (tmp_path / "now").iterdir())
    assert files == ["arrays.npz", "meta.json", "structures.extxyz.gz"]
    for name in files:
        now, later = (tmp_path / f / name for f in ("now", "later"))
        assert now.read_bytes() == later.read_bytes(), name


def test_a_dataset_comes_back_as_it_was_saved(dataset, tmp_path):
    save_dataset(dataset, tmp_path)
    back = read_dataset(tmp_path)
    for part in ("energy", "spectra", "features", "groups"):
        assert np.array_equal(getattr(back, part), getattr(dataset, part)), part
    assert (back.name, back.meta) == (dataset.name, dataset.meta)


def test_sites_come_back_to_a_millionth_of_an_angstrom(dataset, tmp_path):
    write_sites(tmp_path / "sites.gz", dataset.sites)
    sites = read_sites_file(tmp_path / "sites.gz")
    for was, site in zip(dataset.sites, sites, strict=True):
        assert (site.name, site.edge) == (was.name, was.edge)
        assert site.absorber_index == was.absorber_index
        assert np.array_equal(site.atoms.numbers, was.atoms.numbers)
        assert np.array_equal(site.atoms.pbc, was.atoms.pbc)
        assert np.abs(site.atoms.positions - was.atoms.positions).max() <= 5.1e-7
        assert np.allclose(site.atoms.cell, was.atoms.cell, atol=1e-8)


def test_a_set_without_sites_and_features_comes_back_without(tmp_path):
    save_dataset(XASDataset("bare", np.arange(3.0), np.ones((2, 3))), tmp_path)
    back = read_dataset(tmp_path)
    assert (back.sites, back.features, back.labels) == (None, None, {})


def test_saving_a_set_without_sites_removes_the_sites_of_an_older_one(
    dataset, tmp_path
):
    save_dataset(dataset, tmp_path)
    save_dataset(XASDataset("bare", np.arange(3.0), np.ones((2, 3))), tmp_path)
    assert read_dataset(tmp_path).sites is None


def test_other_programs_can_read_the_structures(dataset, tmp_path):
    save_dataset(dataset, tmp_path)
    frames = ase.io.read(tmp_path / "structures.extxyz.gz", index=":", format="extxyz")
    assert [f.get_chemical_formula() for f in frames] == ["CFeO"] * 4 + ["Cu"] * 2
    assert frames[0].info["name"] == "molecule 0"
    assert frames[5].pbc.all()


def test_minus_zero_is_written_as_zero(tmp_path):
    for i, x in enumerate((0.0, -0.0, -1e-9)):
        write_sites(tmp_path / str(i), [Site(Atoms("Fe", [[x, 0, 0]]), 0)])
    first, *others = ((tmp_path / str(i)).read_bytes() for i in range(3))
    assert all(other == first for other in others)


def test_python_objects_are_refused_on_saving(tmp_path):
    with pytest.raises(InputError, match="'odd' holds Python objects"):
        write_arrays(tmp_path / "a.npz", {"odd": np.array([{}, []], dtype=object)})


class _Bomb:
    """Sets a variable of the environment when it is unpickled."""

    def __reduce__(self):
        return os.putenv, ("XNET_LITE_TEST_BOMB", "1")


def test_a_pickle_in_an_archive_is_refused_on_loading_and_not_run(tmp_path):
    buffer = io.BytesIO()
    np.save(buffer, np.array([_Bomb()], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(tmp_path / "arrays.npz", "w") as archive:
        archive.writestr("energy.npy", buffer.getvalue())
    with pytest.raises(InputError, match="no archive of plain arrays"):
        read_arrays(tmp_path / "arrays.npz")
    assert os.popen("echo $XNET_LITE_TEST_BOMB").read().strip() == ""


@pytest.mark.parametrize(
    "content", [b"", b"noise" * 50, b"PK\x03\x04" + b"\0" * 90, b"\x80\x04N."]
)
def test_a_file_that_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.npz is"):
        read_arrays(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["arrays.npz", "structures.extxyz.gz"])
def test_a_file_altered_after_saving_is_refused(dataset, tmp_path, name):
    save_dataset(dataset, tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(InputError, match=f"{name} is missing or not the file"):
        read_dataset(tmp_path)


def edited(folder, **changes):
    """Change the facts about a dataset; None takes one away."""
    path = folder / "meta.json"
    record = json.loads(path.read_text()) | changes
    kept = {key: value for key, value in record.items() if value is not None}
    path.write_text(json.dumps(kept))


@pytest.mark.parametrize("name", ["arrays.npz", "structures.extxyz.gz"])
def test_a_file_without_a_hash_is_refused(dataset, tmp_path, name):
    save_dataset(dataset, tmp_path)
    record = json.loads((tmp_path / "meta.json").read_text())
    del record["sha256"][name]
    edited(tmp_path, sha256=record["sha256"])
    with pytest.raises(InputError, match=rf"no SHA-256 of {name}"):
        read_dataset(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": {}},
        {"sha256": []},
        {"sha256": {"arrays.npz": 1}},
        {"sha256": None},
        {"name": None},
        {"name": 3},
        {"meta": "x"},
        {"absorbers": None},
        {"n_sites": "many"},
    ],
)
def test_facts_that_are_missing_or_of_another_type_are_refused(
    dataset, tmp_path, change
):
    save_dataset(dataset, tmp_path)
    edited(tmp_path, **change)
    with pytest.raises(InputError, match=r"again\.$"):
        read_dataset(tmp_path)


@pytest.mark.parametrize("text", ["[" * 10**6, "9" * 5000, "[]", "\xff", "", "null"])
def test_facts_that_are_no_mapping_are_refused(tmp_path, text):
    (tmp_path / "meta.json").write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=r"meta\.json: "):
        read_dataset(tmp_path)


def test_a_folder_in_the_place_of_a_file_is_refused(dataset, tmp_path):
    for name in ("meta.json", "arrays.npz"):
        save_dataset(dataset, tmp_path / name)
        (tmp_path / name / name).unlink()
        (tmp_path / name / name).mkdir()
        with pytest.raises(InputError, match=name):
            read_dataset(tmp_path / name)


@pytest.mark.parametrize("left_out", ["energy", "spectra"])
def test_arrays_without_what_every_dataset_has_are_refused(dataset, tmp_path, left_out):
    save_dataset(dataset, tmp_path)
    arrays = read_arrays(tmp_path / "arrays.npz")
    del arrays[left_out]
    write_arrays(tmp_path / "arrays.npz", arrays)
    contents = (tmp_path / "arrays.npz").read_bytes()
    record = json.loads((tmp_path / "meta.json").read_text())
    hashes = record["sha256"] | {"arrays.npz": hashlib.sha256(contents).hexdigest()}
    edited(tmp_path, sha256=hashes)
    with pytest.raises(InputError, match=f"holds no dataset .*{left_out}"):
        read_dataset(tmp_path)


@pytest.mark.parametrize("stop", range(10))
def test_a_dataset_killed_while_it_replaces_another_leaves_one_whole(
    dataset, tmp_path, stop, monkeypatch
):
    save_dataset(dataset, tmp_path)
    steps, replace = iter(range(100)), Path.replace

    def mortal(*args):
        if next(steps) == stop:
            raise KeyboardInterrupt
        return replace(*args)

    other = dataset[[1, 0]]
    with monkeypatch.context() as stopping, suppress(KeyboardInterrupt):
        stopping.setattr(Path, "replace", mortal)
        save_dataset(other, tmp_path)
    left = read_dataset(tmp_path)
    assert any(np.array_equal(left.spectra, d.spectra) for d in (dataset, other))


def test_a_dataset_of_a_later_version_is_refused(dataset, tmp_path):
    save_dataset(dataset, tmp_path)
    path = tmp_path / "meta.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 99}))
    with pytest.raises(InputError, match="use the xnet_lite that wrote it"):
        read_dataset(tmp_path)


def test_a_folder_without_a_dataset_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file, give the folder of a dataset"):
        read_dataset(tmp_path)


def test_facts_that_are_no_json_are_refused(tmp_path):
    odd = XASDataset("odd", np.arange(3.0), np.ones((2, 3)), meta={"when": {1, 2}})
    with pytest.raises(InputError, match="cannot be stored as JSON"):
        save_dataset(odd, tmp_path)


def test_a_name_that_would_break_the_frame_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds a quote or a line break"):
        write_sites(tmp_path / "s", [Site(Atoms("Fe"), 0, name='a" pbc="T')])


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\n3\n", b"\n4\n"), (b"Fe 0.0", b"Xx 0.0"), (b"S:1:pos", b"S:2:pos")],
)
def test_sites_of_another_layout_are_refused(dataset, tmp_path, old, new):
    path = tmp_path / "sites.gz"
    write_sites(path, dataset.sites)
    text = b"\n" + gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(text.replace(old, new, 1)[1:]))
    with pytest.raises(InputError, match="line 1 begins no frame of sites"):
        read_sites_file(path)
