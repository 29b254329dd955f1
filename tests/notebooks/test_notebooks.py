"""The notebooks that come with the package run from their first cell to their last."""

from __future__ import annotations

from pathlib import Path

import pytest

from notebooks.running import execute, read, text_of
from paddlex_nb.core.task import Task
from paddlex_nb.workspace import Workspace


def test_the_wizard_notebook_shows_a_wizard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed = execute("wizard", tmp_path, monkeypatch)
    assert "PaddleX wizard" in text_of(executed)
    widgets = executed.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    labels = {str(model["state"].get("description")) for model in widgets.values()}
    assert "Use the sample" in labels


def test_the_walk_through_ends_with_two_exported_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # how well the sample is learnt by default is tested in tests/cli/test_road.py
    shorter = ("workspace.train(dataset", "workspace.train(dataset, epochs=3, input_size=32")
    said = text_of(execute("walkthrough", tmp_path, monkeypatch, shorter))
    assert "'top1'" in said
    assert "onnx [" in said
    (run,) = Workspace(tmp_path).runs()
    results = [job.status.result for job in run.jobs("export")]
    assert [r["to"] for r in results] == ["inference", "onnx"]
    assert all(0 <= r["parity"] <= 1e-4 for r in results)


def test_notebooks_are_committed_without_output() -> None:
    tutorials = [f"tutorials/{language}/{task}" for language in ("en", "zh") for task in Task]
    for name in ("wizard", "walkthrough", *tutorials):
        for cell in read(name).cells:
            assert not cell.get("outputs")
            assert cell.get("execution_count") is None
