"""Jobs that are done again sooner than their files are forced onto a busy disk."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from paddlex_nb.core.files import unsynced

_KINDS = {"predict", "explain"}


def secured(kind: str) -> AbstractContextManager[None]:
    """Within it the files of a job are forced onto the disk, unless it is of a brief kind."""
    return unsynced() if kind in _KINDS else nullcontext()
