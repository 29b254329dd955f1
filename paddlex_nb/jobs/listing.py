"""The jobs of a whole workspace, whatever they work for."""

from __future__ import annotations

from pathlib import Path

from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message
from paddlex_nb.core.wording import few, instead
from paddlex_nb.jobs.events import AnyEvent, Epoch, Progress, Step
from paddlex_nb.jobs.job import Job
from paddlex_nb.jobs.log import decoded, tail
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.workspace import WorkspaceFolder


def all_jobs(workspace: Path, *, active: bool = False) -> list[Job]:
    """The jobs of all data sets and runs, newest first.

    Args:
        workspace: The workspace's folder.
        active: Only those that wait or run.
    """
    jobs = [Job(folder) for folder in WorkspaceFolder(workspace).jobs() if JobFolder(folder).number]
    if active:
        jobs = [job for job in jobs if job.state.active]
    return sorted(jobs, key=lambda job: (-job.created, job.id))


def find_job(workspace: Path, identifier: str) -> Job:
    """A job by its id, such as ``datasets/fruit/001-import`` or, in short, ``fruit/1``.

    The id of a data set or run alone means its newest job, one under way first.

    Raises:
        UserError: There is none, or several; names what there is.
    """
    jobs = all_jobs(workspace)
    wanted = [part for part in identifier.strip("/").split("/") if part]
    matching = [job for job in jobs if _is_meant(job, wanted)]
    if not matching:
        raise UserError(
            "jobs.no_such_job",
            job=identifier,
            known=instead(identifier, [job.id for job in jobs[:10]]),
        )
    matching = [job for job in matching if job.state.active] or matching
    if len({JobFolder(job.folder).item for job in matching}) > 1:
        raise UserError("jobs.several", job=identifier, known=few([job.id for job in matching], 10))
    return max(matching, key=lambda job: JobFolder(job.folder).number)


def progress(job: Job) -> Message | None:
    """How far a job is by its newest events, without reading all of them; None if unknown."""
    for line in reversed(tail(JobFolder(job.folder).events).splitlines()):
        event = decoded(line.encode())
        if event is not None and (said := _said(event)) is not None:
            return said
    return None


def _said(event: AnyEvent) -> Message | None:
    match event:
        case Progress(stage=stage, done=done, total=total):
            values = {"stage": Message(f"jobs.stage.{stage}"), "done": f"{done:,}"}
            if total is None:
                return Message("jobs.progress.open", values)
            return Message("jobs.progress", {**values, "total": f"{total:,}"})
        case Step(epoch=epoch, step=step, steps=steps):
            values = {"epoch": str(epoch), "step": f"{step:,}", "steps": f"{steps:,}"}
            return Message("jobs.progress.step", values)
        case Epoch(epoch=epoch, epochs=epochs):
            return Message("jobs.progress.epoch", {"epoch": epoch, "epochs": epochs})
    return None


def _is_meant(job: Job, wanted: list[str]) -> bool:
    kind, item, name = job.id.split("/")
    if wanted[:1] == [kind] and len(wanted) > 1:
        wanted = wanted[1:]
    match wanted:
        case [one]:
            return one == item
        case [one, which]:
            number = int(which) if which.isascii() and which.isdecimal() else -1
            return one == item and (which == name or number == JobFolder(job.folder).number)
    return False
