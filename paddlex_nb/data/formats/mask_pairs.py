"""Which mask belongs to which image, by folders and endings of names."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from weakref import WeakKeyDictionary

import msgspec

from paddlex_nb.data.formats.label_like import are_masks
from paddlex_nb.data.formats.layout_words import (
    IMAGE_FOLDERS,
    MASK_FOLDERS,
    OTHER_FOLDERS,
    words_in,
)
from paddlex_nb.data.formats.same_stem import same_stem_pairs
from paddlex_nb.data.formats.split_words import split_in
from paddlex_nb.data.source.file_tree import FileTree

_LOSSLESS = (".png", ".bmp", ".tif", ".tiff", ".gif")
_LOSSY = (".jpg", ".jpeg")
_MASK_ENDING = re.compile(
    r"[-_](?:mask|label|labels|gt|seg|l|p|manual1|1stho|gtfine_labelids|gtfine_labeltrainids)$",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?:^|/)v\d\.\d(?=/)")
"""A folder of one version of the labels, as in Mapillary Vistas; the newest counts."""

_OF_SPLIT = re.compile(
    r"(train|training|val|valid|validation|dev|test|testing|default)"
    r"[-_ ]?(?:annots?|annotations?|masks?|labels?|gt)",
    re.IGNORECASE,
)
"""A folder of the masks of a split (``trainannot``, ``val_labels``), as in CamVid."""

_JSON_FOLDER = re.compile(r"_json$")
"""What labelme_json_to_dataset makes of a file: a folder with ``img.png`` and ``label.png``."""

_IMAGE_BEGINNING = re.compile(r"^(?:image|img)[-_](?=.)", re.IGNORECASE)
_MASK_BEGINNING = re.compile(r"^(?:mask|label|gt|seg)[-_](?=.)", re.IGNORECASE)
_BEGINNING = re.compile(rf"{_MASK_BEGINNING.pattern}|{_IMAGE_BEGINNING.pattern}", re.IGNORECASE)
_IMAGE_ENDING = re.compile(r"[-_](?:leftimg8bit|image|img|sat|rgb|training)$", re.IGNORECASE)
_OTHER_ENDING = re.compile(
    r"_gt(?:fine_(?:color|instanceids)|coarse_\w+)$|_2ndho$|_(?:training|test)_mask$", re.IGNORECASE
)
_BY_PRODUCT = re.compile(
    r"[-_](?:pseudo|cutout|colou?r|viz|vis|visuali[sz]ation|overlay|blend|preview)$", re.IGNORECASE
)
_MASK_WORDS = frozenset({"mask", "masks", "labels", "gts", "annotations", "segmentations"})
_IMAGE_WORDS = frozenset({"image", "images", "imgs", "img", "rgb"})
"""Words in the names of folders (``masks_png``, ``nyu_rgb``) that say what lies in them."""

_TRAINED = "labeltrainids"
"""Of Cityscapes' two label maps that with the classes that are trained."""

Key = tuple[str, ...]


class MaskPair(msgspec.Struct, frozen=True):
    """An image and its mask; either may be missing (empty).

    Attributes:
        image: Path of the image.
        mask: Path of its mask.
        split: The split that a folder on the way stands for, or empty.
        by_pixels: Nothing but the pixels tells which of the two is the mask.
    """

    image: str
    mask: str
    split: str = ""
    by_pixels: bool = False


def mask_pairs(tree: FileTree) -> list[MaskPair]:
    """Images and masks that belong together, sorted by image.

    A mask lies in a folder for masks where its image lies in one for images (``train/images/x.jpg``
    and ``train/masks/x.png``), or it has the image's name and an ending (``x.jpg``,
    ``x_mask.png``). Where no names say so, one beside its image under the same name (``x.jpg``,
    ``x.png``) is known by its pixels. Empty if there are no such pairs.
    """
    known = _known.get(tree)
    if known is None:  # several formats ask, of trees with 100,000 files
        known = _known[tree] = _pairs(tree)
    return [*known]


_known: WeakKeyDictionary[FileTree, list[MaskPair]] = WeakKeyDictionary()


def _pairs(tree: FileTree) -> list[MaskPair]:
    pairs = _by_names(tree, _LOSSLESS)
    if not pairs:
        # what names say of JPEG, pixels must say too: labels drawn on photos are often kept so
        pairs = _by_names(tree, (*_LOSSLESS, *_LOSSY))
        both = [(pair.image, pair.mask) for pair in pairs if pair.image and pair.mask]
        pairs = pairs if are_masks(tree.root, both) else []
    return pairs or _beside(tree)


def _by_names(tree: FileTree, extensions: tuple[str, ...]) -> list[MaskPair]:
    """Images and masks as names of files and folders tell them apart; empty without any pair.

    Args:
        tree: The files that there are.
        extensions: Those of files that may be masks.
    """
    images: dict[Key, str] = {}
    masks: dict[Key, str] = {}
    for path in tree.images:
        role, key = _role(path, extensions)
        better = _TRAINED in path.lower() or _VERSION.search(path) is not None
        if role == "mask" and (key not in masks or better):  # in order: the newest comes last
            masks[key] = path
        elif role == "image":
            images.setdefault(key, path)
    if not images.keys() & masks.keys():
        return []
    used = {path.rpartition("/")[0] for key, path in images.items() if key in masks}
    keys = [k for k, path in images.items() if k in masks or path.rpartition("/")[0] in used]
    keys += [key for key in masks if key not in images]
    pairs = [MaskPair(images.get(k, ""), masks.get(k, ""), split_in("/".join(k))) for k in keys]
    return sorted(pairs, key=lambda pair: (pair.image, pair.mask))


