"""A folder that could be several things: the question stands until somebody answers it."""

from __future__ import annotations

import msgspec

from paddlex_nb.core.i18n import Message
from paddlex_nb.data.store.records import DatasetRecord


class AmbiguousSource(msgspec.Struct, frozen=True):
    """An import that failed for being ambiguous.

    Attributes:
        record: The data set as it would have been; its folder is deleted.
        why: The import's error: what speaks against each reading, and which there are.
    """

    record: DatasetRecord
    why: Message
