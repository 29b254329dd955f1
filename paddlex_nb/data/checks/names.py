"""Names that are legal but have hurt other tools: they are kept, shown as text and reported."""

from __future__ import annotations

import re

from paddlex_nb.data.source.parsed import Draft
from paddlex_nb.data.source.report import Report

_MARKUP = re.compile(r"[<>&\x00-\x1f\x7f]")
_FORMULA = re.compile(r"[=+\-@]")
_LONG = 200
"""Bytes of a file name; a file system's limit is 255, and tools add endings."""


def check_names(draft: Draft, report: Report) -> None:
    """Report class and file names with markup, formulas or excessive length."""
    for name, place in zip(draft.classes, draft.places, strict=True):
        if _MARKUP.search(name):
            report.info("unsafe_class_name", place, name=name)
        if _FORMULA.match(name):
            report.info("formula_class_name", place, name=name)
    for image in draft.images:
        name = image.path.rpartition("/")[2]
        if _MARKUP.search(name):
            report.info("unsafe_name", image.path)
        if len(name.encode("utf-8")) > _LONG:
            report.info("long_name", image.path, bytes=len(name.encode("utf-8")))
