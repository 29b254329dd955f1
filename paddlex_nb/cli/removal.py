"""``dataset delete``, ``dataset rename``, ``runs delete`` and ``runs rename``, and short names."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import click

from paddlex_nb.cli.shared import Command, Reply, agree, option, settings, size_text
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset
from paddlex_nb.run import Run

of_yes = option("--yes", "-y", is_flag=True, text="yes")


@click.command("delete", cls=Command, help=tr("cli.dataset.delete.help"))
@click.argument("datasets", metavar="ID...", nargs=-1, required=True)
@of_yes
def delete_datasets(datasets: tuple[str, ...], yes: bool) -> Reply:
    """Delete data sets."""
    workspace = settings().workspace
    return _delete([workspace.dataset(name) for name in dict.fromkeys(datasets)], yes)


@click.command("delete", cls=Command, help=tr("cli.runs.delete.help"))
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@of_yes
def delete_runs(runs: tuple[str, ...], yes: bool) -> Reply:
    """Delete runs."""
    workspace = settings().workspace
    return _delete([workspace.run(name) for name in dict.fromkeys(runs)], yes)


@click.command("rename", cls=Command, help=tr("cli.dataset.rename.help"))
@click.argument("dataset", metavar="ID")
@click.argument("name", metavar="NAME")
def rename_dataset(dataset: str, name: str) -> Reply:
    """Rename a data set."""
    item = settings().workspace.dataset(dataset)
    item.rename(name)
    return _renamed(item.id, item.record.name)


@click.command("rename", cls=Command, help=tr("cli.runs.rename.help"))
@click.argument("run", metavar="RUN")
@click.argument("name", metavar="NAME")
def rename_run(run: str, name: str) -> Reply:
    """Rename a run."""
    item = settings().workspace.run(run)
    item.rename(name)
    return _renamed(item.id, item.record.name)


def _short(command: click.Command, name: str) -> click.Command:
    """A command under a short name, with a help text that says of what it is short."""
    short = copy(command)
    short.name, short.help = name, tr(f"cli.{name}.help")
    return short


rm, rename = _short(delete_runs, "rm"), _short(rename_run, "rename")


def _delete(items: Sequence[Dataset | Run], yes: bool) -> Reply:
    """Say what would be lost, ask, and delete; all that is refused is refused before anything."""
    plans = [item.deletion() for item in items]
    for item, plan in zip(items, plans, strict=True):
        question = tr("cli.delete.plan", id=item.id, name=_name(item), size=size_text(plan.size))
        settings().say(question)
        for consequence in plan.consequences:
            settings().say(f"  • {consequence.text()}")
    agree(tr("cli.delete.ask"), yes=yes)
    for item in items:
        item.delete()
    freed = sum(plan.size for plan in plans)
    data = {
        "deleted": [
            {
                "id": plan.id,
                "size_bytes": plan.size,
                "runs": plan.runs,
                "consequences": [consequence.text() for consequence in plan.consequences],
            }
            for plan in plans
        ],
        "freed_bytes": freed,
    }
    ids = [plan.id for plan in plans]
    return Reply(data, tr("cli.deleted", ids=ids, size=size_text(freed)))


def _name(item: Dataset | Run) -> str:
    """What people call it; one that is damaged is deleted all the same."""
    try:
        return item.record.name
    except UserError:
        return tr("cli.delete.damaged")


def _renamed(identifier: str, name: str) -> Reply:
    return Reply({"id": identifier, "name": name}, tr("cli.renamed", id=identifier, name=name))
