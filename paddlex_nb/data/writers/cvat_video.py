"""CVAT for video 1.1: one XML file of tracks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.writers.content import Content, Picture, write_text
from paddlex_nb.data.writers.cvat import add_attributes, add_labels, shape_of

_NUMBERED = re.compile(r"(.*?)(\d+)", re.DOTALL)


def write(content: Content, folder: Path) -> None:
    """``images/frame_000000.jpg``, ``annotations.xml``.

    CVAT counts frames from 0 in the order of their names, so the images are named by their frame.
    Nobody knows which objects of two frames are the same: each is a track of its own that ends
    with its frame, as CVAT writes objects that it does not track.

    Raises:
        UserError: The images are not frames of one video.
    """
    frames = frames_of(content)
    numbers = {picture.row: number for number, picture in enumerate(frames)}
    root = Element("annotations")
    SubElement(root, "version").text = "1.1"
    meta = SubElement(SubElement(root, "meta"), "task")
    tracks: dict[int, list[Element]] = {}
    named: dict[str, dict[str, None]] = {name: {} for name in content.classes}

    def place(picture: Picture) -> Path:
        return folder / "images" / frame_name(numbers[picture.row], picture)

    for picture in content.copy(place):
        frame = numbers[picture.row]
        tracks[frame] = []
        for one in content.objects(picture):
            track = Element("track", label=one.name, source="manual")
            shape = shape_of(content, picture, one)
            del shape.attrib["label"]
            shape.attrib |= {"frame": str(frame), "keyframe": "1", "outside": "0"}
            named[one.name] |= add_attributes(shape, one)
            track.append(shape)
            if frame + 1 < len(frames):
                ended = Element(shape.tag, shape.attrib | {"frame": str(frame + 1), "outside": "1"})
                ended.extend(shape)
                track.append(ended)
            tracks[frame].append(track)
    _describe(meta, frames, named)
    for number, track in enumerate(track for frame in sorted(tracks) for track in tracks[frame]):
        track.set("id", str(number))
        root.append(track)
    indent(root)
    write_text(folder / "annotations.xml", tostring(root, encoding="unicode") + "\n")


def frames_of(content: Content) -> Sequence[Picture]:
    """The images in the order in which they are frames: by the numbers that their names end in.

    Raises:
        UserError: They are of several sizes, or their names are not those of a sequence.
    """
    first, *others = content.pictures
    for other in others:
        if (other.width, other.height) != (first.width, first.height):
            sizes = [f"{one.width} x {one.height}" for one in (first, other)]
            values = {"image": first.name, "size": sizes[0]}
            raise UserError(
                "data.export_video_sizes", other=other.name, other_size=sizes[1], **values
            )
    found = [(_NUMBERED.fullmatch(one.stem), one) for one in content.pictures]
    if len({match[1] if match else None for match, _ in found}) > 1:
        head = found[0][0]
        odd = next(one for match, one in found if not (match and head and match[1] == head[1]))
        other = first if odd is not first else others[0]
        raise UserError("data.export_video_names", image=odd.name, other=other.name)
    return [one for _, one in sorted(found, key=lambda pair: int(pair[0][2]) if pair[0] else 0)]


def frame_name(number: int, picture: Picture) -> str:
    """The file name of a frame, by its number from 0."""
    return f"frame_{number:06d}{Path(picture.name).suffix}"


def _describe(meta: Element, frames: Sequence[Picture], named: dict[str, dict[str, None]]) -> None:
    """How many frames of which size there are, and the classes with their attributes."""
    last = max(0, len(frames) - 1)
    facts = {"size": len(frames), "mode": "interpolation", "start_frame": 0, "stop_frame": last}
    for tag, value in facts.items():
        SubElement(meta, tag).text = str(value)
    size = SubElement(meta, "original_size")
    SubElement(size, "width").text = str(frames[0].width)
    SubElement(size, "height").text = str(frames[0].height)
    add_labels(meta, named, mutable=True)
