"""How much there is of a data set, in large figures."""

from __future__ import annotations

from collections.abc import Mapping

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.severity import Severity
from paddlex_nb.data.store.records import DatasetRecord
from paddlex_nb.widgets.app.toolkit import esc


def figures(record: DatasetRecord, settled: Mapping[Severity, int]) -> str:
    """Markup of how much there is; findings that are dealt with count apart."""
    grave = (Severity.ERROR, Severity.WARNING)
    errors, warnings = (record.findings.get(s.value, 0) - settled.get(s, 0) for s in grave)
    shown = [
        (record.images, "images"),
        (len(record.classes), "classes"),
        (errors, "errors"),
        (warnings, "warnings"),
    ]
    if fixed := sum(settled.get(s, 0) for s in grave):
        shown.append((fixed, "fixed"))
    tiles = "".join(
        f'<div class="pxnb-figure"><b>{value:,}</b>'
        f"<span>{esc(tr(f'wizard.data.{name}', n=value))}</span></div>"
        for value, name in shown
    )
    return f'<div class="pxnb-figures">{tiles}</div>'
