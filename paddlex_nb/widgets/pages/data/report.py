"""All findings of a data set as a table to keep."""

from __future__ import annotations

import base64
import csv
import io

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.spreadsheet import neutral
from paddlex_nb.data.store.records import Finding
from paddlex_nb.dataset import Dataset
from paddlex_nb.widgets.app.toolkit import esc

_HEAD = ("severity", "code", "file", "place", "finding", "fix")


def report_link(dataset: Dataset) -> str:
    """Markup of a link that holds the report."""
    data = base64.b64encode(report_csv(dataset.findings()).encode("utf-8-sig")).decode()
    name = esc(f"{dataset.id}-findings.csv")
    return (
        f'<a class="pxnb-download" download="{name}" href="data:text/csv;base64,{data}">{name}</a>'
    )


def report_csv(findings: list[Finding]) -> str:
    """All findings as a table; no cell can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([tr(f"cli.column.{name}") for name in _HEAD])
    for f in findings:
        cells = (tr(f"findings.severity.{f.severity}"), f.code, f.file, f.place)
        words = (f.message.text(), f.advice.text() if f.advice else "")
        writer.writerow([neutral(cell) for cell in (*cells, *words)])
    return text.getvalue()
