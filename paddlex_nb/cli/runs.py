"""``models``, ``train``, ``runs``, ``resume``."""

from __future__ import annotations

from typing import Any

import click

from paddlex_nb.catalogue.exports import export_limits
from paddlex_nb.catalogue.models import list_models
from paddlex_nb.catalogue.models import model as find_model
from paddlex_nb.cli.damaged import say_damaged, say_warning
from paddlex_nb.cli.follow import wait_for_end
from paddlex_nb.cli.shared import (
    Command,
    CommandLineError,
    Group,
    Reply,
    named_table,
    option,
    settings,
    table,
)
from paddlex_nb.core.i18n import tr
from paddlex_nb.display.events import figure
from paddlex_nb.jobs.job import State
from paddlex_nb.metrics.names import metric_label
from paddlex_nb.planning.facts import dataset_facts
from paddlex_nb.planning.small_objects import small_objects
from paddlex_nb.planning.unmeasured import unmeasured_classes
from paddlex_nb.run import Run, run_facts
from paddlex_nb.runs.history import Best
from paddlex_nb.weights.automatic import by_hand
from paddlex_nb.weights.starting import AUTO

of_run = click.argument("run", metavar="RUN")
of_on_end = option("--on-end", metavar="COMMAND|URL", text="on_end")
of_follow = option("--follow", "following", is_flag=True, text="follow")


@click.command("models", cls=Command, help=tr("cli.models.help"))
@option("--task", text="task")
def models(task: str | None) -> Reply:
    """List the models."""
    entries = list_models(task)
    data = [
        {
            "name": e.name,
            "task": e.task.value,
            "suite": e.suite,
            "family": e.family,
            "parameters": e.parameters,
            "gflops": e.gflops,
            "architecture": e.architecture,
            "backbone": e.backbone,
            "recipe": e.recipe,
            "input_sizes": e.input_sizes,
            "min_size": e.min_size,
            "exports": e.exports,
            "weights": [
                {"name": w.name, "url": w.url, "sha256": w.sha256 or None} for w in e.weights
            ],
        }
        for e in entries
    ]
    head = [tr(f"cli.column.{c}") for c in ("model", "task", "suite", "parameters", "weights")]
    rows = [
        (
            e.name,
            tr(f"data.task.{e.task}"),
            e.suite,
            f"{e.parameters / 1e6:.1f} M",
            ", ".join(w.name for w in e.weights),
        )
        for e in entries
    ]
    kept = settings().workspace.saved_models()
    saved = [
        {"name": m.name, "task": m.task.value, "model": m.model, "classes": m.classes, "run": m.run}
        for m in kept
    ]
    rows += [(f"saved:{m.name}", tr(f"data.task.{m.task}"), m.model, "", m.run) for m in kept]
    damaged = say_damaged("models")
    return Reply({"models": data, "saved": saved, "damaged": damaged}, table(head, rows))


@click.command("train", cls=Command, help=tr("cli.train.help"))
@click.argument("dataset", metavar="ID")
@option("--model", text="model")
@option("--weights", default=AUTO, text="weights")
@option("--epochs", type=int, text="epochs")
@option("--set", "sets", metavar="NAME=VALUE", multiple=True, text="set")
@option("--name", text="run_name")
@option("--note", default="", text="note")
@option("--tag", "tags", multiple=True, text="tag")
@of_on_end
@of_follow
def train(
    dataset: str,
    model: str | None,
    weights: str,
    epochs: int | None,
    sets: tuple[str, ...],
    name: str | None,
    note: str,
    tags: tuple[str, ...],
    on_end: str | None,
    following: bool,
) -> Reply:
    """Train a model."""
    overrides: dict[str, Any] = dict(map(_setting, sets))
    if epochs is not None:
        overrides["epochs"] = epochs
    workspace = settings().workspace
    job = workspace.train(
        dataset,
        model,
        weights=weights,
        name=name,
        note=note,
        tags=tags,
        on_end=on_end,
        wait=False,
        **overrides,
    )
    run = job.run
    entry, folder = find_model(run.record.model), workspace.dataset(dataset).folder
    reason = run.record.weights_reason
    warnings = [reason, by_hand(reason), export_limits(entry)]
    if not following:  # else the job itself tells
        warnings.append(small_objects(entry, run.record.params, dataset_facts(folder)))
        warnings.append(unmeasured_classes(folder))
    for warning in filter(None, warnings):
        settings().say(str(warning))
    return _watch(run) if following else _started(run)


