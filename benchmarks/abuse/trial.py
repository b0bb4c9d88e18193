"""One malformed input, what answered it, and whether that was one sentence."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import resource
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from benchmarks.abuse.material import Material
from xnet_lite.errors import Doubt, InputError

#: seconds and bytes (of addresses) that a case may take
LIMIT_S, LIMIT_BYTES = 60.0, 16 * 2**30
#: characters of a sentence
LONGEST = 700
#: how a remedy begins
REMEDY = re.compile(
    r"\b(give|check|choose|correct|remove|use|train|save|fetch|make|ask|leave|stay|"
    r"name|delete|copy|resample|lower|call|go|keep|put|install|get|see|expected|one of|"
    r"try|join|draw|divide|hold|compare|start|needs?|load|add|drop|sort|"
    r"there (?:is|are)|takes?|only|it has|mend|numbered|given as|loosen|list)\b",
    re.IGNORECASE,
)
#: what no sentence shows
RAW = re.compile(r"Traceback|np\.\w+\(|array\(|<\w+ object|0x[0-9a-f]{6}", re.ASCII)


@dataclass(frozen=True)
class Case:
    """A malformed input: `do` must be answered by one sentence.

    What a reader takes with a note, or anything with a `Doubt`, is answered too.

    Attributes
    ----------
    group, name : str
        Which entry point, and what is wrong with what it is given.
    do : callable
        Takes the `Material`, in an empty folder.
    named : tuple of str
        What the sentence must name, at least one of them.
    """

    group: str
    name: str
    do: Callable[[Material], object]
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a case was answered by: "" in `fault` where that was one sentence."""

    sentence: str
    fault: str
    seconds: float


def fault_of(sentence: str, named: Sequence[str] = ()) -> str:
    """Return what is wrong with a sentence, nothing where it is as it should be."""
    if not sentence.strip():
        return "says nothing"
    if "\n" in sentence.strip():
        return "more than one line"
    if len(sentence) > LONGEST:
        return f"{len(sentence)} characters long"
    if found := RAW.search(sentence):
        return f"shows {found[0]!r}"
    if not REMEDY.search(sentence):
        return "names no remedy"
    if named and not any(one.lower() in sentence.lower() for one in named):
        return f"names none of {', '.join(named)}"
    return ""


class Sentence(Exception):
    """What a command said, for `tried` to judge; raised by cases that run one."""


def tried(case: Case, material: Material) -> Answer:
    """Try one case in an empty folder of its own."""
    start, before = time.perf_counter(), Path.cwd()
    with tempfile.TemporaryDirectory() as folder, _heard() as said:
        os.chdir(folder)
        try:
            found = case.do(material)
            doubts = [str(one.message) for one in said if one.category is Doubt]
            sentence = next(iter([*doubts, *_notes(found)]), "")
            fault = "" if sentence else f"accepted: {type(found).__name__}"
        except (InputError, Sentence) as error:
            sentence = str(error)
            fault = fault_of(sentence, case.named)
        except BaseException as error:
            sentence = f"{type(error).__name__}: {error}"[:LONGEST]
            fault = "no sentence"
        finally:
            os.chdir(before)
    return Answer(sentence, fault, time.perf_counter() - start)


@contextlib.contextmanager
def _heard() -> Iterator[list[warnings.WarningMessage]]:
    """Collect warnings."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield said


def _notes(found: object) -> list[str]:
    """The assumptions under which a reader took what it was given."""
    meta = getattr(found, "meta", {})
    notes = getattr(found, "notes", None) or getattr(meta, "get", dict)("notes", ())
    return [str(note) for note in notes or ()]


def all_tried(
    cases: Sequence[Case], root: Path, workers: int, limit_s: float = LIMIT_S
) -> Iterator[tuple[Case, Answer]]:
    """Try cases in processes; one that takes too long ends its process.

    Parameters
    ----------
    cases : sequence of Case
    root : Path
        Of the material.
    workers : int
        Processes.
    limit_s : float
        Seconds a case may take.
    """
    left = list(range(len(cases)))[::-1]
    crew = [_Worker(cases, root) for _ in range(workers)]
    try:
        while left or any(one.busy is not None for one in crew):
            for i, one in enumerate(crew):
                if one.busy is None and left:
                    one.begin(left.pop())
                elif one.busy is not None and one.late(limit_s):
                    yield cases[one.busy], Answer("", "too slow", limit_s)
                    one.end()
                    crew[i] = _Worker(cases, root)
            busy = {one.pipe: one for one in crew if one.busy is not None}
            for pipe in wait(list(busy), timeout=1.0):
                one = busy[pipe]  # type: ignore[index]
                place = one.busy
                answer = one.answer()
                if answer is None:
                    crew[crew.index(one)] = _Worker(cases, root)
                    answer = Answer("", "ended the process", 0.0)
                yield cases[place], answer
    finally:
        for one in crew:
            one.end()


class _Worker:
    """A process that tries one case after another."""

    def __init__(self, cases: Sequence[Case], root: Path) -> None:
        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self.busy: int | None = None
        self.since = 0.0
        self.process = context.Process(target=_at_work, args=(cases, root, theirs))
        self.process.start()
        theirs.close()

    def begin(self, place: int) -> None:
        """Hand it a case."""
        self.busy, self.since = place, time.monotonic()
        self.pipe.send(place)

    def late(self, limit_s: float) -> bool:
        """Whether it has been at it for too long."""
        return time.monotonic() - self.since > limit_s

    def answer(self) -> Answer | None:
        """What it found; None if it ended."""
        self.busy = None
        try:
            return self.pipe.recv()
        except (EOFError, ConnectionResetError):
            return None

    def end(self) -> None:
        """End it."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _at_work(cases: Sequence[Case], root: Path, pipe: Connection) -> None:
    """Try what is asked for, silently and in bounded memory, until nothing is."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
    with contextlib.suppress(EOFError):
        material = Material.at(root)
        while True:
            pipe.send(tried(cases[pipe.recv()], material))


def command(*words: Any) -> Callable[[Material], object]:
    """Return what runs `xnet-lite` in this process; words in braces are material."""

    def run(material: Material) -> object:
        from typer.testing import CliRunner

        from xnet_lite.cli import app

        given = [material.filled(word) for word in words]
        found = CliRunner(env={"COLUMNS": "200"}).invoke(app, given)
        if found.exit_code == 0:
            return found
        if found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        raise Sentence(_said(found.exit_code, found.stderr))

    return run


def process(*words: Any) -> Callable[[Material], object]:
    """Return what runs `xnet-lite` as a process of its own."""
    import subprocess

    def run(material: Material) -> object:
        given = [sys.executable, "-m", "xnet_lite.cli", *map(material.filled, words)]
        root = str(Path(__file__).parents[2])
        env = dict(os.environ) | {"PYTHONPATH": root}
        found = subprocess.run(given, capture_output=True, text=True, env=env)
        if found.returncode == 0:
            return found
        raise Sentence(_said(found.returncode, found.stderr))

    return run


def _said(code: int, stderr: str) -> str:
    """The sentence that a command left with; notes before it are not counted."""
    lines = [
        line
        for line in stderr.strip().split("\n")
        if not line.startswith(("note: ", "warning: ", "loading ", "training "))
        and not line.startswith("searching ")
        and ": runs of " not in line
    ]
    said = "\n".join(lines)
    return said if code == 2 else f"exit code {code}\n{said}"


def emptied(folder: Path) -> Path:
    """Return a folder with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
