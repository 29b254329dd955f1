"""What a data set was recognised as, its findings and what an update changed, in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paddlex_nb.cli.shared import plain, table
from paddlex_nb.core.i18n import tr
from paddlex_nb.data.checks.groups import FindingGroup, finding_groups
from paddlex_nb.data.edits.fixes import OF_TILES
from paddlex_nb.data.importing.update_summary import update_sentences
from paddlex_nb.data.store.records import Finding

if TYPE_CHECKING:
    from paddlex_nb.data.importing.recognised import Recognised

_EXAMPLES = 3


def recognised_text(recognised: Recognised, *, whole: bool = False) -> str:
    """What a data set was recognised as, a line each."""
    return "\n".join(plain(sentence.text()) for sentence in recognised.sentences(whole=whole))


def findings_table(findings: Sequence[Finding], *, whole: bool = False) -> str:
    """Findings as a table: a line for those of one kind, with three examples.

    Args:
        findings: The findings.
        whole: A line for each finding.
    """
    if not findings:
        return tr("cli.dataset.check.clean")
    if whole:
        rows = [(tr(f"findings.severity.{f.severity}"), f.file, f.message.text()) for f in findings]
        return table([tr(f"cli.column.{c}") for c in ("severity", "file", "finding")], rows)
    groups = finding_groups(None, findings, _EXAMPLES)
    head = [tr(f"cli.column.{c}") for c in ("severity", "count", "finding", "examples")]
    lines = [
        (tr(f"findings.severity.{g.severity}"), f"{g.count:,}", _said(g), _examples(g))
        for g in groups
    ]
    notes = [tr("cli.dataset.check.more")] if len(groups) < len(findings) else []
    # what no fix can do in the workspace, but another import
    again = (g.first[0].advice for g in groups if g.code in OF_TILES)
    return "\n".join([table(head, lines), *notes, *(f"→ {advice}" for advice in again if advice)])


def _said(group: FindingGroup) -> str:
    """What is wrong: in full if it is so once, else what all have in common."""
    return group.first[0].message.text() if group.count == 1 else tr(_title(group.code))


def _title(code: str) -> str:
    return f"findings.{code}.title"


def _examples(group: FindingGroup) -> str:
    files = dict.fromkeys(f"{f.file} {f.place}".strip() for f in group.first if f.file != ".")
    more = ", …" if group.count > len(group.first) and files else ""
    return ", ".join(files) + more


def updated_text(result: Mapping[str, Any]) -> str:
    """What an update found, and what it changed in classes and splits, a line each."""
    return "\n".join(plain(sentence.text()) for sentence in update_sentences(result))
