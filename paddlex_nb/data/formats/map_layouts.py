"""How public data sets lay out their maps of objects, and what the values mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

from paddlex_nb.core.errors import UserError
from paddlex_nb.data.formats import palettes
from paddlex_nb.data.formats.class_tables import class_table
from paddlex_nb.data.formats.image_by_name import ImageByName
from paddlex_nb.data.formats.json_files import JSON_ERRORS, read_json_file
from paddlex_nb.data.formats.map_objects import is_numbered, map_values
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

_MAX_TEXT = 1 << 20
_MOTS = {1: "car", 2: "pedestrian"}
_VERSION = re.compile(r"(?:^|/)v\d\.\d/")
_SPLIT_LIST = re.compile(r"(?:^|/)ImageSets/[^/]+/(?:train|val)\.txt$")
_CROWD = 10
"""MOTS' class of regions in which nobody is told apart."""


class Names(msgspec.Struct, frozen=True):
    """The classes of maps.

    Attributes:
        by_value: Names by the number that values (or maps of classes) give.
        things: Those numbers whose objects are told apart.
    """

    by_value: dict[int, str]
    things: frozenset[int]


NamesOf: TypeAlias = "Callable[[FileTree, Report], Names]"


class MapLayout(msgspec.Struct, frozen=True):
    """A layout of maps of objects.

    Attributes:
        name: Of the data set that it is of.
        path: What the path of a map matches.
        folder: How its folder becomes that of its image: a pattern and what replaces it.
        names: Reads the classes.
        divisor: A value divided by this is its class; 0 if another map says the class.
        least: The least value of a single object.
        ending: What the name of a map has after that of its image.
        image_ending: What the image has there instead.
        class_folder: How the folder of a map becomes that of the map of its classes.
        ignored: Values of no object.
        single: Whether multiples of ``divisor`` are objects; None if they are as others.
        needs: A file that must be there.
        coded: The values must show that they are of this layout.
        numbered: The maps must be of 16 bits, and their values those of objects (`is_numbered`).
        endings: Suffixes of the maps.
        sequences: The folders of a map that name its sequence, of which lists of splits may tell.
        whole: Every pixel has a class, so that it is semantic segmentation too.
        likely: How sure the reading is.
    """

    name: str
    path: re.Pattern[str]
    folder: tuple[str, str]
    names: NamesOf
    divisor: int = 0
    least: int = 1
    ending: str = ""
    image_ending: str = ""
    class_folder: tuple[str, str] = ("", "")
    ignored: tuple[int, ...] = ()
    single: bool | None = None
    needs: re.Pattern[str] | None = None
    coded: bool = False
    numbered: bool = False
    endings: tuple[str, ...] = (".png",)
    sequences: re.Pattern[str] | None = None
    whole: bool = False
    likely: float = 0.9

    def maps(self, tree: FileTree) -> list[str]:
        """The maps of a tree."""
        files = [file for file in tree.ending(*self.endings) if self.path.search(file)]
        newest = max((m[0] for file in files if (m := _VERSION.search(file))), default="")
        return [file for file in files if newest in file]

    def fits(self, tree: FileTree) -> bool:
        """Whether there are maps, one with an image, and what else is needed."""
        maps = self.maps(tree)
        if not maps or (self.coded and not any(_is_coded(tree, f, self.least) for f in maps[:8])):
            return False
        if self.numbered and not is_numbered(tree, maps):
            return False
        if self.needs and not any(map(self.needs.search, tree.files)):
            return False
        images_by_name = ImageByName(tree)
        for file in maps[:8]:
            image, folder = self.image_of(file)
            found = images_by_name.find(image, (folder,))
            if found is not None and found != file:
                return True
        return False

    def image_of(self, file: str) -> tuple[str, str]:
        """The name of a map's image, without suffix, and its folder."""
        home, _, name = file.rpartition("/")
        stem = name.rpartition(".")[0].removesuffix(self.ending)
        folder = re.sub(*self.folder, home, flags=re.IGNORECASE)
        return stem + self.image_ending, folder

    def splits(self, tree: FileTree, report: Report) -> dict[str, str]:
        """The split of each sequence, by ``ImageSets``; that of the newest year counts."""
        if self.sequences is None:
            return {}
        lists = [f for f in tree.ending(".txt") if _SPLIT_LIST.search(f)]
        home = max((f.rpartition("/")[0] for f in lists), default="")
        return {
            name.strip(): as_split(file.rpartition("/")[2].removesuffix(".txt"))
            for file in lists
            if file.rpartition("/")[0] == home
            for name in tree.text(file, report, _MAX_TEXT).splitlines()
        }

    def split_of(self, file: str, splits: Mapping[str, str]) -> str:
        """The split of a map, by that of its sequence."""
        found = self.sequences.search(file) if self.sequences else None
        return splits.get(found[1], "") if found else ""

    def class_map_of(self, tree: FileTree, file: str) -> str | None:
        """The map of classes that belongs to a map of objects."""
        if not self.class_folder[0]:
            return None
        home, _, name = file.rpartition("/")
        folder = re.sub(*self.class_folder, home, flags=re.IGNORECASE)
        return tree.find(f"{folder}/{name}") if folder != home else None


