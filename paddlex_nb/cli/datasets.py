"""``sample`` and ``dataset …``."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from paddlex_nb.cli.damaged import say_damaged, say_unfinished
from paddlex_nb.cli.follow import wait_for_result
from paddlex_nb.cli.recognised import findings_table, recognised_text, updated_text
from paddlex_nb.cli.shared import (
    Command,
    CommandLineError,
    Interrupted,
    Reply,
    named_table,
    option,
    settings,
    table,
)
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.one_or_many import one_path
from paddlex_nb.core.task import as_task
from paddlex_nb.data.images.tiles import KEEP, OVERLAP
from paddlex_nb.data.store.record_file import ready_record
from paddlex_nb.data.store.records import SPLITS, Finding
from paddlex_nb.dataset import Dataset
from paddlex_nb.jobs.log import kept_report

PATH = click.Path(path_type=Path)
of_task = option("--task", text="task")
of_format = option("--format", text="format")
of_encoding = option("--encoding", default="", show_default=False, text="encoding")
of_seed = option("--seed", default=0, text="seed")


@click.command("sample", cls=Command, help=tr("cli.sample.help"))
@click.argument("task")
@click.argument("folder", metavar="DIR", type=PATH)
@of_seed
def sample(task: str, folder: Path, seed: int) -> Reply:
    """Write a sample data set."""
    from paddlex_nb.data.samples import write_sample

    kind = as_task(task)
    write_sample(kind, folder, seed)
    data = {"task": kind.value, "path": str(folder.absolute()), "seed": seed}
    return Reply(data, tr("cli.sample.done", path=folder.absolute()))


@click.command("import", cls=Command, help=tr("cli.dataset.import.help"))
@click.argument("path")
@of_task
@of_format
@option("--name", text="name")
@option("--copy", is_flag=True, text="copy")
@of_encoding
@option("--tile", type=int, metavar="PIXELS", text="tile")
@option("--tile-overlap", default=OVERLAP, text="tile_overlap")
@option("--tile-keep", default=KEEP, text="tile_keep")
def import_(
    path: str,
    task: str | None,
    format: str | None,  # noqa: A002 - the option's name
    name: str | None,
    copy: bool,
    encoding: str,
    tile: int | None,
    tile_overlap: float,
    tile_keep: float,
) -> Reply:
    """Import a data set."""
    current = settings()
    if tile is None and (tile_overlap, tile_keep) != (OVERLAP, KEEP):
        raise CommandLineError("cli.only_with_tile")
    job = current.workspace.import_dataset(
        path,
        task=task,
        format=format,
        name=name,
        copy=copy,
        encoding=encoding,
        tile=tile,
        tile_overlap=tile_overlap,
        tile_keep=tile_keep,
        wait=False,
    )
    dataset = job.dataset
    try:
        wait_for_result(job, current)
    except UserError as error:
        kept = kept_report(error.message)
        dataset.delete()  # nothing of the user's is in it
        raise UserError(kept.key, **kept.values) from error
    except Interrupted as error:
        if job.state.active or dataset.record.ready:
            raise  # it goes on, is just ending, or came to its end first
        dataset.delete()
        values = {"path": str(Path(path).expanduser().absolute())}
        raise Interrupted(Message("cli.interrupted.import", values)) from error
    data = {**_facts(dataset), "recognised": dataset.recognised().to_json()}
    return Reply(data, _summary(dataset))


@click.command("update", cls=Command, help=tr("cli.dataset.update.help"))
@click.argument("dataset", metavar="ID")
def update(dataset: str) -> Reply:
    """Take in images that came since the import."""
    current = settings()
    job = current.workspace.dataset(dataset).update(wait=False)
    result = wait_for_result(job, current).to_dict()
    return Reply(result, updated_text(result))


@click.command("list", cls=Command, help=tr("cli.dataset.list.help"))
def list_() -> Reply:
    """List the data sets."""
    workspace = settings().workspace
    datasets = [d for d in workspace.datasets() if d.record.ready]
    runs = Counter(run.record.dataset for run in workspace.runs())
    columns = ("id", "name", "task", "format", "images", "classes", "runs", "imported")
    head = [tr(f"cli.column.{c}") for c in columns]
    records = [d.record for d in datasets]
    rows = [
        (
            r.id,
            r.name,
            tr(f"data.task.{r.task}"),
            tr(f"formats.{r.format}"),
            r.images,
            len(r.classes),
            runs[r.id],
            time.strftime("%Y-%m-%d %H:%M", time.localtime(r.created)),
        )
        for r in records
    ]
    text = named_table(head, rows) if rows else tr("cli.dataset.list.empty")
    damaged, unfinished = say_damaged("datasets"), say_unfinished()
    facts = [
        {**_facts(d), "created": r.created, "runs": runs[r.id]}
        for d, r in zip(datasets, records, strict=True)
    ]
    data = {"datasets": facts, "damaged": damaged}
    return Reply({**data, "unfinished": unfinished}, text)


@click.command("check", cls=Command, help=tr("cli.dataset.check.help"))
@click.argument("target", metavar="ID|PATH")
@of_task
@of_format
@of_encoding
@option("--all", "whole", is_flag=True, text="all")
def check(
    target: str,
    task: str | None,
    format: str | None,  # noqa: A002 - the option's name
    encoding: str,
    whole: bool,
) -> Reply:
    """Tell what a data set was recognised as, and what is wrong with it."""
    from paddlex_nb.data.importing.check_source import Checked, check_source

    current = settings()
    known = {d.id for d in current.workspace.datasets()}
    away = None
    if target in known:
        dataset = current.workspace.dataset(target)
        if (root := dataset.away()) is not None:
            away = tr("data.away", name=dataset.record.name, path=root)
        checked = Checked(dataset.findings(), dataset.recognised())
    else:
        kind = None if task is None else as_task(task)
        path = Path(one_path(target)).expanduser().absolute()
        checked = check_source(path, kind, format, encoding=encoding)
    findings, recognised = checked.findings, checked.recognised
    data = {
        "recognised": recognised.to_json() if recognised else None,
        "findings": [_finding(f) for f in findings],
        "away": away,
    }
    notes = [away] if away else []
    notes += [recognised_text(recognised, whole=whole)] if recognised else []
    return Reply(data, "\n\n".join([*notes, findings_table(findings, whole=whole)]))


@click.command("split", cls=Command, help=tr("cli.dataset.split.help"))
@click.argument("dataset", metavar="ID")
@option("--train", type=float, show_default="0.7", text="train")
@option("--val", type=float, show_default="0.2", text="val")
@option("--test", type=float, show_default="0.1", text="test")
@option("--seed", type=int, show_default="0", text="seed")
@option("--together", default="", text="together")
@option("--folds", default=0, text="folds")
@option("--fold", default=1, text="fold")
@option("--given", is_flag=True, text="given")
def split(
    dataset: str,
    train: float | None,
    val: float | None,
    test: float | None,
    seed: int | None,
    together: str,
    folds: int,
    fold: int,
    given: bool,
) -> Reply:
    """Divide a data set."""
    from paddlex_nb.data.splitting.split import differs_from_default_split

    target = settings().workspace.dataset(dataset)
    plan = ready_record(target.folder).split
    as_given = plan is not None and plan.given
    has_plan = any(v is not None for v in (train, val, test, seed)) or bool(together or folds)
    kept = not has_plan and not given and (as_given or differs_from_default_split(target.folder))
    note = ""
    if given:
        counts = target.use_given_split()
    elif kept:
        key = "cli.dataset.split.kept" if as_given else "cli.dataset.split.own_kept"
        counts, note = target.counts(), tr(key)
    else:
        counts = target.split(train, val, test, seed, together=together, folds=folds, fold=fold)
        note = tr("cli.dataset.split.replaced", id=target.id) if as_given else ""
    rows = [(name, *(by[s] for s in SPLITS)) for name, by in counts.classes.items()]
    total = tr("cli.column.total")
    rows.append((total, *(counts.splits[s] for s in SPLITS)))
    head = [tr("cli.column.class"), *(tr(f"data.split.{s}") for s in SPLITS)]
    came_so = given or (as_given and kept)
    data = {"splits": counts.splits, "classes": counts.classes, "given": came_so, "kept": kept}
    return Reply(data, "\n".join(filter(None, [note, table(head, rows)])))


@click.command("export", cls=Command, help=tr("cli.dataset.export.help"))
@click.argument("dataset", metavar="ID")
@option("--format", "to", required=True, text="export_format")
@option("--out", type=PATH, required=True, text="export_out")
def export(dataset: str, to: str, out: Path) -> Reply:
    """Write a data set in another format."""
    current = settings()
    job = current.workspace.dataset(dataset).export(to, out, wait=False)
    result = wait_for_result(job, current).to_dict()
    label = tr(f"formats.{to}")
    return Reply(result, tr("cli.dataset.exported", **{**result, "format": label}))


@click.command("stats", cls=Command, help=tr("cli.dataset.stats.help"))
@click.argument("dataset", metavar="ID")
@option("--colours", is_flag=True, text="colours")
@option("--plots", type=PATH, text="plots")
def stats(dataset: str, colours: bool, plots: Path | None) -> Reply:
    """Tell sizes, shapes and classes."""
    import msgspec

    from paddlex_nb.data.explore.plots import write_plots

    item = settings().workspace.dataset(dataset)
    data = msgspec.to_builtins(item.statistics(colours=colours))
    if plots is not None:
        data["plots"] = [str(path) for path in write_plots(item.folder, plots.absolute())]
    shown = {key: value for key, value in data.items() if key not in {"positions", "together"}}
    rows = [(key, _written(value)) for key, value in shown.items()]
    return Reply(data, table([tr("cli.column.figure"), tr("cli.column.value")], rows))


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_written(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _facts(dataset: Dataset) -> dict[str, object]:
    record = dataset.record
    return {
        "id": record.id,
        "name": record.name,
        "task": record.task.value,
        "format": record.format,
        "images": record.images,
        "classes": record.classes,
        "findings": record.findings,
    }


def _summary(dataset: Dataset) -> str:
    record = dataset.record
    lines = [tr("cli.dataset.imported", id=record.id), recognised_text(dataset.recognised())]
    counts = [tr(f"findings.count.{s}", n=f"{n:,}") for s, n in record.findings.items() if n]
    if counts:
        lines.append(tr("cli.dataset.found", found=counts, id=record.id))
    return "\n".join(lines)


def _finding(finding: Finding) -> dict[str, object]:
    advice = finding.advice
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": finding.file,
        "place": finding.place,
        "message": finding.message.text(),
        "advice": advice.text() if advice else None,
    }
