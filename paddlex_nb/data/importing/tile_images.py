"""A data set that was read and checked, cut into tiles: images and masks of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks.images import Probe
from paddlex_nb.data.images.tiles import Tiling, tile_path
from paddlex_nb.data.importing.cut_objects import ObjectCutter
from paddlex_nb.data.importing.pipeline import Examined
from paddlex_nb.data.importing.tile_choice import chosen_of, known_of, showing_of
from paddlex_nb.data.importing.tile_files import look_at_mask, write_images, write_masks
from paddlex_nb.data.importing.tile_pieces import LOSSY, Piece, path_of, pieces_of
from paddlex_nb.data.source.report import Progress
from paddlex_nb.hosts.processor import cores
from paddlex_nb.layout.dataset import DatasetFolder


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
    pieces: list[Piece] = []
    outlined = task is Task.INSTANCE_SEGMENTATION
    cutter = ObjectCutter(examined.draft.objects, tiling.keep, outlined=outlined)
    made = examined.masks_made
    mask_root = scratch.masks if made else examined.root
    for photo, probe in enumerate(examined.probes):
        tiles = pieces_of(photo, probe, tiling)
        if task is Task.SEGMENTATION:
            look_at_mask(tiles, mask_root / examined.draft.images[photo].mask)
        cutter.add(photo, [piece.tile for piece in tiles], len(pieces))
        pieces += tiles
        progress("tiles", photo, 2 * len(examined.probes), "images")
    showing = showing_of(pieces, examined, cutter)
    kept = chosen_of(showing, known_of(examined, pieces, known))
    tiled = _tiled(examined, pieces, kept, cutter)
    with ThreadPoolExecutor(cores()) as pool:

        def write(photo: int, rows: Sequence[int]) -> None:
            images = [tiled.draft.images[row] for row in rows]
            tiles = [pieces[kept[row]] for row in rows]
            write_images(examined, tiles, images, own.files, pool)
            if task is Task.SEGMENTATION:
                source = mask_root / examined.draft.images[photo].mask
                write_masks(source, tiles, images, own.masks if made else own.files)

        _each_photo(pieces, kept, len(examined.probes), write, progress)
    empty = int((~showing)[kept].sum())
    left_out = len(pieces) - len(kept)
    root = own.files.resolve()
    tiled = msgspec.structs.replace(tiled, root=root)
    return Tiled(tiled, len(examined.probes), empty, left_out, cutter.lost)


def _tiled(
    examined: Examined, pieces: Sequence[Piece], kept: NDArray[np.int64], cutter: ObjectCutter
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
        jpeg = probe.format in LOSSY
        image = msgspec.structs.replace(photo, together=photo.together or photo.path)
        image.path = path_of(examined, piece)
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
    pieces: Sequence[Piece],
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
