"""What jobs that read a source have in common: looking at it, and cutting it into tiles."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from paddlex_nb.core.severity import Severity
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks import FindingsFile
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.data.importing.pipeline import Examined, examine
from paddlex_nb.data.importing.tile_images import cut_into_tiles
from paddlex_nb.data.source.report import Report
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.workspace import WorkspaceFolder


def look(
    context: JobContext,
    source: Path,
    task: Task | None,
    format_name: str | None,
    own: Path,
    findings_to: Path,
    encoding: str,
    tiling: Tiling | None = None,
) -> tuple[Examined, dict[str, int]]:
    """Read and check a data set as a job does: findings go to a file, what was read is cached.

    Args:
        context: The job's.
        source: A folder or an archive.
        task: What its labels are for; detected if None.
        format_name: Its format; detected if None.
        own: The data set's folder.
        findings_to: Folder for the file of findings.
        encoding: Of text that is no UTF-8; detected if empty.
        tiling: How images will be cut, which may then be the larger.

    Returns:
        The data set, and how many findings there are of each severity.

    Raises:
        UserError: It cannot be used as a whole; says why.
    """
    findings = FindingsFile(findings_to)
    report = Report(findings.write, context.progress)
    memory = WorkspaceFolder(context.workspace).memory
    try:
        examined = examine(
            source,
            task,
            format_name,
            own,
            report,
            memory,
            encoding=encoding,
            processes=True,
            tiling=tiling,
        )
    finally:
        findings.close()
    return examined, {s.value: report.counts[s.value] for s in Severity}


def cut(
    context: JobContext,
    examined: Examined,
    tiling: Tiling,
    scratch: DatasetFolder,
    own: DatasetFolder,
    known: Collection[str] = (),
) -> Examined:
    """The data set in tiles; says what came of its images. See `cut_into_tiles`."""
    tiled = cut_into_tiles(examined, tiling, scratch, own, context.progress, known)
    context.notice(
        "data.tiled",
        images=tiled.photos,
        tiles=len(tiled.examined.draft.images),
        empty=tiled.empty,
        left_out=tiled.left_out,
    )
    if tiled.lost:
        share = f"{tiling.keep:.0%}"
        context.notice("data.tiles_lost", "warning", objects=tiled.lost, share=share)
    return tiled.examined
