"""Pictures and graphs of the newest runs, drawn as long as somebody looks at VisualDL."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from paddlex_nb.board.pictures import write_pictures
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_bytes
from paddlex_nb.hosts.processor import job_environment, memory
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.runs.record import RunRecord, read_run

_NEWEST = 20
"""Runs that are drawn: the last that something happened to."""

_EVERY = 3.0
"""Seconds between two looks."""

_ROOM = 3 << 30
"""Free bytes of memory without which no graph is made: that takes one of them, for seconds."""

_PATIENCE = 300.0
"""Seconds that a graph may take."""


def draw(logs: Path, server: int) -> None:
    """Draw what is new until the server has ended.

    Args:
        logs: Folder of runs.
        server: The server's process, our parent.
    """
    os.nice(19)
    graphs = Graphs()
    while os.getppid() == server:
        for folder in newest(logs):
            # a run that is damaged, or whose data set is gone, has curves only
            with suppress(UserError, OSError):
                write_pictures(folder)
                graphs.make(folder)
            if os.getppid() != server:
                return
        time.sleep(_EVERY)


def newest(logs: Path) -> list[Path]:
    """The folders of runs that are drawn, the newest first."""

    def changed() -> Iterator[tuple[float, Path]]:
        for record in logs.glob("[!.]*/" + RunFolder.RECORD):
            run = RunFolder(record.parent)
            for place in (run.samples, record):
                with suppress(OSError):
                    yield place.stat().st_mtime, run.path
                    break

    return [folder for _, folder in sorted(changed(), reverse=True)[:_NEWEST]]


class Graphs:
    """The graphs of models, each traced once: runs of the same model share one."""

    def __init__(self) -> None:
        self._traced: dict[str, Path | None] = {}

    def make(self, folder: Path) -> None:
        """Write the graph of a run's model unless it is there.

        Raises:
            UserError: The run is damaged, or the disk refuses.
            OSError: Likewise.
        """
        run = RunFolder(folder)
        kind = _kind(read_run(folder))
        if run.vdl_graph.exists():
            self._traced[kind] = run.vdl_graph
        elif kind not in self._traced:
            if memory()[1] < _ROOM:
                return
            # one that fails is not tried again
            self._traced[kind] = run.vdl_graph if _trace(folder) else None
        elif (known := self._traced[kind]) is not None:
            write_bytes(run.vdl_graph, known.read_bytes())


def _kind(record: RunRecord) -> str:
    """What the graph depends on."""
    return repr((record.model, len(record.classes), record.params.get("input_size")))


def _trace(folder: Path) -> bool:
    """Trace a run's model in a process that loads Paddle; whether it has a graph."""
    command = [sys.executable, "-m", "paddlex_nb.board.graph", str(folder)]
    environment = {**os.environ, **job_environment(), "CUDA_VISIBLE_DEVICES": ""}
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, timeout=_PATIENCE, env=environment
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
