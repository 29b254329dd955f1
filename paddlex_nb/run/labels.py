"""What a run's predictions say of the labels: which are likely wrong, what corrections change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paddlex_nb.core.errors import UserError
from paddlex_nb.item import Item
from paddlex_nb.runs.required import require_dataset

if TYPE_CHECKING:
    from paddlex_nb.results.evaluation import Evaluation
    from paddlex_nb.results.label_errors import LabelErrors, Relabelled


class LabelVerbs(Item):
    """Labels of the data set, held against the predictions of a run."""

    def label_errors(self, split: str = "val", checkpoint: str = "best") -> LabelErrors:
        """The labels of a split that are likely wrong, by an evaluation that was made of it.

        Compared are the stored predictions with the labels of today: what was corrected or kept
        since is not suggested again. On the training images too: errors there have been learned,
        but most models still disagree with many of them.

        Args:
            split: ``val``, ``test`` or ``train``.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.

        Returns:
            A list that shows itself as a table, the likeliest first: images with the wrong class;
            objects that are not labelled, badly placed, superfluous or of the wrong class;
            areas of masks with the wrong class. ``draw(place)`` draws one, ``keep(place)`` says
            that it is right.

        Raises:
            UserError: It was not evaluated on that split, or the data set or the predictions are
                gone or damaged.
        """
        from paddlex_nb.data.store.records import split_name
        from paddlex_nb.evaluation.split import check_split
        from paddlex_nb.results.label_errors import found_label_errors
        from paddlex_nb.results.newest import newest_evaluations

        check_split(split)
        dataset = require_dataset(self.folder)
        made = newest_evaluations(self.folder)
        asked = (e for e in made if (e.split, e.requested) == (split, checkpoint))
        evaluation = next(asked, None)
        if evaluation is None:
            raise UserError(
                "label_errors.not_evaluated",
                run=self.id,
                split=split_name(split),
                checkpoint=checkpoint,
            )
        return found_label_errors(self.folder, dataset, evaluation.data)

    def rescore(self, evaluation: Evaluation) -> Relabelled:
        """Judge the predictions of an evaluation by the labels of today; nothing is predicted.

        A run is evaluated with the labels that it was trained with: this shows what corrections
        that were made since change.

        Args:
            evaluation: One of `evaluations`.

        Returns:
            Metrics before and after, with the interval of the difference; shows itself as a table.

        Raises:
            UserError: The data set or the predictions are gone or damaged, or its classes have
                changed.
        """
        from paddlex_nb.results.label_errors import relabelled

        evaluation.check_run(self.folder)
        return relabelled(self.folder, evaluation.data)
