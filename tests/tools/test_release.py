"""One version everywhere; what a wheel must hold."""

import shutil
import subprocess

import pytest

pytest.importorskip("jupytext", reason="the notebooks' tag follows the version")

from tools import built_package, release

NAMES = (release.PACKAGE, release.CITATION, release.RECIPE, release.CHANGES)


@pytest.fixture
def copy(tmp_path):
    """The files that name a version, in a folder of their own."""
    for name in NAMES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(release.ROOT / name, tmp_path / name)
    changes = tmp_path / release.CHANGES
    changes.write_text(f"## 9.1.0 (unreleased)\n\n{changes.read_text()}")
    return tmp_path


def replace(path, old, new):
    """Put other words in a file."""
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_all_files_say_the_same_version():
    assert release.disagreements() == []


def test_a_version_is_written_everywhere(copy):
    release.write_version(copy, "9.1.0", "2031-02-03")
    assert release.disagreements(copy) == []
    assert release.headings(copy)["9.1.0"] == "2031-02-03"
    release.write_version(copy, "9.1.0", "2031-02-03")  # twice is as once
    assert (copy / release.CITATION).read_text().count("date-released") == 1


@pytest.mark.parametrize("name", [release.CITATION, release.RECIPE, release.PACKAGE])
def test_a_file_of_another_version_is_named(copy, name):
    release.write_version(copy, "9.1.0", "2031-02-03")
    replace(copy / name, "9.1.0", "9.0.0")
    assert any("9.0.0" in line for line in release.disagreements(copy))


def test_another_date_is_named(copy):
    release.write_version(copy, "9.1.0", "2031-02-03")
    replace(copy / release.CITATION, "2031-02-03", "2031-02-04")
    (found,) = release.disagreements(copy)
    assert "2031-02-04" in found


@pytest.mark.parametrize(("version", "said"), [("9.1", "no version"), ("8.0.0", "8.0")])
def test_a_version_that_nobody_wrote_about_is_refused(copy, version, said):
    with pytest.raises(ValueError, match=said):
        release.write_version(copy, version, "2031-02-03")


def test_a_tag_is_ready_when_dated_newest_committed_and_new(copy):
    def git(*words):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        subprocess.run(["git", *who, *words], cwd=copy, check=True, capture_output=True)

    git("init")
    for said in ("unreleased", "begins with 9.1.0", "not committed"):
        assert any(said in line for line in release.unready(copy))
    release.write_version(copy, "9.1.0", "2031-02-03")
    git("add", ".")
    git("commit", "-m", "all")
    assert release.unready(copy) == []
    git("tag", "v9.1.0")
    (found,) = release.unready(copy)
    assert "take the next number" in found


def test_a_wheel_is_held_against_what_git_keeps():
    needed = {"xnet_lite/a.py", "xnet_lite/_data/b.npz"}
    held = {"xnet_lite/a.py", "xnet_lite/left.py", "xnet_lite-1.dist-info/METADATA"}
    assert built_package.amiss(held, needed) == [
        "the wheel lacks xnet_lite/_data/b.npz",
        "git does not know xnet_lite/left.py",
    ]


def test_packages_data_models_and_notebooks_are_wanted_in_the_wheel():
    if not (built_package.ROOT / ".git").exists():
        pytest.skip("git alone knows what is kept, and this is no checkout")
    wanted = built_package.wanted()
    assert built_package.EXAMPLE.as_posix() in wanted
    assert "xnet_lite/_models/nine-metals/model.json" in wanted
    assert "xnet_lite/_tutorials/00_welcome.ipynb" in wanted
