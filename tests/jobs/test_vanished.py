"""What is said of a job whose process was killed, and what it left behind."""

from __future__ import annotations

import time
import uuid
from pathlib import Path

import pytest

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import clear_drafts, write_json
from paddlex_nb.jobs.identity import JobProcess
from paddlex_nb.jobs.job import Job, JobSpec, JobStatus, State
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.workspace import Workspace


def vanished(item: Path, kind: str, out: Path | None = None) -> Job:
    """A job that ran in a process which is no more."""
    folder = item / "jobs" / f"001-{kind}"
    folder.mkdir(parents=True)
    arguments = {} if out is None else {"out": str(out)}
    spec = JobSpec(kind=kind, created=time.time(), arguments=arguments)
    write_json(folder / "job.json", spec)
    write_json(folder / "status.json", JobStatus(state=State.RUNNING, started=time.time()))
    write_json(folder / "process.json", JobProcess(pid=1 << 22, host="gone", boot="gone"))
    return Job(folder)


@pytest.mark.parametrize(
    ("kind", "resumed"),
    [("train", True), ("import", False), ("export", False), ("evaluate", False), ("write", False)],
)
def test_only_a_training_is_to_be_resumed(tmp_path: Path, kind: str, resumed: bool) -> None:
    job = vanished(tmp_path / "runs" / "one", kind)
    assert job.state is State.INTERRUPTED
    for language in ("en", "zh_CN"):
        error = job.status.error
        assert error is not None
        text = error.text(language)
        assert ("checkpoint" in text or "检查点" in text) is resumed
        assert "{" not in text
    with pytest.raises(UserError) as told:
        job.result()
    assert ("checkpoint" in str(told.value)) is resumed


def draft_of(out: Path, end: str = "") -> Path:
    draft = out.with_name(f".{out.name}.{uuid.uuid4().hex}{end}")
    draft.mkdir(parents=True)
    (draft / "weights").write_text(end or "half")
    return draft


def test_drafts_of_killed_exports_go_wherever_they_were_to_be(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    outside, busy = tmp_path / "my folder" / "model", tmp_path / "my folder" / "busy"
    mine = outside.with_name(".model.backup")
    mine.mkdir(parents=True)
    job = vanished(workspace.path / "runs" / "one", "export", outside)
    running = vanished(workspace.path / "runs" / "two", "export", busy)
    (running.folder / "process.json").unlink()  # it has just begun
    killed, working = draft_of(outside), draft_of(busy)
    link = outside.with_name(f".model.{uuid.uuid4().hex}")
    link.symlink_to(mine)
    assert (job.state, running.state) == (State.INTERRUPTED, State.RUNNING)
    WorkspaceFolder(workspace.path).swept.unlink(missing_ok=True)
    Workspace(workspace.path)
    assert not killed.exists()
    assert working.exists()
    assert mine.exists()
    assert link.is_symlink()


def test_a_kill_between_the_two_renames_loses_no_export(tmp_path: Path) -> None:
    out = tmp_path / "model"
    former, new = draft_of(out, "-former"), draft_of(out)
    clear_drafts(out)
    assert (out / "weights").read_text() == "-former"
    assert not former.exists()
    assert not new.exists()
    former = draft_of(out, "-former")  # killed one step later: the new one has its name
    clear_drafts(out)
    assert (out / "weights").read_text() == "-former"
    assert not former.exists()
