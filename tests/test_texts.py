"""Files as text: every alphabet is read, nothing that is no file is waited for."""

import gzip
import os
from pathlib import Path

import pytest

from xnet_lite.errors import InputError
from xnet_lite.texts import contents_of, decoded

WORDS = "# Probe 7 – 25 °C\n7112,5\t0,25\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"],
)
def test_a_text_is_the_same_whatever_alphabet_it_was_written_in(encoding):
    assert decoded(WORDS.encode(encoding), "a.txt", "columns") == WORDS


@pytest.mark.parametrize("end", [b"\x1a", b"\x1a" * 90, b"\0\0\0"])
def test_what_dos_puts_behind_the_end_of_a_text_is_dropped(end):
    assert decoded(b"1 2\r\n" + end, "a.txt", "columns") == "1 2\r\n"


@pytest.mark.parametrize("encoding", ["shift-jis", "gb2312", "euc-kr"])
def test_numbers_survive_below_a_title_in_an_unknown_alphabet(encoding):
    title = {"shift-jis": "測定", "gb2312": "测定", "euc-kr": "측정"}[encoding]
    numbers = "7112.0 0.5\n" * 20
    assert decoded(f"# {title}\n{numbers}".encode(encoding), "a", "b").endswith(numbers)


@pytest.mark.parametrize(
    "contents", [bytes(range(256)), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"]
)
def test_what_is_no_text_is_refused(contents):
    with pytest.raises(InputError, match=r"a\.png: is not text, expected columns"):
        decoded(contents * 9, "a.png", "columns")


def test_a_packed_file_is_unpacked_whatever_it_is_called(tmp_path):
    path = tmp_path / "scan.dat"
    path.write_bytes(gzip.compress(b"1 2\n"))
    assert contents_of(path, "a spectrum") == b"1 2\n"


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(2**22)))
    with pytest.raises(InputError, match="holds more than 1 MB unpacked, give a file"):
        contents_of(path, "a spectrum", most=2**20)


def test_a_packed_file_that_was_cut_or_spoilt_is_refused(tmp_path):
    path, whole = tmp_path / "cut.gz", gzip.compress(os.urandom(5000))
    for contents in (whole[:3000], whole[:20] + bytes(50) + whole[70:]):
        path.write_bytes(contents)
        with pytest.raises(InputError, match=r"cut\.gz: cannot be opened"):
            contents_of(path, "a spectrum")


@pytest.mark.parametrize("special", ["pipe", "/dev/zero", "folder"])
def test_nothing_but_an_ordinary_file_is_opened(tmp_path, special):
    path = Path(special) if special.startswith("/") else tmp_path / special
    if special == "pipe":
        os.mkfifo(path)
    if special == "folder":
        path.mkdir()
    with pytest.raises(
        InputError, match=r"is (no ordinary file|a folder), give a file"
    ):
        contents_of(path, "a spectrum")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "\udcff\udcfe"])
def test_a_name_that_no_file_can_have_ends_in_a_sentence(tmp_path, name):
    with pytest.raises(InputError, match=r"cannot be opened|no such file"):
        contents_of(tmp_path / name, "a spectrum")
