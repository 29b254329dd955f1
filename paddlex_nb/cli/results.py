"""``evaluate``, ``predict``, ``export``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from paddlex_nb.cli.follow import wait_for_result
from paddlex_nb.cli.run_details import origin_text
from paddlex_nb.cli.shared import Command, CommandLineError, Reply, option, settings, table
from paddlex_nb.core.i18n import tr
from paddlex_nb.data.store.records import split_name
from paddlex_nb.display.text import interval_text
from paddlex_nb.evaluation.threshold import checked_iou, score_threshold
from paddlex_nb.metrics.figure_intervals import FigureInterval, overall_figures
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.evaluation import tiles_note
from paddlex_nb.results.threshold import best_text

PATH = click.Path(path_type=Path)
of_run = click.argument("run", metavar="RUN")
of_checkpoint = option("--checkpoint", default="best", text="checkpoint")


@click.command("evaluate", cls=Command, help=tr("cli.evaluate.help"))
@of_run
@option("--split", default="val", text="split")
@of_checkpoint
@option("--threshold", type=float, text="evaluate_threshold")
@option("--iou", type=float, default=0.5, text="iou")
@option("--report", type=PATH, metavar="FILE", text="report")
@option("--photos", is_flag=True, text="evaluate_photos")
def evaluate(
    run: str,
    split: str,
    checkpoint: str,
    threshold: float | None,
    iou: float,
    report: Path | None,
    *,
    photos: bool,
) -> Reply:
    """Evaluate a run."""
    target = settings().workspace.run(run)
    # what is wrong with them is said now
    least, iou = score_threshold(target.record, threshold), checked_iou(iou)
    if report is not None:
        from paddlex_nb.results.report import check_report_file

        check_report_file(report)
    job = target.evaluate(split, checkpoint, photos=photos, wait=False)
    evaluation = wait_for_result(job, settings())
    result = evaluation.to_dict()
    known = evaluation.intervals()
    result["intervals"] = [asdict(one) for one in known]
    measured = tr("cli.measured", split=split_name(split), images=result["images"] or 0)
    text = f"{origin_text(result)}\n{measured}\n\n{evaluation_text(result, known)}\n\n"
    if least is not None:
        at, errors = evaluation.at(least, iou), evaluation.errors_at(iou)
        best = evaluation.thresholds(iou).best
        result["at"], result["errors"] = at.to_dict(), [asdict(one) for one in errors]
        result["best_threshold"] = None if best is None else asdict(best)
        text += f"{at}\n\n{best_text(best)}\n\n{errors}\n\n"
    judgement = target.judge(evaluation)
    text += str(judgement)
    result["judgement"] = judgement.sentences
    if report is not None:
        result["report"] = str(target.report(evaluation, report))
        text += "\n" + tr("cli.predict.saved", out=result["report"])
    return Reply(result, text)


@click.command("predict", cls=Command, help=tr("cli.predict.help"))
@of_run
@click.argument("paths", metavar="PATH...", nargs=-1)
@option("--split", text="predict_split")
@of_checkpoint
@option("--out", type=PATH, text="predict_out")
@option("--threshold", type=float, text="threshold")
@option("--tile", type=int, metavar="PIXELS", text="predict_tile")
@option("--tile-overlap", type=float, text="predict_tile_overlap")
def predict(
    run: str,
    paths: tuple[str, ...],
    split: str | None,
    checkpoint: str,
    out: Path | None,
    threshold: float | None,
    tile: int | None,
    tile_overlap: float | None,
) -> Reply:
    """Predict images."""
    target = settings().workspace.run(run)
    images: list[str | Path] = [*paths]
    if split is not None:
        images += target.images(split)
    if not images:
        raise CommandLineError("cli.predict.no_paths")
    job = target.predict(
        images, checkpoint, threshold=threshold, tile=tile, tile_overlap=tile_overlap, wait=False
    )
    predictions = wait_for_result(job, settings())
    result = predictions.to_dict()
    head = [tr(f"cli.column.{c}") for c in ("file", "class", "score")]
    rows = [(p["path"], *_outcome(p)) for p in result["predictions"]]
    lines = [origin_text(result), "", table(head, rows)]
    if result["tile"] is not None:
        overlap = f"{result['tile_overlap']:.0%}"
        lines.insert(1, tr("cli.predict.tiles", size=result["tile"], overlap=overlap))
    if result["threshold"] is not None:
        lines.insert(1, tr("cli.threshold", threshold=f"{result['threshold']:.2f}"))
    if out is not None:
        result["out"] = str(predictions.save(out))
        lines.append(tr("cli.predict.saved", out=result["out"]))
    # an image that could not be predicted is told in its row
    return Reply(result, "\n".join(lines), ok=result["failed"] == 0)


@click.command("save", cls=Command, help=tr("cli.save.help"))
@of_run
@click.argument("name", metavar="NAME")
def save(run: str, name: str) -> Reply:
    """Save a run's result as a named model."""
    saved = settings().workspace.run(run).save_model(name)
    data = {"name": saved.name, "weights": f"saved:{saved.name}", "run": run}
    return Reply(data, tr("cli.saved", name=saved.name))


