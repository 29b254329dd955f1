"""``schema``: what commands answer with ``--json``, as JSON Schema."""

from __future__ import annotations

import json

import click

from paddlex_nb.cli.answers import VERSION
from paddlex_nb.cli.shared import Command, Reply
from paddlex_nb.core.i18n import tr


@click.command("schema", cls=Command, help=tr("cli.schema.help"))
@click.argument("words", metavar="[COMMAND]", nargs=-1)
def schema(words: tuple[str, ...]) -> Reply:
    """Print the schema of a command's answer, or all of them."""
    from paddlex_nb.cli.answers.schema import NAMES, schema_of  # loads all that answers are made of

    found = {name: schema_of(name) for name in ([" ".join(words)] if words else NAMES)}
    data = {"version": VERSION, "schemas": found}
    shown = next(iter(found.values())) if words else data
    return Reply(data, json.dumps(shown, indent=2, ensure_ascii=False))
