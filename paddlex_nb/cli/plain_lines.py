"""A job in plain lines, where nothing can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from paddlex_nb.display.events import event_text
from paddlex_nb.jobs.events import AnyEvent, Progress, Step
from paddlex_nb.jobs.queue import Waiting


class PlainLines:
    """Shows a job where nothing can be drawn: a line for all that is worth one.

    Args:
        say: Prints a line.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self._waited: tuple[int, str] | None = None

    def take(self, events: Sequence[AnyEvent]) -> None:
        """Tell what the job has reported; steps and progress are left out."""
        for event in events:
            passing = isinstance(event, (Step, Progress))
            if not passing and (text := event_text(event)) is not None:
                self.say(text)

    def show(self, waiting: Waiting | None) -> None:
        """Tell what it waits for, once for each place in the queue."""
        if waiting is None or not waiting.behind:
            return
        if (waiting.place, waiting.behind) != self._waited:
            self._waited = waiting.place, waiting.behind
            self.say(waiting.message.text())

    def close(self) -> None:
        """Nothing is left to be put in order."""
