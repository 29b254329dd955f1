"""What can be asked of the predictions that an evaluation has stored, image by image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import tr
from paddlex_nb.core.task import Task
from paddlex_nb.metrics.figure_intervals import FigureInterval
from paddlex_nb.results.base import ModelResult

if TYPE_CHECKING:
    from paddlex_nb.data.explore import Query
    from paddlex_nb.judging.evidence import Evidence
    from paddlex_nb.results.class_curves import ClassCurves
    from paddlex_nb.results.compared import Compared
    from paddlex_nb.results.slices import Slices


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class StoredEvaluation(ModelResult):
    """An evaluation whose predictions lie in its run's folder.

    What is read of them is read once: who wants to know what corrections that were made since
    change gets the evaluation anew (`Run.evaluations`).

    Attributes:
        classes: As in `Evaluation`.
        split: Likewise.
        threshold: Likewise.
        folder: The run's folder; None if the evaluation was read from elsewhere.
    """

    classes: list[str]
    split: str
    threshold: float | None
    folder: Path | None = None

    def intervals(self) -> list[FigureInterval]:
        """Figures with 95 % intervals, overall and of each class.

        Accuracy, F1 or IoU, and in tasks with objects average precision: `FigureInterval` names
        them. They say how far the figures might be others with other images of the kind: the
        images are drawn anew with replacement, up to 1,000 times (bootstrap).

        Raises:
            UserError: The stored predictions are gone or of an early version.
        """
        found = self.evidence().figure_intervals
        if found is None:
            raise self._gone()
        return list(found.values())

    def class_curves(self) -> ClassCurves:
        """ROC, precision over recall, calibration and top-k of a classifier, with their figures.

        Raises:
            UserError: It is no classifier, or its scores were not kept (by an early version).
        """
        from paddlex_nb.results.class_curves import ClassCurves

        evidence = self.evidence()
        if evidence.task is not Task.CLASSIFICATION:
            raise UserError("display.curves.no_classifier")
        if evidence.class_scores is None:
            raise UserError("display.curves.no_scores")
        return ClassCurves(evidence.class_scores, evidence.classes)

    def compare(self, before: StoredEvaluation) -> Compared:
        """Hold this evaluation against another one of the same images.

        Args:
            before: Of another checkpoint, another run, or of earlier.

        Returns:
            Differences (this one minus ``before``) with 95 % intervals, and which images were
            improved and which worsened.

        Raises:
            UserError: Stored predictions are gone, or no image is in both.
        """
        from paddlex_nb.results.compared import compared

        pair = [(one.record, one.files) for one in (before.evidence(), self.evidence())]
        return compared(*pair)

    def slices(
        self, by: str | Sequence[str] | None = None, queries: Mapping[str, Query] | None = None
    ) -> Slices:
        """The main figure by parts of the images, those first that are worse than the rest.

        Args:
            by: By what images are divided: ``class``, ``objects`` (how many), ``object_size``,
                ``image_size``, ``brightness``, ``sharpness``, ``folder``, ``group``; all if None.
            queries: More parts by name: what can be looked for among the images of a data set.

        Returns:
            A list that shows itself as a table; ``to_pandas`` has all of it.

        Raises:
            UserError: There is no such kind, or predictions or data set are gone or damaged.
        """
        from paddlex_nb.results.slice_kinds import KINDS
        from paddlex_nb.results.slices import slices_of

        return slices_of(
            self.evidence(), KINDS if by is None else (by,) if isinstance(by, str) else by, queries
        )

    def check_run(self, folder: Path) -> None:
        """Refuse to be taken for an evaluation of another run.

        Args:
            folder: The run's folder.

        Raises:
            UserError: It was got from another run.
        """
        if self.folder is not None and self.folder.resolve() != folder.resolve():
            raise UserError("display.other_run", other=self.folder.name, run=folder.name)

    def evidence(self) -> Evidence:
        """The evaluation with the files of its run.

        Raises:
            UserError: It was not got from a run, or the run is damaged.
        """
        return self._evidence

    @cached_property
    def _evidence(self) -> Evidence:
        from paddlex_nb.judging.evidence import Evidence

        if self.folder is None:
            raise self._gone()
        return Evidence(self.folder, self.data)

    def _gone(self) -> UserError:
        split = self.split or "val"
        return UserError("display.no_predictions", split=tr(f"data.split.{split}"))
