"""Probing all images of a data set, of which only those that have changed are decoded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from paddlex_nb.data.checks.images import NO_MEMORY, Probe, probe
from paddlex_nb.data.images.decode import MAX_PIXELS
from paddlex_nb.data.source.file_cache import Remembered
from paddlex_nb.data.source.report import Report

_PURPOSE = "probe 4"
"""To be counted up with every change of what a probe finds: kept results are then forgotten."""

_FEW_BITS = 14
"""Of 16; what cameras and microscopes of 10, 12 and 14 bits save."""


def probe_all(
    root: Path,
    paths: list[str],
    report: Report,
    memory: Path | None = None,
    *,
    processes: bool = False,
    most: int = MAX_PIXELS,
) -> list[Probe]:
    """Probe every image on all cores, reporting findings and progress (stage ``check``).

    Args:
        root: Folder of the images.
        paths: The images.
        report: Takes findings and progress.
        memory: File in which results are kept, so that unchanged images are not probed again.
        processes: As for `pool.each`.
        most: The most pixels that an image may have.
    """
    work, total = partial(probe, root, most=most), len(paths)
    known = Remembered(memory, Probe, _PURPOSE)

    def advance(done: int) -> None:
        report.progress("check", done, total, "images")

    probes = known.each(work, root, paths, advance, processes=processes, lasting=_lasting)
    for probe_ in probes:
        for finding in probe_.findings:
            report.add(finding)
        probe_.findings = []
    _report_bits(paths, probes, report)
    return probes


def _report_bits(paths: Sequence[str], probes: Sequence[Probe], report: Report) -> None:
    """Report 16-bit images none of which uses all of its bits."""
    deep = [(path, probe_.bits) for path, probe_ in zip(paths, probes, strict=True) if probe_.bits]
    bits = max((used for _, used in deep), default=16)
    if bits <= _FEW_BITS:
        report.warning("few_bits", images=len(deep), bits=bits, example=deep[0][0])


def _lasting(probe_: Probe) -> bool:
    """Whether it is so as long as the file is the same; memory may be free the next time."""
    return all(finding.code != NO_MEMORY for finding in probe_.findings)


def known_probes(memory: Path, paths: Sequence[str]) -> dict[str, Probe]:
    """What was found out about images when they were last looked at, their files there or not.

    Args:
        memory: As for `probe_all`.
        paths: The images; those that are not known are left out.
    """
    known = Remembered(memory, Probe, _PURPOSE)
    return {path: probe for path in paths if (probe := known.last(path)) is not None}
