"""What is kept about a data set: its description, its findings."""

from __future__ import annotations

from typing import Any

import msgspec

from paddlex_nb.core.i18n import Message, has
from paddlex_nb.core.severity import Severity
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.tiles import Tiling

SPLITS = ("train", "val", "test")


def split_name(split: str) -> Message:
    """The name of a split in sentences, in the user's language."""
    return Message(f"findings.split.{split}")


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One problem in one place.

    Attributes:
        code: Stable name, such as ``truncated_image``; texts are ``findings.<code>`` and
            ``findings.<code>.advice``.
        severity: How much harm it does.
        file: Path relative to the data set's root (``.`` for the whole set).
        place: Where in the file (line, object number), or empty.
        values: What fills the placeholders of the text.
    """

    code: str
    severity: Severity
    file: str = "."
    place: str = ""
    values: dict[str, str | int | float] = {}

    @property
    def image(self) -> str:
        """Path of the image that it is about; its file if none is named."""
        return str(self.values.get("image", self.file))

    @property
    def message(self) -> Message:
        """A sentence that says what is wrong and where."""
        key = f"findings.{self.code}"
        if self.values.get("split") == "" and has(f"{key}.undivided"):
            key = f"{key}.undivided"
        return Message(key, self._shown())

    @property
    def advice(self) -> Message | None:
        """What to do about it, if anything."""
        key = f"findings.{self.code}.advice"
        return Message(key, self._shown()) if has(key) else None

    def _shown(self) -> dict[str, Any]:
        """Values of the text: labels, which are read in either language, for what has one."""
        none = Message("core.none")
        values: dict[str, Any] = {k: none if v == "–" else v for k, v in self.values.items()}
        values["file"] = self.file
        if (split := values.get("split")) in SPLITS:
            values["split"] = split_name(split)
        if self.code == "also_recognised":
            values["task"] = Message(f"data.task.{values['task']}")
            values["format"] = Message(f"formats.{values['format']}")
        return values


class SplitPlan(msgspec.Struct, frozen=True, omit_defaults=True):
    """The options that a split was made with.

    Attributes:
        train: Share of the training split, 0 to 1; the three add up to 1.
        val: Share of the validation split.
        test: Share of the test split.
        seed: Seed of the shuffle.
        given: The data set came with this split.
        together: What stays on one side besides copies (see `data.grouping`).
        folds: With k folds, val is one of k equal parts of what is not test; 0 without.
        fold: Which of them, from 1.
    """

    train: float = 0.7
    val: float = 0.2
    test: float = 0.1
    seed: int = 0
    given: bool = False
    together: str = ""
    folds: int = 0
    fold: int = 1


class Reading(msgspec.Struct, frozen=True):
    """A way to read a folder.

    Attributes:
        task: What its labels would be for.
        format: Name of the format.
        reason: What speaks for it.
    """

    task: Task
    format: str
    reason: Message


class DatasetRecord(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Description of a data set (``dataset.json``).

    Attributes:
        id: Folder name in the workspace.
        name: What the user calls it (untrusted text).
        source: What was imported: a folder or archive.
        root: Folder that image paths are relative to.
        former_roots: Folders that it was before the images were moved, the newest last.
        masks: Folder that mask paths are relative to, in the data set's own; the root if empty.
        task: What its labels are for.
        format: Name of the format it was read as.
        encoding: Of text that is no UTF-8, if the user named one.
        evidence: Why that format was recognised.
        others: What else its source could be read as.
        created: Seconds since the epoch.
        images: Usable images that are not left out.
        classes: Class names, in the order of their numbers.
        findings: Count by severity.
        split: How it is divided, once it is.
        version: Name of the version that counts, if there are changes (see `data.changes`).
        base: Name of the version that changes begin from, if the data set was updated.
        imported_classes: Class names as first imported, if they are others now.
        tiles: How its images were cut into tiles, if they were.
        thickness: Segmentation: typical thickness in pixels of what has each class number in the
            masks, as they were imported.
        ready: Whether the import has ended well.
    """

    id: str
    name: str
    source: str
    root: str = ""
    former_roots: list[str] = []
    masks: str = ""
    task: Task = Task.CLASSIFICATION
    format: str = ""
    encoding: str = ""
    evidence: Message | None = None
    others: list[Reading] = []
    created: float = 0.0
    images: int = 0
    classes: list[str] = []
    findings: dict[str, int] = {}
    split: SplitPlan | None = None
    version: str = ""
    base: str = ""
    imported_classes: list[str] = []
    tiles: Tiling | None = None
    thickness: dict[int, float] = {}
    ready: bool = False
