"""Doing the same to many files on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from paddlex_nb.hosts.processor import cores

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 256


def each(
    function: Callable[[T], R], items: Sequence[T], advance: Callable[[int], None]
) -> Iterator[R]:
    """Call ``function`` with every item and give the results in order.

    Threads suffice for work that is mostly decoding and hashing, which let go of the
    interpreter's lock (clothing set on two cores: one thread 2.4 s, two threads 1.35 s, two
    processes 1.3 s), and need no second interpreter. Little more than one chunk is in memory.

    Args:
        function: Must be safe to call from several threads.
        items: What to call it with.
        advance: Told after every chunk how many are done; may raise to stop.
    """
    with ThreadPoolExecutor(cores()) as pool:
        for start in range(0, len(items), _CHUNK):
            chunk = items[start : start + _CHUNK]
            yield from pool.map(function, chunk)
            advance(start + len(chunk))
