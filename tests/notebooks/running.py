"""Running the notebooks that come with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paddlex_nb.hosts.notebooks import notebook


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

    at = {"metadata": {"path": str(workspace)}}
    NotebookClient(book, timeout=400, kernel_name="python3", resources=at).execute()
    return book


def read(name: str) -> Any:
    import nbformat  # likewise

    text = notebook(name).read_text(encoding="utf-8")
    return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]


def text_of(executed: Any) -> str:
    outputs = [o for cell in executed.cells if cell.cell_type == "code" for o in cell.outputs]
    return "\n".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in outputs)


def images_in(executed: Any) -> int:
    """How many pictures the cells have put out."""
    outputs = [o for cell in executed.cells if cell.cell_type == "code" for o in cell.outputs]
    return sum("image/png" in o.get("data", {}) for o in outputs)