@click.command("export", cls=Command, help=tr("cli.export.help"))
@of_run
@option("--to", default="inference", text="to")
@option("--out", type=PATH, text="out")
@of_checkpoint
def export(run: str, to: str, out: Path | None, checkpoint: str) -> Reply:
    """Export a run's model."""
    target = settings().workspace.run(run)
    job = target.export(to, out, checkpoint, wait=False)
    result = wait_for_result(job, settings()).to_dict()
    text = f"{origin_text(result)}\n{export_text(result)}"
    if (least := result["threshold"]) is not None:
        text += "\n" + tr("cli.threshold", threshold=f"{least:.2f}")
    return Reply(result, text)


def evaluation_text(result: dict[str, Any], intervals: Sequence[FigureInterval] = ()) -> str:
    """The figures of an evaluation in words: overall, then by class."""
    known = {(one.metric, one.class_name): one for one in intervals}
    figures = overall_figures(result["metrics"], known)
    head = [tr("cli.column.figure"), tr("cli.column.value")]
    rows: list[tuple[object, ...]] = [(metric_label(n), v) for n, v in figures.items()]
    if known:
        head.append(tr("cli.column.interval"))
        rows = [
            (*row, _between(known.get((name, None))))
            for row, name in zip(rows, figures, strict=True)
        ]
    overall = table(head, rows)
    columns = [key for key in result["per_class"][0] if key != "class"]
    classes = table(
        [tr("cli.column.class"), *map(metric_label, columns)],
        [(row["class"], *(row[c] for c in columns)) for row in result["per_class"]],
    )
    return "\n\n".join(filter(None, [overall, classes, tiles_note(result)]))


def _between(one: FigureInterval | None) -> str:
    if one is None or one.low is None or one.high is None:
        return ""
    return interval_text(one.low, one.high)


def export_text(result: dict[str, Any]) -> str:
    """The text that says what an export wrote and how its outputs compare with the model's."""
    return tr(
        "cli.exported",
        out=result["out"],
        files=[Path(f).name for f in result["files"]],
        parity=f"{result['parity']:.1e}",
        latency=f"{result['latency_ms']:.1f}",
    )


def _outcome(prediction: dict[str, Any]) -> tuple[str, float | str | None]:
    """The classes predicted in an image, in short, and the highest score."""
    if "error" in prediction:
        return prediction["error"]["text"], None
    if (below := prediction.get("best_below")) is not None:
        return tr("display.nothing_above", best=f"{below:.2f}"), None
    if "objects" in prediction:
        counts = Counter(one["class"] for one in prediction["objects"])
        best = max((one["score"] for one in prediction["objects"]), default=None)
        return tr("core.listed", names=[f"{n} {name}" for name, n in counts.items()]), best
    if "areas" in prediction:
        areas = (f"{area['class']} {area['share']:.0%}" for area in prediction["areas"])
        return ", ".join(areas), prediction["mask"]
    return prediction["class"], prediction["score"]
