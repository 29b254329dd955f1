"""Processes that outlive whoever starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_children: list[subprocess.Popen[bytes]] = []


def detached(
    module: str,
    folder: Path,
    *,
    output: IO[bytes] | int = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Start ``python -m MODULE FOLDER`` in a session of its own.

    Neither the kernel's interrupt nor its restart reaches it.

    Args:
        module: A module of this package.
        folder: Its one argument and its working folder.
        output: Where it prints to.
        environment: What its environment has beside this one's.

    Returns:
        Its pid.

    Raises:
        OSError: The system starts no further process.
    """
    reap()
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(folder)],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, **(environment or {}), "PYTHONPATH": python_path()},
    )
    _children.append(process)
    return process.pid


def reap() -> None:
    """Collect ended child processes, so that none stays a zombie; cheap, call now and then."""
    _children[:] = [child for child in _children if child.poll() is None]


def python_path() -> str:
    """``PYTHONPATH`` of a process that finds the package where this one has it."""
    root = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
