"""Slow work beside the event loop: the wizard answers meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from paddlex_nb.widgets.app.event_loop import Call

R = TypeVar("R")
T = TypeVar("T")


def aside(
    do: Callable[[Call], None],
    work: Callable[[], T],
    then: Callable[[T], None],
    failed: Call,
) -> None:
    """Do something that may take long in a thread of its own.

    Args:
        do: Has work done on the event loop; what fails is said on the page.
        work: What takes long; it touches no widget.
        then: Called on the event loop with what came of it.
        failed: Called on the event loop if ``work`` fails, before it is said why.
    """

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  said by the event loop, which knows how
            do(_failing(error, failed))
        else:
            do(lambda: then(result))

    threading.Thread(target=run, name="paddlex_nb-aside", daemon=True).start()


class Latest(Generic[R, T]):
    """Works on the newest of many requests aside, as a slider makes them, one at a time.

    Args:
        do: As of `aside`.
        work: What is done for a request; it touches no widget.
        then: Called on the event loop with what came of it.
    """

    def __init__(
        self, do: Callable[[Call], None], work: Callable[[R], T], then: Callable[[T], None]
    ) -> None:
        self._do, self._work, self._then = do, work, then
        self._busy = False
        self._waiting: list[R] = []

    def ask(self, request: R) -> None:
        """Work on this next, in place of what has not been begun; called on the event loop."""
        if self._busy:
            self._waiting = [request]
            return
        self._busy = True
        aside(self._do, lambda: self._work(request), self._done, self._next)

    def _done(self, result: T) -> None:
        self._next()
        self._then(result)

    def _next(self) -> None:
        self._busy = False
        if self._waiting:
            self.ask(self._waiting.pop())


def _failing(error: Exception, failed: Call) -> Call:
    def fail() -> None:
        failed()
        raise error

    return fail
