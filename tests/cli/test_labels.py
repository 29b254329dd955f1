"""``labels`` lists what looks wrong, and remembers what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake_runs import fake_run

from paddlex_nb.cli import main
from paddlex_nb.core.task import Task
from paddlex_nb.layout.run import RunFolder


def call(space: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    status = main([*words, "--json", "--workspace", str(space)])
    return status, json.loads(capsys.readouterr().out)


def test_labels_are_listed_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = fake_run(tmp_path, Task.DETECTION)
    space = RunFolder(run.folder).workspace.path
    capsys.readouterr()
    status, found = call(space, capsys, "labels", run.id)
    assert status == 0
    errors = found["label_errors"]
    assert [one["number"] for one in errors] == list(range(1, len(errors) + 1))
    assert {"kind", "score", "file", "object", "given", "suggested", "message"} <= set(errors[0])
    assert main(["labels", run.id, "--count", "1", "--workspace", str(space)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [errors[0]["message"] in line for line in shown].index(True) == 1
    assert not any(errors[1]["message"] in line for line in shown)
    status, kept = call(space, capsys, "labels", run.id, "--keep", "1")
    assert (status, kept) == (0, {"kept": 1})
    _, left = call(space, capsys, "labels", run.id)
    assert [one["message"] for one in left["label_errors"]] == [o["message"] for o in errors[1:]]
    status, error = call(space, capsys, "labels", run.id, "--keep", "9999")
    assert (status, error["error"]["code"]) == (1, "cli.labels.no_such")
    status, error = call(space, capsys, "labels", run.id, "--split", "test")
    assert (status, error["error"]["code"]) == (1, "label_errors.not_evaluated")


def test_suggestions_of_a_weak_model_are_called_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = fake_run(tmp_path, Task.DETECTION)
    space = RunFolder(run.folder).workspace.path
    capsys.readouterr()
    monkeypatch.setattr("paddlex_nb.label_errors.weak.WEAK", 0.0)
    assert call(space, capsys, "labels", run.id)[1]["note"] is None
    monkeypatch.setattr("paddlex_nb.label_errors.weak.WEAK", 1.0)
    note = call(space, capsys, "labels", run.id)[1]["note"]
    main(["labels", run.id, "--workspace", str(space)])
    assert capsys.readouterr().out.strip().endswith(note)
