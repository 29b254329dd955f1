"""A wrong choice is said with what was meant, and before there is a job."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from paddlex_nb.cli import main
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.job import State
from paddlex_nb.run import Run
from paddlex_nb.workspace import Workspace


@pytest.fixture(scope="module")
def run(sample_workspace: Workspace) -> Run:
    return sample_workspace.train(
        sample_workspace.datasets()[0], "fake", name="chosen", epochs=1, progress=False
    )


def call(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, Any, str]:
    status = main(["--workspace", str(workspace.path), "--json", *words])
    said = capsys.readouterr()
    return status, json.loads(said.out), said.err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["export", "chosen", "--to", "onxx"], "onnx"),
        (["export", "chosen", "--checkpoint", "bset"], "best"),
        (["evaluate", "chosen", "--split", "vall"], "val"),
        (["evaluate", "chosen", "--checkpoint", "lsat"], "last"),
        (["predict", "chosen", ".", "--checkpoint", "bset"], "best"),
        (["models", "--task", "clasification"], "classification"),
        (["dataset", "import", ".", "--task", "clasification"], "classification"),
        (["dataset", "import", ".", "--format", "labelmee"], "labelme"),
        (["dataset", "export", "DATASET", "--format", "folder", "--out", "x"], "folders"),
        (["train", "DATASET", "--set", "lr_policy=cosin"], "cosine"),
        (["train", "DATASET", "--model", "PPLCNet_x0"], "PPLCNet_x0_25"),
    ],
    ids=" ".join,
)
def test_a_wrong_choice(
    sample_workspace: Workspace,
    sample: Dataset,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    meant: str,
) -> None:
    before = [job.id for job in sample_workspace.jobs()]
    folders = sorted(sample_workspace.path.glob("*/*"))
    asked = [sample.id if word == "DATASET" else word for word in words]
    status, told, err = call(sample_workspace, capsys, *asked)
    assert status == 1
    assert "Did you mean" in told["error"]["message"], told
    assert meant in told["error"]["message"]
    assert "Traceback" not in err
    assert [job.id for job in sample_workspace.jobs()] == before
    assert sorted(sample_workspace.path.glob("*/*")) == folders  # nothing half made is left


def test_short_verbs(
    sample_workspace: Workspace, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = sample_workspace.train(
        sample_workspace.datasets()[0], "fake", name="short", epochs=1, progress=False
    )
    status, told, _ = call(sample_workspace, capsys, "rename", copy.id, "another name")
    assert (status, told["name"]) == (0, "another name")
    assert copy.record.name == "another name"
    assert call(sample_workspace, capsys, "rm", copy.id)[1]["error"]["code"] == "cli.needs_yes"
    status, told, _ = call(sample_workspace, capsys, "rm", copy.id, "--yes")
    assert (status, [one["id"] for one in told["deleted"]]) == (0, [copy.id])
    assert not copy.folder.exists()


def test_the_list_of_jobs_says_for_what_one_waits(
    sample_workspace: Workspace, sample: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = [sample_workspace.train(sample, "fake", epochs=1000, wait=False) for _ in range(3)]
    try:
        while jobs[0].state is State.QUEUED:
            time.sleep(0.05)
        main(["--workspace", str(sample_workspace.path), "jobs", "--active"])
        out = capsys.readouterr().out
        assert "place 2 in the queue" in out
        assert f"{jobs[2].id}: Waiting for" in out
        status, told, _ = call(sample_workspace, capsys, "jobs", "first", jobs[2].id)
        assert (status, told["waiting"]["place"]) == (0, 1)
        main(["--workspace", str(sample_workspace.path), "logs", jobs[1].id])
        assert "place 2 in the queue" in capsys.readouterr().out
        status, told, _ = call(sample_workspace, capsys, "jobs", "first", f"{run_id(jobs[0])}")
        assert told["error"]["code"] == "jobs.not_waiting"
    finally:
        for job in reversed(jobs):
            job.stop(force=True)
            job.wait(30)


def run_id(job: Any) -> str:
    return str(job.run.id)
