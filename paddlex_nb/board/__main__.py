"""VisualDL for a folder of runs: ``python -m paddlex_nb.board LOGS PORT PATH``.

This process becomes VisualDL's server, so that whoever started it ends the server itself. Beside it
another one draws, ``python -m paddlex_nb.board LOGS``, at the least priority and until the server
is gone.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from paddlex_nb.board.draw import draw
from paddlex_nb.hosts.jupyter import visualdl_command


def main(logs: str, port: str = "", path: str = "") -> None:
    """Serve, or with ``logs`` alone draw.

    Args:
        logs: Folder of runs.
        port: Port to listen at.
        path: Path of VisualDL's address.
    """
    if not port:
        draw(Path(logs), os.getppid())
        return
    subprocess.Popen(
        [sys.executable, "-m", "paddlex_nb.board", logs],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    command = visualdl_command(Path(logs), port, path)
    os.execv(command[0], command)  # noqa: S606 - a list, no shell


if __name__ == "__main__":
    main(*sys.argv[1:4])
