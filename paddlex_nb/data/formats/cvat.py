"""CVAT for images 1.1: all labels in one XML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.task import Task
from paddlex_nb.data.formats.base import Evidence
from paddlex_nb.data.formats.class_numbers import ClassNumbers
from paddlex_nb.data.formats.cvat_files import beginning, has_tracks
from paddlex_nb.data.formats.cvat_shapes import objects_of
from paddlex_nb.data.formats.listfiles import Paths, note_unlisted
from paddlex_nb.data.formats.split_words import as_split, split_in
from paddlex_nb.data.formats.xml_files import DOCTYPE, UNREADABLE, parsed_xml
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft, DraftImage, said_size
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.object_table import ObjectTableBuilder
from paddlex_nb.data.store.records import SPLITS

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAX_XML = 512 << 20
_LOOKED_AT = 64
_OUTLINED = ("<polygon", "<mask", "<ellipse")


class Cvat:
    """Boxes or polygons as ``annotations.xml``; ``subset``, or its folder, is the split.

    Args:
        task: Detection or instance segmentation.
    """

    name = "cvat"

    def __init__(self, task: Task) -> None:
        self.task = task

    def detect(self, tree: FileTree) -> Evidence | None:
        """Recognise the XML file by its first lines."""
        files = _files(tree)
        if not files or not tree.images:
            return None
        file = files[0]
        heads = [beginning(tree, file) for file in files]
        head = "\n".join(heads)
        if all(map(has_tracks, heads)):
            return None  # of CVAT for video
        drawn = any(area in head for area in _OUTLINED)
        outlines = drawn and "<box" not in head
        wanted = self.task is Task.INSTANCE_SEGMENTATION
        code = "formats.cvat.outline_evidence" if outlines else "formats.cvat.box_evidence"
        # of both, each is possible: the one that is not chosen is mentioned
        likely = 0.6 if drawn and wanted else 0.4 if drawn else 0.2
        return Evidence(0.95 if outlines == wanted else likely, Message(code, {"file": file}))

    def read(self, tree: FileTree, report: Report) -> Draft:
        """Read the file; what cannot be used becomes findings.

        Raises:
            UserError: The file cannot be read at all.
        """
        files = _files(tree)
        if not files:
            raise UserError("data.labels_unreadable", path=tree.root)
        roots = [_root(tree, file, report) for file in files]
        labels = [(x.findtext("name") or "").strip() for root in roots for x in root.iter("label")]
        numbers = ClassNumbers(dict.fromkeys(name for name in labels if name))
        images: dict[str, DraftImage] = {}
        objects = ObjectTableBuilder()
        for file, root in zip(files, roots, strict=True):
            self._read(tree, file, root, images, objects, numbers, report)
        note_unlisted(tree.images, images, report)
        table = objects.build()
        classes = numbers.settle([], table)
        return Draft(list(images.values()), classes, [files[0]] * len(classes), table)

    def _read(
        self,
        tree: FileTree,
        file: str,
        root: Element,
        images: dict[str, DraftImage],
        objects: ObjectTableBuilder,
        numbers: ClassNumbers,
        report: Report,
    ) -> None:
        """Take the images of a file, and their objects."""
        home = file.rpartition("/")[0]
        outlined = self.task is Task.INSTANCE_SEGMENTATION
        subsets = dict.fromkeys(element.get("subset", "") for element in root.iter("image"))
        folders = [home, f"{home}/images" if home else "", "", "images", *SPLITS]
        folders += [f"images/{subset}" for subset in subsets if subset]
        paths = {
            subset: Paths(tree, file, report, (f"images/{subset}", subset, *folders))
            for subset in subsets
        }
        for element in root.iter("image"):
            place = f"image {element.get('id', '')}"
            name, subset = element.get("name", "").replace("\\", "/"), element.get("subset", "")
            path = paths[subset].resolve(name, place) if name else None
            if path is None:
                continue
            if path in images:
                report.warning("listed_twice", file, place, path=path, split=images[path].split)
                continue
            split = as_split(subset) or split_in(path) or split_in(file)
            for one in objects_of(element, place, file, numbers, report):
                kept = one.outlines if outlined and not one.upright else []
                objects.add(
                    *(len(images), one.class_id, one.box, kept),
                    number=one.number,
                    attributes=one.attributes,
                )
            size = said_size(element.get("width"), element.get("height"))
            images[path] = DraftImage(path, split, labels=file, place=place, size=size)
        for path_resolver in paths.values():
            path_resolver.close()


def _root(tree: FileTree, file: str, report: Report) -> Element:
    try:
        return parsed_xml(tree.read(file, _MAX_XML))
    except DOCTYPE as error:
        raise UserError("data.xml_doctype", path=tree.root / file) from error
    except UNREADABLE as error:
        report.error("malformed_xml", file, reason=str(error))
        raise UserError("data.labels_unreadable", path=tree.root / file) from error


def _files(tree: FileTree) -> list[str]:
    """The XML file at the top that holds images and their labels, or one in each split's folder."""
    files = [f for f in tree.ending(".xml") if f.count("/") <= 1][:_LOOKED_AT]
    annotated = [f for f in files if "<annotations" in "\n".join(tree.head(f)[:5])]
    at_top = [f for f in annotated if "/" not in f][:1]
    return at_top or [f for f in annotated if split_in(f)]
