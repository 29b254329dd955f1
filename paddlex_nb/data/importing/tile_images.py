"""A data set that was read and checked, cut into tiles: images and masks of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks.images import Probe
from paddlex_nb.data.images.decode import DECODE_ERRORS
from paddlex_nb.data.images.tile_reader import TileReader, most_pixels, tile_reader
from paddlex_nb.data.images.tiles import Tile, Tiling, tile_path
from paddlex_nb.data.importing.cut_objects import ObjectCutter
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.source.parsed import DraftImage
from paddlex_nb.data.source.report import Progress
from paddlex_nb.data.store.label_maps import IGNORE, MaskCode, is_background, read_values, save
from paddlex_nb.data.store.own_files import copy_file
from paddlex_nb.hosts.processor import cores
from paddlex_nb.layout.dataset import DatasetFolder

_LOSSY = {"JPEG", "MPO", "WEBP", "HEIF"}
"""Formats of images whose tiles are saved as JPEG: as PNG they would be ten times as large."""

_QUALITY = 95


class Tiled(msgspec.Struct, frozen=True):
    """What came of the images.

    Attributes:
        examined: The data set whose images are tiles.
        photos: Images that it had before.
        empty: Tiles without objects that it has.
        left_out: Tiles without objects that it has not.
        lost: Objects of which no tile holds enough.
    """

    examined: Examined
    photos: int
    empty: int
    left_out: int
    lost: int


class _Piece(msgspec.Struct):
    """One tile of an image, its number being its place among all.

    Attributes:
        photo: Row of the image.
        tile: Where it is in it.
        whole: The image is no larger than a tile.
        values: Values of the mask in it.
    """

    photo: int
    tile: Tile
    whole: bool
    values: list[int]


def cut_into_tiles(
    examined: Examined,
    tiling: Tiling,
    scratch: DatasetFolder,
    own: DatasetFolder,
    progress: Progress,
    known: Collection[str] = (),
) -> Tiled:
    """Cut images and labels, and write them.

    Tiles of an image, and of its copies, are one group for every split. Of tiles without objects
    no more are kept than there are with objects, from all over the data set. Of an image that was
    cut before, the tiles are kept that were kept then, and those that show objects by now.

    Args:
        examined: The data set; its images stay as they are.
        tiling: How.
        scratch: Where masks of whole images were made.
        own: Where tiles and their masks are written.
        progress: Told how far it is (stage ``tiles``); may raise to stop.
        known: Paths of the tiles that the data set has had so far.

    Raises:
        UserError: It is one of image classification, an image or mask cannot be read any more, or
            the disk refuses.
    """
    task = examined.detected.format.task
    if task is Task.CLASSIFICATION:
        raise UserError("data.tile_classification")
    pieces: list[_Piece] = []
    outlined = task is Task.INSTANCE_SEGMENTATION
    cutter = ObjectCutter(examined.draft.objects, tiling.keep, outlined=outlined)
    made = examined.masks_made
    mask_root = scratch.masks if made else examined.root
    for photo, probe in enumerate(examined.probes):
        tiles = _pieces(photo, probe, tiling)
        if task is Task.SEGMENTATION:
            _look_at_mask(tiles, mask_root / examined.draft.images[photo].mask)
        cutter.add(photo, [piece.tile for piece in tiles], len(pieces))
        pieces += tiles
        progress("tiles", photo, 2 * len(examined.probes), "images")
    showing = _showing(pieces, examined, cutter)
    kept = _chosen(showing, _known(examined, pieces, known))
    tiled = _tiled(examined, pieces, kept, cutter)
    with ThreadPoolExecutor(cores()) as pool:

        def write(photo: int, rows: Sequence[int]) -> None:
            images = [tiled.draft.images[row] for row in rows]
            tiles = [pieces[kept[row]] for row in rows]
            _write_images(examined, tiles, images, own.files, pool)
            if task is Task.SEGMENTATION:
                source = mask_root / examined.draft.images[photo].mask
                _write_masks(source, tiles, images, own.masks if made else own.files)

        _each_photo(pieces, kept, len(examined.probes), write, progress)
    empty = int((~showing)[kept].sum())
    left_out = len(pieces) - len(kept)
    root = own.files.resolve()
    tiled = msgspec.structs.replace(tiled, root=root)
    return Tiled(tiled, len(examined.probes), empty, left_out, cutter.lost)


def tiles_of(examined: Examined, photo: int, tiling: Tiling) -> list[tuple[str, Tile]]:
    """The tiles of an image with the paths that they are written to if they are kept."""
    pieces = _pieces(photo, examined.probes[photo], tiling)
    return [(_path(examined, piece), piece.tile) for piece in pieces]


def _pieces(photo: int, probe: Probe, tiling: Tiling) -> list[_Piece]:
    size = probe.width, probe.height
    whole = not tiling.cuts(*size)
    return [_Piece(photo, tile, whole, []) for tile in tiling.tiles(*size)]


def _look_at_mask(pieces: Sequence[_Piece], path: Path) -> None:
    """Find out which values of a mask occur in each tile."""
    values = _mask_values(path)
    for piece in pieces:
        inside = np.bincount(_crop(values, piece.tile).ravel(), minlength=IGNORE + 1)
        piece.values = np.flatnonzero(inside[:IGNORE]).tolist()


def _mask_values(path: Path) -> NDArray[np.uint8]:
    """The pixels of a mask; what is no value of a class becomes that of no class."""
    try:
        values = read_values(path, MaskCode(), most_pixels())
    except DECODE_ERRORS as error:
        raise UserError("data.image_unreadable", path=path) from error
    if values.dtype in (np.uint8, np.bool_):
        return values.astype(np.uint8, copy=False)
    return np.where((values >= 0) & (values < IGNORE), values, IGNORE).astype(np.uint8)


def _crop(values: NDArray[np.uint8], tile: Tile) -> NDArray[np.uint8]:
    return values[tile.top : tile.bottom, tile.left : tile.right]


def _showing(
    pieces: Sequence[_Piece], examined: Examined, cutter: ObjectCutter
) -> NDArray[np.bool_]:
    """Whether each tile shows something: an object, or a class that is not the background."""
    if examined.detected.format.task is not Task.SEGMENTATION:
        showing = np.zeros(len(pieces), np.bool_)
        showing[cutter.table().image] = True
        return showing
    names = examined.draft.classes
    nothing = {0} if names and is_background(names[0]) else set()
    known = range(len(names))
    return np.array([any(v in known and v not in nothing for v in p.values) for p in pieces])


def _known(
    examined: Examined, pieces: Sequence[_Piece], known: Collection[str]
) -> NDArray[np.int8]:
    """Of each tile: 1 if there was one of its path, -1 if only others of its image, else 0."""
    if not known:
        return np.zeros(len(pieces), np.int8)
    there = np.array([_path(examined, piece) in known for piece in pieces], np.bool_)
    photo = np.array([piece.photo for piece in pieces], np.int64)
    return np.where(there, 1, -np.isin(photo, photo[there]).astype(np.int8)).astype(np.int8)


def _chosen(showing: NDArray[np.bool_], known: NDArray[np.int8]) -> NDArray[np.int64]:
    """Numbers of the tiles that are kept, ascending.

    Args:
        showing: Whether each shows something.
        known: As of `_known`.
    """
    new = known == 0
    full, empty = np.flatnonzero(showing & new), np.flatnonzero(~showing & new)
    least = int(new.all())  # what has nothing to show has one image at least
    some = np.linspace(0, len(empty) - 1, min(len(empty), max(len(full), least)))
    again = np.flatnonzero(~new & (showing | (known > 0)))
    return np.sort(np.concatenate([again, full, empty[np.unique(some.astype(np.int64))]]))


def _path(examined: Examined, piece: _Piece) -> str:
    """The path of a tile; an image that is no larger keeps its own."""
    path = examined.draft.images[piece.photo].path
    lossy = examined.probes[piece.photo].format in _LOSSY
    return path if piece.whole else tile_path(path, piece.tile, ".jpg" if lossy else ".png")


def _tiled(
    examined: Examined, pieces: Sequence[_Piece], kept: NDArray[np.int64], cutter: ObjectCutter
) -> Examined:
    """The data set whose images are the tiles that are kept; nothing is written yet."""
    draft, task = examined.draft, examined.detected.format.task
    moved = np.full(len(pieces), -1, np.int32)
    moved[kept] = np.arange(len(kept))
    objects = cutter.table()
    objects.image = moved[objects.image]
    present: list[set[int]] = [set() for _ in kept]
    for row, number in zip(objects.image.tolist(), objects.class_id.tolist(), strict=True):
        present[row].add(number)
    images, probes, groups = [], [], np.zeros(len(kept), np.int32)
    first: dict[int, int] = {}
    for row, number in enumerate(kept.tolist()):
        piece = pieces[number]
        photo, probe = draft.images[piece.photo], examined.probes[piece.photo]
        jpeg = probe.format in _LOSSY
        image = msgspec.structs.replace(photo, together=photo.together or photo.path)
        image.path = _path(examined, piece)
        if task is Task.SEGMENTATION:
            image.mask = tile_path(photo.mask, piece.tile, ".png")
            image.values = piece.values
            present[row] = {value for value in piece.values if value < len(draft.classes)}
        images.append(image)
        left, top, right, bottom = piece.tile
        format_ = probe.format if piece.whole else "JPEG" if jpeg else "PNG"
        probes.append(Probe(right - left, bottom - top, format_))
        groups[row] = first.setdefault(int(examined.groups[piece.photo]), row)
    return msgspec.structs.replace(
        examined,
        draft=msgspec.structs.replace(draft, images=images, objects=objects),
        probes=probes,
        present=[sorted(numbers) for numbers in present],
        groups=groups,
    )


def _each_photo(
    pieces: Sequence[_Piece],
    kept: NDArray[np.int64],
    photos: int,
    write: Callable[[int, Sequence[int]], None],
    progress: Progress,
) -> None:
    """Call ``write`` with every image of which there are tiles, and the rows of these."""
    owners = np.array([pieces[number].photo for number in kept.tolist()], np.int64)
    for photo in range(photos):
        start, end = np.searchsorted(owners, [photo, photo + 1]).tolist()
        if end > start:
            write(photo, range(start, end))
        progress("tiles", photos + photo + 1, 2 * photos, "images")


def _write_images(
    examined: Examined,
    pieces: Sequence[_Piece],
    images: Sequence[DraftImage],
    files: Path,
    pool: ThreadPoolExecutor,
) -> None:
    """Write the tiles of one image; one that is no larger than a tile is copied as it is."""
    source = examined.root / examined.draft.images[pieces[0].photo].path
    try:
        if pieces[0].whole:
            with disk_errors(files):
                copy_file(source, files / images[0].path)
            return
        with tile_reader(source) as reader:
            pairs = zip(pieces, images, strict=True)
            jobs = [pool.submit(_save, reader, p.tile, files / i.path) for p, i in pairs]
            for job in jobs:
                job.result()
    except DECODE_ERRORS as error:
        raise UserError("data.image_unreadable", path=source) from error


def _save(reader: TileReader, tile: Tile, path: Path) -> None:
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".jpg":
            reader.save(tile, path, quality=_QUALITY, subsampling=0)
        else:
            # at 3 it takes four times as long, and three hundredths less room
            reader.save(tile, path, compress_level=1)


def _write_masks(
    source: Path, pieces: Sequence[_Piece], images: Sequence[DraftImage], folder: Path
) -> None:
    values = _mask_values(source)
    with disk_errors(folder):
        for piece, image in zip(pieces, images, strict=True):
            save(np.ascontiguousarray(_crop(values, piece.tile)), folder / image.mask)
