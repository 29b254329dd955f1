"""``dataset relocate``."""

from __future__ import annotations

import click
import msgspec

from paddlex_nb.cli.shared import Command, Reply, settings
from paddlex_nb.core.i18n import tr


@click.command("relocate", cls=Command, help=tr("cli.dataset.relocate.help"))
@click.argument("dataset", metavar="ID")
@click.argument("place", metavar="PATH")
def relocate(dataset: str, place: str) -> Reply:
    """Say where a data set's folder is now."""
    relocation = settings().workspace.dataset(dataset).relocate(place)
    return Reply(msgspec.to_builtins(relocation), "\n".join(m.text() for m in relocation.messages))
