"""What a script consists of, before it is written in a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from paddlex_nb.core.i18n import Message


class Call(msgspec.Struct, frozen=True):
    """One call of the script.

    Attributes:
        verb: What is done; see `verbs.VERBS`.
        arguments: By name. Images are paths, objects pairs of path and number.
        added: The number that an added object has in the record, below 0; in a data set that is
            imported anew it gets another one.
    """

    verb: str
    arguments: Mapping[str, Any] = {}
    added: int = 0


class Note(msgspec.Struct, frozen=True):
    """Something that cannot be told as code.

    Attributes:
        message: A sentence for a comment.
    """

    message: Message


Step: TypeAlias = "Call | Note"


def note(key: str, **values: Any) -> Note:
    """A note by the key of its text."""
    return Note(Message(key, values))


class Numbering:
    """Numbers of added objects in a data set that the script imports: minus that of the change."""

    def __init__(self) -> None:
        self._edits = 0
        self._number_of: dict[int, int] = {}

    def count(self, added: int, edits: int = 1) -> None:
        """Take note of edits that the script makes.

        Args:
            added: As in `Call`.
            edits: How many changes the step makes.
        """
        self._edits += edits
        if added:
            self._number_of[added] = -self._edits

    def now(self, number: int) -> int:
        """The number that an object has when the script runs."""
        return self._number_of.get(number, number)


def comment(message: Message) -> list[str]:
    """A text as lines of a comment; names in it are untrusted, so no control characters."""
    from textwrap import wrap

    plain = "".join(c if c.isprintable() else "�" for c in message.text())
    return [f"# {line}" for line in wrap(plain, 96, break_long_words=False)]
