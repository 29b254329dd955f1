"""Sample data sets: drawn fruit, so that everything can be tried without any data at hand."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task


def write_sample(task: Task, folder: Path, seed: int = 0) -> None:
    """Write a small data set of that task; the same seed gives the same files.

    Args:
        task: The task: a folder per class, Pascal VOC, masks or COCO.
        folder: Where to write: a new or empty folder.
        seed: Seed of everything random.

    Raises:
        UserError: The folder holds something, or cannot be written.
    """
    from paddlex_nb.core.files import disk_errors
    from paddlex_nb.data.samples.write import WRITERS

    with disk_errors(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UserError("data.sample_folder_used", path=folder)
        folder.mkdir(parents=True, exist_ok=True)
        WRITERS[task](folder, seed)
