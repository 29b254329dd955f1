"""The newest results of a run's jobs: its evaluations and its exports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paddlex_nb.item import Item
from paddlex_nb.jobs.job import State
from paddlex_nb.results.evaluation import Evaluation, Evaluations
from paddlex_nb.results.export import Export, Exports
from paddlex_nb.runs.origin import staleness


def newest_evaluations(run: Path, *, photos: bool = False) -> Evaluations:
    """The newest evaluation of each split and checkpoint of a run, newest first.

    Args:
        run: The run's folder.
        photos: Those of whole photos of a data set in tiles, in place of those of tiles.
    """
    kind = "evaluate_photos" if photos else "evaluate"
    results = _newest_results(run, kind, ("split", "checkpoint"))
    return Evaluations(Evaluation.from_dict(one, run) for one in results)


def newest_exports(run: Path) -> Exports:
    """The newest export to each folder of a run, newest first.

    Args:
        run: The run's folder.
    """
    return Exports(map(Export.from_dict, _newest_results(run, "export", ("out",))))


def _newest_results(run: Path, kind: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """Results of jobs of a kind that ended well, the newest of those with equal arguments.

    Each has ``stale``: why it is stale, in a sentence, or None.
    """
    newest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for job in reversed(Item(run).jobs(kind)):
        status, asked = job.status, job.spec.arguments
        key = tuple(asked.get(name) for name in names)
        if status.state is State.DONE and key not in newest:
            why = staleness(run, status.result)
            newest[key] = {**status.result, "stale": None if why is None else why.text()}
    return list(newest.values())