@click.group("runs", cls=Group, invoke_without_command=True, help=tr("cli.runs.help"))
@click.pass_context
def runs(context: click.Context) -> Reply | None:
    """List the runs, unless another command of the group is meant."""
    return list_runs() if context.invoked_subcommand is None else None


@runs.command("list", cls=Command, help=tr("cli.runs.list.help"))
@option("--dataset", metavar="ID", text="runs_dataset")
@option("--tag", text="runs_tag")
@option("--starred", is_flag=True, text="runs_starred")
@option("--all", "archived", is_flag=True, text="runs_all")
def list_(dataset: str | None, tag: str | None, starred: bool, archived: bool) -> Reply:
    """List the runs."""
    return list_runs(dataset, tag, starred=starred, archived=archived)


def list_runs(
    dataset: str | None = None,
    tag: str | None = None,
    *,
    starred: bool = False,
    archived: bool = False,
) -> Reply:
    """The runs of the workspace, newest first.

    Args:
        dataset: Only those of this data set.
        tag: Only those with this tag.
        starred: Only those with a star.
        archived: Those that were archived too.
    """
    runs = [
        run
        for run in settings().workspace.runs()
        if (archived or not run.record.archived)
        and (not starred or run.record.starred)
        and (tag is None or tag in run.record.tags)
        and dataset in {None, run.record.dataset}
    ]
    damaged = say_damaged("runs")
    data, notes = [], []
    head: list[str] = []
    rows: list[list[object]] = []
    for run in runs:
        record, status, summary = run.record, run.status, run.summary
        state, best = status.state, summary.best
        if status.error is not None and status.error.key == "jobs.status_damaged":
            say_warning(f"{run.id}: {status.error.text()}")
        elif status.reason is not None:
            notes.append(f"{run.id}: {status.reason}")
        data.append(
            {
                "run": run.id,
                "name": record.name,
                "dataset": record.dataset,
                "task": record.task.value,
                "model": record.model,
                "status": state.value,
                "epoch": summary.epoch,
                "epochs": summary.epochs,
                "best": _best(best),
                "error": status.reason,
                "seconds": summary.seconds,
                "created": record.created,
                "user": record.user,
                "host": record.host,
                "note": record.note,
                "tags": record.tags,
                "starred": record.starred,
                "archived": record.archived,
            }
        )
        facts = run_facts(run.id, record, status, summary)
        head = [name for name, _ in facts]
        values = [value for _, value in facts]
        rows.append([f"★ {run.id}" if record.starred else run.id, *values[1:]])
    text = named_table(head, rows) if rows else tr("cli.runs.empty")
    text = "\n".join([text, *notes])
    return Reply({"runs": data, "damaged": damaged}, text)


@click.command("resume", cls=Command, help=tr("cli.resume.help"))
@of_run
@option("--epochs", type=int, text="resume_epochs")
@of_on_end
@of_follow
def resume(run: str, epochs: int | None, on_end: str | None, following: bool) -> Reply:
    """Go on with a training."""
    target = settings().workspace.run(run)
    if not target.has_checkpoint:
        settings().say(tr("cli.resume.anew", id=target.id))
    target.resume(epochs, on_end=on_end, wait=False)
    return _watch(target) if following else _started(target)


def _setting(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise CommandLineError("cli.set_needs_value", text=text)
    return name.strip(), value


def _started(run: Run) -> Reply:
    data = {"run": run.id, "status": run.status.state.value}
    return Reply(data, tr("cli.started", id=run.id))


def _watch(run: Run) -> Reply:
    current = settings()
    current.say(tr("cli.following", id=run.id))
    status = wait_for_end(run.training, current)
    best = run.summary.best
    data = {"run": run.id, "status": status.state.value, "best": _best(best)}
    if status.error is not None:
        data["error"] = {"code": status.error.key, "message": status.error.text()}
    lines = [tr("cli.ended", id=run.id, state=tr(f"jobs.state.{status.state}"))]
    if status.error is not None:
        lines.append(status.error.text())
    if best is not None:
        name, value = metric_label(best.metric), figure(best.value)
        lines.append(tr("cli.best", metric=name, value=value, epoch=best.epoch))
    return Reply(data, "\n".join(lines), ok=status.state in {State.DONE, State.STOPPED})


def _best(best: Best | None) -> dict[str, Any] | None:
    if best is None:
        return None
    return {"metric": best.metric, "value": best.value, "epoch": best.epoch}
