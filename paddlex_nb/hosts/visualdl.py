"""VisualDL for a page: ``python -m paddlex_nb.hosts.visualdl LOGS PORT PATH``.

The page's process starts it and holds its standard input: when that process ends, however it does,
so does the server.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from paddlex_nb.hosts.jupyter import board_command

_BASE = re.compile(r"/(?:[\w.~@%+-]+/)*")
_OURS = "paddlex-nb/"
"""Where Jupyter has the wizard as a page of its own (`wizard_server`); Jupyter is above."""

_servers: dict[tuple[Path, str], VisualDL] = {}


class VisualDL:
    """A server on this machine alone, which ends with this process.

    Args:
        logs: Folder of runs.
        base: Path of Jupyter's own server, such as ``/user/ann/``, whose proxy may be used.

    Attributes:
        path: Its path below Jupyter's address, by jupyter-server-proxy.
        address: Its address without Jupyter, for browsers on this machine.
    """

    def __init__(self, logs: Path, base: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        prefix = f"{base}proxy/absolute/{self._port}/visualdl"
        self.path = f"{prefix}/scalar"
        self.address = f"http://127.0.0.1:{self._port}{prefix}/scalar"
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(logs), str(self._port), prefix],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # the kernel's interrupt is not meant for it
            cwd=sys.prefix,  # python -m looks here first
            env={**os.environ, "PYTHONPATH": _python_path()},
        )

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def answers(self) -> bool:
        """Whether it has come to listen."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 0.2):
            return True
        return False


def visualdl_for(logs: Path, base: str) -> VisualDL:
    """The server for a folder of runs, started if there is none.

    Args:
        logs: The folder.
        base: What a page says of where Jupyter's server is; what is no such path counts as ``/``.
    """
    if not _BASE.fullmatch(base) or ".." in base:
        base = "/"
    base = base.removesuffix(_OURS)
    known = _servers.get((logs, base))
    if known is None or not known.alive:
        known = _servers[logs, base] = VisualDL(logs, base)
    return known


def _python_path() -> str:
    root = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))


def main(logs: str, port: str, path: str) -> int:
    """Serve until standard input ends; the exit status."""
    server = subprocess.Popen(board_command(Path(logs), port, path), stdin=subprocess.DEVNULL)

    def end_with_the_page() -> None:
        sys.stdin.buffer.read()
        server.terminate()

    threading.Thread(target=end_with_the_page, daemon=True).start()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
