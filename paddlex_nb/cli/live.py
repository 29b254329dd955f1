"""The live display of a job on a terminal: one line with a bar, what has happened above it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from paddlex_nb.cli.shared import plain, size_text
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import duration_text
from paddlex_nb.display.events import event_text, figure
from paddlex_nb.jobs.events import AnyEvent, Epoch, Notice, Progress, Step
from paddlex_nb.jobs.queue import Waiting
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.runs.history import History

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

_BAR = (5, 40)
"""Columns of the bar, at least and at most."""

_GAP = "  "
_STYLES = {"warning": "yellow", "error": "bold red"}


class LiveDisplay:
    """Shows a job on a terminal that can be drawn on (see `console`).

    What is drawn follows the terminal's width; the parts that matter least go first.

    Args:
        console: The terminal.
        epochs: Epochs that a training is planned for.
    """

    def __init__(self, console: Console, epochs: int = 0) -> None:
        from rich.live import Live

        self._console, self._epochs = console, epochs
        # drawn by whoever follows, at most as often as it looks: no thread, nothing after the end
        self._live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._history = History()
        self._stage: Progress | None = None
        self._live.start()

    def take(self, events: Sequence[AnyEvent]) -> None:
        """Take in what the job has reported."""
        self._history.extend(events)
        for event in events:
            if isinstance(event, Progress):
                if self._stage is None or self._stage.stage != event.stage:
                    self._stage = event
            elif isinstance(event, Epoch):
                self._print(self._epoch(event))
            elif (text := event_text(event)) is not None and not _is_passing(event):
                self.say(text, _STYLES.get(event.severity, "") if isinstance(event, Notice) else "")

    def say(self, text: str, style: str = "") -> None:
        """Print lines above the bar; what they hold is untrusted."""
        from rich.text import Text

        for line in text.splitlines():
            self._print(Text(plain(line), style=style))

    def show(self, waiting: Waiting | None) -> None:
        """Draw the bar as things stand.

        Args:
            waiting: What the job waits for in the queue, if it does.
        """
        from rich.text import Text

        if waiting is not None and waiting.behind:
            said = Text(waiting.message.text(), style="yellow")
            self._live.update(said, refresh=True)
        else:
            self._live.update(self._line(), refresh=True)

    def close(self) -> None:
        """Remove the bar and give the terminal back as it was."""
        from rich.text import Text

        with suppress(OSError):  # a terminal that was closed is drawn on no more
            self._live.update(Text(""))
            self._live.stop()

    def _print(self, text: Text) -> None:
        self._console.print(text, highlight=False)

    def _line(self) -> RenderableType:
        history = self._history
        stage = history.progress
        if stage is not None:
            single = stage.total == 1  # one thing, of which nobody knows how far it is
            share = stage.done / stage.total if stage.total and not single else None
            number = size_text if stage.unit == "bytes" else "{:,}".format
            counted = number(stage.done) + (f"/{number(stage.total)}" if stage.total else "")
            details = [] if single else [counted]
            return self._drawn(tr(f"jobs.stage.{stage.stage}"), share, details, self._left(stage))
        if not history.total_steps:
            return self._drawn(tr("jobs.state.running"), None, [], None)
        last = history.steps[-1]
        epochs = history.epochs or self._epochs
        name = tr("display.epoch", epoch=last.epoch, epochs=epochs)
        details = [f"{tr('display.loss')} {last.loss:.4f}", f"{last.step:,}/{last.steps:,}"]
        eta = history.eta
        left = eta.seconds if eta is not None and history.step < history.total_steps else None
        return self._drawn(name, history.step / history.total_steps, details, left)

    def _drawn(
        self, name: str, share: float | None, details: Iterable[str], left: float | None
    ) -> RenderableType:
        """The line, in as much of its parts as there is room for.

        Args:
            name: What is done.
            share: How much of it, 0 to 1; None if unknown.
            details: Figures, the most important first.
            left: Seconds left; None if unknown.
        """
        from rich.cells import cell_len, set_cell_size
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        percentage = "" if share is None else f"{min(share, 1):4.0%}"
        parts = [] if left is None else [tr("display.left", time=duration_text(left))]
        parts += details
        # the last column stays free: some terminals wrap behind it
        room = self._console.width - 1 - len(_GAP) - _BAR[0] - len(_GAP) - len(percentage)
        if cell_len(name) > room:
            name = set_cell_size(name, max(1, room - 1)).rstrip() + "…"
        kept: list[str] = []
        room -= cell_len(name)
        for part in parts:
            room -= cell_len(part) + len(_GAP)
            if room < 0:
                break
            kept.append(part)
        bar = ProgressBar(
            total=None if share is None else 1.0,
            completed=min(share or 0.0, 1.0),
            pulse=share is None,
            width=min(_BAR[1], _BAR[0] + max(0, room)),
            animation_time=time.monotonic(),
        )
        grid = Table.grid(padding=(0, len(_GAP), 0, 0), pad_edge=False)
        cells: list[RenderableType] = [Text(name, style="bold"), bar]
        if percentage:
            cells.append(Text(percentage, style="bold"))
        # the most important stands at the end, where the eye is
        cells += [Text(part, style="cyan" if part is kept[0] else "") for part in reversed(kept)]
        for _ in cells:
            grid.add_column(no_wrap=True)
        grid.add_row(*cells)
        return grid

    def _left(self, stage: Progress) -> float | None:
        """Seconds that a stage has left, if it goes on as it did."""
        first = self._stage
        if not stage.total or first is None or stage.done <= first.done:
            return None
        return (stage.time - first.time) / (stage.done - first.done) * (stage.total - stage.done)

    def _epoch(self, event: Epoch) -> Text:
        """The line of an epoch: main metric, loss, how long, and what else one line holds."""
        from rich.cells import cell_len
        from rich.text import Text

        main, *others = [*event.metrics.items()] or [("", None)]
        best = event.best and main[1] is not None
        parts = [(tr("display.epoch", epoch=event.epoch, epochs=event.epochs), "bold")]
        if main[0]:
            star = " ★" if best else ""
            shown = f"{metric_label(main[0])} {figure(main[1])}{star}"
            parts.append((shown, "bold green" if best else ""))
        parts.append((f"{tr('display.loss')} {event.loss:.4f}", ""))
        parts.append((duration_text(event.seconds), "dim"))
        parts += [(f"{metric_label(name)} {figure(value)}", "dim") for name, value in others]
        line = Text()
        for text, style in parts:
            gap = _GAP if line else ""
            if line and line.cell_len + cell_len(gap + text) >= self._console.width:
                break
            line.append(gap).append(text, style=style)
        return line


def console(stream: TextIO) -> Console | None:
    """The terminal behind a stream; None where nothing can be drawn: a pipe, a dumb terminal."""
    if not stream.isatty():
        return None
    from rich.console import Console

    terminal = Console(file=stream, markup=False, emoji=False, highlight=False)
    return None if terminal.is_dumb_terminal or not terminal.is_terminal else terminal


def _is_passing(event: AnyEvent) -> bool:
    """Whether an event only moves the bar."""
    return isinstance(event, (Step, Progress))
