"""From a folder or archive to checked labels: what importing and checking have in common."""

from __future__ import annotations

import os
from hashlib import sha1
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.task import Task
from paddlex_nb.data.checks.attributes import check_attributes
from paddlex_nb.data.checks.classes import check_classes
from paddlex_nb.data.checks.duplicates import find_duplicates
from paddlex_nb.data.checks.images import Probe
from paddlex_nb.data.checks.learnable import check_learnable
from paddlex_nb.data.checks.masks import MaskJob, probe_masks
from paddlex_nb.data.checks.names import check_names
from paddlex_nb.data.checks.objects import clean_objects
from paddlex_nb.data.checks.outlines import clean_outlines
from paddlex_nb.data.checks.probing import probe_all
from paddlex_nb.data.checks.shown import check_shown
from paddlex_nb.data.checks.sizes import check_sizes
from paddlex_nb.data.checks.thickness import MOST, thickness
from paddlex_nb.data.formats.class_folders import ClassFolders
from paddlex_nb.data.formats.class_numbers import note_counted_from_one
from paddlex_nb.data.formats.unsupported import unsupported
from paddlex_nb.data.images.decode import MAX_PIXELS
from paddlex_nb.data.images.tile_reader import most_pixels
from paddlex_nb.data.images.tiles import Tiling
from paddlex_nb.data.importing.detect import Detected, detect
from paddlex_nb.data.importing.embedded import with_embedded
from paddlex_nb.data.importing.unread import note_photos, note_unread
from paddlex_nb.data.source.archives import is_archive, unpack
from paddlex_nb.data.source.file_tree import FileTree
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.report import Report
from paddlex_nb.data.source.scan import scan
from paddlex_nb.data.store.label_maps import IGNORE, MaskCode
from paddlex_nb.data.store.object_table import ObjectTableBuilder
from paddlex_nb.layout.dataset import DatasetFolder
from paddlex_nb.layout.memory import MemoryFiles


class NothingUsable(UserError):  # noqa: N818 - a UserError like the others
    """The data set holds no image that could be used; the findings say why.

    Attributes:
        detected: What it was recognised as, if there are images at all.
    """

    detected: Detected | None = None


class Examined(msgspec.Struct, frozen=True):
    """A data set that was read and checked; its draft holds only what can be used.

    Attributes:
        root: Folder that paths are relative to.
        detected: What it was recognised as.
        draft: Its usable images and labels.
        probes: What is known of each of these images.
        present: Class numbers that occur in each of them, sorted, each once.
        groups: For each the first image of its group of copies (see `find_duplicates`).
        masks_made: Masks are files in the data set's own folder (`DatasetFolder.masks`), not below
            the root.
    """

    root: Path
    detected: Detected
    draft: Draft
    probes: list[Probe]
    present: list[list[int]]
    groups: NDArray[np.int32]
    masks_made: bool


def examine(
    source: Path,
    task: Task | None,
    format_name: str | None,
    own: Path,
    report: Report,
    memory: Path | None = None,
    *,
    encoding: str = "",
    processes: bool = False,
    tiling: Tiling | None = None,
) -> Examined:
    """Read and check a data set; single problems are reported and never end it.

    Args:
        source: A folder or an archive.
        task: What its labels are for; detected if None.
        format_name: Its format; detected if None.
        own: Where an archive is unpacked and masks are made; laid out as a `DatasetFolder`.
        report: Takes findings and progress.
        memory: Folder in which is kept what is known of files, so that a second look is quick.
        encoding: Of text and of names in archives that are no UTF-8; detected if empty.
        processes: As for `pool.each`.
        tiling: How images will be cut, which may then be larger than others.

    Raises:
        NothingUsable: There is no image, or none that is sound and labelled.
        UserError: The source cannot be read or its format is not known.
    """
    most = most_pixels() if tiling else MAX_PIXELS
    tree = scan(_folder(source, DatasetFolder(own).files, report, encoding), report, encoding)
    tree = with_embedded(tree, DatasetFolder(own).files, report)
    if not tree.images:
        note_photos(tree, report)
        report.error("empty_dataset")
        if (named := unsupported(tree)) is not None:
            raise NothingUsable("data.no_images_but", path=source, seen=named)
        raise NothingUsable("data.no_images", path=source)
    detected = detect(tree, task, format_name)
    detected.tree.taken.clear()  # by looks of other formats
    draft = detected.format.read(detected.tree, report)
    note_unread(detected.tree, report, weak=detected.format.name == ClassFolders.name)
    check_names(draft, report)
    root = detected.tree.root
    paths = [image.path for image in draft.images]
    # what is unpacked is new to every look, and what is kept holds for the usual limit
    memory = None if root.is_relative_to(own) or most != MAX_PIXELS else memory
    kept = MemoryFiles.about(root, memory) if memory else None
    known = kept.probes if kept else None
    probes = probe_all(root, paths, report, known, processes=processes, most=most)
    masks_made = _needs_masks(detected.format.task, draft)
    masks = DatasetFolder(own).masks
    present = _check_labels(detected, draft, probes, masks, report, tiling)
    check_shown(draft, probes, report)
    sound = [row for row, probe in enumerate(probes) if probe.usable]
    if not sound:
        report.error("no_usable_images")
        error = NothingUsable("data.no_usable_images", path=source)
        error.detected = detected
        raise error
    draft = _only(draft, sound)
    probes, present = [probes[row] for row in sound], [present[row] for row in sound]
    check_classes(detected.format.task, draft, present, report)
    check_learnable(detected.format.task, draft, report)
    groups = find_duplicates(draft, probes, report, kept.alike if kept else None)
    return Examined(root, detected, draft, probes, present, groups, masks_made)