def _is_coded(tree: FileTree, file: str, least: int) -> bool:
    """Whether a map holds objects, and no value between 0 and the least of one."""
    try:
        with open_image(tree.root / file) as image:
            values = map_values(image)
    except DECODE_ERRORS:
        return False
    inside = values[values > 0]
    return inside.size > 0 and int(inside.min()) >= least and int(inside.max()) < 1 << 16


def _voc_names(tree: FileTree, report: Report) -> Names:
    """By number and by colour: maps of classes may be either."""
    table = class_table(tree, report)
    rows = table[1] if table else palettes.VOC
    by_value = {row.value: row.name for row in rows if row.name}
    by_value |= {row.colour: row.name for row in rows if row.name and row.colour > 0}
    background = {value for value, name in by_value.items() if "background" in name.lower()}
    return Names(by_value, frozenset(by_value.keys() - background - {0}))


def _city_names(tree: FileTree, report: Report) -> Names:
    table = class_table(tree, report)
    if table is None:
        by_value = {row.value: row.name for row in palettes.CITYSCAPES_ALL if row.value}
        return Names(by_value, frozenset(palettes.CITYSCAPES_THINGS))
    by_value = {row.value: row.name for row in table[1] if row.name}
    return Names(by_value, frozenset(by_value))


def _mapillary_names(tree: FileTree, report: Report) -> Names:
    table = class_table(tree, report)
    rows = table[1] if table else []
    by_value = {row.value: row.name for row in rows if row.name}
    things = frozenset(by_value)
    try:
        config = read_json_file(tree, table[0], _Config, _MAX_TEXT) if table else _Config([])
        told = [value for value, label in enumerate(config.labels) if label.instances]
        things = frozenset(told) or things
    except (UserError, *JSON_ERRORS):
        pass
    return Names(by_value, things)


class _Label(msgspec.Struct):
    instances: bool = False


class _Config(msgspec.Struct):
    labels: list[_Label]


def _mots_names(tree: FileTree, report: Report) -> Names:
    file = next((f for f in tree.ending(".txt") if f.endswith("instances/labels.txt")), None)
    lines = tree.text(file, report, _MAX_TEXT).splitlines() if file else []
    names = {n: line.strip() for n, line in enumerate(filter(str.strip, lines), 1)}
    names = {n: name for n, name in names.items() if name.lower() != "ignored"} or _MOTS
    return Names(names, frozenset(names))


def _no_names(_tree: FileTree, _report: Report) -> Names:
    return Names({}, frozenset())


LAYOUTS: tuple[MapLayout, ...] = (
    MapLayout(
        "Pascal VOC",
        re.compile(r"(?:^|/)SegmentationObject(?:PNG)?/[^/]+$", re.IGNORECASE),
        (r"SegmentationObject(?:PNG)?", "JPEGImages"),
        _voc_names,
        class_folder=("SegmentationObject", "SegmentationClass"),
        ignored=(palettes.packed(224, 224, 192), 255),
    ),
    MapLayout(
        "Penn-Fudan",
        re.compile(r"(?:^|/)PedMasks/[^/]+_mask\.png$"),
        (r"PedMasks$", "PNGImages"),
        _no_names,
        ending="_mask",
    ),
    MapLayout(
        "Cityscapes",
        re.compile(r"_gtFine_instanceIds\.png$", re.IGNORECASE),
        (r"(^|/)gtFine(/|$)", r"\1leftImg8bit\2"),
        _city_names,
        divisor=1000,
        least=1000,
        ending="_gtFine_instanceIds",
        image_ending="_leftImg8bit",
        whole=True,
        likely=0.8,
    ),
    MapLayout(
        "Mapillary Vistas",
        re.compile(r"(?:^|/)(?:v\d\.\d/)?instances/[^/]+$"),
        (r"(?:v\d\.\d/)?instances$", "images"),
        _mapillary_names,
        divisor=256,
        least=0,
        needs=re.compile(r"(?:^|/)config(?:_v[12]\.\d)?\.json$"),
        whole=True,
        likely=0.8,
    ),
    MapLayout(
        "KITTI",
        re.compile(r"(?:^|/)instance/[^/]+$"),
        (r"instance$", "image_2"),
        _city_names,
        divisor=256,
        least=0,
        single=False,
        whole=True,
        likely=0.8,
    ),
    MapLayout(
        "MOTS",
        re.compile(r"(?:^|/)instances/(?:[^/]+/)*[^/]+$"),
        (r"(^|/)instances(/|$)", r"\1images\2"),
        _mots_names,
        divisor=1000,
        least=1000,
        ignored=(_CROWD * 1000,),
        coded=True,
    ),
    MapLayout(
        "DAVIS",
        re.compile(r"(?:^|/)Annotations/(?:480p|1080p|Full-Resolution)/[^/]+/\d+\.png$"),
        (r"(^|/)Annotations/", r"\1JPEGImages/"),
        _no_names,
        sequences=re.compile(r"/([^/]+)/\d+\.png$"),
    ),
    MapLayout(
        "StarDist",
        re.compile(r"(?:^|/)masks/[^/]+$"),
        (r"masks$", "images"),
        _no_names,
        endings=(".tif", ".tiff", ".png"),
        numbered=True,
    ),
)
"""The layouts, the more particular before the more general."""
