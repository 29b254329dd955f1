"""``runs show``: what has come of a run, what is stale of it, and what to do if it failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from paddlex_nb.cli.shared import Command, Reply, plain, settings, table, time_text
from paddlex_nb.core.i18n import tr
from paddlex_nb.evaluation.evaluated import of_photos
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.planning.remedies import remedies
from paddlex_nb.runs.checkpoint import checkpoints
from paddlex_nb.runs.origin import training_under_way
from paddlex_nb.script.retry import retry_command


@click.command("show", cls=Command, help=tr("cli.runs.show.help"))
@click.argument("run", metavar="RUN")
def show(run: str) -> Reply:
    """Show what has come of a run."""
    item = settings().workspace.run(run)
    record, status, kept = item.record, item.status, checkpoints(item.folder)
    evaluations = [
        result.to_dict() for photos in (False, True) for result in item.evaluations(photos=photos)
    ]
    exports = [result.to_dict() for result in item.exports()]
    ways_out = [] if status.state.active else remedies(item.folder)
    data: dict[str, Any] = {
        "run": item.id,
        "name": record.name,
        "dataset": record.dataset,
        "model": record.model,
        "status": status.state.value,
        "checkpoints": [msgspec.to_builtins(info) for info in kept],
        "evaluations": [_brief(result) for result in evaluations],
        "exports": exports,
        "remedies": [
            {"message": way.label.text(), "command": retry_command(item, way)} for way in ways_out
        ],
    }
    if (error := status.error) is not None:
        data["error"] = {"code": error.key, "message": error.text()}
    state = tr(f"jobs.state.{status.state}")
    names = {"id": item.id, "name": record.name, "model": record.model}
    parts = [tr("cli.runs.show.title", **names, state=state)]
    if error is not None:
        parts.append(plain(error.text()))
    parts += [f"• {way.label.text()}\n  {retry_command(item, way)}" for way in ways_out]
    if training_under_way(item.folder):
        parts.append(tr("cli.runs.show.under_way"))
    parts.append(
        _part(
            "checkpoints",
            ("checkpoint", "epoch", "step", "metric", "when"),
            [
                (
                    i.name,
                    i.epoch,
                    i.step,
                    _metric(i.metrics),
                    time_text(i.saved) if i.saved else None,
                )
                for i in kept
            ],
        )
    )
    parts.append(
        _part(
            "evaluations",
            ("split", "checkpoint", "epoch", "metric", "when", "state"),
            [
                (_evaluated(e), *_origin(e), _metric(e["metrics"]), _when(e), _state(e))
                for e in evaluations
            ],
        )
    )
    parts.append(
        _part(
            "exports",
            ("export", "checkpoint", "epoch", "when", "state"),
            [(e["out"], *_origin(e), _when(e), _state(e)) for e in exports],
        )
    )
    return Reply(data, "\n\n".join(parts))


def origin_text(result: Mapping[str, Any]) -> str:
    """Which weights a result is of, as one line."""
    metric = result["metric"]
    return tr(
        "cli.origin",
        run=result["run"],
        checkpoint=result["checkpoint"],
        epoch=result["epoch"],
        step=result["step"],
        metric="–" if metric is None else _metric({metric["name"]: metric["value"]}),
        when=time_text(result["time"]),
    )


def _part(name: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    title = tr(f"cli.runs.show.{name}")
    if not rows:
        return f"{title}: –"
    return f"{title}\n{table([tr(f'cli.column.{c}') for c in columns], rows)}"


def _evaluated(result: Mapping[str, Any]) -> str:
    """The split, and whether whole photos of it were measured."""
    split = str(result["split"])
    return tr("cli.runs.show.photos", split=split) if of_photos(result) else split


def _brief(result: dict[str, Any]) -> dict[str, Any]:
    """An evaluation without its long tables."""
    long = {"per_class", "confusion_matrix", "curves"}
    return {name: value for name, value in result.items() if name not in long}


def _origin(result: Mapping[str, Any]) -> tuple[object, object]:
    return result.get("checkpoint"), result.get("epoch")  # earlier versions said less


def _metric(metrics: Mapping[str, float | None]) -> str | None:
    for name, value in metrics.items():
        return f"{metric_label(name)} {'–' if value is None else f'{value:.4f}'}"
    return None


def _when(result: Mapping[str, Any]) -> str | None:
    return time_text(result["time"]) if "time" in result else None


def _state(result: Mapping[str, Any]) -> str:
    return result["stale"] or tr("cli.runs.show.current")
