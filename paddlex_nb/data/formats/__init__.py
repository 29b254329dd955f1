"""Formats of data sets, one file each; a new one is a file and a line in `FORMATS`."""

from __future__ import annotations

from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence, Format
from paddlex_nb.data.formats.class_folders import ClassFolders
from paddlex_nb.data.formats.class_lists import ClassLists
from paddlex_nb.data.formats.coco.reader import Coco
from paddlex_nb.data.formats.cvat import Cvat
from paddlex_nb.data.formats.easydata import EasyData
from paddlex_nb.data.formats.instance_masks import InstanceMasks
from paddlex_nb.data.formats.labelme import Labelme
from paddlex_nb.data.formats.masks import Masks
from paddlex_nb.data.formats.tables import Table
from paddlex_nb.data.formats.via import Via
from paddlex_nb.data.formats.voc import Voc
from paddlex_nb.data.formats.yolo import Yolo

FORMATS: tuple[Format, ...] = (
    ClassFolders(),
    ClassLists(),
    Table(Task.CLASSIFICATION),
    Labelme(Task.CLASSIFICATION),
    EasyData(Task.CLASSIFICATION),
    Voc(),
    Coco(Task.DETECTION),
    Yolo(Task.DETECTION),
    Labelme(Task.DETECTION),
    EasyData(Task.DETECTION),
    Cvat(Task.DETECTION),
    Table(Task.DETECTION),
    Coco(Task.INSTANCE_SEGMENTATION),
    Yolo(Task.INSTANCE_SEGMENTATION),
    Labelme(Task.INSTANCE_SEGMENTATION),
    EasyData(Task.INSTANCE_SEGMENTATION),
    Cvat(Task.INSTANCE_SEGMENTATION),
    Via(),
    InstanceMasks(),
    Masks(),
    Labelme(Task.SEGMENTATION),
    EasyData(Task.SEGMENTATION),
    Coco(Task.SEGMENTATION),
)

__all__ = ["FORMATS", "Evidence", "Format"]
