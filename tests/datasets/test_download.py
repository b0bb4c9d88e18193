"""Downloads: checked before use, fetched again once, clear when they fail."""

import hashlib
from pathlib import Path

import pytest

from xnet_lite.datasets.public.download import fetch_files
from xnet_lite.datasets.public.remote import RemoteFile, cache_folder, git_blob_id
from xnet_lite.errors import InputError

COMMIT = "c" * 40
GOOD, BAD = b"a spectrum\n", b"not that spectrum\n"
SHA = "sha256:" + hashlib.sha256(GOOD).hexdigest()


def remote(name="data/a.txt", digest=SHA):
    return RemoteFile("owner/repo", COMMIT, name, (digest,))


def path_on(server_name="data/a.txt"):
    return f"/owner/repo/{COMMIT}/{server_name}"


def files_below(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_downloaded_once_and_then_found_in_the_cache(server, cache):
    server.bodies[path_on()] = [GOOD]
    first = fetch_files([remote()], "set")
    assert fetch_files([remote()], "set") == first
    assert first == [cache / "owner/repo" / COMMIT / "data/a.txt"]
    assert (first[0].read_bytes(), len(server.asked)) == (GOOD, 1)


@pytest.mark.parametrize("body", [BAD, b"", (GOOD[:4], len(GOOD))])
def test_a_corrupt_download_is_refused_and_fetched_once_more(server, body):
    server.bodies[path_on()] = [body, GOOD]
    (path,) = fetch_files([remote()], "set")
    assert (path.read_bytes(), len(server.asked)) == (GOOD, 2)


def test_a_download_damaged_twice_is_refused_and_not_kept(server, cache):
    server.bodies[path_on()] = [BAD]
    with pytest.raises(InputError, match="arrived damaged 2 times"):
        fetch_files([remote()], "set")
    assert len(server.asked) == 2
    assert files_below(cache) == []


def test_a_corrupt_file_in_the_cache_is_fetched_again(server, cache):
    server.bodies[path_on()] = [GOOD]
    (path,) = fetch_files([remote()], "set")
    path.write_bytes(BAD)
    assert fetch_files([remote()], "set")[0].read_bytes() == GOOD


def test_the_git_blob_id_is_checked_like_a_hash(server):
    good = remote(digest="git:" + git_blob_id(GOOD))
    server.bodies[path_on()] = [BAD, GOOD]
    assert fetch_files([good], "set")[0].read_bytes() == GOOD


def test_the_git_blob_id_is_that_of_git():
    # the id of an empty file and of "hello\n", as `git hash-object` prints them
    assert git_blob_id(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert git_blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_many_files_come_in_the_order_they_were_asked_for(server):
    names = [f"data/{i}.txt" for i in range(20)]
    bodies = [f"{i}\n".encode() for i in range(20)]
    server.bodies = {path_on(n): [b] for n, b in zip(names, bodies, strict=True)}
    files = [
        remote(n, "git:" + git_blob_id(b)) for n, b in zip(names, bodies, strict=True)
    ]
    paths = fetch_files(files, "set", progress=False)
    assert [path.read_bytes() for path in paths] == bodies


def test_offline_one_sentence_says_what_is_missing_and_how_to_get_it(
    cache, monkeypatch
):
    # port 9 of this machine: nobody answers
    monkeypatch.setenv("XNET_LITE_MIRROR", "http://127.0.0.1:9")
    with pytest.raises(InputError) as caught:
        fetch_files([remote()], "my-set")
    message = str(caught.value)
    address = f"http://127.0.0.1:9/owner/repo/{COMMIT}/data/a.txt"
    target = str(cache / "owner/repo" / COMMIT / "data/a.txt")
    for part in ("my-set needs data/a.txt", address, target, "XNET_LITE_MIRROR"):
        assert part in message
    assert "\n" not in message


def test_a_file_that_the_server_lacks_is_named_with_the_answer(server):
    with pytest.raises(InputError, match=r"needs data/a\.txt.*\(HTTP 404\)"):
        fetch_files([remote()], "set")


def test_a_cache_that_cannot_be_written_is_named(server, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XNET_LITE_CACHE", str(tmp_path / "file"))
    server.bodies[path_on()] = [GOOD]
    with pytest.raises(InputError, match=r"cannot be written.*set XNET_LITE_CACHE"):
        fetch_files([remote()], "set")


@pytest.fixture
def mirrored(cache, tmp_path, monkeypatch):
    """A mirror folder that holds the good file."""
    path = tmp_path / "mirror" / "owner/repo" / COMMIT / "data/a.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(GOOD)
    monkeypatch.setenv("XNET_LITE_MIRROR", str(tmp_path / "mirror"))
    return path


def test_a_mirrored_file_is_used_where_it_lies(mirrored, cache):
    assert fetch_files([remote()], "set") == [mirrored]
    assert not cache.exists()


def test_a_mirror_may_be_given_as_a_file_address(mirrored, monkeypatch):
    monkeypatch.setenv("XNET_LITE_MIRROR", mirrored.parents[4].as_uri())
    assert fetch_files([remote()], "set") == [mirrored]


def test_a_wrong_file_in_the_mirror_is_refused_and_left_alone(mirrored):
    mirrored.write_bytes(BAD)
    with pytest.raises(InputError, match=r"a\.txt is not the file it should be"):
        fetch_files([remote()], "set")
    assert mirrored.read_bytes() == BAD


def test_a_file_in_the_mirror_that_cannot_be_read_is_named(mirrored, monkeypatch):
    def closed(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", closed)
    with pytest.raises(InputError, match=r"a\.txt cannot be read .*denied.*or unset"):
        fetch_files([remote()], "set")


def test_a_mirror_that_is_no_folder_is_named(cache, monkeypatch, tmp_path):
    monkeypatch.setenv("XNET_LITE_MIRROR", str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="nowhere is no folder; correct or unset it"):
        fetch_files([remote()], "set")


def test_names_with_spaces_and_brackets_become_valid_addresses(cache):
    address = remote("Examples/Feterpy direct method/X(1-).txt").address()
    assert address == (
        f"https://raw.githubusercontent.com/owner/repo/{COMMIT}/"
        "Examples/Feterpy%20direct%20method/X%281-%29.txt"
    )


def test_a_name_with_spaces_and_brackets_is_fetched(server):
    server.bodies[path_on("a%20b%281-%29.txt")] = [GOOD]
    (path,) = fetch_files([remote("a b(1-).txt")], "set")
    assert (path.name, path.read_bytes()) == ("a b(1-).txt", GOOD)


def test_without_a_choice_the_cache_is_that_of_the_platform(monkeypatch):
    monkeypatch.delenv("XNET_LITE_CACHE", raising=False)
    assert cache_folder().name == "xnet-lite"
