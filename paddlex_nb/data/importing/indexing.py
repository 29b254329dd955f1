"""From a data set that was read and checked to its index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from paddlex_nb.data.explore.looks import keep_looks
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.store import attributes
from paddlex_nb.data.store.arrow import column, lists, texts
from paddlex_nb.data.store.index import IMAGE_COLUMNS, OBJECT_COLUMNS, Index


def build_index(examined: Examined) -> Index:
    """The index of a data set that was read and checked: a row an image, a row an object."""
    draft = examined.draft.images
    probes = examined.probes
    images = {
        "path": texts([image.path for image in draft]),
        "width": column(np.array([probe.width for probe in probes], np.int32)),
        "height": column(np.array([probe.height for probe in probes], np.int32)),
        "split": texts([image.split for image in draft]),
        "class_id": column(np.array([image.class_id for image in draft], np.int32)),
        "mask": texts([image.mask for image in draft]),
        "format": texts([probe.format for probe in probes]),
        "group": column(examined.groups),
        "present": lists(examined.present),
        "excluded": column(np.zeros(len(draft), np.bool_)),
        "together": texts([image.together for image in draft]),
        "values": lists([image.values for image in draft]),
    }
    draft_objects = examined.draft.objects
    left, top, right, bottom = draft_objects.boxes.astype(np.float32).T
    outlines = draft_objects.outlines
    polygons = pa.ListArray.from_arrays(
        column(outlines.polygons * 2), column(outlines.points.ravel())
    )
    objects = {
        "image": column(draft_objects.image),
        "class_id": column(draft_objects.class_id),
        "x": column(left),
        "y": column(top),
        "w": column(right - left),
        "h": column(bottom - top),
        "polygons": pa.ListArray.from_arrays(column(outlines.objects), polygons),
        "crowd": column(draft_objects.crowd),
        "number": column(draft_objects.number),
    }
    table = pa.table(objects, schema=OBJECT_COLUMNS)
    if (said := draft_objects.attributes.column()) is not None:
        table = table.append_column(attributes.COLUMN, said)
    return Index(pa.table(images, schema=IMAGE_COLUMNS), table)


def keep_examined_looks(examined: Examined, folder: Path, root: Path) -> None:
    """Keep what was seen of brightness and sharpness; slices need not decode the images again.

    Args:
        examined: What is indexed.
        folder: The data set's folder.
        root: Folder of its images, which are all there.
    """
    paths = [image.path for image in examined.draft.images]
    looks = [(probe.brightness, probe.sharpness) for probe in examined.probes]
    keep_looks(folder, root, paths, looks)
