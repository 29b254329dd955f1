"""How much harm something does that was found wrong."""

from __future__ import annotations

from enum import Enum


class Severity(str, Enum):
    """How much harm a finding does: an error keeps its file from being used, a warning may."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def __str__(self) -> str:
        return self.value
