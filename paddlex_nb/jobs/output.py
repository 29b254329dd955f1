"""What a job prints: into its log, and lost where the disk is full."""

from __future__ import annotations

import io
import sys
from typing import Any


class _Forgiving(io.FileIO):
    """Takes what a full disk refuses as written: no job may fail because of what it prints."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError:
            return len(memoryview(data).cast("B"))


def forgive_output() -> None:
    """Make standard output and standard error of this process such files."""
    sys.stdout = _text(1)
    sys.stderr = _text(2)


def _text(number: int) -> io.TextIOWrapper:
    raw = _Forgiving(number, "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
