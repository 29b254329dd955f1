"""The one thread that touches widgets.

Button callbacks come on the main thread, on a subshell's thread or late, depending on the host
(JupyterLab 4.4, ipykernel 6, Voila). So none of them does anything itself: it leaves a call here,
and one thread makes all calls in order and ticks in between. The kernel stays free meanwhile.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import weakref
from collections.abc import Callable

Call = Callable[[], None]

logger = logging.getLogger(__name__)


class EventLoop:
    """Makes calls one after the other, and a tick whenever ``interval`` seconds have passed.

    Args:
        tick: Called regularly; a bound method is held weakly, so that the loop ends with its owner.
        interval: Seconds between ticks.
    """

    def __init__(self, tick: Call, interval: float = 0.25) -> None:
        self._tick = weakref.WeakMethod(tick) if hasattr(tick, "__self__") else lambda: tick
        self._interval = interval
        self._calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; until then (and in tests) `run_pending` does the work."""
        self._thread = threading.Thread(target=self._loop, name="paddlex_nb-events", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the calls that wait already."""
        self._calls.put(None)

    def call(self, function: Call) -> None:
        """Have ``function`` called soon."""
        self._calls.put(function)

    def run_pending(self) -> None:
        """Make the waiting calls and one tick, here and now."""
        while not self._calls.empty():
            call = self._calls.get()
            if call is not None:
                call()
        if tick := self._tick():
            tick()

    def _loop(self) -> None:
        due = time.monotonic()
        while True:
            try:
                call = self._calls.get(timeout=max(0.0, due - time.monotonic()))
                if call is None:
                    return
            except queue.Empty:
                call = self._tick()
                if call is None:
                    return
                due = time.monotonic() + self._interval
            try:
                call()
            except Exception:  # the thread must live on: pages show what they expect to fail
                logger.exception("a call of the wizard failed")
