"""Findings as a list ranked by harm, one group a kind."""

from __future__ import annotations

from collections.abc import Iterable

from paddlex_nb.data.records import Finding, Severity
from paddlex_nb.i18n import tr
from paddlex_nb.widgets.toolkit import esc

SHOWN = 20
"""Files listed in one group; the count says how many there are."""


def findings_html(findings: Iterable[Finding]) -> str:
    """Markup of the findings, the most harmful kinds first."""
    groups: dict[tuple[int, str], list[Finding]] = {}
    order = list(Severity)
    for finding in findings:
        groups.setdefault((order.index(finding.severity), finding.code), []).append(finding)
    if not groups:
        return f'<p class="pxnb-clean">✓ {esc(tr("wizard.data.clean"))}</p>'
    return "".join(_group(found) for _, found in sorted(groups.items(), key=lambda g: g[0]))


def _group(findings: list[Finding]) -> str:
    first = findings[0]
    mend = f'<p class="pxnb-mend">→ {esc(first.mend)}</p>' if first.mend else ""
    items = "".join(f"<li>{esc(f.message)}</li>" for f in findings[:SHOWN])
    more = len(findings) - SHOWN
    if more > 0:
        items += f"<li class=pxnb-muted>{esc(tr('wizard.data.more', count=f'{more:,}'))}</li>"
    count = f'<span class="pxnb-count">{len(findings):,}</span>'
    badge = f'<span class="pxnb-badge pxnb-{first.severity}">{_severity(first)}</span>'
    return (
        f'<details class="pxnb-finding"><summary>{badge}<span class=pxnb-grow>'
        f"{esc(first.message)}</span>{count}</summary><ul>{items}</ul>{mend}</details>"
    )


def _severity(finding: Finding) -> str:
    return esc(tr(f"findings.severity.{finding.severity}"))
