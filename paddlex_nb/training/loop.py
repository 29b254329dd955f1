"""The one training loop, for all tasks: it knows batches, steps and epochs, and nothing else."""

from __future__ import annotations

import math
import time
from functools import partial
from typing import Any

import msgspec

from paddlex_nb.contracts.adapter import Adapter
from paddlex_nb.contracts.batch import Batch
from paddlex_nb.contracts.learner import NotFiniteError
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.files import write_json
from paddlex_nb.evaluation.evaluate import evaluate, stop_if_asked
from paddlex_nb.jobs.context import JobContext
from paddlex_nb.jobs.events import Checkpoint, Epoch, Resumed
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.runs.checkpoint import Arrays, CheckpointInfo, CheckpointStore, with_section
from paddlex_nb.runs.summary import SummaryWriter
from paddlex_nb.training.best import deciding_first, with_best
from paddlex_nb.training.load import peak_memory
from paddlex_nb.training.report import StepReport
from paddlex_nb.training.samples import Samples
from paddlex_nb.training.schedule import Schedule
from paddlex_nb.training.time_limit import MINUTE, TimeLimit
from paddlex_nb.training.vdl import VisualDL

_SAVING_SHARE = 0.05
"""Checkpoints between the best one and the end may cost this share of the time."""

_SAVE_WITHIN_EPOCH = 300.0
"""Seconds after which a checkpoint is written in the middle of an epoch."""


