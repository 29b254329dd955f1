"""``runs annotate``: note, tags, star and archive of runs."""

from __future__ import annotations

import click

from paddlex_nb.cli.shared import Command, CommandLineError, Reply, option, settings
from paddlex_nb.core.i18n import tr


@click.command("annotate", cls=Command, help=tr("cli.runs.annotate.help"))
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@option("--note", text="note")
@option("--tag", "tags", multiple=True, text="tag")
@option("--untag", "untags", multiple=True, text="untag")
@option("--star/--no-star", "starred", default=None, text="star")
@option("--archive/--no-archive", "archived", default=None, text="archive")
def annotate(
    runs: tuple[str, ...],
    note: str | None,
    tags: tuple[str, ...],
    untags: tuple[str, ...],
    starred: bool | None,
    archived: bool | None,
) -> Reply:
    """Say something about runs, to find them by."""
    if note is None and starred is None and archived is None and not tags and not untags:
        raise CommandLineError("cli.runs.annotate.nothing")
    workspace = settings().workspace
    data = []
    for run in [workspace.run(name) for name in dict.fromkeys(runs)]:
        before = run.record.tags
        words = [tag for tag in (*before, *tags) if tag not in untags]
        changed = words if tags or untags else None
        run.annotate(note=note, tags=changed, starred=starred, archived=archived)
        record = run.record
        data.append(
            {
                "run": run.id,
                "note": record.note,
                "tags": record.tags,
                "starred": record.starred,
                "archived": record.archived,
            }
        )
    names = tr("core.listed", names=[one["run"] for one in data])
    return Reply({"runs": data}, tr("cli.runs.annotated", names=names))
