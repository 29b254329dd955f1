"""Slow work beside the event loop: the wizard answers meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from paddlex_nb.widgets.app.event_loop import Call

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


def _failing(error: Exception, failed: Call) -> Call:
    def fail() -> None:
        failed()
        raise error

    return fail
