"""Events of a job in words."""

from __future__ import annotations

from paddlex_nb.core.i18n import tr
from paddlex_nb.core.wording import duration_text
from paddlex_nb.jobs.events import AnyEvent, Epoch, Notice, Progress, Resumed, Step
from paddlex_nb.metrics.names import metric_label


def event_text(event: AnyEvent) -> str | None:
    """One line for an event, or None for those that say nothing to a person."""
    match event:
        case Progress(stage=stage, done=done, total=total):
            key = "jobs.progress.open" if total is None else "jobs.progress"
            shown = {"stage": tr(f"jobs.stage.{stage}"), "done": f"{done:,}"}
            return tr(key, **shown, total=f"{total or 0:,}")
        case Step():
            return tr(
                "cli.step",
                step=event.step,
                steps=event.steps,
                loss=f"{event.loss:.4f}",
                rate=f"{event.rate:.1f}",
            )
        case Epoch():
            metrics = ", ".join(f"{metric_label(k)} {figure(v)}" for k, v in event.metrics.items())
            line = tr(
                "cli.epoch",
                epoch=event.epoch,
                epochs=event.epochs,
                loss=f"{event.loss:.4f}",
                metrics=metrics,
                seconds=duration_text(event.seconds),
            )
            defined = next(iter(event.metrics.values()), None) is not None
            return f"{line} ★" if event.best and defined else line
        case Notice(message=message):
            return message.text()
        case Resumed(epoch=epoch, step=step):
            return tr("cli.resumed", epoch=epoch, step=step)
    return None


def figure(value: float | None) -> str:
    """A figure as it is written in a line."""
    return "–" if value is None else f"{value:.4f}"
