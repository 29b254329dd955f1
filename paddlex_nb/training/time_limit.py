"""A training that ends after a given time, its learning rate with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

MINUTE = 60.0
"""Seconds."""


@dataclass
class TimeLimit:
    """How many steps a training has time for, judged by those that it has made.

    Attributes:
        seconds: Seconds that the training may take, evaluations included; the last evaluation
            may come on top of it.
        spent: Seconds that whole epochs took in jobs before this one.
        first: Steps that were done when this job began.
    """

    seconds: float
    spent: float = 0.0
    first: int = 0
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = monotonic()

    @property
    def left(self) -> float:
        """Seconds that are left; negative when it is over."""
        return self.seconds - self.spent - (monotonic() - self._began)

    @property
    def over(self) -> bool:
        """Whether no time is left."""
        return self.left <= 0

    def steps(self, done: int) -> int:
        """Steps of the whole training that there is time for.

        Args:
            done: Steps that are done; at least one of them in this job.
        """
        each = (monotonic() - self._began) / (done - self.first)
        return done + int(max(0.0, self.left) / max(each, 1e-9))
