"""``mcp``: the verbs of the terminal for agents, by the Model Context Protocol.

A tool is a command: what it takes is what the command takes (`tools`), what it answers is what the
command answers with ``--json``, in the same schema. Nothing here knows how to train.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from paddlex_nb.cli.shared import Command, option, settings
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr


@click.command("mcp", cls=Command, help=tr("cli.mcp.help"))
@option(
    "--root",
    "roots",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FOLDER",
    text="mcp_root",
)
def mcp(roots: tuple[Path, ...]) -> int:
    """Serve the verbs to an agent, over standard input and output, until it goes."""
    if find_spec("mcp") is None:
        raise UserError("cli.mcp.no_sdk")
    from paddlex_nb.cli.mcp.server import serve

    serve(settings().workspace.path, roots)
    return 0
