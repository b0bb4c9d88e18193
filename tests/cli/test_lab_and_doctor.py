"""`lab` finds the tutorials; `doctor` finds what is broken."""

import sys

import pytest

from xnet_lite import __version__
from xnet_lite.cli import doctor, lab

# --- lab --------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch):
    """What would have been run in place of this process."""
    seen = []
    monkeypatch.setattr(lab.os, "execv", lambda program, words: seen.append(words))
    return seen


def test_lab_opens_jupyterlab_at_a_copy_in_the_readers_folder(
    call, started, monkeypatch, tmp_path
):
    monkeypatch.setenv("HOME", str(tmp_path))
    result = call("lab", "--no-browser", "--port", 8899, "--", "--allow-root")
    assert result.exit_code == 0, result.stderr
    (words,) = started
    assert words[:3] == [sys.executable, "-m", "jupyterlab"]
    mine = tmp_path / "xnet-lite-tutorials"
    assert f"--ServerApp.root_dir={mine}" in words
    assert "--LabApp.default_url=/lab/tree/00_welcome.ipynb" in words
    there = lab.find_tutorials()
    copied = {path.relative_to(mine) for path in mine.rglob("*.ipynb")}
    assert copied == {path.relative_to(there) for path in there.rglob("*.ipynb")}
    assert {"--port=8899", "--no-browser", "--allow-root"} <= set(words)


def test_lab_here_opens_the_checkouts_own(call, started):
    assert call("lab", "--here", "--no-browser").exit_code == 0
    assert f"--ServerApp.root_dir={lab.find_tutorials()}" in started[0]


def test_here_and_a_folder_exclude_each_other(call, started, tmp_path):
    result = call("lab", "--here", "--folder", tmp_path)
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr
    assert not started


@pytest.fixture
def course(tmp_path):
    """A small course, and a copy of it."""
    tutorials, mine = tmp_path / "tutorials", tmp_path / "mine"
    (tutorials / "solutions").mkdir(parents=True)
    for name in ("01_a.ipynb", "02_b.ipynb", "solutions/01_a.ipynb"):
        (tutorials / name).write_text("old")
    assert lab.copy_tutorials(tutorials, mine) == []
    return tutorials, mine


def test_a_copy_that_nobody_changed_is_brought_up_to_date(course):
    tutorials, mine = course
    (tutorials / "01_a.ipynb").write_text("new")
    assert lab.copy_tutorials(tutorials, mine) == []
    assert (mine / "01_a.ipynb").read_text() == "new"


def test_what_the_reader_wrote_is_kept_and_the_newer_put_beside_once(course):
    tutorials, mine = course
    (mine / "01_a.ipynb").write_text("my work")
    assert lab.copy_tutorials(tutorials, mine) == []  # nothing newer yet
    (tutorials / "01_a.ipynb").write_text("new")
    (said,) = lab.copy_tutorials(tutorials, mine)
    beside = mine / f"01_a-{__version__}.ipynb"
    assert beside.name in said
    assert (mine / "01_a.ipynb").read_text() == "my work"
    assert beside.read_text() == "new"
    beside.write_text("my work in the newer one")
    assert lab.copy_tutorials(tutorials, mine) == []
    assert beside.read_text() == "my work in the newer one"


def test_a_file_of_the_readers_that_was_there_before_is_kept(tmp_path, course):
    tutorials, _ = course
    other = tmp_path / "other"
    other.mkdir()
    (other / "01_a.ipynb").write_text("mine from elsewhere")
    assert len(lab.copy_tutorials(tutorials, other)) == 1
    assert (other / "01_a.ipynb").read_text() == "mine from elsewhere"


def test_reading_never_changes_the_checkout(course):
    tutorials, mine = course
    before = {path: path.read_bytes() for path in tutorials.rglob("*.ipynb")}
    (mine / "02_b.ipynb").write_text("run, with outputs")
    lab.copy_tutorials(tutorials, mine)
    assert before == {path: path.read_bytes() for path in tutorials.rglob("*.ipynb")}


def test_tutorials_are_found_below_the_working_folder(call, monkeypatch, tmp_path):
    installed = tmp_path / "lib" / "xnet_lite" / "cli" / "lab.py"
    monkeypatch.setattr(lab, "__file__", str(installed))
    (tmp_path / "tutorials").mkdir()
    (tmp_path / "tutorials" / "01_absorption.ipynb").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert lab.find_tutorials() == tmp_path / "tutorials"


