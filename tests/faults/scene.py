"""What a scene is: something that is disturbed, and what must hold afterwards."""

from __future__ import annotations

import hashlib
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from faults.injection import Fault, Kind, in_a_fork, moved_to
from paddlex_nb.core.files import write_json
from paddlex_nb.jobs import worker
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import JobSpec, JobStatus
from paddlex_nb.jobs.reserve import lay_by
from paddlex_nb.layout.item import ItemFolder
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.workspace import Workspace

JOB_KINDS = tuple(kind for kind in Kind if kind is not Kind.SOON)
"""What may come between any two steps of a process that is watched."""


def do_job(item: Path, kind: str, arguments: dict[str, Any], fault: Fault | None = None) -> Path:
    """Do a job in a fork, as its worker does it; the folder that it got."""
    number = len(list(ItemFolder(item).job_folders())) + 1
    folder = ItemFolder(item).jobs / f"{number:03d}-{kind}"
    files = JobFolder(folder)
    folder.mkdir(parents=True)
    write_json(files.spec, JobSpec(kind=kind, arguments=arguments, created=time.time()))
    write_json(files.status, JobStatus())
    lay_by(folder)
    count = folder / "steps"

    def work() -> int:
        if fault is not None:
            fault.job = folder
            fault.install()
        status = worker.main(folder)
        if fault is not None and not fault.step:
            count.write_text(str(fault.seen))
        return status

    in_a_fork(work, files.log, lambda pid: write_json(files.process, JobProcess.from_pid(pid)))
    return folder


class Scene(ABC):
    """Something that is done again and again, each time with another fault.

    Args:
        workspace: Where.
    """

    kinds: tuple[Kind, ...] = JOB_KINDS
    """What may go wrong."""

    cost = 1
    """How many faults of a job's own process take as long as one of these."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @abstractmethod
    def steps(self, kind: Kind) -> int:
        """How many steps there are at which a fault of this kind may come."""

    @abstractmethod
    def disturb(self, fault: Fault) -> None:
        """Do it with a fault, look at what is left, and go on.

        Raises:
            AssertionError: Something was lost, or cannot go on.
        """

    def close(self) -> None:  # noqa: B027 - most have nothing to end
        """End what runs for the scene."""

    def fault(self, kind: Kind, step: int) -> Fault:
        """A fault in this workspace."""
        return Fault(kind, step, str(self.workspace.path))

    @contextmanager
    def wherever_it_is(self) -> Iterator[Workspace]:
        """The workspace at the place that it is at now; afterwards it is where it was."""
        here = self.workspace.path
        there = moved_to(here)
        if not there.exists():
            yield self.workspace
            return
        try:
            # whoever went on at the old place has left nothing that anybody would miss; locks,
            # VisualDL's files and what was being written just then may lie there
            left = [*here.rglob("*.npz"), *here.rglob("*.jsonl"), *here.rglob("run.json")]
            assert not left, left
            yield Workspace(there)
        finally:
            shutil.rmtree(here, ignore_errors=True)
            there.rename(here)


def digest_of(folder: Path) -> str:
    """What all files of a folder hold, in one number."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(str(path.relative_to(folder)).encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()
