"""Which image a label file belongs to: by its name and its place, wherever both lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from paddlex_nb.data.formats.layout_words import IMAGE_FOLDERS, LABEL_FOLDERS, PLAIN_FOLDERS

_ROLES = IMAGE_FOLDERS | LABEL_FOLDERS | PLAIN_FOLDERS

Key = tuple[str, str]


class ImageByStem:
    """Finds the image of a label file of the same name.

    It lies beside the file (``train/x.jpg``, ``train/x.xml``), or where the file would lie if the
    folders that only say what is in them were left out (``train/images/x.jpg``,
    ``train/labels/x.txt``; ``JPEGImages/a/x.jpg``, ``Annotations/a/x.xml``), or it is the only one
    of that name.

    Args:
        images: Paths of the images.
    """

    def __init__(self, images: Iterable[str]) -> None:
        self._by_place: defaultdict[Key, list[str]] = defaultdict(list)
        self._by_stem: defaultdict[str, list[str]] = defaultdict(list)
        for image in images:
            place = place_of(image)
            self._by_place[place].append(image)
            self._by_stem[place[1]].append(image)

    def find(self, file: str, file_name: str = "", *, near: bool = False) -> str | None:
        """The image of a label file; None if there is none, or which one is not clear.

        Args:
            file: The label file.
            file_name: How the file itself calls its image: decides between ``x.jpg`` and ``x.png``.
            near: Not if nothing but the name is the same.
        """
        place = place_of(file)
        images = self._by_place.get(place, [])
        if not images and not near:
            images = self._by_stem.get(place[1], [])
            folders = {image.rpartition("/")[0] for image in images}
            if len(folders) > 1:
                return None
        name = file_name.replace("\\", "/").rpartition("/")[2].lower()
        home = file.rpartition("/")[0]
        ranked = sorted(
            images,
            key=lambda image: (
                image.rpartition("/")[2].lower() != name,
                image.rpartition("/")[0] != home,
            ),
        )
        return ranked[0] if ranked else None


def place_of(path: str) -> Key:
    """What an image and its label file have in common: where they lie, and their name."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    parts = [part for part in folder.lower().split("/") if part and part not in _ROLES]
    return "/".join(parts), stem
