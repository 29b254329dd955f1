"""What differs between ipywidgets 7 and 8; nowhere else may ask for the version."""

from __future__ import annotations

from typing import NamedTuple

import ipywidgets as w

NO_TOOLTIP: dict[str, str] = {"tooltip": ""} if hasattr(w.DOMWidget, "tooltip") else {}
"""Keeps ipywidgets 8 from writing ``title="null"``, which is read out and shown."""


class Uploaded(NamedTuple):
    """A file that the user has uploaded; its name is untrusted."""

    name: str
    content: bytes


def uploaded_files(widget: w.FileUpload) -> list[Uploaded]:
    """The files of an upload widget."""
    value = widget.value
    if isinstance(value, dict):  # ipywidgets 7
        return [Uploaded(name, bytes(file["content"])) for name, file in value.items()]
    return [Uploaded(file["name"], bytes(file["content"])) for file in value]


def clear_upload(widget: w.FileUpload) -> None:
    """Forget the files of an upload widget."""
    if isinstance(widget.value, dict):  # ipywidgets 7
        widget.value.clear()
        widget._counter = 0
    else:
        widget.value = ()


def focus(widget: w.DOMWidget) -> None:
    """Give a widget the focus, which brings it into view; ipywidgets 7 cannot."""
    if hasattr(widget, "focus"):
        widget.focus()


def close_tree(widget: w.Widget) -> None:
    """Close a widget with its layout, its style and all below it; ``close`` does only the first."""
    for child in getattr(widget, "children", ()):
        close_tree(child)
    for part in ("layout", "style"):
        if (model := getattr(widget, part, None)) is not None:
            model.close()
    widget.close()
