"""Whether semantic masks fit their images and hold class numbers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from paddlex_nb.core.files import disk_errors
from paddlex_nb.core.severity import Severity
from paddlex_nb.data.checks.thickness import Depths, depths
from paddlex_nb.data.images.decode import DECODE_ERRORS, MAX_PIXELS
from paddlex_nb.data.source.pool import each
from paddlex_nb.data.source.report import Report, Value
from paddlex_nb.data.store.label_maps import (
    IGNORE,
    MaskCode,
    WrongMode,
    class_numbers,
    draw,
    read_values,
    save,
)
from paddlex_nb.data.store.records import Finding

_VOID = 0.2
"""A value without class in this share of the masks is meant: pixels that nobody labelled."""

_BLUR = 8
"""So many values without class in one mask are not labels but the smoothing of edges."""

_large = threading.Lock()  # two such masks at once could fill the memory


class MaskJob(msgspec.Struct):
    """A mask and what it must fit.

    Attributes:
        width: Width of its image in pixels.
        height: Height of its image in pixels.
        path: Its file relative to the root; empty if it is drawn.
        objects: Class number and polygons of the objects that it is drawn from.
        made: Where it is written in class numbers, if its file does not hold them already.
        measured: Whether to look how thick what it shows is.
    """

    width: int
    height: int
    path: str = ""
    objects: list[tuple[int, list[list[float]]]] = []
    made: Path | None = None
    measured: bool = False


class MaskProbe(msgspec.Struct):
    """What decoding one mask file showed.

    Attributes:
        present: The class numbers in it.
        strangers: How many pixels have each value that is no class.
        problem: Why its image cannot be used for training: a finding's code and values.
        depths: How deep the pixels of each class lie, if that was asked for.
    """

    present: list[int] = []
    strangers: dict[int, int] = {}
    problem: tuple[str, dict[str, str]] | None = None
    depths: Depths = {}


def probe_masks(
    root: Path,
    jobs: list[MaskJob],
    code: MaskCode,
    classes: int,
    report: Report,
    most: int = MAX_PIXELS,
) -> list[MaskProbe]:
    """Look at every mask on all cores, reporting findings and progress (stage ``masks``).

    Args:
        root: Folder of the files.
        jobs: The masks.
        code: What their pixels mean.
        classes: Number of classes, or 0 if it is not known.
        report: Takes findings and progress.
        most: The most pixels that a mask may have.

    Raises:
        UserError: A mask cannot be written.
    """
    work, total = partial(_probe, root, code, classes, most), len(jobs)
    probes = list(each(work, jobs, lambda done: report.progress("masks", done, total, "images")))
    void = _void_values(jobs, probes, code, report)
    for job, probe in zip(jobs, probes, strict=True):
        if probe.problem is not None:
            name, values = probe.problem
            report.error(name, job.path, **values)
        elif probe.strangers:
            meant = probe.strangers.keys() <= void
            severity = Severity.INFO if meant else Severity.WARNING
            fill: dict[str, Value] = {
                "numbers": _shown(probe.strangers, code),
                "last": classes - 1,
                "percent": _percent(probe.strangers.values(), [job]),
            }
            report.add(Finding("label_out_of_range", severity, job.path, values=fill))
        if probe.problem is None and probe.present in ([], [0]):
            report.info("mask_all_background", job.path)
    return probes


def _probe(root: Path, code: MaskCode, classes: int, most: int, job: MaskJob) -> MaskProbe:
    with _large if job.width * job.height > MAX_PIXELS else nullcontext():
        return _seen(root, code, classes, most, job)


def _seen(root: Path, code: MaskCode, classes: int, most: int, job: MaskJob) -> MaskProbe:
    if not job.path:
        label_map = draw(job.objects, job.width, job.height)
        strangers: dict[int, int] = {}
    else:
        try:
            values = read_values(root / job.path, code, most)
        except WrongMode as error:
            return MaskProbe(problem=("mask_not_index", {"mode": str(error)}))
        except Image.DecompressionBombError:
            return MaskProbe(problem=("image_too_large", {"limit": f"{most / 1e6:.0f} MP"}))
        except DECODE_ERRORS:
            return MaskProbe(problem=("truncated_image", {}))
        if values.shape != (job.height, job.width):
            height, width = values.shape
            sizes = {"mask": f"{width}x{height}", "image": f"{job.width}x{job.height}"}
            return MaskProbe(problem=("mask_size_mismatch", sizes))
        label_map, strangers = class_numbers(values, code, classes)
    if job.made is not None:
        with disk_errors(job.made):
            save(label_map, job.made)
    present = np.unique(label_map).tolist()
    found = depths(label_map) if job.measured else {}
    return MaskProbe([number for number in present if number != IGNORE], strangers, depths=found)


def _void_values(
    jobs: list[MaskJob], probes: list[MaskProbe], code: MaskCode, report: Report
) -> set[int]:
    """Values without class that are in so many masks that they are meant; reports what for."""
    few = [p for p in probes if p.strangers and len(p.strangers) < _BLUR]
    counts = Counter(value for probe in few for value in probe.strangers)
    void = {value for value, masks in counts.items() if masks > max(1, _VOID * len(probes))}
    for value in sorted(void):
        percent = _percent((probe.strangers.get(value, 0) for probe in few), jobs)
        shown = _shown([value], code)
        report.warning("void_value", value=shown, masks=counts[value], percent=percent)
    if blurred := [j.path for j, p in zip(jobs, probes, strict=True) if len(p.strangers) >= _BLUR]:
        report.warning("blurred_masks", masks=len(blurred), example=blurred[0])
    return void


def _shown(values: Iterable[int], code: MaskCode) -> str:
    first = sorted(values)[: _BLUR + 1]
    texts = [f"#{value:06x}" if code.colours else str(value) for value in first]
    return ", ".join(texts[:_BLUR]) + (" …" if len(texts) > _BLUR else "")


def _percent(pixels: Iterable[int], jobs: list[MaskJob]) -> float:
    return round(100 * sum(pixels) / sum(job.width * job.height for job in jobs), 1)
