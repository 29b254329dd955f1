"""What the pixels of masks mean where a table, or a well-known layout, says it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import numpy as np

from paddlex_nb.data.formats import palettes
from paddlex_nb.data.formats.class_tables import class_table
from paddlex_nb.data.formats.colour_table import colour_table
from paddlex_nb.data.formats.listfiles import labels_file
from paddlex_nb.data.formats.map_objects import map_values
from paddlex_nb.data.formats.palettes import Palette, Row
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.store.label_maps import IGNORE, MaskCode

_LOOKED_AT = 20
_MOST_COLOURS = 256
_LEAST_COLOURS = 3
"""So many colours of a palette, black apart, must be there where nothing else points to it."""

_VOC_STEM = re.compile(r"(?:^|/)20\d\d_\d{6}\.[^/]*$")

_LAYOUTS: tuple[tuple[str, re.Pattern[str], Palette], ...] = (
    (
        "Cityscapes",
        re.compile(r"_gt(?:Fine|Coarse)_labelTrainIds\.", re.I),
        palettes.CITYSCAPES_TRAINED,
    ),
    ("Cityscapes", re.compile(r"_gt(?:Fine|Coarse)_labelIds\.", re.I), palettes.CITYSCAPES),
    ("Cityscapes", re.compile(r"(?:^|/)training/semantic/", re.I), palettes.CITYSCAPES),
    ("Pascal VOC", _VOC_STEM, palettes.VOC),
    ("LoveDA", re.compile(r"(?:^|/)masks_png/", re.I), palettes.LOVEDA),
)
"""Masks of numbers: of which data set their paths are, and what its numbers mean."""

_COLOURS: tuple[tuple[str, re.Pattern[str], Palette], ...] = (
    ("Pascal VOC", re.compile(r"(?:^|/)SegmentationClass", re.I), palettes.VOC),
    (
        "Cityscapes",
        re.compile(r"_gt(?:Fine|Coarse)_color\.|(?:^|/)semantic_rgb/", re.I),
        palettes.CITYSCAPES,
    ),
    (
        "ISPRS Potsdam and Vaihingen",
        re.compile(r"(?:^|/)(?:5_labels\w*|gts_for_participants)/", re.I),
        palettes.ISPRS,
    ),
    ("SYNTHIA-SF", re.compile(r"(?:^|/)GTLeft/", re.I), palettes.SYNTHIA_SF),
    ("SYNTHIA", re.compile(r"(?:^|/)(?:GT|SemSeg)/", re.I), palettes.SYNTHIA),
    ("CamVid", re.compile(r"(?:annot|LabeledApproved\w*)/|_L\.", re.I), palettes.CAMVID),
)
"""Masks of colours: the same."""


class MaskClasses(msgspec.Struct, frozen=True):
    """The classes of masks.

    Attributes:
        classes: Their names, in the order of their numbers.
        code: What the pixels mean.
        place: The file that says so; ``.`` if it is known of the data set.
    """

    classes: list[str]
    code: MaskCode
    place: str


def mask_classes(tree: FileTree, masks: Sequence[str], report: Report) -> MaskClasses | None:
    """The classes of masks, by a table beside them or by what is known of a public data set.

    Args:
        tree: The files that there are.
        masks: Some masks.
        report: Takes the finding that classes were assumed.

    Returns:
        None where plain class numbers (or nothing) is the better guess.
    """
    colours, values = _seen(tree, masks[:_LOOKED_AT])
    if not values or (colours and colour_table(tree)):
        return None
    table = class_table(tree, report)
    if table is not None and _speaks_of(table[1], values, colours=colours):
        return _classes(table[1], table[0], colours=colours)
    if not colours and labels_file(tree) is not None:
        return None
    found = _by_colours(masks, values) if colours else _by_layout(masks, values)
    if found is None:
        return None
    name, palette = found
    report.info("classes_assumed", masks[0], data_set=name)
    return _classes(palette, ".", colours=colours)


def _seen(tree: FileTree, masks: Sequence[str]) -> tuple[bool, set[int]]:
    """Whether masks are colours, and the values in them; none if they are photos."""
    colours, seen = False, set[int]()
    for mask in masks:
        try:
            with open_image(tree.root / mask) as image:
                colours = colours or image.mode in {"RGB", "RGBA", "CMYK", "YCbCr", "LA"}
                seen.update(np.unique(map_values(image)).tolist())
        except DECODE_ERRORS:
            continue
        if len(seen) > _MOST_COLOURS:
            return colours, set()
    return colours, seen


def _by_layout(masks: Sequence[str], values: set[int]) -> tuple[str, Palette] | None:
    for name, path, palette in _LAYOUTS:
        fits = sum(path.search(mask) is not None for mask in masks) * 2 > len(masks)
        named = any(row.name for row in palette if row.value in values)
        if fits and named and values <= {row.value for row in palette} | {IGNORE}:
            return name, palette
    return None


def _by_colours(masks: Sequence[str], values: set[int]) -> tuple[str, Palette] | None:
    covering = [
        (name, path, palette)
        for name, path, palette in _COLOURS
        if values <= {row.colour for row in palette}
    ]
    for name, path, palette in covering:
        if all(path.search(mask) for mask in masks):
            return name, palette
    if len(covering) == 1 and len(values - {0}) >= _LEAST_COLOURS:
        name, _, palette = covering[0]
        return name, palette
    return None


def _classes(rows: Sequence[Row], place: str, *, colours: bool) -> MaskClasses:
    names = list(dict.fromkeys(row.name for row in rows if row.name))
    numbers = {name: number for number, name in enumerate(names)}
    code: dict[int, int] = {}
    for row in rows:
        value = row.colour if colours else row.value
        if value >= 0:
            code.setdefault(value, numbers.get(row.name, IGNORE))
    plain = not colours and all(value == number for value, number in code.items())
    return MaskClasses(names, MaskCode({} if plain else code, colours=colours), place)


def _speaks_of(rows: Sequence[Row], values: set[int], *, colours: bool) -> bool:
    """Whether a table is of these masks: it knows their colours, or they are not 0 and 255."""
    known = {row.colour if colours else row.value for row in rows}
    if colours:
        return len(values & known) * 2 >= len(values)
    return values != {0, IGNORE} or IGNORE in known
