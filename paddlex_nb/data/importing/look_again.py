"""Looking again at what a data set was imported from."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.importing.job_steps import look
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.jobs.context import JobContext


def look_again(
    context: JobContext, record: DatasetRecord, scratch: Path, *, gone: str
) -> tuple[Examined, dict[str, int]]:
    """The source of a data set as it is now.

    Args:
        context: The job, for progress and stop requests.
        record: The data set.
        scratch: Folder for what is unpacked or made.
        gone: The message that says that the source is gone, with ``name`` and ``path``.

    Returns:
        As `look`.

    Raises:
        Stopped: The user asked for it.
        UserError: The source is gone or cannot be read any more.
    """
    source = Path(record.source)
    try:
        source.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UserError(gone, name=record.name, path=source) from error
    except OSError:
        pass  # the look says what is wrong
    return look(
        context,
        source,
        record.task,
        record.format,
        scratch,
        findings_to=scratch,
        encoding=record.encoding,
        tiling=record.tiles,
    )
