"""CVAT for video 1.1: tracks of objects over the frames."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats.cvat_files import MAX_XML, beginning, has_tracks
from paddlex_nb.data.formats.cvat_tracks import Track, read_track
from paddlex_nb.data.formats.entries import EntryFormat, Kinds
from paddlex_nb.data.formats.entry import Entry, Shape
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.numbers import said_whole
from paddlex_nb.data.source.parsed import said_size
from paddlex_nb.data.source.report import Report

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LOOKED_AT = 64
_NUMBER = re.compile(r"(\d+)\D*$")


class CvatVideo(EntryFormat):
    """Boxes, polygons, ellipses and masks as tracks in ``annotations.xml``.

    An object is in a frame from one of its shapes to the next, unless that is ``outside``; where
    the frames between have no shape of their own, boxes and polygons are interpolated. A frame is
    the image whose name ends in its number (``frame_000013.png``).
    """

    name = "cvat_video"
    kinds: ClassVar[Kinds] = {
        "boxes": re.compile(r"<box[\s>]"),
        "outlines": re.compile(r"<(?:polygon|mask|ellipse)[\s>]"),
    }

    def files(self, tree: FileTree) -> list[str]:
        """XML files of CVAT with tracks and without images."""
        files = []
        for file in [f for f in tree.ending(".xml") if f.count("/") <= 2][:_LOOKED_AT]:
            head = self.beginning(tree, file)
            if "<annotations" in head[:1000] and has_tracks(head):
                files.append(file)
        return files

    def beginning(self, tree: FileTree, file: str) -> str:
        """The first lines, or all where very many labels stand before the tracks."""
        return beginning(tree, file)

    def classes(self, tree: FileTree, files: list[str], report: Report) -> list[str]:
        """The labels of the tasks."""
        names: list[str] = []
        for file in files:
            root = _root(tree, file, report, silent=True)
            labels = root.iter("label") if root is not None else ()
            names += [(label.findtext("name") or "").strip() for label in labels]
        return [name for name in names if name]

    def entries(self, tree: FileTree, file: str, report: Report) -> Iterator[Entry]:
        """The frames that are there as images, each with the objects of its time."""
        root = _root(tree, file, report)
        if root is None:
            return
        tracks = [read_track(element, file, report) for element in root.iter("track")]
        wide, high = (root.findtext(f".//original_size/{k}") for k in ("width", "height"))
        size = said_size(wide, high)
        frames = _frames(tree, file, tracks)
        known = {frame for track in tracks for frame in track.frames}
        if absent := sorted(known - frames.keys()):
            report.error("frames_without_image", file, frames=len(absent), example=absent[0])
        seen = _seen(tracks, sorted(frames))
        for frame, image in sorted(frames.items()):
            shapes = [
                Shape(
                    *(track.label, polygons, track.drawn),
                    place=f"track {track.id}",
                    attributes=track.attributes(frame),
                )
                for track in seen[frame]
                if (polygons := track.at(frame))
            ]
            split = split_in(image) or split_in(file)
            yield Entry(image, f"frame {frame}", split, size, shapes=shapes)


def _seen(tracks: list[Track], frames: list[int]) -> dict[int, list[Track]]:
    """The tracks that may be seen in each frame: most have ended, or not begun."""
    seen: dict[int, list[Track]] = {frame: [] for frame in frames}
    for track in tracks:
        if not track.frames:
            continue
        first, last = track.frames[0], track.frames[-1]
        ended = not track.shapes[last].polygons
        end = bisect_right(frames, last) if ended else len(frames)
        for frame in frames[bisect_left(frames, first) : end]:
            seen[frame].append(track)
    return seen


def _root(tree: FileTree, file: str, report: Report, *, silent: bool = False) -> Element | None:
    try:
        root: Element = fromstring(tree.read(file, MAX_XML), forbid_dtd=True)
    except (UserError, ParseError, DefusedXmlException, ValueError, LookupError) as error:
        if not silent:
            report.error("malformed_xml", file, reason=str(error))
        return None
    return root


def _frames(tree: FileTree, file: str, tracks: list[Track]) -> dict[int, str]:
    """The image of each frame, by the number in its name; else in the order of their names.

    Of several videos, each with a file of its own, the images lie beside or below it.
    """
    home = file.rpartition("/")[0]
    inside = [image for image in tree.images if image.startswith(f"{home}/")] if home else []
    images = inside or tree.images
    frames: dict[int, str] = {}
    for image in images:
        found = _NUMBER.search(image.rpartition("/")[2].rpartition(".")[0])
        number = said_whole(found[1]) if found else None
        if number is not None:
            frames.setdefault(number, image)
    known = {frame for track in tracks for frame in track.frames}
    if known & frames.keys() or not known:
        return frames
    return dict(enumerate(images))
