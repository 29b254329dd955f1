"""What a list says about items that could not be listed, and about imports without an end."""

from __future__ import annotations

import sys

from paddlex_nb.cli.shared import settings
from paddlex_nb.core.i18n import tr

_DELETE = {"datasets": "dataset", "runs": "runs"}
"""The group of commands whose ``delete`` is meant."""


def say_damaged(kind: str) -> list[dict[str, str]]:
    """Warn of the damaged items of a kind.

    Args:
        kind: Folder of the workspace that they lie in: ``datasets``, ``runs`` or ``models``.

    Returns:
        Id and sentence of each, for ``--json``.
    """
    damaged = [d for d in settings().workspace.damaged() if d.folder.parent.name == kind]
    for damage in damaged:
        say_warning(damage.message.text())
        if kind in _DELETE:
            sys.stderr.write(tr("cli.damaged.delete", verb=_DELETE[kind], id=damage.folder.name))
            sys.stderr.write("\n")
    return [{"id": d.folder.name, "message": d.message.text()} for d in damaged]


def say_unfinished() -> list[dict[str, str]]:
    """Say which imports go on, and warn of those that ended without a data set.

    Returns:
        Id, job and sentence of each, for ``--json``.
    """
    unfinished = settings().workspace.unfinished()
    for item in unfinished:
        if item.active:
            sys.stderr.write(item.message.text() + "\n")
        else:
            say_warning(item.message.text())
        hint = "cli.unfinished.active" if item.active else "cli.unfinished.ended"
        sys.stderr.write(tr(hint, job=item.job, id=item.id) + "\n")
    return [{"id": i.id, "job": i.job, "message": i.message.text()} for i in unfinished]


def say_warning(text: str) -> None:
    """Warn on standard error, where it disturbs no program that reads the list."""
    sys.stderr.write(tr("cli.warning.line", text=text) + "\n")
