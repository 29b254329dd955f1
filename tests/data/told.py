"""A report that remembers."""

from __future__ import annotations

from paddlex_nb.data.records import Finding
from paddlex_nb.data.report import Report


class Told(Report):
    """A report that remembers."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        super().__init__(self.findings.append)

    def codes(self) -> set[str]:
        """Codes of all findings."""
        return {f.code for f in self.findings}
