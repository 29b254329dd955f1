"""A report that remembers."""

from __future__ import annotations

from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.records import Finding


class Told(Report):
    """A report that remembers."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        super().__init__(self.findings.append)

    def codes(self) -> set[str]:
        """Codes of all findings."""
        return {f.code for f in self.findings}
