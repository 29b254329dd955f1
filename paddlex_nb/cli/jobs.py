"""``jobs …``, ``logs`` and ``stop``: whatever runs in the workspace."""

from __future__ import annotations

import time

import click

from paddlex_nb.cli.follow import stopped, wait_for_end
from paddlex_nb.cli.shared import Command, Reply, option, settings, table
from paddlex_nb.core.errors import UserError
from paddlex_nb.core.i18n import Message, tr
from paddlex_nb.core.names import item_folder
from paddlex_nb.jobs.job import Job, JobStatus, State
from paddlex_nb.jobs.listing import progress
from paddlex_nb.layout.job import JobFolder
from paddlex_nb.layout.workspace import WorkspaceFolder
from paddlex_nb.run import Run

of_job = click.argument("job", metavar="JOB")
_SHOWN = 30
"""Jobs that are listed where not all are asked for."""


class _Jobs(click.Group):
    """Lists where no other verb is given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the verb in."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.command("list", cls=Command, help=tr("cli.jobs.list.help"))
@option("--active", is_flag=True, text="active")
@option("--all", "every", is_flag=True, text="all_jobs")
def list_(active: bool, every: bool) -> Reply:
    """List the jobs."""
    jobs = settings().workspace.jobs(active=active)
    shown = jobs if every or active or settings().json else jobs[:_SHOWN]
    data = [_facts(job) for job in shown]
    head = [tr(f"cli.column.{c}") for c in ("job", "kind", "state", "progress", "since")]
    text = table(head, map(_row, shown)) if shown else tr("cli.jobs.empty")
    reasons = [(job.id, _waiting(job) or job.status.reason) for job in shown]
    text = "\n".join([text, *(f"{name}: {why}" for name, why in reasons if why is not None)])
    if len(shown) < len(jobs):
        text += "\n" + tr("cli.jobs.more", shown=len(shown), all=len(jobs))
    return Reply({"jobs": data}, text)


@click.command("stop", cls=Command, help=tr("cli.stop.help"))
@of_job
@option("--force", is_flag=True, text="force")
def stop(job: str, force: bool) -> Reply:
    """Stop a job."""
    target = settings().workspace.job(job)
    if not (status := target.status).state.active:
        state = tr(f"jobs.state.{status.state}")
        raise UserError("cli.not_active", id=target.id, state=state)
    status = stopped(target, settings().say, force=force)
    data = {"job": target.id, "status": status.state.value, "killed": status.ended is None}
    key = "cli.killed" if status.ended is None else "cli.stopped"
    text = tr(key, job=target.id, state=tr(f"jobs.state.{status.state}"))
    if target.kind == "train":
        run = Run(JobFolder(target.folder).item.path)
        data.update(run=run.id, checkpoint=run.has_checkpoint)
        text += "\n" + tr("cli.resumable" if run.has_checkpoint else "cli.no_checkpoint", id=run.id)
    return Reply(data, text)


@click.command("first", cls=Command, help=tr("cli.jobs.first.help"))
@of_job
def first(job: str) -> Reply:
    """Put a training that waits before the others."""
    target = _training_or_job(job)
    target.run_next()
    said = _waiting(target) or tr(f"jobs.state.{target.state}")
    return Reply(_facts(target), f"{target.id}: {said}")


@click.command("logs", cls=Command, help=tr("cli.logs.help"))
@of_job
@option("--lines", "-n", default=200, text="lines")
@option("--follow", "-f", "following", is_flag=True, text="follow")
def logs(job: str, lines: int, following: bool) -> Reply:
    """Show what a job printed."""
    target = _training_or_job(job)
    if following:
        return _ended(target, wait_for_end(target, settings(), log=lines))
    text = "\n".join(target.log(1 << 20).splitlines()[-lines:])
    if (waits := _waiting(target)) is not None:
        settings().say(waits)
    data = {"job": target.id, "log": text}
    if target.kind == "train":
        data["run"] = JobFolder(target.folder).item.path.name
    return Reply(data, text)


@click.command("follow", cls=Command, help=tr("cli.jobs.follow.help"))
@of_job
def follow(job: str) -> Reply:
    """Watch a job until its end."""
    target, current = _training_or_job(job), settings()
    current.say(tr("cli.following_job", job=target.id))
    return _ended(target, wait_for_end(target, current))


def _ended(target: Job, status: JobStatus) -> Reply:
    lines = [tr("cli.ended_job", job=target.id, state=tr(f"jobs.state.{status.state}"))]
    if status.error is not None:
        lines.append(status.error.text())
    ok = status.state in {State.DONE, State.STOPPED}
    return Reply(_facts(target), "\n".join(lines), ok=ok)


jobs = _Jobs("jobs", help=tr("cli.jobs.help"), commands=[list_, stop, logs, follow, first])


def _training_or_job(identifier: str) -> Job:
    """A job; a run's id alone means its training, whatever was done with it since."""
    workspace = settings().workspace
    folder = item_folder(WorkspaceFolder(workspace.path).runs, identifier)
    training = Run(folder).last_job("train") if folder is not None else None
    return training or workspace.job(identifier)


def _far(job: Job) -> Message | None:
    """How far a job is, or its place in the queue."""
    if not job.state.active:
        return None
    if (waits := job.waiting) is not None:
        return Message("jobs.waiting.place", {"place": waits.place})
    return progress(job)


def _waiting(job: Job) -> str | None:
    """What a job waits for, in a sentence."""
    waits = job.waiting
    return None if waits is None else waits.message.text()


def _facts(job: Job) -> dict[str, object]:
    status = job.status
    far, waits = _far(job), job.waiting
    return {
        "job": job.id,
        "kind": job.kind,
        "status": status.state.value,
        "progress": far.text() if far else None,
        "waiting": None if waits is None else {"place": waits.place, "behind": waits.behind},
        "created": job.created,
        "started": status.started,
        "ended": status.ended,
        "error": status.error.text() if status.error else None,
    }


def _row(job: Job) -> tuple[str, ...]:
    status = job.status
    far = _far(job)
    since = status.ended or status.started or job.created
    return (
        job.id,
        tr(f"jobs.kind.{job.kind}"),
        tr(f"jobs.state.{status.state}"),
        far.text() if far else "–",
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(since)),
    )
