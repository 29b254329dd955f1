"""Which format a folder is of."""

from __future__ import annotations

import msgspec

from paddlex_nb.data.formats import FORMATS, Evidence, Format
from paddlex_nb.data.tree import FileTree
from paddlex_nb.errors import UserError
from paddlex_nb.i18n import Message
from paddlex_nb.task import Task


class Detected(msgspec.Struct, frozen=True):
    """A folder that was recognised.

    Attributes:
        format: The format.
        evidence: Why.
        tree: The folder itself, or the only folder in it if that is the data set.
        others: Further formats that the folder may be of, with their evidence, best first.
    """

    format: Format
    evidence: Evidence
    tree: FileTree
    others: list[tuple[Format, Evidence]]


def detect(tree: FileTree, task: Task | None = None, format_name: str | None = None) -> Detected:
    """Find the format of a folder.

    Args:
        tree: The folder.
        task: Consider only formats of this task.
        format_name: Consider only the format of this name.

    Raises:
        UserError: There is no such format, or none was recognised; says what was looked for.
    """
    formats = [f for f in FORMATS if task in {None, f.task} and format_name in {None, f.name}]
    if not formats:
        known = [f.name for f in FORMATS if task in {None, f.task}]
        raise UserError(
            "data.format_unknown", format=format_name, known=", ".join(dict.fromkeys(known))
        )
    inner: FileTree | None = tree
    while inner is not None:
        found = [(f, e) for f in formats if (e := f.detect(inner)) is not None]
        if found:
            (best, evidence), *others = sorted(found, key=lambda x: -x[1].score)
            return Detected(best, evidence, inner, others)
        folder = inner.only_folder()
        inner = inner.below(folder) if folder else None
    raise UserError("data.nothing_recognised", path=tree.root, looked_for=_looked_for(formats))


def _looked_for(formats: list[Format]) -> Message:
    """What the formats ask for, as one text."""
    rules = list(dict.fromkeys(f"formats.{f.name}.rule" for f in formats))
    text = Message(rules[-1])
    for key in reversed(rules[:-1]):
        text = Message("data.alternatives", {"first": Message(key), "rest": text})
    return text
