"""What a page sets itself, apart from what a user sets."""

from __future__ import annotations

import threading


class OwnChanges(threading.local):
    """A stretch in which a page sets its own fields: ``with own_changes: field.value = ...``.

    It is true for the thread that is in it only: what a user sets meanwhile arrives in another
    thread, and counts.
    """

    def __init__(self) -> None:
        self._depth = 0

    def __enter__(self) -> None:
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1

    def __bool__(self) -> bool:
        return self._depth > 0
