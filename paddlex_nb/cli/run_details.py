"""``runs show``: checkpoints, evaluations and exports of a run, and which of them are stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from paddlex_nb.cli.shared import Command, Reply, settings, table, time_text
from paddlex_nb.core.i18n import tr
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.runs.history import checkpoints
from paddlex_nb.runs.origin import training_under_way


@click.command("show", cls=Command, help=tr("cli.runs.show.help"))
@click.argument("run", metavar="RUN")
def show(run: str) -> Reply:
    """Show what has come of a run."""
    item = settings().workspace.run(run)
    record, kept = item.record, checkpoints(item.folder)
    evaluations = [result.to_dict() for result in item.evaluations()]
    exports = [result.to_dict() for result in item.exports()]
    data = {
        "run": item.id,
        "name": record.name,
        "dataset": record.dataset,
        "model": record.model,
        "status": item.status.state.value,
        "checkpoints": [msgspec.to_builtins(info) for info in kept],
        "evaluations": [_brief(result) for result in evaluations],
        "exports": exports,
    }
    state = tr(f"jobs.state.{item.status.state}")
    names = {"id": item.id, "name": record.name, "model": record.model}
    parts = [tr("cli.runs.show.title", **names, state=state)]
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
                (e["split"], *_origin(e), _metric(e["metrics"]), _when(e), _state(e))
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
