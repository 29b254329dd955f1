"""Jobs whose process is a stand-in that does whatever a test wants of a process."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

from paddlex_nb.core.files import write_json
from paddlex_nb.jobs.heartbeat import beat
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import Job, JobSpec, JobStatus, State
from paddlex_nb.jobs.reserve import lay_by

HANGS = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
print(child.pid, flush=True)
time.sleep(300)
"""
"""Has a child, and never looks whether it is to stop."""


class Hung:
    """A running job that never answers, and its child.

    Args:
        workspace: Where to make it.
    """

    def __init__(self, workspace: Path) -> None:
        folder = workspace / "runs" / "hung" / "jobs" / "001-train"
        folder.mkdir(parents=True)
        self.process = subprocess.Popen(
            [sys.executable, "-c", HANGS], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stdout is not None
        self.child = psutil.Process(int(self.process.stdout.readline()))
        write_json(folder / "job.json", JobSpec(kind="train", created=time.time()))
        write_json(folder / "status.json", JobStatus(state=State.RUNNING, started=time.time()))
        write_json(folder / "process.json", JobProcess.from_pid(self.process.pid))
        lay_by(folder)
        beat(folder / "heartbeat")
        self.job = Job(folder)

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        if self.child.is_running():
            self.child.kill()
