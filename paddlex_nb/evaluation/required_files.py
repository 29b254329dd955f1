"""Whether the images of a run are still there, before hours are spent on it."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from paddlex_nb.contracts.setup import RunSetup
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.core.wording import few
from paddlex_nb.data.source.presence import look_for
from paddlex_nb.data.store.records import split_name
from paddlex_nb.evaluation.evaluate import stop_if_asked
from paddlex_nb.jobs.context import JobContext

_SHOWN = 3


def require_files(context: JobContext, setup: RunSetup, *splits: str) -> None:
    """Check that splits have images, and that these (and their masks) are there.

    Args:
        context: The job.
        setup: The run.
        splits: ``train``, ``val`` or ``test``.

    Raises:
        Stopped: The user asked for it.
        UserError: A split is empty, or files are gone; counts and names them.
    """
    files: dict[Path, None] = {}
    for split in splits:
        view = setup.view(split)
        if not len(view):
            raise UserError("training.empty_split", split=split_name(split))
        files |= dict.fromkeys(view.paths)
        if view.task is Task.SEGMENTATION:
            files |= dict.fromkeys(view.masks)
    context.progress("files", 0, len(files))
    presence = look_for(list(files), partial(stop_if_asked, context))
    if not presence.missing:
        return
    missing = presence.missing
    raise UserError(
        "training.all_files_gone" if len(missing) == presence.total else "training.files_gone",
        missing=f"{len(missing):,}",
        total=f"{presence.total:,}",
        folder=os.path.commonpath([str(Path(path).parent) for path in missing]),
        examples=few(missing, _SHOWN),
        dataset=setup.record.dataset,
    )
