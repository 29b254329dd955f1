"""What a training does right now, in words of truth."""

from __future__ import annotations

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import duration_text, spread_text
from paddlex_nb.jobs.job import State
from paddlex_nb.runs.history import History
from paddlex_nb.runs.places import steps_in_epoch
from paddlex_nb.widgets.app.toolkit import progress_bar


def now_markup(history: History, state: State, epochs: int, clock: float) -> str:
    """Markup of the progress of a training that goes on.

    Args:
        history: Its run's.
        state: The job's; one that is active.
        epochs: Epochs that the run is planned for.
        clock: Seconds since 1970: what has passed since the last event counts as elapsed too.
    """
    if state is State.QUEUED:
        return progress_bar(tr("wizard.training.now.queued"), None)
    label, done = _stage(history, epochs)
    return progress_bar(label, done, _times(history, clock))


def _stage(history: History, epochs: int) -> tuple[str, float | None]:
    """What goes on, and which share of it is done if that can be told."""
    stage, total = history.progress, history.total_steps
    share = history.step / total if total else None
    if stage is not None and stage.stage == "load":
        return tr("wizard.training.now.load"), None
    if stage is not None and stage.stage == "evaluate":
        done = min(history.epoch + 1, epochs)
        return tr("wizard.training.now.evaluate", epoch=done), share
    if stage is not None and stage.stage != "train":
        fraction = stage.done / stage.total if stage.total else None
        return tr(f"jobs.stage.{stage.stage}"), fraction
    each = round(steps_in_epoch(history, epochs))
    if not each:
        return tr("wizard.training.now.start"), None
    before = history.epochs_done[-1].step if history.epochs_done else 0
    step = min(history.step - before, each)
    epoch = min(history.epoch + 1, epochs)
    if history.epoch >= epochs or not history.step:
        return tr("wizard.training.of", epoch=epoch, epochs=epochs), share
    return tr("wizard.training.now.step", epoch=epoch, step=step, steps=each), share


def _times(history: History, clock: float) -> str:
    """Time elapsed and left; the time left shrinks between two events, too."""
    if not history.updated:
        return ""
    # a job that ended is going to be resumed: what lies between is no work
    since = 0.0 if history.ended else max(0.0, clock - history.updated)
    elapsed = duration_text(history.elapsed + since)
    said = [tr("wizard.training.now.elapsed", time=elapsed)]
    if (eta := history.eta) is not None:
        left = spread_text(max(0.0, eta.seconds - since), eta.spread)
        said.append(tr("wizard.training.now.left", time=left))
    return " · ".join(said)
