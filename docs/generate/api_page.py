"""The Python API: every public name, and what its methods give."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import paddlex_nb

_GIVEN = (
    "edits.Edits",
    "comparison.Comparison",
    "judging.judgement.Judgement",
    "results.checkpoints.Checkpoints",
    "results.compared.Compared",
    "results.disk.DiskUse",
    "results.explanation.Explanation",
    "results.findings.Findings",
    "results.label_errors.LabelErrors",
    "results.recommendation.Recommendation",
    "results.slices.Slices",
    "results.threshold.Thresholds",
)
"""What public methods give, by where it is defined."""


def page() -> str:
    """A heading and a directive for each name; mkdocstrings reads the docstrings."""
    return "\n\n".join(f"::: {name}" for name in names())


def names() -> Iterator[str]:
    """Where each thing of the page is defined: public names first, then what they give."""
    for name in paddlex_nb.__all__:
        thing = getattr(paddlex_nb, name)
        if inspect.isclass(thing) or inspect.isfunction(thing):
            yield f"{thing.__module__}.{thing.__qualname__}"
    for name in _GIVEN:
        yield f"paddlex_nb.{name}"
