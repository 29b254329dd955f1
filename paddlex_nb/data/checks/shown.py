"""Images that show hardly anything, reported: one by one, or as one fact if most are alike so."""

from __future__ import annotations

from collections import defaultdict

from paddlex_nb.data.checks.images import Probe
from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.report import Report

_MANY, _SHARE = 10, 0.2
"""From so many images on, if they are so large a share of all, darkness or softness is how the
images of this data set are (a microscope's, a depth camera's) and no fault of single ones."""

_AS_ONE = {"dark": "many_dark", "blurred": "many_blurred"}


def check_shown(draft: Draft, probes: list[Probe], report: Report) -> None:
    """Report blank, dark and blurred images.

    A dark image in which something was labelled is spared, unless there is nothing but noise:
    whoever labelled it saw it.

    Args:
        draft: The data set; its objects and masks were checked.
        probes: What is known of each image.
        report: Takes the findings.
    """
    labelled = set(draft.objects.image.tolist())
    labelled |= {row for row, image in enumerate(draft.images) if any(image.values)}
    by_look: defaultdict[str, list[int]] = defaultdict(list)
    usable = 0
    for row, probe in enumerate(probes):
        usable += probe.usable
        if not probe.usable or not probe.look or (probe.look == "faint" and row in labelled):
            continue
        by_look["dark" if probe.look == "faint" else probe.look].append(row)
    for look, rows in by_look.items():
        if look in _AS_ONE and len(rows) >= max(_MANY, _SHARE * usable):
            path = draft.images[rows[0]].path
            report.info(_AS_ONE[look], images=len(rows), total=usable, example=path)
            continue
        for row in rows:
            report.warning(f"{look}_image", draft.images[row].path)
