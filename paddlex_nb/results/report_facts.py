"""On what the figures of a report rest: data, weights, parameters, versions."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from paddlex_nb.core.i18n import tr
from paddlex_nb.display.tables import columns
from paddlex_nb.judging.evidence import Evidence
from paddlex_nb.layout.run import RunFolder
from paddlex_nb.params.catalogue import params
from paddlex_nb.results.evaluation import Evaluation
from paddlex_nb.version import __version__


def origin_facts(
    evidence: Evidence, folder: Path, evaluation: Evaluation
) -> list[tuple[str, object]]:
    """Run, checkpoint, data set with the fingerprint of its split, and versions, each by its label.

    Args:
        evidence: The evaluation.
        folder: The run's folder.
        evaluation: The same evaluation.
    """
    record, splits = evidence.record, RunFolder(folder).splits
    digest = hashlib.sha256(splits.read_bytes()).hexdigest()[:16] if splits.exists() else "–"
    return [
        (columns("run")[0], f"{record.name} ({record.id})"),
        (columns("model")[0], record.model),
        (columns("checkpoint")[0], f"{evaluation.checkpoint}, {evaluation.epoch}"),
        (columns("dataset")[0], f"{record.dataset} {record.dataset_version}"),
        (tr("display.report.split"), digest),
        (columns("images")[0], evaluation.images),
        (columns("when")[0], time.strftime("%Y-%m-%d %H:%M")),
        ("paddlex_nb", f"{record.version} → {__version__}"),
    ]


def parameter_facts(evidence: Evidence) -> list[tuple[str, object]]:
    """The run's parameters by their labels."""
    labels = {one.name: one.label for one in params(evidence.record.task)}
    return [
        (labels.get(name, name), "–" if value is None else value)
        for name, value in evidence.record.params.items()
    ]
