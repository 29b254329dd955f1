"""Whether the disk has room for what a training is still going to write."""

from __future__ import annotations

import shutil
from pathlib import Path

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.severity import Severity
from paddlex_nb.core.wording import size_text
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.verdict import Verdict

_CHECKPOINTS = 3
"""So many checkpoints must fit: the best and the last one anew, and a draft of one beside them."""


def short_of_room(folder: Path) -> Verdict | None:
    """What to say if the disk will be full soon; None while there is room, or nothing is known.

    Args:
        folder: The run's folder.
    """
    checkpoints = RunFolder(folder).checkpoints
    try:
        size = max((file.stat().st_size for file in checkpoints.glob("*.npz")), default=0)
        free = shutil.disk_usage(checkpoints).free if size else 0
    except OSError:  # a file that was just replaced, or a disk that has gone
        return None
    if free >= _CHECKPOINTS * size:
        return None
    values = {"free": size_text(free), "size": size_text(size), "folder": str(folder)}
    return Verdict(Severity.WARNING, Message("training.verdict.disk", values))
