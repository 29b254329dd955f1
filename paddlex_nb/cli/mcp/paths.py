"""Which files an agent may name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import is_inside
from paddlex_nb.hosts.environment import allowed_roots, roots_are_named

PATHS = {"path", "paths", "folder", "out", "report"}
"""Parameters that are paths."""

OR_NAMES = {"target", "weights"}
"""Parameters that may be ids or names too, which have no separator."""


def agents_roots(workspace: Path, named: Sequence[Path]) -> list[Path]:
    """The folders that are allowed; empty if all are, as for the user's own command line.

    Args:
        workspace: The workspace, which always is.
        named: Those that the user named.
    """
    known = [*named, *(allowed_roots(workspace) if roots_are_named() else ())]
    return [workspace, *known] if known else []


def check_paths(arguments: Mapping[str, Any], roots: Sequence[Path]) -> None:
    """Refuse paths elsewhere.

    Raises:
        UserError: A path lies outside; names the folders.
    """
    if not roots:
        return
    for name in (PATHS | OR_NAMES) & arguments.keys():
        value = arguments[name]
        for one in value if isinstance(value, list) else [value]:
            path = Path(str(one)).expanduser()
            named = name in OR_NAMES and len(path.parts) == 1 and not path.exists()
            if not named and not any(is_inside(path, root) for root in roots):
                raise UserError("cli.mcp.outside", path=path, roots=[str(root) for root in roots])
