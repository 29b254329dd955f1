"""Instance segmentation as one map for each image, whose values are objects (and their classes)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import msgspec
import numpy as np
from PIL import Image

from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.entries import EntryFormat
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.map_layout import MapLayout
from paddlex_nb.data.formats.map_layouts import LAYOUTS
from paddlex_nb.data.formats.map_names import Names
from paddlex_nb.data.formats.map_objects import map_values, objects_in
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.source.report import Report

_UNNAMED = "object"


class _Read(msgspec.Struct):
    """What a map says."""

    shapes: list[Shape] = []
    problem: str = ""


class InstanceMaps(EntryFormat):
    """Maps of objects as the public data sets have them; see `map_layouts.LAYOUTS`.

    ``SegmentationObject`` (Pascal VOC), ``x_gtFine_instanceIds.png`` (Cityscapes), ``instances``
    (Mapillary Vistas, MOTS), ``instance`` (KITTI), ``Annotations/480p`` (DAVIS), and ``masks`` of
    16 bits that number objects (StarDist).

    Args:
        task: Instance segmentation; or semantic, for sets that have no maps of classes.
    """

    name = "instance_maps"
    no_photos = re.compile(
        r"(?:^|/)(?:gtFine|gtCoarse|Segmentation\w+|instances?|labels|panoptic|semantic(?:_rgb)?)/"
        r"|(?:^|/)Annotations/(?:480p|1080p|Full-Resolution)/|(?:^|/)masks/"
    )

    def files(self, tree: FileTree) -> list[str]:
        """The maps of the layout that the folder has."""
        layout = _layout(tree)
        return layout.maps(tree) if layout else []

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise a layout by the paths of its maps and images."""
        layout = _layout(tree)
        if layout is None or (self.task is Task.SEGMENTATION and not layout.whole):
            return None
        maps = layout.maps(tree)
        values = {"files": len(maps), "example": maps[0], "data_set": layout.name}
        reason = Message("formats.instance_maps.evidence", values)
        # maps of classes beside them say the same of pixels
        return Evidence(0.7 if self.task is Task.SEGMENTATION else layout.likely, reason)

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:  # noqa: ARG002
        """The names of the layout's classes, as far as these are told apart by objects."""
        layout = _layout(tree)
        names = layout.names(tree, report) if layout else Names({}, frozenset())
        every = self.task is Task.SEGMENTATION
        return [name for value, name in names.by_value.items() if every or value in names.things]

    def all_entries(
        self, tree: FileTree, files: list[str], report: Report
    ) -> Iterator[tuple[str, Entry]]:
        """The image of each map; the maps are decoded on all cores."""
        layout = _layout(tree)
        if layout is None:
            return
        names = layout.names(tree, report)
        every = self.task is Task.SEGMENTATION
        work = partial(_objects, tree, layout, names, every)
        splits = layout.splits(tree, report)
        total = len(files)
        read = each(work, files, lambda n: report.progress("scan", n, total, "files"))
        for file, content in zip(files, read, strict=True):
            if content.problem:
                report.error(content.problem, file)
                continue
            image, folder = layout.image_of(file)
            split = layout.split_of(file, splits)
            yield file, Entry(image, split=split, shapes=content.shapes, folders=(folder,))


def _layout(tree: FileTree) -> MapLayout | None:
    """The first layout of which there are maps, with an image for one of them."""
    return next((layout for layout in LAYOUTS if layout.fits(tree)), None)


def _objects(tree: FileTree, layout: MapLayout, names: Names, every: bool, file: str) -> _Read:
    """The objects of a map; with ``every`` also the regions that are no single objects."""
    try:
        with open_image(tree.root / file) as image:
            values = map_values(image)
        classes = None
        if class_file := layout.class_map_of(tree, file):
            with open_image(tree.root / class_file) as image:
                classes = map_values(image)
    except Image.DecompressionBombError:
        return _Read(problem="image_too_large")
    except DECODE_ERRORS:
        return _Read(problem="truncated_image")
    if classes is not None and classes.shape != values.shape:
        classes = None
    least = 1 if every or not layout.divisor else layout.least
    wanted = (values >= least) & ~np.isin(values, layout.ignored)
    shapes = []
    for value, places, polygons in objects_in(values, wanted):
        single = value >= layout.least
        of_class = value // layout.divisor if layout.divisor and single else value
        if classes is not None:
            found, counts = np.unique(classes.ravel()[places], return_counts=True)
            of_class = int(found[counts.argmax()])
        name = names.by_value.get(of_class, "" if names.by_value else _UNNAMED)
        thing = single and (of_class in names.things or not names.by_value)
        if layout.divisor and layout.single is not None and value % layout.divisor == 0:
            thing = layout.single
        if name and (every or thing):
            shapes.append(Shape(name, polygons, drawn=True, place=f"value {value}"))
    return _Read(shapes)
