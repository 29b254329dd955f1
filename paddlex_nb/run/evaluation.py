"""What a user does to know how good a run's model is: evaluate it, read and judge the results."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from paddlex_nb.core.errors import UserError
from paddlex_nb.item import Item
from paddlex_nb.jobs.launch import launch
from paddlex_nb.run.jobs import RunJob, finished
from paddlex_nb.runs.record import read_run
from paddlex_nb.runs.required import require_checkpoint, require_dataset

if TYPE_CHECKING:
    from paddlex_nb.judging.judgement import Judgement
    from paddlex_nb.results.checkpoints import Checkpoints
    from paddlex_nb.results.evaluation import Evaluation, Evaluations
    from paddlex_nb.results.ranking import RankedPrediction


class EvaluationVerbs(Item):
    """The evaluations of a run."""

    @overload
    def evaluate(
        self,
        split: str = "val",
        checkpoint: str = "best",
        *,
        photos: bool = False,
        wait: Literal[True] = True,
        progress: bool = True,
    ) -> Evaluation: ...
    @overload
    def evaluate(
        self,
        split: str = "val",
        checkpoint: str = "best",
        *,
        photos: bool = False,
        wait: Literal[False],
        progress: bool = True,
    ) -> RunJob[Evaluation]: ...

    def evaluate(
        self,
        split: str = "val",
        checkpoint: str = "best",
        *,
        photos: bool = False,
        wait: bool = True,
        progress: bool = True,
    ) -> Evaluation | RunJob[Evaluation]:
        """Evaluate a checkpoint on a split.

        Warns if the training was still going on.

        Args:
            split: ``val``, ``test`` or ``train``.
            checkpoint: ``best``, ``last`` or the number of an epoch that was kept.
            photos: Of a data set in tiles, measure whole photos: each is predicted by tiles, and
                what is merged is held against the photo's whole labels, read from where the data
                set was imported. Such an evaluation is among `evaluations` of photos.
            wait: Wait for the result; else the job is given at once.
            progress: Show a progress bar while waiting.

        Raises:
            KeyboardInterrupt: Ctrl-C while waiting; the job goes on.
            UserError: There is no such checkpoint or no image in that split, or the data set was
                deleted; with ``photos``, its images are no tiles, or the photos are gone.
        """
        from paddlex_nb.evaluation.split import check_split
        from paddlex_nb.results.evaluation import Evaluation

        check_split(split)
        require_checkpoint(self.folder, checkpoint)
        require_dataset(self.folder)
        arguments: dict[str, Any] = {"split": split, "checkpoint": checkpoint}
        if photos:
            if (record := read_run(self.folder)).tiles is None:
                raise UserError("evaluation.not_tiled", run=record.id)
            arguments["photos"] = True
        kind = "evaluate_photos" if photos else "evaluate"
        read = partial(Evaluation.from_dict, folder=self.folder)
        job = RunJob(launch(self.folder, kind, arguments).folder, read)
        return finished(job, progress=progress) if wait else job

    def evaluations(self, *, photos: bool = False) -> Evaluations:
        """What was evaluated: the newest result of each split and checkpoint, newest first.

        Args:
            photos: Of a data set in tiles, the evaluations of whole photos; else those of tiles.

        Returns:
            A list that shows itself as a table; ``stale`` of each says why it is stale (the
            checkpoint of that name has been replaced since).
        """
        from paddlex_nb.results.newest import newest_evaluations

        return newest_evaluations(self.folder, photos=photos)

    def checkpoints(self, split: str = "val") -> Checkpoints:
        """The checkpoints that were kept, and how good each is on a split.

        Args:
            split: ``val``, ``test`` or ``train``.

        Returns:
            A list that shows itself as a table: best, last, then the kept epochs; those in its
            ``missing`` were not evaluated on the split yet.

        Raises:
            UserError: There is no such split.
        """
        from paddlex_nb.evaluation.split import check_split
        from paddlex_nb.results.checkpoints import kept_checkpoints

        check_split(split)
        return kept_checkpoints(self.folder, self.evaluations(), split)

    def judge(self, evaluation: Evaluation) -> Judgement:
        """Say in words what an evaluation of the run means, how sure it is, and what to do next.

        Args:
            evaluation: One of `evaluations`.

        Returns:
            A judgement that shows itself as text.

        Raises:
            UserError: It is of another run, or the run is damaged.
        """
        from paddlex_nb.judging.judge import judge

        evaluation.check_run(self.folder)
        return judge(self.folder, evaluation.data)

    def worst(
        self,
        evaluation: Evaluation,
        count: int = 20,
        by: Literal["errors", "loss", "doubt", "alike"] = "errors",
    ) -> list[RankedPrediction]:
        """The images of an evaluation with most errors, the worst first; ``draw()`` draws each.

        Each has its ``errors``, and as far as the task knows them ``true_class``, ``loss`` and
        ``doubt``.

        Args:
            evaluation: One of `evaluations`.
            count: How many at most.
            by: ``errors``; ``loss``, by the cross-entropy of each image (classification);
                ``doubt``, those first that the model is least sure of (objects with
                scores near the threshold); or ``alike``, those with errors, the images with the
                same main error together and the most frequent one first.

        Raises:
            UserError: It is of another run, there is no such order, the number is below 1, the
                stored predictions or the data set are gone or damaged, or nothing is stored that
                would tell of loss (tasks other than classification) or of doubt (semantic
                segmentation).
        """
        from paddlex_nb.results.ranking import ranked_predictions

        evaluation.check_run(self.folder)
        return ranked_predictions(self.folder, evaluation, count, by)

    def report(self, evaluation: Evaluation, out: str | Path) -> Path:
        """Write an evaluation of the run as one HTML file that needs no network, or as tables.

        It has what the evaluation means, figures with 95 % intervals, the confusion matrix, the
        images with most and with fewest errors, and what all of it rests on.

        Args:
            evaluation: One of `evaluations`.
            out: The file; its suffix is ``.html``, or ``.xlsx`` for a workbook of tables, which
                has every image but no pictures.

        Returns:
            ``out``, made absolute.

        Raises:
            UserError: The run is damaged, ``out`` has another suffix, or the disk refuses.
        """
        from paddlex_nb.results.report import write_report

        evaluation.check_run(self.folder)
        return write_report(self.folder, evaluation, Path(out).expanduser().absolute())

    @property
    def threshold(self) -> float | None:
        """Least score of the objects that count, 0 to 1; None in tasks without such objects.

        It is what `set_threshold` has chosen, else the run's parameter ``score_threshold``; every
        prediction, evaluation and export from then on has it.
        """
        from paddlex_nb.evaluation.threshold import score_threshold

        return score_threshold(read_run(self.folder))

    def set_threshold(self, threshold: float | None) -> None:
        """Keep a score threshold with the run; its parameter stays as it was trained.

        Args:
            threshold: Least score of the objects that count, 0 to 1, such as
                ``evaluation.thresholds().best.threshold``; None goes back to the parameter.

        Raises:
            UserError: It is no number from 0 to 1, the task has no such threshold, or the
                workspace cannot be written.
        """
        from paddlex_nb.runs.threshold import choose_threshold

        choose_threshold(self.folder, threshold)
