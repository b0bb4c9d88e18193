"""Processes that end with whoever began them: no orphan, no traceback of theirs."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from xnet_lite.errors import InputError

Key = TypeVar("Key")
#: exit code of a process that ran into the script that began it
UNGUARDED = 77
#: what such a script lacks
GUARD = 'put what it does below `if __name__ == "__main__":`'


def over_processes(
    run: Callable[[Any], Any],
    jobs: dict[Key, Any],
    workers: int,
    begin: Callable[[], None],
) -> Iterator[tuple[Key, Any]]:
    """Yield what a function returns for each of some values, as they come.

    Whatever ends this one ends the processes: an error and Ctrl-C at once, and a kill
    as soon as they notice, which they do without being asked to.

    Parameters
    ----------
    run : callable
        Of a module, or a partial of one.
    jobs : mapping
        Values by key.
    workers : int
        Processes.
    begin : callable
        What each of them does first.

    Raises
    ------
    InputError
        In a script that begins processes whenever it is imported.
    RuntimeError
        If a process was ended from outside.
    """
    not_again()
    others = set(multiprocessing.active_children())
    # spawn: a fork of a process that has run PyTorch may hang
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        min(workers, len(jobs)) or 1, context, initializer=_begun, initargs=(begin,)
    )
    started: set[Any] = set()
    try:
        with _deaf():
            futures: dict[Future[Any], Key] = {
                pool.submit(run, value): key for key, value in jobs.items()
            }
            # the pool watches for the end of those that were there when it was last
            # given something: without this the last one could end unseen
            pool.submit(int)
        started = set(multiprocessing.active_children()) - others
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BrokenProcessPool:
        raise _why(started) from None
    except BaseException:
        for process in started:
            process.terminate()  # what it is at would be waited for
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def not_again() -> None:
    """End a process that runs the script of the one that began it, without a word."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise SystemExit(UNGUARDED)


def _why(started: set[Any]) -> Exception:
    """What broke a pool."""
    for process in started:
        process.join(1.0)
    if UNGUARDED in {process.exitcode for process in started}:
        return InputError(
            "processes run the script that begins them, and this one would begin them "
            f"again: {GUARD}, or give workers=1"
        )
    return RuntimeError(
        "a worker process was ended from outside, perhaps for want of memory: give "
        "fewer workers; what was done is in the checkpoint, if there is one"
    )


def _begun(begin: Callable[[], None]) -> None:
    """What a worker does first: watch its parent, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    begin()


def _end_with_parent() -> None:
    """Wait until the parent has ended, in whatever way, and end too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Begin processes that never hear Ctrl-C: it is for the one that began them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # beginning it would end the silence
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
