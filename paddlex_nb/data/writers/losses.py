"""What a data set has that a format cannot hold: said before it is written."""

from __future__ import annotations

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.store.label_maps import IGNORE
from paddlex_nb.data.writers import cvat_video
from paddlex_nb.data.writers.content import Content

PARTS = frozenset(
    {"coco", "labelme", "easydata", "yolo", "cvat", "cvat_video", "instance_masks", "datumaro"}
    | {"label_studio"}
)
"""Formats in which an object may have several outlines."""

CROWDS = frozenset({"coco", "datumaro"})
"""Formats that tell crowds from single objects."""

ATTRIBUTES = frozenset(
    {"voc", "coco", "cvat", "cvat_video", "datumaro", "labelme", "via", "label_studio"}
)
"""Formats that say more of an object than its class and where it is."""

UNDIVIDED = frozenset({"labelme", "cvat_video"})
"""Formats that say no split."""

EVERY_PIXEL = frozenset({"coco"})
"""Formats without pixels that do not count."""


def losses(content: Content, format_name: str) -> list[Message]:
    """What the format cannot hold of a data set, in words; none if it holds everything.

    Raises:
        UserError: It cannot hold these images at all.
    """
    found = []
    if format_name == "cvat_video":
        frames = enumerate(cvat_video.frames_of(content))
        if renamed := sum(cvat_video.frame_name(n, one) != one.name for n, one in frames):
            found.append(_loss("names", format_name, renamed))
    if format_name in UNDIVIDED and (divided := sum(bool(p.split) for p in content.pictures)):
        found.append(_loss("split", format_name, divided))
    if content.task is Task.SEGMENTATION and format_name in EVERY_PIXEL:
        ignored = sum(bool((content.label_map(p) == IGNORE).any()) for p in content.pictures)
        if ignored:
            found.append(_loss("ignored", format_name, ignored))
    if content.task in {Task.DETECTION, Task.INSTANCE_SEGMENTATION}:
        parts, crowds = content.irregular
        if parts and format_name not in PARTS and content.task is Task.INSTANCE_SEGMENTATION:
            found.append(_loss("parts", format_name, parts))
        if crowds and format_name not in CROWDS:
            found.append(_loss("crowds", format_name, crowds))
        if format_name not in ATTRIBUTES and (said := content.with_attributes):
            found.append(_loss("attributes", format_name, said))
    return found


def _loss(kind: str, format_name: str, count: int) -> Message:
    format_ = Message(f"formats.{format_name}")
    return Message(f"data.export_loss.{kind}", {"format": format_, "count": count})
