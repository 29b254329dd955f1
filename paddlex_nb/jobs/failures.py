"""Why a job failed, in a sentence."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import LITTLE, disk_refusal
from paddlex_nb.core.i18n import Message
from paddlex_nb.layout.job import JobFolder


def reason(error: Exception, folder: Path) -> Message:
    """The message for an error that ended a job.

    Args:
        error: The error.
        folder: The job's folder, whose log holds the traceback.
    """
    if not folder.is_dir():  # and whatever was written for it found no place
        return Message("core.moved_away", {"path": str(folder)})
    if isinstance(error, UserError):
        return error.message
    if isinstance(error, MemoryError):
        return Message("jobs.out_of_memory")
    if (refused := _refused(error, folder)) is not None:
        return refused.message
    lines = str(error).strip().splitlines()[-1:] or [type(error).__name__]
    return Message("jobs.failed", {"reason": lines[0], "log": str(JobFolder(folder).log)})


def _refused(error: BaseException, folder: Path) -> UserError | None:
    """The message if the disk refused a write; otherwise None."""
    for cause in _causes(error):
        if isinstance(cause, OSError) and (refused := disk_refusal(cause)) is not None:
            return refused
    # libraries that write by themselves do not always say why they could not
    with suppress(OSError):
        if shutil.disk_usage(folder).free < LITTLE:
            return UserError("core.disk_full", path=folder)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