def test_without_tutorials_lab_says_where_to_get_them(
    call, started, monkeypatch, tmp_path
):
    monkeypatch.setattr(lab, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    monkeypatch.chdir(tmp_path)
    result = call("lab")
    assert result.exit_code == 2
    assert "git clone" in result.stderr
    assert not started


def test_without_jupyterlab_lab_says_what_to_install(call, started, monkeypatch):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    result = call("lab")
    assert result.exit_code == 1
    assert "pip install 'xnet-lite[tutorials]'" in result.stderr
    assert not started


# --- doctor -----------------------------------------------------------------------


def versions(monkeypatch, **known):
    """Let only these packages be installed."""
    found = {name.replace("_", "-"): version for name, version in known.items()}
    monkeypatch.setattr(doctor, "_version", found.get)


def test_a_healthy_folder_and_data_are_in_order(embedded, call, monkeypatch):
    looks = (doctor._computing, doctor._folders, doctor._embedded_data)
    monkeypatch.setattr(doctor, "LOOKS", looks)
    result = call("doctor")
    assert result.exit_code == 0, result.stdout
    assert "66 sites in" in result.stdout
    assert "all in order" in result.stdout


@pytest.mark.parametrize(
    ("known", "remedy"),
    [
        ({"nglview": "4.0.1"}, "pip install nglview==4.0"),
        ({"ase": "3.27.0", "dscribe": "2.1.2"}, "pip install ase==3.26.0"),
    ],
)
def test_a_known_bad_version_is_broken_and_has_a_remedy(
    known, remedy, call, monkeypatch
):
    versions(monkeypatch, **known)
    monkeypatch.setattr(doctor, "LOOKS", (doctor._known_bad_pins,))
    result = call("doctor")
    assert result.exit_code == 1
    assert remedy in " ".join(result.stdout.split())
    assert "broken: " in result.stdout


@pytest.mark.parametrize(
    "known",
    [
        {"nglview": "4.0", "numpy": "2.2.6", "ase": "3.26.0", "dscribe": "2.1.2"},
        {"ase": "3.29.0"},
    ],
)
def test_good_versions_are_not_accused(known, monkeypatch):
    versions(monkeypatch, **known)
    assert [one.state for one in doctor._known_bad_pins()] == ["ok"]


def test_what_is_slow_but_works_is_only_noted(call, monkeypatch):
    versions(monkeypatch, rfc3987_syntax="1.1.0")
    monkeypatch.setattr(doctor, "LOOKS", (doctor._known_bad_pins,))
    result = call("doctor")
    assert result.exit_code == 0
    assert "note" in result.stdout


def test_a_missing_or_old_package_is_broken(monkeypatch):
    versions(monkeypatch, torch="1.0")
    assert [one.state for one in doctor._requirement("torch", ">=2.4", False)] == [
        "broken"
    ]
    missing = list(doctor._requirement("scipy", ">=1.13", extra=False))
    assert missing[0].found == "missing: pip install 'scipy>=1.13'"
    assert not list(doctor._requirement("nbval", ">=0.11", extra=True))


def test_a_cache_that_cannot_be_written_is_broken(write, monkeypatch):
    monkeypatch.setenv("XNET_LITE_CACHE", str(write("file", "x") / "cache"))
    monkeypatch.delenv("XNET_LITE_MIRROR", raising=False)
    states = {one.what: one for one in doctor._folders()}
    assert states["cache folder"].state == "broken"
    assert "set XNET_LITE_CACHE" in states["cache folder"].found
    assert states["mirror"].state == "ok"


def test_a_mirror_that_is_no_folder_is_broken(monkeypatch, tmp_path):
    monkeypatch.setenv("XNET_LITE_MIRROR", str(tmp_path / "nowhere"))
    states = {one.what: one.state for one in doctor._folders()}
    assert states["mirror"] == "broken"


def test_a_damaged_embedded_set_is_broken(embedded, monkeypatch, tmp_path):
    damaged = tmp_path / "tm-complexes-k"
    damaged.mkdir()
    for path in (embedded.root / "tm-complexes-k").iterdir():
        (damaged / path.name).write_bytes(path.read_bytes()[:-5])
    monkeypatch.setattr("xnet_lite.datasets.listing.embedded_roots", lambda: [tmp_path])
    assert next(doctor._embedded_data()).state == "broken"


def test_a_look_that_fails_is_itself_a_finding():
    def _stars():
        yield doctor.Check("sky", "ok", "blue")
        raise RuntimeError("no telescope")

    assert [one.state for one in doctor._looked(_stars)] == ["ok", "broken"]