def _folder(source: Path, unpack_to: Path, report: Report, encoding: str) -> Path:
    """The folder to read: the source, or where it was unpacked."""
    try:
        source.stat()
    except PermissionError as error:
        raise UserError("data.not_readable", path=source) from error
    except OSError as error:  # missing, too long, a circle of links
        raise UserError("data.no_such_path", path=source) from error
    if not os.access(source, os.R_OK):
        raise UserError("data.not_readable", path=source)
    if source.is_file():
        if not is_archive(source):
            raise UserError("data.not_a_dataset_file", path=source)
        return unpack(source, unpack_to, report, encoding)
    archive = _only_archive(source)
    return unpack(archive, unpack_to, report, encoding) if archive else source


def _only_archive(folder: Path) -> Path | None:
    """The archive that a folder was made for, if nothing else is in it."""
    try:
        entries = [e for e in folder.iterdir() if not e.name.startswith(".")]
    except OSError:
        return None  # the scan says what is wrong
    return entries[0] if len(entries) == 1 and is_archive(entries[0]) else None


def _check_labels(
    detected: Detected,
    draft: Draft,
    probes: list[Probe],
    masks: Path,
    report: Report,
    tiling: Tiling | None,
) -> list[list[int]]:
    """Check masks and objects against their images; the classes present in each image.

    A probe whose mask is unusable becomes unusable itself.
    """
    if detected.format.task is Task.CLASSIFICATION:
        return [[image.class_id] for image in draft.images]
    sizes = np.array([(probe.width, probe.height) for probe in probes], np.int32).reshape(-1, 2)
    check_sizes(draft, probes, report)
    draft.objects = clean_objects(draft, sizes, report, tiling)
    clean_outlines(draft, draft.objects, sizes, report)
    check_attributes(draft, draft.objects, report)
    if detected.format.task is Task.SEGMENTATION:
        most = most_pixels() if tiling else MAX_PIXELS
        return _check_masks(detected.tree, draft, probes, masks, report, most)
    pairs = np.unique(np.stack([draft.objects.image, draft.objects.class_id], axis=1), axis=0)
    present: list[list[int]] = [[] for _ in probes]
    for row, number in pairs.tolist():
        present[row].append(number)
    return present


def _only(draft: Draft, rows: list[int]) -> Draft:
    """The draft with only some of its images, and their objects."""
    moved = np.full(len(draft.images), -1, np.int32)
    moved[rows] = np.arange(len(rows))
    objects = draft.objects
    objects.image = moved[objects.image]
    return msgspec.structs.replace(
        draft,
        images=[draft.images[row] for row in rows],
        objects=objects.take(np.flatnonzero(objects.image >= 0)),
    )


def _check_masks(
    tree: FileTree,
    draft: Draft,
    probes: list[Probe],
    folder: Path,
    report: Report,
    most: int,
) -> list[list[int]]:
    """As `_check_labels` for masks; those that do not hold class numbers are made in ``folder``."""
    if len(draft.classes) > IGNORE:  # a label map has a byte for each pixel
        raise UserError("data.too_many_classes_named", classes=len(draft.classes), most=IGNORE)
    pairs = _needs_masks(Task.SEGMENTATION, draft)
    rows = [row for row, probe in enumerate(probes) if probe.usable]
    outlines, every = _outlines(draft), -(-len(rows) // MOST)
    jobs = [
        MaskJob(
            probes[row].width,
            probes[row].height,
            draft.images[row].mask,
            outlines.get(row, []),
            folder / _mask_name(draft.images[row].path) if pairs else None,
            measured=place % every == 0,
        )
        for place, row in enumerate(rows)
    ]
    mask_probes = probe_masks(tree.root, jobs, draft.masks, len(draft.classes), report, most)
    draft.thickness = thickness(mask.depths for mask in mask_probes)
    present: list[list[int]] = [[] for _ in probes]
    for row, job, mask in zip(rows, jobs, mask_probes, strict=True):
        present[row] = mask.present
        strangers = [] if pairs else [value for value in mask.strangers if 0 <= value < IGNORE]
        draft.images[row].values = sorted([*mask.present, *strangers])
        if mask.problem is not None:
            probes[row].width = 0
        elif job.made is not None:
            draft.images[row].mask = job.made.name
    if not pairs:
        seen = {value for mask in mask_probes for value in (*mask.present, *mask.strangers)}
        note_counted_from_one(seen - {IGNORE}, len(draft.classes), (*draft.places, ".")[0], report)
    if not draft.classes:
        highest = max((number for numbers in present for number in numbers), default=-1)
        draft.classes = [str(i) for i in range(highest + 1)]
        draft.places = ["."] * len(draft.classes)
        if draft.classes:
            report.info("missing_labels", classes=len(draft.classes))
    draft.objects = ObjectTableBuilder().build()
    return present


def _needs_masks(task: Task, draft: Draft) -> bool:
    """Whether masks must be made: there are none, or their pixels are no class numbers."""
    bare = any(not image.mask for image in draft.images)
    return task is Task.SEGMENTATION and (bare or draft.masks != MaskCode())


def _mask_name(image: str) -> str:
    """The name of an image's made mask, the same in every later look."""
    return f"{sha1(image.encode(), usedforsecurity=False).hexdigest()[:20]}.png"


def _outlines(draft: Draft) -> dict[int, list[tuple[int, list[list[float]]]]]:
    """Class numbers and polygons of the objects of each image."""
    by_image: dict[int, list[tuple[int, list[list[float]]]]] = {}
    pairs = zip(draft.objects.image.tolist(), draft.objects.class_id.tolist(), strict=True)
    for row, (image, number) in enumerate(pairs):
        by_image.setdefault(image, []).append((number, draft.objects.outlines.of_object(row)))
    return by_image
