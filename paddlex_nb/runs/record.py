"""What is kept about a run (``run.json``): all that is needed to do it again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import read_json, write_json
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.locks import locked
from paddlex_nb.core.names import shown_name
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.spec import Value

_LONGEST_NOTE = 2000
_LONGEST_TAG = 50
_MOST_TAGS = 20


class RunRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Description of a run; only what `annotate` and `choose_threshold` set ever changes.

    Attributes:
        id: Folder name in the workspace.
        name: What the user calls it.
        dataset: Id of the data set.
        task: Task of the data set.
        model: Name in the catalogue.
        classes: Class names, in the order of the model's outputs.
        weights: Starting weights: ``none``, the name of published ones, the path of a file, or
            ``run:<id>``.
        weights_reason: Why these, if the user named none.
        params: Every parameter's value.
        reasons: Why a recommended value was chosen, by parameter.
        created: Seconds since the epoch.
        version: Version of paddlex_nb.
        tiles: How the images of the data set were cut into tiles, if they were.
        user: Who started it, as the machine calls them; empty in runs of former versions.
        host: The machine on which it was started; likewise.
        based_on: Id of the run whose parameters it began with, if any.
        dataset_version: Version of the data set's index that it was made with; empty before
            the first correction.
        note: What the user wants to remember about it.
        tags: The user's words for it, to find it by.
        starred: Whether the user has marked it.
        archived: Whether it is left out of lists unless asked for.
        threshold: Least score of the objects that count, if another one than the parameter
            ``score_threshold`` was chosen since (`runs.threshold`).
    """

    id: str
    name: str
    dataset: str
    task: Task
    model: str
    classes: list[str]
    weights: str = "none"
    weights_reason: Message | None = None
    params: dict[str, Value] = {}
    reasons: dict[str, Message] = {}
    created: float = 0.0
    version: str = ""
    tiles: Tiling | None = None
    user: str = ""
    host: str = ""
    based_on: str = ""
    dataset_version: str = ""
    note: str = ""
    tags: list[str] = []
    starred: bool = False
    archived: bool = False
    threshold: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


def read_run(folder: Path) -> RunRecord:
    """The description of the run in ``folder``.

    Raises:
        UserError: There is none, or it is damaged.
    """
    return read_json(RunFolder(folder).record, RunRecord)


def annotate(
    folder: Path,
    *,
    name: str | None = None,
    note: str | None = None,
    tags: Iterable[str] | None = None,
    starred: bool | None = None,
    archived: bool | None = None,
) -> RunRecord:
    """Change what a person says about a run; what is None stays. Two may do so at a time.

    Args:
        folder: The run's folder.
        name: At most 200 characters.
        note: At most 2,000 characters, in as many lines as wanted.
        tags: At most 20, each of at most 50 characters.
        starred: See `RunRecord`.
        archived: See `RunRecord`.

    Returns:
        The record as it is now.

    Raises:
        UserError: Something is empty or too long, or the workspace cannot be written.
    """
    given: dict[str, Any] = {
        "name": None if name is None else shown_name(name),
        "note": None if note is None else checked_note(note),
        "tags": None if tags is None else checked_tags(tags),
        "starred": starred,
        "archived": archived,
    }
    changes = {field: value for field, value in given.items() if value is not None}
    with locked(RunFolder(folder).record_lock):
        record = msgspec.structs.replace(read_run(folder), **changes)
        write_json(RunFolder(folder).record, record)
    return record


def checked_note(note: str) -> str:
    """A note without characters that cannot be shown.

    Raises:
        UserError: It is longer than 2,000 characters.
    """
    text = "".join(c for c in note if c.isprintable() or c == "\n").strip()
    if len(text) > _LONGEST_NOTE:
        raise UserError("workspace.note_too_long", length=len(text), limit=_LONGEST_NOTE)
    return text


def checked_tags(tags: Iterable[str]) -> list[str]:
    """Tags, each once, in their order.

    Raises:
        UserError: One is empty or longer than 50 characters, or there are more than 20.
    """
    given = list(dict.fromkeys(shown_name(tag) for tag in tags))
    if len(given) > _MOST_TAGS:
        raise UserError("workspace.too_many_tags", count=len(given), limit=_MOST_TAGS)
    for tag in given:
        if len(tag) > _LONGEST_TAG:
            raise UserError("workspace.tag_too_long", tag=tag, limit=_LONGEST_TAG)
    return given
