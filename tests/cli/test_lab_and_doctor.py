"""`lab` finds the tutorials; `doctor` finds what is broken."""

import sys

import pytest

from xnet_lite.cli import doctor, lab

# --- lab --------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch):
    """What would have been run in place of this process."""
    seen = []
    monkeypatch.setattr(lab.os, "execv", lambda program, words: seen.append(words))
    return seen


def test_lab_opens_jupyterlab_at_the_tutorials(call, started):
    result = call("lab", "--no-browser", "--port", 8899, "--", "--allow-root")
    assert result.exit_code == 0, result.stderr
    (words,) = started
    assert words[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={lab.find_tutorials()}" in words
    assert {"--port=8899", "--no-browser", "--allow-root"} <= set(words)


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
