"""A click that takes a while is seen to be worked on."""

from __future__ import annotations

import threading

import pytest

from paddlex_nb.widgets.app import working
from paddlex_nb.widgets.app.working import Working


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "PATIENCE", 0.02)


def test_it_shows_while_work_takes_long_and_no_longer() -> None:
    line, shown = Working(), threading.Event()
    line.widget.observe(lambda change: shown.set() if change["new"] else None, "value")
    with line.shown():
        assert line.widget.value == ""
        assert shown.wait(10)
        assert "Working" in line.widget.value
    assert line.widget.value == ""


def test_what_is_quick_shows_nothing_not_even_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "PATIENCE", 1.0)  # quick, whatever else the machine does
    line, seen = Working(), list[str]()
    line.widget.observe(lambda change: seen.append(change["new"]), "value")
    for _ in range(20):
        with line.shown():
            pass
    threading.Event().wait(1.5)
    assert seen == []


def test_it_goes_when_the_work_fails() -> None:
    line, shown = Working(), threading.Event()
    line.widget.observe(lambda change: shown.set() if change["new"] else None, "value")

    def fail() -> None:
        with line.shown():
            shown.wait(10)
            raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        fail()
    assert shown.is_set()
    assert line.widget.value == ""
