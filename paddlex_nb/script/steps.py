"""What led to a run and what came of it, as steps; read from the records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paddlex_nb.jobs.job import State
from paddlex_nb.params.values import as_config
from paddlex_nb.run import Run
from paddlex_nb.script.data_steps import data_steps
from paddlex_nb.script.step import Call, Step, note
from paddlex_nb.weights.saved import SAVED
from paddlex_nb.weights.starting import NONE, RUN


def steps_of(run: Run) -> list[Step]:
    """All steps, from the import to the exports.

    Raises:
        UserError: The run's record is damaged.
    """
    return [*data_steps(run), *_training(run), *_made(run)]


def _training(run: Run) -> list[Step]:
    record = run.record
    arguments: dict[str, Any] = {"model": record.model, "weights": record.weights}
    if record.name != record.id:
        arguments["name"] = record.name
    arguments["chosen"] = {n: v for n, v in record.params.items() if n not in record.reasons}
    arguments["recommended"] = {n: v for n, v in record.params.items() if n in record.reasons}
    return [*_weights(record.weights), Call("train", arguments), *_resumed(run)]


def _weights(named: str) -> list[Step]:
    """What is to be said about starting weights that lie in the workspace or in a file."""
    if named.startswith((RUN, SAVED)):
        return [note("script.weights_of_workspace", weights=named)]
    if named != NONE and Path(named).is_absolute() and not Path(named).is_file():
        return [note("script.weights_gone", weights=named)]
    return []


def _resumed(run: Run) -> list[Step]:
    """Trainings that went on to another epoch, and whether the last one came to its end."""
    steps: list[Step] = []
    former = State.DONE
    for job in run.jobs("train"):
        epochs = job.spec.arguments.get("epochs")
        if former is not State.DONE and not steps:
            steps.append(note("script.interrupted"))
        if epochs is not None:
            steps.append(Call("resume", {"epochs": epochs}))
        former = job.state
    if former is not State.DONE:
        steps.append(note("script.not_done"))
    return steps


_MADE: dict[str, dict[str, Any]] = {
    "evaluate": {"split": "val", "checkpoint": "best"},
    "evaluate_photos": {"split": "val", "checkpoint": "best", "photos": False},
    # exports go to the run's own folder, so that none is written over
    "export": {"to": "inference", "checkpoint": "best"},
}
"""What is made of a trained model, and the defaults of what is asked for."""


def _made(run: Run) -> list[Step]:
    """Evaluations and exports, each once, in the order of time, with the thresholds they had."""
    jobs = [job for kind in _MADE for job in run.jobs(kind) if job.state is State.DONE]
    jobs.sort(key=lambda job: job.created)
    used = as_config(run.record.params).score_threshold
    steps: list[Step] = []
    seen: list[tuple[Call, float | None]] = []
    for job in jobs:
        given, threshold = job.spec.arguments, job.status.result.get("threshold")
        arguments = {name: given.get(name, usual) for name, usual in _MADE[job.kind].items()}
        call = Call(job.kind, arguments)
        if (call, threshold) in seen:
            continue
        seen.append((call, threshold))
        steps += _threshold(threshold, used)
        used = used if threshold is None else threshold
        steps.append(call)
    return [*steps, *_threshold(run.threshold, used)]


def _threshold(wanted: float | None, used: float | None) -> list[Step]:
    """The choice of a score threshold, if another one is in use."""
    return [] if wanted in {None, used} else [Call("set_threshold", {"threshold": wanted})]
