"""Checking a folder or archive without importing it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec

from paddlex_nb.core.task import Task
from paddlex_nb.data.importing.pipeline import NothingUsable, examine
from paddlex_nb.data.importing.recognised import Recognised, recognised
from paddlex_nb.data.source.encoding import check_encoding
from paddlex_nb.data.source.report import Progress, Report
from paddlex_nb.data.store.records import Finding


class Checked(msgspec.Struct):
    """The result of checking a folder or archive without importing it.

    Attributes:
        findings: All findings, in the order in which they were made.
        recognised: What it was recognised as; None if it holds no image.
    """

    findings: list[Finding]
    recognised: Recognised | None = None


def check_source(
    path: Path,
    task: Task | None = None,
    format_name: str | None = None,
    progress: Progress = lambda *_: None,
    *,
    encoding: str = "",
) -> Checked:
    """Check a folder or archive without importing it.

    Args:
        path: The folder or archive.
        task: What its labels are for; detected if None.
        format_name: Name of its format; detected if None.
        progress: Told how far it is.
        encoding: Of text and of names in archives that are no UTF-8; detected if empty.

    Raises:
        UserError: It cannot be read as a whole, or there is no such encoding; says why.
    """
    check_encoding(encoding)
    checked = Checked([])
    with tempfile.TemporaryDirectory(prefix="paddlex-nb-") as scratch:
        report = Report(checked.findings.append, progress)
        try:
            examined = examine(path, task, format_name, Path(scratch), report, encoding=encoding)
            checked.recognised = recognised(examined.detected, examined)
        except NothingUsable as error:  # the findings say so
            checked.recognised = recognised(error.detected) if error.detected else None
    return checked


def check_folder(path: Path, *args: Any, **options: Any) -> list[Finding]:
    """The findings of `check_source`, in the order in which they were made."""
    return check_source(path, *args, **options).findings
