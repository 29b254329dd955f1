"""Locks between processes and threads.

The operating system frees a lock with the process that holds it: a crash leaves none behind, and
a lock file that lies about means nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors


@contextmanager
def locked(path: Path, timeout: float = 60.0) -> Iterator[None]:
    """Hold a lock; nobody else holds it meanwhile. It cannot be taken again while it is held.

    Args:
        path: The lock's file, made when missing and left lying.
        timeout: Seconds to wait for whoever holds it; 0 asks once.

    Raises:
        UserError: Somebody else still holds it after ``timeout``, the disk is full, or the
            folder may not be written.
    """
    # not the umask's mode: in a shared workspace other users lock the same file
    lock = FileLock(path, mode=0o666)
    try:
        with disk_errors(path):
            lock.acquire(timeout=timeout, poll_interval=0.01)
    except Timeout as error:
        raise UserError("core.locked", path=path) from error
    try:
        yield
    finally:
        lock.release()


def is_locked(path: Path) -> bool:
    """Whether some process, or another thread of this one, holds the lock now."""
    if not path.exists():
        return False
    lock = FileLock(path, mode=0o666)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:  # a folder that is read-only: nobody can hold it
        return False
    lock.release()
    return False
