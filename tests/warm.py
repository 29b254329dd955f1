"""Jobs forked from a process that has imported what they need: real processes, a second sooner.

A small job is mostly Python that starts and imports. Each process of the suite has a warm one
beside it; a job that it starts is a fork of that: with a session, a working folder, an environment
and an output of its own, and nothing that another job has left. See `started_anew` for tests of
the starting itself.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn

_WORKER = "paddlex_nb.jobs.worker"
_AT_LOADING = (
    *("OMP_", "KMP_", "MKL_", "MALLOC_", "ARROW_", "OPENBLAS_", "LD_", "PYTHON"),
    *("LC_", "LANG", "TZ", "TMP"),
)
"""Variables that are read once, when Python or a library starts: jobs with others start anew."""

_IMPORTED_LATE = (
    *("scipy.fft", "scipy.spatial", "scipy.sparse.csgraph", "pyarrow.compute"),  # by imports
    *("pyarrow.pandas_compat", "pandas", "duckdb", "paddlex_nb.suites.fake"),
)
"""What jobs import in the midst of their work."""

_LOOK = 1.0
"""Seconds for which a job that has ended stays to be seen, as the child of its launcher would."""


class WarmProcess:
    """A process from which jobs are forked; started for the first of them."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._loaded: dict[str, str] = {}

    def fork(
        self,
        module: str,
        folder: Path,
        *,
        output: IO[bytes],
        environment: Mapping[str, str] | None = None,
    ) -> int:
        """What `paddlex_nb.jobs.processes.detached` does, for jobs."""
        from paddlex_nb.jobs.processes import detached, python_path

        own = {**os.environ, **(environment or {}), "PYTHONPATH": python_path()}
        if self._socket is None:
            self._start(own)
        if module != _WORKER or _at_loading(own) != self._loaded:
            return detached(module, folder, output=output, environment=environment)
        assert self._socket is not None
        asked = json.dumps([str(folder), own]).encode()
        socket.send_fds(self._socket, [len(asked).to_bytes(4, "big")], [output.fileno()])
        self._socket.sendall(asked)
        return int.from_bytes(_received(self._socket, 4), "big")

    def end(self) -> None:
        """Let the process go; jobs that it has begun go on."""
        if self._socket is not None and self._process is not None:
            self._socket.shutdown(socket.SHUT_RDWR)  # forks of ours may hold it, too
            self._socket.close()
            self._process.wait()

    def _start(self, environment: dict[str, str]) -> None:
        self._socket, theirs = socket.socketpair()
        self._loaded = _at_loading(environment)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )


def _at_loading(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(_AT_LOADING)}


def _received(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := connection.recv(size - len(data))):
        data += more
    return data


def _serve(connection: socket.socket) -> None:
    """Fork a job for everyone who asks, until nobody can ask any more."""
    for module in (*import_module(_WORKER).KINDS.values(), *_IMPORTED_LATE):
        import_module(module)
    import_module("paddlex_nb.training.vdl")._log_writer()
    gc.freeze()  # what is collected in a fork would be copied for it
    ended: dict[int, float] = {}
    children: set[int] = set()
    connection.settimeout(_LOOK)
    while True:
        try:
            head, files, _, _ = socket.recv_fds(connection, 4, 1)
        except TimeoutError:
            _collect(children, ended)
            continue
        if not head:
            return
        connection.settimeout(None)
        folder, environment = json.loads(_received(connection, int.from_bytes(head, "big")))
        pid = os.fork()
        if pid == 0:
            connection.close()
            _become_a_job(Path(folder), environment, files[0])
        os.close(files[0])
        children.add(pid)
        connection.sendall(pid.to_bytes(4, "big"))
        connection.settimeout(_LOOK)
        _collect(children, ended)


def _collect(children: set[int], ended: dict[int, float]) -> None:
    """Collect children that have been seen to have ended a while ago."""
    for pid in [*children]:
        if pid in ended:
            if time.monotonic() - ended[pid] > _LOOK:
                os.waitpid(pid, 0)
                children.discard(pid)
                del ended[pid]
        elif os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            ended[pid] = time.monotonic()


def _become_a_job(folder: Path, environment: dict[str, str], output: int) -> NoReturn:
    """Be as ``python -m paddlex_nb.jobs.worker FOLDER`` is in a session of its own."""
    os.setsid()
    for number in (1, 2):
        os.dup2(output, number)
    os.close(output)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    worker = sys.modules["__main__"] = import_module(_WORKER)
    sys.argv = [str(worker.__file__), str(folder)]
    sys.path[0] = str(folder)
    import numpy as np

    np.random.seed()  # Python's own numbers are seeded anew by Python
    sys.exit(worker.main(folder))


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
