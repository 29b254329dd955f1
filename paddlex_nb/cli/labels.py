"""``labels``: which labels are likely wrong."""

from __future__ import annotations

from typing import Any

import click

from paddlex_nb.cli.results import of_checkpoint, of_run
from paddlex_nb.cli.shared import Command, Reply, option, settings, table
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.display.tables import columns


@click.command("labels", cls=Command, help=tr("cli.labels.help"))
@of_run
@option("--split", default="val", text="split")
@of_checkpoint
@option("--count", type=click.IntRange(min=1), default=20, text="labels_count")
@option("--keep", type=click.IntRange(min=1), multiple=True, metavar="NUMBER", text="labels_keep")
def labels(run: str, split: str, checkpoint: str, count: int, keep: tuple[int, ...]) -> Reply:
    """List labels that are likely wrong."""
    found = settings().workspace.run(run).label_errors(split, checkpoint)
    for number in keep:
        if number > len(found):
            raise UserError("cli.labels.no_such", number=number, count=len(found))
    if keep:
        found.keep(*(number - 1 for number in keep))
        return Reply({"kept": len(keep)}, tr("cli.labels.kept", count=len(keep)))
    records: list[dict[str, Any]] = [
        {"number": number, **record} for number, record in enumerate(found.records(), 1)
    ]
    head = columns("number", "score", "file", "object", "finding")
    names = ("number", "score", "file", "object", "message")
    rows = [["" if r[name] is None else r[name] for name in names] for r in records[:count]]
    text = table(head, rows) if rows else tr("cli.labels.none")
    note = found.note.text() if found.note is not None else None
    said = text if note is None else f"{text}\n\n{note}"
    return Reply({"label_errors": records, "note": note}, said)