class Loop:
    """Trains one run, from its beginning or its last checkpoint.

    Args:
        context: The job.
        adapter: The run's model and data.
        epochs: Train to this epoch; by default the run's ``epochs``.
    """

    def __init__(self, context: JobContext, adapter: Adapter, epochs: int | None = None) -> None:
        config = adapter.setup.config
        self._context = context
        self._adapter = adapter
        adapter.waiting = partial(stop_if_asked, context)
        self._learner = adapter.learner()
        self._store = CheckpointStore(adapter.setup.folder)
        self._summary = SummaryWriter(adapter.setup.folder)
        self._samples = Samples(context, adapter)
        self._config = config
        self._epochs = epochs or config.epochs
        self._steps = adapter.steps_per_epoch
        self._planned = Schedule.from_config(config, self._steps, self._epochs)
        self._schedule = self._planned
        # who asks for an epoch by its number wants it, however long it takes
        self._minutes = None if epochs else config.time_limit
        self._limit: TimeLimit | None = None
        self._state = CheckpointInfo(name="last", epoch=0, step=0)
        self._saved = time.monotonic()
        self._saving = 0.0
        self._whole = True
        """Whether the model's state belongs to a number of whole steps, and is worth keeping."""

    def resume(self) -> None:
        """Go on from the last checkpoint; from the beginning, if the run never came to one.

        Raises:
            UserError: It is damaged.
        """
        if "last" in self._store.names():
            self._state, arrays = self._store.load("last")
            self._learner.load_state(arrays)
        self._samples.resume(self._state.epoch)
        self._context.emit(Resumed(epoch=self._state.epoch, step=self._state.step))
        self._summary.write()

    def run(self) -> dict[str, Any]:
        """Train to the end.

        Returns:
            ``epoch``, ``step`` and, once evaluated, ``best`` (epoch, and value: None if undefined).

        Raises:
            Stopped: The user asked for it; the last checkpoint is where it stopped.
            UserError: The loss is not finite any more, the disk is full, or an image cannot be
                read. What was learnt up to then is in the last checkpoint, unless the model itself
                is at fault.
        """
        with VisualDL(self._adapter.setup.folder, self._state.step) as vdl:
            report = StepReport(self._context, vdl, self._epochs * self._steps)
            if self._minutes is not None:
                spent = sum(event.seconds for event in self._summary.history.epochs_done)
                self._limit = TimeLimit(MINUTE * self._minutes, spent, self._state.step)
            try:
                for event in self._unreported():
                    self._report(event, vdl)
                while self._state.epoch < self._epochs and not self._ended_early():
                    self._report(self._epoch(report), vdl)
            finally:  # whatever ended it
                if self._whole and self._state.step:
                    self._save()
                report.flush()
                self._summary.write()
        state = self._state
        best = {"value": state.best_value, "epoch": state.best_epoch}
        return {
            "epoch": state.epoch,
            "step": state.step,
            "best": best if state.best_epoch else None,
        }

    def _unreported(self) -> list[Epoch]:
        """The epoch that is in the checkpoint, if a kill kept it from being reported."""
        ended = self._state.ended
        return [] if ended is None or self._summary.history.epoch >= ended.epoch else [ended]

    def _report(self, event: Epoch, vdl: VisualDL) -> None:
        self._context.emit(event)
        vdl.epoch(event)
        self._summary.write(every=1.0)

    def _epoch(self, report: StepReport) -> Epoch:
        started, number = time.monotonic(), self._state.epoch + 1
        self._train(number, report)
        if self._time_is_over():
            self._epochs = number
            self._context.notice(
                "training.time_limit", severity="info", epoch=number, minutes=self._minutes
            )
        due = number % self._config.eval_interval == 0 or number == self._epochs
        metrics = self._evaluate(number) if due else {}
        loss = self._state.epoch_loss / max(1, self._state.batches)
        judged = with_best(self._state, number, metrics, loss) if metrics else self._state
        best = judged is not self._state
        event = Epoch(
            epoch=number,
            epochs=self._epochs,
            step=self._state.step,
            loss=loss,
            metrics=metrics,
            best=best,
            seconds=time.monotonic() - started,
            memory=peak_memory(),
        )
        done = msgspec.structs.replace(
            judged, epoch=number, metrics=metrics, epoch_loss=0.0, batches=0, ended=event
        )
        # the epoch is over once what is kept of it is on the disk: where that refuses, the last
        # checkpoint is before its evaluation, and a resume judges and keeps it again
        if best:
            self._save_weights("best", done)
        if number % self._config.save_interval == 0:
            self._save_weights(f"epoch-{number}", done)
            self._store.keep(self._config.keep_checkpoints)
        self._state = done
        if self._save_due(0.0):
            self._save()
        return event

    def _train(self, number: int, report: StepReport) -> None:
        report.begin()
        batches = self._adapter.train_batches(number, self._state.batches)
        for batch in report.waited(batches):
            rate = self._schedule.rate(self._state.step)
            losses = self._step(batch, rate)
            self._change(
                step=self._state.step + 1,
                batches=self._state.batches + 1,
                epoch_loss=self._state.epoch_loss + losses["loss"],
            )
            report.step(number, self._state.step, losses, rate, len(batch))
            self._summary.write(every=10.0)
            self._context.check_stop()
            if self._time_is_over():
                break
            self._fit(number, report)
            if self._save_due(_SAVE_WITHIN_EPOCH):
                self._save()
        report.flush()

    def _fit(self, number: int, report: StepReport) -> None:
        """Plan for the time that is left, the learning rate too; nothing without a limit."""
        if self._limit is None:
            return
        steps = min(self._planned.steps, self._limit.steps(self._state.step))
        self._schedule = self._planned.stretched(steps)
        self._epochs = max(number, math.ceil(steps / self._steps))
        report.plan(steps)

    def _time_is_over(self) -> bool:
        return self._limit is not None and self._limit.over

    def _step(self, batch: Batch, rate: float) -> dict[str, float]:
        seed = self._config.seed + self._state.step
        self._whole = False
        try:
            losses = self._learner.step(batch, rate, seed)
        except NotFiniteError as error:
            paths = self._adapter.paths("train")
            suspects = [str(paths[row]) for row in batch.rows]
            file = JobFolder(self._context.folder).not_finite
            write_json(file, {"step": self._state.step + 1, "images": suspects})
            raise UserError(
                "training.not_finite", step=self._state.step + 1, rate=f"{rate:.3g}", file=file
            ) from error
        self._whole = True
        return losses

    def _evaluate(self, number: int) -> dict[str, float | None]:
        seen = self._samples.begin()
        metric = evaluate(self._context, self._adapter, "val", seen)
        scores = deciding_first(metric, self._config.best_metric)
        if not all(value is None or math.isfinite(value) for value in scores.values()):
            self._whole = False
            raise UserError("training.weights_not_finite", step=self._state.step)
        self._samples.keep(number)
        return scores

    def _ended_early(self) -> bool:
        # an epoch that was begun is judged, so that what it learnt is not lost
        return (self._time_is_over() and not self._state.batches) or self._patience_lost()

    def _patience_lost(self) -> bool:
        patience, state = self._config.early_stop, self._state
        if patience is None or state.best_value is None:  # what is undefined says nothing
            return False
        since = state.improved_epoch or state.best_epoch
        if state.epoch - since < patience:
            return False
        self._context.notice("training.early_stop", epoch=since, patience=patience)
        return True

    def _change(self, **changes: Any) -> None:
        self._state = msgspec.structs.replace(self._state, **changes)

    def _save_due(self, interval: float) -> bool:
        wait = max(interval, self._saving / _SAVING_SHARE)
        return time.monotonic() - self._saved > wait

    def _save(self) -> None:
        """The last checkpoint, with all that is needed to go on."""
        started = time.monotonic()
        with self._context.saving():
            self._write("last", self._state, self._learner.state())
        self._saved = time.monotonic()
        self._saving = self._saved - started

    def _save_weights(self, name: str, state: CheckpointInfo) -> None:
        with self._context.saving():
            self._write(name, state, with_section("model", self._learner.weights()))

    def _write(self, name: str, state: CheckpointInfo, arrays: Arrays) -> None:
        info = msgspec.structs.replace(state, name=name)
        self._store.save(info, arrays)
        self._context.emit(Checkpoint(epoch=info.epoch, step=info.step, name=name))
