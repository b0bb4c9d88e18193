"""Files appear whole or not at all, wherever the writing is stopped."""

import os
import re
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from xnet_lite import writing
from xnet_lite.errors import InputError
from xnet_lite.writing import (
    alone,
    check_folder,
    check_writable,
    described,
    new_folder,
    sha256,
    write,
    write_together,
)


class Killed(BaseException):
    """What no handler of errors expects."""


def names(folder):
    """Everything in a folder, hidden or not."""
    return sorted(path.name for path in folder.iterdir())


def stop_at(monkeypatch, owner, name, number, error=Killed):
    """Let the call of a number, from 0, of a function end in an error."""
    real, calls = getattr(owner, name), iter(range(1000))

    def stopped(*args, **options):
        if next(calls) == number:
            raise error
        return real(*args, **options)

    monkeypatch.setattr(owner, name, stopped)


@pytest.mark.parametrize(("owner", "name"), [(os, "fsync"), (Path, "replace")])
@pytest.mark.parametrize("error", [Killed, OSError(28, "No space left on device")])
def test_a_stopped_writing_leaves_the_old_file_and_nothing_else(
    tmp_path, monkeypatch, owner, name, error
):
    write(tmp_path / "a", "old")
    stop_at(monkeypatch, owner, name, 0, error)
    with pytest.raises(type(error) if isinstance(error, OSError) else Killed):
        write(tmp_path / "a", "new")
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_text_has_unix_line_ends_and_bytes_stay_as_they_are(tmp_path):
    assert write(tmp_path / "a", "Å\n").read_bytes() == "Å\n".encode()
    assert write(tmp_path / "b", b"\r\n\x00").read_bytes() == b"\r\n\x00"


def test_a_link_is_followed_and_its_file_keeps_its_permissions(tmp_path):
    (tmp_path / "there").write_text("old")
    (tmp_path / "there").chmod(0o640)
    (tmp_path / "link").symlink_to("there")
    write(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there").read_text() == "new"
    assert (tmp_path / "there").stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    read = []
    reader = threading.Thread(
        target=lambda: read.append((tmp_path / "pipe").read_text())
    )
    reader.start()
    write(tmp_path / "pipe", "said")
    reader.join()
    assert read == ["said"]
    assert (tmp_path / "pipe").is_fifo()


def test_a_name_as_long_as_names_can_be_is_written(tmp_path):
    write(tmp_path / ("n" * 255), "x")
    assert names(tmp_path) == ["n" * 255]


def test_what_a_killed_process_left_is_swept_and_what_a_live_one_has_is_not(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for process in (gone.pid, os.getppid()):
        (tmp_path / writing._SCRATCH.format(process, 0)).write_text("part")
    folder = tmp_path / writing._SCRATCH.format(gone.pid, 1)
    folder.mkdir()
    (folder / "b").write_text("part")
    (tmp_path / ".xnet-lite-elsewhere-1-1.part").write_text("of another machine")
    write(tmp_path / "a", "x")
    assert names(tmp_path) == [
        ".xnet-lite-elsewhere-1-1.part",
        writing._SCRATCH.format(os.getppid(), 0),
        "a",
    ]


def test_a_folder_whose_filling_is_stopped_does_not_appear(tmp_path):
    def fill():
        with new_folder(tmp_path / "a") as made:
            (made / "half").write_text("x")
            raise Killed

    with pytest.raises(Killed):
        fill()
    assert names(tmp_path) == []


def test_a_folder_that_another_process_made_meanwhile_stays(tmp_path):
    with new_folder(tmp_path / "a") as made:
        (made / "b").write_text("late")
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "b").write_text("first")
    assert names(tmp_path) == ["a"]
    assert (tmp_path / "a" / "b").read_text() == "first"


def together(folder, word):
    """Write an index and two files that say the same word."""
    files = {"one": f"1 {word}".encode(), "two": f"2 {word}".encode()}
    index = " ".join(sha256(one) for one in files.values())
    write_together(folder, ("index", index), files)


def read_together(folder):
    """The words of the files that the index names."""
    one, two = (folder / "index").read_text().split()
    found = described(folder, "one", one), described(folder, "two", two)
    return {contents.decode()[2:] for contents in found}


@pytest.mark.parametrize(("owner", "name"), [(os, "fsync"), (Path, "replace")])
@pytest.mark.parametrize("number", range(6))
def test_files_and_their_index_are_the_old_ones_or_the_new_ones(
    tmp_path, monkeypatch, owner, name, number
):
    (tmp_path / "note").write_text("of the user")
    together(tmp_path, "old")
    with monkeypatch.context() as stopping:
        stop_at(stopping, owner, name, number)
        with suppress(Killed):
            together(tmp_path, "new")
    assert read_together(tmp_path) in ({"old"}, {"new"})
    together(tmp_path, "newest")
    assert read_together(tmp_path) == {"newest"}
    assert names(tmp_path) == ["index", "note", "one", "two"]


def test_a_file_that_the_index_does_not_describe_is_refused(tmp_path):
    together(tmp_path, "old")
    (tmp_path / "two").write_text("other")
    with pytest.raises(InputError, match=r"two is not the file it should be"):
        read_together(tmp_path)


def test_a_place_that_can_be_written_is_left_as_it_was(tmp_path):
    check_writable(tmp_path / "new" / "a")
    check_folder(tmp_path / "other")
    assert names(tmp_path) == ["new", "other"]
    assert names(tmp_path / "new") == names(tmp_path / "other") == []


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    for check, place in ((check_writable, "file/a"), (check_folder, "file")):
        with pytest.raises(InputError, match=r"file.*cannot be written .*give another"):
            check(tmp_path / place)


@pytest.mark.parametrize("name", ["n" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_a_sentence(tmp_path, name):
    with pytest.raises(InputError, match="cannot be written"):
        check_writable(tmp_path / name)


def test_a_disk_that_takes_nothing_is_found_before_the_work(tmp_path, monkeypatch):
    full = OSError(28, "No space left on device")
    stop_at(monkeypatch, Path, "write_bytes", 0, full)
    with pytest.raises(InputError, match="No space left on device"):
        check_writable(tmp_path / "a")
    assert names(tmp_path) == []


COUNTER = """
import sys
from pathlib import Path
from xnet_lite.writing import alone
file = Path(sys.argv[1])
for _ in range(50):
    with alone(file):
        file.write_text(str(int(file.read_text()) + 1))
"""


def test_processes_take_turns_and_leave_no_lock(tmp_path):
    (tmp_path / "count").write_text("0")
    words = [sys.executable, "-c", COUNTER, str(tmp_path / "count")]
    processes = [subprocess.Popen(words) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert (tmp_path / "count").read_text() == "150"
    assert names(tmp_path) == ["count"]


def test_an_error_in_the_work_lets_go(tmp_path):
    with pytest.raises(FileNotFoundError), alone(tmp_path / "a"):
        raise FileNotFoundError
    with alone(tmp_path / "a"):
        assert names(tmp_path) == [".a.lock"]


WRITERS = re.compile(r"\.write_(text|bytes)\(|open\([^)]*\"[wx]b?\"")


def test_nothing_else_in_the_package_writes_files():
    package = Path(writing.__file__).parent
    found = {
        f"{path.relative_to(package)}: {line.strip()}"
        for path in package.rglob("*.py")
        if path.name != "writing.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if WRITERS.search(line) and not line.strip().startswith((">>>", "..."))
    }
    assert found == set()
