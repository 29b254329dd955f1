"""Changes below the findings: the newest few, each with its way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ipywidgets as w

from paddlex_nb.core.task import Task
from paddlex_nb.data.store.current import base_index
from paddlex_nb.widgets.pages.data.findings import FindingsPanel
from paddlex_nb.workspace import Workspace


def test_the_newest_changes_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    dataset = Workspace(tmp_path).import_sample(Task.CLASSIFICATION)

    def now(call: Callable[[], None]) -> None:
        call()

    def shown() -> tuple[list[w.Button], list[str]]:
        panel = FindingsPanel(
            dataset, now, now, lambda: None, lambda: None, lambda _: None, lambda _: None
        )
        rows = [child for child in panel.widget.children if isinstance(child, w.Box)]
        undo = [b for row in rows for b in row.children if "pxnb-undo" in b._dom_classes]
        texts = [c.value for c in panel.widget.children if "pxnb-more-changes" in c._dom_classes]
        return undo, texts

    assert shown() == ([], [])
    for row in range(8):
        dataset.edits.exclude([row])
    paths = base_index(dataset.folder).images["path"].to_pylist()
    undo, (more,) = shown()
    assert [button.tooltip.rpartition(" ")[2] for button in undo] == paths[7:2:-1]
    assert "3 more changes" in more
    assert f"dataset changes {dataset.id}" in more
    undo[1].click()
    assert [entry.number for entry in dataset.edits.changes()] == [1, 2, 3, 4, 5, 6, 8]
    for button in shown()[0][:2]:
        button.click()
    undo, texts = shown()
    assert (len(undo), texts) == (5, [])
