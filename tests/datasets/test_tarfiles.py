"""Tar archives: only what was asked for, only in memory, nothing that climbs out."""

import io
import tarfile

import pytest

from xnet_lite.datasets.public.tarfiles import content_digest, read_members
from xnet_lite.errors import InputError

WANTED = ("a/POSCAR", "a/xmu.dat")


def pack(path, members, mode="w:gz"):
    """Write an archive of (name, bytes or TarInfo) pairs."""
    with tarfile.open(path, mode) as archive:
        for name, content in members:
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture
def good(tmp_path):
    members = [("top/a/POSCAR", b"Cu"), ("top/a/xmu.dat", b"1 2"), ("top/b", b"else")]
    return pack(tmp_path / "good.tar.gz", members)


def test_only_the_wanted_members_are_read(good):
    assert read_members(good, WANTED) == {"a/POSCAR": b"Cu", "a/xmu.dat": b"1 2"}


def test_reading_writes_nothing(good, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read_members(good, WANTED)
    assert [path.name for path in tmp_path.iterdir()] == ["good.tar.gz"]


@pytest.mark.parametrize("name", ["top/../../a/POSCAR", "/top/a/POSCAR", "../x"])
def test_a_path_that_leaves_the_archive_is_refused(tmp_path, name):
    path = pack(tmp_path / "bad.tar.gz", [(name, b"x")])
    with pytest.raises(InputError, match="points outside the archive"):
        read_members(path, WANTED)


def test_a_link_in_place_of_a_member_is_refused(tmp_path):
    link = tarfile.TarInfo("top/a/POSCAR")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
    path = pack(tmp_path / "bad.tar.gz", [("", link)])
    with pytest.raises(InputError, match="no plain file"):
        read_members(path, WANTED)


def test_a_member_beyond_reason_is_refused(tmp_path):
    path = pack(tmp_path / "bad.tar.gz", [("top/a/POSCAR", b"0" * 1_000_001)])
    with pytest.raises(InputError, match="reasonable size"):
        read_members(path, WANTED)


@pytest.mark.parametrize("keep", [0, 10, 60])
def test_a_damaged_archive_is_refused(good, keep):
    good.write_bytes(good.read_bytes()[:keep])
    with pytest.raises(InputError, match="damaged archive"):
        read_members(good, WANTED)


def test_the_digest_does_not_depend_on_packing_order_or_other_members(good, tmp_path):
    members = [("other/a/xmu.dat", b"1 2"), ("other/a/POSCAR", b"Cu")]
    plain = pack(tmp_path / "plain.tar", members, mode="w")
    assert content_digest(plain, WANTED) == content_digest(good, WANTED[::-1])


@pytest.mark.parametrize(
    "members",
    [
        [("top/a/POSCAR", b"Cu"), ("top/a/xmu.dat", b"1 3")],
        [("top/a/POSCAR", b"1 2"), ("top/a/xmu.dat", b"Cu")],
        [("top/a/POSCAR", b"Cu")],
    ],
    ids=["changed", "swapped", "missing"],
)
def test_the_digest_sees_every_change_of_a_member(good, tmp_path, members):
    other = pack(tmp_path / "other.tar.gz", members)
    assert content_digest(other, WANTED) != content_digest(good, WANTED)
