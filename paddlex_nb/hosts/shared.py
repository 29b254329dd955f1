"""Files that come with the package and are no code: notebooks, Jupyter's configuration."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.errors import UserError


def shared(name: str) -> Path:
    """The file or folder ``name``: in the installed package, or beside it in a source tree.

    Args:
        name: Path such as ``notebooks/wizard.ipynb`` or ``jupyter-config/voila``.

    Raises:
        UserError: It is not there.
    """
    package = Path(__file__).parents[1]
    for folder in (package, package.parent):
        if (folder / name).exists():
            return folder / name
    raise UserError("core.file_missing", path=name)
