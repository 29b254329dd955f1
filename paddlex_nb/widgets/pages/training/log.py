"""The log of a training: epochs, resumes and notices; the process's own output on demand."""

from __future__ import annotations

import time
from collections.abc import Iterable
from heapq import merge

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.events import event_text
from paddlex_nb.jobs.events import Epoch, Notice, Resumed
from paddlex_nb.jobs.job import Job
from paddlex_nb.runs.history import History
from paddlex_nb.widgets.app.toolkit import column, esc, html, row, styled

_LINES = 200
"""Lines that are shown at once, the newest."""

_OUTPUT = 20_000
"""Bytes of the process's output that are shown."""

ALL, WARNINGS = "all", "warnings"

Line = Epoch | Resumed | Notice


class TrainingLog:
    """Lines that are filtered by level and by what is typed; it stays open as it grows.

    Attributes:
        widget: What to show.
    """

    def __init__(self) -> None:
        levels = [(tr(f"wizard.training.log.{level}"), level) for level in (ALL, WARNINGS)]
        self._level = styled(
            w.Dropdown(options=levels, description=tr("wizard.training.log.level")), "field"
        )
        self._search = styled(
            w.Text(description=tr("wizard.training.log.search"), continuous_update=False), "field"
        )
        label = tr("wizard.training.log.raw")
        raw = w.ToggleButton(description=label, tooltip=label, value=False)
        self._raw = styled(raw, "button", "quiet")
        self._lines = html("", "log-lines")
        self._output = html("", "log-output")
        self._seen: tuple[object, ...] = ()
        filters = row(self._level, self._search, self._raw, classes=["filters"])
        self.widget = column(filters, self._lines, self._output)

    def show(self, history: History, job: Job) -> None:
        """Show what has come; nothing is sent if nothing has.

        Args:
            history: The run's.
            job: Its newest training.
        """
        events = len(history.epochs_done), len(history.notices), len(history.resumes)
        filters = self._level.value, self._search.value
        if (seen := (*events, *filters)) != self._seen:
            self._seen = seen
            self._lines.value = _markup(*self._chosen(history))
        output = esc(job.log(_OUTPUT)) or "–" if self._raw.value else ""
        self._output.value = f"<pre tabindex=0>{output}</pre>" if output else ""

    def _chosen(self, history: History) -> tuple[int, list[tuple[str, str]]]:
        """Kind and text of the newest lines that pass the filters, and how many came before."""
        words = self._search.value.lower().split()
        kinds: tuple[Iterable[Line], ...] = (
            history.epochs_done,
            history.resumes,
            history.notices,
        )
        events = list(_wanted(merge(*kinds, key=lambda event: event.time), self._level.value))
        if words:
            texts = ((event, (event_text(event) or "").lower()) for event in events)
            events = [event for event, text in texts if all(word in text for word in words)]
        # of a long run only what is shown is put into words
        return max(0, len(events) - _LINES), [_line(event) for event in events[-_LINES:]]


def _line(event: Line) -> tuple[str, str]:
    kind = event.severity if isinstance(event, Notice) else "info"
    at = time.strftime("%H:%M:%S", time.localtime(event.time))
    return kind, f"{at}  {event_text(event) or ''}"


def _wanted(events: Iterable[Line], level: str) -> Iterable[Line]:
    if level == ALL:
        return events
    return (event for event in events if isinstance(event, Notice) and event.severity != "info")


def _markup(older: int, lines: list[tuple[str, str]]) -> str:
    if not lines:
        return f"<p class=pxnb-muted>{esc(tr('wizard.training.log.empty'))}</p>"
    note = f"<p class=pxnb-muted>{esc(tr('wizard.training.log.older', count=older))}</p>"
    shown = "\n".join(
        f'<span class="pxnb-log-{esc(kind)}">{esc(text)}</span>' for kind, text in lines
    )
    return (note if older > 0 else "") + f"<pre tabindex=0>{shown}</pre>"
