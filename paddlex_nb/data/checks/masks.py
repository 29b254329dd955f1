"""Whether semantic masks fit their images and hold class numbers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from paddlex_nb.data.image import DECODE_ERRORS, open_image
from paddlex_nb.data.pool import each
from paddlex_nb.data.records import Finding, Severity
from paddlex_nb.data.report import Report

IGNORE = 255
"""Mask value of pixels that belong to no class and do not count."""


class MaskJob(msgspec.Struct):
    """A mask and what it must fit.

    Attributes:
        path: File relative to the root.
        width: Width of its image in pixels.
        height: Height of its image in pixels.
        classes: Number of classes, or 0 if it is not known.
    """

    path: str
    width: int
    height: int
    classes: int


class MaskProbe(msgspec.Struct):
    """What was found out about a mask.

    Attributes:
        values: The class numbers in it, without `IGNORE`.
        usable: Whether its image can be used for training.
        findings: What is wrong with it.
    """

    values: list[int] = []
    usable: bool = True
    findings: list[Finding] = []


def probe_masks(root: Path, jobs: list[MaskJob], report: Report) -> list[MaskProbe]:
    """Look at every mask on all cores, reporting findings and progress (stage ``masks``)."""
    probes: list[MaskProbe] = []
    work, total = partial(_probe, root), len(jobs)
    for result in each(work, jobs, lambda done: report.progress("masks", done, total, "images")):
        for finding in result.findings:
            report.add(finding)
        probes.append(result)
    return probes


def _probe(root: Path, job: MaskJob) -> MaskProbe:
    try:
        with open_image(root / job.path) as image:
            if image.mode not in {"1", "L", "P", "I;16", "I"}:
                return _bad("mask_not_index", job.path, mode=image.mode)
            if image.size != (job.width, job.height):
                return _bad(
                    "mask_size_mismatch",
                    job.path,
                    mask=f"{image.width}x{image.height}",
                    image=f"{job.width}x{job.height}",
                )
            pixels = np.asarray(image)
    except Image.DecompressionBombError:
        return _bad("image_too_large", job.path, limit="–")
    except DECODE_ERRORS:
        return _bad("truncated_image", job.path)
    values = [int(v) for v in np.unique(pixels) if v != IGNORE]
    inside = [v for v in values if not job.classes or 0 <= v < job.classes]
    findings = []
    if strangers := sorted(set(values) - set(inside)):
        shown = ", ".join(map(str, strangers[:8])) + (" …" if len(strangers) > 8 else "")
        share = float(np.isin(pixels, strangers).mean())
        findings.append(
            Finding(
                "label_out_of_range",
                Severity.WARNING,
                job.path,
                values={
                    "numbers": shown,
                    "last": job.classes - 1,
                    "percent": round(share * 100, 1),
                },
            )
        )
    if values in ([], [0]):
        findings.append(Finding("mask_all_background", Severity.INFO, job.path))
    return MaskProbe(inside, True, findings)


def _bad(code: str, path: str, **values: str) -> MaskProbe:
    return MaskProbe([], False, [Finding(code, Severity.ERROR, path, values=dict(values))])
