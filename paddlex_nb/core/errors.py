"""Errors that are meant for the user."""

from __future__ import annotations

from typing import Any

import msgspec

from paddlex_nb.core.i18n import Message


class UserError(Exception):
    """Something the user can fix: one sentence naming what is wrong, where, and what to do.

    The command line prints it, the wizard shows it beside its cause and a job stores it in its
    status; nobody prints a traceback for it.

    Args:
        key: Catalogue key of the sentence.
        **values: What fills its placeholders.
    """

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.message = Message(key, {k: _plain(v) for k, v in values.items()})

    @property
    def code(self) -> str:
        """Stable name of the problem, for programs."""
        return self.message.key

    def __str__(self) -> str:
        return self.message.text()


def _plain(value: Any) -> Any:
    """Only what JSON can hold goes into a message, and messages, also those read back from it."""
    if isinstance(value, dict) and "key" in value:
        return msgspec.convert(value, Message)
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value if isinstance(value, (str, int, float, bool, Message)) else str(value)
