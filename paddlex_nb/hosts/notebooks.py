"""Where the notebooks that come with the package lie."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.hosts.shared import shared


def notebook(name: str) -> Path:
    """The notebook ``<name>.ipynb``: in the installed package, or beside it in a source tree.

    Raises:
        UserError: It is not there.
    """
    return shared(f"notebooks/{name}.ipynb")
