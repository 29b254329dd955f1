"""A layout of maps of objects: which files are maps, and of which images."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from paddlex_nb.data.formats.image_by_name import ImageByName
from paddlex_nb.data.formats.map_names import NamesOf
from paddlex_nb.data.formats.map_objects import is_numbered, map_values
from paddlex_nb.data.formats.split_words import as_split
from paddlex_nb.data.images.decode import DECODE_ERRORS, open_image
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.report import Report

_MAX_TEXT = 1 << 20
_VERSION = re.compile(r"(?:^|/)v\d\.\d/")
_SPLIT_LIST = re.compile(r"(?:^|/)ImageSets/[^/]+/(?:train|val)\.txt$")


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
