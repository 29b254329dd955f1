"""Making the thumbnails of a data set before somebody looks at them."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.store.record_file import ready_record
from paddlex_nb.data.thumbnails.making import wanted_ahead
from paddlex_nb.item import Item
from paddlex_nb.jobs.job import Job, State
from paddlex_nb.jobs.launch import launch


def start_thumbnails(folder: Path) -> Job:
    """Start making all thumbnails that are missing or outdated, and return the job at once.

    Args:
        folder: The data set's folder.

    Raises:
        UserError: The data set is not ready, or the workspace cannot be written.
    """
    ready_record(folder)
    return launch(folder, "thumbnails", {})


def ensure_thumbnails(folder: Path) -> Job | None:
    """Start making thumbnails if that pays: for whoever is about to show the images.

    Args:
        folder: The data set's folder.

    Returns:
        The job; None if it is not needed or would be of no use: images that are few or all done,
        a job under way, the last one failed or was stopped, a disk that is full or read only.

    Raises:
        UserError: The data set is not ready or damaged.
    """
    ready_record(folder)
    if not wanted_ahead(folder):
        return None
    last = Item(folder).last_job("thumbnails")
    if last is not None and last.state not in {State.DONE, State.INTERRUPTED}:
        return None
    try:
        return start_thumbnails(folder)
    except UserError:  # the previews do without
        return None
