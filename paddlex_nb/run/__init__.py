"""A run: one model trained on one data set, with all that came of it.

`Run` is put together from groups of verbs, a file each, by what a user does with a run. A group
needs no more than the run's folder, and knows no other group.
"""

from __future__ import annotations

from collections.abc import Iterable

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.display.html import html_facts, html_text
from paddlex_nb.display.tables import columns
from paddlex_nb.item import Deletion
from paddlex_nb.run.evaluation import EvaluationVerbs
from paddlex_nb.run.export import ExportVerbs
from paddlex_nb.run.facts import RUN_COLUMNS, run_facts
from paddlex_nb.run.jobs import RunJob, TrainingJob
from paddlex_nb.run.labels import LabelVerbs
from paddlex_nb.run.prediction import PredictionVerbs
from paddlex_nb.run.training import TrainingVerbs
from paddlex_nb.runs.record import RunRecord, annotate, read_run

__all__ = ["RUN_COLUMNS", "Run", "RunJob", "TrainingJob", "run_facts"]


class Run(TrainingVerbs, EvaluationVerbs, PredictionVerbs, LabelVerbs, ExportVerbs):
    """A training run of the workspace."""

    @property
    def record(self) -> RunRecord:
        """What the run is: data set, model, every parameter."""
        return read_run(self.folder)

    def rename(self, name: str) -> None:
        """Give the run another name for people; its id and its folder stay as they are.

        Args:
            name: At most 200 characters.

        Raises:
            UserError: The name is empty or too long, or the workspace cannot be written.
        """
        annotate(self.folder, name=name)

    def annotate(
        self,
        *,
        note: str | None = None,
        tags: Iterable[str] | None = None,
        starred: bool | None = None,
        archived: bool | None = None,
    ) -> None:
        """Say something about the run, to find it by; what is left out stays as it is.

        Args:
            note: What to remember, at most 2,000 characters.
            tags: Words to find it by, instead of those it has; at most 20 of 50 characters.
            starred: Whether it is marked as one of the good ones.
            archived: Whether lists leave it out unless asked for.

        Raises:
            UserError: Something is too long, or the workspace cannot be written.
        """
        annotate(self.folder, note=note, tags=tags, starred=starred, archived=archived)

    def deletion(self) -> Deletion:
        """What deleting would free, and which models and runs refer to it; deletes nothing.

        Raises:
            UserError: Another run's training has not begun yet and needs the weights of this one.
        """
        from paddlex_nb.deletion import deletion_of_run

        return deletion_of_run(self.folder)

    def __repr__(self) -> str:
        facts, why = self._facts(), self.status.reason
        if why is not None:
            facts.append((tr("cli.column.reason"), why))
        return f"Run({', '.join(f'{name}: {value}' for name, value in facts)})"

    def _repr_html_(self) -> str:
        error = self.status.error
        html = html_facts(self.id, self._facts()[1:])
        return html + (html_text(error.text()) if error is not None else "")

    def _facts(self) -> list[tuple[str, object]]:
        try:
            return run_facts(self.id, self.record, self.status, self.summary)
        except UserError as error:
            head = columns("run", "state")
            return [(head[0], self.id), (head[1], str(error))]
