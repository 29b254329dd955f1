"""What reading and checking tell while they go on: findings, and how far they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from paddlex_nb.core.severity import Severity
from paddlex_nb.data.store.records import Finding

Value: TypeAlias = "str | int | float"
Progress: TypeAlias = "Callable[[str, int, int | None, str], None]"
"""Takes stage, units done, units in all (if known) and their name; may raise to stop the work."""


class Report:
    """Takes findings as they are made and hands them on at once.

    Args:
        sink: Takes each finding.
        progress: Takes the progress; what it raises (a stop) goes through to the caller.

    Attributes:
        counts: Findings so far, by severity.
    """

    def __init__(
        self, sink: Callable[[Finding], None], progress: Progress = lambda *_: None
    ) -> None:
        self._sink = sink
        self.progress = progress
        self.counts: Counter[str] = Counter()

    def add(self, finding: Finding) -> None:
        """Report a finding."""
        self.counts[finding.severity.value] += 1
        self._sink(finding)

    def error(self, code: str, file: str = ".", place: str = "", **values: Value) -> None:
        """A finding that keeps the file out of training."""
        self.add(Finding(code, Severity.ERROR, file, place, _bounded(values)))

    def warning(self, code: str, file: str = ".", place: str = "", **values: Value) -> None:
        """A finding that may harm the result."""
        self.add(Finding(code, Severity.WARNING, file, place, _bounded(values)))

    def info(self, code: str, file: str = ".", place: str = "", **values: Value) -> None:
        """A finding that is good to know."""
        self.add(Finding(code, Severity.INFO, file, place, _bounded(values)))


def _bounded(values: dict[str, Value]) -> dict[str, Value]:
    """Values with numbers of at most 18 digits: a file may hold one of thousands."""
    if not any(isinstance(v, int) and abs(v) >= _LARGE for v in values.values()):
        return values
    return {
        name: f"{str(v)[:12]}…" if isinstance(v, int) and abs(v) >= _LARGE else v
        for name, v in values.items()
    }


_LARGE = 10**18
