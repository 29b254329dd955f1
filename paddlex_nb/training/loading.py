"""Loading a suite and a model so that a request to stop need not wait for the end of it."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from paddlex_nb.jobs.context import JobContext, Stopped

_LOOK = 0.1
"""Seconds between two looks whether somebody asked to stop."""


@contextmanager
def stopped_anywhere(context: JobContext) -> Iterator[None]:
    """Within it a request to stop ends the work wherever it is, between any two instructions.

    Only for work that saves nothing. Suites catch whatever is raised while they are imported, so it
    is raised again until it gets through.

    Raises:
        Stopped: The user asked for it.
    """
    mine, left, turn = threading.get_ident(), threading.Event(), threading.Lock()

    def watch() -> None:
        while not left.wait(_LOOK):
            with turn:
                if context.stopping and not left.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(mine), ctypes.py_object(Stopped)
                    )

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    except Exception as error:
        if context.stopping:  # they make another error of it, too
            raise Stopped from error
        raise
    finally:
        left.set()
        with turn:  # nothing is raised any more
            pass
