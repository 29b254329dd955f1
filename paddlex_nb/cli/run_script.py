"""``runs script``: a run as code."""

from __future__ import annotations

import click

from paddlex_nb.cli.shared import Command, Reply, option, settings
from paddlex_nb.core.i18n import tr
from paddlex_nb.script import command_lines, python_script


@click.command("script", cls=Command, help=tr("cli.runs.script.help"))
@click.argument("run", metavar="RUN")
@option("--shell", is_flag=True, text="shell")
def script(run: str, shell: bool) -> Reply:
    """Print a run as a script."""
    item = settings().workspace.run(run)
    code = command_lines(item) if shell else python_script(item)
    return Reply({"run": item.id, "language": "bash" if shell else "python", "script": code}, code)
