"""What can be done about a failed training, in the terminal."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from paddlex_nb.cli import main
from paddlex_nb.core.files import write_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import JobStatus, State
from paddlex_nb.suites import fake
from paddlex_nb.workspace import Workspace


def test_runs_show_prints_what_helps_and_the_command_does_it(
    sample_workspace: Workspace,
    sample: Dataset,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(fake.STEP_VARIABLE, "0")
    run = sample_workspace.train(sample, "fake", epochs=1, batch_size=8)

    def told(*more: str) -> Any:
        assert main(["runs", "show", run.id, "--workspace", str(run.folder.parents[1]), *more]) == 0
        out = capsys.readouterr().out
        return json.loads(out) if "--json" in more else out

    assert told("--json")["remedies"] == []
    error = Message("training.out_of_memory", {"step": 3})
    write_json(run.training.folder / "status.json", JobStatus(state=State.FAILED, error=error))
    first = told("--json")["remedies"][0]
    assert first["message"] == "Retry with a batch size of 4"
    assert first["message"] in told()
    assert first["command"] in told()
    assert main(shlex.split(first["command"])[1:]) == 0
    later = sample_workspace.runs()[0]
    assert (later.record.params["batch_size"], later.record.params["epochs"]) == (4, 1)
    later.training.wait()
    for one in (run, later):
        one.delete()


def test_trying_again_is_a_resume(
    sample_workspace: Workspace, sample: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    run = sample_workspace.train(sample, "fake", epochs=1)
    error = Message("core.disk_full", {"path": "/full"})
    write_json(run.training.folder / "status.json", JobStatus(state=State.FAILED, error=error))
    assert main(["runs", "show", run.id, "--json", "--workspace", str(sample_workspace.path)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["error"]["code"] == "core.disk_full"
    [only] = shown["remedies"]
    assert shlex.split(only["command"])[:2] == ["paddlex-nb", "resume"]
    run.delete()
