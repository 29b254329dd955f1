"""What lies in a folder of the workspace: one damaged item harms only itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json
from paddlex_nb.core.i18n import Message

T = TypeVar("T")


class Damage(msgspec.Struct, frozen=True):
    """An item that cannot be read.

    Attributes:
        folder: Its folder.
        message: What is wrong with it and what to do, in one sentence.
    """

    folder: Path
    message: Message


class _Record(Protocol):
    @property
    def created(self) -> float:
        """Seconds since the epoch."""


def listed(
    parent: Path, file: str, item: Callable[[Path], T], record: type[_Record]
) -> tuple[list[T], list[Damage]]:
    """The items below a folder, newest first, and those whose record cannot be read, by name.

    Args:
        parent: The folder; it need not exist.
        file: Name of the record in an item's folder: without it, the folder is no item.
        item: Makes an item of its folder.
        record: Type of the record.
    """
    read = [(path.parent, _read(path, record)) for path in sorted(parent.glob(f"[!.]*/{file}"))]
    timed = [(-what, folder) for folder, what in read if isinstance(what, float)]
    damaged = [Damage(folder, what) for folder, what in read if isinstance(what, Message)]
    return [item(folder) for _, folder in sorted(timed)], damaged


def _read(path: Path, record: type[_Record]) -> float | Message | None:
    """When the item was made, or what is wrong with its record."""
    try:
        return float(read_json(path, record).created)
    except UserError as error:
        # deleted between the two looks
        return None if error.code == "core.file_missing" else error.message
