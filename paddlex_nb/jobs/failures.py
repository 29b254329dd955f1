"""Why a job failed, in a sentence."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from paddlex_nb.errors import UserError
from paddlex_nb.files import LITTLE
from paddlex_nb.i18n import Message

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def reason(error: Exception, folder: Path) -> Message:
    """What to tell about an error that ended a job.

    Args:
        error: The error.
        folder: The job's folder, whose log holds the traceback.
    """
    if isinstance(error, UserError):
        return error.message
    if isinstance(error, MemoryError):
        return Message("jobs.out_of_memory")
    if (path := _refused_by_full_disk(error, folder)) is not None:
        return Message("core.disk_full", {"path": str(path)})
    lines = str(error).strip().splitlines()[-1:] or [type(error).__name__]
    return Message("jobs.failed", {"reason": lines[0], "log": str(folder / "log.txt")})


def _refused_by_full_disk(error: BaseException, folder: Path) -> Path | None:
    """What could not be written because the disk is full, if that is the reason."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and cause.errno in _FULL:
            return Path(cause.filename) if isinstance(cause.filename, str) else folder
    # libraries that write by themselves do not always say why they could not
    with suppress(OSError):
        if shutil.disk_usage(folder).free < LITTLE:
            return folder
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
