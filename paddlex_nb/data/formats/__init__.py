"""Formats of data sets, one file each; a new one is a file and a line in `FORMATS`."""

from __future__ import annotations

from paddlex_nb.data.formats.base import Evidence, Format
from paddlex_nb.data.formats.class_folders import ClassFolders
from paddlex_nb.data.formats.class_lists import ClassLists
from paddlex_nb.data.formats.coco import Coco
from paddlex_nb.data.formats.masks import Masks
from paddlex_nb.data.formats.voc import Voc
from paddlex_nb.task import Task

FORMATS: tuple[Format, ...] = (
    ClassFolders(),
    ClassLists(),
    Voc(),
    Coco(Task.DETECTION),
    Coco(Task.INSTANCE_SEGMENTATION),
    Masks(),
)

__all__ = ["FORMATS", "Evidence", "Format"]
