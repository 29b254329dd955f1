"""How a data set has to lie in its folder, drawn for each task."""

from __future__ import annotations

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats import FORMATS
from paddlex_nb.widgets.app.toolkit import card, esc, html

TREES: dict[Task, tuple[tuple[int, str, str], ...]] = {
    Task.CLASSIFICATION: (
        (0, "photos/", "root"),
        (1, "cat/", "class"),
        (2, "001.jpg", ""),
        (2, "002.jpg", ""),
        (1, "dog/", "class"),
        (2, "003.jpg", ""),
    ),
    Task.DETECTION: (
        (0, "photos/", "root"),
        (1, "JPEGImages/", "images"),
        (2, "001.jpg", ""),
        (1, "Annotations/", "boxes"),
        (2, "001.xml", ""),
    ),
    Task.SEGMENTATION: (
        (0, "photos/", "root"),
        (1, "JPEGImages/", "images"),
        (2, "001.jpg", ""),
        (1, "Annotations/", "masks"),
        (2, "001.png", ""),
        (1, "labels.txt", "labels"),
    ),
    Task.INSTANCE_SEGMENTATION: (
        (0, "photos/", "root"),
        (1, "JPEGImages/", "images"),
        (2, "001.jpg", ""),
        (1, "annotations.json", "coco"),
    ),
}
"""Depth, name and note of each line of the drawings."""


def rules() -> w.Widget:
    """The rules of all four tasks, each with its drawing."""
    parts = "".join(
        f'<div class="pxnb-rule"><h4>{esc(tr(f"data.task.{task}"))}</h4>'
        f"<p>{esc(tr(f'wizard.rules.{task}'))}</p>{_drawing(tree)}{_formats(task)}</div>"
        for task, tree in TREES.items()
    )
    body = f'<div class="pxnb-rules">{parts}</div>'
    return card("", html(f"<details><summary>{esc(tr('wizard.rules'))}</summary>{body}</details>"))


def _formats(task: Task) -> str:
    """The list of the other formats that are recognised."""
    names = dict.fromkeys(tr(f"formats.{f.name}") for f in FORMATS if f.task is task)
    return f"<p>{esc(tr('wizard.rules.formats', formats=', '.join(names)))}</p>"


def _drawing(tree: tuple[tuple[int, str, str], ...]) -> str:
    lines = []
    for depth, name, note in tree:
        image = name.endswith((".jpg", ".png"))
        sign = "folder" if name.endswith("/") else "image" if image else "file"
        note_html = f" <i>{esc(tr(f'wizard.rules.note.{note}'))}</i>" if note else ""
        lines.append(
            f'<div style="padding-left:{1.4 * depth}em">'
            f'<span aria-hidden=true class="pxnb-sign pxnb-sign-{sign}"></span> '
            f"{esc(name)}{note_html}</div>"
        )
    return f'<div class="pxnb-tree">{"".join(lines)}</div>'
