"""``evaluate``, ``predict``, ``export``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from paddlex_nb.cli.follow import wait_for_result
from paddlex_nb.cli.run_details import origin_text
from paddlex_nb.cli.shared import Command, Reply, option, settings, table
from paddlex_nb.core.i18n import tr
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.results.evaluation import tiles_note

PATH = click.Path(path_type=Path)
of_run = click.argument("run", metavar="RUN")
of_checkpoint = option("--checkpoint", default="best", text="checkpoint")


@click.command("evaluate", cls=Command, help=tr("cli.evaluate.help"))
@of_run
@option("--split", default="val", text="split")
@of_checkpoint
def evaluate(run: str, split: str, checkpoint: str) -> Reply:
    """Evaluate a run."""
    target = settings().workspace.run(run)
    job = target.evaluate(split, checkpoint, wait=False)
    result = wait_for_result(job, settings()).to_dict()
    return Reply(result, f"{origin_text(result)}\n\n{evaluation_text(result)}")


@click.command("predict", cls=Command, help=tr("cli.predict.help"))
@of_run
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@of_checkpoint
@option("--threshold", type=float, text="threshold")
@option("--tile", type=int, metavar="PIXELS", text="predict_tile")
@option("--tile-overlap", type=float, text="predict_tile_overlap")
def predict(
    run: str,
    paths: tuple[str, ...],
    checkpoint: str,
    threshold: float | None,
    tile: int | None,
    tile_overlap: float | None,
) -> Reply:
    """Predict images."""
    target = settings().workspace.run(run)
    job = target.predict(
        paths, checkpoint, threshold=threshold, tile=tile, tile_overlap=tile_overlap, wait=False
    )
    result = wait_for_result(job, settings()).to_dict()
    head = [tr(f"cli.column.{c}") for c in ("file", "class", "score")]
    rows = [(p["path"], *_outcome(p)) for p in result["predictions"]]
    lines = [origin_text(result), "", table(head, rows)]
    if result["tile"] is not None:
        overlap = f"{result['tile_overlap']:.0%}"
        lines.insert(1, tr("cli.predict.tiles", size=result["tile"], overlap=overlap))
    if result["threshold"] is not None:
        lines.insert(1, tr("cli.threshold", threshold=f"{result['threshold']:.2f}"))
    return Reply(result, "\n".join(lines))


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
    return Reply(result, f"{origin_text(result)}\n{export_text(result)}")


def evaluation_text(result: dict[str, Any]) -> str:
    """The figures of an evaluation in words: overall, then by class."""
    overall = table(
        [tr("cli.column.figure"), tr("cli.column.value")],
        [(metric_label(name), value) for name, value in result["metrics"].items()],
    )
    columns = [key for key in result["per_class"][0] if key != "class"]
    classes = table(
        [tr("cli.column.class"), *map(metric_label, columns)],
        [(row["class"], *(row[c] for c in columns)) for row in result["per_class"]],
    )
    return "\n\n".join(filter(None, [overall, classes, tiles_note(result)]))


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
    if "objects" in prediction:
        counts = Counter(one["class"] for one in prediction["objects"])
        best = max((one["score"] for one in prediction["objects"]), default=None)
        return tr("core.listed", names=[f"{n} {name}" for name, n in counts.items()]), best
    if "areas" in prediction:
        areas = (f"{area['class']} {area['share']:.0%}" for area in prediction["areas"])
        return ", ".join(areas), prediction["mask"]
    return prediction["class"], prediction["score"]