def photos(tree: FileTree) -> list[str]:
    """The images that are no masks by their names, nor depths or drawn of masks for the eye."""
    other = {
        folder
        for folder in tree.image_folders
        if any(not OTHER_FOLDERS.isdisjoint([p.lower(), *words_in(p)]) for p in folder.split("/"))
    }
    plain = (path for path in tree.images if path.rpartition("/")[0] not in other)
    names = ((path, PurePosixPath(path).stem) for path in plain)
    photographed = (path for path, stem in names if not _BY_PRODUCT.search(stem))
    return [path for path in photographed if _role(path, _LOSSLESS)[0] == "image"]


def without_by_products(pairs: list[MaskPair]) -> tuple[list[MaskPair], list[str]]:
    """The pairs without what a tool has drawn of masks for the eye, and these files.

    EISeg writes ``x_pseudo.png`` and ``x_cutout.png`` beside ``x.png``.
    """
    whole = [pair for pair in pairs if pair.image and pair.mask]
    stems = {PurePosixPath(path).stem for pair in whole for path in (pair.image, pair.mask)}
    kept, others = [], []
    for pair in pairs:
        half = "" if pair.image and pair.mask else pair.image or pair.mask
        stem = PurePosixPath(half).stem
        drawn = _BY_PRODUCT.search(stem) and _BY_PRODUCT.sub("", stem) in stems
        if drawn:
            others.append(half)
        else:
            kept.append(pair)
    return kept, others


def _beside(tree: FileTree) -> list[MaskPair]:
    """Masks under the names of their images, and images in the same folders that have none."""
    if not any(path.lower().endswith(_LOSSLESS) for path in tree.images):
        return []
    masks = same_stem_pairs(tree)
    used = {image.rpartition("/")[0] for image in masks}
    taken = set(masks.values())
    images = [p for p in tree.images if p not in taken and p.rpartition("/")[0] in used]
    return [
        MaskPair(image, masks.get(image, ""), split_in(image), by_pixels=True) for image in images
    ]


def _role(path: str, extensions: tuple[str, ...]) -> tuple[str, Key]:
    """What an image file is, and what it has in common with its partner; see `_by_names`."""
    folder, _, name = path.rpartition("/")
    place, kinds, labelled_in_json = _place(folder)
    stem, dot, suffix = name.rpartition(".")
    stem = stem if dot else suffix
    if _OTHER_ENDING.search(stem):
        return "", ()
    if labelled_in_json:
        return {"img": "image", "label": "mask"}.get(stem, ""), place
    possible = f".{suffix}".lower() in extensions
    named = _MASK_ENDING.search(stem) is not None and "image" not in kinds
    if possible and (named or "mask" in kinds):
        return "mask", (*place, _MASK_ENDING.sub("", _BEGINNING.sub("", stem)))
    if "mask" in kinds:
        return "", ()
    return "image", (*place, _IMAGE_ENDING.sub("", _IMAGE_BEGINNING.sub("", stem)))


@lru_cache(maxsize=4096)
def _place(folder: str) -> tuple[Key, frozenset[str], bool]:
    """What the images of a folder have in common, what its parts say, whether LabelMe wrote it."""
    parts = [part for part in folder.split("/") if part]
    kinds = [_kind(part) for part in parts]
    place = tuple(
        rest
        for part, kind in zip(parts, kinds, strict=True)
        if not _VERSION.match(f"{part}/") and (rest := _rest(part) if kind else part.lower())
    )
    return place, frozenset(kinds), _JSON_FOLDER.search("/".join(parts)) is not None


@lru_cache(maxsize=4096)
def _kind(folder: str) -> str:
    """What lies in a folder by its name, or by one of the words in it; empty if it says nothing."""
    if folder.lower() in MASK_FOLDERS or _OF_SPLIT.fullmatch(folder):
        return "mask"
    if folder.lower() in IMAGE_FOLDERS:
        return "image"
    if folder.lower() == "data":  # of FiftyOne, beside labels
        return "plain"
    words = words_in(folder)
    if len(words) < 2 or not _MASK_WORDS.isdisjoint(words):
        return "mask" if not _MASK_WORDS.isdisjoint(words) else ""
    return "image" if not _IMAGE_WORDS.isdisjoint(words) else ""


@lru_cache(maxsize=4096)
def _rest(folder: str) -> str:
    """What a folder's name says besides what lies in it: ``duts tr`` in ``DUTS-TR-Mask``."""
    lower = folder.lower()
    if match := _OF_SPLIT.fullmatch(folder):
        return match[1].lower()
    if lower in MASK_FOLDERS or lower in IMAGE_FOLDERS or lower == "data":
        return ""
    return " ".join(word for word in words_in(folder) if word not in _MASK_WORDS | _IMAGE_WORDS)
