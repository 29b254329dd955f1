"""What is to be evaluated, or shown: a checkpoint on a split, by its images or by whole photos."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from paddlex_nb.core.i18n import tr
from paddlex_nb.data.store.split_file import read_splits
from paddlex_nb.jobs.job import Job
from paddlex_nb.run import Run
from paddlex_nb.runs.checkpoint import CheckpointStore
from paddlex_nb.widgets.app.event_loop import Call
from paddlex_nb.widgets.app.toolkit import styled

_KINDS = {False: "evaluate", True: "evaluate_photos"}
"""Jobs that evaluate a data set's own images, and whole photos that they are tiles of."""

Wanted = dict[str, Any]
"""Arguments of `Run.evaluate`: ``split``, ``checkpoint`` and ``photos``."""


class EvaluationChoice:
    """The fields that say what is evaluated; they begin with what was evaluated last.

    Args:
        run: The run.
        do: Has work done on the event loop.
        chosen: Called on the event loop when something else was chosen.

    Attributes:
        widgets: The fields.
    """

    def __init__(self, run: Run, do: Callable[[Call], None], chosen: Call) -> None:
        self._run = run
        divided = read_splits(run.folder)
        # the training images last: figures of them say little, but their labels can be looked at
        counts = {one: len(getattr(divided, one)) for one in ("test", "val", "train")}
        splits = [(f"{tr(f'data.split.{s}')} ({n:,})", s) for s, n in counts.items() if n]
        tiles = run.record.tiles is not None
        options: dict[str, list[tuple[str, Any]]] = {
            "checkpoint": self._checkpoints(),
            "split": splits,
            "photos": [
                (tr("wizard.evaluation.of_tiles"), False),
                *([(tr("wizard.evaluation.of_photos"), True)] if tiles else []),
            ],
        }
        before = self._before(options)
        self._fields = {
            name: styled(
                w.Dropdown(
                    options=offered, value=before[name], description=tr(f"wizard.evaluation.{name}")
                ),
                *("field", f"evaluated-{name}"),
            )
            for name, offered in options.items()
        }
        for field in self._fields.values():
            field.observe(lambda _: do(chosen), "value")
        self._fields["photos"].layout.display = "" if tiles else "none"
        self.widgets: list[w.Widget] = list(self._fields.values())

    @property
    def wanted(self) -> Wanted:
        """What is chosen."""
        return {name: field.value for name, field in self._fields.items()}

    def newest(self) -> Job | None:
        """The newest evaluation of what is chosen, stale or not."""
        wanted = self.wanted
        jobs = reversed(self._run.jobs(_KINDS[wanted["photos"]]))
        return next((job for job in jobs if _asked(job) == wanted), None)

    def _before(self, options: dict[str, list[tuple[str, Any]]]) -> Wanted:
        """The evaluation that was made last, if it can still be shown; else of the best."""
        asked = next(
            (_asked(job) for job in reversed(self._run.jobs()) if job.kind in _KINDS.values()),
            {},
        )
        known = bool(asked) and all(
            asked[name] in {value for _, value in offered} for name, offered in options.items()
        )
        return asked if known else {name: offered[0][1] for name, offered in options.items()}

    def _checkpoints(self) -> list[tuple[str, Any]]:
        """The best and the last checkpoint, and every epoch that was kept, the newest first."""
        named = [(tr(f"wizard.evaluation.{name}"), name) for name in ("best", "last")]
        kept = [name for name in CheckpointStore(self._run.folder).names() if name[:6] == "epoch-"]
        return named + [
            (tr("wizard.evaluation.epoch", epoch=int(name[6:])), name)
            for name in kept
            if name[6:].isdecimal()
        ]


def _asked(job: Job) -> Wanted:
    """What a job was asked to evaluate; an epoch by the name of its checkpoint."""
    asked = {name: str(job.spec.arguments.get(name)) for name in ("split", "checkpoint")}
    if asked["checkpoint"].isdecimal():
        asked["checkpoint"] = f"epoch-{asked['checkpoint']}"
    return {**asked, "photos": job.kind == _KINDS[True]}
