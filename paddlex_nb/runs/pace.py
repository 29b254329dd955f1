"""How fast the steps of a training come, and when it will end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

WINDOW = 60.0
"""Seconds of steps that the speed is measured over."""


class Eta(msgspec.Struct, frozen=True):
    """When training will end, if it runs through.

    Attributes:
        seconds: Seconds left from the last event on.
        spread: How far off that may be, in seconds.
    """

    seconds: float
    spread: float


class Pace:
    """How fast a job's steps come: over all of them, and of late.

    Args:
        first: Time and number of the first step, if one was done.
        recent: Those of late.

    Attributes:
        first: See above.
        recent: See above.
    """

    def __init__(
        self, first: tuple[float, int] | None = None, recent: Iterable[tuple[float, int]] = ()
    ) -> None:
        self.first = first
        self.recent = deque(recent)

    def take(self, time: float, step: int) -> None:
        """Take in when a step was done."""
        self.first = self.first or (time, step)
        self.recent.append((time, step))
        self._forget(time - WINDOW)

    def extend(self, times: list[float], steps: list[int]) -> None:
        """Take in further steps, all of late."""
        if times:
            self.recent.extend(zip(times, steps, strict=True))
            self._forget(times[-1] - WINDOW)

    def _forget(self, before: float) -> None:
        while len(self.recent) > 2 and self.recent[0][0] < before:
            self.recent.popleft()

    def eta(self, total: int) -> Eta | None:
        """Time left until ``total`` steps are done."""
        if self.first is None or len(self.recent) < 2:
            return None
        begin, last = self.recent[0], self.recent[-1]
        left = total - last[1]
        pace = (last[0] - begin[0]) / max(1, last[1] - begin[1])
        # the whole job's pace counts evaluations too, the recent one what the machine does now
        overall = (last[0] - self.first[0]) / max(1, last[1] - self.first[1])
        return Eta(
            seconds=left * overall, spread=left * abs(overall - pace) + 0.05 * left * overall
        )
