"""Whether images have the size that their labels were made for."""

from __future__ import annotations

from collections.abc import Sequence

from paddlex_nb.data.checks.images import Probe
from paddlex_nb.data.source.parsed import UNSAID, Draft
from paddlex_nb.data.source.report import Report


def check_sizes(draft: Draft, probes: Sequence[Probe], report: Report) -> None:
    """Report images of another size than their labels say: boxes and outlines lie elsewhere then.

    Either the image was resized after it was labelled, or it is shown turned (EXIF) and was
    labelled as it is stored.
    """
    for image, probe in zip(draft.images, probes, strict=True):
        if image.size in (UNSAID, (probe.width, probe.height)) or not probe.usable:
            continue
        claimed, size = f"{image.size[0]}x{image.size[1]}", f"{probe.width}x{probe.height}"
        values = {"image": image.path, "said": claimed, "size": size}
        report.warning("size_mismatch", image.labels or image.path, image.place, **values)
