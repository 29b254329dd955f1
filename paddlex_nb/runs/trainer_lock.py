"""One trainer a run: two would write over each other's checkpoints.

Who looks whether a run is under way may be misled (a clock, another machine); a lock that lives
and dies with the trainer is not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.locks import is_locked, locked
from paddlex_nb.layout.run import RunFolder

_PATIENCE = 5.0
"""Seconds for a trainer that has just ended to let go, and for those that only look."""


@contextmanager
def alone(run: Path) -> Iterator[None]:
    """Be the one that trains a run.

    Args:
        run: The run's folder.

    Raises:
        UserError: Another process trains it, or the folder may not be written.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(_held(RunFolder(run).trainer_lock, _PATIENCE))
        except UserError as error:
            if error.code == "core.locked":
                raise UserError("training.under_way", id=run.name) from error
            raise
        yield


def resuming(run: Path) -> AbstractContextManager[None]:
    """Be the one that looks whether a run may be resumed and starts that; others wait meanwhile.

    Args:
        run: The run's folder.
    """
    return _held(RunFolder(run).resume_lock, 2 * _PATIENCE)


def is_trained(run: Path, timeout: float = 0.0) -> bool:
    """Whether a process is training the run now.

    Args:
        run: The run's folder.
        timeout: Seconds for a trainer that was killed, which may keep its lock for a moment.
    """
    end = time.monotonic() + timeout
    while held := is_locked(RunFolder(run).trainer_lock):
        if time.monotonic() >= end:
            break
        time.sleep(0.05)
    return held


@contextmanager
def _held(path: Path, timeout: float) -> Iterator[None]:
    with ExitStack() as stack:
        with suppress(OSError):  # a network disk without locks: the look at the state has to do
            stack.enter_context(locked(path, timeout))
        yield
