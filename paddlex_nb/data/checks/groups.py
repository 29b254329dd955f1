"""Findings by code, the most harmful first: what a page or a report shows of many."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from paddlex_nb.core.severity import Severity
from paddlex_nb.data.store.finding_rows import FindingRows
from paddlex_nb.data.store.records import Finding


class FindingGroup(msgspec.Struct):
    """All findings of one code.

    Attributes:
        code: Their code.
        severity: The highest of any of them.
        count: How many there are.
        first: The first of them.
        images: Rows of the images that they are about, each once, in the order of findings.
        pictures: The same, each with the image beside it that it is held against, such as that
            of which it is a copy.
    """

    code: str
    severity: Severity
    count: int = 0
    first: list[Finding] = []
    images: list[int] = []
    pictures: list[int] = []


def finding_groups(
    folder: Path | None, findings: Iterable[Finding], first: int = 20
) -> list[FindingGroup]:
    """The findings of a data set by code, by severity and count.

    Args:
        folder: The data set's folder; None if it was not imported, then without rows of images.
        findings: Its findings.
        first: So many findings of each are given.
    """
    rows = FindingRows(folder) if folder is not None else None
    order = list(Severity)
    groups: dict[str, FindingGroup] = {}
    images: dict[str, dict[int, None]] = {}
    pictures: dict[str, dict[int, None]] = {}
    for finding in findings:
        group = groups.setdefault(finding.code, FindingGroup(finding.code, finding.severity))
        group.count += 1
        group.severity = min(group.severity, finding.severity, key=order.index)
        if group.count <= first:
            group.first.append(finding)
        if rows is not None and (about := rows.of(finding)):
            images.setdefault(finding.code, {}).update(dict.fromkeys(about))
            both = [*about, *rows.of_image(str(finding.values.get("other")))]
            pictures.setdefault(finding.code, {}).update(dict.fromkeys(both))
    for code, group in groups.items():
        group.images, group.pictures = (list(by.get(code, ())) for by in (images, pictures))
    return sorted(groups.values(), key=lambda g: (order.index(g.severity), -g.count))
