"""What a data set was recognised as, in figures and in words: for terminal, program and page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.i18n import Message, joined
from paddlex_nb.core.task import Task
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.data.importing.detect import Detected
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.store.arrow import number_lists, numbers
from paddlex_nb.data.store.current import current
from paddlex_nb.data.store.records import SPLITS, Reading
from paddlex_nb.data.store.split_file import split_counts

_LIKELY = 0.3
"""What is less sure is not mentioned."""

_SHOWN = 10
"""So many classes are named in words."""

_MOST = 1000
"""So many where all are wanted."""


class ClassCount(msgspec.Struct):
    """The number of images and objects of a class.

    Attributes:
        images: Images that show it.
        objects: Its objects; 0 in classification and segmentation.
    """

    images: int
    objects: int = 0


class Recognised(msgspec.Struct, kw_only=True):
    """A data set as it was understood.

    Attributes:
        task: What its labels are for.
        format: Name of its format.
        evidence: Why that format was recognised.
        images: Usable images.
        objects: Their objects; 0 in classification and segmentation.
        classes: How often each class occurs, by name, in the order of their numbers.
        splits: Images by split; empty as long as it is not divided.
        given: The data set came with this split.
        others: What else it could be read as, the likeliest first.
        tiles: How its images were cut into tiles, if they were.
    """

    task: Task
    format: str
    evidence: Message | None
    images: int = 0
    objects: int = 0
    classes: dict[str, ClassCount] = {}
    splits: dict[str, int] = {}
    given: bool = False
    others: list[Reading] = []
    tiles: Tiling | None = None

    def to_json(self) -> dict[str, Any]:
        """The description as plain JSON, with the reasons as sentences."""
        data: dict[str, Any] = msgspec.to_builtins(self)
        data["evidence"] = self.evidence.text() if self.evidence else ""
        for entry, other in zip(data["others"], self.others, strict=True):
            entry["reason"] = other.reason.text()
        return data

    def sentences(self, *, whole: bool = False, others: bool = True) -> list[Message]:
        """The description in sentences.

        Args:
            whole: Name all classes, up to a thousand, not only the first ten.
            others: Say what else it could be read as, and by which options.
        """
        reason = self.evidence or ""
        values = {"task": Message(f"data.task.{self.task}"), "reason": reason}
        format_ = Message(f"formats.{self.format}")
        sentences = [Message("data.recognised.what", {**values, "format": format_})]
        if self.images:
            sentences.append(self._counts())
            sentences.append(self._classes(_MOST if whole else _SHOWN))
            sentences.append(self._split())
        if self.tiles is not None:
            cut = {"size": self.tiles.size, "overlap": f"{self.tiles.overlap:.0%}"}
            sentences.append(Message("data.recognised.tiles", cut))
        if self.others and others:
            sentences.append(Message("data.recognised.others", {"others": _listed(self.others)}))
        return sentences

    def _counts(self) -> Message:
        key = "objects" if self._boxed else "images"
        values = {"images": f"{self.images:,}", "objects": f"{self.objects:,}"}
        return Message(f"data.recognised.{key}", {**values, "classes": len(self.classes)})

    @property
    def _boxed(self) -> bool:
        return self.task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}

    def _classes(self, most: int) -> Message:
        key = "data.recognised.class_objects" if self._boxed else "data.recognised.class_images"
        shown = [
            Message(key, {"name": name, "images": count.images, "objects": count.objects})
            for name, count in list(self.classes.items())[:most]
        ]
        listed = joined(shown, "data.comma") if shown else Message("core.none")
        if more := len(self.classes) - len(shown):
            return Message("data.recognised.more_classes", {"classes": listed, "more": more})
        return Message("data.recognised.classes", {"classes": listed})

    def _split(self) -> Message:
        if not self.splits:
            return Message("data.recognised.split.none")
        parts = [
            Message(
                "data.recognised.part",
                {"split": Message(f"data.split.{name}"), "images": self.splits[name]},
            )
            for name in SPLITS
            if name in self.splits
        ]
        key = "given" if self.given else "made"
        return Message(f"data.recognised.split.{key}", {"parts": joined(parts, "data.comma")})


def recognised(detected: Detected, examined: Examined | None = None) -> Recognised:
    """Describe what a folder was recognised as.

    Args:
        detected: Its format.
        examined: What was read from it; None if nothing in it could be used.
    """
    result = Recognised(
        task=detected.format.task,
        format=detected.format.name,
        evidence=detected.evidence.reason,
        others=other_readings(detected),
    )
    if examined is not None:
        draft = examined.draft
        splits = Counter(image.split for image in draft.images)
        result.given = bool(splits["train"]) and len(splits.keys() & set(SPLITS)) > 1
        result.splits = {name: splits[name] for name in SPLITS} if result.given else {}
        result.images, result.objects = len(draft.images), _objects(result.task, draft)
        result.classes = _counts(draft.classes, examined.present, draft.objects.class_id)
    return result


def recognised_dataset(folder: Path) -> Recognised:
    """Describe an imported data set in its present version.

    Args:
        folder: The data set's folder.

    Raises:
        UserError: It is not ready or damaged.
    """
    record, index = current(folder)
    index = index.left()
    present = number_lists(index.images["present"])
    return Recognised(
        task=record.task,
        format=record.format,
        evidence=record.evidence,
        images=len(index),
        objects=len(index.objects),
        classes=_counts(record.classes, present, numbers(index.objects["class_id"])),
        splits=split_counts(folder).splits,
        given=record.split is not None and record.split.given,
        others=record.others,
        tiles=record.tiles,
    )


def other_readings(detected: Detected) -> list[Reading]:
    """What else a folder could be: what is likely, and nothing speaks against."""
    return [
        Reading(format_.task, format_.name, evidence.reason)
        for format_, evidence in detected.others
        if evidence.score >= _LIKELY and not evidence.doubts
    ]


def _objects(task: Task, draft: Draft) -> int:
    return len(draft.objects) if task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION} else 0


def _counts(
    classes: list[str], present: list[list[int]], objects: NDArray[Any]
) -> dict[str, ClassCount]:
    images = Counter(number for shown in present for number in shown)
    singles = np.bincount(objects, minlength=len(classes)) if len(objects) else [0] * len(classes)
    return {name: ClassCount(images[n], int(singles[n])) for n, name in enumerate(classes)}


def _listed(others: list[Reading]) -> list[Message]:
    return [
        Message(
            "data.reading",
            {
                "task": Message(f"data.task.{other.task}"),
                "format": Message(f"formats.{other.format}"),
                "option": f"--task {other.task} --format {other.format}",
            },
        )
        for other in others
    ]
