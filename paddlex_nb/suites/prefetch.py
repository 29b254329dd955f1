"""Iterating in a thread, without ever waiting in vain.

Whoever waits for the next item looks up now and then: to see a request to stop, and whether
anything is still to come. What ends the thread arrives where the item was expected.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")

SILENCE = 600.0
"""Seconds without anything new after which a disk counts as gone."""

_LOOK = 0.2
"""Seconds between two looks."""

_GOODBYE = 5.0
"""Seconds that the thread gets to end when its items are no longer wanted."""


def prefetched(
    items: Iterator[T], waiting: Callable[[], None], ahead: int = 2
) -> Generator[T, None, None]:
    """The items of an iterator, which runs in a thread of its own and ahead of its user.

    The thread is a daemon: one that hangs in a read keeps no process from ending.

    Args:
        items: What is iterated over, in the thread.
        waiting: Called again and again while the next item is waited for; raises to give up.
        ahead: Items that may lie ready.

    Raises:
        Exception: Whatever ``items`` or ``waiting`` raised.
    """
    ready: Queue[Future[T]] = Queue(ahead)
    over = threading.Event()
    thread = threading.Thread(target=_work, args=(items, ready, over), daemon=True)
    thread.start()
    gave_up = True
    try:
        while True:
            batch = _next(ready, waiting)
            if isinstance(batch.exception(), _End):
                break
            yield batch.result()
        gave_up = False
    except GeneratorExit:
        gave_up = False
        raise
    finally:
        over.set()
        if not gave_up:  # else it may hang
            thread.join(_GOODBYE)


class _End(Exception):  # noqa: N818 - no error
    """There are no more items."""


def _next(ready: Queue[Future[T]], waiting: Callable[[], None]) -> Future[T]:
    while True:
        try:
            return ready.get(timeout=_LOOK)
        except Empty:  # noqa: PERF203 - a look now and then
            waiting()


def _work(items: Iterator[T], ready: Queue[Future[T]], over: threading.Event) -> None:
    while not over.is_set():
        future: Future[T] = Future()
        try:
            future.set_result(next(items))
        except StopIteration:
            future.set_exception(_End())
        except BaseException as error:  # noqa: BLE001 - all of it is the business of whoever waits
            future.set_exception(error)
        while not over.is_set():
            try:
                ready.put(future, timeout=_LOOK)
                break
            except Full:
                continue
        if future.exception() is not None:
            return
