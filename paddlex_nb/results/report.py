"""An evaluation as one HTML file, to be kept, printed or sent without a network; or as tables."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors, write_bytes
from paddlex_nb.core.i18n import language, tr
from paddlex_nb.display.html import html_facts, html_table, html_text, html_title
from paddlex_nb.display.tables import columns
from paddlex_nb.display.text import interval_text
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.judging.judge import judged
from paddlex_nb.metrics.figure_intervals import FigureInterval, overall_figures
from paddlex_nb.metrics.names import metric_definition, metric_label
from paddlex_nb.metrics.orders import worst
from paddlex_nb.results.evaluation import ClassFigures, Evaluation, tiles_note
from paddlex_nb.results.report_facts import origin_facts, parameter_facts
from paddlex_nb.results.workbook import write_workbook

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from paddlex_nb.results.prediction import Prediction

SHOWN = 6
"""Images with most errors, and with fewest, that are shown."""

_SIDE = 480
"""Longest side of a picture in pixels."""

_LOOK = """
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  max-width: 1060px; margin: 32px auto; padding: 0 16px; color: #1c1e21; }
table { border-collapse: collapse; margin: 8px 0 20px; }
td, th { padding: 3px 12px 3px 0; border-bottom: 1px solid #dcdfe3; vertical-align: top; }
td { font-variant-numeric: tabular-nums; } img { max-width: 100%; }
.pair { display: inline-block; margin: 0 16px 16px 0; vertical-align: top; }
.pair img { width: 240px; } .pair p { margin: 2px 0; font-size: 13px; }
.wide { overflow-x: auto; } .first { font-size: 18px; font-weight: 600; }
@media print { .pair { break-inside: avoid; } }
"""


def write_report(folder: Path, evaluation: Evaluation, out: Path) -> Path:
    """Write what an evaluation says, means and rests on.

    Args:
        folder: The run's folder.
        evaluation: The evaluation.
        out: The file; its suffix is ``.html``, or ``.xlsx`` for the tables alone.

    Returns:
        ``out``.

    Raises:
        UserError: The run is damaged, ``out`` has another suffix, or the disk refuses.
    """
    check_report_file(out)
    if out.suffix.lower() == ".xlsx":
        return write_workbook(folder, evaluation, out)
    evidence = Evidence(folder, evaluation.data)
    title = f"{evidence.record.name} · {tr(f'data.split.{evaluation.split}')}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        *_meaning(evidence),
        *_figures(evidence, evaluation),
        *_objects(replace(evaluation, folder=folder)),
        *_samples(evidence, evaluation),
        *_origin(evidence, folder, evaluation),
    ]
    head = f"<title>{escape(title)}</title><style>{_LOOK}</style>"
    page = (
        f'<!doctype html><html lang="{language().replace("_", "-")}"><head>'
        f'<meta charset="utf-8">{head}</head><body>{"".join(parts)}</body></html>'
    )
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(out, page.encode())
    return out


def check_report_file(out: Path) -> None:
    """Refuse a file that no report can be written to; its folder is made when it is written.

    Raises:
        UserError: It has another suffix than ``.html`` and ``.xlsx``, or is a folder.
    """
    if out.suffix.lower() not in {".html", ".htm", ".xlsx"} or out.is_dir():
        raise UserError("display.report_suffix", path=out)


def _meaning(evidence: Evidence) -> Iterable[str]:
    judgement = judged(evidence)
    said = " ".join(message.text() for message in judgement.summary)
    yield f'<p class="first">{escape(said)}</p>'
    for remark in judgement.remarks:
        yield html_text(remark.message.text())
    if note := tiles_note(evidence.result):
        yield html_text(note)
    if judgement.steps:
        steps = [(tr(f"judging.step.{one.kind}"), one.reason.text()) for one in judgement.steps]
        yield html_facts(tr("display.report.next"), steps)


def _figures(evidence: Evidence, evaluation: Evaluation) -> Iterable[str]:
    from paddlex_nb.results.plots import curves_plot, matrix_plot

    between = evidence.figure_intervals or {}
    yield html_title(tr("display.report.figures"))
    yield html_table(
        columns("figure", "value", "interval", "meaning"),
        [
            (
                metric_label(name),
                _number(value),
                _interval(between.get((name, None))),
                metric_definition(name),
            )
            for name, value in overall_figures(evaluation.metrics, between).items()
        ],
    )
    names = list(evaluation.per_class[0].metrics) if evaluation.per_class else []
    rows = [
        (row.name, *(_of_class(row, name, between.get((name, row.name))) for name in names))
        for row in evaluation.per_class
    ]
    head = [*columns("class"), *map(metric_label, names)]
    yield f'<div class="wide">{html_table(head, rows)}</div>'
    yield _picture(matrix_plot(evaluation.confusion_matrix, evaluation.classes))
    try:
        yield _picture(curves_plot(evidence.history, evidence.record.name))
    except UserError:  # there are no curves
        return


def _objects(evaluation: Evaluation) -> Iterable[str]:
    """The best threshold and the kinds of errors, where what overlaps what is stored."""
    if evaluation.threshold is None:
        return
    try:
        errors, thresholds = evaluation.errors, evaluation.thresholds()
    except UserError:  # an earlier version has stored them, or they are gone
        return
    yield html_title(tr("display.workbook.thresholds"))
    yield thresholds._repr_html_()
    yield html_title(tr("threshold.errors"))
    yield errors._repr_html_()


def _samples(evidence: Evidence, evaluation: Evaluation) -> Iterable[str]:
    """The images with most and with fewest errors: truth beside prediction."""
    counts, view = evidence.counts, evidence.view
    if counts is None or view is None:
        return
    table = evidence.full_table()
    from paddlex_nb.results.stored import prediction_of, truth_of

    errors = counts.errors()
    with_most = worst(table, counts)[:SHOWN].tolist()
    # of images without an error those first of whose class the model was surest
    sure = table["score"].to_numpy() if counts.overall == "top1" else np.zeros(len(errors))
    order = np.lexsort((-sure, errors))[:SHOWN]
    with_fewest = [place for place in order.tolist() if place not in with_most]
    for key, places in (("worst", with_most), ("best", with_fewest)):
        if places:
            yield html_title(tr(f"display.report.{key}"))
        for place in places:
            row = table.slice(place, 1).to_pylist()[0]
            image = int(row["row"])
            try:
                told = prediction_of(row, view.path(image), evaluation.classes)
                told = told.above(evaluation.threshold or 0.0)
                pictures = [_small(one) for one in (truth_of(view, image), told)]
            except UserError as error:  # the image or its mask has gone since
                yield html_text(str(error))
                continue
            labels = (tr("display.truth"), tr("display.predicted"))
            shown = "".join(
                f'<div class="pair"><img alt="{escape(label)}" src="{picture}">'
                f"<p>{escape(label)}: {escape(view.name(image))}</p></div>"
                for label, picture in zip(labels, pictures, strict=True)
            )
            yield f"<div>{shown}</div>"


def _origin(evidence: Evidence, folder: Path, evaluation: Evaluation) -> Iterable[str]:
    """On what the figures rest: data, parameters, versions."""
    yield html_facts(tr("display.report.origin"), origin_facts(evidence, folder, evaluation))
    yield html_facts(tr("display.report.parameters"), parameter_facts(evidence))


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _of_class(row: ClassFigures, name: str, interval: FigureInterval | None) -> str:
    """A figure of one class, with its interval where it has one."""
    between = _interval(interval)
    return _number(row.metrics[name]) + (f" ({between})" if between else "")


def _interval(one: FigureInterval | None) -> str:
    if one is None or one.low is None or one.high is None:
        return ""
    return interval_text(one.low, one.high)


def _picture(figure: Figure) -> str:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=110)
    return f'<p><img alt="" src="{_embedded(out.getvalue(), "png")}"></p>'


def _small(prediction: Prediction) -> str:
    from PIL import Image

    picture = Image.fromarray(prediction.draw())
    picture.thumbnail((_SIDE, _SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return _embedded(out.getvalue(), "jpeg")


def _embedded(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
