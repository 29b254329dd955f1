"""Finding, reading and pressing what the wizard shows, without a browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import ipywidgets as w

from paddlex_nb import Wizard
from paddlex_nb.widgets.parts import RecordTable

W = TypeVar("W", bound=w.Widget)
PATIENCE = 60.0
"""Seconds."""


def inside(widget: w.Widget) -> Iterator[w.Widget]:
    """A widget and all below it, what waits for its front end too."""
    yield widget
    if (part := getattr(widget, "part", None)) is not None:
        yield part
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def find(wizard: Wizard, kind: type[W], name: str = "") -> W:
    """The widget of a kind, perhaps the one with the class ``pxnb-<name>``."""
    found = [
        one
        for one in inside(wizard)
        if isinstance(one, kind) and (not name or f"pxnb-{name}" in one._dom_classes)
    ]
    assert found, f"no {kind.__name__} {name}"
    return found[0]


def click(wizard: Wizard, name: str) -> None:
    """Press the button of the class ``pxnb-<name>``, which can be pressed."""
    button = find(wizard, w.Button, name)
    assert not button.disabled, name
    button.click()
    wizard.event_loop.run_pending()


def said(wizard: Wizard) -> str:
    """All markup on the screen."""
    shown = (one for one in inside(wizard) if isinstance(one, w.HTML) and one is not wizard._style)
    return "\n".join(one.value for one in shown)


def until(wizard: Wizard, done: Callable[[], bool]) -> None:
    """Let the wizard work until something holds; fails after `PATIENCE` seconds."""
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, said(wizard)[-3000:]
        wizard.event_loop.run_pending()
        time.sleep(0.05)


def choose_model(wizard: Wizard, name: str) -> None:
    """Choose a model on the page of parameters."""
    table = next(
        one for one in inside(find(wizard, w.Box, "models-table")) if isinstance(one, RecordTable)
    )
    assert name in {row.id for row in table.rows}, name
    table.selected = [name]
    wizard.event_loop.run_pending()
