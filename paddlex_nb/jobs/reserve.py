"""Room on the disk that is laid by for the end of a job.

A disk that is really full takes no further byte, so how a job ended could not be said. Each job's
folder therefore holds a file from its start whose blocks are overwritten in place and which is
then renamed: neither needs room, whoever else fills the disk meanwhile.
"""

from __future__ import annotations

import os
from pathlib import Path

from paddlex_nb.core.files import disk_errors, sync
from paddlex_nb.layout.job import JobFolder

_SIZE = 16 << 10


def lay_by(folder: Path) -> None:
    """Reserve disk space for the last words of a job.

    Raises:
        UserError: The disk is full, or ``folder`` may not be written.
    """
    with disk_errors(folder), JobFolder(folder).reserve.open("wb") as file:
        file.write(os.urandom(_SIZE))  # no zeros, which some disks do not store
        sync(file)


def spend(folder: Path, name: str, text: bytes) -> bool:
    """Make the room laid by into the file ``name``, in place of the one that is there.

    Args:
        folder: The job's folder.
        name: Of the file.
        text: What it is to say; blanks follow.

    Returns:
        Whether it was done.
    """
    reserve = JobFolder(folder).reserve
    if len(text) > _SIZE:
        return False
    try:
        with reserve.open("r+b") as file:
            file.write(text.ljust(_SIZE))
            file.flush()
            os.fsync(file.fileno())
        reserve.replace(folder / name)
    except OSError:
        return False
    return True


def give_back(folder: Path) -> None:
    """Free the room: the job has ended without it."""
    JobFolder(folder).reserve.unlink(missing_ok=True)
