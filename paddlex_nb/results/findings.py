"""The findings of a data set as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.checks.groups import FindingGroup, finding_groups
from paddlex_nb.data.store.records import Finding
from paddlex_nb.display.tables import Table, columns

_EXAMPLES = 3


class Findings(Table[Finding]):
    """All that was found to be wrong or noteworthy; shown by kind, with examples."""

    def _shown(self) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
        groups = finding_groups(None, self, _EXAMPLES)
        rows = [
            (tr(f"findings.severity.{g.severity}"), g.count, g.code, _said(g), _examples(g))
            for g in groups
        ]
        return columns("severity", "count", "code", "finding", "examples"), rows

    def _records(self) -> Iterable[dict[str, Any]]:
        for finding in self:
            fix = finding.advice
            yield {
                "severity": finding.severity.value,
                "code": finding.code,
                "file": finding.file,
                "place": finding.place,
                "message": finding.message.text(),
                "advice": None if fix is None else fix.text(),
            }


def _said(group: FindingGroup) -> str:
    """What is wrong: in full if it is so once, else what all have in common."""
    if group.count == 1:
        return group.first[0].message.text()
    return tr(f"findings.{group.code}.title")


def _examples(group: FindingGroup) -> str:
    files = dict.fromkeys(f"{f.file} {f.place}".strip() for f in group.first if f.file != ".")
    more = ", …" if group.count > len(group.first) and files else ""
    return ", ".join(files) + more
