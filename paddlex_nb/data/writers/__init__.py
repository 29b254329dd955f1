"""Writing a data set in the formats of its task, one file a format; see `WRITERS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.core.wording import instead
from paddlex_nb.data.writers import (
    coco,
    createml,
    csv_table,
    cvat,
    cvat_video,
    datumaro,
    easydata,
    folders,
    instance_masks,
    label_studio,
    labelme,
    lists,
    masks,
    one_hot,
    via,
    voc,
    yolo,
)
from paddlex_nb.data.writers.content import Content

Writer: TypeAlias = "Callable[[Content, Path], None]"

WRITERS: dict[Task, dict[str, Writer]] = {
    Task.CLASSIFICATION: {
        "folders": folders.write,
        "lists": lists.write,
        "csv": csv_table.write,
        "one_hot": one_hot.write,
        "labelme": labelme.write,
        "easydata": easydata.write,
        "label_studio": label_studio.write,
        "datumaro": datumaro.write,
    },
    Task.DETECTION: {
        "voc": voc.write,
        "coco": coco.write,
        "yolo": yolo.write,
        "labelme": labelme.write,
        "easydata": easydata.write,
        "cvat": cvat.write,
        "cvat_video": cvat_video.write,
        "csv": csv_table.write,
        "createml": createml.write,
        "label_studio": label_studio.write,
        "datumaro": datumaro.write,
    },
    Task.SEGMENTATION: {
        "masks": masks.write,
        "labelme": labelme.write,
        "easydata": easydata.write,
        "coco": coco.write,
        "label_studio": label_studio.write,
        "datumaro": datumaro.write,
    },
    Task.INSTANCE_SEGMENTATION: {
        "coco": coco.write,
        "labelme": labelme.write,
        "easydata": easydata.write,
        "yolo": yolo.write,
        "cvat": cvat.write,
        "cvat_video": cvat_video.write,
        "via": via.write,
        "instance_masks": instance_masks.write,
        "label_studio": label_studio.write,
        "datumaro": datumaro.write,
    },
}
"""Writers by task and by the name of the format as readers call it, the usual one first.

`Table` reads ``one_hot`` too, which is a table of another form.
"""

__all__ = ["WRITERS", "Content", "Writer", "writer_of"]


def writer_of(task: Task, name: str) -> Writer:
    """The writer of a format of a task.

    Raises:
        UserError: There is none; names the nearest.
    """
    if (writer := WRITERS[task].get(name)) is None:
        names = {known: tr(f"formats.{known}", language="en") for known in WRITERS[task]}
        raise UserError("data.format_unknown", format=name, known=instead(name, names))
    return writer
