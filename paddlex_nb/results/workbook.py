"""An evaluation as a workbook of tables (xlsx), for people who go on in a spreadsheet."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paddlex_nb.core.files import disk_errors, write_bytes
from paddlex_nb.core.i18n import tr
from paddlex_nb.display.tables import columns
from paddlex_nb.display.text import plain
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.judging.judge import judged
from paddlex_nb.metrics.figure_intervals import FigureInterval, overall_figures
from paddlex_nb.metrics.names import metric_definition, metric_label
from paddlex_nb.metrics.orders import worst
from paddlex_nb.results.evaluation import Evaluation, tiles_note
from paddlex_nb.results.object_sheets import object_sheets
from paddlex_nb.results.report_facts import origin_facts, parameter_facts

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

Cell = object
"""A number, a text, or None for an empty cell."""

_LONGEST = 32_767
"""Characters that a cell can hold."""

_NO_SHEET = re.compile(r"[\[\]:*?/\\]")
"""What the name of a sheet may not contain."""

_SHEET = 31
"""Characters of it at most."""

_WIDE = 60
"""Characters of the widest column."""


def write_workbook(folder: Path, evaluation: Evaluation, out: Path) -> Path:
    """Write the tables of an evaluation; names in them are text, whatever they begin with.

    Sheets: what it means and rests on, metrics, classes, confusion matrix, with objects the best
    thresholds and the kinds of errors, images.

    Args:
        folder: The run's folder.
        evaluation: The evaluation.
        out: The file, whose suffix is ``.xlsx``.

    Returns:
        ``out``.

    Raises:
        UserError: The run is damaged, or the disk refuses.
    """
    from xlsxwriter import Workbook

    evidence, data = Evidence(folder, evaluation.data), io.BytesIO()
    # nothing is guessed from what a text looks like: "=1+1" is a name like any other
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(data, options) as book:
        bold = book.add_format({"bold": True})
        sheets: tuple[tuple[str, Sequence[str], Iterable[Sequence[Cell]]], ...] = (
            ("meaning", [], _meaning(evidence, folder, evaluation)),
            ("figures", columns("figure", "value", "low", "high", "meaning"), _figures(evidence)),
            ("classes", *_classes(evidence, evaluation)),
            ("matrix", *_matrix(evaluation)),
            *object_sheets(evaluation),
            ("images", *_images(evidence)),
        )
        for name, head, rows in sheets:
            _write(book, bold, tr(f"display.workbook.{name}"), head, rows)
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(out, data.getvalue())
    return out


def _write(
    book: Workbook, bold: Format, name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    sheet = book.add_worksheet(_NO_SHEET.sub(" ", name)[:_SHEET])
    widths: list[int] = []
    lines = [(head, bold), *((row, None) for row in rows)] if head else [(r, None) for r in rows]
    for at, (cells, look) in enumerate(lines):
        for place, value in enumerate(cells):
            shown = _text(value)
            widths += [8] * (place + 1 - len(widths))
            widths[place] = min(_WIDE, max(widths[place], len(shown) + 2))
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if number and math.isfinite(float(value)):  # type: ignore[arg-type]
                sheet.write_number(at, place, value, look)
            elif shown and not number:
                sheet.write_string(at, place, shown, look)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    if head:
        sheet.freeze_panes(1, 1)


def _text(value: Cell) -> str:
    """A value as text that a cell can hold: names come from files, whose bytes may be no text."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    return plain(value).encode("utf-8", "replace").decode()[:_LONGEST]


def _meaning(evidence: Evidence, folder: Path, evaluation: Evaluation) -> Iterable[Sequence[Cell]]:
    judgement = judged(evidence)
    yield (tr("display.workbook.verdict"), " ".join(m.text() for m in judgement.summary))
    for remark in judgement.remarks:
        yield ("", remark.message.text())
    if note := tiles_note(evidence.result):
        yield ("", note)
    for step in judgement.steps:
        said = f"{tr(f'judging.step.{step.kind}')}: {step.reason.text()}"
        yield (tr("display.report.next"), said)
    yield ()
    yield from origin_facts(evidence, folder, evaluation)
    yield ()
    yield (tr("display.report.parameters"),)
    yield from parameter_facts(evidence)


def _figures(evidence: Evidence) -> Iterable[Sequence[Cell]]:
    between = evidence.figure_intervals or {}
    for name, value in overall_figures(evidence.metrics, between).items():
        yield (
            metric_label(name),
            value,
            *_ends(between.get((name, None))),
            metric_definition(name),
        )


def _ends(interval: FigureInterval | None) -> tuple[Cell, Cell]:
    return (None, None) if interval is None else (interval.low, interval.high)


Sheet = tuple[Sequence[str], Iterable[Sequence[Cell]]]


def _classes(evidence: Evidence, evaluation: Evaluation) -> Sheet:
    names = list(evaluation.per_class[0].metrics) if evaluation.per_class else []
    between = evidence.figure_intervals or {}
    known = [name for name in names if any((name, one) in between for one in evaluation.classes)]
    ends = [f"{metric_label(name)}: {one}" for name in known for one in columns("low", "high")]
    rows: list[Sequence[Cell]] = []
    for row in evaluation.per_class:
        limits = [end for name in known for end in _ends(between.get((name, row.name)))]
        rows.append((row.name, *(row.metrics.get(name) for name in names), *limits))
    return [*columns("class"), *map(metric_label, names), *ends], rows


def _matrix(evaluation: Evaluation) -> Sheet:
    background = tr("display.workbook.background")
    counts = evaluation.confusion_matrix
    names = [*evaluation.classes, *[background] * (len(counts) - len(evaluation.classes))]
    corner = tr("display.workbook.truth_prediction")
    rows = [(name, *line) for name, line in zip(names, counts.tolist(), strict=False)]
    return [corner, *names], rows


def _images(evidence: Evidence) -> Sheet:
    """The images with most errors first; nothing where the predictions are gone."""
    head = columns("file", "error_score", "hits", "false", "missed")
    table, counts, classes = evidence.table, evidence.counts, evidence.classes
    if table is None or counts is None:
        return head, []
    each = np.stack([np.bincount(counts.image, one, counts.images) for one in counts.counts.T], 1)
    errors, paths = counts.errors(), table["path"].to_pylist()
    with_errors = worst(table, counts)
    order = [*with_errors.tolist(), *np.flatnonzero(errors == 0).tolist()]
    rows: list[list[Cell]] = [
        [paths[place], float(errors[place]), *map(int, each[place])] for place in order
    ]
    if "truth" in table.column_names:
        head = [*head, *columns("truth", "prediction", "score")]
        told = (table[name].to_pylist() for name in ("truth", "prediction", "score"))
        answers = list(zip(*told, strict=True))
        for row, place in zip(rows, order, strict=True):
            truth, predicted, score = answers[place]
            row += [classes[truth], classes[predicted], score]
    return head, rows
