"""An evaluation judged: in words first, then what to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paddlex_nb.core.i18n import Message
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.judging.judgement import MOST_STEPS, Judgement, NextStep, Remark
from paddlex_nb.judging.rules import RULES
from paddlex_nb.judging.summary import summary


def judge(folder: Path, result: Mapping[str, Any]) -> Judgement:
    """Judge an evaluation by all that is known of its run.

    Args:
        folder: The run's folder.
        result: The evaluation as plain JSON.

    Raises:
        UserError: The run is damaged.
    """
    return judged(Evidence(folder, result))


def judged(evidence: Evidence) -> Judgement:
    """Judge by evidence that is gathered already."""
    remarks = tuple(remark for rule in RULES for remark in rule(evidence))
    return Judgement(tuple(summary(evidence)), remarks, tuple(_steps(evidence, remarks)))


def _steps(evidence: Evidence, remarks: tuple[Remark, ...]) -> list[NextStep]:
    """The first step of each kind; one that looks at the errors, if there are any."""
    steps: dict[str, NextStep] = {}
    for remark in remarks:
        for step in remark.steps:
            steps.setdefault(step.kind, step)
    errors = int(evidence.matrix.sum() - evidence.matrix.trace())
    if errors:
        look = NextStep("look", Message("judging.why.look"))
        return [*list(steps.values())[: MOST_STEPS - 1], look]
    return list(steps.values())[:MOST_STEPS]
