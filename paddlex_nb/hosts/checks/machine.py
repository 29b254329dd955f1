"""Checks of the machine: disk, memory, threads."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from paddlex_nb.core.severity import Severity
from paddlex_nb.core.wording import size_text
from paddlex_nb.hosts.processor import cores, memory, vendor
from paddlex_nb.hosts.report import Problem

GIB = 1 << 30
DISK_ENOUGH = 2 * GIB
"""A small data set, its thumbnails, and some runs with their checkpoints."""
DISK_NEEDED = GIB // 4
"""One run of a small model."""
MEMORY_ENOUGH = 2 * GIB
"""What importing Paddle and a suite and training a small model take."""


def check_folder(folder: Path) -> Iterator[Problem]:
    """Whether ``folder`` (which need not exist) can be written and has room."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        values = {
            "folder": str(folder),
            "reason": error.strerror or "",
        }
        yield Problem("folder_not_writable", Severity.ERROR, values)
        return
    free = shutil.disk_usage(there).free
    if free < DISK_ENOUGH:
        severity = Severity.ERROR if free < DISK_NEEDED else Severity.WARNING
        yield Problem("disk_low", severity, {"folder": str(folder), "free": size_text(free)})


def check_memory() -> Iterator[Problem]:
    """Check that a job has enough memory."""
    total, free = memory()
    if free < MEMORY_ENOUGH:
        yield Problem(
            "memory_low", Severity.WARNING, {"free": size_text(free), "total": size_text(total)}
        )


def check_threads() -> Iterator[Problem]:
    """Whether variables that the user has set (or not) keep Paddle slow."""
    threads, available = os.environ.get("OMP_NUM_THREADS", ""), cores()
    if threads.isdigit() and int(threads) < available:
        values = {"threads": int(threads), "cores": available}
        yield Problem("threads_few", Severity.WARNING, values)
    if vendor() == "AuthenticAMD" and os.environ.get("MKL_DEBUG_CPU_TYPE") != "5":
        yield Problem("amd_slow_path", Severity.INFO)
