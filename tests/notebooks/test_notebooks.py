"""The notebooks that come with the package run from their first cell to their last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paddlex_nb.hosts.notebooks import notebook
from paddlex_nb.workspace import Workspace


def execute(
    name: str, workspace: Path, monkeypatch: pytest.MonkeyPatch, instead: tuple[str, str] = ("", "")
) -> Any:
    """Run a notebook, perhaps with something in the place of something that stands in it once."""
    monkeypatch.setenv("PADDLEX_NB_WORKSPACE", str(workspace))
    monkeypatch.setenv("PADDLEX_NB_LANG", "en")
    book = read(name)
    if instead[0]:
        (cell,) = [cell for cell in book.cells if instead[0] in cell.source]
        cell.source = cell.source.replace(*instead)
    from nbclient import NotebookClient  # takes 2 s, in each process that collects tests

    NotebookClient(book, timeout=400, kernel_name="python3").execute()
    return book


def read(name: str) -> Any:
    import nbformat  # likewise

    text = notebook(name).read_text(encoding="utf-8")
    return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]


def text_of(executed: Any) -> str:
    outputs = [o for cell in executed.cells if cell.cell_type == "code" for o in cell.outputs]
    return "\n".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs)


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
    for name in ("wizard", "walkthrough"):
        for cell in read(name).cells:
            assert not cell.get("outputs")
            assert cell.get("execution_count") is None
