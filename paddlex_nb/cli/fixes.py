"""``dataset fixes``, ``fix``, ``changes`` and ``undo``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from paddlex_nb.cli.shared import Command, Reply, settings, table, time_text
from paddlex_nb.core.i18n import tr
from paddlex_nb.dataset import Dataset

if TYPE_CHECKING:
    from paddlex_nb.data.edits import Entry


@click.command("fixes", cls=Command, help=tr("cli.dataset.fixes.help"))
@click.argument("dataset", metavar="ID")
def fixes(dataset: str) -> Reply:
    """List what can be fixed."""
    return _fixes(dataset, "fixes")


@click.command("mends", cls=Command, help=tr("cli.dataset.fixes.help"), hidden=True)
@click.argument("dataset", metavar="ID")
def mends(dataset: str) -> Reply:
    """The former name of `fixes`, in scripts that were written with it."""
    return _fixes(dataset, "mends")


def _fixes(dataset: str, name: str) -> Reply:
    offered = list(settings().workspace.dataset(dataset).edits.fixes().values())
    data = [
        {
            "code": m.code,
            "message": m.message.text(),
            "count": m.count,
            "images": len(m.images),
            "change": m.made or None,
        }
        for m in offered
    ]
    rows = [(m.code, m.message.text(), m.made or None) for m in offered]
    head = [tr(f"cli.column.{c}") for c in ("code", "fix", "change")]
    text = table(head, rows) if rows else tr("cli.dataset.fixes.none")
    return Reply({name: data}, text)


@click.command("fix", cls=Command, help=tr("cli.dataset.fix.help"))
@click.argument("dataset", metavar="ID")
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
def fix(dataset: str, codes: tuple[str, ...]) -> Reply:
    """Fix findings."""
    return _fix(dataset, codes)


@click.command("mend", cls=Command, help=tr("cli.dataset.fix.help"), hidden=True)
@click.argument("dataset", metavar="ID")
@click.argument("codes", metavar="CODE...", nargs=-1, required=True)
def mend(dataset: str, codes: tuple[str, ...]) -> Reply:
    """The former name of `fix`, in scripts that were written with it."""
    return _fix(dataset, codes)


def _fix(dataset: str, codes: tuple[str, ...]) -> Reply:
    found = settings().workspace.dataset(dataset)
    entries = [found.edits.fix(code) for code in codes]
    return changes_reply(found, entries)


@click.command("changes", cls=Command, help=tr("cli.dataset.changes.help"))
@click.argument("dataset", metavar="ID")
def changes(dataset: str) -> Reply:
    """List the changes."""
    found = settings().workspace.dataset(dataset)
    return changes_reply(found, found.edits.changes())


@click.command("undo", cls=Command, help=tr("cli.dataset.undo.help"))
@click.argument("dataset", metavar="ID")
@click.argument("number", metavar="[CHANGE]", type=int, required=False)
def undo(dataset: str, number: int | None) -> Reply:
    """Take a change back."""
    found = settings().workspace.dataset(dataset)
    found.edits.undo(number)
    return changes_reply(found, found.edits.changes())


def changes_reply(dataset: Dataset, entries: list[Entry]) -> Reply:
    """Changes in words, and what there is after them."""
    from paddlex_nb.data.edits import describe, kind_of

    descriptions = describe(dataset.folder, dataset.edits.changes(), [e.number for e in entries])
    data = [
        {
            "number": e.number,
            "code": e.code,
            "kind": kind_of(e.change),
            "when": e.when,
            "message": descriptions[e.number].text(),
        }
        for e in entries
    ]
    columns: dict[str, list[object]] = {
        "change": [e.number for e in entries],
        "when": [time_text(e.when) for e in entries],
        "what": [d["message"] for d in data],
        "code": [e.code for e in entries],
    }
    if not any(columns["code"]):  # as after corrections by hand
        del columns["code"]
    head = [tr(f"cli.column.{c}") for c in columns]
    rows = list(zip(*columns.values(), strict=True))
    text = table(head, rows) if rows else tr("cli.dataset.changes.none")
    facts = {"images": dataset.record.images, "classes": dataset.classes}
    return Reply({"changes": data, **facts}, text)
