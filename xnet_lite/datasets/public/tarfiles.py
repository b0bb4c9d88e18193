"""Members of a tar archive read in memory: nothing is ever unpacked onto the disk."""

import hashlib
import tarfile
import zlib
from collections.abc import Collection
from pathlib import Path, PurePosixPath

from xnet_lite.datasets.packed import reading
from xnet_lite.errors import InputError

# The members that are read are texts of some 15 kB; more is not what we asked for.
MAX_MEMBER_BYTES = 1_000_000


def read_members(path: str | Path, wanted: Collection[str]) -> dict[str, bytes]:
    """Read chosen members of a tar archive into memory.

    Parameters
    ----------
    path : str or Path
        A tar archive, compressed or not, with one folder at the top.
    wanted : collection of str
        Paths below that folder.

    Returns
    -------
    dict of str to bytes
        Those members that are there, by path below the top folder.

    Raises
    ------
    InputError
        When the archive is damaged, or holds a path that leaves its folder, or a
        wanted member that is a link or too large.
    """
    path = Path(path)
    names = frozenset(wanted)
    found: dict[str, bytes] = {}
    errors = tarfile.TarError, zlib.error
    with (
        reading(path, "is a damaged archive", *errors),
        tarfile.open(path, "r|*") as archive,
    ):
        for member in archive:
            name = _below_top(path, member.name)
            if name not in names or member.isdir():
                continue
            if not member.isreg() or member.size > MAX_MEMBER_BYTES:
                raise InputError(
                    f"{path}: member {member.name} is no plain file of a "
                    "reasonable size, so the archive is refused; fetch it again."
                )
            stream = archive.extractfile(member)
            found[name] = stream.read() if stream else b""
    return found


def _below_top(path: Path, name: str) -> str:
    """Return a member's path below the top folder; refuse one that climbs out."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts:
        raise InputError(
            f"{path}: member {name} points outside the archive, so the archive is "
            "refused; fetch it again from its origin."
        )
    return "/".join(pure.parts[1:])


def content_digest(path: str | Path, members: Collection[str]) -> str:
    """Hash what an archive says in chosen members, however it was packed.

    The SHA-256 of one line "<SHA-256 of the member>  <path>" for each member, in
    the order of the paths. Two archives with the same members agree, whatever
    their compression, their dates and the files they hold besides.

    Parameters
    ----------
    path : str or Path
        A tar archive.
    members : collection of str
        Paths below the top folder.

    Returns
    -------
    str
        64 hex digits; "incomplete" when a member is not there or the archive is
        damaged, which no digest equals.
    """
    try:
        found = read_members(path, members)
    except InputError:
        return "incomplete"
    if len(found) < len(frozenset(members)):
        return "incomplete"
    lines = (f"{hashlib.sha256(found[m]).hexdigest()}  {m}\n" for m in sorted(found))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
