"""Which split is evaluated: said to be wrong before a job starts."""

from __future__ import annotations

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.wording import instead
from paddlex_nb.data.store.records import SPLITS


def check_split(split: str) -> None:
    """Refuse what is no split.

    Raises:
        UserError: It is none; names the nearest.
    """
    if split not in SPLITS:
        raise UserError("evaluation.unknown_split", split=split, known=instead(split, SPLITS))
