"""``dataset exclude``, ``include``, ``set-class`` and ``move``."""

from __future__ import annotations

import click

from paddlex_nb.cli.fixes import changes_reply
from paddlex_nb.cli.shared import Command, Reply, settings
from paddlex_nb.core.i18n import tr
from paddlex_nb.data.store.records import split_name

_patterns = click.argument("patterns", metavar="IMAGE...", nargs=-1, required=True)


@click.command("exclude", cls=Command, help=tr("cli.dataset.exclude.help"))
@click.argument("dataset", metavar="ID")
@_patterns
def exclude(dataset: str, patterns: tuple[str, ...]) -> Reply:
    """Leave images out."""
    edited = settings().workspace.dataset(dataset)
    return changes_reply(edited, [edited.edits.exclude(edited.rows(*patterns))])


@click.command("include", cls=Command, help=tr("cli.dataset.include.help"))
@click.argument("dataset", metavar="ID")
@_patterns
def include(dataset: str, patterns: tuple[str, ...]) -> Reply:
    """Take images back in."""
    edited = settings().workspace.dataset(dataset)
    return changes_reply(edited, [edited.edits.include(edited.rows(*patterns))])


@click.command("set-class", cls=Command, help=tr("cli.dataset.set_class.help"))
@click.argument("dataset", metavar="ID")
@click.argument("name", metavar="CLASS")
@_patterns
def set_class(dataset: str, name: str, patterns: tuple[str, ...]) -> Reply:
    """Give images another class."""
    edited = settings().workspace.dataset(dataset)
    return changes_reply(edited, [edited.edits.set_class(edited.rows(*patterns), name)])


@click.command("move", cls=Command, help=tr("cli.dataset.move.help"))
@click.argument("dataset", metavar="ID")
@click.argument("split", metavar="SPLIT")
@_patterns
def move(dataset: str, split: str, patterns: tuple[str, ...]) -> Reply:
    """Move images to a split."""
    edited = settings().workspace.dataset(dataset)
    moved = edited.move_to_split(edited.rows(*patterns), split)
    facts = {"moved": moved, "splits": edited.counts().splits}
    return Reply(facts, tr("cli.dataset.moved", moved=moved, split=split_name(split)))
