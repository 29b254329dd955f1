"""The job that writes a data set in a format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import draft_folder
from paddlex_nb.data.store.record_file import read_record
from paddlex_nb.data.writers import Content, writer_of
from paddlex_nb.data.writers.losses import losses
from paddlex_nb.jobs.context import JobContext


class Arguments(msgspec.Struct, forbid_unknown_fields=True):
    """The arguments of an export of a data set.

    Attributes:
        format: Name of the format.
        out: Folder to write: new or empty.
    """

    format: str
    out: str


def run(context: JobContext, arguments: Arguments) -> dict[str, Any]:
    """Write images and labels; ``out`` is there whole or not at all.

    Returns:
        ``format``, ``out``, ``images``, ``files`` (how many), and ``lost``: what the format cannot
        hold, which was told before anything was written.

    Raises:
        Stopped: The user asked for it; nothing was written.
        UserError: The format is not of the task, ``out`` holds something, cannot be written or is
            where the data set came from.
    """
    out = Path(arguments.out)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError("data.out_used", path=out)
    source = Path(read_record(context.item).source)
    if out.resolve().is_relative_to(source.resolve()):
        raise UserError("data.out_in_source", path=out, source=source)
    content = Content(context.item, context.progress)
    writer = writer_of(content.task, arguments.format)
    lost = losses(content, arguments.format)
    for loss in lost:
        context.notice(loss.key, "warning", **loss.values)
    with draft_folder(out) as draft:
        writer(content, draft)
    files = sum(1 for path in out.rglob("*") if path.is_file())
    return {
        "format": arguments.format,
        "out": str(out),
        "images": len(content.pictures),
        "files": files,
        "lost": [loss.text() for loss in lost],
    }
